package dispatch_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
)

// armedBy are the moments of a due date by a version of the plan's ladder.
func armedBy(t require.TestingT, version int, l deadline.Ladder, due calendar.Date) dispatch.Armed {
	require.NoError(t, l.Validate())
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	return dispatch.Armed{Due: due, DueAt: deadline.Due(due, shanghai), Moments: l.Moments(due, days, shanghai),
		Ladder: version, ReplyWorkingDays: l.ReplyWorkingDays}
}

// without is the default ladder without a rung.
func without(key string) deadline.Ladder {
	l := deadline.Default()
	l.Rungs = slices.DeleteFunc(l.Rungs, func(r deadline.Rung) bool { return r.Key == key })
	return l
}

// The ladder of a plan is changed while an assignment is under way: what is
// ahead changes, what has passed stays.
func TestALadderIsChangedOnTheWay(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 6, 12)) // 30, 14 and 7 days before are over
	reminders := count(l.types, "assignment.remind")
	require.Equal(t, 3, reminders)

	changed := without("summon")
	changed.ReplyWorkingDays = 5
	changed.Rungs = append(changed.Rungs,
		deadline.Rung{Key: "before-10", Days: -10, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}},
		deadline.Rung{Key: "before-2", Days: -2, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleHead}})
	l.does(act.Process(), dispatch.ArmLadder, armedBy(t, 1, changed, dueDate))
	require.Equal(t, 1, l.state.Ladder, "the version is on record")
	require.Equal(t, 1, l.state.View().Assignments[0].LadderVersion)
	require.Equal(t, 1, l.state.Schedule.Round, "the date is the same, and so are the rungs that have passed")

	l.passes(day(2026, time.June, 13, 12))
	require.Equal(t, reminders+4, count(l.types, "assignment.remind"), "3, 2 and 1 days before and the day; nothing of what lies behind")
	l.passes(day(2026, time.December, 31, 0))
	require.Zero(t, count(l.types, "assignment.summon"), "not a rung any more")
	require.Equal(t, 1, count(l.types, "assignment.circulate"))
	orders := started(l)
	require.Len(t, orders, 1)
	require.Equal(t, 5, orders[0].ReplyWorkingDays, "the time to answer is the new one too")
}

// The same assignment is told its ladder again, or an older one that was held up.
func TestALadderThatComesAgain(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 17, 12)) // 督办单 was issued
	second := armedBy(t, 2, deadline.Default(), dueDate)
	l.does(act.Process(), dispatch.ArmLadder, second)
	l.does(act.Process(), dispatch.ArmLadder, second)
	l.refused("stale", act.Process(), dispatch.ArmLadder, armedBy(t, 1, without("circulate"), dueDate))
	l.refused("internal", supervisorOf(inspector), dispatch.ArmLadder, second)
	l.passes(day(2026, time.December, 31, 0))
	for _, kind := range []string{"assignment.overdue", "assignment.urge", "assignment.supervise", "assignment.circulate", "assignment.summon"} {
		require.Equal(t, 1, count(l.types, kind), kind)
	}
	require.Len(t, started(l), 1)
}

// A stricter ladder reaches an assignment that is overdue already: what it moves
// into the past comes at once and once, what it adds there does not come.
func TestAStricterLadderForWhatIsOverdue(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 16, 12)) // the second working day after; urged on the first
	strict := without("supervise")
	strict.Rungs = append(strict.Rungs,
		deadline.Rung{Key: "supervise", Days: 1, Working: true, Action: deadline.Supervise, To: []deadline.Audience{deadline.ResponsibleHead}},
		deadline.Rung{Key: "urge-again", Days: 2, Working: true, Action: deadline.Urge, To: []deadline.Audience{deadline.ResponsibleHead}})
	l.does(act.Process(), dispatch.ArmLadder, armedBy(t, 1, strict, dueDate))
	next, waits := l.state.Next()
	require.True(t, waits)
	require.False(t, next.After(l.now), "the order is due by the new ladder")
	l.passes(l.now)
	require.Len(t, started(l), 1)
	require.Equal(t, 1, count(l.types, "assignment.urge"), "the new rung of this morning is left out")
	l.passes(day(2026, time.December, 31, 0))
	require.Len(t, started(l), 1)
}

// A ladder comes in while the new date of an extension still waits for its own.
func TestALadderBetweenANewDateAndItsMoments(t *testing.T) {
	l := acknowledged(t)
	later := date(2026, time.August, 14)
	l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: later, Reason: "汛期停工。"})
	l.refused("stale", act.Process(), dispatch.ArmLadder, armedBy(t, 3, without("summon"), dueDate))
	l.does(act.Process(), dispatch.ArmLadder, armedBy(t, 3, without("summon"), later))
	require.False(t, l.state.Arming)
	require.Equal(t, 2, l.state.Schedule.Round, "the new date has a ladder of its own")
	l.refused("stale", act.Process(), dispatch.ArmLadder, armedBy(t, 2, deadline.Default(), later))
	l.passes(day(2026, time.December, 31, 0))
	require.Zero(t, count(l.types, "assignment.summon"))
	require.Equal(t, 1, count(l.types, "assignment.overdue"))
}

// The moments of a new date come in late, as nobody was there to compute them:
// what they have since the date was set is not lost.
func TestMomentsOfANewDateThatComeInLate(t *testing.T) {
	l := acknowledged(t)
	later := date(2026, time.July, 10)
	l.passes(day(2026, time.July, 1, 12))
	l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: later, Reason: "汛期停工。"})
	seen := len(l.types)
	l.now = day(2026, time.July, 16, 12) // the fourth working day after
	l.does(act.Process(), dispatch.ArmLadder, armed(t, later))
	l.passes(l.now)
	since := l.types[seen:]
	for _, kind := range []string{"assignment.remind", "assignment.overdue", "assignment.urge", "assignment.supervise"} {
		require.Equal(t, 1, count(since, kind), kind)
	}
	require.Zero(t, count(since, "assignment.circulate"))
}

func TestFactsForLights(t *testing.T) {
	l := submitted(t)
	l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Comment: "退回。"})
	l.does(operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "补办。", Percent: 80})
	l.does(operatorOf(heping), dispatch.RequestExtension, askedFor)
	l.does(headOf(education), dispatch.Sign, agree(l, 1))
	l.does(supervisorOf(inspector), dispatch.Sign, agree(l, 1))
	l.does(act.Process(), dispatch.ArmLadder, armed(t, askedFor.Due))
	l.passes(day(2026, time.July, 20, 12))
	row := l.state.View().Assignments[0]
	require.Equal(t, []int{1, 80, 1, 1}, []int{row.Returns, row.Percent, row.Extended, row.Orders})
}
