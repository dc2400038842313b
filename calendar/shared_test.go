package calendar_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/calendar"
)

// notices is what ../shared/calendar says of one year.
type notices struct {
	Holidays []struct {
		Start, End calendar.Date
		Workdays   []calendar.Date
	} `json:"holidays"`
	OffDays     int             `json:"off_days"`
	Makeup      []calendar.Date `json:"makeup_workdays"`
	WorkingDays int             `json:"working_days"`
}

// sharedYears reads the years that are kept beside the project for comparison.
func sharedYears(t *testing.T) map[string]notices {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "calendar", "cn-2025-2026.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("SKIPPED: %s is absent, so the built-in calendars are not compared with it", path)
	}
	require.NoError(t, err)
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &all))
	years := map[string]notices{}
	for _, year := range []string{"2025", "2026"} {
		var n notices
		require.NoError(t, json.Unmarshal(all[year], &n))
		years[year] = n
	}
	return years
}

// Every day of 2025 and 2026 is compared with the notices as others read them.
func TestBuiltinDayByDay(t *testing.T) {
	cal := builtin(t)
	for year, n := range sharedYears(t) {
		t.Run(year, func(t *testing.T) {
			off, makeup := map[calendar.Date]bool{}, map[calendar.Date]bool{}
			for _, h := range n.Holidays {
				for d := h.Start; !d.After(h.End); d = d.AddDays(1) {
					off[d] = true
				}
				for _, d := range h.Workdays {
					makeup[d] = true
				}
			}
			for _, d := range n.Makeup {
				require.True(t, makeup[d], "%s belongs to a holiday", d)
			}
			require.Len(t, off, n.OffDays)
			require.Len(t, makeup, len(n.Makeup))

			working := 0
			for d := date(t, year+"-01-01"); d.String()[:4] == year; d = d.AddDays(1) {
				weekday := d.Weekday() != 0 && d.Weekday() != 6
				require.Equal(t, makeup[d] || weekday && !off[d], cal.IsWorking(d), d)
				if cal.IsWorking(d) {
					working++
				}
			}
			require.Equal(t, n.WorkingDays, working)
		})
	}
}
