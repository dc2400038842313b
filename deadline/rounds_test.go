package deadline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
)

// ended is a rule whose reports are asked for after the period has ended.
func ended(every calendar.Every) deadline.RoundRule {
	return deadline.RoundRule{Every: every, Opens: deadline.DayOfPeriod{Month: 1, Day: 1}, Due: deadline.DayOfPeriod{Month: 1, Day: 10}}
}

func TestRoundAt(t *testing.T) {
	cal, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	afterwards := deadline.DefaultRounds()
	afterwards.Rules = []deadline.RoundRule{ended(calendar.Monthly), ended(calendar.Yearly)}
	afterwards.DayOff = deadline.After
	lastDay := deadline.DefaultRounds()
	lastDay.Rules = []deadline.RoundRule{{Every: calendar.Monthly, Opens: deadline.DayOfPeriod{Day: 20}, Due: deadline.DayOfPeriod{Day: 31}}}
	lastDay.DayOff = deadline.Stays
	for _, c := range []struct {
		name                       string
		rounds                     deadline.Rounds
		every                      calendar.Every
		now                        string
		period, opens, due, leftTo string
	}{
		{"on the day, to the minute", deadline.DefaultRounds(), calendar.Monthly, "2026-01-20 09:00", "2026-01", "2026-01-20 09:00", "2026-01-28", ""},
		{"a minute before it is the month before", deadline.DefaultRounds(), calendar.Monthly, "2026-01-20 08:59", "2025-12", "2025-12-22 09:00", "2026-01-23", "2025"},
		{"the 28th is a Saturday that is made up for", deadline.DefaultRounds(), calendar.Monthly, "2026-02-24 09:00", "2026-02", "2026-02-24 09:00", "2026-02-28", ""},
		{"asked in the holidays: opens when they are over", deadline.DefaultRounds(), calendar.Monthly, "2026-02-20 09:00", "2026-02", "2026-02-24 09:00", "2026-02-28", ""},
		{"March is left to the quarter", deadline.DefaultRounds(), calendar.Monthly, "2026-03-20 09:00", "2026-03", "2026-03-20 09:00", "2026-03-27", "2026-Q1"},
		{"the quarter itself", deadline.DefaultRounds(), calendar.Quarterly, "2026-03-20 09:00", "2026-Q1", "2026-03-20 09:00", "2026-03-27", ""},
		{"December is left to the year, over the quarter", deadline.DefaultRounds(), calendar.Monthly, "2026-12-21 09:00", "2026-12", "2026-12-21 09:00", "2026-12-28", "2026"},
		{"the fourth quarter, too", deadline.DefaultRounds(), calendar.Quarterly, "2026-12-21 09:00", "2026-Q4", "2026-12-21 09:00", "2026-12-28", "2026"},
		{"a week late: the time to fill is left", deadline.DefaultRounds(), calendar.Monthly, "2026-04-27 10:00", "2026-04", "2026-04-20 09:00", "2026-04-30", ""},
		{"long after: still the last one, never those before", deadline.DefaultRounds(), calendar.Monthly, "2026-06-18 10:00", "2026-05", "2026-05-20 09:00", "2026-06-24", ""},
		{"asked afterwards", afterwards, calendar.Monthly, "2026-04-01 09:00", "2026-03", "2026-04-01 09:00", "2026-04-10", ""},
		{"due on a Sunday: the Monday after", afterwards, calendar.Monthly, "2026-05-06 09:00", "2026-04", "2026-05-06 09:00", "2026-05-11", ""},
		{"a year asked afterwards", afterwards, calendar.Yearly, "2026-01-05 09:00", "2025", "2026-01-04 09:00", "2026-01-12", ""},
		{"the last day of a short month", lastDay, calendar.Monthly, "2026-02-24 09:00", "2026-02", "2026-02-24 09:00", "2026-02-28", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			now, err := time.ParseInLocation("2006-01-02 15:04", c.now, shanghai)
			require.NoError(t, err)
			round, found := c.rounds.At(c.every, now, cal, shanghai)
			require.True(t, found)
			require.Equal(t, []string{c.period, c.opens, c.due, c.leftTo},
				[]string{round.Period.String(), round.Opens.In(shanghai).Format("2006-01-02 15:04"), round.Due.String(), round.LeftTo.String()})
		})
	}
	_, found := afterwards.At(calendar.Quarterly, time.Now(), cal, shanghai)
	require.False(t, found, "no rule")
}

func TestRoundsThatAreAskedOnOtherDaysAreNotLeft(t *testing.T) {
	rounds := deadline.DefaultRounds()
	rounds.Rules[2] = ended(calendar.Yearly) // asked in January
	at := time.Date(2026, time.December, 21, 12, 0, 0, 0, time.UTC)
	month, _ := rounds.At(calendar.Monthly, at, calendar.Calendar{}, time.UTC)
	require.Equal(t, "2026-Q4", month.LeftTo.String())
	quarter, _ := rounds.At(calendar.Quarterly, at, calendar.Calendar{}, time.UTC)
	require.Equal(t, calendar.Period{}, quarter.LeftTo)
}

func TestFires(t *testing.T) {
	for _, c := range []struct {
		rule   deadline.RoundRule
		months int
		first  time.Month
	}{
		{deadline.DefaultRounds().Rules[0], 12, time.January},
		{deadline.DefaultRounds().Rules[1], 4, time.March},
		{deadline.DefaultRounds().Rules[2], 1, time.December},
		{ended(calendar.Quarterly), 4, time.January},
		{ended(calendar.Yearly), 1, time.January},
	} {
		months, day := c.rule.Fires()
		require.Len(t, months, c.months)
		require.Equal(t, c.first, months[0])
		require.Equal(t, c.rule.Opens.Day, day)
	}
}

func TestRoundsFaults(t *testing.T) {
	require.NoError(t, deadline.DefaultRounds().Validate())
	require.NoError(t, deadline.Rounds{DayOff: deadline.Stays, FillWorkingDays: 1, CompileWorkingDays: 1, Ladder: deadline.DefaultRounds().Ladder}.Validate(),
		"a plan may ask for nothing")
	for field, change := range map[string]func(*deadline.Rounds){
		"rules[1].every":              func(r *deadline.Rounds) { r.Rules[1].Every = calendar.Monthly },
		"rules[0].every":              func(r *deadline.Rounds) { r.Rules[0].Every = "week" },
		"rules[2].opens":              func(r *deadline.Rounds) { r.Rules[2].Opens.Day = 29; r.Rules[2].Due.Day = 31 },
		"rules[2].due":                func(r *deadline.Rounds) { r.Rules[2].Due.Day = 20 },
		"dayOff":                      func(r *deadline.Rounds) { r.DayOff = "" },
		"fillWorkingDays":             func(r *deadline.Rounds) { r.FillWorkingDays = 0 },
		"compileWorkingDays":          func(r *deadline.Rounds) { r.CompileWorkingDays = 61 },
		"ladder":                      func(r *deadline.Rounds) { r.Ladder.Rungs[7].Action = deadline.Summon },
		"yearTurn.day":                func(r *deadline.Rounds) { r.YearTurn.Day = 31 },
		"yearTurn.confirmWorkingDays": func(r *deadline.Rounds) { r.YearTurn.ConfirmWorkingDays = 0 },
		"yearTurn.ladder":             func(r *deadline.Rounds) { r.YearTurn.Ladder.SendAt = "9" },
	} {
		rounds := deadline.DefaultRounds()
		change(&rounds)
		var refusal *act.Refusal
		require.ErrorAs(t, rounds.Validate(), &refusal, field)
		require.Len(t, refusal.Faults, 1, field)
		require.Equal(t, field, refusal.Faults[0].Field)
	}
}

// Whatever the rule and the moment: the round's day has come, the next one's has
// not, units have their time, and what is left is left to one that exists and is
// not left itself.
func TestRoundLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounds := deadline.DefaultRounds()
		for i := range rounds.Rules {
			rule := &rounds.Rules[i]
			rule.Opens = deadline.DayOfPeriod{Month: rapid.IntRange(0, 1).Draw(t, "month"), Day: rapid.IntRange(1, 28).Draw(t, "opens")}
			rule.Due = deadline.DayOfPeriod{Month: rule.Opens.Month + 1, Day: rapid.IntRange(1, 31).Draw(t, "due")}
		}
		rounds.DayOff = rapid.SampledFrom([]deadline.DayOff{deadline.Before, deadline.After, deadline.Stays}).Draw(t, "day off")
		rounds.FillWorkingDays = rapid.IntRange(1, 10).Draw(t, "fill")
		require.NoError(t, rounds.Validate())
		cal, err := calendar.New(calendar.Builtin()...)
		require.NoError(t, err)
		now := time.Date(rapid.IntRange(2025, 2027).Draw(t, "year"), time.January, 1, rapid.IntRange(0, 365*24).Draw(t, "hour"), 0, 0, 0, time.UTC)
		today := calendar.DateOf(now, time.UTC)
		for _, rule := range rounds.Rules {
			round, found := rounds.At(rule.Every, now, cal, time.UTC)
			require.True(t, found)
			opens := calendar.DateOf(round.Opens, time.UTC)
			require.True(t, cal.IsWorking(opens))
			require.False(t, cal.AddWorkingDays(opens, rounds.FillWorkingDays).After(round.Due))
			require.False(t, cal.AddWorkingDays(today, rounds.FillWorkingDays).After(round.Due) && !opens.After(today))
			later, _ := rounds.At(rule.Every, now.AddDate(1, 0, 0), cal, time.UTC)
			require.True(t, later.Period.First().After(round.Period.First()))
			again, _ := rounds.At(rule.Every, round.Opens, cal, time.UTC)
			require.Equal(t, round.Period, again.Period)
			if round.LeftTo != (calendar.Period{}) {
				require.Equal(t, round.Period.Last(), round.LeftTo.Last())
				require.True(t, round.LeftTo.First().Before(round.Period.First()))
			}
		}
	})
}
