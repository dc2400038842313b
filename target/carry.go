package target

import (
	"slices"

	"duban/org"
)

// carriedMark stands before the content of an item that comes from an earlier
// year.
const carriedMark = "（结转）"

// Unfinished is an item of an earlier year that was not delivered in full.
type Unfinished struct {
	Kind    Kind    `json:"kind,omitempty"` // of its target; empty: it supports the task as a whole
	Item    Item    `json:"item"`
	Reached *Amount `json:"reached,omitempty"` // as last reported
}

// Carry drafts the decomposition of a year that follows on another: first what
// units did not finish before (结转), in the order given, then what Propose makes
// of the rest. An item that is carried over keeps its unit, and where it has no
// figure its content, and is due in the new year:
//
//   - sum: with what is missing of its amount, as far as the year asks for it;
//     what remains is apportioned. A sum that others have reached carries nothing.
//   - everything else that the year asks for, and work in support: in place of the
//     item that would be proposed to the unit, with the value of the new year.
//   - what the year does not ask for any more, such as a schedule's entry of its
//     own year: as work in support of the task.
//
// It returns how many of the items are carried over. They pass Check where those
// of Propose do.
func Carry(r Requirement, unfinished []Unfinished) (items []Item, carried int) {
	p := &proposal{requirement: r}
	for _, u := range unfinished {
		p.carry(u)
	}
	carried = len(p.items)
	p.split()
	return p.items, carried
}

func (p *proposal) carry(u Unfinished) {
	i := slices.IndexFunc(p.requirement.Targets, func(t YearTarget) bool { return t.TargetKey == u.Item.TargetKey && !t.none() })
	switch {
	case u.Item.Unit.ID == "":
		return // nobody was to deliver it
	case i >= 0 && p.requirement.Targets[i].summed():
		p.carrySum(p.requirement.Targets[i], u)
	case i >= 0:
		t := p.requirement.Targets[i]
		p.carryOnce(t, u, t.proposed())
	case u.Kind != Sum:
		p.carryOnce(YearTarget{}, u, nil)
	}
}

// carrySum carries what is missing of the amount, and no more than the year asks
// for beside what is carried already.
func (p *proposal) carrySum(t YearTarget, u Unfinished) {
	if u.Item.Amount == nil {
		return
	}
	missing := *u.Item.Amount
	if u.Reached != nil {
		missing -= *u.Reached
	}
	missing = min(missing, *t.Amount-p.given(t))
	if missing > 0 {
		p.addCarried(t, u, &missing)
	}
}

// carryOnce carries an item that takes the place of the one that would be
// proposed: of several of one unit the first.
func (p *proposal) carryOnce(t YearTarget, u Unfinished, amount *Amount) {
	if p.has(t.TargetKey, u.Item.Unit) && t.TargetKey != "" {
		return
	}
	p.addCarried(t, u, amount)
}

func (p *proposal) addCarried(t YearTarget, u Unfinished, amount *Amount) {
	item := Item{Key: len(p.items) + 1, Unit: u.Item.Unit, Content: carriedContent(u.Item.Content), TargetKey: t.TargetKey, Due: t.due(p.requirement.Year)}
	if amount != nil {
		item.Amount, item.Measure, item.Content = amount, t.Measure, carriedMark+t.content(amount)
	}
	p.items = append(p.items, item)
}

// carriedContent marks a content once, however often it is carried over.
func carriedContent(content string) string {
	if len(content) >= len(carriedMark) && content[:len(carriedMark)] == carriedMark {
		return content
	}
	return carriedMark + content
}

// given is what the items so far deliver to a sum.
func (p *proposal) given(t YearTarget) Amount {
	var sum Amount
	for _, item := range p.items {
		if item.TargetKey == t.TargetKey && item.Amount != nil {
			sum = add(sum, *item.Amount)
		}
	}
	return sum
}

// has reports whether a unit has an item for a target already.
func (p *proposal) has(key string, unit org.UnitRef) bool {
	return slices.ContainsFunc(p.items, func(i Item) bool { return i.TargetKey == key && i.Unit.ID == unit.ID })
}
