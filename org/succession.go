package org

import (
	"cmp"
	"maps"
	"slices"
)

// Merger says that one unit was merged into another, both by id.
type Merger struct{ Unit, Into string }

// LongestSuccession bounds how many mergers are followed from a unit to the one
// that acts for it.
const LongestSuccession = 8

// Succession tells which units act for those that were merged. It does not
// change and may be shared.
type Succession struct {
	into map[string]string   // merged unit -> successor
	from map[string][]string // successor -> units merged into it, sorted
}

// NewSuccession builds a succession. Each unit has at most one successor; of
// several the last counts.
func NewSuccession(mergers []Merger) Succession {
	s := Succession{into: map[string]string{}, from: map[string][]string{}}
	for _, m := range mergers {
		if m.Unit != "" && m.Into != "" {
			s.into[m.Unit] = m.Into
		}
	}
	for _, unit := range slices.Sorted(maps.Keys(s.into)) {
		s.from[s.into[unit]] = append(s.from[s.into[unit]], unit)
	}
	return s
}

// successionOf is the succession that the units themselves tell.
func successionOf(units []Unit) Succession {
	var mergers []Merger
	for _, u := range units {
		mergers = append(mergers, Merger{Unit: u.ID, Into: u.MergedInto})
	}
	return NewSuccession(mergers)
}

// Of returns the unit that acts for one: itself, or where its mergers lead. One
// whose mergers lead nowhere, in a circle or too far, acts for itself.
func (s Succession) Of(unit string) string {
	last := unit
	for range LongestSuccession {
		next, merged := s.into[last]
		if !merged {
			return last
		}
		last = next
	}
	if _, further := s.into[last]; further {
		return unit
	}
	return last
}

// Before returns the units for which one acts beside itself: those that were
// merged into it, directly or through others, by id.
func (s Succession) Before(unit string) []string {
	var before []string
	for _, level := range s.levels(unit) {
		before = append(before, level...)
	}
	slices.Sort(before)
	return slices.DeleteFunc(before, func(other string) bool { return s.Of(other) != s.Of(unit) || other == unit })
}

// levels lists the units that were merged into one, then those that were merged
// into these, and so on; none twice.
func (s Succession) levels(unit string) [][]string {
	var levels [][]string
	known := map[string]bool{unit: true}
	for level := []string{unit}; len(levels) < LongestSuccession; {
		var next []string
		for _, into := range level {
			for _, from := range s.from[into] {
				if !known[from] {
					known[from] = true
					next = append(next, from)
				}
			}
		}
		if len(next) == 0 {
			break
		}
		levels, level = append(levels, next), next
	}
	return levels
}

// CheckMerger refuses a merger of one unit into another with a *RuleError. A unit
// that was merged may be merged anew, where the first was a mistake.
func (s Succession) CheckMerger(unit, into Unit) error {
	switch {
	case unit.ID == into.ID:
		return &RuleError{Field: "into", Code: "itself", Zh: "单位不能并入自身，请选择其他单位。", En: "A unit is not merged into itself; choose another one."}
	case s.into[into.ID] != "":
		return &RuleError{Field: "into", Code: "merged-itself", Zh: "“" + into.Name + "”本身已并入其他单位，请选择其继任单位。",
			En: into.Name + " was merged into another unit itself; choose its successor."}
	case !into.Active:
		return &RuleError{Field: "into", Code: "inactive-unit", Zh: "“" + into.Name + "”已停用，请选择其他单位。", En: into.Name + " is not active any more; choose another unit."}
	case len(s.levels(unit.ID)) >= LongestSuccession:
		return &RuleError{Field: "into", Code: "too-many-mergers", Zh: "该单位的合并层次过多，请先将较早的单位直接并入“" + into.Name + "”。",
			En: "Too many mergers follow each other; merge the oldest units directly into " + cmp.Or(into.Name, into.ID) + " first."}
	}
	return nil
}
