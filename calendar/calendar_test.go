package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
)

func builtin(t require.TestingT) calendar.Calendar {
	cal, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	return cal
}

func TestBuiltin(t *testing.T) {
	var years []int
	for _, y := range calendar.Builtin() {
		require.NoError(t, y.Validate())
		require.False(t, y.Provisional)
		years = append(years, y.Year)
	}
	require.Equal(t, []int{2025, 2026}, years)
}

func TestIsWorking(t *testing.T) {
	cal := builtin(t)
	for text, want := range map[string]bool{
		"2025-01-01": false, "2025-01-02": true, // 元旦
		"2025-01-26": true, "2025-01-28": false, "2025-02-04": false, "2025-02-08": true, // 春节 and its make-up days
		"2025-06-02": false, "2025-10-08": false, "2025-10-11": true,
		"2026-01-04": true, "2026-02-14": true, "2026-02-23": false, "2026-02-28": true, "2026-09-20": true, "2026-10-07": false, "2026-10-10": true,
		"2026-11-21": false, "2026-11-23": true, // a plain weekend and Monday
		"2027-01-01": true, "2027-01-02": false, // no notice yet: weekends only
		"2028-02-29": true,
	} {
		require.Equal(t, want, cal.IsWorking(date(t, text)), text)
	}
	require.True(t, calendar.Calendar{}.IsWorking(date(t, "2026-10-01")), "without a notice a Thursday is worked")
}

func TestAddWorkingDays(t *testing.T) {
	cal := builtin(t)
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-23", 5, "2026-11-30"},
		{"2026-11-20", 1, "2026-11-23"},
		{"2026-11-21", 1, "2026-11-23"}, // from a Saturday
		{"2026-11-21", 0, "2026-11-21"},
		{"2026-11-23", -1, "2026-11-20"},
		{"2026-09-30", 1, "2026-10-08"},  // over the National Day
		{"2026-09-30", 3, "2026-10-10"},  // into its make-up Saturday
		{"2026-10-08", -1, "2026-09-30"}, // and back
		{"2026-09-24", 5, "2026-10-09"},  // 中秋 and 国庆 in a row
		{"2026-02-13", 1, "2026-02-14"},  // a Saturday that is worked
		{"2026-02-14", 1, "2026-02-24"},  // over the longest holiday there is
		{"2025-12-31", 1, "2026-01-04"},  // over the year's end, to a Sunday
		{"2026-12-31", 1, "2027-01-01"},  // provisional
		{"2028-02-28", 1, "2028-02-29"},
		{"2025-01-27", 2, "2025-02-06"},
	} {
		require.Equal(t, c.want, cal.AddWorkingDays(date(t, c.from), c.n).String(), "%s %+d", c.from, c.n)
	}
}

func TestNextAndPreviousWorking(t *testing.T) {
	cal := builtin(t)
	for text, want := range map[string][2]string{
		"2026-11-23": {"2026-11-23", "2026-11-23"},
		"2026-10-03": {"2026-09-30", "2026-10-08"},
		"2026-02-15": {"2026-02-14", "2026-02-24"},
		"2026-01-02": {"2025-12-31", "2026-01-04"},
	} {
		require.Equal(t, want[0], cal.PreviousWorking(date(t, text)).String())
		require.Equal(t, want[1], cal.NextWorking(date(t, text)).String())
	}
}

func TestWorkingDaysOfAYear(t *testing.T) {
	cal := builtin(t)
	require.Equal(t, 248, cal.WorkingDays(date(t, "2024-12-31"), date(t, "2025-12-31")))
	require.Equal(t, -248, cal.WorkingDays(date(t, "2026-01-01"), date(t, "2025-01-01")))
	require.Zero(t, cal.WorkingDays(date(t, "2026-10-01"), date(t, "2026-10-07")))
}

func TestCalendarLaws(t *testing.T) {
	cal := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.NewDate(2024, time.July, 1).AddDays(rapid.IntRange(0, 1_300).Draw(t, "from"))
		n, m := rapid.IntRange(-120, 120).Draw(t, "n"), rapid.IntRange(-120, 120).Draw(t, "m")
		to := cal.AddWorkingDays(from, n)

		require.Equal(t, n, cal.WorkingDays(from, to), "counting is the inverse of adding")
		require.True(t, n == 0 || cal.IsWorking(to), "one arrives at a working day")
		require.Equal(t, n > 0, to.After(from))
		require.Equal(t, n < 0, to.Before(from))
		if n*m >= 0 {
			require.Equal(t, cal.AddWorkingDays(from, n+m), cal.AddWorkingDays(to, m), "in one step or in two")
		}
		if cal.IsWorking(from) {
			require.Equal(t, from, cal.AddWorkingDays(to, -n), "and back")
		}
		require.False(t, cal.AddWorkingDays(from, n+1).Before(cal.AddWorkingDays(from, n)), "more days never end earlier")
		if n > 0 {
			require.False(t, cal.AddWorkingDays(from.AddDays(1), n).Before(to), "who starts later never ends earlier")
		}

		next, previous := cal.NextWorking(from), cal.PreviousWorking(from)
		require.True(t, cal.IsWorking(next) && cal.IsWorking(previous))
		require.False(t, next.Before(from) || previous.After(from))
		require.LessOrEqual(t, cal.WorkingDays(previous, next), 1, "with nothing between them")
	})
}

// WorkingDays counts the days that IsWorking names, wherever one cuts.
func TestWorkingDaysLaws(t *testing.T) {
	cal := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.IntRange(0, 1_300)
		first := calendar.NewDate(2024, time.July, 1)
		a, b := first.AddDays(day.Draw(t, "a")), first.AddDays(day.Draw(t, "b"))
		if b.Before(a) {
			a, b = b, a
		}
		middle := a.AddDays(rapid.IntRange(0, a.DaysUntil(b)).Draw(t, "middle"))

		want := 0
		for d := a.AddDays(1); !d.After(b); d = d.AddDays(1) {
			if cal.IsWorking(d) {
				want++
			}
		}
		require.Equal(t, want, cal.WorkingDays(a, b))
		require.Equal(t, want, cal.WorkingDays(a, middle)+cal.WorkingDays(middle, b))

		back := 0
		for d := a; d.Before(b); d = d.AddDays(1) {
			if cal.IsWorking(d) {
				back++
			}
		}
		require.Equal(t, -back, cal.WorkingDays(b, a))
	})
}
