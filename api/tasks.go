package api

import (
	"context"
	"fmt"
	"net/http"

	"duban/act"
	"duban/org"
	"duban/plan"
	"duban/store"
	"duban/target"
)

// taskResource is one numbered item of a plan.
type taskResource struct {
	Key       int             `json:"key" doc:"Stable within the plan, from 1"`
	No        string          `json:"no" doc:"As printed"`
	Section   string          `json:"section"`
	Programme string          `json:"programme"`
	Title     string          `json:"title"`
	Text      string          `json:"text"`
	Mode      string          `json:"mode" enum:",joint" doc:"joint: several units answer and nobody has decided yet who leads"`
	Deadline  string          `json:"deadline" doc:"2030-12-31, or empty"`
	Version   int             `json:"version"`
	Units     []taskUnit      `json:"units" nullable:"false"`
	Targets   []target.Target `json:"targets" nullable:"false"`
}

// taskUnit is a unit or group that a task names.
type taskUnit struct {
	Role    plan.Role     `json:"role" enum:"lead,support,guide"`
	Written string        `json:"written" doc:"As the document writes it"`
	Unit    *org.UnitRef  `json:"unit,omitempty"`
	Group   *org.UnitRef  `json:"group,omitempty"`
	Members []org.UnitRef `json:"members" nullable:"false" doc:"The units that act; none: the name is not known"`
}

func (s *server) taskRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/plans/{id}/tasks", id: "list-tasks", tag: "tasks",
		summary: "List the tasks of a plan", description: "All of them, in the order of the document."}, s.listTasks)
	register(s, operation{method: http.MethodGet, path: base + "/plans/{id}/tasks/{key}", id: "get-task", tag: "tasks", summary: "Get a task"}, s.getTask)
	register(s, operation{method: http.MethodPut, path: base + "/plans/{id}/tasks/{key}", id: "put-task", tag: "tasks",
		summary: "Correct a task of a draft plan", description: "Replaces title, units and targets of the task.", roles: admins(), conflicts: true}, s.putTask)
}

func (s *server) listTasks(ctx context.Context, in *ByID) (*page[taskResource], error) {
	detail, registry, err := s.readablePlan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := detail.Read(registry)
	if err != nil {
		return nil, err
	}
	items := make([]taskResource, len(p.Tasks))
	for i, t := range p.Tasks {
		items[i] = showTask(t, detail.Tasks[i].Task)
	}
	return &page[taskResource]{Body: list[taskResource]{Items: items}}, nil
}

func showTask(t plan.Task, row store.Task) taskResource {
	resource := taskResource{Key: t.Key, No: t.No, Section: t.Section, Programme: t.Programme, Title: t.Title, Text: t.Text,
		Mode: row.Mode, Deadline: t.Deadline, Version: row.Version, Units: make([]taskUnit, len(t.Units)), Targets: t.Targets}
	for i, named := range t.Units {
		resource.Units[i] = taskUnit{Role: named.Role, Written: named.Written, Unit: named.Unit, Group: named.Group,
			Members: append([]org.UnitRef{}, named.Members...)}
	}
	return resource
}

// TaskInput is the input of operations on one task.
type TaskInput struct {
	ByID
	Key int `path:"key" minimum:"1"`
}

func (s *server) getTask(ctx context.Context, in *TaskInput) (*one[taskResource], error) {
	detail, registry, err := s.readablePlan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return showOneTask(detail, registry, in.Key)
}

func showOneTask(detail store.PlanDetail, registry *org.Registry, key int) (*one[taskResource], error) {
	p, err := detail.Read(registry)
	if err != nil {
		return nil, err
	}
	for i, t := range p.Tasks {
		if t.Key == key {
			row := detail.Tasks[i].Task
			return versioned(showTask(t, row), int64(row.Version)), nil
		}
	}
	return nil, missing()
}

type taskChange struct {
	No       string           `json:"no"`
	Section  string           `json:"section"`
	Title    string           `json:"title"`
	Text     string           `json:"text"`
	Mode     string           `json:"mode" enum:",joint"`
	Deadline string           `json:"deadline"`
	Units    []taskUnitChange `json:"units"`
	Targets  []target.Target  `json:"targets"`
}

type taskUnitChange struct {
	Role    plan.Role `json:"role" enum:"lead,support,guide"`
	Written string    `json:"written,omitempty" doc:"As the document writes it; the unit's name if left out"`
	Unit    unitID    `json:"unit,omitempty" doc:"Where neither unit nor group is named, the written name is looked up"`
	Group   unitID    `json:"group,omitempty"`
}

type taskChangeInput struct {
	TaskInput
	Match string `header:"If-Match" doc:"The version that was read, as its ETag"`
	Body  body[taskChange]
}

func (s *server) putTask(ctx context.Context, in *taskChangeInput) (*one[taskResource], error) {
	change, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	_, registry, err := s.changeablePlan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	before, err := s.store.Task(ctx, in.ID, in.Key)
	if err != nil {
		return nil, err
	}
	units, err := namedUnits(change.Units, registry)
	if err != nil {
		return nil, err
	}
	rows, err := taskRows(plan.Task{Key: in.Key, No: change.No, Section: change.Section, Title: change.Title, Text: change.Text,
		Joint: change.Mode == store.Joint, Deadline: change.Deadline, Units: units, Targets: change.Targets})
	if err != nil {
		return nil, err
	}
	rows.PlanID, rows.Position, rows.ProgrammeKey = in.ID, before.Position, before.ProgrammeKey
	if rows.Version, err = versionOr(in.Match, before.Version); err != nil {
		return nil, err
	}
	if _, err := s.store.SaveTask(ctx, rows); err != nil {
		return nil, err
	}
	return s.getTask(ctx, &in.TaskInput)
}

// namedUnits reads the units that an administrator gives a task.
func namedUnits(changes []taskUnitChange, registry *org.Registry) ([]plan.Named, error) {
	var faults []act.Fault
	units := make([]plan.Named, 0, len(changes))
	for i, change := range changes {
		named := plan.Meaning(change.Written, registry.Resolve)
		switch {
		case change.Unit != "":
			unit, wrong := plan.Known(fmt.Sprintf("units[%d].unit", i), string(change.Unit), registry.Unit)
			faults = append(faults, wrong...)
			named = plan.Named{Written: change.Written, Unit: &unit}
			if named.Written == "" {
				named.Written = unit.Name
			}
		case change.Group != "":
			named = plan.Named{Written: change.Written, Group: &org.UnitRef{ID: string(change.Group)}}
		}
		named.Role = change.Role
		units = append(units, named)
	}
	if len(faults) > 0 {
		return nil, unknownUnits(faults)
	}
	return units, nil
}
