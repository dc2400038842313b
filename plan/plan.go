// Package plan decides what happens to a plan (方案) before its work begins: how
// a draft read from a policy becomes a plan, when a plan may be published, who
// may read it, and with what an annual target of it is opened.
package plan

import (
	"slices"

	"duban/act"
	"duban/org"
	"duban/target"
)

// Plan is what the decisions of this package need to know of a plan.
type Plan struct {
	ID        string
	Title     string
	Published bool
	From, To  int // first and last year, both included
	// Supervisor is the unit that supervises the plan; nil while nobody named it.
	Supervisor *org.UnitRef
	Tasks      []Task
}

// Binds reports whether a plan asks anything of its units in a year: it is
// published, and the year is one of its own.
func (p Plan) Binds(year int) bool { return p.Published && p.covers(year) }

func (p Plan) covers(year int) bool { return p.From <= year && year <= p.To }

// Task is one task of a plan with its units as far as they are known.
type Task struct {
	Key       int
	No        string
	Section   string
	Programme string
	Title     string
	Text      string
	// Joint: several units answer and nobody has decided yet who leads.
	Joint    bool
	Deadline string // 2030-12-31, or empty
	Units    []Named
	Targets  []target.Target
}

// Role is a unit's part in a task.
type Role string

const (
	// Lead (牵头) answers for the task; the first lead decomposes it.
	Lead Role = "lead"
	// Support (配合) does a part of it.
	Support Role = "support"
	// Guide (指导) advises, and is asked like a supporting unit.
	Guide Role = "guide"
)

// Named is a unit or group as a task names it, with what the name means.
type Named struct {
	Role    Role
	Written string
	Unit    *org.UnitRef // nil unless the name means one unit
	Group   *org.UnitRef // nil unless the name means a group
	// Members are the units that act: the unit itself, or the active members of
	// the group. None means that nobody would be asked.
	Members []org.UnitRef
}

// Resolved reports whether the name means something.
func (n Named) Resolved() bool { return n.Unit != nil || n.Group != nil }

// Leads returns the units that lead, groups expanded, each once.
func (t Task) Leads() []org.UnitRef { return t.expand(nil, Lead) }

// Supports returns the units that support or guide, groups expanded, each once
// and without those that lead.
func (t Task) Supports() []org.UnitRef { return t.expand(t.Leads(), Support, Guide) }

// areas are the members of the first group among the supporting units, such as
// 各县（区）: what is to be reached in the whole city is reached in its areas,
// while the departments that support the task help them. None where the task
// names no group.
func (t Task) areas() []org.UnitRef {
	i := slices.IndexFunc(t.Units, func(n Named) bool { return n.Role == Support && n.Group != nil })
	if i < 0 {
		return nil
	}
	supports := t.Supports()
	return slices.DeleteFunc(slices.Clone(t.Units[i].Members), func(u org.UnitRef) bool { return !slices.Contains(supports, u) })
}

// expand lists the units in one of the roles in the order of the task, without
// those in except.
func (t Task) expand(except []org.UnitRef, roles ...Role) []org.UnitRef {
	seen := make(map[string]bool, len(except))
	for _, u := range except {
		seen[u.ID] = true
	}
	units := []org.UnitRef{}
	for _, role := range roles {
		for _, named := range t.Units {
			if named.Role != role {
				continue
			}
			for _, u := range named.Members {
				if !seen[u.ID] {
					seen[u.ID] = true
					units = append(units, u)
				}
			}
		}
	}
	return units
}

// ReadsAll reports whether somebody sees every unit's work. Everybody else sees
// what concerns his unit.
func ReadsAll(actor act.Actor) bool { return actor.Has(org.Supervisor) || actor.Has(org.Admin) }

// MayRead reports whether somebody may read a plan: until it is published only
// those who prepare and supervise it.
func MayRead(actor act.Actor, published bool) bool { return published || ReadsAll(actor) }

// MayChange refuses changes to a plan that binds its units already.
func MayChange(published bool) error {
	if published {
		return act.NotNow("published", "方案已发布，不能再修改任务和年限。",
			"The plan is published; its tasks and years cannot be changed any more.")
	}
	return nil
}

// MaySetRules refuses to have the rules of a plan changed by anyone but its
// supervisors and administrators.
func MaySetRules(actor act.Actor, supervisor *string) error {
	if actor.Has(org.Admin) || supervisor != nil && actor.Is(org.Party{Unit: *supervisor, Role: org.Supervisor}) {
		return nil
	}
	return act.NotAllowed("not-the-supervisor", "只有该方案的督查单位或管理员可以设置规则。",
		"Only the plan's supervisors and administrators may set its rules.")
}
