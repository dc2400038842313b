package dispatch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
	"duban/org"
	"duban/target"
)

// dueDate is a Friday with ordinary weeks around it.
var dueDate = date(2026, time.June, 12)

func opening(t require.TestingT, unit org.UnitRef) dispatch.AssignmentOpening {
	return dispatch.AssignmentOpening{
		ID: "plan-7-2026-1", Target: "plan-7-2026", Plan: "plan", Task: dispatch.TaskRef{Key: 7, No: "7", Title: "义务教育优质均衡"}, Year: 2026,
		Item:  target.Item{Key: 1, Unit: unit, Content: "建成城乡教育共同体", TargetKey: "1", Amount: amount(2), Measure: "个", Due: dueDate},
		Leads: []org.UnitRef{education}, Supervisor: inspector, ReplyWorkingDays: 3, Armed: armed(t, dueDate), Edition: 4,
	}
}

func dispatched(t *testing.T) *life[dispatch.Assignment] { return dispatchedTo(t, heping) }

func dispatchedTo(t *testing.T, unit org.UnitRef) *life[dispatch.Assignment] {
	t.Helper()
	l := &life[dispatch.Assignment]{t: t, now: morning}
	l.does(act.Process(), dispatch.Open, opening(t, unit))
	return l
}

func acknowledged(t *testing.T) *life[dispatch.Assignment] {
	t.Helper()
	l := dispatched(t)
	l.does(operatorOf(heping), dispatch.Acknowledge, struct{}{})
	return l
}

func submitted(t *testing.T) *life[dispatch.Assignment] {
	t.Helper()
	l := acknowledged(t)
	l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "已建成2个，验收意见附后。", Amount: amount(2)})
	return l
}

func TestAssignmentFromDispatchToClosing(t *testing.T) {
	l := dispatched(t)
	require.Equal(t, []string{"heping operator acknowledge"}, l.waitsFor())

	l.does(operatorOf(heping), dispatch.Acknowledge, struct{}{})
	require.Equal(t, []string{"heping operator submit"}, l.waitsFor())
	l.does(operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "选址完成。", Percent: 40, Amount: amount(1)})
	require.Equal(t, dispatch.AssignmentInProgress, l.state.Status)
	require.Equal(t, amount(1), l.state.Reached)

	l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "建成2个。", Amount: amount(2)})
	require.Equal(t, []string{"education operator review"}, l.waitsFor())
	l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Comment: "请补充验收表。"})
	require.Equal(t, dispatch.AssignmentReturned, l.state.Status)
	require.Equal(t, []string{"heping operator submit"}, l.waitsFor())

	l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "补充验收表。", Amount: amount(2)})
	l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Accept: true, Comment: "同意办结。"})
	require.True(t, l.state.IsClosed())
	require.Equal(t, dispatch.OutcomeAccepted, l.state.Outcome)
	require.Empty(t, l.waitsFor())
	require.Equal(t, []string{"assignment.dispatched", "assignment.acknowledged", "assignment.reported", "assignment.submitted",
		"assignment.returned", "assignment.submitted", "assignment.closed"}, ofAssignments(l.types))

	tracked := l.told(dispatch.TrackAssignment)
	require.Len(t, tracked, 6, "the annual target hears of every change")
	require.Equal(t, "target/plan/7/2026", tracked[5].Workflow)

	l.passes(day(2027, time.December, 31, 0))
	require.Len(t, ofAssignments(l.types), 7, "nothing is sent after the closing")
}

// ofAssignments leaves out what happened on sign-offs.
func ofAssignments(types []string) []string {
	return slices.DeleteFunc(slices.Clone(types), func(kind string) bool { return strings.HasPrefix(kind, "sign-off.") })
}

func TestAssignmentRefusals(t *testing.T) {
	blank, long := " \n", string(make([]rune, 4001))
	for _, c := range []struct {
		name    string
		at      func(*testing.T) *life[dispatch.Assignment]
		code    string
		by      act.Actor
		command string
		payload any
	}{
		{"another unit acknowledges", dispatched, "not-the-responsible-unit", operatorOf(dongyuan), dispatch.Acknowledge, struct{}{}},
		{"the supervisor acknowledges", dispatched, "not-the-responsible-unit", supervisorOf(inspector), dispatch.Acknowledge, struct{}{}},
		{"a viewer of the unit acknowledges", dispatched, "not-the-responsible-unit", actor("v", heping, org.Viewer), dispatch.Acknowledge, struct{}{}},
		{"acknowledged twice", acknowledged, "already-acknowledged", operatorOf(heping), dispatch.Acknowledge, struct{}{}},
		{"report before acknowledging", dispatched, "not-acknowledged", operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "x"}},
		{"report without text", acknowledged, "required", operatorOf(heping), dispatch.Report, dispatch.Progress{Text: blank}},
		{"report of a book", acknowledged, "too-long", operatorOf(heping), dispatch.Report, dispatch.Progress{Text: long}},
		{"report of 101 percent", acknowledged, "percent", operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "x", Percent: 101}},
		{"unknown field", acknowledged, "payload", operatorOf(heping), dispatch.Report, map[string]any{"text": "x", "typo": 1}},
		{"submit without evidence", acknowledged, "required", operatorOf(heping), dispatch.Submit, dispatch.Submission{Amount: amount(2)}},
		{"submit without the figure", acknowledged, "required", operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "x"}},
		{"submit twice", submitted, "in-review", operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "x", Amount: amount(2)}},
		{"review before submission", acknowledged, "not-submitted", operatorOf(education), dispatch.Review, dispatch.Verdict{Accept: true}},
		{"the unit reviews itself", submitted, "not-the-reviewer", headOf(heping), dispatch.Review, dispatch.Verdict{Accept: true}},
		{"return without a reason", submitted, "required", operatorOf(education), dispatch.Review, dispatch.Verdict{}},
		{"the lead unit prolongs", acknowledged, "not-the-supervisor", headOf(education), dispatch.Prolong, dispatch.NewDue{Due: date(2026, time.July, 1), Reason: "x"}},
		{"prolong without a reason", acknowledged, "required", supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2026, time.July, 1)}},
		{"prolong to a mistyped year", acknowledged, "date-too-far", supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2206, time.July, 1), Reason: "x"}},
		{"prolong into the past", acknowledged, "date-not-ahead", supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2026, time.January, 1), Reason: "x"}},
		{"reassign to the same unit", acknowledged, "same-unit", supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Unit: heping, Due: date(2026, time.July, 1), Reason: "x"}},
		{"strike off without a reason", acknowledged, "required", supervisorOf(inspector), dispatch.Close, dispatch.Because{}},
		{"an order before the due date", acknowledged, "not-overdue", supervisorOf(inspector), dispatch.IssueSupervision, dispatch.Because{Reason: "x"}},
		{"a supervisor of another plan", acknowledged, "not-the-supervisor", supervisorOf(education), dispatch.Close, dispatch.Because{Reason: "x"}},
		{"a person arms the ladder", acknowledged, "internal", supervisorOf(inspector), dispatch.ArmLadder, dispatch.Armed{}},
		{"a person settles an order", acknowledged, "internal", supervisorOf(inspector), dispatch.SettleSupervision, dispatch.Settled{}},
		{"opened twice", dispatched, "already-exists", act.Process(), dispatch.Open, struct{}{}},
		{"no such command", dispatched, "unknown-command", operatorOf(heping), "dance", struct{}{}},
	} {
		t.Run(c.name, func(t *testing.T) { c.at(t).refused(c.code, c.by, c.command, c.payload) })
	}
}

func TestAPersonCannotDispatch(t *testing.T) {
	l := &life[dispatch.Assignment]{t: t, now: morning}
	l.refused("internal", supervisorOf(inspector), dispatch.Open, opening(t, heping))
	l.refused("not-found", operatorOf(heping), dispatch.Acknowledge, struct{}{})
}

func TestClosedAssignmentRefusesEverything(t *testing.T) {
	l := submitted(t)
	l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Accept: true})
	l.refused("closed", operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "x"})
	l.refused("closed", supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "x"})
}

func TestTheLeadUnitsOwnWorkIsReviewedByTheSupervisor(t *testing.T) {
	l := dispatchedTo(t, education)
	l.does(operatorOf(education), dispatch.Acknowledge, struct{}{})
	l.does(operatorOf(education), dispatch.Submit, dispatch.Submission{Evidence: "x", Amount: amount(2)})
	require.Equal(t, []string{"inspector supervisor review"}, l.waitsFor())
	l.refused("not-the-reviewer", headOf(education), dispatch.Review, dispatch.Verdict{Accept: true})
	l.does(supervisorOf(inspector), dispatch.Review, dispatch.Verdict{Accept: true})
	require.True(t, l.state.IsClosed())
}
