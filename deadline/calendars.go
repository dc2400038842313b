package deadline

import (
	"slices"
	"time"

	"duban/calendar"
)

// Reach returns the first and the last due date whose ladder, whatever it is,
// can depend on the notice of a year.
func Reach(year int) (first, last calendar.Date) {
	// A rung is at most furthestDays working days away, of which a year has a third
	// as many as days at least, also where a unit has a long summer.
	const furthest = 3 * furthestDays
	return calendar.NewDate(year-1, time.December, 1).AddDays(-furthest), calendar.NewDate(year, time.December, 31).AddDays(furthest)
}

// DependsOn reports whether the place of a rung around a due date depends on the
// notice of a year.
func (l Ladder) DependsOn(year int, due calendar.Date, cal calendar.Calendar) bool {
	return slices.ContainsFunc(l.Rungs, func(r Rung) bool {
		_, from, to := r.place(due, cal)
		return slices.Contains(calendar.Notices(from, to), year)
	})
}

// Moved counts the rungs that lie after now and that another calendar, which may
// give another due date as well, gives another moment.
func (l Ladder) Moved(due, dueAfter calendar.Date, before, after calendar.Calendar, zone *time.Location, now time.Time) int {
	moved := 0
	was, is := keyTimes(l.Moments(due, before, zone)), keyTimes(l.Moments(dueAfter, after, zone))
	for _, r := range l.Rungs {
		if was[r.Key].After(now) && !was[r.Key].Equal(is[r.Key]) {
			moved++
		}
	}
	return moved
}
