package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
)

// counted is the time of working days since a moment, by the built-in years and
// those that are given, after so many loads.
func counted(t require.TestingT, version int64, from time.Time, workingDays int, years ...calendar.Year) dispatch.ReplyDueSet {
	days, err := calendar.New(append(calendar.Builtin(), years...)...)
	require.NoError(t, err)
	begins := calendar.DateOf(from, shanghai)
	last := days.AddWorkingDays(begins, workingDays)
	set := dispatch.ReplyDueSet{ReplyDue: deadline.Due(last, shanghai), Counted: &dispatch.Counted{From: from, WorkingDays: workingDays,
		Last: last, Calendar: version, Provisional: days.ProvisionalYears(begins.AddDays(1), last)}}
	if version > 0 {
		why := loadOf2027(version)
		set.Why = &why
	}
	return set
}

// orderAtYearEnd is issued on Wednesday, 30 December 2026; the third working day
// after it is 4 January 2027, or the 6th by the notice.
func orderAtYearEnd(t *testing.T) *life[dispatch.Supervision] {
	in := orderOpening()
	l := &life[dispatch.Supervision]{t: t, now: day(2026, time.December, 30, 9)}
	set := counted(t, 0, l.now, 3)
	in.ReplyDue, in.Counted = set.ReplyDue, set.Counted
	l.does(act.Process(), dispatch.Open, in)
	return l
}

func TestALoadedYearMovesAReplyDeadline(t *testing.T) {
	l := orderAtYearEnd(t)
	row := l.state.View().Supervisions[0]
	require.Equal(t, []int{2027}, row.ProvisionalYears)
	require.True(t, row.ReplyFrom.Equal(l.now))
	first := l.state.ReplyDue
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	asked := l.effects[len(l.effects)-1]
	require.Equal(t, 3, asked.ReplyDue)
	require.Equal(t, heping.ID, asked.Unit)
	require.True(t, asked.From.Equal(day(2026, time.December, 30, 9)), "the time runs since the order was issued")

	told := len(l.notices)
	moved := counted(t, 1, asked.From, 3, notice2027)
	l.does(act.Process(), dispatch.SetReplyDue, moved)
	l.refused("stale", act.Process(), dispatch.SetReplyDue, moved)
	require.Equal(t, day(2027, time.January, 6, 0).UTC(), l.state.ReplyDue, "the end of the 5th")
	require.True(t, first.Before(l.state.ReplyDue))
	require.Equal(t, l.state.ReplyDue, l.state.Steps[0].ReplyDue)
	require.Len(t, l.notices, told+1)
	require.Equal(t, heping.ID, l.notices[told].To.Unit)
	require.Contains(t, l.notices[told].Title, "2027-01-05")
	require.Empty(t, l.state.View().Supervisions[0].ProvisionalYears)

	before := len(l.effects)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	require.Len(t, l.effects, before, "it goes by that load already")
	l.passes(first)
	require.False(t, l.state.Raised, "the old moment is silent")
	l.passes(l.state.ReplyDue)
	require.True(t, l.state.Raised)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(2))
	require.Len(t, l.effects, before, "what has passed does not move")
	require.EqualValues(t, -1, l.state.View().Supervisions[0].CalendarVersion)
}

// A year that leaves the deadline where it is disturbs nobody and takes the label
// away.
func TestALoadedYearLeavesAReplyDeadline(t *testing.T) {
	l := orderAtYearEnd(t)
	plain := notice2027
	plain.Holidays = nil
	told := len(l.notices)
	l.does(act.Process(), dispatch.SetReplyDue, counted(t, 1, day(2026, time.December, 30, 9), 3, plain))
	require.Len(t, l.notices, told)
	require.Empty(t, l.state.View().Supervisions[0].ProvisionalYears)
	require.EqualValues(t, 1, l.state.View().Supervisions[0].CalendarVersion)
}

// The answer to a load is of no use once another answer is wanted.
func TestALoadedYearAndAnOrderThatWasSentBack(t *testing.T) {
	l := orderAtYearEnd(t)
	late := reply()
	late.Due = date(2027, time.January, 4)
	l.does(headOf(heping), dispatch.Answer, late)
	require.EqualValues(t, -1, l.state.View().Supervisions[0].CalendarVersion, "until the promise is armed nothing is counted")
	l.does(supervisorOf(inspector), dispatch.SendBack, dispatch.Because{Reason: "不具体"})
	require.Equal(t, heping.ID, l.effects[len(l.effects)-1].Unit)
	l.refused("stale", act.Process(), dispatch.SetReplyDue, counted(t, 1, day(2026, time.December, 30, 9), 3, notice2027))
	l.does(act.Process(), dispatch.SetReplyDue, counted(t, 0, l.now, 3))
	require.Equal(t, []int{2027}, l.state.View().Supervisions[0].ProvisionalYears)
}

func TestALoadedYearMovesTheReminderOfAPromise(t *testing.T) {
	l := orderAtYearEnd(t)
	late := reply()
	late.Due = date(2027, time.January, 4) // a Monday; the working day before is the 1st, or 31 December by the notice
	l.does(headOf(heping), dispatch.Answer, late)
	arm := func(version int64, years ...calendar.Year) dispatch.Armed {
		armed := armedIn(t, version, late.Due, years...)
		days, err := calendar.New(append(calendar.Builtin(), years...)...)
		require.NoError(t, err)
		armed.Moments = deadline.Default().ForPromise().Moments(late.Due, days, shanghai)
		return armed
	}
	l.does(act.Process(), dispatch.ArmPromise, arm(0))
	require.Equal(t, []int{2027}, l.state.View().Supervisions[0].ProvisionalYears)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	asked := l.effects[len(l.effects)-1]
	require.Equal(t, &late.Due, asked.ArmPromise)
	l.does(act.Process(), dispatch.ArmPromise, arm(1, notice2027))
	l.refused("stale", act.Process(), dispatch.ArmPromise, arm(1, notice2027))
	l.passes(day(2026, time.December, 31, 12))
	require.Equal(t, 1, count(l.types, "supervision.promise-remind"))
	l.passes(day(2027, time.January, 6, 0))
	require.Equal(t, 1, count(l.types, "supervision.promise-remind"))
	require.Equal(t, 1, count(l.types, "supervision.promise-broken"))
}

func TestALoadedYearMovesAConsent(t *testing.T) {
	l := yearEnd(t)
	l.now = day(2026, time.December, 30, 9)
	l.does(supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Unit: dongyuan, Due: date(2027, time.March, 31), Reason: "区划调整。"})
	require.Equal(t, dongyuan.ID, l.effects[len(l.effects)-1].Unit, "the unit that is asked counts its own days")
	l.does(act.Process(), dispatch.SetConsentDue, counted(t, 0, l.now, 3))
	require.Equal(t, []int{2027}, l.state.View().Assignments[0].ProvisionalYears)

	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 1, l.state.Due, notice2027))
	require.Equal(t, []int{2027}, l.state.View().Assignments[0].ProvisionalYears, "the consent still waits for the notice")
	require.Zero(t, l.state.View().Assignments[0].CalendarVersion)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	asked := l.effects[len(l.effects)-1]
	require.Equal(t, 3, asked.ConsentDue)
	told := len(l.notices)
	l.does(act.Process(), dispatch.SetConsentDue, counted(t, 1, asked.From, 3, notice2027))
	require.Len(t, l.notices, told+1)
	require.Equal(t, dongyuan.ID, l.notices[told].To.Unit)
	require.Empty(t, l.state.View().Assignments[0].ProvisionalYears)
	require.EqualValues(t, 1, l.state.View().Assignments[0].CalendarVersion)
	l.refused("stale", act.Process(), dispatch.SetConsentDue, counted(t, 1, asked.From, 3, notice2027))
}
