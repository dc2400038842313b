package dispatch_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
)

func started(l *life[dispatch.Assignment]) []dispatch.SupervisionOpening {
	var orders []dispatch.SupervisionOpening
	for _, e := range l.effects {
		if e.StartSupervision != nil {
			orders = append(orders, *e.StartSupervision)
		}
	}
	return orders
}

func count(types []string, kind string) int {
	n := 0
	for _, t := range types {
		if t == kind {
			n++
		}
	}
	return n
}

func TestTheLadderOfAUnitThatNeverAnswers(t *testing.T) {
	l := dispatched(t)
	l.passes(day(2026, time.June, 13, 8))
	require.True(t, l.state.Overdue)
	require.Equal(t, 1, count(l.types, "assignment.overdue"))
	reminders := count(l.types, "assignment.remind")
	require.Positive(t, reminders)

	l.passes(day(2026, time.December, 31, 0))
	require.Equal(t, reminders, count(l.types, "assignment.remind"), "no reminder after the due moment")
	for _, kind := range []string{"assignment.overdue", "assignment.urge", "assignment.supervise", "assignment.circulate", "assignment.summon"} {
		require.Equal(t, 1, count(l.types, kind), kind)
	}
	require.True(t, slices.IsSortedFunc([]int{
		slices.Index(l.types, "assignment.overdue"), slices.Index(l.types, "assignment.urge"),
		slices.Index(l.types, "assignment.supervise"), slices.Index(l.types, "assignment.circulate"), slices.Index(l.types, "assignment.summon"),
	}, func(a, b int) int { return a - b }))

	orders := started(l)
	require.Len(t, orders, 1)
	var levels []dispatch.Level
	for _, m := range l.told(dispatch.Raise) {
		require.Equal(t, "supervision/plan-7-2026-1/1", m.Workflow)
		require.False(t, m.Command.Actor.IsPerson())
		var raising dispatch.Raising
		require.NoError(t, m.Command.Decode(&raising))
		levels = append(levels, raising.Level)
	}
	require.Equal(t, []dispatch.Level{dispatch.LevelCircular, dispatch.LevelSummons}, levels, "the order climbs along")
	require.Equal(t, "plan-7-2026-1.1", orders[0].ID)
	require.Equal(t, heping, orders[0].Unit)
	require.Contains(t, orders[0].Reason, "2026-06-12")
}

func TestWhatWasSubmittedInTimeIsNotLate(t *testing.T) {
	l := submitted(t)
	l.passes(day(2026, time.June, 20, 0))
	require.False(t, l.state.Overdue)
	require.Zero(t, count(l.types, "assignment.overdue"))
	require.Empty(t, started(l))

	l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Comment: "数据不实，退回。"})
	require.True(t, l.state.Overdue, "returned after its date it is late at once")
	require.Equal(t, 1, count(l.types, "assignment.overdue"))
}

func TestALateSubmissionReturnedIsAnnouncedLateOnce(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 13, 12))
	l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "x", Amount: amount(1)})
	l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Comment: "退回。"})
	require.Equal(t, 1, count(l.types, "assignment.overdue"))
}

func TestAnOrderByHand(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 13, 12))
	l.does(supervisorOf(inspector), dispatch.IssueSupervision, dispatch.Because{Reason: "市长批示。"})
	l.refused("already-supervised", supervisorOf(inspector), dispatch.IssueSupervision, dispatch.Because{Reason: "再次。"})
	l.passes(day(2026, time.July, 31, 0))
	require.Len(t, started(l), 1, "the ladder issues no second order while one is open")
}

func TestTheLadderIssuesAtItsLevelWhereNoOrderIsOpen(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 18, 12))
	l.does(process, dispatch.SettleSupervision, dispatch.Settled{N: 1, Outcome: dispatch.SettledLifted})
	l.passes(day(2026, time.December, 31, 0))
	orders := started(l)
	require.Len(t, orders, 2)
	require.Equal(t, dispatch.LevelCircular, orders[1].Level)
	require.Len(t, l.told(dispatch.Raise), 1, "and raises that one")
}

func TestWhatTheSupervisorDecidesOnAnOrder(t *testing.T) {
	late := func(t *testing.T) *life[dispatch.Assignment] {
		l := acknowledged(t)
		l.passes(day(2026, time.June, 18, 12))
		require.Len(t, started(l), 1)
		return l
	}
	later := date(2026, time.July, 20)
	settle := func(l *life[dispatch.Assignment], s dispatch.Settled) {
		s.Supervision, s.N = "plan-7-2026-1.1", 1
		l.does(act.Process(), dispatch.SettleSupervision, s)
	}

	t.Run("accepts the answer", func(t *testing.T) {
		l := late(t)
		settle(l, dispatch.Settled{Outcome: dispatch.SettledAccepted})
		require.True(t, l.state.Overdue)
		require.Equal(t, dueDate, l.state.Due)
		l.refused("already-settled", act.Process(), dispatch.SettleSupervision, dispatch.Settled{N: 1, Outcome: dispatch.SettledStruckOff})
	})
	t.Run("prolongs", func(t *testing.T) {
		l := late(t)
		settle(l, dispatch.Settled{Outcome: dispatch.SettledProlonged, Due: &later, Reason: "雨季停工。"})
		require.False(t, l.state.Overdue)
		require.Equal(t, later, l.state.Due)
		_, waits := l.state.Next()
		require.False(t, waits, "until the new ladder is known the clock is silent")
		l.does(act.Process(), dispatch.ArmLadder, armed(t, later))
		l.passes(day(2026, time.July, 21, 8))
		require.True(t, l.state.Overdue, "the new date binds like the first")
		require.Equal(t, 2, count(l.types, "assignment.overdue"))
	})
	t.Run("reassigns", func(t *testing.T) {
		l := late(t)
		settle(l, dispatch.Settled{Outcome: dispatch.SettledReassigned, Unit: &dongyuan, Due: &later, Reason: "力量不足。"})
		require.Equal(t, []string{"dongyuan operator acknowledge"}, l.waitsFor())
	})
	t.Run("strikes off", func(t *testing.T) {
		l := late(t)
		settle(l, dispatch.Settled{Outcome: dispatch.SettledStruckOff, Reason: "政策调整。"})
		require.True(t, l.state.IsClosed())
		require.Equal(t, dispatch.OutcomeStruckOff, l.state.Outcome)
	})
	t.Run("the work is finished meanwhile", func(t *testing.T) {
		l := late(t)
		l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "x", Amount: amount(2)})
		l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Accept: true})
		notes := l.told(dispatch.NoteClosed)
		require.Len(t, notes, 1)
		require.Equal(t, "supervision/plan-7-2026-1/1", notes[0].Workflow)
	})
}

func TestAStaleLadderIsOfNoUse(t *testing.T) {
	l := acknowledged(t)
	first, second := date(2026, time.July, 1), date(2026, time.August, 3)
	l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: first, Reason: "x"})
	l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: second, Reason: "y"})
	l.refused("stale", act.Process(), dispatch.ArmLadder, armed(t, first))
	l.does(act.Process(), dispatch.ArmLadder, armed(t, second))
	next, waits := l.state.Next()
	require.True(t, waits)
	require.False(t, next.Before(day(2026, time.July, 3, 9)), "reminders of the new date only")
}
