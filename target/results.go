package target

import (
	"slices"
)

// ItemResult is what became of one item.
type ItemResult struct {
	Item    Item    `json:"item"`
	Done    bool    `json:"done"`              // delivered and accepted
	Reached *Amount `json:"reached,omitempty"` // as last reported; nil: no figure was reported
}

// TargetResult is what the year brought for one target.
type TargetResult struct {
	TargetKey string  `json:"targetKey"`
	Kind      Kind    `json:"kind"`
	Text      string  `json:"text"`
	Metric    string  `json:"metric"`
	Measure   string  `json:"measure,omitempty"`
	Op        Op      `json:"op,omitempty"`
	Asked     *Amount `json:"asked,omitempty"`
	Rollup
}

// Results rolls the results of the items up, one entry for each target of the
// requirement, in its order. The items of one unit count as one: for a sum they
// are added, for a level or bound the worst counts, and otherwise all must be
// done. For "each" every item is a place, which has what is asked for when the
// item is done and its figure, where it has one, meets the count.
//
// An item that was accepted without a figure counts as what it asked for. A
// target without a figure is met when all of its items are done.
func Results(r Requirement, done []ItemResult) []TargetResult {
	results := make([]TargetResult, 0, len(r.Targets))
	for _, t := range r.Targets {
		results = append(results, TargetResult{
			TargetKey: t.TargetKey, Kind: t.Kind, Text: t.Text, Metric: t.Metric,
			Measure: t.Measure, Op: t.Op, Asked: t.Amount,
			Rollup: RollUp(t.counted(), t.Op, t.Amount, t.byUnit(done)),
		})
	}
	return results
}

// counted is the kind by which the target is counted: without a figure there is
// nothing to count but what is done.
func (t YearTarget) counted() Kind {
	if t.Amount == nil {
		return Narrative
	}
	return t.Kind
}

// byUnit gathers the results of the target's items into one for each unit.
func (t YearTarget) byUnit(done []ItemResult) []Result {
	var units []Result
	for _, d := range done {
		if d.Item.TargetKey != t.TargetKey {
			continue
		}
		i := slices.IndexFunc(units, func(u Result) bool { return u.Unit.ID == d.Item.Unit.ID })
		if i < 0 {
			units = append(units, t.first(d))
			continue
		}
		units[i] = t.join(units[i], t.first(d))
	}
	return units
}

// first is the result of a single item.
func (t YearTarget) first(d ItemResult) Result {
	result := Result{Unit: d.Item.Unit, Value: d.figure(), Done: d.Done, Places: 1}
	if d.Done && (t.Amount == nil || d.Reached == nil || Meets(t.Op.or(t.Kind), *t.Amount, *d.Reached)) {
		result.Reached = 1
	}
	return result
}

// join puts two results of one unit together.
func (t YearTarget) join(a, b Result) Result {
	a.Done = a.Done && b.Done
	a.Places += b.Places
	a.Reached += b.Reached
	switch {
	case t.Kind == Sum:
		a.Value = plus(a.Value, b.Value)
	case a.Value == nil || b.Value == nil:
		a.Value = nil
	case worse(t.Op.or(t.Kind), t.Amount, *b.Value, *a.Value):
		a.Value = b.Value
	}
	return a
}

// figure is what the item brought: as reported, or as asked where it was
// accepted without a figure.
func (d ItemResult) figure() *Amount {
	if d.Reached == nil && d.Done {
		return d.Item.Amount
	}
	return d.Reached
}

// plus adds figures, of which either may not be there.
func plus(a, b *Amount) *Amount {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	sum := add(*a, *b)
	return &sum
}

// Reached gathers what ForYear wants to know from the results of the years
// before, oldest first: sums are added up over the years; of everything else
// the latest year tells whether it is reached.
func Reached(years ...[]TargetResult) map[string]Amount {
	reached := make(map[string]Amount)
	for _, results := range years {
		for _, result := range results {
			switch {
			case result.Kind == Sum && result.Asked != nil:
				if result.Value != nil {
					reached[result.TargetKey] = add(reached[result.TargetKey], *result.Value)
				}
			case !result.Met:
				delete(reached, result.TargetKey)
			case result.Asked == nil || result.Kind == Milestone || result.Kind == Narrative:
				reached[result.TargetKey] = One
			default:
				reached[result.TargetKey] = nearest(result.Op.or(result.Kind), *result.Asked)
			}
		}
	}
	return reached
}
