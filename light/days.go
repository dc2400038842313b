package light

import (
	"time"

	"duban/calendar"
)

// days counts working days quickly, year by year: a hundred thousand assignments
// are judged in one go.
type days struct {
	cal   calendar.Calendar
	years map[int][]int
}

func newDays(cal calendar.Calendar) *days { return &days{cal: cal, years: map[int][]int{}} }

// between counts the working days after from, up to and including to. Where to
// lies before from it is the count from to to from, negative.
func (d *days) between(from, to calendar.Date) int {
	if to.Before(from) {
		return -d.between(to, from)
	}
	count := d.upTo(to) - d.upTo(from)
	for year := from.Year; year < to.Year; year++ {
		of := d.year(year)
		count += of[len(of)-1]
	}
	return count
}

// upTo counts the working days of the date's year up to and including it.
func (d *days) upTo(date calendar.Date) int {
	return d.year(date.Year)[calendar.NewDate(date.Year, time.January, 1).DaysUntil(date)]
}

// year holds, for each day of a year, how many working days it has had by then.
func (d *days) year(year int) []int {
	if known, is := d.years[year]; is {
		return known
	}
	var sums []int
	count := 0
	for day := calendar.NewDate(year, time.January, 1); day.Year == year; day = day.AddDays(1) {
		if d.cal.IsWorking(day) {
			count++
		}
		sums = append(sums, count)
	}
	d.years[year] = sums
	return sums
}
