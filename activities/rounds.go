package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
	"duban/store"
	"duban/workflows"
)

// Rounds is what report rounds and the turn of the year are made from.
type Rounds interface {
	// RoundRules returns the rule by which a plan's report rounds go.
	RoundRules(ctx context.Context, plan string) (store.PlanRounds, error)
	// RoundRulesOf returns a version of the rule of a plan; 0 is the default rule.
	RoundRulesOf(ctx context.Context, plan string, version int) (store.PlanRounds, error)
	// Registry returns all units.
	Registry(ctx context.Context) (*org.Registry, error)
	// ReportingUnits lists the units that have something to report on since a moment.
	ReportingUnits(ctx context.Context, plan string, since time.Time) ([]org.UnitRef, error)
	// Reportables returns what some units report on since a moment.
	Reportables(ctx context.Context, plan string, since time.Time, units []string) ([]store.Reportable, error)
	// TargetDetails returns annual targets by id.
	TargetDetails(ctx context.Context, ids []string) (map[string]store.TargetWithDetail, error)
	// Round returns a report round, or store.ErrNotFound.
	Round(ctx context.Context, scope store.Scope, id string) (store.RoundDetail, error)
	// SheetsOf returns the sheets of some units in a round.
	SheetsOf(ctx context.Context, round string, units []string) ([]projection.Sheet, error)
	// PlanDetail returns a plan with its tasks.
	PlanDetail(ctx context.Context, id string) (store.PlanDetail, error)
	// AnnualTargets lists annual targets.
	AnnualTargets(ctx context.Context, scope store.Scope, filter store.TargetFilter) (store.Page[projection.AnnualTarget], error)
	// AnnualTarget returns one with what belongs to it.
	AnnualTarget(ctx context.Context, scope store.Scope, id string) (store.AnnualTargetDetail, error)
}

// PlaceRound finds the round of a kind that should be open at a moment.
func (a *Activities) PlaceRound(ctx context.Context, request workflows.PlaceRoundRequest) (workflows.PlacedRound, error) {
	rules, days, err := a.roundRules(ctx, request.Plan)
	if err != nil {
		return workflows.PlacedRound{}, err
	}
	return place(rules, days, request), nil
}

func place(rules store.PlanRounds, days store.WorkingDays, request workflows.PlaceRoundRequest) workflows.PlacedRound {
	round, found := rules.Rounds.At(request.Every, request.Now, days.Calendar, rules.Zone)
	asked := found && rules.Plan.Term().Binds(round.Period.Year) && round.LeftTo == calendar.Period{}
	return workflows.PlacedRound{Round: round, Asked: asked}
}

func (a *Activities) roundRules(ctx context.Context, plan string) (store.PlanRounds, store.WorkingDays, error) {
	rules, err := a.Rounds.RoundRules(ctx, plan)
	if err != nil {
		return rules, store.WorkingDays{}, fmt.Errorf("report rounds of plan %s: %w", plan, err)
	}
	days, err := a.Plans.Calendar(ctx, "")
	if err != nil {
		return rules, store.WorkingDays{}, fmt.Errorf("calendar: %w", err)
	}
	return rules, days, nil
}

// OpenRound opens the round that should be open, if it is not yet and anybody has
// something to report.
func (a *Activities) OpenRound(ctx context.Context, request workflows.PlaceRoundRequest) error {
	rules, days, err := a.roundRules(ctx, request.Plan)
	if err != nil {
		return err
	}
	placed := place(rules, days, request)
	if !placed.Asked || placed.Opens.After(request.Now) {
		return nil
	}
	opened, err := a.roundExists(ctx, dispatch.RoundID(request.Plan, placed.Period, 1))
	if err != nil || opened {
		return err
	}
	units, err := a.Rounds.ReportingUnits(ctx, request.Plan, placed.Period.First().Start(rules.Zone))
	if err != nil {
		return fmt.Errorf("units of plan %s: %w", request.Plan, err)
	}
	if len(units) == 0 {
		return nil
	}
	registry, err := a.Rounds.Registry(ctx)
	if err != nil {
		return fmt.Errorf("units: %w", err)
	}
	opening := dispatch.NewRound(rules.For(days, registry), placed.Period, request.Now, units, registry.Acting)
	return a.open(ctx, dispatch.KindReport, dispatch.RoundWorkflow(opening.ID), opening, act.Process())
}

// RoundDays finds the days of a round again, by its own rule and the calendar as it
// is now.
func (a *Activities) RoundDays(ctx context.Context, request dispatch.RoundDaysRequest) (dispatch.RoundDays, error) {
	rules, err := a.Rounds.RoundRulesOf(ctx, request.Plan, request.Rules)
	if err != nil {
		return dispatch.RoundDays{}, fmt.Errorf("report rounds of plan %s: %w", request.Plan, err)
	}
	days, err := a.Plans.Calendar(ctx, "")
	if err != nil {
		return dispatch.RoundDays{}, fmt.Errorf("calendar: %w", err)
	}
	return rules.For(days, &org.Registry{}).Place(request), nil
}

// roundExists looks into the read model: the engine forgets a round some time
// after its end, and would open it once more.
func (a *Activities) roundExists(ctx context.Context, id string) (bool, error) {
	_, err := a.Rounds.Round(ctx, store.Scope{All: true}, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("report round %s: %w", id, err)
	}
	return true, nil
}

// GatherSheets fills in the sheets of some units with what they have said last, or
// with what stands in the round that is corrected.
func (a *Activities) GatherSheets(ctx context.Context, request dispatch.GatherRequest) (dispatch.Gathered, error) {
	gathered := dispatch.Gathered{Units: request.Units}
	var err error
	if request.Correction != nil {
		gathered.Sheets, err = a.reopened(ctx, request)
	} else {
		gathered.Sheets, err = a.fillIn(ctx, request)
	}
	if err != nil {
		return gathered, err
	}
	gathered.Sections, err = a.sections(ctx, gathered.Sheets)
	return gathered, err
}

func (a *Activities) fillIn(ctx context.Context, request dispatch.GatherRequest) ([]dispatch.Sheet, error) {
	rules, err := a.Rounds.RoundRules(ctx, request.Plan)
	if err != nil {
		return nil, fmt.Errorf("report rounds of plan %s: %w", request.Plan, err)
	}
	rows, err := a.Rounds.Reportables(ctx, request.Plan, request.Period.First().Start(rules.Zone), request.UnitIDs())
	if err != nil {
		return nil, fmt.Errorf("assignments of plan %s: %w", request.Plan, err)
	}
	var sheets []dispatch.Sheet
	for _, unit := range request.Units {
		sheet := dispatch.Sheet{Unit: unit, Status: dispatch.SheetOpen, Version: 1}
		for _, row := range rows {
			if request.Reporter(row.UnitID) != unit.ID {
				continue
			}
			line, err := dispatch.NewLine(row.Assignment, row.Item, row.Last, request.Period, rules.Zone)
			if err != nil {
				return nil, err
			}
			sheet.Lines = append(sheet.Lines, line)
		}
		if len(sheet.Lines) > 0 {
			sheets = append(sheets, sheet)
		}
	}
	return sheets, nil
}

// reopened are the sheets of the version that is corrected.
func (a *Activities) reopened(ctx context.Context, request dispatch.GatherRequest) ([]dispatch.Sheet, error) {
	rows, err := a.Rounds.SheetsOf(ctx, request.Correction.Of, request.UnitIDs())
	if err != nil {
		return nil, fmt.Errorf("sheets of round %s: %w", request.Correction.Of, err)
	}
	sheets := make([]dispatch.Sheet, 0, len(rows))
	for _, row := range rows {
		sheet := dispatch.Sheet{Unit: org.UnitRef{ID: row.UnitID, Name: row.UnitName}, Status: dispatch.SheetStatus(row.Status), Late: row.Late,
			SubmittedBy: act.Actor{Name: row.SubmittedBy}}
		if row.SubmittedAt != nil {
			sheet.SubmittedAt = *row.SubmittedAt
		}
		if err := json.Unmarshal([]byte(row.Lines), &sheet.Lines); err != nil {
			return nil, fmt.Errorf("sheet %s: %w", row.ID, err)
		}
		sheets = append(sheets, request.Correction.Reopened(sheet))
	}
	return sheets, nil
}

// sections are the parts of a round to which the sheets contribute, by task and
// year.
func (a *Activities) sections(ctx context.Context, sheets []dispatch.Sheet) ([]dispatch.Section, error) {
	var targets []string
	for _, sheet := range sheets {
		for _, line := range sheet.Lines {
			targets = append(targets, line.Target)
		}
	}
	slices.Sort(targets)
	targets = slices.Compact(targets)
	details, err := a.Rounds.TargetDetails(ctx, targets)
	if err != nil {
		return nil, fmt.Errorf("annual targets: %w", err)
	}
	var sections []dispatch.Section
	for _, id := range targets {
		row, known := details[id]
		if !known {
			return nil, fmt.Errorf("annual target %s: %w", id, store.ErrNotFound)
		}
		sections = append(sections, dispatch.Section{Target: id, Year: row.Year, Leads: row.Decoded.Leads, Requirement: row.Decoded.Requirement,
			Task: dispatch.TaskRef{Key: row.TaskKey, No: row.TaskNo, Title: row.Title, Programme: row.Programme}})
	}
	return sections, nil
}
