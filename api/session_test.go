package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/store"
)

// The database is asked every five seconds; while it is away a token that was
// good goes on for ten minutes, and a new one cannot be told.
func TestSessionsOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 9, 0, 0, 0, time.UTC)
	asked := 0
	var fails error
	s := newSessions(func(context.Context, string) (store.User, error) {
		asked++
		return store.User{ID: "u"}, fails
	}, func() time.Time { return now })
	ask := func(token string) error {
		_, err := s.user(t.Context(), token)
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
