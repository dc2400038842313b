package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
)

// anyCalendar draws a calendar of notices that nobody has written yet, and often
// with days of a unit's own.
func anyCalendar(t *rapid.T) calendar.Calendar {
	cal, err := calendar.New(anyYear(t, 2027, false), anyYear(t, 2028, false))
	require.NoError(t, err)
	if rapid.Bool().Draw(t, "own") {
		cal, err = cal.ForUnit(anyYear(t, 2027, true), anyYear(t, 2028, true))
		require.NoError(t, err)
	}
	return cal
}

// anyYear draws the days off and the working days of a year: of a unit, which may
// work on any day, or of a notice.
func anyYear(t *rapid.T, year int, own bool) calendar.Year {
	y := calendar.Year{Year: year, Source: "通知"}
	off := map[calendar.Date]bool{}
	d := calendar.NewDate(year, time.January, 1).AddDays(rapid.IntRange(0, 40).Draw(t, "first"))
	for d.Year == year {
		last := d.AddDays(rapid.IntRange(0, 25).Draw(t, "length"))
		if last.Year != year {
			break
		}
		y.Holidays = append(y.Holidays, calendar.Holiday{Name: "假", Start: d, End: last})
		for ; !d.After(last); d = d.AddDays(1) {
			off[d] = true
		}
		d = last.AddDays(rapid.IntRange(1, 120).Draw(t, "gap"))
	}
	seen := map[calendar.Date]bool{}
	for range rapid.IntRange(0, 12).Draw(t, "worked") {
		d := calendar.NewDate(year, time.January, 1).AddDays(rapid.IntRange(0, 364).Draw(t, "day"))
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		if !off[d] && !seen[d] && (own || weekend) {
			seen[d] = true
			y.Workdays = append(y.Workdays, d)
		}
	}
	return y
}

func anyDay(t *rapid.T, label string) calendar.Date {
	return calendar.NewDate(2026, time.November, 1).AddDays(rapid.IntRange(0, 900).Draw(t, label))
}

// Adding working days and counting them are inverse, whatever is a day off.
func TestAddingAndCountingAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, from := anyCalendar(t), anyDay(t, "from")
		n := rapid.IntRange(-200, 200).Draw(t, "n")
		to := cal.AddWorkingDays(from, n)
		require.Equal(t, n, cal.WorkingDays(from, to))

		// And the other way round: one arrives at the day, or at the last working day before
		// it, or counting back at the first one after it.
		day := anyDay(t, "day")
		back := cal.AddWorkingDays(from, cal.WorkingDays(from, day))
		switch {
		case cal.WorkingDays(from, day) == 0:
			require.Equal(t, from, back)
		case day.After(from):
			require.Equal(t, cal.PreviousWorking(day), back)
		default:
			require.Equal(t, cal.NextWorking(day), back)
		}
	})
}

// More days end later, a later start does not end earlier, and one more day off
// never brings an end forward.
func TestAddingIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, from := anyCalendar(t), anyDay(t, "from")
		n := rapid.IntRange(-200, 200).Draw(t, "n")
		end := cal.AddWorkingDays(from, n)
		require.True(t, cal.AddWorkingDays(from, n+1).After(end), "one day more ends later")
		if n != 0 {
			require.False(t, cal.AddWorkingDays(from.AddDays(1), n).Before(end), "who starts later does not end earlier")
		}
		if n > 0 {
			off := anyDay(t, "off")
			more, err := cal.ForUnit(calendar.Year{Year: off.Year, Source: "放假", Holidays: []calendar.Holiday{{Name: "假", Start: off, End: off}}})
			require.NoError(t, err)
			plain, err := cal.ForUnit()
			require.NoError(t, err)
			require.False(t, more.AddWorkingDays(from, n).Before(plain.AddWorkingDays(from, n)), "a day off does not bring it forward")
		}
	})
}

// What ends a count, or is moved off a day off, falls on a day that is worked.
func TestNothingFallsOnADayOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, from := anyCalendar(t), anyDay(t, "from")
		for _, n := range []int{-200, -1, 1, 200, rapid.IntRange(1, 200).Draw(t, "n")} {
			require.True(t, cal.IsWorking(cal.AddWorkingDays(from, n)))
		}
		next, previous := cal.NextWorking(from), cal.PreviousWorking(from)
		require.True(t, cal.IsWorking(next) && cal.IsWorking(previous))
		require.False(t, next.Before(from) || previous.After(from))
		require.Equal(t, cal.IsWorking(from), next == from)
		require.Equal(t, cal.IsWorking(from), previous == from)
	})
}

// A count on which no year without a notice has a bearing is the same whatever that
// year's notice will say.
func TestWhatIsNotProvisionalDoesNotMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		notice := anyYear(t, 2027, false)
		before, err := calendar.New(notice)
		require.NoError(t, err)
		after, err := calendar.New(notice, anyYear(t, 2026, false), anyYear(t, 2028, false))
		require.NoError(t, err)
		from, n := anyDay(t, "from"), rapid.IntRange(1, 200).Draw(t, "n")
		end := before.AddWorkingDays(from, n)
		if !before.Provisional(from.AddDays(1), end) {
			require.Equal(t, end, after.AddWorkingDays(from, n))
		}
	})
}
