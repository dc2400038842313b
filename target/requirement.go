package target

import (
	"time"

	"duban/calendar"
	"duban/org"
)

// Item (分解项) is one line of a decomposition: who delivers what, how much, by
// when.
type Item struct {
	Key       int           `json:"key"` // unique within the decomposition
	Unit      org.UnitRef   `json:"unit"`
	Content   string        `json:"content"`
	TargetKey string        `json:"targetKey,omitempty"` // the target it delivers to; empty: it supports the task as a whole
	Amount    *Amount       `json:"amount,omitempty"`
	Measure   string        `json:"measure,omitempty"` // unit of measure of the amount
	Due       calendar.Date `json:"due"`
}

// YearTarget is what one target of the task asks for in one year.
type YearTarget struct {
	TargetKey string        `json:"targetKey"`
	Kind      Kind          `json:"kind"`
	Text      string        `json:"text"`   // as the document says it
	Metric    string        `json:"metric"` // what is measured
	Op        Op            `json:"op,omitempty"`
	Amount    *Amount       `json:"amount,omitempty"`  // sum: this year's share; level and bound: the value; each: the count per place
	Measure   string        `json:"measure,omitempty"` // unit of measure of the amount
	Places    []string      `json:"places,omitempty"`  // schedule: ids or names of the units that must act this year
	Units     []org.UnitRef `json:"units,omitempty"`   // whom it concerns, over whom Propose splits it; empty: the lead unit decides, all units are proposed
	Deadline  calendar.Date `json:"deadline,omitzero"` // the last day, where the document names one
}

// Requirement is what a decomposition of one task in one year must satisfy.
type Requirement struct {
	Year    int           `json:"year"`
	Targets []YearTarget  `json:"targets"`
	Units   []org.UnitRef `json:"units"` // supporting units: each has an item or an excuse
}

// Excuse is the lead unit's reason why a supporting unit has no item this year.
type Excuse struct {
	Unit   org.UnitRef `json:"unit"`
	Reason string      `json:"reason"`
}

// DefaultDue is the due date of an item for which nothing else is said: 30
// November, so that acceptance, the year's completion report and its sign-off
// still fit in the year.
func DefaultDue(year int) calendar.Date { return calendar.NewDate(year, time.November, 30) }

// due returns the default due date, or the target's deadline where it is
// earlier in the same year.
func (t YearTarget) due(year int) calendar.Date {
	due := DefaultDue(year)
	if t.endsIn(year) && t.Deadline.Before(due) {
		return t.Deadline
	}
	return due
}

// endsIn reports whether the target's deadline binds items of the year.
func (t YearTarget) endsIn(year int) bool { return t.Deadline.Valid() && t.Deadline.Year == year }

// name is what messages call the target.
func (t YearTarget) name() string {
	if t.Metric != "" {
		return t.Metric
	}
	return t.Text
}

// none reports whether the target asks for nothing this year: a sum that is
// reached, a schedule that names nobody.
func (t YearTarget) none() bool {
	switch t.Kind {
	case Sum:
		return t.Amount != nil && *t.Amount <= 0
	case Schedule:
		return len(t.Places) == 0
	}
	return false
}

// summed reports whether items deliver shares of an amount.
func (t YearTarget) summed() bool { return t.Kind == Sum && t.Amount != nil }

// is reports whether the place, an id or a name, means the unit.
func is(place string, unit org.UnitRef) bool {
	return place != "" && (place == unit.ID || place == unit.Name)
}
