package api

import (
	"strconv"

	"duban/org"
	"duban/plan"
	"duban/store"
	"duban/target"
)

// planRows writes a plan as the store keeps it.
func planRows(p plan.Plan) (store.PlanDetail, error) {
	rows := store.PlanDetail{Plan: store.Plan{Title: p.Title, StartYear: p.From, EndYear: p.To}}
	if p.Supervisor != nil {
		rows.SupervisorUnitID = &p.Supervisor.ID
	}
	keys := map[[2]string]string{}
	for _, t := range p.Tasks {
		task, err := taskRows(t)
		if err != nil {
			return rows, err
		}
		if t.Programme != "" {
			name := [2]string{t.Section, t.Programme}
			if keys[name] == "" {
				keys[name] = strconv.Itoa(len(keys) + 1)
				rows.Programmes = append(rows.Programmes, store.Programme{Key: keys[name], Section: t.Section, Name: t.Programme})
			}
			key := keys[name]
			task.ProgrammeKey = &key
		}
		rows.Tasks = append(rows.Tasks, task)
	}
	return rows, nil
}

func taskRows(t plan.Task) (store.TaskDetail, error) {
	rows := store.TaskDetail{Task: store.Task{Key: t.Key, No: t.No, Section: t.Section, Title: t.Title, Text: t.Text, Deadline: t.Deadline}}
	if t.Joint {
		rows.Mode = joint
	}
	for _, named := range t.Units {
		unit := store.TaskUnit{Role: store.TaskRole(named.Role), Written: named.Written}
		switch {
		case named.Unit != nil:
			unit.UnitID = &named.Unit.ID
		case named.Group != nil:
			unit.GroupID = &named.Group.ID
		}
		rows.Units = append(rows.Units, unit)
	}
	for _, one := range t.Targets {
		row, err := store.NewTaskTarget(one)
		if err != nil {
			return rows, err
		}
		rows.Targets = append(rows.Targets, row)
	}
	return rows, nil
}

// joint is the mode of a task for which nobody has decided who leads.
const joint = "joint"

// planOf reads a plan from its rows, with the units that its names mean today.
func planOf(rows store.PlanDetail, registry *org.Registry) (plan.Plan, error) {
	p := plan.Plan{ID: rows.ID, Title: rows.Title, Published: rows.Status == store.PlanPublished, From: rows.StartYear, To: rows.EndYear}
	if rows.SupervisorUnitID != nil {
		p.Supervisor = actingFor(registry, *rows.SupervisorUnitID)
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

func taskOf(row store.TaskDetail, registry *org.Registry) (plan.Task, error) {
	t := plan.Task{Key: row.Key, No: row.No, Section: row.Section, Title: row.Title, Text: row.Text,
		Joint: row.Mode == joint, Deadline: row.Deadline, Targets: []target.Target{}}
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
func namedOf(unit store.TaskUnit, registry *org.Registry) plan.Named {
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

// actingFor names the unit that acts for one: its successor if it was merged.
func actingFor(registry *org.Registry, id string) *org.UnitRef {
	if acting, acts := registry.Acting(id); acts {
		return &acting
	}
	return refOf(registry, id)
}
