package deadline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/deadline"
)

// The default ladder: quiet from 20:00 to 08:00 and on days off, sending at 09:00.
func TestWhatTheClockHasToTellWaitsInQuietTime(t *testing.T) {
	for _, c := range []struct{ at, goesOut, why string }{
		{"2026-03-02 09:00", "2026-03-02 09:00", "the time of sending itself"},
		{"2026-03-02 14:30", "2026-03-02 14:30", "by day"},
		{"2026-03-02 19:59", "2026-03-02 19:59", "the last minute"},
		{"2026-03-02 20:00", "2026-03-03 09:00", "the evening"},
		{"2026-03-03 00:00", "2026-03-03 09:00", "a due moment, at midnight"},
		{"2026-03-03 07:59", "2026-03-03 09:00", "before the quiet hours end"},
		{"2026-03-03 08:00", "2026-03-03 08:00", "when they end"},
		{"2026-03-06 22:00", "2026-03-09 09:00", "Friday night to Monday"},
		{"2026-03-07 12:00", "2026-03-09 09:00", "a Saturday"},
		{"2026-02-14 12:00", "2026-02-14 12:00", "a Saturday on which people work"},
		{"2026-02-14 20:00", "2026-02-24 09:00", "the evening before the Spring Festival"},
		{"2025-01-28 00:00", "2025-02-05 09:00", "New Year's Eve, the first day off of 2025"},
		{"2026-10-01 00:00", "2026-10-08 09:00", "the National Day"},
		{"2025-10-05 10:00", "2025-10-09 09:00", "the National Day with the Mid-Autumn Festival"},
		{"2025-12-31 23:00", "2026-01-04 09:00", "the turn of the year, then a Sunday on which people work"},
		{"2028-02-28 21:00", "2028-02-29 09:00", "a leap day"},
	} {
		got := deadline.Default().SendableAt(at(t, c.at), working(t), shanghai(t))
		require.Equal(t, at(t, c.goesOut).UTC(), got, c.why)
	}
}

func TestQuietHoursOfOtherPlans(t *testing.T) {
	night := deadline.Ladder{SendAt: "09:00", Quiet: deadline.Quiet{From: "20:00", Until: "08:00"}}
	noon := deadline.Ladder{SendAt: "09:00", Quiet: deadline.Quiet{From: "12:00", Until: "14:00"}}
	daysOff := deadline.Ladder{SendAt: "09:00", Quiet: deadline.Quiet{DaysOff: true}}
	none := deadline.Ladder{SendAt: "09:00"}
	for _, c := range []struct {
		ladder      deadline.Ladder
		at, goesOut string
	}{
		{night, "2026-03-07 12:00", "2026-03-07 12:00"}, // a Saturday
		{night, "2026-03-07 21:00", "2026-03-09 09:00"},
		{noon, "2026-03-03 12:00", "2026-03-04 09:00"},
		{noon, "2026-03-03 14:00", "2026-03-03 14:00"},
		{daysOff, "2026-03-07 12:00", "2026-03-09 09:00"},
		{daysOff, "2026-03-06 23:59", "2026-03-06 23:59"},
		{none, "2026-10-01 03:00", "2026-10-01 03:00"},
	} {
		require.Equal(t, at(t, c.goesOut).UTC(), c.ladder.SendableAt(at(t, c.at), working(t), shanghai(t)), "%+v at %s", c.ladder.Quiet, c.at)
	}
}

func TestLawsOfQuietTime(t *testing.T) {
	cal, zone := working(t), shanghai(t)
	rapid.Check(t, func(t *rapid.T) {
		l := deadline.Default()
		moment := at(t, "2025-01-01 00:00").Add(time.Duration(rapid.IntRange(0, 730*24*60).Draw(t, "minutes")) * time.Minute)
		out := l.SendableAt(moment, cal, zone)
		require.False(t, out.Before(moment), "nothing goes out before there is something to tell")
		require.Equal(t, out, l.SendableAt(out, cal, zone), "what may go out then may go out then")
		later := l.SendableAt(moment.Add(time.Minute), cal, zone)
		require.False(t, later.Before(out), "what comes later goes out no earlier")
	})
}
