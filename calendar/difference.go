package calendar

import "slices"

// Difference is one day that two versions of a year name differently.
type Difference struct {
	Date   Date `json:"date"`
	Before *Day `json:"before,omitempty"` // absent: it was a day like any other of its weekday
	After  *Day `json:"after,omitempty"`  // absent: it is one now
}

// Compare returns, in order, the days that two versions of a year name
// differently. A holiday that is only called otherwise is one as well.
func Compare(before, after Year) []Difference {
	named := make(map[Date]*Difference)
	of := func(d Date) *Difference {
		if named[d] == nil {
			named[d] = &Difference{Date: d}
		}
		return named[d]
	}
	for _, d := range before.Days() {
		of(d.Date).Before = &d
	}
	for _, d := range after.Days() {
		of(d.Date).After = &d
	}
	differences := make([]Difference, 0, len(named))
	for _, d := range named {
		if d.Before == nil || d.After == nil || *d.Before != *d.After {
			differences = append(differences, *d)
		}
	}
	slices.SortFunc(differences, func(a, b Difference) int { return a.Date.Compare(b.Date) })
	return differences
}
