package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/org"
)

// confirmAnew answers what a proposal asks for when a notice gives a working day of
// November 2025 off.
func confirmAnew(t *testing.T, version int64, asking dispatch.Asking, due calendar.Date, off calendar.Date) dispatch.Armed {
	t.Helper()
	days, err := calendar.New(calendar.Year{Year: 2025, Source: "通知", Holidays: []calendar.Holiday{{Name: "试验假", Start: off, End: off}}})
	require.NoError(t, err)
	counted := &dispatch.Counted{Last: due}
	if asking.WorkingDays > 0 {
		counted = dispatch.Count(asking.From, asking.WorkingDays, days, version, shanghai)
	}
	armed := confirmBy(t, counted, days)
	armed.Calendar, armed.Why = version, asking.Why
	if asking.WorkingDays == 0 {
		armed.Counted = nil
	}
	return armed
}

// The day by which a proposal must be confirmed is counted in working days, and moves
// like any other; one that has passed stays.
func TestALoadedYearMovesAProposal(t *testing.T) {
	l := inProposal(t)
	first := l.state.Proposal.Armed.Due
	why := calendar.Load{Year: 2025, Version: 1, Source: "通知"}
	off := date(2025, time.November, 5)
	l.refused("internal", supervisorOf(inspector), dispatch.ArmConfirm, struct{}{})
	l.does(act.Process(), dispatch.Recalculate, why)
	asked := l.effects[len(l.effects)-1]
	require.Equal(t, &first, asked.ArmConfirm)
	require.True(t, asked.From.Equal(day(2025, time.November, 3, 9)))
	told := len(l.notices)
	in := confirmAnew(t, 1, asked.Asking, first, off)
	l.does(act.Process(), dispatch.ArmConfirm, in)
	l.refused("stale", act.Process(), dispatch.ArmConfirm, in)
	moved := l.state.Proposal.Armed.Due
	require.True(t, moved.After(first))
	require.True(t, l.state.Confirm.Due.Equal(moved.End(shanghai)))
	require.Len(t, l.notices, told+1)
	require.Equal(t, org.Party{Unit: education.ID, Role: org.Operator}, l.notices[told].To)
	require.Contains(t, l.notices[told].Title, moved.String())
	require.Contains(t, l.state.View().Targets[0].Detail, moved.String(), "readers see it")

	before := len(l.effects)
	l.does(act.Process(), dispatch.Recalculate, why)
	require.Len(t, l.effects, before, "it goes by that load already")
	l.passes(first.End(shanghai))
	require.Zero(t, count(l.types, "target.confirmation-overdue"), "the old moment is silent")
	l.passes(moved.End(shanghai))
	require.Equal(t, 1, count(l.types, "target.confirmation-overdue"))

	why.Version = 2
	l.refused("stale", act.Process(), dispatch.ArmConfirm, confirmAnew(t, 2, dispatch.Asking{From: asked.From, WorkingDays: asked.WorkingDays, Why: &why}, moved, date(2025, time.November, 30)))
	l.does(act.Process(), dispatch.Recalculate, why)
	asked = l.effects[len(l.effects)-1]
	require.Zero(t, asked.WorkingDays, "what has passed is not counted again")
	l.does(act.Process(), dispatch.ArmConfirm, confirmAnew(t, 2, asked.Asking, *asked.ArmConfirm, off))
	require.Equal(t, moved, l.state.Proposal.Armed.Due)
	require.EqualValues(t, 2, l.state.Proposal.Armed.Counted.Calendar)
	l.passes(day(2025, time.December, 31, 12))
	require.Equal(t, 1, count(l.types, "target.confirmation-overdue"))
	l.does(supervisorOf(inspector), dispatch.ConfirmTarget, dispatch.Confirmation{})
	why.Version = 3
	before = len(l.effects)
	l.does(act.Process(), dispatch.Recalculate, why)
	require.Len(t, l.effects, before)
	l.refused("stale", act.Process(), dispatch.ArmConfirm, in)
}
