package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/calendar"
)

// edges is one holiday as the notice says it: the last day that is worked before it,
// its first and last day, the first day that is worked after it, and the weekend
// days that are worked for it.
type edges struct {
	name                       string
	before, first, last, after string
	worked                     []string
}

func everyHoliday() []edges {
	return []edges{
		{"元旦", "2024-12-31", "2025-01-01", "2025-01-01", "2025-01-02", nil},
		{"春节", "2025-01-27", "2025-01-28", "2025-02-04", "2025-02-05", []string{"Sunday 2025-01-26", "Saturday 2025-02-08"}},
		{"清明节", "2025-04-03", "2025-04-04", "2025-04-06", "2025-04-07", nil},
		{"劳动节", "2025-04-30", "2025-05-01", "2025-05-05", "2025-05-06", []string{"Sunday 2025-04-27"}},
		{"端午节", "2025-05-30", "2025-05-31", "2025-06-02", "2025-06-03", nil},
		{"国庆节、中秋节", "2025-09-30", "2025-10-01", "2025-10-08", "2025-10-09", []string{"Sunday 2025-09-28", "Saturday 2025-10-11"}},
		{"元旦", "2025-12-31", "2026-01-01", "2026-01-03", "2026-01-04", []string{"Sunday 2026-01-04"}},
		{"春节", "2026-02-14", "2026-02-15", "2026-02-23", "2026-02-24", []string{"Saturday 2026-02-14", "Saturday 2026-02-28"}},
		{"清明节", "2026-04-03", "2026-04-04", "2026-04-06", "2026-04-07", nil},
		{"劳动节", "2026-04-30", "2026-05-01", "2026-05-05", "2026-05-06", []string{"Saturday 2026-05-09"}},
		{"端午节", "2026-06-18", "2026-06-19", "2026-06-21", "2026-06-22", nil},
		{"中秋节", "2026-09-24", "2026-09-25", "2026-09-27", "2026-09-28", nil},
		{"国庆节", "2026-09-30", "2026-10-01", "2026-10-07", "2026-10-08", []string{"Sunday 2026-09-20", "Saturday 2026-10-10"}},
	}
}

func TestTheEdgesOfEveryHoliday(t *testing.T) {
	cal := builtin(t)
	for _, h := range everyHoliday() {
		t.Run(fmt.Sprintf("%s %s", h.name, h.first[:4]), func(t *testing.T) {
			before, first, last, after := date(t, h.before), date(t, h.first), date(t, h.last), date(t, h.after)
			require.True(t, cal.IsWorking(before), "the day before")
			require.True(t, cal.IsWorking(after), "the day after")
			for d := first; !d.After(last); d = d.AddDays(1) {
				require.False(t, cal.IsWorking(d), d)
				require.Equal(t, before, cal.PreviousWorking(d), d)
				require.Equal(t, after, cal.NextWorking(d), d)
				require.Equal(t, after, cal.AddWorkingDays(d, 1), d)
				require.Equal(t, before, cal.AddWorkingDays(d, -1), d)
			}
			require.Equal(t, after, cal.AddWorkingDays(before, 1))
			require.Equal(t, before, cal.AddWorkingDays(after, -1))
			require.Equal(t, 1, cal.WorkingDays(before, after))
			require.Zero(t, cal.WorkingDays(before, last))
			for _, text := range h.worked {
				day, weekday := date(t, text[len(text)-10:]), text[:len(text)-11]
				require.Equal(t, weekday, day.Weekday().String(), text)
				require.True(t, cal.IsWorking(day), text)
				require.Equal(t, day, cal.NextWorking(day), text)
				require.Equal(t, day, cal.AddWorkingDays(day.AddDays(-1), 1), text)
			}
		})
	}
}

// The list above names all that the built-in years name, by the same names.
func TestEveryHolidayIsListed(t *testing.T) {
	var want, listed []calendar.Day
	for _, y := range calendar.Builtin() {
		want = append(want, y.Days()...)
	}
	years := map[int]*calendar.Year{2025: {Year: 2025}, 2026: {Year: 2026}}
	for _, h := range everyHoliday() {
		y := years[date(t, h.first).Year]
		y.Holidays = append(y.Holidays, calendar.Holiday{Name: h.name, Start: date(t, h.first), End: date(t, h.last)})
		for _, text := range h.worked {
			y.Workdays = append(y.Workdays, date(t, text[len(text)-10:]))
		}
	}
	for _, number := range []int{2025, 2026} {
		listed = append(listed, years[number].Days()...)
	}
	require.Equal(t, want, listed)
	require.Len(t, everyHoliday(), 13)
}

// A day that no notice names is as its weekday says, also beside a holiday.
func TestDaysThatNoNoticeNames(t *testing.T) {
	cal := builtin(t)
	for d := calendar.NewDate(2025, time.January, 1); d.Year < 2027; d = d.AddDays(1) {
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		named := false
		for _, y := range calendar.Builtin() {
			for _, day := range y.Days() {
				named = named || day.Date == d
			}
		}
		if !named {
			require.Equal(t, !weekend, cal.IsWorking(d), "%s is as its weekday says", d)
		}
	}
}
