package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Holiday is a run of days off, both ends included.
type Holiday struct {
	Name  string `json:"name"`
	Start Date   `json:"start"`
	End   Date   `json:"end"`
}

// Year is what the State Council's notice says about one year: the days off and
// the weekend days on which people work instead. A notice may reach back into
// the December before, as 2023's did for New Year's Day.
type Year struct {
	Year        int       `json:"year"`
	Source      string    `json:"source"`                // the notice, by title or number
	Provisional bool      `json:"provisional,omitempty"` // a forecast, not yet the notice
	Holidays    []Holiday `json:"holidays"`
	Workdays    []Date    `json:"workdays"` // make-up working days (调休上班)
}

// Fault is one thing that is wrong with a year, in Chinese and in English.
type Fault struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Invalid is the error of a Year that cannot be used; it names every fault.
type Invalid struct {
	Year   int
	Faults []Fault
}

// Error writes all faults, each in Chinese with English after it.
func (e *Invalid) Error() string {
	lines := make([]string, 0, len(e.Faults))
	for _, f := range e.Faults {
		lines = append(lines, f.Zh+" ("+f.En+")")
	}
	return fmt.Sprintf("%d 年日历有误 (calendar of %d is faulty): %s", e.Year, e.Year, strings.Join(lines, "; "))
}

// longestHoliday bounds a run of days off: the longest there ever was had ten
// days, so a month is a mistyped date.
const longestHoliday = 30

// Validate reports everything that is wrong with the year, as an *Invalid.
func (y Year) Validate() error {
	v := &validation{year: y.Year}
	if y.Year < 1949 || y.Year > 9999 {
		v.fault(fmt.Sprintf("年份 %d 不在 1949 至 9999 之间", y.Year),
			fmt.Sprintf("year %d is not between 1949 and 9999", y.Year))
	}
	if strings.TrimSpace(y.Source) == "" {
		v.fault("未写明依据的通知", "the source, the notice it is taken from, is missing")
	}
	for _, h := range y.Holidays {
		v.holiday(h)
	}
	v.overlaps(y.Holidays)
	v.workdays(y.Workdays, y.Holidays)
	if len(v.faults) == 0 {
		return nil
	}
	return &Invalid{Year: y.Year, Faults: v.faults}
}

type validation struct {
	year   int
	faults []Fault
}

func (v *validation) fault(zh, en string) { v.faults = append(v.faults, Fault{Zh: zh, En: en}) }

// date reports whether d exists and belongs to the year or the December before.
func (v *validation) date(d Date, zh, en string) bool {
	if !d.Valid() {
		v.fault(zh+"的日期不存在或未填写", "the date of "+en+" is missing or does not exist")
		return false
	}
	if d.Year == v.year || d.Year == v.year-1 && d.Month == time.December {
		return true
	}
	v.fault(fmt.Sprintf("%s的日期 %s 不属于 %d 年", zh, d, v.year),
		fmt.Sprintf("the date %s of %s is not in %d", d, en, v.year))
	return false
}

func (v *validation) holiday(h Holiday) {
	if strings.TrimSpace(h.Name) == "" {
		v.fault(fmt.Sprintf("%s 开始的假期没有名称", h.Start), fmt.Sprintf("the holiday from %s has no name", h.Start))
	}
	zh, en := "「"+h.Name+"」", fmt.Sprintf("holiday %q", h.Name)
	starts, ends := v.date(h.Start, zh, en), v.date(h.End, zh, en)
	if !starts || !ends {
		return
	}
	switch length := h.Start.DaysUntil(h.End) + 1; {
	case length < 1:
		v.fault(fmt.Sprintf("%s止于 %s，早于开始的 %s", zh, h.End, h.Start),
			fmt.Sprintf("%s ends on %s, before it starts on %s", en, h.End, h.Start))
	case length > longestHoliday:
		v.fault(fmt.Sprintf("%s长达 %d 天，超过 %d 天", zh, length, longestHoliday),
			fmt.Sprintf("%s has %d days, more than %d", en, length, longestHoliday))
	}
}

func (v *validation) overlaps(holidays []Holiday) {
	sorted := slices.SortedStableFunc(slices.Values(holidays), func(a, b Holiday) int { return a.Start.Compare(b.Start) })
	var before Holiday // the one that reaches furthest so far
	for _, h := range sorted {
		if !h.Start.Valid() || !h.End.Valid() {
			continue
		}
		if !before.End.IsZero() && !h.Start.After(before.End) {
			v.fault(fmt.Sprintf("「%s」与「%s」在 %s 重叠", before.Name, h.Name, h.Start),
				fmt.Sprintf("holidays %q and %q overlap on %s", before.Name, h.Name, h.Start))
		}
		if h.End.After(before.End) {
			before = h
		}
	}
}

func (v *validation) workdays(days []Date, holidays []Holiday) {
	seen := make(map[Date]bool, len(days))
	for _, d := range days {
		if !v.date(d, "调休上班日", "a make-up working day") {
			continue
		}
		if seen[d] {
			v.fault(fmt.Sprintf("调休上班日 %s 重复", d), fmt.Sprintf("make-up working day %s is given twice", d))
		}
		seen[d] = true
		if !weekend(d) {
			v.fault(fmt.Sprintf("调休上班日 %s 不是周末，本来就上班", d),
				fmt.Sprintf("make-up working day %s is not on a weekend", d))
		}
		for _, h := range holidays {
			if !d.Before(h.Start) && !d.After(h.End) {
				v.fault(fmt.Sprintf("调休上班日 %s 在「%s」假期之内", d, h.Name),
					fmt.Sprintf("make-up working day %s lies within holiday %q", d, h.Name))
			}
		}
	}
}

func weekend(d Date) bool {
	day := d.Weekday()
	return day == time.Saturday || day == time.Sunday
}
