package deadline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"duban/calendar"
	"duban/deadline"
)

func TestLate(t *testing.T) {
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	on := func(text string) calendar.Date {
		d, err := calendar.ParseDate(text)
		require.NoError(t, err)
		return d
	}
	for _, c := range []struct {
		due, today       string
		natural, working int
	}{
		{"2026-06-12", "2026-06-01", 0, 0},
		{"2026-06-12", "2026-06-12", 0, 0}, // the date itself
		{"2026-06-12", "2026-06-13", 1, 0}, // a Saturday
		{"2026-06-12", "2026-06-15", 3, 1},
		{"2026-09-30", "2026-10-08", 8, 1}, // over the National Day
		{"2025-12-31", "2026-12-31", 365, 248},
	} {
		natural, working := deadline.Late(on(c.due), on(c.today), days)
		require.Equal(t, []int{c.natural, c.working}, []int{natural, working}, "%s to %s", c.due, c.today)
	}
}
