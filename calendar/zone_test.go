package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/calendar"
)

func TestZone(t *testing.T) {
	for name, hours := range map[string]int{calendar.DefaultZone: 8, "Asia/Urumqi": 6, "UTC": 0} {
		zone, err := calendar.Zone(name)
		require.NoError(t, err)
		_, offset := time.Date(2027, time.January, 1, 0, 0, 0, 0, zone).Zone()
		require.Equal(t, hours*3600, offset, name)
	}
	for _, name := range []string{"", "Local", "Asia/Heyuan", "../etc/passwd", "/usr/share/zoneinfo/UTC", "+08:00", "北京时间"} {
		_, err := calendar.Zone(name)
		require.Error(t, err, name)
	}
}

// Where clocks are changed, a day has its 24:00 all the same, and its morning at
// nine by the wall clock.
func TestDaysOfAZoneThatChangesItsClocks(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	for text, length := range map[string]time.Duration{"2027-03-27": 24 * time.Hour, "2027-03-28": 23 * time.Hour, "2027-10-31": 25 * time.Hour} {
		d := date(t, text)
		require.Equal(t, length, d.End(berlin).Sub(d.Start(berlin)), text)
	}
	// Shanghai had summer time for the last time in 1991.
	shanghai := zone(t, calendar.DefaultZone)
	require.Equal(t, 24*time.Hour, date(t, "2027-05-02").End(shanghai).Sub(date(t, "2027-05-02").Start(shanghai)))
	require.Equal(t, 23*time.Hour, date(t, "1991-04-14").End(shanghai).Sub(date(t, "1991-04-14").Start(shanghai)))
}
