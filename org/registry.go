package org

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Unit (单位) is what the registry knows of one unit of the administration.
type Unit struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ShortName string `json:"shortName,omitempty"`
	Level     string `json:"level,omitempty"` // province, city, county, town
	Kind      string `json:"kind,omitempty"`  // party, government, area, school, …
	Position  int    `json:"position"`
	// Active is false for a unit that was merged or abolished.
	Active bool `json:"active"`
	// MergedInto is the id of the unit that it was merged into; empty if it was not.
	MergedInto string `json:"mergedInto,omitempty"`
}

// Ref names the unit as records do.
func (u Unit) Ref() UnitRef { return UnitRef{ID: u.ID, Name: u.Name} }

// Group (单位组) is a name that stands for several units: 各县（区）.
type Group struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Members are ids of units, in order.
	Members []string `json:"members"`
}

// Alias (别名) is another name of one unit or of one group: exactly one of Unit
// and Group, which are ids, is set.
type Alias struct {
	Alias  string `json:"alias"`
	Unit   string `json:"unit,omitempty"`
	Group  string `json:"group,omitempty"`
	Reason string `json:"reason"`
}

// Via tells by which kind of name something was found.
type Via string

const (
	ViaName       Via = "name"        // the name of a unit
	ViaAlias      Via = "alias"       // an alias of a unit
	ViaGroup      Via = "group"       // the name of a group
	ViaGroupAlias Via = "group-alias" // an alias of a group
)

// Resolution is what a written name means. Either Unit or Group is set.
type Resolution struct {
	Written string   `json:"written"`
	Unit    *UnitRef `json:"unit,omitempty"`
	Group   *UnitRef `json:"group,omitempty"`
	// Members are the units that act: the unit itself, or the group's active
	// members, which may be none if nobody has listed them yet.
	Members []UnitRef `json:"members"`
	Via     Via       `json:"via"`
}

// ClashError says that one name would stand for two things.
type ClashError struct {
	Name   string
	First  string // what it stands for already, by name
	Second string // what it would stand for as well
}

// Error names both, in Chinese and in English.
func (e *ClashError) Error() string {
	return fmt.Sprintf("“%s”同时指向“%s”和“%s” (%q stands for both %q and %q)",
		e.Name, e.First, e.Second, e.Name, e.First, e.Second)
}

// Registry looks up units, groups and aliases by the names that documents use.
// It does not change and may be shared.
type Registry struct {
	units      []Unit
	groups     []Group
	byID       map[string]int // unit id -> index
	names      map[string]entry
	succession Succession
}

// entry is what one normalised name stands for.
type entry struct {
	unit  int // index, or -1
	group int // index, or -1
	via   Via
}

// NewRegistry builds a registry. A name, once brackets and spaces are made
// alike, must stand for one thing: otherwise a *ClashError is returned, never a
// guess. The name of an inactive unit may live on as an alias of its successor.
func NewRegistry(units []Unit, groups []Group, aliases []Alias) (*Registry, error) {
	r := &Registry{
		units: slices.Clone(units), groups: cloned(groups),
		byID: make(map[string]int, len(units)), names: make(map[string]entry, len(units)+len(groups)+len(aliases)),
		succession: successionOf(units),
	}
	for i, u := range units {
		if u.ID == "" {
			return nil, fmt.Errorf("unit %s has no id", u.Name)
		}
		if _, twice := r.byID[u.ID]; twice {
			return nil, fmt.Errorf("unit id %q stands twice", u.ID)
		}
		r.byID[u.ID] = i
		if !u.Active {
			continue
		}
		if err := r.enter(u.Name, entry{unit: i, group: -1, via: ViaName}); err != nil {
			return nil, err
		}
	}
	groupByID := make(map[string]int, len(groups))
	for i, g := range groups {
		if g.ID == "" {
			return nil, fmt.Errorf("group %s has no id", g.Name)
		}
		if _, twice := groupByID[g.ID]; twice {
			return nil, fmt.Errorf("group id %q stands twice", g.ID)
		}
		groupByID[g.ID] = i
		for n, member := range g.Members {
			if _, known := r.byID[member]; !known {
				return nil, fmt.Errorf("group %s has an unknown member %q", g.Name, member)
			}
			if slices.Contains(g.Members[:n], member) {
				return nil, fmt.Errorf("group %s has the member %q twice", g.Name, member)
			}
		}
		if err := r.enter(g.Name, entry{unit: -1, group: i, via: ViaGroup}); err != nil {
			return nil, err
		}
	}
	for _, a := range aliases {
		e := entry{unit: -1, group: -1}
		if i, known := r.byID[a.Unit]; known && a.Group == "" {
			if !r.units[i].Active {
				continue
			}
			e.unit, e.via = i, ViaAlias
		} else if i, known := groupByID[a.Group]; known && a.Unit == "" {
			e.group, e.via = i, ViaGroupAlias
		} else {
			return nil, fmt.Errorf("alias %s stands for no one unit or group", a.Alias)
		}
		if err := r.enter(a.Alias, e); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// enter gives a name its meaning. Saying the same again, as an alias that
// differs from the name in its brackets does, is no clash.
func (r *Registry) enter(name string, e entry) error {
	key := Normalize(name)
	if key == "" {
		return fmt.Errorf("a name is blank: %q", name)
	}
	old, taken := r.names[key]
	if !taken {
		r.names[key] = e
		return nil
	}
	if old.unit == e.unit && old.group == e.group {
		return nil
	}
	return &ClashError{Name: name, First: r.nameOf(old), Second: r.nameOf(e)}
}

func (r *Registry) nameOf(e entry) string {
	if e.unit >= 0 {
		return r.units[e.unit].Name
	}
	return r.groups[e.group].Name
}

// Resolve finds what a name in a document stands for. It knows exact names and
// aliases only, with brackets of either width and any spaces; whatever merely
// looks alike is left to a person.
func (r *Registry) Resolve(written string) (Resolution, bool) {
	e, found := r.names[Normalize(written)]
	if !found {
		return Resolution{}, false
	}
	resolution := Resolution{Written: written, Via: e.via}
	if e.unit >= 0 {
		unit := r.units[e.unit].Ref()
		resolution.Unit, resolution.Members = &unit, []UnitRef{unit}
		return resolution, true
	}
	group := r.groups[e.group]
	resolution.Group = &UnitRef{ID: group.ID, Name: group.Name}
	resolution.Members = r.members(group)
	return resolution, true
}

func (r *Registry) members(g Group) []UnitRef { return r.ActingAll(g.Members) }

// Acting returns the unit that acts for the one with the id: itself, or its
// successor if it was merged. Nobody acts for a unit that was abolished.
func (r *Registry) Acting(id string) (UnitRef, bool) {
	unit, known := r.Unit(r.succession.Of(id))
	return unit.Ref(), known && unit.Active
}

// ActingAll returns the units that act for those with the ids, in their order and
// each once.
func (r *Registry) ActingAll(ids []string) []UnitRef {
	refs := make([]UnitRef, 0, len(ids))
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if unit, acts := r.Acting(id); acts && !seen[unit.ID] {
			seen[unit.ID] = true
			refs = append(refs, unit)
		}
	}
	return refs
}

// Unit returns the unit with the id, active or not.
func (r *Registry) Unit(id string) (Unit, bool) {
	i, known := r.byID[id]
	if !known {
		return Unit{}, false
	}
	return r.units[i], true
}

// Units returns all units in the order in which they were given.
func (r *Registry) Units() []Unit { return slices.Clone(r.units) }

// Groups returns all groups in the order in which they were given.
func (r *Registry) Groups() []Group { return cloned(r.groups) }

// cloned copies groups together with their members.
func cloned(groups []Group) []Group {
	copies := slices.Clone(groups)
	for i := range copies {
		copies[i].Members = slices.Clone(copies[i].Members)
	}
	return copies
}

// Normalize writes a name in the form in which names are compared: full-width
// letters, digits, brackets and signs as half-width, all spaces and invisible
// characters gone, save one space between two half-width words.
func Normalize(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	var last rune
	space := false
	for _, c := range name {
		switch {
		case unicode.IsSpace(c):
			space = true
			continue
		case unicode.In(c, unicode.Cf, unicode.Cc):
			continue
		case c >= '！' && c <= '～': // the full-width forms of U+0021 to U+007E
			c -= '！' - '!'
		}
		if space && word(last) && word(c) {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(c)
		last = c
	}
	return b.String()
}

func word(c rune) bool {
	return c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c))
}

// Ref names a unit by its id, also one that is not registered any more.
func (r *Registry) Ref(id string) UnitRef {
	if unit, known := r.Unit(id); known {
		return unit.Ref()
	}
	return UnitRef{ID: id}
}

// Place finds the one unit that a document names as a place.
func (r *Registry) Place(written string) (UnitRef, bool) {
	found, known := r.Resolve(written)
	if !known || found.Unit == nil {
		return UnitRef{}, false
	}
	return *found.Unit, true
}
