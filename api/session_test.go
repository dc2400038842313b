package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/org"
	"duban/store"
)

// The database is asked every five seconds; while it is away a token that was
// good goes on for ten minutes, and a new one cannot be told.
func TestSessionsOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 9, 0, 0, 0, time.UTC)
	asked := 0
	var fails error
	s := newSessions(func(context.Context, string) (store.SignedIn, error) {
		asked++
		return signedIn("u"), fails
	}, func() time.Time { return now })
	ask := func(token string) error {
		_, err := s.who(t.Context(), token)
		return err
	}
	require.NoError(t, ask("a"))
	now = now.Add(4 * time.Second)
	require.NoError(t, ask("a"))
	require.Equal(t, 1, asked, "fresh")
	now = now.Add(time.Second)
	require.NoError(t, ask("a"))
	require.Equal(t, 2, asked)

	fails = errors.Join(store.ErrUnavailable)
	now = now.Add(9 * time.Minute)
	require.NoError(t, ask("a"))
	require.ErrorIs(t, ask("b"), store.ErrUnavailable)
	now = now.Add(time.Minute)
	require.ErrorIs(t, ask("a"), store.ErrUnavailable, "ten minutes are over")

	fails = nil
	require.NoError(t, ask("a"))
	fails = store.ErrNotFound
	now = now.Add(6 * time.Second)
	require.ErrorIs(t, ask("a"), store.ErrNotFound, "revoked")
	fails = store.ErrUnavailable
	require.ErrorIs(t, ask("a"), store.ErrUnavailable, "a revoked token does not come back when the database goes")
}

func signedIn(id string, represents ...string) store.SignedIn {
	who := store.SignedIn{Standing: store.Standing{User: store.User{ID: id}}, Others: map[string]store.Standing{}}
	for _, other := range represents {
		who.Others[other] = store.Standing{User: store.User{ID: other}}
	}
	return who
}

// Who has changed is looked up again with the next request, and so is whoever
// represents him; a look-up that was under way meanwhile does not bring back what
// was true before.
func TestSessionsForget(t *testing.T) {
	t.Parallel()
	asked := map[string]int{}
	var meanwhile func()
	people := map[string]store.SignedIn{"a": signedIn("a"), "b": signedIn("b", "a"), "c": signedIn("c")}
	s := newSessions(func(_ context.Context, token string) (store.SignedIn, error) {
		asked[token]++
		if meanwhile != nil {
			meanwhile()
		}
		return people[token], nil
	}, time.Now)
	everybody := func() {
		for token := range people {
			_, err := s.who(t.Context(), token)
			require.NoError(t, err)
		}
	}
	everybody()
	everybody()
	require.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1}, asked, "fresh")
	s.forgetUser("a")
	everybody()
	require.Equal(t, map[string]int{"a": 2, "b": 2, "c": 1}, asked)
	s.forgetAll()
	everybody()
	require.Equal(t, map[string]int{"a": 3, "b": 3, "c": 2}, asked)

	s.forgetUser("c")
	meanwhile = func() { meanwhile = nil; s.forgetUser("c") }
	_, err := s.who(t.Context(), "c")
	require.NoError(t, err)
	_, err = s.who(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, 4, asked["c"], "what was looked up before the change is not remembered")
}

// While the database is away a stand-in who is known acts on, and not beyond his
// time.
func TestStandInsOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 9, 0, 0, 0, time.UTC)
	li := signedIn("li", "wang")
	li.StandIns = []org.StandIn{{ID: "1", User: "wang", StandIn: "li", From: now, Until: now.Add(4 * time.Minute)}}
	var fails error
	s := newSessions(func(context.Context, string) (store.SignedIn, error) { return li, fails }, func() time.Time { return now })
	acts := func() error {
		who, err := s.who(t.Context(), "token")
		require.NoError(t, err)
		r := &request{}
		r.signIn(who, now)
		err = r.actFor("wang", true)
		require.Equal(t, err == nil, r.as.actor.OnBehalfOf == "wang")
		return err
	}
	require.NoError(t, acts())
	fails = store.ErrUnavailable
	now = now.Add(3 * time.Minute)
	require.NoError(t, acts())
	now = now.Add(time.Minute)
	require.ErrorContains(t, acts(), "not-a-stand-in")
}
