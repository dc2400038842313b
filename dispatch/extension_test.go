package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
)

var askedFor = dispatch.ExtensionRequest{Due: date(2026, time.July, 10), Reason: "汛期停工。", Progress: "主体完工，装修中。"}

func extensionAsked(t *testing.T) *life[dispatch.Assignment] {
	t.Helper()
	l := acknowledged(t)
	l.does(operatorOf(heping), dispatch.RequestExtension, askedFor)
	return l
}

func agree(l *life[dispatch.Assignment], n int) approval.Act {
	return approval.Act{SignOff: l.state.Extensions[n-1].SignOff.ID, Action: "agree"}
}

func TestAnExtensionIsGrantedByLeadUnitAndSupervisor(t *testing.T) {
	l := extensionAsked(t)
	require.Equal(t, "assignment.plan-7-2026-1.1", l.state.Extensions[0].SignOff.ID)
	require.Contains(t, l.waitsFor(), "education head sign")
	l.refused("not-a-signer", supervisorOf(inspector), dispatch.Sign, agree(l, 1))
	l.does(headOf(education), dispatch.Sign, agree(l, 1))
	require.Contains(t, l.waitsFor(), "inspector supervisor sign")
	l.does(supervisorOf(inspector), dispatch.Sign, agree(l, 1))

	require.Equal(t, dispatch.ExtensionGranted, l.state.Extensions[0].Status)
	require.Equal(t, askedFor.Due, l.state.Due)
	require.Equal(t, dueDate, l.state.FirstDue)
	last := l.effects[len(l.effects)-1]
	require.Equal(t, &askedFor.Due, last.ArmLadder)

	l.does(act.Process(), dispatch.ArmLadder, armed(t, askedFor.Due))
	l.passes(day(2026, time.June, 20, 0))
	require.False(t, l.state.Overdue, "the first date no longer binds")
	l.passes(day(2026, time.July, 11, 8))
	require.True(t, l.state.Overdue)
}

func TestAnExtensionIsRefused(t *testing.T) {
	l := extensionAsked(t)
	disagree := agree(l, 1)
	disagree.Action, disagree.Comment = "disagree", "时间充足。"
	l.does(headOf(education), dispatch.Sign, disagree)
	require.Equal(t, dispatch.ExtensionRefused, l.state.Extensions[0].Status)
	require.Equal(t, dueDate, l.state.Due)
	l.does(operatorOf(heping), dispatch.RequestExtension, askedFor)
	require.Len(t, l.state.Extensions, 2, "another may be asked for")
}

func TestExtensionRefusals(t *testing.T) {
	with := func(change func(*dispatch.ExtensionRequest)) dispatch.ExtensionRequest {
		request := askedFor
		change(&request)
		return request
	}
	acknowledged(t).refused("required", operatorOf(heping), dispatch.RequestExtension, with(func(r *dispatch.ExtensionRequest) { r.Progress = "" }))
	acknowledged(t).refused("required", operatorOf(heping), dispatch.RequestExtension, with(func(r *dispatch.ExtensionRequest) { r.Reason = "" }))
	acknowledged(t).refused("date-too-far", operatorOf(heping), dispatch.RequestExtension, with(func(r *dispatch.ExtensionRequest) { r.Due = date(2206, time.July, 1) }))
	acknowledged(t).refused("due-not-later", operatorOf(heping), dispatch.RequestExtension, with(func(r *dispatch.ExtensionRequest) { r.Due = dueDate }))
	acknowledged(t).refused("not-the-responsible-unit", operatorOf(education), dispatch.RequestExtension, askedFor)
	submitted(t).refused("in-review", operatorOf(heping), dispatch.RequestExtension, askedFor)
	extensionAsked(t).refused("extension-pending", operatorOf(heping), dispatch.RequestExtension, askedFor)

	acknowledged(t).refused("required", operatorOf(heping), dispatch.RequestExtension, with(func(r *dispatch.ExtensionRequest) { r.Due = calendar.Date{} }))
	acknowledged(t).refused("not-the-responsible-unit", supervisorOf(inspector), dispatch.RequestExtension, askedFor)
	acknowledged(t).refused("not-the-responsible-unit", actor("v", heping, org.Viewer), dispatch.RequestExtension, askedFor)
	dispatched(t).refused("not-acknowledged", operatorOf(heping), dispatch.RequestExtension, askedFor)
	closed := acknowledged(t)
	closed.does(supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "撤项"})
	closed.refused("closed", operatorOf(heping), dispatch.RequestExtension, askedFor)
}

// A request comes in time until the due date's 24:00 in the plan's zone, and from
// then on it needs leave, also in the seconds before the clock has said so.
func TestAnExtensionIsAskedForBeforeTheDueMoment(t *testing.T) {
	dueAt := deadline.Due(dueDate, shanghai)
	l := acknowledged(t)
	l.passes(dueAt.Add(-time.Nanosecond))
	l.does(operatorOf(heping), dispatch.RequestExtension, askedFor)

	l = acknowledged(t)
	l.passes(dueAt.Add(-time.Nanosecond))
	l.refused("not-overdue", supervisorOf(inspector), dispatch.AllowExtension, dispatch.Because{Reason: "x"})
	l.now = dueAt
	require.False(t, l.state.Overdue, "the clock has not looked yet")
	l.refused("overdue", operatorOf(heping), dispatch.RequestExtension, askedFor)
	l.does(supervisorOf(inspector), dispatch.AllowExtension, dispatch.Because{Reason: "x"})
	l.does(operatorOf(heping), dispatch.RequestExtension, askedFor)

	l = acknowledged(t)
	l.passes(day(2026, time.June, 13, 12))
	l.refused("overdue", operatorOf(heping), dispatch.RequestExtension, askedFor)
}

// The first date is kept whatever is granted after it, and each request with the
// date from which it asked.
func TestTheFirstDateIsKept(t *testing.T) {
	l := acknowledged(t)
	for n := range 3 {
		in := askedFor
		in.Due = askedFor.Due.AddDays(10 * n)
		before := l.state.Due
		l.does(operatorOf(heping), dispatch.RequestExtension, in)
		l.does(headOf(education), dispatch.Sign, agree(l, n+1))
		l.does(supervisorOf(inspector), dispatch.Sign, agree(l, n+1))
		l.does(act.Process(), dispatch.ArmLadder, armed(t, in.Due))
		require.Equal(t, in.Due, l.state.Due)
		require.Equal(t, dueDate, l.state.FirstDue)
		row := l.state.View().Extensions[n]
		require.Equal(t, []string{before.String(), in.Due.String(), "granted"}, []string{row.FromDate, row.ToDate, row.Status})
	}
	row := l.state.View().Assignments[0]
	require.Equal(t, dueDate.String(), row.FirstDueDate)
	require.Equal(t, 3, row.Extended)
}

func TestARequestEndsWithTheAssignment(t *testing.T) {
	l := extensionAsked(t)
	l.does(supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "任务取消。"})
	require.Equal(t, dispatch.ExtensionObsolete, l.state.Extensions[0].Status)
	require.Empty(t, l.waitsFor(), "nobody is asked to sign any more")
}
