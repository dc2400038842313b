package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

var loader = act.Actor{User: "u-admin", Name: "赵管理"}

// mayDay is 2027 with the one holiday of which Monday, 3 May is a day.
func mayDay() calendar.Year {
	return calendar.Year{Year: 2027, Source: "国务院办公厅通知", Workdays: []calendar.Date{{Year: 2027, Month: 5, Day: 8}, {Year: 2027, Month: 4, Day: 25}},
		Holidays: []calendar.Holiday{{Name: "劳动节", Start: calendar.Date{Year: 2027, Month: 5, Day: 1}, End: calendar.Date{Year: 2027, Month: 5, Day: 5}}}}
}

func TestCalendarLoads(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		monday := calendar.Date{Year: 2027, Month: 5, Day: 3}
		before, err := s.Calendar(ctx, "")
		require.NoError(t, err)
		require.True(t, before.IsWorking(monday))
		require.False(t, before.Known(2027))
		require.Zero(t, before.Version)

		forecast := calendar.Year{Year: 2027, Source: "预计", Provisional: true}
		first, changed, err := s.LoadCalendar(ctx, "", forecast, 0, loader)
		require.NoError(t, err)
		require.True(t, changed)
		require.EqualValues(t, 1, first.Seq)
		_, _, err = s.LoadCalendar(ctx, "", mayDay(), 0, loader)
		require.ErrorIs(t, err, store.ErrStale, "somebody was faster")
		c.move(time.Hour)
		second, changed, err := s.LoadCalendar(ctx, "", mayDay(), 1, loader)
		require.NoError(t, err)
		require.True(t, changed)
		require.EqualValues(t, 2, second.Seq)
		require.Equal(t, loader.Name, second.UserName)

		turned := mayDay()
		turned.Workdays[0], turned.Workdays[1] = turned.Workdays[1], turned.Workdays[0]
		again, changed, err := s.LoadCalendar(ctx, "", turned, 2, loader)
		require.NoError(t, err)
		require.False(t, changed, "the same days in another order are the same year")
		require.Equal(t, second.Seq, again.Seq)

		after, err := s.Calendar(ctx, "")
		require.NoError(t, err)
		require.False(t, after.IsWorking(monday), "the last load counts")
		require.True(t, after.Known(2027))
		require.EqualValues(t, 2, after.Version)

		loads, err := s.CalendarLoads(ctx, "", 2027)
		require.NoError(t, err)
		require.Len(t, loads, 2, "nothing is overwritten")
		content, err := loads[0].Content()
		require.NoError(t, err)
		require.Equal(t, forecast.Source, content.Source)
		require.Equal(t, morning().UTC().Truncate(time.Microsecond), loads[0].LoadedAt)
		counts, err := s.CalendarYear(ctx, "", 2027)
		require.NoError(t, err)
		require.Equal(t, loads[1], counts)

		years, err := s.CalendarYears(ctx, "")
		require.NoError(t, err)
		require.Len(t, years, 3)
		require.Equal(t, []int{2025, 2026, 2027}, []int{years[0].Year, years[1].Year, years[2].Year})
		require.Zero(t, years[1].Seq, "built in")
		require.NotEmpty(t, years[1].Source)
		same, changed, err := s.LoadCalendar(ctx, "", calendar.Builtin()[1], 0, loader)
		require.NoError(t, err)
		require.False(t, changed, "what is built in need not be loaded")
		require.Zero(t, same.Seq)
		unknown, err := s.CalendarYear(ctx, "", 2031)
		require.NoError(t, err)
		require.Empty(t, unknown.Source)

		_, _, err = s.LoadCalendar(ctx, "", calendar.Year{Year: 2028}, 0, loader)
		var invalid *calendar.Invalid
		require.ErrorAs(t, err, &invalid)
	})
}

func TestCalendarsAreSettled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		saveUnits(t, s, "市教育局")
		units, err := s.Units(ctx, store.UnitFilter{})
		require.NoError(t, err)
		unit := units.Items[0].ID
		_, _, err = s.LoadCalendar(ctx, "", mayDay(), 0, loader)
		require.NoError(t, err)
		_, _, err = s.LoadCalendar(ctx, unit, mayDay(), 0, loader)
		require.NoError(t, err)
		open, err := s.UnsettledCalendars(ctx)
		require.NoError(t, err)
		require.Len(t, open, 2)
		require.NoError(t, s.SettleCalendar(ctx, "", 2027, 1))
		open, err = s.UnsettledCalendars(ctx)
		require.NoError(t, err)
		require.Len(t, open, 1)
		require.Equal(t, unit, open[0].UnitID)
	})
}

func TestCalendarOfAUnit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		saveUnits(t, s, "市教育局", "市财政局")
		units, err := s.Units(ctx, store.UnitFilter{})
		require.NoError(t, err)
		one, other := units.Items[0].ID, units.Items[1].ID
		friday, sunday := calendar.Date{Year: 2027, Month: 3, Day: 5}, calendar.Date{Year: 2027, Month: 5, Day: 2}
		own := calendar.Year{Year: 2027, Source: "校历", Holidays: []calendar.Holiday{{Name: "校庆", Start: friday, End: friday}}, Workdays: []calendar.Date{sunday}}
		_, _, err = s.LoadCalendar(ctx, one, own, 0, loader)
		require.NoError(t, err)
		_, _, err = s.LoadCalendar(ctx, "", mayDay(), 0, loader)
		require.NoError(t, err)

		days, err := s.Calendar(ctx, one)
		require.NoError(t, err)
		require.False(t, days.IsWorking(friday))
		require.True(t, days.IsWorking(sunday), "the unit's own day comes before the notice")
		require.False(t, days.IsWorking(sunday.AddDays(1)))
		require.EqualValues(t, 2, days.Version)
		days, err = s.Calendar(ctx, other)
		require.NoError(t, err)
		require.True(t, days.IsWorking(friday))
		require.False(t, days.IsWorking(sunday))

		years, err := s.CalendarYears(ctx, one)
		require.NoError(t, err)
		require.Len(t, years, 1)
		_, _, err = s.LoadCalendar(ctx, one, calendar.Year{Year: 2027, Source: "取消"}, 1, loader)
		require.NoError(t, err)
		days, err = s.Calendar(ctx, one)
		require.NoError(t, err)
		require.True(t, days.IsWorking(friday), "and may be taken back")
		_, _, err = s.LoadCalendar(ctx, "nobody", own, 0, loader)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

// Of several who load the same year at once one is first, and the loads are
// numbered without a double.
func TestCalendarLoadsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		outcomes := make([]error, 12)
		var all sync.WaitGroup
		for i := range outcomes {
			all.Go(func() {
				year := mayDay()
				year.Year, year.Holidays, year.Workdays = 2027+i%3, nil, nil
				year.Source += time.Duration(i).String()
				_, _, outcomes[i] = s.LoadCalendar(context.WithoutCancel(t.Context()), "", year, 0, loader)
			})
		}
		all.Wait()
		first := 0
		for _, err := range outcomes {
			if err == nil {
				first++
				continue
			}
			require.True(t, errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrUnavailable), "%v", err)
		}
		require.Equal(t, 3, first, "one of each year")
		loads, err := s.UnsettledCalendars(t.Context())
		require.NoError(t, err)
		require.Len(t, loads, 3)
		for i, l := range loads {
			require.EqualValues(t, i+1, l.Seq)
		}
	})
}

// A year that was kept before loads were kept counts on, and a step that was cut
// off is taken again.
func TestCalendarYearsOfOlderDatabases(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		ctx := t.Context()
		older := dbtest.Open(t, store.Options{URL: url})
		require.NoError(t, older.DownTo(ctx, 6))
		require.NoError(t, older.Write(ctx, func(tx *gorm.DB) error {
			return tx.Exec("INSERT INTO calendar_years (year, source, provisional, data, loaded_at, loaded_by) VALUES (?, ?, ?, ?, ?, ?)",
				2027, "通知", false, `{"year":2027,"source":"通知","holidays":[{"name":"元旦","start":"2027-01-01","end":"2027-01-03"}],"workdays":[]}`, time.Now().UTC(), "u1").Error
		}))
		cutOff(t, older, 7)
		s := dbtest.Open(t, store.Options{URL: url})
		days, err := s.Calendar(ctx, "")
		require.NoError(t, err)
		require.False(t, days.IsWorking(calendar.Date{Year: 2027, Month: 1, Day: 1}))
		load, err := s.CalendarYear(ctx, "", 2027)
		require.NoError(t, err)
		require.Equal(t, "u1", load.UserID)
		require.True(t, load.Settled)
	})
}
