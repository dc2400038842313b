package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"duban/act"
	"duban/activities"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"
)

// asked is a process that shows one snapshot and counts how often it is asked.
type asked struct {
	snapshot projection.Snapshot
	times    int
}

func (a *asked) Snapshot(context.Context, string) (projection.Snapshot, error) {
	a.times++
	return a.snapshot, nil
}

// signed is the change and the snapshot of a sign-off that is opened at a moment.
func signed(t *testing.T, at time.Time, signer string) (projection.Change, projection.Snapshot) {
	t.Helper()
	ledger, events, err := act.Ledger{Instance: "signoff/a"}.Record(act.Command{ID: "c1"}, []act.Event{act.Happened("opened", nil)}, at)
	require.NoError(t, err)
	view := projection.View{Signers: []projection.Signer{{ID: signer, SignOffID: "signoff.a.1", N: 1}}}
	return projection.Change{Instance: "signoff/a", Kind: "signoff", To: 1, Seq: 1, Hash: ledger.Hash, At: at, Upserts: view, Events: events},
		projection.Snapshot{Kind: "signoff", Ledger: ledger, View: view}
}

// TestProjectWhatWasDecidedAgain projects an act that was written and then, as
// the worker died, decided again at another moment.
func TestProjectWhatWasDecidedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		noon := time.Date(2026, time.March, 2, 4, 0, 0, 0, time.UTC)
		lost, _ := signed(t, noon, "signoff.a.1/1")
		again, snapshot := signed(t, noon.Add(time.Second), "signoff.a.1/2")
		process := &asked{snapshot: snapshot}
		a := &activities.Activities{ReadModel: s, Snapshots: process}
		require.NoError(t, s.Project(t.Context(), lost))

		env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
		env.RegisterActivity(a.Project)
		_, err := env.ExecuteLocalActivity(a.Project, again)
		require.Error(t, err, "a local activity must not ask the process that waits for it")
		require.Zero(t, process.times)

		_, err = env.ExecuteActivity(a.Project, again)
		require.NoError(t, err)
		require.Equal(t, 1, process.times)
		shown, err := s.Shown(t.Context(), "signoff/a")
		require.NoError(t, err)
		require.Equal(t, snapshot.Ledger.Hash, shown.Instance.Hash)
		require.Equal(t, snapshot.View.Signers, shown.View.Signers)

		_, err = env.ExecuteLocalActivity(a.Project, again)
		require.NoError(t, err)
		require.Equal(t, 1, process.times)
	})
}
