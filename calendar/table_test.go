package calendar_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
)

const notice2027 = "国务院办公厅关于2027年部分节假日安排的通知"

func TestReadTable(t *testing.T) {
	table := [][]string{
		{"2027年放假安排"},
		{"日期", "类型", "名称"},
		{"2027-01-30", "上班", ""},
		{"2027/2/6", "放假", "春节"},
		{" 2027-02-05 ", "Holiday", "春节"},
		{"", "", ""},
		{"2027-02-08", "休", "春节"},
		{"2026-12-31", "holiday", "元旦"},
		{"2027-02-14", "workday", "春节调休"},
		{"2027-02-07", "holiday", "春节"},
	}
	read, faults := calendar.ReadTable(2027, notice2027, table)
	require.Empty(t, faults)
	require.Equal(t, calendar.Year{Year: 2027, Source: notice2027,
		Holidays: []calendar.Holiday{
			{Name: "元旦", Start: date(t, "2026-12-31"), End: date(t, "2026-12-31")},
			{Name: "春节", Start: date(t, "2027-02-05"), End: date(t, "2027-02-08")},
		},
		Workdays: []calendar.Date{date(t, "2027-01-30"), date(t, "2027-02-14")},
	}, read)
	require.NoError(t, read.Validate())
}

func TestReadTableNamesFaultsByRow(t *testing.T) {
	_, faults := calendar.ReadTable(2027, notice2027, [][]string{
		{"name", "date", "kind"},
		{"春节", "2027-02-30", "holiday"},
		{"春节", "2027-02-05", "frei"},
		{"", "2027-02-06", "holiday"},
		{"春节"},
		{"春节", "2027-02-07", "holiday"},
		{"春节", "27-2-8", "holiday"},
	})
	var at [][2]any
	for _, f := range faults {
		require.NotEmpty(t, f.Zh)
		require.NotEmpty(t, f.En)
		at = append(at, [2]any{f.Row, f.Field})
	}
	require.Equal(t, [][2]any{{2, "date"}, {3, "kind"}, {4, "name"}, {5, "date"}, {5, "kind"}, {7, "date"}}, at)

	_, faults = calendar.ReadTable(2027, notice2027, [][]string{{"date", "kind", "name"}, {"2027-02-05", "holiday", "春节"}, {"2027-02-05", "workday", ""}})
	require.Len(t, faults, 1)
	require.Equal(t, 3, faults[0].Row)
	require.Contains(t, faults[0].Zh, "第 2 行")

	_, faults = calendar.ReadTable(2027, notice2027, [][]string{{"a", "b"}})
	require.Len(t, faults, 1)
	require.Contains(t, faults[0].Zh, "表头")

	long := [][]string{{"date", "kind", "name"}}
	for range 500 {
		long = append(long, []string{"2027-02-05", "workday", ""})
	}
	_, faults = calendar.ReadTable(2027, notice2027, long)
	require.Len(t, faults, 1)
	require.Equal(t, 402, faults[0].Row)
}

func TestRowFaults(t *testing.T) {
	table := [][]string{
		{"date", "kind", "name"},
		{"2027-03-01", "workday", ""}, // a Monday
		{"2026-11-30", "holiday", "元旦"},
		{"2027-02-06", "holiday", "春节"},
	}
	read, faults := calendar.ReadTable(2027, notice2027, table)
	require.Empty(t, faults)
	var invalid *calendar.Invalid
	require.ErrorAs(t, read.Validate(), &invalid)
	var rows []int
	for _, f := range read.RowFaults(invalid.Faults, table) {
		rows = append(rows, f.Row)
	}
	require.Equal(t, []int{3, 3, 2}, rows, "start and end of the holiday, and the working day")
}

func TestCompare(t *testing.T) {
	before := sound(t)
	require.Empty(t, calendar.Compare(before, before))
	after := sound(t)
	after.Holidays[1].End = date(t, "2027-02-11")
	after.Holidays[0].Name = "新年"
	after.Workdays = append(after.Workdays, date(t, "2027-02-20"))
	var days []string
	for _, d := range calendar.Compare(before, after) {
		days = append(days, d.Date.String())
	}
	require.Equal(t, []string{"2026-12-31", "2027-01-01", "2027-01-02", "2027-02-12", "2027-02-20"}, days)
	last := calendar.Compare(before, after)[4]
	require.Nil(t, last.Before)
	require.Equal(t, calendar.Workday, last.After.Kind)
	require.Equal(t, "放假", calendar.DayOff.Zh())
	require.Equal(t, "上班", last.After.Kind.Zh())
}

// What is written as a table is read back as it was, whatever the order of rows.
func TestTableLaws(t *testing.T) {
	for _, y := range calendar.Builtin() {
		rapid.Check(t, func(t *rapid.T) {
			rows := [][]string{}
			for _, d := range y.Days() {
				rows = append(rows, []string{d.Date.String(), string(d.Kind), d.Name})
			}
			rows = rapid.Permutation(rows).Draw(t, "rows")
			read, faults := calendar.ReadTable(y.Year, y.Source, append([][]string{{"date", "kind", "name"}}, rows...))
			require.Empty(t, faults)
			require.Equal(t, y, read)
		})
	}
}

// A calendar with a year loaded differs from one without it only on days that
// the year's notice may name, and a count that touches none of them stays. That
// is why only moments with the label need to be computed anew.
func TestOnlyWhatDependsOnAYearMoves(t *testing.T) {
	before := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		loaded := drawYear(t, 2027)
		after, err := calendar.New(append(calendar.Builtin(), loaded)...)
		require.NoError(t, err)
		from := calendar.NewDate(2026, 9, 1).AddDays(rapid.IntRange(0, 650).Draw(t, "from"))
		n := rapid.IntRange(-60, 60).Draw(t, "n")
		was, is := before.AddWorkingDays(from, n), after.AddWorkingDays(from, n)
		if was != is {
			require.Contains(t, before.ProvisionalYears(from, was), 2027, "what moved was labelled")
			require.Contains(t, calendar.Notices(from, is), 2027)
		}
		require.NotContains(t, after.ProvisionalYears(from, is), 2027, "and is final now, as far as that year goes")
	})
}

// drawYear makes a sound notice of the year.
func drawYear(t *rapid.T, year int) calendar.Year {
	y := calendar.Year{Year: year, Source: "随机"}
	d := calendar.NewDate(year-1, 12, 25)
	end := calendar.NewDate(year, 12, 31)
	for {
		d = d.AddDays(rapid.IntRange(1, 60).Draw(t, "gap"))
		last := d.AddDays(rapid.IntRange(0, 9).Draw(t, "days"))
		if last.After(end) {
			return y
		}
		y.Holidays = append(y.Holidays, calendar.Holiday{Name: "假", Start: d, End: last})
		for next := last.AddDays(1); next.DaysUntil(end) > 0; next = next.AddDays(1) {
			if next.Weekday() == 6 || next.Weekday() == 0 {
				if rapid.Bool().Draw(t, "made up") {
					y.Workdays = append(y.Workdays, next)
					last = next
				}
				break
			}
		}
		d = last
	}
}
