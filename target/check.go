package target

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"duban/org"
)

// Check finds everything that keeps a decomposition from being submitted; it is
// empty for one that may be. The rules:
//
//   - Every item has a positive key of its own, a responsible unit, content, and
//     a due date within the year and not after its target's deadline there.
//   - sum: the items add up to the year's share exactly, each above zero.
//   - level, bound, each: every item carries a value that meets the target, and
//     each of the target's Units has one, unless it is excused. Without Units
//     the lead unit decides whom the target concerns.
//   - milestone, schedule: each of the Places has an item.
//   - Every target that asks for something has an item.
//   - Every supporting unit has either an item or an excuse with a reason.
func Check(r Requirement, items []Item, excuses []Excuse) []Fault {
	c := &check{requirement: r, items: items, excuses: excuses}
	c.everyItem()
	for i, t := range r.Targets {
		c.target(i, t)
	}
	c.everyExcuse()
	c.everyUnit()
	return c.faults
}

type check struct {
	requirement Requirement
	items       []Item
	excuses     []Excuse
	faults      faults
}

func (c *check) everyItem() {
	keys := make(map[int]bool, len(c.items))
	for i, item := range c.items {
		switch {
		case item.Key < 1:
			c.faults.item(i, "key", "key", "分解项编号须为正整数。", "The item's key must be a positive number.")
		case keys[item.Key]:
			c.faults.item(i, "key", "key-twice", fmt.Sprintf("分解项编号 %d 重复，请改为不同的编号。", item.Key),
				fmt.Sprintf("The key %d is used twice; give each item its own.", item.Key))
		}
		keys[item.Key] = true
		if item.Unit.ID == "" {
			c.faults.item(i, "unit", "unit-missing", "请选择责任单位。", "Choose the responsible unit.")
		}
		if strings.TrimSpace(item.Content) == "" {
			c.faults.item(i, "content", "content-missing", "请填写工作内容。", "Say what is to be done.")
		}
		t, known := c.targetOf(item)
		if !known {
			c.faults.item(i, "targetKey", "target-unknown", fmt.Sprintf("本年度没有编号为“%s”的目标，请重新选择。", item.TargetKey),
				fmt.Sprintf("There is no target %q this year; choose another.", item.TargetKey))
		}
		c.due(i, item, t)
		c.value(i, item, t)
	}
}

// targetOf finds the item's target. An item that supports the task as a whole
// has none, which is known.
func (c *check) targetOf(item Item) (YearTarget, bool) {
	if item.TargetKey == "" {
		return YearTarget{}, true
	}
	i := slices.IndexFunc(c.requirement.Targets, func(t YearTarget) bool { return t.TargetKey == item.TargetKey })
	if i < 0 {
		return YearTarget{}, false
	}
	return c.requirement.Targets[i], true
}

func (c *check) due(i int, item Item, t YearTarget) {
	year := c.requirement.Year
	switch {
	case !item.Due.Valid():
		c.faults.item(i, "due", "due-missing", "请填写完成时限。", "Give the due date.")
	case item.Due.Year != year:
		c.faults.item(i, "due", "due-not-in-year", fmt.Sprintf("完成时限 %s 不在 %d 年内，请改为当年的日期。", item.Due, year),
			fmt.Sprintf("The due date %s is not in %d; choose a day of that year.", item.Due, year))
	case t.endsIn(year) && item.Due.After(t.Deadline):
		c.faults.item(i, "due", "due-after-deadline", fmt.Sprintf("完成时限 %s 晚于文件要求的 %s，请提前。", item.Due, t.Deadline),
			fmt.Sprintf("The due date %s is after the deadline %s of the document; choose an earlier day.", item.Due, t.Deadline))
	}
}

// value checks the figure of one item against its target.
func (c *check) value(i int, item Item, t YearTarget) {
	if t.Amount == nil || t.Kind != Sum && !t.valued() {
		return
	}
	if item.Amount == nil {
		c.faults.item(i, "amount", "amount-missing", fmt.Sprintf("请填写“%s”的数值。", t.name()),
			fmt.Sprintf("Give the figure for %q.", t.name()))
		return
	}
	if item.Measure != "" && item.Measure != t.Measure {
		c.faults.item(i, "measure", "measure", fmt.Sprintf("计量单位“%s”与目标的“%s”不一致，请改为一致。", item.Measure, t.Measure),
			fmt.Sprintf("The unit of measure %q is not the target's %q; use the same.", item.Measure, t.Measure))
	}
	if t.Kind == Sum {
		if *item.Amount <= 0 {
			c.faults.item(i, "amount", "amount-not-positive", "数量须大于 0；没有数量的单位可改为配合事项，或写明不分解的理由。",
				"The amount must be above zero; a unit without one can have a supporting item or an excuse.")
		}
		return
	}
	if op := t.Op.or(t.Kind); !Meets(op, *t.Amount, *item.Amount) {
		zh, en := op.phrase(*t.Amount, t.Measure)
		given := with(item.Amount.String(), t.Measure)
		c.faults.item(i, "amount", "amount-does-not-meet", fmt.Sprintf("“%s”要求%s，现填 %s，请修改。", t.name(), zh, given),
			fmt.Sprintf("%q must be %s, but %s is given.", t.name(), en, given))
	}
}

// target checks that the items, taken together, give what the target asks for.
func (c *check) target(i int, t YearTarget) {
	items := c.itemsOf(t)
	switch {
	case t.Kind == Sum && t.Amount != nil:
		c.addsUp(i, t, items)
		return
	case t.none():
		return
	case len(items) == 0:
		c.faults.target(i, "no-item", fmt.Sprintf("“%s”还没有分解项，请至少安排一项。", t.name()),
			fmt.Sprintf("No item delivers to %q yet; add at least one.", t.name()))
		return
	}
	if t.valued() {
		c.unitsOf(i, t, items)
	}
	c.placesOf(i, t, items)
}

func (c *check) itemsOf(t YearTarget) []Item {
	var items []Item
	for _, item := range c.items {
		if item.TargetKey == t.TargetKey {
			items = append(items, item)
		}
	}
	return items
}

func (c *check) addsUp(i int, t YearTarget, items []Item) {
	var got Amount
	for _, item := range items {
		if item.Amount != nil {
			got = add(got, *item.Amount)
		}
	}
	asked := max(*t.Amount, 0)
	if got == asked {
		return
	}
	say := func(a Amount) string { return with(a.String(), t.Measure) }
	zh, en := "少 "+say(distance(asked, got))+"，请补足", say(distance(asked, got))+" too few"
	if got > asked {
		zh, en = "多 "+say(distance(asked, got))+"，请减少", say(distance(asked, got))+" too many"
	}
	c.faults.target(i, "does-not-add-up", fmt.Sprintf("“%s”今年应分解 %s，现合计 %s，%s。", t.name(), say(asked), say(got), zh),
		fmt.Sprintf("%q asks for %s this year; the items add up to %s: %s.", t.name(), say(asked), say(got), en))
}

// unitsOf checks that each unit that the target names has an item.
func (c *check) unitsOf(i int, t YearTarget, items []Item) {
	for _, unit := range distinct(t.Units) {
		if !hasItem(items, unit) && !c.excused(unit) {
			c.faults.target(i, "unit-without-item", fmt.Sprintf("“%s”涉及%s，请为其安排分解项。", t.name(), unit.Name),
				fmt.Sprintf("%q concerns %s; give it an item.", t.name(), unit.Name))
		}
	}
}

// placesOf checks that each named place has an item: of the unit that it is, or,
// where it is none, one that names it in its content.
func (c *check) placesOf(i int, t YearTarget, items []Item) {
	for _, place := range t.Places {
		name := place
		var given bool
		if unit, known := t.unitOf(place, c.requirement); known {
			name, given = unit.Name, hasItem(items, unit)
		} else {
			given = slices.ContainsFunc(items, func(item Item) bool {
				return is(place, item.Unit) || strings.Contains(item.Content, place)
			})
		}
		if !given {
			c.faults.target(i, "place-without-item", fmt.Sprintf("文件要求%s今年完成“%s”，请为其安排分解项。", name, t.name()),
				fmt.Sprintf("The document names %s for %q this year; give it an item.", name, t.name()))
		}
	}
}

func (c *check) everyExcuse() {
	for i, excuse := range c.excuses {
		unit := excuse.Unit
		switch {
		case !slices.ContainsFunc(c.requirement.Units, sameAs(unit)):
			c.faults.excuse(i, "unit", "excuse-not-asked", fmt.Sprintf("“%s”不是本任务的配合单位，无需说明理由，请删除。", unit.Name),
				fmt.Sprintf("%s is not a supporting unit of the task and needs no excuse; remove it.", unit.Name))
		case hasItem(c.items, unit):
			c.faults.excuse(i, "unit", "item-and-excuse", fmt.Sprintf("%s已有分解项，又写明不分解，请保留其一。", unit.Name),
				fmt.Sprintf("%s has both an item and an excuse; keep one.", unit.Name))
		case slices.ContainsFunc(c.excuses[:i], func(before Excuse) bool { return before.Unit.ID == unit.ID }):
			c.faults.excuse(i, "unit", "excuse-twice", fmt.Sprintf("%s的理由重复，请保留一条。", unit.Name),
				fmt.Sprintf("%s is excused twice; keep one.", unit.Name))
		}
		if strings.TrimSpace(excuse.Reason) == "" {
			c.faults.excuse(i, "reason", "reason-missing", fmt.Sprintf("请写明%s今年没有分解项的理由。", unit.Name),
				fmt.Sprintf("Say why %s has no item this year.", unit.Name))
		}
	}
}

// everyUnit checks that no supporting unit is passed over in silence.
func (c *check) everyUnit() {
	for _, unit := range distinct(c.requirement.Units) {
		if !hasItem(c.items, unit) && !c.excused(unit) {
			c.faults.whole("unit-not-covered", fmt.Sprintf("配合单位%s既没有分解项，也没有说明理由，请补充其一。", unit.Name),
				fmt.Sprintf("The supporting unit %s has neither an item nor an excuse; give it one.", unit.Name))
		}
	}
}

func (c *check) excused(unit org.UnitRef) bool {
	return slices.ContainsFunc(c.excuses, func(e Excuse) bool { return e.Unit.ID == unit.ID })
}

func hasItem(items []Item, unit org.UnitRef) bool {
	return slices.ContainsFunc(items, func(item Item) bool { return item.Unit.ID == unit.ID })
}

func sameAs(unit org.UnitRef) func(org.UnitRef) bool {
	return func(other org.UnitRef) bool { return other.ID == unit.ID }
}

// add is the sum, or the largest or smallest amount where it would overflow.
func add(a, b Amount) Amount {
	sum := a + b
	switch {
	case b > 0 && sum < a:
		return math.MaxInt64
	case b < 0 && sum > a:
		return math.MinInt64
	}
	return sum
}
