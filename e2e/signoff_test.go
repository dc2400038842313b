package e2e_test

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/bench"
	"duban/client"
	"duban/store/dbtest"
)

// open puts a subject to all signers of the cast and returns its id.
func open(ctx context.Context, t *testing.T, cast bench.Cast, key string) string {
	t.Helper()
	id, err := bench.Open(ctx, cast, len(cast.Signers), key)
	require.NoError(t, err)
	return id
}

var agree = map[string]string{"action": "agree"}

// Two hundred times five people sign the same subject at the same instant, on
// both databases: nobody is lost, counted twice or left waiting.
func TestFiveSignAtTheSameInstant(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		ctx := within(t)
		running := serve(t, func(c *app.Config) { c.Database = url })
		cast, err := bench.Register(ctx, running.Store, running.URL(), 5)
		require.NoError(t, err)
		figures, err := bench.Sign(ctx, cast, bench.Options{SignOffs: 200, Signers: 5, Concurrency: 4, AtOnce: true})
		require.NoError(t, err)
		require.True(t, figures.Sound(), figures.FirstError+"\n"+figures.Text())
		verified(t, running)
	})
}

func TestTheSameActTwice(t *testing.T) {
	ctx := within(t)
	running := serve(t, nil)
	cast, err := bench.Register(ctx, running.Store, running.URL(), 2)
	require.NoError(t, err)
	id := open(ctx, t, cast, "subject")
	require.Equal(t, id, open(ctx, t, cast, "subject"), "the same key opens the same subject")

	path := "sign-offs/" + id + "/actions"
	first := cast.Signers[0].Client
	versions := make([]int64, 20)
	var together sync.WaitGroup
	for i := range versions {
		together.Go(func() {
			var answer struct {
				Version int64 `json:"version"`
			}
			if err := first.Post(ctx, path, agree, &answer, client.Key("once")); err != nil {
				t.Errorf("repetition %d: %v", i, err)
			}
			versions[i] = answer.Version
		})
	}
	together.Wait()
	require.Len(t, slices.Compact(versions), 1, "every repetition gets the first answer")
	require.Len(t, events(ctx, t, cast.Auditor, "sign-off.signed"), 1)

	disagree := map[string]string{"action": "disagree", "comment": "另一内容"}
	require.True(t, client.IsProblem(first.Post(ctx, path, disagree, nil, client.Key("once")), http.StatusUnprocessableEntity),
		"the same key for something else is refused")
	require.True(t, client.IsProblem(first.Post(ctx, path, agree, nil, client.Key("twice")), http.StatusConflict),
		"another key signs a second time, which is refused")
	require.True(t, client.IsProblem(first.Post(ctx, path, agree, nil), http.StatusBadRequest), "without a key nothing is done")

	// A key belongs to the person who uses it.
	require.NoError(t, cast.Signers[1].Client.Post(ctx, path, agree, nil, client.Key("once")))
	require.Len(t, events(ctx, t, cast.Auditor, "sign-off.approved"), 1)
	require.NoError(t, first.Post(ctx, path, agree, nil, client.Key("once")), "the first answer is given for as long as the process is kept")
}

func TestAUnitReadsWhatConcernsIt(t *testing.T) {
	ctx := within(t)
	running := serve(t, nil)
	cast, err := bench.Register(ctx, running.Store, running.URL(), 3)
	require.NoError(t, err)
	id, err := bench.Open(ctx, cast, 2, "subject")
	require.NoError(t, err)
	outsider := cast.Signers[2].Client
	for _, path := range []string{"sign-offs/" + id, "sign-offs/" + id + "/signers"} {
		require.NoError(t, cast.Signers[0].Client.Get(ctx, path, nil))
		require.True(t, client.IsProblem(outsider.Get(ctx, path, nil), http.StatusNotFound), path)
	}
	require.True(t, client.IsProblem(outsider.Post(ctx, "sign-offs/"+id+"/actions", agree, nil, client.Key("k")), http.StatusForbidden))
	nobody := client.New(running.URL(), "wrong")
	require.True(t, client.IsProblem(nobody.Get(ctx, "sign-offs/"+id, nil), http.StatusUnauthorized))
	for i, waiting := range []int{1, 1, 0} {
		var inbox struct {
			Items []struct{} `json:"items"`
		}
		require.NoError(t, cast.Signers[i].Client.Get(ctx, "inbox", &inbox))
		require.Len(t, inbox.Items, waiting, "signer %d", i)
	}
}
