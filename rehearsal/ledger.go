package rehearsal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"duban/calendar"
)

// ledger counts what came to each unit and what it did, by the day.
type ledger map[string]map[calendar.Date]tally

// tally are the counts of one unit on one day.
type tally struct{ arrived, done, notices int }

func newLedger() ledger { return ledger{} }

func (l ledger) arrived(unit string, on calendar.Date) { l.add(unit, on, tally{arrived: 1}) }
func (l ledger) done(unit string, on calendar.Date)    { l.add(unit, on, tally{done: 1}) }
func (l ledger) noticed(unit string, on calendar.Date) { l.add(unit, on, tally{notices: 1}) }

func (l ledger) add(unit string, on calendar.Date, more tally) {
	if l[unit] == nil {
		l[unit] = map[calendar.Date]tally{}
	}
	l[unit][on] = l[unit][on].plus(more)
}

func (t tally) plus(more tally) tally {
	return tally{t.arrived + more.arrived, t.done + more.done, t.notices + more.notices}
}

// weeks lists what each unit had in each week in which something happened to
// it, by unit and week.
func (l ledger) weeks(nameOf func(unit string) string) []UnitWeek {
	weeks := []UnitWeek{}
	for _, unit := range slices.Sorted(maps.Keys(l)) {
		mondays := map[calendar.Date]tally{}
		for day, counted := range l[unit] {
			mondays[monday(day)] = mondays[monday(day)].plus(counted)
		}
		waiting := 0
		for _, m := range slices.SortedFunc(maps.Keys(mondays), calendar.Date.Compare) {
			t := mondays[m]
			waiting += t.arrived - t.done
			weeks = append(weeks, UnitWeek{Unit: unit, UnitName: nameOf(unit), Week: weekOf(m), Monday: m,
				Arrived: t.arrived, Done: t.done, Waiting: waiting, Notices: t.notices})
		}
	}
	return weeks
}

// busiest lists the days on which most entries and notices came in, the busiest
// first.
func (l ledger) busiest(most int) []Day {
	sums := map[calendar.Date]tally{}
	for _, days := range l {
		for day, counted := range days {
			sums[day] = sums[day].plus(counted)
		}
	}
	days := make([]Day, 0, len(sums))
	for day, t := range sums {
		days = append(days, Day{Date: day, Notices: t.notices, Arrived: t.arrived, Done: t.done})
	}
	slices.SortFunc(days, func(a, b Day) int {
		return cmp.Or(cmp.Compare(b.Notices+b.Arrived, a.Notices+a.Arrived), a.Date.Compare(b.Date))
	})
	return days[:min(most, len(days))]
}

const daysOfWeek = 7

// monday is the first day of a date's week.
func monday(day calendar.Date) calendar.Date {
	return day.AddDays(-(int(day.Weekday()) + daysOfWeek - int(time.Monday)) % daysOfWeek)
}

// mondays begin the weeks that were played.
func (r Result) mondays() []calendar.Date {
	var all []calendar.Date
	for m := monday(r.From); !m.After(r.To); m = m.AddDays(daysOfWeek) {
		all = append(all, m)
	}
	return all
}

// weekOf names the week that begins on a Monday, as ISO 8601 counts.
func weekOf(monday calendar.Date) string {
	year, week := monday.Start(time.UTC).ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, week)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
