package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"duban/calendar"
	"duban/dispatch"
	"duban/light"
	"duban/plan"
	"duban/projection"
	"duban/store"
	"duban/target"
)

// Assignment is a dispatched item at one responsible unit.
type Assignment struct {
	ID             string         `json:"id"`
	AnnualTarget   string         `json:"annualTarget"`
	Plan           string         `json:"plan"`
	Item           int            `json:"item"`
	Unit           string         `json:"unit"`
	UnitName       string         `json:"unitName"`
	LeadUnit       string         `json:"leadUnit"`
	TaskNo         string         `json:"taskNo"`
	Title          string         `json:"title"`
	Content        string         `json:"content"`
	Amount         *target.Amount `json:"amount" doc:"What is to be delivered"`
	Reached        *target.Amount `json:"reached" doc:"As last reported"`
	Measure        string         `json:"measure"`
	Status         string         `json:"status" enum:"dispatched,acknowledged,in-progress,submitted,returned,closed"`
	Outcome        string         `json:"outcome" enum:",accepted,struck-off"`
	DueDate        string         `json:"dueDate"`
	FirstDueDate   string         `json:"firstDueDate" doc:"Never changes"`
	DueAt          time.Time      `json:"dueAt"`
	DueWorkingDays int            `json:"dueWorkingDays" doc:"The due date is so many working days away from dueFrom, and moves when a year is loaded; 0: people named the date"`
	DueFrom        *time.Time     `json:"dueFrom"`
	Overdue        bool           `json:"overdue"`
	Light          light.Light    `json:"light" doc:"By the plan's rules, now"`
	Percent        int            `json:"percent" doc:"Progress as last reported"`
	Returns        int            `json:"returns" doc:"How often a submission was returned"`
	Orders         int            `json:"orders" doc:"Supervision orders on it so far"`
	Extended       int            `json:"extended" doc:"Extensions that were granted"`
	LadderVersion  int            `json:"ladderVersion" doc:"Version of the plan's ladder by which people are reminded"`
	Evidence       string         `json:"evidence"`
	ReviewComment  string         `json:"reviewComment"`
	DispatchedAt   time.Time      `json:"dispatchedAt"`
	AcknowledgedAt *time.Time     `json:"acknowledgedAt"`
	SubmittedAt    *time.Time     `json:"submittedAt"`
	ClosedAt       *time.Time     `json:"closedAt"`
	NextStep       string         `json:"nextStep" doc:"What is waited for, or what the ladder does next: submit, review, consent, decide-reassignment, remind, urge, supervise, circulate, summon"`
	NextAt         *time.Time     `json:"nextAt" doc:"By when, or when"`
	Urges          int            `json:"urges"`
	UrgedAt        *time.Time     `json:"urgedAt" doc:"Last"`
	Forecast
}

// assignmentDetail is an assignment with all that happened on it.
type assignmentDetail struct {
	Assignment
	Version      int64                  `json:"version"`
	Reports      []report               `json:"reports" nullable:"false"`
	Extensions   []projection.Extension `json:"extensions" nullable:"false"`
	SignOffs     []SignOff              `json:"signOffs" nullable:"false"`
	Supervisions []Supervision          `json:"supervisions" nullable:"false"`
	Handovers    []dispatch.Handover    `json:"handovers" nullable:"false" doc:"Reassignments that were proposed, with what became of them"`
	Leave        *dispatch.Leave        `json:"leave" doc:"To ask for an extension after the due moment"`
}

// report is a progress report.
type report struct {
	N        int            `json:"n"`
	User     string         `json:"user"`
	UserName string         `json:"userName"`
	At       time.Time      `json:"at"`
	Text     string         `json:"text"`
	Percent  int            `json:"percent"`
	Amount   *target.Amount `json:"amount"`
}

func (s *server) assignmentRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/assignments", id: "list-assignments", tag: "assignments", summary: "List assignments"}, s.listAssignments)
	register(s, operation{method: http.MethodGet, path: base + "/assignments/{id}", id: "get-assignment", tag: "assignments", summary: "Get an assignment"}, s.getAssignment)
	taken := actions{of: "Assignment", each: []action{
		takes[nothing](dispatch.Acknowledge, "the responsible unit acknowledges (签收)", workers()),
		takesOn(dispatch.Report, "the responsible unit reports progress (报告进展)", workers(), s.progress),
		takesOn(dispatch.Submit, "the responsible unit submits what it delivered (报送)", workers(), s.submission),
		takes[dispatch.Verdict](dispatch.Review, "the lead unit accepts or returns it (审核); the supervisor where the lead unit did it itself", deciders()),
		takesOn(dispatch.RequestExtension, "the responsible unit asks for a later date (申请延期)", workers(), s.extensionAsking),
		takes[dispatch.Because](dispatch.AllowExtension, "the supervisor gives leave to ask after the due moment (准许补报延期)", supervisors()),
		takesAs(dispatch.Urge, "whoever waits presses on whom he waits for, once in 10 minutes (催办)", deciders(), urging),
		takesOn(dispatch.Prolong, "the supervisor sets a later date, or so many working days from today (延期)", supervisors(), s.prolongment),
		takesAs(dispatch.Reassign, "the supervisor proposes to give it to another unit, which is asked for its consent (改派)", supervisors(), s.newUnit),
		takes[dispatch.Consent](dispatch.AnswerReassignment, "the head of the unit that is asked consents or declines; the supervisor in its stead when its time is over (确认改派)", headsAndSupervisors()),
		takes[dispatch.Because](dispatch.DropReassignment, "the supervisor takes the proposal back (撤回改派)", supervisors()),
		takes[dispatch.Because](dispatch.Close, "the supervisor strikes it off undone (销号)", supervisors()),
		takesAs(dispatch.IssueSupervision, "the supervisor issues an order on it when it is overdue (督办)", supervisors(), issuing),
	}}
	to := func(id string) (destination, error) {
		return destination{workflow: dispatch.AssignmentWorkflow(id), id: id, location: base + "/assignments/" + id}, nil
	}
	s.registerActions(operation{path: base + "/assignments", id: "act-on-assignment", tag: "assignments", summary: "Act on an assignment"}, taken, to)
	s.registerBulkActions(operation{path: base + "/assignments", id: "act-on-assignments", tag: "assignments", summary: "Act on many assignments"}, taken, to)
}

// NewOrder are the fields of an order by hand.
type NewOrder struct {
	Reason           string            `json:"reason"`
	Level            dispatch.Level    `json:"level,omitempty" enum:"order,circular,summons" doc:"order if left out"`
	ReplyWorkingDays int               `json:"replyWorkingDays,omitempty" minimum:"1" maximum:"60" doc:"The plan's if left out"`
	Talk             *dispatch.Meeting `json:"talk,omitempty" doc:"Of a summons: when and with whom"`
}

func issuing(_ context.Context, fields NewOrder) (any, error) {
	return dispatch.Issuing{Reason: fields.Reason, Level: fields.Level, ReplyWorkingDays: fields.ReplyWorkingDays, Talk: fields.Talk}, nil
}

// newUnit are the fields of a reassignment.
type newUnit struct {
	Unit   unitID        `json:"unit"`
	Due    calendar.Date `json:"due"`
	Reason string        `json:"reason"`
}

// newUnit looks the new unit up.
func (s *server) newUnit(ctx context.Context, fields newUnit) (any, error) {
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return nil, err
	}
	unit, faults := plan.Known("unit", string(fields.Unit), registry.Unit)
	if len(faults) > 0 {
		return nil, unknownUnits(faults)
	}
	return dispatch.NewUnit{Unit: unit, Due: fields.Due, Reason: fields.Reason}, nil
}

type assignmentListInput struct {
	Paging
	Plan     string `query:"plan" maxLength:"64"`
	Target   string `query:"annualTarget" maxLength:"200"`
	Unit     string `query:"unit" maxLength:"64"`
	LeadUnit string `query:"leadUnit" maxLength:"64"`
	Status   string `query:"status" maxLength:"32"`
	Overdue  string `query:"overdue" enum:"true,false"`
	Search   string `query:"search" maxLength:"200" doc:"Part of title or content"`
}

func (s *server) listAssignments(ctx context.Context, in *assignmentListInput) (*page[Assignment], error) {
	rows, err := s.store.Assignments(ctx, scope(ctx), store.AssignmentFilter{PageRequest: in.request(), PlanID: in.Plan, TargetID: in.Target,
		Unit: in.Unit, LeadUnit: in.LeadUnit, Status: in.Status, Overdue: optional(in.Overdue), Search: in.Search})
	if err != nil {
		return nil, err
	}
	shown, err := s.lightAssignments(ctx, rows.Items)
	if err != nil {
		return nil, err
	}
	return pageOf(store.Page[Assignment]{Items: shown, Next: rows.Next}, same), nil
}

// optional reads a filter that is true, false or left out.
func optional(text string) *bool {
	if text == "" {
		return nil
	}
	value := text == "true"
	return &value
}

func showAssignment(a projection.Assignment) Assignment {
	return Assignment{ID: a.ID, AnnualTarget: a.TargetID, Plan: a.PlanID, Item: a.ItemKey, Unit: a.UnitID, UnitName: a.UnitName,
		LeadUnit: a.LeadUnit, TaskNo: a.TaskNo, Title: a.Title, Content: a.Content, Amount: (*target.Amount)(a.Amount),
		Reached: (*target.Amount)(a.Reached), Measure: a.Measure, Status: a.Status, Outcome: a.Outcome, DueDate: a.DueDate,
		FirstDueDate: a.FirstDueDate, DueAt: a.DueAt, DueWorkingDays: a.DueWorkingDays, DueFrom: a.DueFrom, Overdue: a.Overdue, Percent: a.Percent, Returns: a.Returns, Orders: a.Orders,
		Extended: a.Extended, LadderVersion: a.LadderVersion, Evidence: a.Evidence, ReviewComment: a.ReviewComment,
		DispatchedAt: a.DispatchedAt, AcknowledgedAt: a.AcknowledgedAt, SubmittedAt: a.SubmittedAt, ClosedAt: a.ClosedAt,
		NextStep: a.NextStep, NextAt: a.NextAt, Urges: a.Urges, UrgedAt: a.UrgedAt, Forecast: forecast(a.Basis)}
}

func (s *server) getAssignment(ctx context.Context, in *ByID) (*one[assignmentDetail], error) {
	row, err := s.store.Assignment(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	shown, err := s.lightAssignments(ctx, []projection.Assignment{row.Assignment})
	if err != nil {
		return nil, err
	}
	detail := assignmentDetail{Assignment: shown[0], Version: row.Version, Reports: each(row.Reports, showReport),
		Extensions: all(row.Extensions), SignOffs: each(row.SignOffs, showSignOff), Supervisions: each(row.Supervisions, showSupervision)}
	if err := decodeKept(row.Handovers, &detail.Handovers); err != nil {
		return nil, fmt.Errorf("reassignments of assignment %s: %w", in.ID, err)
	}
	if err := decodeKept(row.ExtensionLeave, &detail.Leave); err != nil {
		return nil, fmt.Errorf("leave of assignment %s: %w", in.ID, err)
	}
	detail.Handovers = all(detail.Handovers)
	return versioned(detail, row.Version), nil
}

// decodeKept reads JSON that a row keeps as text; empty is none.
func decodeKept(text string, v any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), v)
}

func showReport(r projection.Report) report {
	return report{N: r.N, User: r.UserID, UserName: r.UserName, At: r.At, Text: r.Text, Percent: r.Percent, Amount: (*target.Amount)(r.Amount)}
}
