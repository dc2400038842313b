package deadline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/deadline"
)

// Whatever the rule, the moment and the notice: the day found again is that with
// which the round was opened, and a load can move nothing of a round that does not
// depend on its year.
func TestRoundDaysLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounds := deadline.DefaultRounds()
		rounds.DayOff = rapid.SampledFrom([]deadline.DayOff{deadline.Before, deadline.After, deadline.Stays}).Draw(t, "day off")
		rounds.FillWorkingDays = rapid.IntRange(1, 10).Draw(t, "fill")
		rounds.CompileWorkingDays = rapid.IntRange(1, 10).Draw(t, "compile")
		for i := range rounds.Rules {
			rounds.Rules[i].Due = deadline.DayOfPeriod{Month: 1, Day: rapid.IntRange(1, 31).Draw(t, "due")}
		}
		before, err := calendar.New(calendar.Builtin()...)
		require.NoError(t, err)
		first := calendar.NewDate(2027, time.January, rapid.IntRange(1, 350).Draw(t, "holiday"))
		last := first.AddDays(rapid.IntRange(0, 8).Draw(t, "days"))
		after, err := calendar.New(append(calendar.Builtin(), calendar.Year{Year: 2027, Source: "通知", Holidays: []calendar.Holiday{{Name: "试验假", Start: first, End: last}}})...)
		require.NoError(t, err)
		now := time.Date(2026, time.June, 1, rapid.IntRange(0, 900*24).Draw(t, "hour"), 0, 0, 0, time.UTC)
		rule := rapid.SampledFrom(rounds.Rules).Draw(t, "rule")
		round, found := rounds.At(rule.Every, now, before, time.UTC)
		require.True(t, found)
		if round.Opens.After(now) {
			return
		}
		asked := deadline.RoundAsked{Period: round.Period, On: calendar.DateOf(now, time.UTC)}
		require.Equal(t, round.Due, rounds.DueOf(asked, before))
		asked.Again = rapid.Bool().Draw(t, "again")
		due := rounds.DueOf(asked, before)
		require.False(t, rounds.DueOf(asked, after).Before(after.AddWorkingDays(asked.On, rounds.FillWorkingDays)), "the time to fill is left")
		if !rounds.DependsOn(2027, asked, due, before) || !rounds.DependsOn(2027, asked, due, after) {
			require.False(t, rounds.Moves(asked, due, before, after, time.UTC, now))
		}
		depends := append(rounds.DueProvisional(asked, before), rounds.CompileProvisional(due, before)...)
		if rounds.DueOf(asked, after) != due {
			require.Contains(t, rounds.DueProvisional(asked, before), 2027, "what may move says so")
		}
		if rounds.CompileDue(due, after) != rounds.CompileDue(due, before) {
			require.Contains(t, depends, 2027)
		}
	})
}

func TestRoundMoves(t *testing.T) {
	before, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	month := deadline.RoundAsked{Period: calendar.Period{Every: calendar.Monthly, Year: 2027, N: 1}, On: calendar.NewDate(2027, time.January, 20)}
	due := calendar.NewDate(2027, time.January, 28)
	for _, c := range []struct {
		name string
		off  calendar.Date
		now  time.Time
		want bool
	}{
		{"the due date", due, time.Date(2027, time.January, 21, 0, 0, 0, 0, time.UTC), true},
		{"the time to compile", calendar.NewDate(2027, time.January, 29), time.Date(2027, time.January, 29, 0, 0, 0, 0, time.UTC), true},
		{"an urge after that", calendar.NewDate(2027, time.February, 3), time.Date(2027, time.February, 3, 0, 0, 0, 0, time.UTC), true},
		{"all is over", due, time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC), false},
		{"another day", calendar.NewDate(2027, time.May, 3), time.Date(2027, time.January, 21, 0, 0, 0, 0, time.UTC), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			after, err := calendar.New(append(calendar.Builtin(), calendar.Year{Year: 2027, Source: "通知", Holidays: []calendar.Holiday{{Name: "试验假", Start: c.off, End: c.off}}})...)
			require.NoError(t, err)
			require.Equal(t, c.want, deadline.DefaultRounds().Moves(month, due, before, after, time.UTC, c.now))
		})
	}
}
