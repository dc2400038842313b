package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/projection"
	"duban/store"
	"duban/workflows"
)

// MovePage looks at a page of what is open and was computed before the last load
// of a year, and tells the processes that depend on the year to compute their
// moments anew. One that is told twice does so once.
func (a *Activities) MovePage(ctx context.Context, request workflows.MovePageRequest) (workflows.MovePageResult, error) {
	load, err := a.Plans.CalendarYear(ctx, request.Unit, request.Year)
	if err != nil {
		return workflows.MovePageResult{}, fmt.Errorf("calendar of %d: %w", request.Year, err)
	}
	m := &moving{activities: a, load: load, days: map[string]store.WorkingDays{}, plans: map[string]store.PlanLadder{}}
	behind := store.Behind{Load: load, After: request.After, Limit: workflows.MoveWindow}
	var ids, concerned []string
	switch request.Kind {
	case workflows.MoveAssignments:
		ids, concerned, err = page(ctx, behind, a.Plans.AssignmentsBehind, m.assignment)
	case workflows.MoveOrders:
		ids, concerned, err = page(ctx, behind, a.Plans.OrdersBehind, m.order)
	case workflows.MoveSignOffs:
		ids, concerned, err = page(ctx, behind, a.Plans.SignOffsBehind, m.signOff)
	case workflows.MoveProposals:
		ids, concerned, err = page(ctx, behind, a.Plans.ProposalsBehind, m.proposal)
	case workflows.MoveRounds:
		ids, concerned, err = page(ctx, behind, a.Plans.RoundsBehind, m.round)
	default:
		err = fmt.Errorf("nothing of the kind %q depends on calendars", request.Kind)
	}
	if err != nil {
		return workflows.MovePageResult{}, err
	}
	if err := m.tell(ctx, concerned); err != nil {
		return workflows.MovePageResult{}, err
	}
	result := workflows.MovePageResult{Load: load.Seq, Told: len(concerned)}
	if len(ids) == behind.Limit {
		result.Next = ids[len(ids)-1]
	}
	return result, nil
}

// SettleCalendar notes that nothing open is behind a load of a year. It answers
// false where there is another load by now.
func (a *Activities) SettleCalendar(ctx context.Context, request workflows.SettleCalendarRequest) (bool, error) {
	if err := a.Plans.SettleCalendar(ctx, request.Unit, request.Year, request.Load); err != nil {
		return false, fmt.Errorf("settle load %d of the calendar of %d: %w", request.Load, request.Year, err)
	}
	last, err := a.Plans.CalendarYear(ctx, request.Unit, request.Year)
	if err != nil {
		return false, fmt.Errorf("calendar of %d: %w", request.Year, err)
	}
	return last.Seq <= request.Load, nil
}

// page reads a page and returns the ids of its rows, and the workflows of those
// that depend on the year, each once.
func page[T any](ctx context.Context, behind store.Behind, read func(context.Context, store.Behind) ([]T, error),
	look func(context.Context, T) (id, workflow string, depends bool, err error)) (ids, concerned []string, err error) {
	rows, err := read(ctx, behind)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		id, workflow, depends, err := look(ctx, row)
		if err != nil {
			return nil, nil, err
		}
		ids = append(ids, id)
		if depends && !slices.Contains(concerned, workflow) {
			concerned = append(concerned, workflow)
		}
	}
	return ids, concerned, nil
}

// moving is one page of what a load moves.
type moving struct {
	activities *Activities
	load       store.CalendarLoad
	days       map[string]store.WorkingDays // by unit
	plans      map[string]store.PlanLadder  // by plan
}

func (m *moving) daysOf(ctx context.Context, unit string) (store.WorkingDays, error) {
	if known, ok := m.days[unit]; ok {
		return known, nil
	}
	days, err := m.activities.Plans.Calendar(ctx, unit)
	if err != nil {
		return days, fmt.Errorf("calendar of unit %s: %w", unit, err)
	}
	m.days[unit] = days
	return days, nil
}

func (m *moving) planOf(ctx context.Context, id string) (store.PlanLadder, error) {
	if known, ok := m.plans[id]; ok {
		return known, nil
	}
	ladder, err := m.activities.Plans.Ladder(ctx, id)
	if err != nil {
		return ladder, fmt.Errorf("ladder of plan %s: %w", id, err)
	}
	m.plans[id] = ladder
	return ladder, nil
}

func (m *moving) assignment(ctx context.Context, row projection.Assignment) (id, workflow string, depends bool, err error) {
	id, workflow = row.ID, dispatch.AssignmentWorkflow(row.ID)
	if asks, err := m.asks(row); err != nil || asks {
		return id, workflow, asks, err
	}
	if m.load.UnitID != "" && m.load.UnitID != row.UnitID {
		return id, workflow, false, nil
	}
	ladder, err := m.planOf(ctx, row.PlanID)
	if err != nil {
		return id, workflow, false, err
	}
	days, err := m.daysOf(ctx, row.UnitID)
	if err != nil {
		return id, workflow, false, err
	}
	due, err := calendar.ParseDate(row.DueDate)
	if err != nil {
		return id, workflow, false, fmt.Errorf("due date of assignment %s: %w", row.ID, err)
	}
	counted := row.DueFrom != nil && m.between(*row.DueFrom, due.Start(ladder.Zone), ladder.Zone)
	return id, workflow, counted || ladder.DependsOn(m.load.Year, due, days.Calendar), nil
}

// asks reports whether a unit that goes by the load is asked to take an
// assignment over: its time to consent is counted in working days.
func (m *moving) asks(row projection.Assignment) (bool, error) {
	if row.NextStep != "consent" {
		return false, nil
	}
	var handovers []dispatch.Handover
	if err := json.Unmarshal([]byte(row.Handovers), &handovers); err != nil {
		return false, fmt.Errorf("reassignments of %s: %w", row.ID, err)
	}
	last := handovers[len(handovers)-1]
	return last.Counted != nil && (m.load.UnitID == "" || m.load.UnitID == last.Unit.ID), nil
}

func (m *moving) order(ctx context.Context, row projection.Supervision) (id, workflow string, depends bool, err error) {
	id, workflow = row.ID, dispatch.SupervisionWorkflow(row.ID)
	ladder, err := m.planOf(ctx, row.PlanID)
	if err != nil {
		return id, workflow, false, err
	}
	if row.ReplyFrom != nil && row.ReplyDueAt != nil && m.between(*row.ReplyFrom, *row.ReplyDueAt, ladder.Zone) {
		return id, workflow, true, nil
	}
	if row.PromiseDate == "" {
		return id, workflow, false, nil
	}
	promised, err := calendar.ParseDate(row.PromiseDate)
	if err != nil {
		return id, workflow, false, fmt.Errorf("promised date of order %s: %w", row.ID, err)
	}
	days, err := m.daysOf(ctx, row.UnitID)
	if err != nil {
		return id, workflow, false, err
	}
	return id, workflow, ladder.ForPromise().DependsOn(m.load.Year, promised, days.Calendar), nil
}

func (m *moving) signOff(_ context.Context, row projection.SignOff) (id, workflow string, depends bool, err error) {
	return row.ID, row.Instance, row.DueAt != nil && m.between(row.OpenedAt, *row.DueAt, time.UTC), nil
}

// proposal looks at when a proposal was made and what is the last that its ladder
// does, which its row keeps.
func (m *moving) proposal(ctx context.Context, row projection.AnnualTarget) (id, workflow string, depends bool, err error) {
	id, workflow = row.ID, dispatch.TargetWorkflow(row.ID)
	var detail dispatch.TargetDetail
	if err := json.Unmarshal([]byte(row.Detail), &detail); err != nil {
		return id, workflow, false, fmt.Errorf("detail of annual target %s: %w", row.ID, err)
	}
	if detail.Proposal == nil || detail.Proposal.Armed.Counted == nil || detail.Proposal.Armed.Counted.Calendar >= m.load.Seq {
		return id, workflow, false, nil
	}
	ladder, err := m.planOf(ctx, row.PlanID)
	if err != nil {
		return id, workflow, false, err
	}
	armed := detail.Proposal.Armed
	last := armed.DueAt
	for _, rung := range armed.Moments {
		if rung.At.After(last) {
			last = rung.At
		}
	}
	return id, workflow, m.between(armed.Counted.From, last, ladder.Zone), nil
}

func (m *moving) round(ctx context.Context, row projection.Round) (id, workflow string, depends bool, err error) {
	id, workflow = row.ID, dispatch.RoundWorkflow(row.ID)
	rules, err := m.activities.Rounds.RoundRulesOf(ctx, row.PlanID, row.Rules)
	if err != nil {
		return id, workflow, false, fmt.Errorf("report rounds of plan %s: %w", row.PlanID, err)
	}
	days, err := m.daysOf(ctx, "")
	if err != nil {
		return id, workflow, false, err
	}
	asked, due, err := rules.Asked(row)
	if err != nil {
		return id, workflow, false, err
	}
	return id, workflow, rules.DependsOn(m.load.Year, asked, due, days.Calendar), nil
}

// between reports whether the year's notice may name a day between two moments.
func (m *moving) between(from, due time.Time, zone *time.Location) bool {
	return slices.Contains(calendar.Notices(calendar.DateOf(from, zone), calendar.DateOf(due, zone)), m.load.Year)
}

// tell tells processes that the year was loaded.
func (m *moving) tell(ctx context.Context, concerned []string) error {
	payload, err := json.Marshal(calendar.Load{Year: m.load.Year, Unit: m.load.UnitID, Version: m.load.Seq, Source: m.load.Source})
	if err != nil {
		return fmt.Errorf("encode load %d: %w", m.load.Seq, err)
	}
	return inLanes(ctx, concerned, func(workflow string) error {
		c := act.Command{ID: fmt.Sprintf("calendar:%d", m.load.Seq), Name: dispatch.Recalculate, Actor: act.Process(), Payload: payload}
		if err := m.activities.Teller.Tell(ctx, workflow, c); err != nil {
			return fmt.Errorf("tell %s of the calendar of %d: %w", workflow, m.load.Year, err)
		}
		return nil
	})
}
