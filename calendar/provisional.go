package calendar

import (
	"fmt"
	"strings"
	"time"
)

// reachesBack is the first day of December that next year's notice may name:
// that of 2019 gave 31 December 2018 off and made the 29th a working day.
const reachesBack = 25

// notices returns the first and the last year whose notices may name the day:
// its own and, in the last week of December, the one after.
func (d Date) notices() (first, last int) {
	if d.Month == time.December && d.Day >= reachesBack {
		return d.Year, d.Year + 1
	}
	return d.Year, d.Year
}

// Notices returns, in ascending order, the years whose notices decide which of
// the days between the two dates are working days, both dates included and in
// either direction.
func Notices(from, to Date) []int {
	if to.Before(from) {
		from, to = to, from
	}
	first, _ := from.notices()
	_, last := to.notices()
	years := make([]int, 0, last-first+1)
	for year := first; year <= last; year++ {
		years = append(years, year)
	}
	return years
}

// Known reports whether the year's notice is loaded, and not only a forecast.
func (c Calendar) Known(year int) bool { return c.known[year] }

// ProvisionalYears returns, in ascending order, the years without a notice on
// which a count from one date to another depends; none when the result is final.
func (c Calendar) ProvisionalYears(from, to Date) []int {
	var years []int
	for _, year := range Notices(from, to) {
		if !c.known[year] {
			years = append(years, year)
		}
	}
	return years
}

// Provisional reports whether a count from one date to another touches a day
// whose notice is not known yet, so that the result may still move.
func (c Calendar) Provisional(from, to Date) bool { return len(c.ProvisionalYears(from, to)) > 0 }

// ProvisionalLabel says in Chinese and in English which years are counted
// without a notice. Both are empty when none is.
func ProvisionalLabel(years []int) (zh, en string) {
	if len(years) == 0 {
		return "", ""
	}
	labels := make([]string, 0, len(years))
	for _, year := range years {
		labels = append(labels, fmt.Sprint(year))
	}
	return fmt.Sprintf("%s 年节假日安排尚未公布，暂按周末推算", strings.Join(labels, "、")),
		fmt.Sprintf("provisional: the holidays of %s are not announced yet, only weekends are counted", strings.Join(labels, ", "))
}
