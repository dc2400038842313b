package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/bench"
	"duban/client"
	"duban/store"
	"duban/store/dbtest"
)

// As many as 500 sign one subject at the same instant, on both databases: nobody
// is lost, counted twice or left waiting, and each was asked in one inbox entry.
func TestManySignAtTheSameInstant(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		ctx := within(t)
		running := serve(t, func(c *app.Config) { c.Database = url })
		cast, err := bench.Register(ctx, running.Store, running.URL(), 500)
		require.NoError(t, err)
		for _, n := range []int{5, 50, 500} {
			id, err := bench.Open(ctx, cast, n, fmt.Sprint("of-", n))
			require.NoError(t, err)
			start := make(chan struct{})
			var people sync.WaitGroup
			for i := range n {
				people.Go(func() {
					<-start
					if err := cast.Signers[i].Client.Post(ctx, "sign-offs/"+id+"/actions", agree, nil, client.Key("sign-"+id)); err != nil {
						t.Errorf("%d of %d: %v", i, n, err)
					}
				})
			}
			close(start)
			people.Wait()
			require.Equal(t, map[string]int{"signed": n}, statuses(ctx, t, cast, id))
			require.Equal(t, "approved", statusOf(ctx, t, cast, id))
		}
		for i := range 500 {
			require.Empty(t, inboxOf(ctx, t, cast.Signers[i].Client), "signer %d", i)
		}
		verified(t, running)
	})
}

// mixedActs is what people do with a sign-off at the same instant, each as it
// comes to his mind; some of it is refused because of what another one did.
func mixedActs(signers int, n int, random *rand.Rand) map[string]any {
	other := map[string]any{"unit": fmt.Sprint("bench-", signers+1+n), "role": "head"}
	switch random.IntN(8) {
	case 0:
		return map[string]any{"action": "transfer", "to": other}
	case 1:
		return map[string]any{"action": "delegate", "to": other}
	case 2:
		return map[string]any{"action": "add-signers", "place": []string{"before", "with", "after"}[random.IntN(3)], "to": []any{other}}
	case 3:
		return map[string]any{"action": "agree-with-reservations", "comment": "建议明确时限。"}
	default:
		return map[string]any{"action": "agree"}
	}
}

// finish has everybody sign who is still asked, round after round, until the
// sign-off is decided: it can never be stuck.
func finish(ctx context.Context, t *testing.T, cast bench.Cast, id string) {
	t.Helper()
	for range 50 {
		if statusOf(ctx, t, cast, id) != "open" {
			return
		}
		waiting := signersOf(ctx, t, cast, id, "waiting")
		require.NotEmpty(t, waiting, "%s is open and waits for nobody", id)
		for _, s := range waiting {
			by := cast.Signers[mustIndex(t, s.Unit)].Client
			require.NoError(t, insist(ctx, by, "sign-offs/"+id+"/actions", agree, fmt.Sprintf("finish-%s-%d", id, s.N)))
		}
	}
	t.Fatalf("%s never ends", id)
}

// Forty people act on each of several subjects at the same instant, in all ways,
// while the process is killed and started again; on both databases.
func TestMixedActsWhileKilled(t *testing.T) {
	const subjects, signers, kills = 4, 40, 2
	dbtest.EachURL(t, func(t *testing.T, url string) {
		ctx, data := within(t), t.TempDir()
		server := newChild(t, data)
		server.database = url
		var cast bench.Cast
		prepareDatabase(t, app.Config{DataDir: data, Database: url, Logger: quiet()}, func(ctx context.Context, s *store.Store) {
			var err error
			cast, err = bench.Register(ctx, s, server.url, 2*signers)
			require.NoError(t, err)
		})
		server.start(t)
		ids := make([]string, subjects)
		for i := range ids {
			var err error
			ids[i], err = bench.Open(ctx, cast, signers, fmt.Sprint(i))
			require.NoError(t, err)
		}
		var taken atomic.Int32
		var people sync.WaitGroup
		for s, id := range ids {
			for i := range signers {
				random := rand.New(rand.NewPCG(uint64(s), uint64(i))) //nolint:gosec // only to spread the acts
				in := mixedActs(signers, i, random)
				people.Go(func() {
					defer taken.Add(1)
					err := attempt(ctx, cast.Signers[i].Client, "sign-offs/"+id+"/actions", in, fmt.Sprintf("mixed-%s-%d", id, i))
					if err != nil {
						t.Errorf("%v by %d: %v", in, i, err)
					}
				})
			}
		}
		for i := range kills {
			killAt := int32(subjects * signers * (i + 1) / (kills + 2))
			require.Eventually(t, func() bool { return taken.Load() >= killAt }, patience, time.Millisecond)
			server.kill()
			server.start(t)
		}
		people.Wait()
		for _, id := range ids {
			finish(ctx, t, cast, id)
			require.Equal(t, "approved", statusOf(ctx, t, cast, id))
			for _, s := range signersOf(ctx, t, cast, id, "") {
				require.NotContains(t, []string{"waiting", "pending", "held"}, s.Status)
			}
		}
		server.stop(t)
		verified(t, serve(t, func(c *app.Config) { c.DataDir, c.Database = data, url }))
	})
}

// attempt does something until the server has decided on it. That it was refused
// because of what another one did is a decision too.
func attempt(ctx context.Context, by client.Client, path string, payload any, key string) error {
	for {
		err := by.Post(ctx, path, payload, nil, client.Key(key))
		problem, decided := errors.AsType[*client.Problem](err)
		if err == nil || decided && (problem.Status == http.StatusConflict || problem.Status == http.StatusForbidden) {
			return nil
		}
		if decided && problem.Status < http.StatusInternalServerError {
			return err
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
	}
}

type asked struct {
	N      int    `json:"n"`
	Unit   string `json:"unit"`
	Status string `json:"status"`
}

// signersOf reads all pages of the signers with a status, or all.
func signersOf(ctx context.Context, t *testing.T, cast bench.Cast, id, status string) []asked {
	t.Helper()
	var found []asked
	for cursor := ""; ; {
		var page struct {
			Items []asked `json:"items"`
			Next  string  `json:"next"`
		}
		require.NoError(t, cast.Auditor.Get(ctx, "sign-offs/"+id+"/signers?limit=200&cursor="+cursor, &page))
		for _, s := range page.Items {
			if status == "" || s.Status == status {
				found = append(found, s)
			}
		}
		if page.Next == "" {
			return found
		}
		cursor = page.Next
	}
}

func statuses(ctx context.Context, t *testing.T, cast bench.Cast, id string) map[string]int {
	t.Helper()
	counted := map[string]int{}
	for _, s := range signersOf(ctx, t, cast, id, "") {
		counted[s.Status]++
	}
	return counted
}

func statusOf(ctx context.Context, t *testing.T, cast bench.Cast, id string) string {
	t.Helper()
	var row struct {
		Status string `json:"status"`
	}
	require.NoError(t, cast.Auditor.Get(ctx, "sign-offs/"+id, &row))
	return row.Status
}

func inboxOf(ctx context.Context, t *testing.T, by client.Client) []string {
	t.Helper()
	var page struct {
		Items []struct {
			Resource string `json:"resource"`
		} `json:"items"`
	}
	require.NoError(t, by.Get(ctx, "inbox?limit=200", &page))
	resources := []string{}
	for _, item := range page.Items {
		resources = append(resources, item.Resource)
	}
	return resources
}

// mustIndex is the place of a unit in the cast.
func mustIndex(t *testing.T, unit string) int {
	t.Helper()
	var n int
	_, err := fmt.Sscanf(unit, "bench-%d", &n)
	require.NoError(t, err)
	return n - 1
}
