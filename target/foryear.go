package target

import (
	"slices"
	"time"

	"duban/calendar"
	"duban/org"
)

// WholeTask is the key of the narrative that stands in for the targets of a
// task that has none.
const WholeTask = "task"

// ForYear says what the task's targets ask for in one year of a plan that ends
// with lastYear. Reached holds what was reached until now, by target key: the
// running total of a sum, the present figure of a level, bound or each, and
// anything above zero for a thing that is done. Resolve finds the unit that a
// schedule's place means.
//
// A target runs until its deadline, or to the end of lastYear if it has none:
//
//   - sum: the YearShare of what remains, up to the year of the deadline: of 35
//     by 2030, opened in 2026, 7. Exactly 35 in all is at least 7 this year:
//     what is delivered early is taken off the years that follow. More than 35
//     are 36.
//   - level, bound: the value, every year; it must be held to the last day.
//   - each, milestone: every year until it is reached.
//   - schedule: the entries of this year only, those that one sentence names
//     together. An entry without a place is a milestone of its year.
//   - narrative: every year.
//
// After its last day a target that is reached asks nothing, and one that is not
// reached still asks for it: in full, without a deadline that could be kept. A
// task without any target asks for one narrative, WholeTask. A task whose
// targets ask nothing this year gives none.
func ForYear(targets []Target, year, lastYear int, reached map[string]Amount, resolve func(place string) (org.UnitRef, bool)) []YearTarget {
	if len(targets) == 0 {
		return []YearTarget{{TargetKey: WholeTask, Kind: Narrative, Text: "落实本任务的年度工作"}}
	}
	var asked []YearTarget
	for _, t := range targets {
		if t.Kind == Schedule {
			if t.Year == year {
				asked = scheduled(asked, t, resolve)
			}
			continue
		}
		now, known := reached[t.Key]
		if one, asks := t.inYear(year, lastYear, now, known); asks {
			asked = append(asked, one)
		}
	}
	return asked
}

// inYear is what a target that is no schedule asks for in the year, and whether
// it asks for anything.
func (t Target) inYear(year, lastYear int, now Amount, known bool) (YearTarget, bool) {
	last := calendar.NewDate(lastYear, time.December, 31)
	asked := t.asked()
	if t.Deadline != nil && t.Deadline.Valid() {
		last = *t.Deadline
		if last.Year >= year {
			asked.Deadline = last
		}
	}
	if t.Kind == Sum && t.Value != nil {
		total := nearest(t.Op, *t.Value)
		share := YearShare(total, now, year, last.Year, step(total))
		asked.Amount, asked.Op = &share, t.Op.ofShare()
		return asked, share > 0
	}
	if known && t.reachedBy(now) && (last.Year < year || !t.held()) {
		return YearTarget{}, false
	}
	return asked, true
}

// ofShare is how a year's share of a sum compares, given how the total does.
func (op Op) ofShare() Op {
	if op.downwards() {
		return AtMost
	}
	return AtLeast
}

// held reports whether the target must be kept to its last day even after it
// was reached.
func (t Target) held() bool { return t.Kind == Level || t.Kind == Bound || t.Kind == Narrative }

// reachedBy reports whether the figure reaches the target.
func (t Target) reachedBy(now Amount) bool {
	if t.Value == nil || t.Kind == Milestone || t.Kind == Narrative {
		return now > 0
	}
	return Meets(t.Op.or(t.Kind), *t.Value, now)
}

// asked copies what is the same in every year.
func (t Target) asked() YearTarget {
	asked := YearTarget{TargetKey: t.Key, Kind: t.Kind, Text: t.Text, Metric: t.Metric, Op: t.Op, Measure: t.Measure}
	if t.Value != nil {
		value := *t.Value
		asked.Amount = &value
	}
	return asked
}

// scheduled adds a schedule's entry to those of the same sentence.
func scheduled(asked []YearTarget, t Target, resolve func(place string) (org.UnitRef, bool)) []YearTarget {
	one := t.asked()
	if t.Deadline != nil && t.Deadline.Year == t.Year {
		one.Deadline = *t.Deadline
	}
	if t.Place == "" {
		one.Kind = Milestone
		return append(asked, one)
	}
	i := slices.IndexFunc(asked, func(a YearTarget) bool { return a.Kind == Schedule && a.Metric == t.Metric && a.Text == t.Text })
	if i < 0 {
		i = len(asked)
		asked = append(asked, one)
	}
	group := &asked[i]
	if one.Deadline.After(group.Deadline) {
		group.Deadline = one.Deadline
	}
	place := t.Place
	if unit, found := resolve(t.Place); found {
		place = unit.ID
		if !slices.Contains(group.Units, unit) {
			group.Units = append(group.Units, unit)
		}
	}
	if !slices.Contains(group.Places, place) {
		group.Places = append(group.Places, place)
	}
	return asked
}

// step is the largest of 1, 0.1, 0.01, … of which the amount is a multiple:
// 35 个 are split whole, 3.5 亿元 in tenths.
func step(a Amount) Amount {
	unit := One
	for unit > 1 && a%unit != 0 {
		unit /= 10
	}
	return unit
}
