package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/org"
	"duban/projection"
)

// Supervisors and administrators see all; others what concerns their unit.
func TestUnitsSeeWhatConcernsThem(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	now := time.Date(2026, 5, 6, 1, 0, 0, 0, time.UTC)
	const instance = "assignment/a"
	ledger, events, err := act.Ledger{Instance: instance}.Record(act.Command{ID: "c", Actor: act.Process()},
		[]act.Event{act.Happened("assignment.dispatched", nil)}, now)
	require.NoError(t, err)
	amount := int64(35_000)
	require.NoError(t, b.store.Project(t.Context(), projection.Change{Instance: instance, Kind: "assignment", PlanID: "p", To: 1,
		Seq: ledger.Seq, Hash: ledger.Hash, At: now, Events: events, Upserts: projection.View{
			Assignments: []projection.Assignment{{ID: "a", PlanID: "p", UnitID: education, Amount: &amount, Status: "dispatched", DueDate: "2026-05-06", DueAt: now, DispatchedAt: now}},
			Parties:     []projection.Party{{ID: instance + "/" + education, Instance: instance, UnitID: education}},
		}}))
	for role, sees := range map[org.Role]bool{org.Operator: true, org.Head: true, org.Supervisor: true, org.Admin: true, org.Viewer: false} {
		var assignments, record struct{ Items []map[string]any }
		b.get(role, "assignments", &assignments)
		b.get(role, "events", &record)
		one := b.call(role, http.MethodGet, "assignments/a", nil)
		if !sees {
			require.Empty(t, assignments.Items, role)
			require.Empty(t, record.Items, role)
			require.Equal(t, http.StatusNotFound, one.status, role)
			continue
		}
		require.Len(t, assignments.Items, 1, role)
		require.Len(t, record.Items, 1, role)
		require.Equal(t, http.StatusOK, one.status, one.text)
		require.Equal(t, `"1"`, one.header.Get("ETag"))
		require.InDelta(t, 3.5, assignments.Items[0]["amount"], 0, "amounts are decimal numbers")
	}
}
