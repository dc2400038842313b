package plan

import (
	"cmp"
	"slices"

	"duban/dispatch"
	"duban/org"
	"duban/target"
)

// PastYear is what is known of one year of a task when the next one is proposed.
type PastYear struct {
	Year   int
	Detail dispatch.TargetDetail
	Items  []Undertaken
}

// Undertaken is one item of a year with where its assignment stands.
type Undertaken struct {
	Item    target.Item
	Closed  bool
	Outcome string // of a closed one
	Overdue bool
	Reached *target.Amount // as last reported
}

// failed reports whether the item will not be delivered in its year: it is
// overdue, or was struck off.
func (u Undertaken) failed() bool {
	return u.Overdue || u.Closed && u.Outcome != dispatch.OutcomeAccepted
}

// expected is what the item will have brought when its year is over. The year
// still has some weeks: what is neither overdue nor struck off counts as what it
// asks for, or as more where more was reported.
func (u Undertaken) expected() target.ItemResult {
	result := target.ItemResult{Item: u.Item, Done: !u.failed(), Reached: u.Reached}
	if !u.failed() && !u.Closed && (u.Reached == nil || u.Item.Amount != nil && *u.Reached < *u.Item.Amount) {
		result.Reached = u.Item.Amount
	}
	return result
}

// results are those of the year's report, or the expected ones where it is not in
// yet.
func (y PastYear) results() []target.TargetResult {
	if y.Detail.Report != nil {
		return y.Detail.Report.Results
	}
	var items []target.ItemResult
	for _, u := range y.Items {
		items = append(items, u.expected())
	}
	return target.Results(y.Detail.Requirement, items)
}

// unfinished are the items that the year leaves to the next one, in their order,
// as far as their units still have a part in the task.
func (y PastYear) unfinished(task Task) []target.Unfinished {
	units := slices.Concat(task.Leads(), task.Supports())
	var left []target.Unfinished
	for _, u := range y.Items {
		if !u.failed() || !slices.ContainsFunc(units, func(one org.UnitRef) bool { return one.ID == u.Item.Unit.ID }) {
			continue
		}
		one := target.Unfinished{Item: u.Item, Reached: u.Reached}
		for _, t := range y.Detail.Requirement.Targets {
			if t.TargetKey == u.Item.TargetKey {
				one.Kind = t.Kind
			}
		}
		left = append(left, one)
	}
	return left
}

// Turn asks for the proposal of a task's next year.
type Turn struct {
	Task    int
	Year    int
	Past    []PastYear // in whatever order
	Confirm dispatch.Armed
	Resolve func(place string) (org.UnitRef, bool)
}

// Propose is the command content with which a task's next year is proposed: what
// remains of its targets over the years that are left, with what the last year
// did not finish first. False if the year asks for nothing.
func Propose(p Plan, turn Turn) (dispatch.TargetOpening, bool, error) {
	past := slices.SortedFunc(slices.Values(turn.Past), func(a, b PastYear) int { return cmp.Compare(a.Year, b.Year) })
	past = slices.DeleteFunc(past, func(y PastYear) bool { return y.Year >= turn.Year })
	var results [][]target.TargetResult
	for _, y := range past {
		results = append(results, y.results())
	}
	reached := target.Reached(results...)
	opening, err := Opening(p, Begin{Task: turn.Task, Year: turn.Year, Reached: reached, Resolve: turn.Resolve})
	if err != nil {
		return opening, false, err
	}
	var left []target.Unfinished
	if n := len(past); n > 0 && past[n-1].Year == turn.Year-1 {
		i := slices.IndexFunc(p.Tasks, func(t Task) bool { return t.Key == turn.Task })
		left = past[n-1].unfinished(p.Tasks[i])
	}
	items, carried := target.Carry(opening.Requirement, left)
	opening.Proposal = &dispatch.Proposal{Reached: reached, Items: items, Carried: carried, Armed: turn.Confirm}
	return opening, len(opening.Requirement.Targets) > 0 || carried > 0, nil
}
