package calendar

import (
	"fmt"
	"strings"
)

// Holiday is a run of days off, both ends included.
type Holiday struct {
	Name  string `json:"name"`
	Start Date   `json:"start"`
	End   Date   `json:"end"`
}

// Year is what the State Council's notice says about one year: the days off and
// the weekend days on which people work instead. A notice may reach back into
// the last week of the December before, as 2023's did for New Year's Day.
//
// A unit's own days off and working days in a year have the same form.
type Year struct {
	Year        int       `json:"year"`
	Source      string    `json:"source"`                // the notice, by title or number
	Provisional bool      `json:"provisional,omitempty"` // a forecast, not yet the notice
	Holidays    []Holiday `json:"holidays"`
	Workdays    []Date    `json:"workdays"` // make-up working days (调休上班)
}

// Fault is one thing that is wrong with a year, in Chinese and in English.
type Fault struct {
	Row   int    `json:"row,omitempty"`   // of the table that it was read from, from 1
	Field string `json:"field,omitempty"` // such as "holidays[2].end"
	Zh    string `json:"zh"`
	En    string `json:"en"`
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
