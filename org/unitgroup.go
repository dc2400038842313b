package org

import (
	"slices"
	"strings"
)

// readMembers fills the groups once all units of the list are known: first those
// whose members are listed or ruled, then those that units join.
func (f *unitFile) readMembers() {
	for _, j := range f.joins {
		if f.row = j.row; j.group != "" {
			f.groups[f.group(j.group)].Members = f.membersOf(j.members)
		}
	}
	for _, j := range f.joins {
		f.row = j.row
		for _, name := range j.groups {
			at := f.groupCalled(name)
			if !slices.Contains(f.groups[at].Members, j.unit) {
				f.groups[at].Members = append(f.groups[at].Members, j.unit)
			}
		}
	}
}

// group returns the index of the group with the id.
func (f *unitFile) group(id string) int {
	return slices.IndexFunc(f.groups, func(g Group) bool { return g.ID == id })
}

// groupCalled returns the index of the group that a unit joins: one of the list,
// one that is registered, or a new one.
func (f *unitFile) groupCalled(name string) int {
	same := func(g Group) bool { return Normalize(g.Name) == Normalize(name) }
	if at := slices.IndexFunc(f.groups, same); at >= 0 {
		return at
	}
	g := Group{Name: name}
	if id := f.known.groupNamed(name); id != "" {
		if at := f.group(id); at >= 0 {
			return at
		}
		g.ID, g.Members = id, f.known.groupMembers(id)
		g.Name = f.known.groups[slices.IndexFunc(f.known.groups, func(g Group) bool { return g.ID == id })].Name
	} else {
		f.takeName(colGroups, name)
		f.cells = nil // the row's own 编号 is that of its unit
		g.ID = f.takeID("g-", name, f.known.groupNamed)
	}
	f.groups = append(f.groups, g)
	return len(f.groups) - 1
}

// membersOf reads a list of units or a rule.
func (f *unitFile) membersOf(cell string) []string {
	members := []string{}
	if strings.ContainsAny(cell, "=＝") {
		level, kind, ok := f.rule(cell)
		if !ok {
			return members
		}
		for _, u := range f.everybody() {
			if (level == "" || u.Level == level) && (kind == "" || u.Kind == kind) {
				members = append(members, u.ID)
			}
		}
		if len(members) == 0 {
			f.fault(colMembers, "没有符合“"+cell+"”的单位。", "No unit fits the rule "+cell+".")
		}
		return members
	}
	for _, name := range list(cell) {
		id := f.unitCalled(name)
		switch {
		case id == "":
			f.fault(colMembers, "没有名为“"+name+"”的单位。", "There is no unit called "+name+".")
		case !slices.Contains(members, id):
			members = append(members, id)
		}
	}
	return members
}

// rule reads 级别=县区；类别=地区, of which each part narrows the group.
func (f *unitFile) rule(cell string) (level, kind string, ok bool) {
	ok = true
	for _, part := range list(cell) {
		column, word, _ := strings.Cut(strings.ReplaceAll(part, "＝", "="), "=")
		value, known := "", false
		switch column = strings.TrimSpace(column); column {
		case colLevel:
			value, known = meaning(strings.TrimSpace(word), levelTerms[:])
			level = value
		case colKind:
			value, known = meaning(strings.TrimSpace(word), kindTerms[:])
			kind = value
		}
		if !known || value == "" {
			f.fault(colMembers, "看不懂“"+part+"”，请写“级别=县区”或“类别=地区”。", part+" is no rule; write 级别=县区 or 类别=地区.")
			ok = false
		}
	}
	return level, kind, ok
}

// everybody returns the units in use: those registered, as the list changes them,
// then the new ones of the list.
func (f *unitFile) everybody() []Unit {
	var all []Unit
	for _, u := range f.known.units {
		if at := slices.IndexFunc(f.units, func(c Unit) bool { return c.ID == u.ID }); at >= 0 {
			all = append(all, f.units[at])
		} else if u.Active {
			all = append(all, u)
		}
	}
	for _, u := range f.units {
		if _, registered := f.known.Unit(u.ID); !registered {
			all = append(all, u)
		}
	}
	return all
}

// unitCalled returns the id of a unit of the list or of the registry.
func (f *unitFile) unitCalled(name string) string {
	key := Normalize(name)
	for _, u := range f.units {
		if Normalize(u.Name) == key {
			return u.ID
		}
	}
	for _, a := range f.aliases {
		if a.Unit != "" && Normalize(a.Alias) == key {
			return a.Unit
		}
	}
	if found, ok := f.known.Resolve(name); ok && found.Unit != nil {
		return found.Unit.ID
	}
	return ""
}

// unitNamed returns the id of the unit, in use or not, that has the name; empty
// if there is none.
func (r *Registry) unitNamed(name string) string {
	key := Normalize(name)
	for _, u := range r.units {
		if Normalize(u.Name) == key {
			return u.ID
		}
	}
	return ""
}

// groupNamed returns the id of the group that has the name or alias.
func (r *Registry) groupNamed(name string) string {
	if e, ok := r.names[Normalize(name)]; ok && e.group >= 0 {
		return r.groups[e.group].ID
	}
	return ""
}

func (r *Registry) groupMembers(id string) []string {
	for _, g := range r.groups {
		if g.ID == id {
			return slices.Clone(g.Members)
		}
	}
	return []string{}
}

func (r *Registry) lastPosition() int {
	last := 0
	for _, u := range r.units {
		last = max(last, u.Position)
	}
	return last
}
