package deadline

import "duban/calendar"

// Late returns for how many days something is late today that was due on a date:
// natural days and, of them, working days. Both are 0 up to the date itself.
func Late(due, today calendar.Date, cal calendar.Calendar) (natural, working int) {
	if !today.After(due) {
		return 0, 0
	}
	return due.DaysUntil(today), cal.WorkingDays(due, today)
}
