package store

import (
	"duban/org"
	"duban/plan"
	"duban/target"
)

// Joint is the mode of a task for which nobody has decided who leads.
const Joint = "joint"

// Term is the plan as far as it says when it binds.
func (p Plan) Term() plan.Plan {
	return plan.Plan{ID: p.ID, Title: p.Title, Published: p.Status == PlanPublished, From: p.StartYear, To: p.EndYear}
}

// Read makes of the rows the plan that decisions are about, with the units that
// its names mean today.
func (rows PlanDetail) Read(registry *org.Registry) (plan.Plan, error) {
	p := rows.Term()
	if rows.SupervisorUnitID != nil {
		p.Supervisor = supervisorOf(registry, *rows.SupervisorUnitID)
	}
	programmes := make(map[string]string, len(rows.Programmes))
	for _, one := range rows.Programmes {
		programmes[one.Key] = one.Name
	}
	for _, row := range rows.Tasks {
		t, err := taskOf(row, registry)
		if err != nil {
			return p, err
		}
		if row.ProgrammeKey != nil {
			t.Programme = programmes[*row.ProgrammeKey]
		}
		p.Tasks = append(p.Tasks, t)
	}
	return p, nil
}

func taskOf(row TaskDetail, registry *org.Registry) (plan.Task, error) {
	t := plan.Task{Key: row.Key, No: row.No, Section: row.Section, Title: row.Title, Text: row.Text,
		Joint: row.Mode == Joint, Deadline: row.Deadline, Targets: []target.Target{}}
	for _, unit := range row.Units {
		t.Units = append(t.Units, namedOf(unit, registry))
	}
	for _, one := range row.Targets {
		whole, err := one.Target()
		if err != nil {
			return t, err
		}
		t.Targets = append(t.Targets, whole)
	}
	return t, nil
}

// namedOf reads what a name in a task means.
func namedOf(unit TaskUnit, registry *org.Registry) plan.Named {
	named := plan.Named{Role: plan.Role(unit.Role), Written: unit.Written}
	switch {
	case unit.UnitID != nil:
		named.Unit = refOf(registry, *unit.UnitID)
		named.Members = registry.ActingAll([]string{*unit.UnitID})
	case unit.GroupID != nil:
		named.Group = &org.UnitRef{ID: *unit.GroupID}
		for _, group := range registry.Groups() {
			if group.ID == *unit.GroupID {
				named.Group.Name = group.Name
				named.Members = registry.ActingAll(group.Members)
			}
		}
	}
	return named
}

// supervisorOf names the unit that acts for the one that supervises: its successor if it was merged.
func supervisorOf(registry *org.Registry, id string) *org.UnitRef {
	if acting, acts := registry.Acting(id); acts {
		return &acting
	}
	return refOf(registry, id)
}

// refOf names a unit as records do, also one that is not registered any more.
func refOf(registry *org.Registry, id string) *org.UnitRef {
	ref := registry.Ref(id)
	return &ref
}
