// Package activities touches the world on behalf of processes: it writes the
// read model, looks up plans and calendars, and starts other processes. Every
// activity may be repeated and does its work once.
package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/projection"
	"duban/store"
	"duban/workflows"
)

// Plans gives the settings of a plan that deadlines depend on.
type Plans interface {
	// Ladder returns the plan's ladder as it is now.
	Ladder(ctx context.Context, plan string) (store.PlanLadder, error)
	// SupervisionRules returns the plan's rules of supervision as they are now.
	SupervisionRules(ctx context.Context, plan string) (store.PlanSupervision, error)
	// Lights returns the rules of lights of plans, by plan id.
	Lights(ctx context.Context, plans []string) (map[string]store.PlanLights, error)
	// Calendar returns the working days of a unit, as far as they are known.
	Calendar(ctx context.Context, unit string) (store.WorkingDays, error)
	// BehindLadder lists open assignments that go by an older ladder, by id.
	BehindLadder(ctx context.Context, plan string, version int, after string, limit int) ([]projection.Assignment, error)
	// SettleLadder notes that there are none.
	SettleLadder(ctx context.Context, plan string, version int) error
	// CalendarYear returns the load of a year that counts.
	CalendarYear(ctx context.Context, unit string, year int) (store.CalendarLoad, error)
	// AssignmentsBehind, OrdersBehind and SignOffsBehind list what was computed
	// before a load of a year and may depend on it.
	AssignmentsBehind(ctx context.Context, b store.Behind) ([]projection.Assignment, error)
	OrdersBehind(ctx context.Context, b store.Behind) ([]projection.Supervision, error)
	SignOffsBehind(ctx context.Context, b store.Behind) ([]projection.SignOff, error)
	// ProposalsBehind lists annual targets that are proposed.
	ProposalsBehind(ctx context.Context, b store.Behind) ([]projection.AnnualTarget, error)
	// RoundsBehind lists report rounds that are not frozen.
	RoundsBehind(ctx context.Context, b store.Behind) ([]projection.Round, error)
	// SettleCalendar notes that nothing does.
	SettleCalendar(ctx context.Context, unit string, year int, seq int64) error
}

// ReadModel takes in what processes show.
type ReadModel interface {
	// Project applies a change. The error is store.ErrChain where readers were
	// shown a course that the process did not take.
	Project(ctx context.Context, change projection.Change) error
	// Rebase applies a change in place of such a course, with the rows of a
	// snapshot that was taken at the change or after it.
	Rebase(ctx context.Context, change projection.Change, snapshot projection.Snapshot) error
	// SupervisionNumber gives an order the next number of the year: the one that it
	// has when asked again, with the year in which it was given.
	SupervisionNumber(ctx context.Context, supervision string, year int) (store.OrderNumber, error)
}

// Snapshots asks processes what they show.
type Snapshots interface {
	Snapshot(ctx context.Context, workflow string) (projection.Snapshot, error)
}

// Starter opens processes.
type Starter interface {
	Open(ctx context.Context, kind, workflow string, c act.Command) (act.Answer, error)
}

// Teller tells processes what they need to know. A process that has ended needs
// to know nothing: that is no error.
type Teller interface {
	Tell(ctx context.Context, workflow string, c act.Command) error
}

// Activities holds what activities need.
type Activities struct {
	Plans     Plans
	ReadModel ReadModel
	Starter   Starter
	Teller    Teller
	Snapshots Snapshots
	Rounds    Rounds
}

// Project writes a change to the read model.
//
// A worker that dies after it has written a change and before the engine has
// taken the act in leaves readers with a course that never happened; the act is
// then decided again, at another moment. The process is right: what it shows
// takes the place of that course.
func (a *Activities) Project(ctx context.Context, change projection.Change) error {
	err := a.ReadModel.Project(ctx, change)
	if !errors.Is(err, store.ErrChain) || activity.GetInfo(ctx).IsLocalActivity {
		return err // a local activity holds its process up: it cannot be asked
	}
	snapshot, err := a.Snapshots.Snapshot(ctx, change.Instance)
	if err != nil {
		return err
	}
	return a.ReadModel.Rebase(ctx, change, snapshot)
}

// StartAssignment dispatches an item: it opens the process with the ladder of
// its due date.
func (a *Activities) StartAssignment(ctx context.Context, opening dispatch.AssignmentOpening) error {
	ladder, err := a.Plans.Ladder(ctx, opening.Plan)
	if err != nil {
		return fmt.Errorf("ladder of plan %s: %w", opening.Plan, err)
	}
	opening.Armed, err = a.arm(ctx, ladder, opening.Item.Unit.ID, opening.Item.Due)
	if err != nil {
		return err
	}
	opening.ReplyWorkingDays = ladder.ReplyWorkingDays
	rules, err := a.Plans.SupervisionRules(ctx, opening.Plan)
	if err != nil {
		return fmt.Errorf("rules of supervision of plan %s: %w", opening.Plan, err)
	}
	opening.Rules = rules.Rules
	return a.open(ctx, dispatch.KindAssignment, dispatch.AssignmentWorkflow(opening.ID), opening, act.Process())
}

// StartSupervision issues an order at a moment: it numbers it and sets the
// reply deadline.
func (a *Activities) StartSupervision(ctx context.Context, opening dispatch.SupervisionOpening, issued time.Time) error {
	ladder, err := a.Plans.Ladder(ctx, opening.Plan)
	if err != nil {
		return fmt.Errorf("ladder of plan %s: %w", opening.Plan, err)
	}
	days, err := a.Plans.Calendar(ctx, opening.Unit.ID)
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	today := calendar.DateOf(issued, ladder.Zone)
	numbered := opening.ID
	if opening.Joint != nil {
		numbered = opening.Joint.ID // all parts have the number of the whole
	}
	number, err := a.ReadModel.SupervisionNumber(ctx, numbered, today.Year)
	if err != nil {
		return fmt.Errorf("number of order %s: %w", opening.ID, err)
	}
	opening.Number = fmt.Sprintf("督〔%d〕%d号", number.Year, number.Number)
	workingDays := ladder.ReplyWorkingDays
	if opening.Edition > 0 && opening.ReplyWorkingDays > 0 {
		workingDays = opening.ReplyWorkingDays
	}
	opening.Counted = dispatch.Count(issued, workingDays, days.Calendar, days.Version, ladder.Zone)
	opening.ReplyDue = deadline.Due(opening.Counted.Last, ladder.Zone)
	issuer := act.Process()
	if opening.IssuedBy.IsClock() {
		issuer = opening.IssuedBy
	}
	return a.open(ctx, dispatch.KindSupervision, dispatch.SupervisionWorkflow(opening.ID), opening, issuer)
}

// ArmLadder computes the due moment and the ladder of a due date.
func (a *Activities) ArmLadder(ctx context.Context, request workflows.LadderRequest) (dispatch.Armed, error) {
	ladder, err := a.Plans.Ladder(ctx, request.Plan)
	if err != nil {
		return dispatch.Armed{}, fmt.Errorf("ladder of plan %s: %w", request.Plan, err)
	}
	if request.WorkingDays == 0 {
		return a.arm(ctx, ladder, request.Unit, request.Due)
	}
	days, err := a.Plans.Calendar(ctx, request.Unit)
	if err != nil {
		return dispatch.Armed{}, fmt.Errorf("calendar: %w", err)
	}
	due := dispatch.Count(request.From, request.WorkingDays, days.Calendar, days.Version, ladder.Zone)
	counted := armed(ladder, days, request.Unit, due.Last)
	counted.Counted = due
	return counted, nil
}

// ArmPromise computes when a promised date has passed, and when to remind of it.
func (a *Activities) ArmPromise(ctx context.Context, request workflows.LadderRequest) (dispatch.Armed, error) {
	ladder, err := a.Plans.Ladder(ctx, request.Plan)
	if err != nil {
		return dispatch.Armed{}, fmt.Errorf("ladder of plan %s: %w", request.Plan, err)
	}
	ladder.Ladder = ladder.ForPromise()
	return a.arm(ctx, ladder, request.Unit, request.Due)
}

// ReplyDue computes when an answer is due.
func (a *Activities) ReplyDue(ctx context.Context, request workflows.ReplyDueRequest) (dispatch.ReplyDueSet, error) {
	ladder, err := a.Plans.Ladder(ctx, request.Plan)
	if err != nil {
		return dispatch.ReplyDueSet{}, fmt.Errorf("ladder of plan %s: %w", request.Plan, err)
	}
	days, err := a.Plans.Calendar(ctx, request.Unit)
	if err != nil {
		return dispatch.ReplyDueSet{}, fmt.Errorf("calendar: %w", err)
	}
	found := dispatch.Count(request.From, request.WorkingDays, days.Calendar, days.Version, ladder.Zone)
	return dispatch.ReplyDueSet{ReplyDue: deadline.Due(found.Last, ladder.Zone), Counted: found}, nil
}

// SignOffDue computes when a step of a sign-off is due: at the end of the last
// day of its time, in the plan's zone.
func (a *Activities) SignOffDue(ctx context.Context, request workflows.SignOffDueRequest) (workflows.SignOffDueAnswer, error) {
	zone, err := a.zone(ctx, request.Plan)
	if err != nil {
		return workflows.SignOffDueAnswer{}, err
	}
	days, err := a.Plans.Calendar(ctx, "")
	if err != nil {
		return workflows.SignOffDueAnswer{}, fmt.Errorf("calendar: %w", err)
	}
	opened := calendar.DateOf(request.From, zone)
	last := request.Within.Due(opened, days.Calendar)
	answer := workflows.SignOffDueAnswer{DueAt: deadline.Due(last, zone), Calendar: days.Version}
	if request.Within.Working {
		answer.Provisional = days.ProvisionalYears(opened.AddDays(1), last)
	}
	return answer, nil
}

// zone is where the days of a plan begin and end; those of a sign-off outside any
// plan do so in China.
func (a *Activities) zone(ctx context.Context, plan string) (*time.Location, error) {
	if plan == "" {
		return calendar.Zone(calendar.DefaultZone)
	}
	ladder, err := a.Plans.Ladder(ctx, plan)
	if err != nil {
		return nil, fmt.Errorf("time zone of plan %s: %w", plan, err)
	}
	return ladder.Zone, nil
}

func (a *Activities) arm(ctx context.Context, ladder store.PlanLadder, unit string, due calendar.Date) (dispatch.Armed, error) {
	days, err := a.Plans.Calendar(ctx, unit)
	if err != nil {
		return dispatch.Armed{}, fmt.Errorf("calendar: %w", err)
	}
	return armed(ladder, days, unit, due), nil
}

// armed are the moments of a due date by a ladder and the calendar of a unit.
func armed(ladder store.PlanLadder, days store.WorkingDays, unit string, due calendar.Date) dispatch.Armed {
	return dispatch.Armed{Due: due, DueAt: deadline.Due(due, ladder.Zone), Moments: ladder.Moments(due, days.Calendar, ladder.Zone),
		Ladder: ladder.Version, ReplyWorkingDays: ladder.ReplyWorkingDays, Unit: unit, Calendar: days.Version}
}

// open starts a process. One that was opened by an earlier try of the same
// activity is there already, which is as good.
func (a *Activities) open(ctx context.Context, kind, workflow string, opening any, by act.Actor) error {
	payload, err := json.Marshal(opening)
	if err != nil {
		return fmt.Errorf("encode the opening of %s: %w", workflow, err)
	}
	command := act.Command{ID: "open:" + workflow, Name: dispatch.Open, Actor: by, Payload: payload}
	_, err = a.Starter.Open(ctx, kind, workflow, command)
	if refusal, refused := errors.AsType[*act.Refusal](err); refused && (refusal.Code == "already-exists" || refusal.Code == "id-reused") {
		return nil
	}
	return err
}
