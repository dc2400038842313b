package deadline

import (
	"time"

	"duban/calendar"
)

// Quiet (免打扰) says when the clock does not disturb people: what it has to tell
// them then goes out at the next time of sending. It binds the clock alone; who
// acts at night is passed on at night. The zero value has no quiet time.
type Quiet struct {
	From  string `json:"from"`  // time of day, "20:00"
	Until string `json:"until"` // time of day, "08:00"; one not after From is that of the next day
	// DaysOff makes every hour of a day off quiet.
	DaysOff bool `json:"daysOff,omitempty"`
}

// within reports whether the minute of a day lies between From and Until.
func (q Quiet) within(minute int) bool {
	from, until, known := q.minutes()
	if !known {
		return false
	}
	if from < until {
		return from <= minute && minute < until
	}
	return minute >= from || minute < until
}

// minutes are the ends of the quiet hours as minutes of the day; not known where
// there are none.
func (q Quiet) minutes() (from, until int, known bool) {
	fromHour, fromMinute, err := parseTimeOfDay(q.From)
	if err != nil {
		return 0, 0, false
	}
	untilHour, untilMinute, err := parseTimeOfDay(q.Until)
	return fromHour*60 + fromMinute, untilHour*60 + untilMinute, err == nil
}

// SendableAt returns when something that the clock has to tell at the moment may
// go out: at once, or in quiet time at the next time of sending on a working day.
func (l Ladder) SendableAt(moment time.Time, cal calendar.Calendar, zone *time.Location) time.Time {
	local := moment.In(zone)
	day := calendar.DateOf(moment, zone)
	if !l.Quiet.within(local.Hour()*60+local.Minute()) && !(l.Quiet.DaysOff && !cal.IsWorking(day)) {
		return moment.UTC()
	}
	for {
		day = cal.NextWorking(day)
		if at := l.sentAt(day, zone); !at.Before(moment) {
			return at
		}
		day = day.AddDays(1)
	}
}
