package deadline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/deadline"
)

// at reads a moment of Asia/Shanghai: "2026-11-30 09:00".
func at(t require.TestingT, text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, shanghai(t))
	require.NoError(t, err)
	return moment
}

func arm(t require.TestingT, due, now string) deadline.Schedule {
	return deadline.Arm(deadline.Due(date(t, due), shanghai(t)), defaultMoments(t, due), at(t, now))
}

// outcomes is what became of each rung of one due date.
func outcomes(s deadline.Schedule, round int) map[string]deadline.Outcome {
	became := map[string]deadline.Outcome{}
	for _, p := range s.Passed {
		if p.Round == round {
			became[p.Key] = p.Outcome
		}
	}
	return became
}

func delivered(p deadline.Passing) []string {
	var keys []string
	for _, m := range p.Deliver {
		keys = append(keys, m.Key)
	}
	return keys
}

// quiet requires that nothing happened.
func quiet(t require.TestingT, p deadline.Passing) {
	require.False(t, p.Overdue)
	require.Empty(t, p.Deliver)
}

// run passes the schedule at every moment that it asks for, up to the end, and
// tells what happened when.
func run(t require.TestingT, s deadline.Schedule, end string) (deadline.Schedule, []string) {
	var log []string
	for {
		next, waits := s.Next()
		if !waits || next.After(at(t, end)) {
			return s, log
		}
		var passing deadline.Passing
		s, passing = s.Pass(next)
		when := next.In(shanghai(t)).Format("01-02 15:04 ")
		if passing.Overdue {
			log = append(log, when+"overdue")
		}
		for _, key := range delivered(passing) {
			log = append(log, when+key)
		}
	}
}

func TestAnAssignmentThatNobodyTouches(t *testing.T) {
	s, log := run(t, arm(t, "2026-09-30", "2026-09-01 08:00"), "2027-12-31 00:00")
	require.Equal(t, []string{
		"09-16 09:00 before-14", "09-23 09:00 before-7", "09-24 09:00 before-3", "09-29 09:00 before-1", "09-30 09:00 due-day",
		"10-01 00:00 overdue",
		"10-08 09:00 urge", "10-10 09:00 supervise", "10-15 09:00 circulate", "10-27 09:00 summon",
	}, log)
	require.Equal(t, deadline.Skipped, outcomes(s, 1)["before-30"], "31 August was over when it was dispatched")
	_, waits := s.Next()
	require.False(t, waits)
}

func TestARungOfThisVeryMomentIsNotSentAgain(t *testing.T) {
	s := arm(t, "2026-11-30", "2026-11-16 09:00")
	require.Equal(t, deadline.Skipped, outcomes(s, 1)["before-14"])
	next, _ := s.Next()
	require.Equal(t, at(t, "2026-11-23 09:00").UTC(), next)
}

func TestTheDueMoment(t *testing.T) {
	s := arm(t, "2026-11-30", "2026-11-30 12:00")
	s, passing := s.Pass(at(t, "2026-11-30 23:59"))
	quiet(t, passing) // on time until midnight
	s, passing = s.Pass(at(t, "2026-12-01 00:00"))
	require.True(t, passing.Overdue)
	_, passing = s.Pass(at(t, "2026-12-01 00:00"))
	quiet(t, passing) // and told once
}

// The server is down for the last week before the due date and the first weeks
// after it.
func TestAServerThatWasDown(t *testing.T) {
	s, _ := run(t, arm(t, "2026-11-30", "2026-10-01 00:00"), "2026-11-22 00:00")
	s, passing := s.Pass(at(t, "2026-12-09 18:00"))
	require.True(t, passing.Overdue)
	require.Equal(t, []string{"due-day", "urge", "supervise", "circulate"}, delivered(passing),
		"one reminder for all, every escalation in order")
	require.Equal(t, []string{"before-7", "before-3", "before-1"}, passing.Deliver[0].Also)
	require.Equal(t, map[string]deadline.Outcome{
		"before-30": deadline.Delivered, "before-14": deadline.Delivered,
		"before-7": deadline.Merged, "before-3": deadline.Merged, "before-1": deadline.Merged, "due-day": deadline.Delivered,
		"urge": deadline.Delivered, "supervise": deadline.Delivered, "circulate": deadline.Delivered,
	}, outcomes(s, 1))
	for _, p := range s.Passed {
		if p.Key == "before-7" {
			require.Equal(t, at(t, "2026-11-23 09:00").UTC(), p.At, "the record keeps when it should have been sent")
			require.Equal(t, "due-day", p.Into)
		}
	}
	_, passing = s.Pass(at(t, "2026-12-09 18:01"))
	quiet(t, passing) // never twice
}

func TestAServerThatWasDownForOneWeekOnly(t *testing.T) {
	s, _ := run(t, arm(t, "2026-11-30", "2026-10-01 00:00"), "2026-11-22 00:00")
	s, passing := s.Pass(at(t, "2026-11-29 10:00"))
	require.False(t, passing.Overdue)
	require.Equal(t, []string{"before-1"}, delivered(passing))
	require.Equal(t, []string{"before-7", "before-3"}, passing.Deliver[0].Also)
	next, _ := s.Next()
	require.Equal(t, at(t, "2026-11-30 09:00").UTC(), next)
}

func TestReview(t *testing.T) {
	s, _ := run(t, arm(t, "2026-11-30", "2026-10-01 00:00"), "2026-11-24 00:00")
	held := s.Hold()
	next, waits := held.Next()
	require.True(t, waits)
	require.Equal(t, held.Due, next, "only the due moment is waited for")
	held, passing := held.Pass(at(t, "2026-12-02 10:00"))
	require.True(t, passing.Overdue)
	require.Empty(t, passing.Deliver)
	_, waits = held.Next()
	require.False(t, waits)

	t.Run("returned", func(t *testing.T) {
		back := held.Resume()
		back, passing := back.Pass(at(t, "2026-12-02 10:01"))
		require.Equal(t, []string{"due-day", "urge"}, delivered(passing))
		next, _ := back.Next()
		require.Equal(t, at(t, "2026-12-03 09:00").UTC(), next)
	})
	t.Run("accepted", func(t *testing.T) {
		closed := held.Stop(at(t, "2026-12-02 10:01"))
		_, waits := closed.Next()
		require.False(t, waits)
		require.Equal(t, deadline.Cancelled, outcomes(closed, 1)["urge"])
		require.False(t, closed.Hold().Held, "what is closed is not under review")
	})
	t.Run("returned with a new date", func(t *testing.T) {
		again := held.Resume().Rearm(deadline.Due(date(t, "2026-12-15"), shanghai(t)), defaultMoments(t, "2026-12-15"), at(t, "2026-12-02 10:01"))
		require.False(t, again.Overdue)
		require.Equal(t, deadline.Superseded, outcomes(again, 1)["urge"])
		_, log := run(t, again, "2026-12-09 00:00")
		require.Equal(t, []string{"12-08 09:00 before-7"}, log)
	})
}

func TestALeadUnitIsRemindedDuringAReview(t *testing.T) {
	l := deadline.Ladder{SendAt: "09:00", Rungs: []deadline.Rung{
		{Key: "unit", Days: -1, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}},
		{Key: "lead", Days: -1, Working: true, Action: deadline.Remind, To: []deadline.Audience{deadline.LeadOperator}},
	}}
	due := date(t, "2026-11-26")
	s := deadline.Arm(deadline.Due(due, shanghai(t)), l.Moments(due, working(t), shanghai(t)), at(t, "2026-11-01 00:00")).Hold()
	s, passing := s.Pass(at(t, "2026-11-25 09:00"))
	require.Equal(t, []string{"lead"}, delivered(passing))
	_, passing = s.Resume().Pass(at(t, "2026-11-25 10:00"))
	require.Equal(t, []string{"unit"}, delivered(passing))
}

func TestAnExtension(t *testing.T) {
	first := deadline.Due(date(t, "2026-09-30"), shanghai(t))
	s, _ := run(t, arm(t, "2026-09-30", "2026-09-01 08:00"), "2026-09-29 12:00")
	s = s.Rearm(deadline.Due(date(t, "2026-10-31"), shanghai(t)), defaultMoments(t, "2026-10-31"), at(t, "2026-09-29 12:00"))
	require.Equal(t, 2, s.Round)
	require.Equal(t, first, s.FirstDue, "the first date is kept")
	require.Equal(t, deadline.Superseded, outcomes(s, 1)["due-day"])
	require.Equal(t, deadline.Delivered, outcomes(s, 1)["before-1"])
	_, log := run(t, s, "2026-11-03 00:00")
	require.Equal(t, []string{
		"09-30 09:00 before-30", "10-16 09:00 before-14", "10-23 09:00 before-7", "10-28 09:00 before-3", "10-30 09:00 due-day",
		"11-01 00:00 overdue", "11-02 09:00 urge",
	}, log, "31 October is a Saturday: the last two reminders come as one on Friday")
}

func TestAnExtensionOfWhatIsOverdue(t *testing.T) {
	s, _ := run(t, arm(t, "2026-11-10", "2026-10-01 00:00"), "2026-11-14 00:00")
	require.Equal(t, deadline.Delivered, outcomes(s, 1)["supervise"])
	s = s.Rearm(deadline.Due(date(t, "2026-11-20"), shanghai(t)), defaultMoments(t, "2026-11-20"), at(t, "2026-11-14 00:00"))
	_, log := run(t, s, "2026-11-26 00:00")
	require.Equal(t, []string{"11-17 09:00 before-3", "11-19 09:00 before-1", "11-20 09:00 due-day", "11-21 00:00 overdue",
		"11-23 09:00 urge", "11-25 09:00 supervise"}, log, "the ladder begins anew")
}

// The calendar of 2027 is loaded while an assignment of the year end is open:
// what is ahead moves, what has passed does not come again.
func TestACalendarIsLoaded(t *testing.T) {
	s, _ := run(t, arm(t, "2026-12-31", "2026-12-01 00:00"), "2026-12-31 10:00")
	provisional := deadline.Default().Moments(date(t, "2026-12-31"), working(t), shanghai(t))
	require.Equal(t, at(t, "2027-01-01 09:00").UTC(), provisional[6].At, "New Year's Day counts as a working day for the time being")

	s = s.Retime(s.Due, withNewYear(t).moments("2026-12-31"), at(t, "2026-12-31 10:00"))
	require.Equal(t, 1, s.Round)
	s, log := run(t, s, "2027-01-12 00:00")
	require.Equal(t, []string{"01-01 00:00 overdue", "01-04 09:00 urge", "01-06 09:00 supervise"}, log)
	require.Equal(t, deadline.Delivered, outcomes(s, 1)["due-day"])

	// It is taken back after the orders were given: they are not given again.
	s = s.Retime(s.Due, provisional, at(t, "2027-01-12 00:00"))
	_, passing := s.Pass(at(t, "2027-01-12 00:00"))
	require.Equal(t, []string{"circulate"}, delivered(passing), "what was ahead and is past now comes at once")
}

func TestALadderThatIsChanged(t *testing.T) {
	s, _ := run(t, arm(t, "2026-11-30", "2026-10-01 00:00"), "2026-11-24 00:00")
	l := deadline.Default()
	l.Rungs = append(l.Rungs[:9:9], // without 约谈
		deadline.Rung{Key: "before-10", Days: -10, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}},
		deadline.Rung{Key: "before-2", Days: -4, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}})
	s = s.Retime(s.Due, l.Moments(date(t, "2026-11-30"), working(t), shanghai(t)), at(t, "2026-11-24 00:00"))
	became := outcomes(s, 1)
	require.Equal(t, deadline.Skipped, became["before-10"], "new, and past already")
	require.Equal(t, deadline.Superseded, became["summon"], "not a rung any more")
	require.Equal(t, deadline.Delivered, became["before-7"])
	next, _ := s.Next()
	require.Equal(t, at(t, "2026-11-26 09:00").UTC(), next, "new, and ahead")
}

// A rung is taken out of the ladder by mistake and put back.
func TestARungThatIsTakenOutAndPutBack(t *testing.T) {
	s, _ := run(t, arm(t, "2026-11-30", "2026-10-01 00:00"), "2026-11-24 00:00")
	l := deadline.Default()
	l.Rungs = l.Rungs[:9] // without 约谈
	fewer := l.Moments(date(t, "2026-11-30"), working(t), shanghai(t))
	s = s.Retime(s.Due, fewer, at(t, "2026-11-24 00:00"))
	require.Equal(t, deadline.Superseded, outcomes(s, 1)["summon"])
	s = s.Retime(s.Due, defaultMoments(t, "2026-11-30"), at(t, "2026-11-25 00:00"))
	_, log := run(t, s, "2027-01-31 00:00")
	require.Equal(t, "12-21 09:00 summon", log[len(log)-1])
}

// A reminder that was over when the work was given out is moved to a day ahead.
func TestARungThatWasLeftOutAndMoves(t *testing.T) {
	s := arm(t, "2026-11-30", "2026-11-10 00:00")
	require.Equal(t, deadline.Skipped, outcomes(s, 1)["before-30"])
	l := deadline.Default()
	l.Rungs[0].Days = -10
	moved := l.Moments(date(t, "2026-11-30"), working(t), shanghai(t))
	s = s.Retime(s.Due, moved, at(t, "2026-11-10 00:00"))
	s, log := run(t, s, "2026-11-21 00:00")
	require.Equal(t, []string{"11-16 09:00 before-14", "11-20 09:00 before-30"}, log)
	record := len(s.Passed)
	s = s.Retime(s.Due, moved, at(t, "2026-11-21 00:00"))
	require.Len(t, s.Passed, record, "the same again adds nothing to the record")
}

// A rung that is new to the ladder falls on the moment of one that was sent for
// the old due date already: it comes by itself.
func TestANewRungBesideOneThatHasPassed(t *testing.T) {
	s, _ := run(t, arm(t, "2026-11-30", "2026-10-01 00:00"), "2026-11-24 00:00")
	require.Equal(t, deadline.Delivered, outcomes(s, 1)["before-7"])
	l := deadline.Default()
	l.Rungs = append(l.Rungs, deadline.Rung{Key: "before-8", Days: -8, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}})
	due := date(t, "2026-12-27") // 7 and 8 days before it are a Sunday and a Saturday
	moments := l.Moments(due, working(t), shanghai(t))
	s = s.Retime(deadline.Due(due, shanghai(t)), moments, at(t, "2026-11-24 00:00"))
	_, log := run(t, s, "2026-12-20 00:00")
	require.Equal(t, []string{"12-18 09:00 before-8"}, log)
}

// A reminder that was ahead and one that is new fall on the same moment, which
// is past: they come as one, as the former would have.
func TestANewRungBesideOneThatWasAhead(t *testing.T) {
	s := arm(t, "2026-11-30", "2026-11-01 00:00")
	l := deadline.Default()
	l.Rungs = append(l.Rungs, deadline.Rung{Key: "before-13", Days: -13, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}})
	due := date(t, "2026-11-28") // 14 and 13 days before it are a Saturday and a Sunday
	s = s.Retime(deadline.Due(due, shanghai(t)), l.Moments(due, working(t), shanghai(t)), at(t, "2026-11-15 00:00"))
	s, passing := s.Pass(at(t, "2026-11-15 00:00"))
	require.Equal(t, []string{"before-13"}, delivered(passing))
	require.Equal(t, deadline.Merged, outcomes(s, 1)["before-14"])
}

func TestFirstDueIsWhatTheCalendarSaysUntilAnExtension(t *testing.T) {
	zone := shanghai(t)
	moved, granted := deadline.Due(date(t, "2026-12-02"), zone), deadline.Due(date(t, "2026-12-20"), zone)
	s := arm(t, "2026-11-30", "2026-11-01 00:00").Retime(moved, nil, at(t, "2026-11-02 00:00"))
	require.Equal(t, moved, s.FirstDue)
	s = s.Rearm(granted, nil, at(t, "2026-11-03 00:00")).Retime(granted.Add(time.Hour), nil, at(t, "2026-11-04 00:00"))
	require.Equal(t, moved, s.FirstDue)
	require.Equal(t, granted.Add(time.Hour), s.Due)
}

func TestNothingHappensAfterStop(t *testing.T) {
	s := arm(t, "2026-11-30", "2026-11-01 00:00").Stop(at(t, "2026-11-02 00:00"))
	for _, after := range []deadline.Schedule{
		s, s.Hold(), s.Resume(), s.Stop(at(t, "2026-12-01 00:00")),
		s.Rearm(s.Due.AddDate(0, 1, 0), defaultMoments(t, "2026-12-30"), at(t, "2026-11-03 00:00")),
		s.Retime(s.Due.AddDate(0, 1, 0), defaultMoments(t, "2026-12-30"), at(t, "2026-11-03 00:00")),
	} {
		require.Equal(t, s, after)
		_, waits := after.Next()
		require.False(t, waits)
		_, passing := after.Pass(at(t, "2030-01-01 00:00"))
		quiet(t, passing)
	}
}
