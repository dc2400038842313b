package calendar

import (
	"cmp"
	"maps"
	"slices"
)

// Calendar answers which days are working days. The zero Calendar knows
// weekends only. A Calendar does not change and may be shared.
type Calendar struct {
	known   map[int]bool  // year -> its notice is final
	special map[Date]bool // a day off: false, a make-up working day: true
	own     map[Date]bool // the same for one unit, in place of special
}

// New builds a calendar. Of several entries for the same year the last one
// counts. Where the notices of two years speak about the same December day,
// the newer year's does. A faulty year is refused with an *Invalid.
func New(years ...Year) (Calendar, error) {
	latest := make(map[int]Year, len(years))
	for _, y := range years {
		if err := y.Validate(); err != nil {
			return Calendar{}, err
		}
		latest[y.Year] = y
	}
	c := Calendar{known: make(map[int]bool, len(latest)), special: make(map[Date]bool)}
	for _, y := range slices.SortedFunc(maps.Values(latest), func(a, b Year) int { return cmp.Compare(a.Year, b.Year) }) {
		c.known[y.Year] = !y.Provisional
		y.mark(c.special)
	}
	return c, nil
}

// ForUnit returns the calendar of a unit that has days off and working days of
// its own: where they name a day they count, everywhere else the notices do. A
// faulty year is refused with an *Invalid. Which years are provisional stays,
// as a unit's own days do not stand in for the notice.
func (c Calendar) ForUnit(years ...Year) (Calendar, error) {
	own := make(map[Date]bool)
	for _, y := range years {
		if err := y.ValidateForUnit(); err != nil {
			return Calendar{}, err
		}
		y.mark(own)
	}
	c.own = own
	return c, nil
}

// mark writes down the days that the year names.
func (y Year) mark(days map[Date]bool) {
	for _, h := range y.Holidays {
		for d := h.Start; !d.After(h.End); d = d.AddDays(1) {
			days[d] = false
		}
	}
	for _, d := range y.Workdays {
		days[d] = true
	}
}

// IsWorking reports whether people work on d.
func (c Calendar) IsWorking(d Date) bool {
	if working, named := c.own[d]; named {
		return working
	}
	if working, named := c.special[d]; named {
		return working
	}
	return !weekend(d)
}

// AddWorkingDays returns the nth working day after d, or before d when n is
// negative. Counting starts with the day after (or before) d, whether or not d
// itself is a working day; n = 0 returns d.
func (c Calendar) AddWorkingDays(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		if c.IsWorking(d) {
			n--
		}
	}
	return d
}

// NextWorking returns d if it is a working day, else the first one after it.
func (c Calendar) NextWorking(d Date) Date {
	for !c.IsWorking(d) {
		d = d.AddDays(1)
	}
	return d
}

// PreviousWorking returns d if it is a working day, else the last one before it.
func (c Calendar) PreviousWorking(d Date) Date {
	for !c.IsWorking(d) {
		d = d.AddDays(-1)
	}
	return d
}

// WorkingDays counts the working days after from, up to and including to: what
// must be added to from to arrive at to, or at the last working day before it.
// It is negative when to lies before from, counting the days from to up to but
// not including from.
func (c Calendar) WorkingDays(from, to Date) int {
	count := 0
	for d := from; d.Before(to); {
		d = d.AddDays(1)
		if c.IsWorking(d) {
			count++
		}
	}
	for d := from; d.After(to); {
		d = d.AddDays(-1)
		if c.IsWorking(d) {
			count--
		}
	}
	return count
}
