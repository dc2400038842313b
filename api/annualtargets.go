package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/org"
	"duban/plan"
	"duban/projection"
	"duban/store"
	"duban/target"
)

// AnnualTarget is one task in one year.
type AnnualTarget struct {
	ID           string      `json:"id"`
	Plan         string      `json:"plan"`
	Task         int         `json:"task"`
	TaskNo       string      `json:"taskNo"`
	Title        string      `json:"title"`
	Programme    string      `json:"programme"`
	Year         int         `json:"year"`
	Status       string      `json:"status" enum:"proposed,drafted,in-sign-off,dispatched,completion-in-sign-off,closed"`
	LeadUnit     string      `json:"leadUnit"`
	LeadName     string      `json:"leadName"`
	Assignments  int         `json:"assignments" doc:"How many assignments were dispatched"`
	Closed       int         `json:"closed" doc:"How many of them are closed"`
	Overdue      int         `json:"overdue" doc:"How many of them are overdue"`
	Light        rolledLight `json:"light" doc:"The gravest light of its open assignments, now, with the counts"`
	OpenedAt     time.Time   `json:"openedAt"`
	DispatchedAt *time.Time  `json:"dispatchedAt"`
	ClosedAt     *time.Time  `json:"closedAt"`
}

// annualTargetDetail is an annual target with its decomposition and all that
// came of it.
type annualTargetDetail struct {
	AnnualTarget
	Version        int64                      `json:"version"`
	Leads          []org.UnitRef              `json:"leads" nullable:"false"`
	Supports       []org.UnitRef              `json:"supports" nullable:"false"`
	Supervisor     org.UnitRef                `json:"supervisor"`
	Requirement    target.Requirement         `json:"requirement"`
	Items          []target.Item              `json:"items" nullable:"false" doc:"The decomposition, in the form in which it is saved"`
	Excuses        []target.Excuse            `json:"excuses" nullable:"false"`
	Report         *dispatch.CompletionReport `json:"report,omitempty"`
	Proposal       *targetProposal            `json:"proposal,omitempty" doc:"With what the turn of the year proposed it"`
	SignOffs       []SignOff                  `json:"signOffs" nullable:"false"`
	AssignmentList []Assignment               `json:"assignmentList" nullable:"false"`
}

func (s *server) annualTargetRoutes() {
	register(s, operation{method: http.MethodPost, path: base + "/plans/{id}/tasks/{key}/annual-targets", id: "open-annual-target", tag: "annual-targets",
		summary: "Begin a task's year", description: "Units, groups and targets are taken from the plan as they are now. Only the lead unit, a supervisor or an administrator may.",
		roles: openers(), status: http.StatusCreated, conflicts: true}, s.openAnnualTarget)
	register(s, operation{method: http.MethodGet, path: base + "/annual-targets", id: "list-annual-targets", tag: "annual-targets", summary: "List annual targets"}, s.listAnnualTargets)
	register(s, operation{method: http.MethodGet, path: base + "/annual-targets/{id}", id: "get-annual-target", tag: "annual-targets", summary: "Get an annual target"}, s.getAnnualTarget)
	register(s, operation{method: http.MethodGet, path: base + "/annual-targets/{id}/proposal", id: "propose-decomposition", tag: "annual-targets",
		summary: "Propose a decomposition", description: "Splits what the year asks for over the units, so that it adds up. Nothing is saved."}, s.proposal)
	register(s, operation{method: http.MethodPut, path: base + "/annual-targets/{id}/decomposition", id: "save-decomposition", tag: "annual-targets",
		summary: "Save the decomposition", description: "Replaces the whole of it; If-Match is needed. It may be unfinished until it is submitted.",
		roles: workers(), conflicts: true}, s.saveDecomposition)
	s.registerActions(operation{path: base + "/annual-targets", id: "act-on-annual-target", tag: "annual-targets", summary: "Act on an annual target"},
		actions{of: "AnnualTarget", each: []action{
			takes[dispatch.Confirmation](dispatch.ConfirmTarget, "the lead unit confirms what is proposed for the next year, or changes it; the supervisor when its time is over (确认)", deciders()),
			takesOn(dispatch.SubmitDecomposition, "the lead unit puts the saved decomposition to sign", workers(), s.decompositionToSign),
			takesOn(dispatch.SubmitCompletion, "the lead unit reports the year and puts the report to sign", workers(), s.completionToSign),
			takesAs(dispatch.Urge, "the other units and the supervisor press on the lead unit while it has to confirm, drafts or has to report, once in 10 minutes (催办)", deciders(), urging),
		}}, targetDestination)
}

func targetDestination(id string) (destination, error) {
	if _, _, _, ok := dispatch.ParseTargetID(id); !ok {
		return destination{}, missing()
	}
	return destination{workflow: dispatch.TargetWorkflow(id), id: id, location: base + "/annual-targets/" + id}, nil
}

type beginYear struct {
	Year        int                `json:"year"`
	Requirement *yearTargetsByHand `json:"requirement,omitempty"`
}

// yearTargetsByHand take the place of what the plan's targets ask for.
type yearTargetsByHand struct {
	Targets []target.YearTarget `json:"targets"`
}

type beginYearInput struct {
	TaskInput
	Acting
	Body body[beginYear]
}

func (s *server) openAnnualTarget(ctx context.Context, in *beginYearInput) (*done, error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	detail, registry, err := s.readablePlan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := detail.Read(registry)
	if err != nil {
		return nil, err
	}
	begin := plan.Begin{Task: in.Key, Year: wanted.Year, Resolve: registry.Place}
	if wanted.Requirement != nil {
		begin.Targets = wanted.Requirement.Targets
	}
	if begin.Reached, err = s.reached(ctx, in.ID, in.Key, wanted.Year); err != nil {
		return nil, err
	}
	opening, err := plan.Opening(p, begin)
	if err != nil {
		return nil, err
	}
	c, err := command(ctx, in.Acting, dispatch.Open, opening)
	if err != nil {
		return nil, err
	}
	to, err := targetDestination(opening.ID)
	if err != nil {
		return nil, err
	}
	to.kind = dispatch.KindTarget
	return s.send(ctx, to, c)
}

// reached adds up what the earlier years of a task have reached.
func (s *server) reached(ctx context.Context, planID string, task, year int) (map[string]target.Amount, error) {
	rows, err := s.store.AnnualTargets(ctx, store.Scope{All: true},
		store.TargetFilter{PageRequest: store.PageRequest{Limit: store.MaxLimit}, PlanID: planID, TaskKey: task})
	if err != nil {
		return nil, err
	}
	years := make([]dispatch.TargetDetail, len(rows.Items))
	for i, row := range rows.Items {
		if err := json.Unmarshal([]byte(row.Detail), &years[i]); err != nil {
			return nil, fmt.Errorf("detail of annual target %s: %w", row.ID, err)
		}
	}
	return plan.Reached(year, years), nil
}

type annualTargetListInput struct {
	Paging
	Plan     string `query:"plan" maxLength:"64"`
	Task     int    `query:"task" minimum:"1"`
	Year     int    `query:"year"`
	Status   string `query:"status" maxLength:"32"`
	LeadUnit string `query:"leadUnit" maxLength:"64"`
	Search   string `query:"search" maxLength:"200" doc:"Part of the title"`
}

func (s *server) listAnnualTargets(ctx context.Context, in *annualTargetListInput) (*page[AnnualTarget], error) {
	rows, err := s.store.AnnualTargets(ctx, scope(ctx), store.TargetFilter{PageRequest: in.request(), PlanID: in.Plan,
		TaskKey: in.Task, Year: in.Year, Status: in.Status, LeadUnit: in.LeadUnit, Search: in.Search})
	if err != nil {
		return nil, err
	}
	shown, err := s.lightTargets(ctx, rows.Items)
	if err != nil {
		return nil, err
	}
	return pageOf(store.Page[AnnualTarget]{Items: shown, Next: rows.Next}, same), nil
}

func showAnnualTarget(t projection.AnnualTarget) AnnualTarget {
	return AnnualTarget{ID: t.ID, Plan: t.PlanID, Task: t.TaskKey, TaskNo: t.TaskNo, Title: t.Title, Programme: t.Programme,
		Year: t.Year, Status: t.Status, LeadUnit: t.LeadUnit, LeadName: t.LeadName, Assignments: t.Assignments, Closed: t.Closed,
		Overdue: t.Overdue, OpenedAt: t.OpenedAt, DispatchedAt: t.DispatchedAt, ClosedAt: t.ClosedAt}
}

func (s *server) getAnnualTarget(ctx context.Context, in *ByID) (*one[annualTargetDetail], error) {
	row, kept, err := s.readableTarget(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	shown, err := s.lightTargets(ctx, []projection.AnnualTarget{row.AnnualTarget})
	if err != nil {
		return nil, err
	}
	assignments, err := s.lightAssignments(ctx, row.Assignments)
	if err != nil {
		return nil, err
	}
	detail := annualTargetDetail{AnnualTarget: shown[0], Version: row.Version,
		Leads: all(kept.Leads), Supports: all(kept.Supports), Supervisor: kept.Supervisor, Requirement: kept.Requirement,
		Excuses: all(kept.Excuses), Report: kept.Report, Proposal: showProposal(kept.Proposal), SignOffs: each(row.SignOffs, showSignOff), AssignmentList: assignments}
	detail.Items = make([]target.Item, len(row.Items))
	for i, item := range row.Items {
		if detail.Items[i], err = showItem(item); err != nil {
			return nil, err
		}
	}
	return versioned(detail, row.Version), nil
}

// readableTarget returns an annual target that the reader may see, with what
// its row keeps as JSON.
func (s *server) readableTarget(ctx context.Context, id string) (store.AnnualTargetDetail, dispatch.TargetDetail, error) {
	var kept dispatch.TargetDetail
	row, err := s.store.AnnualTarget(ctx, scope(ctx), id)
	if err != nil {
		return row, kept, err
	}
	if err := json.Unmarshal([]byte(row.Detail), &kept); err != nil {
		return row, kept, fmt.Errorf("detail of annual target %s: %w", id, err)
	}
	return row, kept, nil
}

func showItem(row projection.Item) (target.Item, error) {
	item := target.Item{Key: row.Key, Unit: org.UnitRef{ID: row.UnitID, Name: row.UnitName}, Content: row.Content,
		TargetKey: row.TargetKey, Amount: (*target.Amount)(row.Amount), Measure: row.Measure}
	if row.DueDate == "" {
		return item, nil
	}
	due, err := calendar.ParseDate(row.DueDate)
	item.Due = due
	return item, err
}

// proposed is a decomposition that adds up.
type proposed struct {
	Items []target.Item `json:"items" nullable:"false"`
}

func (s *server) proposal(ctx context.Context, in *ByID) (*one[proposed], error) {
	row, kept, err := s.readableTarget(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return versioned(proposed{Items: all(target.Propose(kept.Requirement))}, row.Version), nil
}

type decompositionInput struct {
	ByID
	Acting
	Body body[dispatch.Decomposition]
}

func (s *server) saveDecomposition(ctx context.Context, in *decompositionInput) (*done, error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	to, err := targetDestination(in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.nameUnits(ctx, &wanted); err != nil {
		return nil, err
	}
	c, err := command(ctx, in.Acting, dispatch.SaveDecomposition, wanted)
	if err != nil {
		return nil, err
	}
	return s.send(ctx, to, c)
}

// nameUnits gives the units of a decomposition the names they have. An item
// without a unit is unfinished and may be saved.
func (s *server) nameUnits(ctx context.Context, d *dispatch.Decomposition) error {
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return err
	}
	var faults []act.Fault
	name := func(field string, unit *org.UnitRef) {
		if unit.ID == "" {
			return
		}
		known, wrong := plan.Known(field, unit.ID, registry.Unit)
		*unit, faults = known, append(faults, wrong...)
	}
	for i := range d.Items {
		name(fmt.Sprintf("items[%d].unit", i), &d.Items[i].Unit)
	}
	for i := range d.Excuses {
		name(fmt.Sprintf("excuses[%d].unit", i), &d.Excuses[i].Unit)
	}
	if len(faults) > 0 {
		return unknownUnits(faults)
	}
	return nil
}

// all is the list itself, empty rather than null.
func all[T any](list []T) []T { return append([]T{}, list...) }

// each shows every row of a list.
func each[Row, T any](rows []Row, show func(Row) T) []T {
	shown := make([]T, len(rows))
	for i, row := range rows {
		shown[i] = show(row)
	}
	return shown
}
