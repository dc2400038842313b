// Package calendar knows civil dates, the working days of the People's
// Republic of China and the moments at which a day begins and ends.
//
// # How days are counted
//
// The day of the event is not counted: a period of days begins on the day
// after it (民法典 第二百零一条). "30 日内" are natural days, so they end on
// event.AddDays(30); "5 个工作日" are working days, so they end on
// calendar.AddWorkingDays(event, 5). The last day ends at 24:00 (民法典 第二百零三条
// 第二款), which is Date.End.
//
// # Which days are working days
//
// Monday to Friday, without the days off and with the make-up days that the
// State Council's notice for the year names. A year without a notice is
// counted by weekends only and is called provisional.
package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day of the Gregorian calendar without a time or a zone. Dates are
// comparable and can be map keys. The zero value means "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// textLayout is how a date is written in JSON, in the database and in files.
const textLayout = "2006-01-02"

// NewDate returns the date. Like time.Date it normalises values that are out
// of range: 31 November is 1 December.
func NewDate(year int, month time.Month, day int) Date {
	return civil(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDate reads a date written as 2026-11-30.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(textLayout, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %q is not written as YYYY-MM-DD or does not exist", s)
	}
	if t.Year() == 0 {
		return Date{}, fmt.Errorf("date %q: there is no year 0", s)
	}
	return civil(t), nil
}

// DateOf returns the date that a calendar on the wall in loc shows at t.
func DateOf(t time.Time, loc *time.Location) Date { return civil(t.In(loc)) }

func civil(t time.Time) Date {
	year, month, day := t.Date()
	return Date{Year: year, Month: month, Day: day}
}

// midnight is the day's beginning in UTC, the ground for all arithmetic: every
// day has 24 hours there.
func (d Date) midnight() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// String writes the date as 2026-11-30, and no date as an empty string.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether d is no date at all.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether d exists in the calendar, in the years 1 to 9999.
func (d Date) Valid() bool {
	return d.Year >= 1 && d.Year <= 9999 && civil(d.midnight()) == d
}

// Compare returns -1 when d is before other, 0 when they are the same day and
// +1 when d is after other.
func (d Date) Compare(other Date) int {
	return cmp.Or(
		cmp.Compare(d.Year, other.Year),
		cmp.Compare(d.Month, other.Month),
		cmp.Compare(d.Day, other.Day),
	)
}

// Before reports whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After reports whether d is later than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// AddDays returns the date n natural days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return civil(d.midnight().AddDate(0, 0, n)) }

// DaysUntil returns how many natural days lie between d and other: 1 when other
// is tomorrow, negative when it is in the past.
func (d Date) DaysUntil(other Date) int {
	return int(other.midnight().Sub(d.midnight()) / (24 * time.Hour))
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// Start returns the first instant of the day in loc, normally 00:00. Where
// clocks were put forward at midnight it is the instant after the gap.
func (d Date) Start(loc *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
	if DateOf(t, loc).Before(d) {
		_, gap := t.ZoneBounds()
		return gap
	}
	return t
}

// End returns the instant at which the day is over in loc: its 24:00, which is
// 00:00 of the next day. What is due on d is on time while now is before it.
func (d Date) End(loc *time.Location) time.Time { return d.AddDays(1).Start(loc) }

// MarshalText writes the date as 2026-11-30, and no date as an empty string.
func (d Date) MarshalText() ([]byte, error) {
	if !d.IsZero() && !d.Valid() {
		return nil, fmt.Errorf("date %d-%d-%d does not exist", d.Year, d.Month, d.Day)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// DefaultZone is where days begin and end unless a plan says otherwise: the one
// time zone of China.
const DefaultZone = "Asia/Shanghai"
