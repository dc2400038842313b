package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind says what a notice does to a day.
type Kind string

const (
	// DayOff is a day on which nobody works (放假).
	DayOff Kind = "holiday"
	// Workday is a weekend day that is worked instead (调休上班).
	Workday Kind = "workday"
)

// Zh returns the kind's Chinese name.
func (k Kind) Zh() string {
	if k == Workday {
		return "上班"
	}
	return "放假"
}

// mostRows bounds a table; a year has fewer days.
const mostRows = 400

// columns of a table, by their English and Chinese heads.
type columns struct{ date, kind, name int }

// ReadTable reads a year from a table with the columns date, kind and name (日期,
// 类型, 名称) in any order, one row for each day: kind is holiday or workday
// (放假, 上班). Days off of the same name that follow one another are one holiday.
//
// What is wrong with a row is returned by row, the first one being 1; the year
// is then not complete. A year without such faults is still to be validated:
// RowFaults names the rows of what that finds.
func ReadTable(year int, source string, table [][]string) (Year, []Fault) {
	read := Year{Year: year, Source: source}
	at, head, faults := findHeads(table)
	if len(faults) > 0 {
		return read, faults
	}
	if len(table)-head > mostRows {
		return read, []Fault{{Row: head + mostRows + 1, Zh: fmt.Sprintf("超过 %d 行", mostRows), En: fmt.Sprintf("there are more than %d rows", mostRows)}}
	}
	days, faults := readDays(table, at, head)
	if len(faults) > 0 {
		return read, faults
	}
	slices.SortStableFunc(days, func(a, b Day) int { return a.Date.Compare(b.Date) })
	for i, d := range days {
		if i > 0 && days[i-1].Date == d.Date {
			faults = append(faults, Fault{Row: d.Row, Field: "date", Zh: fmt.Sprintf("日期 %s 与第 %d 行重复", d.Date, days[i-1].Row),
				En: fmt.Sprintf("date %s is in row %d already", d.Date, days[i-1].Row)})
			continue
		}
		read.add(d)
	}
	return read, faults
}

// Day is one day that a year names.
type Day struct {
	Date Date   `json:"date"`
	Kind Kind   `json:"kind"`
	Name string `json:"name,omitempty"` // of a holiday
	Row  int    `json:"-"`              // of the table that it was read from
}

// Days returns the days that the year names, in order.
func (y Year) Days() []Day {
	var days []Day
	for _, h := range y.Holidays {
		for d := h.Start; !d.After(h.End); d = d.AddDays(1) {
			days = append(days, Day{Date: d, Kind: DayOff, Name: h.Name})
		}
	}
	for _, d := range y.Workdays {
		days = append(days, Day{Date: d, Kind: Workday})
	}
	slices.SortStableFunc(days, func(a, b Day) int { return a.Date.Compare(b.Date) })
	return days
}

// add takes in a day that comes after all others.
func (y *Year) add(d Day) {
	if d.Kind == Workday {
		y.Workdays = append(y.Workdays, d.Date)
		return
	}
	if last := len(y.Holidays) - 1; last >= 0 && y.Holidays[last].Name == d.Name && y.Holidays[last].End.AddDays(1) == d.Date {
		y.Holidays[last].End = d.Date
		return
	}
	y.Holidays = append(y.Holidays, Holiday{Name: d.Name, Start: d.Date, End: d.Date})
}

// findHeads finds the row with the heads and the place of each column.
func findHeads(table [][]string) (columns, int, []Fault) {
	for i, row := range table {
		at := columns{date: place(row, "date", "日期"), kind: place(row, "kind", "类型"), name: place(row, "name", "名称")}
		if at.date >= 0 && at.kind >= 0 && at.name >= 0 {
			return at, i + 1, nil
		}
	}
	return columns{}, 0, []Fault{{Row: 1, Zh: "没有表头：应有 date、kind、name（或 日期、类型、名称）三列", En: "there are no heads: date, kind and name are needed"}}
}

func place(row []string, names ...string) int {
	return slices.IndexFunc(row, func(cell string) bool {
		return slices.Contains(names, strings.ToLower(strings.TrimSpace(cell)))
	})
}

func readDays(table [][]string, at columns, head int) ([]Day, []Fault) {
	var days []Day
	var faults []Fault
	for i, row := range table[head:] {
		cell := func(column int) string {
			if column >= len(row) {
				return ""
			}
			return strings.TrimSpace(row[column])
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		d := Day{Row: head + i + 1, Name: cell(at.name)}
		fault := func(field, zh, en string) {
			faults = append(faults, Fault{Row: d.Row, Field: field, Zh: zh, En: en})
		}
		var ok bool
		if d.Date, ok = readDate(cell(at.date)); !ok {
			fault("date", fmt.Sprintf("日期「%s」不存在或写法不对，应如 2027-02-06", cell(at.date)),
				fmt.Sprintf("date %q does not exist or is not written as 2027-02-06", cell(at.date)))
		}
		if d.Kind, ok = readKind(cell(at.kind)); !ok {
			fault("kind", fmt.Sprintf("类型「%s」应为 holiday（放假）或 workday（上班）", cell(at.kind)),
				fmt.Sprintf("kind %q must be holiday or workday", cell(at.kind)))
		} else if d.Kind == DayOff && d.Name == "" {
			fault("name", "放假日没有名称", "a day off has no name")
		}
		days = append(days, d)
	}
	return days, faults
}

// readDate also reads 2027/2/6, which is what spreadsheets make of 2027-02-06.
func readDate(text string) (Date, bool) {
	t, err := time.Parse("2006-1-2", strings.ReplaceAll(text, "/", "-"))
	d := civil(t)
	return d, err == nil && d.Valid()
}

func readKind(text string) (Kind, bool) {
	switch strings.ToLower(text) {
	case string(DayOff), "放假", "休":
		return DayOff, true
	case string(Workday), "上班", "调休上班", "班":
		return Workday, true
	}
	return "", false
}

// RowFaults returns the faults of a year with the rows of the table in which the
// days stand that they are about.
func (y Year) RowFaults(faults []Fault, table [][]string) []Fault {
	at, head, missing := findHeads(table)
	if len(missing) > 0 {
		return faults
	}
	days, _ := readDays(table, at, head)
	rows := make(map[Date]int, len(days))
	for _, d := range days {
		rows[d.Date] = d.Row
	}
	placed := slices.Clone(faults)
	for i, f := range placed {
		var n int
		var end string
		switch {
		case scanned(f.Field, "holidays[%d].%s", &n, &end) && n < len(y.Holidays):
			placed[i].Row = rows[y.Holidays[n].Start]
			if end == "end" {
				placed[i].Row = rows[y.Holidays[n].End]
			}
		case scanned(f.Field, "workdays[%d]", &n) && n < len(y.Workdays):
			placed[i].Row = rows[y.Workdays[n]]
		}
	}
	return placed
}

func scanned(text, format string, values ...any) bool {
	n, err := fmt.Sscanf(text, format, values...)
	return err == nil && n == len(values)
}
