package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/sdk/activity"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/plan"
	"duban/store"
	"duban/target"
	"duban/workflows"
)

// PlaceTurn finds the year whose annual targets should be proposed at a moment,
// and the tasks of the plan.
func (a *Activities) PlaceTurn(ctx context.Context, request workflows.PlaceTurnRequest) (workflows.PlacedTurn, error) {
	rules, days, err := a.roundRules(ctx, request.Plan)
	if err != nil {
		return workflows.PlacedTurn{}, err
	}
	year, opens, turns := rules.Turn(request.Now, days.Calendar, rules.Zone)
	if !turns || !rules.Plan.Term().Binds(year) {
		return workflows.PlacedTurn{}, nil
	}
	detail, err := a.Rounds.PlanDetail(ctx, request.Plan)
	if err != nil {
		return workflows.PlacedTurn{}, fmt.Errorf("plan %s: %w", request.Plan, err)
	}
	placed := workflows.PlacedTurn{Year: year, Opens: opens}
	for _, task := range detail.Tasks {
		placed.Tasks = append(placed.Tasks, task.Key)
	}
	return placed, nil
}

// ProposeTarget proposes the annual target of a task, if the year asks for
// anything and has none yet.
func (a *Activities) ProposeTarget(ctx context.Context, request workflows.ProposeRequest) error {
	opening, asks, err := a.proposal(ctx, request)
	if refusal, refused := errors.AsType[*act.Refusal](err); refused {
		// Such as a task whose lead units are all gone: people see it in the plan.
		activity.GetLogger(ctx).Info("no annual target is proposed", "plan", request.Plan, "task", request.Task, "year", request.Year, "reason", refusal)
		return nil
	}
	if err != nil || !asks {
		return err
	}
	return a.open(ctx, dispatch.KindTarget, dispatch.TargetWorkflow(opening.ID), opening, act.Process())
}

func (a *Activities) proposal(ctx context.Context, request workflows.ProposeRequest) (dispatch.TargetOpening, bool, error) {
	rules, days, err := a.roundRules(ctx, request.Plan)
	if err != nil {
		return dispatch.TargetOpening{}, false, err
	}
	detail, err := a.Rounds.PlanDetail(ctx, request.Plan)
	if err != nil {
		return dispatch.TargetOpening{}, false, fmt.Errorf("plan %s: %w", request.Plan, err)
	}
	registry, err := a.Rounds.Registry(ctx)
	if err != nil {
		return dispatch.TargetOpening{}, false, fmt.Errorf("units: %w", err)
	}
	whole, err := detail.Read(registry)
	if err != nil {
		return dispatch.TargetOpening{}, false, fmt.Errorf("plan %s: %w", request.Plan, err)
	}
	past, err := a.pastYears(ctx, request, registry)
	if err != nil {
		return dispatch.TargetOpening{}, false, err
	}
	if slices.ContainsFunc(past, func(y plan.PastYear) bool { return y.Year == request.Year }) {
		return dispatch.TargetOpening{}, false, nil // also where the engine has forgotten it
	}
	counted := dispatch.Count(request.Now, rules.YearTurn.ConfirmWorkingDays, days.Calendar, days.Version, rules.Zone)
	return plan.Propose(whole, plan.Turn{Task: request.Task, Year: request.Year, Past: past, Resolve: registry.Place,
		Confirm: confirmation(rules, days, counted.Last, counted)})
}

// ArmConfirm computes by when a proposal must be confirmed, or by whose ladder where
// that day has passed and stays.
func (a *Activities) ArmConfirm(ctx context.Context, request workflows.LadderRequest) (dispatch.Armed, error) {
	rules, days, err := a.roundRules(ctx, request.Plan)
	if err != nil {
		return dispatch.Armed{}, err
	}
	if request.WorkingDays == 0 {
		return confirmation(rules, days, request.Due, nil), nil
	}
	counted := dispatch.Count(request.From, request.WorkingDays, days.Calendar, days.Version, rules.Zone)
	return confirmation(rules, days, counted.Last, counted), nil
}

// confirmation is the ladder of the day by which a proposal must be confirmed.
func confirmation(rules store.PlanRounds, days store.WorkingDays, due calendar.Date, counted *dispatch.Counted) dispatch.Armed {
	return dispatch.Armed{Due: due, DueAt: deadline.Due(due, rules.Zone), Moments: rules.YearTurn.Ladder.Moments(due, days.Calendar, rules.Zone),
		Calendar: days.Version, Counted: counted}
}

// pastYears reads what is known of a task's years.
func (a *Activities) pastYears(ctx context.Context, request workflows.ProposeRequest, registry *org.Registry) ([]plan.PastYear, error) {
	everything := store.Scope{All: true}
	rows, err := a.Rounds.AnnualTargets(ctx, everything,
		store.TargetFilter{PageRequest: store.PageRequest{Limit: store.MaxLimit}, PlanID: request.Plan, TaskKey: request.Task})
	if err != nil {
		return nil, fmt.Errorf("annual targets of task %d: %w", request.Task, err)
	}
	var past []plan.PastYear
	for _, row := range rows.Items {
		whole, err := a.Rounds.AnnualTarget(ctx, everything, row.ID)
		if err != nil {
			return nil, fmt.Errorf("annual target %s: %w", row.ID, err)
		}
		year := plan.PastYear{Year: row.Year}
		if err := json.Unmarshal([]byte(row.Detail), &year.Detail); err != nil {
			return nil, fmt.Errorf("detail of annual target %s: %w", row.ID, err)
		}
		year.Items = undertaken(whole, registry)
		past = append(past, year)
	}
	return past, nil
}

// undertaken are the items of an annual target with their assignments, each with
// the unit that acts for its unit now.
func undertaken(row store.AnnualTargetDetail, registry *org.Registry) []plan.Undertaken {
	keys := make(map[int]string, len(row.Items))
	for _, item := range row.Items {
		keys[item.Key] = item.TargetKey
	}
	var items []plan.Undertaken
	for _, a := range row.Assignments {
		unit, acts := registry.Acting(a.UnitID)
		if !acts {
			unit = org.UnitRef{ID: a.UnitID, Name: a.UnitName}
		}
		items = append(items, plan.Undertaken{Closed: a.Status == string(dispatch.AssignmentClosed), Outcome: a.Outcome, Overdue: a.Overdue,
			Reached: (*target.Amount)(a.Reached),
			Item: target.Item{Key: a.ItemKey, Unit: unit, Content: a.Content, TargetKey: keys[a.ItemKey],
				Amount: (*target.Amount)(a.Amount), Measure: a.Measure}})
	}
	return items
}
