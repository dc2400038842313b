package target

import (
	"slices"

	"duban/org"
)

// supportContent is what a supporting unit is asked for that no target reaches.
const supportContent = "配合牵头单位落实本任务"

// Propose drafts a decomposition that the lead unit may take or change. What a
// target asks for is split over its Units, or over all units of the requirement:
//
//   - sum: apportioned evenly; a unit whose share is zero gets no item.
//   - level, bound, each: the same value for every unit.
//   - schedule: an item for each place. A place that is no known unit is left
//     for the lead unit to fill in.
//   - milestone, narrative: an item for each unit, or for each place.
//
// A supporting unit that no target reaches is asked to support the task. Keys
// count from 1. What is proposed passes Check as long as there are units and
// every place is one.
func Propose(r Requirement) []Item {
	p := &proposal{requirement: r}
	p.split()
	return p.items
}

// split gives out what the items so far do not deliver.
func (p *proposal) split() {
	for _, t := range p.requirement.Targets {
		switch {
		case t.none():
		case t.summed():
			p.sum(t)
		case len(t.Places) > 0:
			p.places(t)
		default:
			for _, unit := range t.concerned(p.requirement) {
				if !p.has(t.TargetKey, unit) {
					p.add(t, unit, t.proposed())
				}
			}
		}
	}
	p.support()
}

type proposal struct {
	requirement Requirement
	items       []Item
}

func (p *proposal) add(t YearTarget, unit org.UnitRef, amount *Amount) {
	item := Item{Key: len(p.items) + 1, Unit: unit, Content: t.content(amount), TargetKey: t.TargetKey, Due: t.due(p.requirement.Year)}
	if amount != nil {
		item.Amount, item.Measure = amount, t.Measure
	}
	p.items = append(p.items, item)
}

func (p *proposal) sum(t YearTarget) {
	units := t.concerned(p.requirement)
	left := *t.Amount - p.given(t)
	for i, share := range Apportion(left, make([]int64, len(units)), step(left)) {
		if share > 0 {
			p.add(t, units[i], &share)
		}
	}
}

func (p *proposal) places(t YearTarget) {
	for _, place := range t.Places {
		unit, known := t.unitOf(place, p.requirement)
		if known && p.has(t.TargetKey, unit) {
			continue
		}
		p.add(t, unit, t.proposed())
		if !known {
			last := &p.items[len(p.items)-1]
			last.Content = place + "：" + last.Content
		}
	}
}

// support gives every unit that has nothing yet an item.
func (p *proposal) support() {
	for _, unit := range distinct(p.requirement.Units) {
		if !slices.ContainsFunc(p.items, func(i Item) bool { return i.Unit.ID == unit.ID }) {
			p.items = append(p.items, Item{Key: len(p.items) + 1, Unit: unit, Content: supportContent, Due: DefaultDue(p.requirement.Year)})
		}
	}
}

// concerned are the units over which the target is split.
func (t YearTarget) concerned(r Requirement) []org.UnitRef {
	if len(t.Units) > 0 {
		return distinct(t.Units)
	}
	return distinct(r.Units)
}

// distinct drops units that were named before, as a group's member may be.
func distinct(units []org.UnitRef) []org.UnitRef {
	seen := make(map[string]bool, len(units))
	var once []org.UnitRef
	for _, unit := range units {
		if !seen[unit.ID] {
			seen[unit.ID] = true
			once = append(once, unit)
		}
	}
	return once
}

// unitOf finds the unit that a place means.
func (t YearTarget) unitOf(place string, r Requirement) (org.UnitRef, bool) {
	for _, unit := range slices.Concat(t.Units, r.Units) {
		if is(place, unit) {
			return unit, true
		}
	}
	return org.UnitRef{}, false
}

// proposed is the value that one unit is asked for: the target's own, or the
// nearest that meets it.
func (t YearTarget) proposed() *Amount {
	if t.Amount == nil || !t.valued() {
		return nil
	}
	value := nearest(t.Op.or(t.Kind), *t.Amount)
	return &value
}

// nearest is the figure nearest to the value that meets it: for more than 95,
// 96.
func nearest(op Op, value Amount) Amount {
	switch op {
	case MoreThan:
		return value + step(value)
	case LessThan:
		return value - step(value)
	}
	return value
}

// valued reports whether every item carries a value that must meet the target.
func (t YearTarget) valued() bool { return t.Kind == Level || t.Kind == Bound || t.Kind == Each }

// content words what one unit is to deliver.
func (t YearTarget) content(amount *Amount) string {
	switch {
	case amount == nil && t.Text != "":
		return t.Text
	case amount == nil:
		return t.Metric
	case t.Kind == Sum:
		return "完成" + t.name() + " " + with(amount.String(), t.Measure)
	case t.Kind == Each && t.Text != "":
		return t.Text
	}
	condition, _ := t.Op.or(t.Kind).phrase(*t.Amount, t.Measure)
	return t.name() + condition
}
