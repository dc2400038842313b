package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
)

func date(t require.TestingT, text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return d
}

func zone(t require.TestingT, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func drawDate(t *rapid.T, label string) calendar.Date {
	return calendar.NewDate(1949, time.January, 1).AddDays(rapid.IntRange(0, 60_000).Draw(t, label))
}

func TestParseDate(t *testing.T) {
	require.Equal(t, calendar.Date{Year: 2028, Month: time.February, Day: 29}, date(t, "2028-02-29"))
	for _, text := range []string{"", "2026-02-29", "2026-2-1", "2026/02/01", "2026-13-01", "2026-04-31", "0000-01-01", "26-01-01", "2026-01-01T00:00:00Z", "二〇二六年"} {
		_, err := calendar.ParseDate(text)
		require.Error(t, err, text)
	}
}

func TestNewDateNormalises(t *testing.T) {
	require.Equal(t, date(t, "2026-12-01"), calendar.NewDate(2026, time.November, 31))
	require.Equal(t, date(t, "2027-01-01"), calendar.NewDate(2026, 13, 1))
	require.Equal(t, date(t, "2026-02-28"), calendar.NewDate(2026, time.March, 0))
}

func TestDateValidity(t *testing.T) {
	require.True(t, date(t, "2028-02-29").Valid())
	for _, d := range []calendar.Date{{}, {Year: 2026, Month: 2, Day: 29}, {Year: 2026, Month: 13, Day: 1}, {Year: 10_000, Month: 1, Day: 1}, {Year: -1, Month: 1, Day: 1}} {
		require.False(t, d.Valid())
	}
	require.True(t, calendar.Date{}.IsZero())
	require.Empty(t, calendar.Date{}.String())
}

func TestDateAsText(t *testing.T) {
	type document struct {
		Due calendar.Date  `json:"due,omitzero"`
		End *calendar.Date `json:"end"`
	}
	data, err := json.Marshal(document{})
	require.NoError(t, err)
	require.JSONEq(t, `{"end":null}`, string(data))

	var d document
	require.NoError(t, json.Unmarshal([]byte(`{"due":"","end":"2028-02-29"}`), &d))
	require.True(t, d.Due.IsZero())
	require.Equal(t, date(t, "2028-02-29"), *d.End)
	require.Error(t, json.Unmarshal([]byte(`{"due":"2026-02-29"}`), &d))

	_, err = json.Marshal(calendar.Date{Year: 2026, Month: 2, Day: 29})
	require.Error(t, err, "a date that does not exist is not written")
}

func TestDateBeginsAndEnds(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	d := date(t, "2026-11-30")
	require.Equal(t, "2026-11-29T16:00:00Z", d.Start(shanghai).UTC().Format(time.RFC3339))
	require.Equal(t, "2026-11-30T16:00:00Z", d.End(shanghai).UTC().Format(time.RFC3339))
	require.Equal(t, d, calendar.DateOf(d.End(shanghai).Add(-time.Nanosecond), shanghai))
	require.Equal(t, d.AddDays(1), calendar.DateOf(d.End(shanghai), shanghai))

	// Shanghai put its clocks forward at midnight in 1940: that day began at 01:00.
	gap := date(t, "1940-06-01")
	require.Equal(t, gap, calendar.DateOf(gap.Start(shanghai), shanghai))
	require.Equal(t, gap.AddDays(-1), calendar.DateOf(gap.Start(shanghai).Add(-time.Nanosecond), shanghai))
}

func TestDateLaws(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "Asia/Shanghai"), zone(t, "America/Sao_Paulo"), zone(t, "Asia/Kolkata")}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawDate(t, "a"), drawDate(t, "b")
		n := rapid.IntRange(-20_000, 20_000).Draw(t, "n")

		require.True(t, a.Valid())
		require.Equal(t, n, a.DaysUntil(a.AddDays(n)))
		require.Equal(t, b, a.AddDays(a.DaysUntil(b)))
		require.Equal(t, a, a.AddDays(n).AddDays(-n))
		require.Equal(t, -a.DaysUntil(b), b.DaysUntil(a))
		require.Equal(t, a.DaysUntil(b) > 0, a.Before(b))
		require.Equal(t, a.DaysUntil(b) < 0, a.After(b))
		require.Equal(t, a == b, a.Compare(b) == 0)
		require.Equal(t, a.Before(b), a.String() < b.String(), "dates sort as texts")

		text, err := a.MarshalText()
		require.NoError(t, err)
		var back calendar.Date
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, a, back)

		for _, loc := range zones {
			require.Equal(t, a, calendar.DateOf(a.Start(loc), loc))
			require.Equal(t, a, calendar.DateOf(a.End(loc).Add(-1), loc))
			require.Equal(t, a.End(loc), a.AddDays(1).Start(loc), "one day ends where the next begins")
		}
	})
}
