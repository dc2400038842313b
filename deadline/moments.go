package deadline

import (
	"cmp"
	"slices"
	"time"

	"duban/calendar"
)

// Moment is a rung at its place in time.
type Moment struct {
	Key      string     `json:"key"`
	Action   Action     `json:"action"`
	To       []Audience `json:"to"`
	Channels []string   `json:"channels,omitempty"`
	At       time.Time  `json:"at"`             // UTC
	Also     []string   `json:"also,omitempty"` // keys of reminders that fell on the same moment and are sent as this one
	// Provisional are the years without a notice on which the moment depends: it
	// may still move. None where it is final.
	Provisional []int `json:"provisional,omitempty"`
}

// concernsResponsible reports whether the moment is meant for, or held against,
// the unit that delivers. A reminder to the lead unit or the supervisor alone
// does not.
func (m Moment) concernsResponsible() bool {
	return m.Action.Escalates() || slices.ContainsFunc(m.To, Audience.responsible)
}

// Due returns the absolute moment at which something due on the date becomes
// overdue: its 24:00 in the plan's zone, in UTC.
func Due(date calendar.Date, zone *time.Location) time.Time { return date.End(zone).UTC() }

// Moments places the rungs of a valid ladder around a due date, sorted by time.
//
// All are sent at SendAt in the zone, on a working day. A rung up to the due
// date that would fall on a day off is sent on the working day before, so never
// after the due moment; a rung after the due date on the working day after.
// Natural days before and after the due date are AddDays; working days are
// counted from the day before, or after, the due date.
//
// Reminders that fall on the same moment, as they do around long holidays, are
// sent as one: the one nearest to the due date, by its channels, to everybody
// whom any of them addresses; Also names the others. A reminder to the lead
// unit or the supervisor alone is not joined with one to the unit that
// delivers, as only the latter is held during a review. Escalations each open
// something and are never joined.
//
// The due moment itself is no rung: see Due and Schedule.
func (l Ladder) Moments(due calendar.Date, cal calendar.Calendar, zone *time.Location) []Moment {
	type placed struct {
		Moment
		days int
	}
	all := make([]placed, 0, len(l.Rungs))
	for _, r := range l.Rungs {
		day, from, to := r.place(due, cal)
		all = append(all, placed{days: r.Days, Moment: Moment{
			Key: r.Key, Action: r.Action,
			To: slices.Clone(r.To), Channels: slices.Clone(r.Channels),
			At: l.sentAt(day, zone), Provisional: cal.ProvisionalYears(from, to),
		}})
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Action.weight(), b.Action.weight()), cmp.Compare(a.days, b.days))
	})
	moments := make([]Moment, 0, len(all))
	for _, p := range all {
		moments = append(moments, p.Moment)
	}
	return joined(moments, func(a, b Moment) bool { return a.At.Equal(b.At) })
}

// place returns the working day on which the rung is sent, and the first and the
// last day of the calendar that was looked at to find it.
func (r Rung) place(due calendar.Date, cal calendar.Calendar) (day, from, to calendar.Date) {
	asked := due.AddDays(r.Days)
	from = asked
	if r.Working {
		asked, from = cal.AddWorkingDays(due, r.Days), due
		switch { // counting begins with the day beside the due date
		case r.Days > 0:
			from = due.AddDays(1)
		case r.Days < 0:
			from = due.AddDays(-1)
		}
	}
	if r.Days > 0 {
		day = cal.NextWorking(asked)
		return day, from, day
	}
	day = cal.PreviousWorking(asked)
	return day, day, from
}

// sentAt returns SendAt on the day. Validate has made sure that it is a time.
func (l Ladder) sentAt(day calendar.Date, zone *time.Location) time.Time {
	hour, minute, _ := parseTimeOfDay(l.SendAt)
	return time.Date(day.Year, day.Month, day.Day, hour, minute, 0, 0, zone).UTC()
}

func parseTimeOfDay(s string) (hour, minute int, err error) {
	t, err := time.Parse("15:04", s)
	return t.Hour(), t.Minute(), err
}

func (a Action) weight() int { return slices.Index(actions[:], a) }

// joined makes one reminder of those that same says belong together: the last of
// them, in its place. Escalations stay as they are.
func joined(moments []Moment, same func(a, b Moment) bool) []Moment {
	kept := make([]Moment, 0, len(moments))
	for _, m := range moments {
		if !m.Action.Escalates() {
			twin := slices.IndexFunc(kept, func(k Moment) bool {
				return !k.Action.Escalates() && k.concernsResponsible() == m.concernsResponsible() && same(k, m)
			})
			if twin >= 0 {
				m = join(kept[twin], m)
				kept = slices.Delete(kept, twin, twin+1)
			}
		}
		kept = append(kept, m)
	}
	return kept
}

// join makes one reminder of two: the later or nearer one, addressed to the
// people of both and carrying the key of the other.
func join(earlier, later Moment) Moment {
	later.Also = slices.Concat(earlier.Also, []string{earlier.Key}, later.Also)
	if len(earlier.Provisional) > 0 {
		later.Provisional = slices.Compact(slices.Sorted(slices.Values(slices.Concat(earlier.Provisional, later.Provisional))))
	}
	later.To = slices.Clone(later.To)
	for _, to := range earlier.To {
		if !slices.Contains(later.To, to) {
			later.To = append(later.To, to)
		}
	}
	slices.SortFunc(later.To, func(a, b Audience) int {
		return cmp.Compare(slices.Index(audiences[:], a), slices.Index(audiences[:], b))
	})
	return later
}

// TimeOfDay is SendAt as a schedule takes it.
func (l Ladder) TimeOfDay() (hour, minute int) {
	hour, minute, _ = parseTimeOfDay(l.SendAt)
	return hour, minute
}
