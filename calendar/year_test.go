package calendar_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"duban/calendar"
)

// sound is a year without a fault.
func sound(t *testing.T) calendar.Year {
	return calendar.Year{
		Year: 2027, Source: "国务院办公厅关于2027年部分节假日安排的通知",
		Holidays: []calendar.Holiday{
			{Name: "元旦", Start: date(t, "2026-12-31"), End: date(t, "2027-01-02")},
			{Name: "春节", Start: date(t, "2027-02-05"), End: date(t, "2027-02-12")},
		},
		Workdays: []calendar.Date{date(t, "2027-01-30"), date(t, "2027-02-14")},
	}
}

func TestValidateRefuses(t *testing.T) {
	require.NoError(t, sound(t).Validate())
	for name, c := range map[string]struct {
		change func(*calendar.Year)
		zh     string
	}{
		"a year before the republic":     {func(y *calendar.Year) { y.Year, y.Holidays, y.Workdays = 1948, nil, nil }, "1949"},
		"no source":                      {func(y *calendar.Year) { y.Source = " " }, "通知"},
		"a holiday without a name":       {func(y *calendar.Year) { y.Holidays[1].Name = "" }, "没有名称"},
		"a holiday without an end":       {func(y *calendar.Year) { y.Holidays[1].End = calendar.Date{} }, "未填写"},
		"a holiday of another year":      {func(y *calendar.Year) { y.Holidays[0].Start = date(t, "2026-11-30") }, "不属于"},
		"a holiday that ends first":      {func(y *calendar.Year) { y.Holidays[1].End = date(t, "2027-02-01") }, "早于"},
		"a holiday of more than a month": {func(y *calendar.Year) { y.Holidays[1].End, y.Workdays = date(t, "2027-03-20"), nil }, "超过"},
		"holidays that overlap": {func(y *calendar.Year) {
			y.Holidays[0].End = date(t, "2027-01-25")
			y.Holidays[1].Start, y.Holidays[1].End = date(t, "2027-01-20"), date(t, "2027-01-26")
		}, "重叠"},
		"a make-up day twice":               {func(y *calendar.Year) { y.Workdays[1] = y.Workdays[0] }, "重复"},
		"a make-up day that is worked":      {func(y *calendar.Year) { y.Workdays[0] = date(t, "2027-03-01") }, "本来就上班"},
		"a make-up day within a holiday":    {func(y *calendar.Year) { y.Workdays[0] = date(t, "2027-02-06") }, "之内"},
		"a make-up day of another year":     {func(y *calendar.Year) { y.Workdays[0] = date(t, "2028-01-01") }, "不属于"},
		"a make-up day that does not exist": {func(y *calendar.Year) { y.Workdays[0] = calendar.Date{Year: 2027, Month: 2, Day: 30} }, "不存在"},
	} {
		t.Run(name, func(t *testing.T) {
			y := sound(t)
			c.change(&y)
			var invalid *calendar.Invalid
			require.ErrorAs(t, y.Validate(), &invalid)
			require.Len(t, invalid.Faults, 1, "%v", invalid)
			require.Contains(t, invalid.Faults[0].Zh, c.zh)
			require.NotEmpty(t, invalid.Faults[0].En)

			_, err := calendar.New(y)
			require.ErrorAs(t, err, &invalid, "no calendar is built on it")
		})
	}
}

func TestAHolidayMayOverlapSeveral(t *testing.T) {
	y := sound(t)
	y.Workdays = nil
	y.Holidays = []calendar.Holiday{
		{Name: "长假", Start: date(t, "2027-05-01"), End: date(t, "2027-05-20")},
		{Name: "甲", Start: date(t, "2027-05-02"), End: date(t, "2027-05-03")},
		{Name: "乙", Start: date(t, "2027-05-10"), End: date(t, "2027-05-11")},
	}
	var invalid *calendar.Invalid
	require.ErrorAs(t, y.Validate(), &invalid)
	require.Len(t, invalid.Faults, 2)
}

func TestANoticeReachesBackIntoDecember(t *testing.T) {
	cal, err := calendar.New(append(calendar.Builtin(), sound(t))...)
	require.NoError(t, err)
	require.True(t, builtin(t).IsWorking(date(t, "2026-12-31")))
	require.False(t, cal.IsWorking(date(t, "2026-12-31")), "the newer year's notice counts")
	require.True(t, cal.IsWorking(date(t, "2027-01-30")))
}

func TestTheLastEntryOfAYearCounts(t *testing.T) {
	forecast := calendar.Year{Year: 2027, Source: "推算", Provisional: true}
	d := date(t, "2027-02-08")
	first, err := calendar.New(forecast, sound(t))
	require.NoError(t, err)
	require.False(t, first.IsWorking(d))
	last, err := calendar.New(sound(t), forecast)
	require.NoError(t, err)
	require.True(t, last.IsWorking(d))
}

func TestProvisional(t *testing.T) {
	cal := builtin(t)
	require.False(t, cal.Provisional(date(t, "2025-01-01"), date(t, "2026-12-24")))
	require.True(t, cal.Provisional(date(t, "2026-12-31"), date(t, "2027-01-01")))
	require.True(t, cal.Provisional(date(t, "2027-01-01"), date(t, "2026-12-31")), "in either direction")
	require.True(t, calendar.Calendar{}.Provisional(date(t, "2026-01-01"), date(t, "2026-01-01")))
	require.Equal(t, []int{2027}, cal.ProvisionalYears(date(t, "2026-12-25"), date(t, "2026-12-25")), "a notice may reach back that far")
	require.Equal(t, []int{2027, 2028}, cal.ProvisionalYears(date(t, "2027-12-28"), date(t, "2026-12-31")))
	require.True(t, cal.Known(2026))
	require.False(t, cal.Known(2027))

	zh, en := calendar.ProvisionalLabel(cal.ProvisionalYears(date(t, "2026-12-01"), date(t, "2028-01-01")))
	require.Equal(t, "2027、2028 年节假日安排尚未公布，暂按周末推算", zh)
	require.Contains(t, en, "2027, 2028")
	zh, en = calendar.ProvisionalLabel(nil)
	require.Empty(t, zh+en)

	forecast, err := calendar.New(calendar.Year{Year: 2027, Source: "推算", Provisional: true})
	require.NoError(t, err)
	require.True(t, forecast.Provisional(date(t, "2027-01-01"), date(t, "2027-01-01")), "a forecast is no notice")
}

func TestNotices(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     []int
	}{
		{"2026-01-01", "2026-12-24", []int{2026}},
		{"2026-12-24", "2026-12-25", []int{2026, 2027}},
		{"2025-12-31", "2025-12-31", []int{2025, 2026}},
		{"2028-02-29", "2026-12-31", []int{2026, 2027, 2028}},
	} {
		require.Equal(t, c.want, calendar.Notices(date(t, c.from), date(t, c.to)), "%s to %s", c.from, c.to)
	}
}

func TestOwnDaysOfAUnit(t *testing.T) {
	own := calendar.Year{Year: 2026, Source: "自治区人民政府办公厅关于2026年“广西三月三”放假的通知",
		Holidays: []calendar.Holiday{{Name: "广西三月三", Start: date(t, "2026-04-17"), End: date(t, "2026-04-20")}},
		Workdays: []calendar.Date{date(t, "2026-10-01"), date(t, "2026-04-26"), date(t, "2026-05-09")}}
	national := builtin(t)
	cal, err := national.ForUnit(own)
	require.NoError(t, err)
	require.False(t, cal.IsWorking(date(t, "2026-04-17")), "a Friday off")
	require.True(t, cal.IsWorking(date(t, "2026-10-01")), "on duty on a public holiday")
	require.True(t, cal.IsWorking(date(t, "2026-04-26")), "a Sunday")
	require.False(t, cal.IsWorking(date(t, "2026-10-02")), "what it does not name is as the notice says")
	require.Equal(t, "2026-04-21", cal.AddWorkingDays(date(t, "2026-04-16"), 1).String())
	require.True(t, national.IsWorking(date(t, "2026-04-17")), "for nobody else")
	require.True(t, cal.Known(2026))
	require.False(t, cal.Known(2027))

	whole := own
	whole.Holidays = []calendar.Holiday{{Name: "元旦", Start: date(t, "2025-12-31"), End: date(t, "2026-01-02")}}
	_, err = national.ForUnit(whole)
	var invalid *calendar.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "holidays[0].start", invalid.Faults[0].Field, "a unit's days lie within the year")
}
