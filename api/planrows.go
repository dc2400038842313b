package api

import (
	"strconv"

	"duban/plan"
	"duban/store"
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
		rows.Mode = store.Joint
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
