package store_test

import (
	"strings"
	"testing"

	"duban/calendar"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestSettings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		_, err := s.Setting(ctx, "mail")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.NoError(t, s.SaveSetting(ctx, "mail", store.JSON(`{"host": "旧"}`)))
		require.NoError(t, s.SaveSetting(ctx, "mail", store.JSON(`{"host": "邮局😀"}`)))
		require.NoError(t, s.SaveSetting(ctx, "empty", nil))
		value, err := s.Setting(ctx, "mail")
		require.NoError(t, err)
		require.Equal(t, store.JSON(`{"host": "邮局😀"}`), value, "byte for byte")
		all, err := s.Settings(ctx)
		require.NoError(t, err)
		require.Equal(t, []store.Setting{{Key: "empty", Value: store.JSON("null")}, {Key: "mail", Value: value}}, all)
		requireInvalid(t, s.SaveSetting(ctx, "", value), "key")
		requireInvalid(t, s.SaveSetting(ctx, strings.Repeat("k", 101), value), "key")
		require.ErrorIs(t, s.SaveSetting(ctx, "bad", store.JSON("\"\xff\"")), store.ErrInvalid)
	})
}

func TestCalendarYears(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		day := calendar.Date{Year: 2027, Month: 5, Day: 3} // a Monday
		year := calendar.Year{Year: 2027, Source: "预计", Provisional: true}
		require.NoError(t, s.SaveCalendarYear(ctx, year, ""))
		before, err := s.Calendar(ctx)
		require.NoError(t, err)
		require.True(t, before.IsWorking(day))

		year.Source, year.Provisional = "国务院办公厅通知", false
		year.Holidays = []calendar.Holiday{{Name: "劳动节", Start: calendar.Date{Year: 2027, Month: 5, Day: 1}, End: day}}
		require.NoError(t, s.SaveCalendarYear(ctx, year, "admin"))
		years, err := s.CalendarYears(ctx)
		require.NoError(t, err)
		require.Len(t, years, 1)
		require.Equal(t, "admin", years[0].LoadedBy)
		require.False(t, years[0].Provisional)
		var kept calendar.Year
		require.NoError(t, years[0].Data.Decode(&kept))
		require.Equal(t, year, kept)
		after, err := s.Calendar(ctx)
		require.NoError(t, err)
		require.False(t, after.IsWorking(day), "the year loaded last counts")

		require.Error(t, s.SaveCalendarYear(ctx, calendar.Year{Year: 2028}, ""))
	})
}
