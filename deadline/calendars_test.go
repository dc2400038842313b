package deadline_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/deadline"
)

func TestMomentsKnowOnWhichYearsTheyDepend(t *testing.T) {
	cal, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	for _, c := range []struct {
		due  string
		want map[string][]int // rung -> years
	}{
		{"2026-11-30", map[string][]int{}},
		// 通报 on the 7th working day after 16 December is the 25th, the first day
		// that the notice of 2027 may name.
		{"2026-12-15", map[string][]int{"summon": {2027}}},
		{"2026-12-16", map[string][]int{"circulate": {2027}, "summon": {2027}}},
		{"2026-12-31", map[string][]int{"before-3": {2027}, "before-1": {2027}, "due-day": {2027}, "urge": {2027}, "supervise": {2027}, "circulate": {2027}, "summon": {2027}}},
		{"2027-12-31", map[string][]int{
			"before-30": {2027}, "before-14": {2027}, "before-7": {2027}, "before-3": {2027, 2028}, "before-1": {2027, 2028},
			"due-day": {2027, 2028}, "urge": {2028}, "supervise": {2028}, "circulate": {2028}, "summon": {2028}}},
	} {
		ladder := deadline.Default()
		got := map[string][]int{}
		for _, m := range ladder.Moments(date(t, c.due), cal, shanghai(t)) {
			for _, key := range append(slices.Clone(m.Also), m.Key) {
				if len(m.Provisional) > 0 {
					got[key] = m.Provisional
				}
			}
		}
		require.Equal(t, c.want, got, c.due)
		require.Equal(t, len(c.want) > 0, ladder.DependsOn(2027, date(t, c.due), cal), c.due)
	}
}

func TestRemindersSentAsOneAreProvisionalTogether(t *testing.T) {
	cal, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	ladder := deadline.Ladder{SendAt: "09:00", Rungs: []deadline.Rung{
		{Key: "working", Days: -1, Working: true, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}},
		{Key: "natural", Days: -3, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}},
	}}
	// Monday, 4 January 2027: one working day before is Friday the 1st, and so are
	// three days before.
	moments := ladder.Moments(date(t, "2027-01-04"), cal, shanghai(t))
	require.Len(t, moments, 1)
	require.Equal(t, []int{2027}, moments[0].Provisional)
	schedule := deadline.Arm(deadline.Due(date(t, "2027-01-04"), shanghai(t)), moments, date(t, "2026-12-01").Start(shanghai(t)))
	require.Equal(t, []int{2027}, schedule.Provisional())
	schedule, _ = schedule.Pass(date(t, "2027-01-02").Start(shanghai(t)))
	require.Empty(t, schedule.Provisional(), "what has passed does not move any more")
}

func TestMovedCountsWhatLiesAhead(t *testing.T) {
	before, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	after := withNewYear(t).cal
	ladder, due := deadline.Default(), date(t, "2026-12-31")
	long := date(t, "2026-11-01").Start(shanghai(t))
	require.Equal(t, 4, ladder.Moved(due, due, before, after, shanghai(t), long), "the escalations, by the one day off")
	urged := date(t, "2027-01-01").Start(shanghai(t)).Add(10 * time.Hour)
	require.Equal(t, 3, ladder.Moved(due, due, before, after, shanghai(t), urged))
	early := date(t, "2026-11-02")
	require.Zero(t, ladder.Moved(early, early, before, after, shanghai(t), long))
	require.Equal(t, 10, ladder.Moved(due, date(t, "2027-01-04"), before, after, shanghai(t), long), "all of them with the date")
}

// What a year moves is what depends on it, and lies within its reach.
func TestOnlyRungsThatDependOnAYearMove(t *testing.T) {
	before, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	after := withNewYear(t).cal
	zone := shanghai(t)
	rapid.Check(t, func(t *rapid.T) {
		ladder := drawLadder(t)
		due := calendar.NewDate(2026, time.June, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "due"))
		was, is := ladder.Moments(due, before, zone), ladder.Moments(due, after, zone)
		moved := ladder.Moved(due, due, before, after, zone, time.Time{})
		if moved > 0 {
			require.True(t, ladder.DependsOn(2027, due, before))
			require.True(t, ladder.DependsOn(2027, due, after), "also as one sees it afterwards")
			first, last := deadline.Reach(2027)
			require.False(t, due.Before(first) || due.After(last))
		}
		provisional := slices.ContainsFunc(was, func(m deadline.Moment) bool { return slices.Contains(m.Provisional, 2027) })
		require.Equal(t, ladder.DependsOn(2027, due, before), provisional)
		for _, m := range is {
			require.NotContains(t, m.Provisional, 2027, "nothing waits for a notice that is there")
		}
	})
}
