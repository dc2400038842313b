package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of a run of days off; beyond them a date is mistyped.
const (
	// longestHoliday is that of a notice: the longest there ever was had ten days.
	longestHoliday = 30
	// longestUnitHoliday leaves room for a school's summer.
	longestUnitHoliday = 100
)

// Validate reports everything that is wrong with a year's notice, as an
// *Invalid.
func (y Year) Validate() error {
	v := &validation{year: y.Year, longest: longestHoliday}
	v.whole(y)
	for i, d := range y.Workdays {
		if d.Valid() && !weekend(d) {
			v.fault(workdayField(i), fmt.Sprintf("调休上班日 %s 不是周末，本来就上班", d),
				fmt.Sprintf("make-up working day %s is not on a weekend", d))
		}
	}
	return v.result()
}

// ValidateForUnit reports everything that is wrong with a unit's own days of a
// year, as an *Invalid. They lie within the year, and a working day may be one
// that the notice gives off.
func (y Year) ValidateForUnit() error {
	v := &validation{year: y.Year, longest: longestUnitHoliday, within: true}
	v.whole(y)
	return v.result()
}

type validation struct {
	year    int
	longest int  // days of a holiday
	within  bool // no day lies in the December before
	faults  []Fault
}

func (v *validation) result() error {
	if len(v.faults) == 0 {
		return nil
	}
	return &Invalid{Year: v.year, Faults: v.faults}
}

func (v *validation) fault(field, zh, en string) {
	v.faults = append(v.faults, Fault{Field: field, Zh: zh, En: en})
}

func (v *validation) whole(y Year) {
	if y.Year < 1949 || y.Year > 9999 {
		v.fault("year", fmt.Sprintf("年份 %d 不在 1949 至 9999 之间", y.Year),
			fmt.Sprintf("year %d is not between 1949 and 9999", y.Year))
	}
	if strings.TrimSpace(y.Source) == "" {
		v.fault("source", "未写明依据的通知", "the source, the notice it is taken from, is missing")
	}
	for i, h := range y.Holidays {
		v.holiday(i, h)
	}
	v.overlaps(y.Holidays)
	v.workdays(y.Workdays, y.Holidays)
}

// belongs reports whether d may be named by the year: it lies in it or, for a
// notice, in the last week of the December before.
func (v *validation) belongs(d Date) bool {
	_, last := d.notices()
	return d.Year == v.year || !v.within && last == v.year
}

// date reports whether d exists and belongs to the year.
func (v *validation) date(field string, d Date, zh, en string) bool {
	if !d.Valid() {
		v.fault(field, zh+"的日期不存在或未填写", "the date of "+en+" is missing or does not exist")
		return false
	}
	if v.belongs(d) {
		return true
	}
	v.fault(field, fmt.Sprintf("%s的日期 %s 不属于 %d 年", zh, d, v.year),
		fmt.Sprintf("the date %s of %s is not in %d", d, en, v.year))
	return false
}

func holidayField(i int, field string) string { return fmt.Sprintf("holidays[%d].%s", i, field) }

func workdayField(i int) string { return fmt.Sprintf("workdays[%d]", i) }

func (v *validation) holiday(i int, h Holiday) {
	if strings.TrimSpace(h.Name) == "" {
		v.fault(holidayField(i, "name"), fmt.Sprintf("%s 开始的假期没有名称", h.Start), fmt.Sprintf("the holiday from %s has no name", h.Start))
	}
	zh, en := "「"+h.Name+"」", fmt.Sprintf("holiday %q", h.Name)
	starts := v.date(holidayField(i, "start"), h.Start, zh, en)
	ends := v.date(holidayField(i, "end"), h.End, zh, en)
	if !starts || !ends {
		return
	}
	switch length := h.Start.DaysUntil(h.End) + 1; {
	case length < 1:
		v.fault(holidayField(i, "end"), fmt.Sprintf("%s止于 %s，早于开始的 %s", zh, h.End, h.Start),
			fmt.Sprintf("%s ends on %s, before it starts on %s", en, h.End, h.Start))
	case length > v.longest:
		v.fault(holidayField(i, "end"), fmt.Sprintf("%s长达 %d 天，超过 %d 天", zh, length, v.longest),
			fmt.Sprintf("%s has %d days, more than %d", en, length, v.longest))
	}
}

func (v *validation) overlaps(holidays []Holiday) {
	order := make([]int, len(holidays))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return holidays[a].Start.Compare(holidays[b].Start) })
	var before Holiday // the one that reaches furthest so far
	for _, i := range order {
		h := holidays[i]
		if !h.Start.Valid() || !h.End.Valid() {
			continue
		}
		if !before.End.IsZero() && !h.Start.After(before.End) {
			v.fault(holidayField(i, "start"), fmt.Sprintf("「%s」与「%s」在 %s 重叠", before.Name, h.Name, h.Start),
				fmt.Sprintf("holidays %q and %q overlap on %s", before.Name, h.Name, h.Start))
		}
		if h.End.After(before.End) {
			before = h
		}
	}
}

func (v *validation) workdays(days []Date, holidays []Holiday) {
	seen := make(map[Date]bool, len(days))
	for i, d := range days {
		if !v.date(workdayField(i), d, "上班日", "a working day") {
			continue
		}
		if seen[d] {
			v.fault(workdayField(i), fmt.Sprintf("上班日 %s 重复", d), fmt.Sprintf("working day %s is given twice", d))
		}
		seen[d] = true
		for _, h := range holidays {
			if !d.Before(h.Start) && !d.After(h.End) {
				v.fault(workdayField(i), fmt.Sprintf("上班日 %s 在「%s」假期之内", d, h.Name),
					fmt.Sprintf("working day %s lies within holiday %q", d, h.Name))
			}
		}
	}
}

func weekend(d Date) bool {
	day := d.Weekday()
	return day == time.Saturday || day == time.Sunday
}
