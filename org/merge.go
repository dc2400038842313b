package org

import (
	"cmp"
	"errors"
	"slices"
)

// Change tells what an import does to one unit, group or alias.
type Change string

const (
	Added     Change = "new"
	Changed   Change = "changed"
	Unchanged Change = "unchanged"
)

// UnitChange is what an import does to one unit, as GroupChange and AliasChange
// are for the others. Before is what is registered now, nil for a new one.
type UnitChange struct {
	Change Change `json:"change"`
	Before *Unit  `json:"before,omitempty"`
	After  Unit   `json:"after"`
}

// GroupChange is described at UnitChange.
type GroupChange struct {
	Change Change `json:"change"`
	Before *Group `json:"before,omitempty"`
	After  Group  `json:"after"`
}

// AliasChange is described at UnitChange.
type AliasChange struct {
	Change Change `json:"change"`
	Before *Alias `json:"before,omitempty"`
	After  Alias  `json:"after"`
}

// Merged is what the registry becomes by an import.
type Merged struct {
	Units   []UnitChange
	Groups  []GroupChange
	Aliases []AliasChange
	// Clashes are names that would stand for two things; nothing may be saved
	// while there are any.
	Clashes []*ClashError
}

// Merge tells what adding units, groups and aliases to the registry changes in
// it. An alias that another unit has now is a clash, not a change: it must be
// deleted there first.
func (r *Registry) Merge(units []Unit, groups []Group, aliases []Alias) Merged {
	var m Merged
	for _, u := range units {
		before, known := r.Unit(u.ID)
		change := UnitChange{Change: Added, After: u}
		if known {
			change.Before, change.Change = &before, changedIf(before != u)
		}
		m.Units = append(m.Units, change)
	}
	for _, g := range groups {
		change := GroupChange{Change: Added, After: g}
		if at := slices.IndexFunc(r.groups, func(old Group) bool { return old.ID == g.ID }); at >= 0 {
			before := cloned(r.groups[at : at+1])[0]
			change.Before, change.Change = &before, changedIf(before.Name != g.Name || !slices.Equal(before.Members, g.Members))
		}
		m.Groups = append(m.Groups, change)
	}
	for _, a := range aliases {
		change := AliasChange{Change: Added, After: a}
		if e, ok := r.names[Normalize(a.Alias)]; ok && r.stands(e, a) {
			change.Change, change.Before = Unchanged, &a
		}
		m.Aliases = append(m.Aliases, change)
	}
	m.Clashes = r.clashes(units, groups, aliases)
	return m
}

func changedIf(differs bool) Change {
	if differs {
		return Changed
	}
	return Unchanged
}

// stands reports whether a name means what an alias says.
func (r *Registry) stands(e entry, a Alias) bool {
	return e.unit >= 0 && r.units[e.unit].ID == a.Unit || e.group >= 0 && r.groups[e.group].ID == a.Group
}

// clashes returns the names that would stand for two things.
func (r *Registry) clashes(units []Unit, groups []Group, aliases []Alias) []*ClashError {
	merged := &Registry{names: map[string]entry{}}
	merged.units = replaced(r.units, units, func(u Unit) string { return u.ID })
	merged.groups = replaced(r.groups, groups, func(g Group) string { return g.ID })
	var found []*ClashError
	enter := func(name string, e entry) {
		if clash, ok := errors.AsType[*ClashError](merged.enter(name, e)); ok {
			found = append(found, clash)
		}
	}
	for i, u := range merged.units {
		if u.Active {
			enter(u.Name, entry{unit: i, group: -1, via: ViaName})
		}
	}
	for i, g := range merged.groups {
		enter(g.Name, entry{unit: -1, group: i, via: ViaGroup})
	}
	for _, a := range slices.Concat(r.aliasesInUse(), aliases) {
		at := slices.IndexFunc(merged.units, func(u Unit) bool { return a.Unit != "" && u.ID == a.Unit })
		of := slices.IndexFunc(merged.groups, func(g Group) bool { return a.Group != "" && g.ID == a.Group })
		if at >= 0 && merged.units[at].Active || of >= 0 {
			enter(a.Alias, entry{unit: at, group: of, via: ViaAlias})
		}
	}
	return found
}

// replaced returns the old entries with the new ones in their places or, if they
// have none, at the end.
func replaced[T any](old, changed []T, id func(T) string) []T {
	all := slices.Clone(old)
	for _, c := range changed {
		if at := slices.IndexFunc(all, func(o T) bool { return id(o) == id(c) }); at >= 0 {
			all[at] = c
		} else {
			all = append(all, c)
		}
	}
	return all
}

// aliasesInUse returns the registered aliases in the order of their names.
func (r *Registry) aliasesInUse() []Alias {
	var aliases []Alias
	for name, e := range r.names {
		switch e.via {
		case ViaAlias:
			aliases = append(aliases, Alias{Alias: name, Unit: r.units[e.unit].ID})
		case ViaGroupAlias:
			aliases = append(aliases, Alias{Alias: name, Group: r.groups[e.group].ID})
		}
	}
	slices.SortFunc(aliases, func(a, b Alias) int { return cmp.Compare(a.Alias, b.Alias) })
	return aliases
}
