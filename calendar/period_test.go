package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
)

func TestPeriod(t *testing.T) {
	for text, want := range map[string]struct{ first, last, previous, next, zh string }{
		"2026-03": {"2026-03-01", "2026-03-31", "2026-02", "2026-04", "2026年3月月报"},
		"2026-12": {"2026-12-01", "2026-12-31", "2026-11", "2027-01", "2026年12月月报"},
		"2028-02": {"2028-02-01", "2028-02-29", "2028-01", "2028-03", "2028年2月月报"},
		"2026-Q1": {"2026-01-01", "2026-03-31", "2025-Q4", "2026-Q2", "2026年第1季度季报"},
		"2026-Q4": {"2026-10-01", "2026-12-31", "2026-Q3", "2027-Q1", "2026年第4季度季报"},
		"2026":    {"2026-01-01", "2026-12-31", "2025", "2027", "2026年年报"},
	} {
		p, err := calendar.ParsePeriod(text)
		require.NoError(t, err)
		require.Equal(t, text, p.String())
		require.Equal(t, want.first, p.First().String())
		require.Equal(t, want.last, p.Last().String())
		require.Equal(t, want.previous, p.Previous().String())
		require.Equal(t, want.next, p.Next().String())
		zh, en := p.Title()
		require.Equal(t, want.zh, zh)
		require.Contains(t, en, text)
	}
	for _, text := range []string{"2026-3", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-q1", "26", "2026-", "2026-03-01", "x", "-2026", "0000"} {
		_, err := calendar.ParsePeriod(text)
		require.Error(t, err, text)
	}
}

func TestPeriodsCoverEveryDayOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := rapid.SampledFrom([]calendar.Every{calendar.Monthly, calendar.Quarterly, calendar.Yearly}).Draw(t, "every")
		day := calendar.NewDate(rapid.IntRange(1949, 2199).Draw(t, "year"), time.January, rapid.IntRange(1, 366).Draw(t, "day"))
		p := calendar.PeriodOf(every, day)
		require.True(t, p.Valid())
		require.True(t, p.Contains(day))
		require.False(t, p.Next().Contains(day))
		require.False(t, p.Previous().Contains(day))
		require.Equal(t, p, p.Next().Previous())
		require.Equal(t, p.Last().AddDays(1), p.Next().First())
		text, err := json.Marshal(p)
		require.NoError(t, err)
		var read calendar.Period
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, p, read)
	})
}
