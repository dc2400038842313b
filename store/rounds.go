package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
)

// RulesRounds are a plan's report rounds and the turn of its year: a
// deadline.Rounds.
const RulesRounds RuleKind = "rounds"

// PlanRounds is a version of a plan's rule of report rounds.
type PlanRounds struct {
	deadline.Rounds
	Plan    Plan
	Version int            // 0 is the default rule
	Zone    *time.Location // where the plan's days begin and end
	// By and ChangedAt tell who made this version and when; empty for the default rule.
	By        act.Actor
	ChangedAt time.Time
}

// RoundRules returns the rule by which the report rounds of a plan go from now on.
func (s *Store) RoundRules(ctx context.Context, plan string) (PlanRounds, error) {
	row, err := s.Plan(ctx, plan)
	if err != nil {
		return PlanRounds{}, err
	}
	return s.roundsOf(ctx, row)
}

// RoundRulesOf returns a version of that rule, by which a round goes that was opened
// then; 0 is the default rule.
func (s *Store) RoundRulesOf(ctx context.Context, plan string, version int) (PlanRounds, error) {
	row, err := s.Plan(ctx, plan)
	if err != nil {
		return PlanRounds{}, err
	}
	rounds, err := defaultRounds(row)
	if err != nil || version == 0 {
		return rounds, err
	}
	rules, err := s.PlanRules(ctx, plan, RulesRounds, version)
	if err != nil {
		return PlanRounds{}, err
	}
	return rounds.by(rules)
}

func (s *Store) roundsOf(ctx context.Context, plan Plan) (PlanRounds, error) {
	rounds, err := defaultRounds(plan)
	if err != nil {
		return PlanRounds{}, err
	}
	rules, err := s.PlanRules(ctx, plan.ID, RulesRounds, 0)
	if errors.Is(err, ErrNotFound) {
		return rounds, nil
	}
	if err != nil {
		return PlanRounds{}, err
	}
	return rounds.by(rules)
}

func defaultRounds(plan Plan) (PlanRounds, error) {
	zone, err := time.LoadLocation(plan.TimeZone)
	if err != nil {
		return PlanRounds{}, fmt.Errorf("time zone of plan %s: %w", plan.ID, err)
	}
	return PlanRounds{Plan: plan, Zone: zone, Rounds: deadline.DefaultRounds()}, nil
}

// by is the same plan with rules of its own.
func (p PlanRounds) by(rules PlanRules) (PlanRounds, error) {
	p.Rounds = deadline.Rounds{}
	if err := rules.Rules.Decode(&p.Rounds); err != nil {
		return PlanRounds{}, fmt.Errorf("report rounds %d of plan %s: %w", rules.Version, rules.PlanID, err)
	}
	p.Version, p.ChangedAt, p.By = rules.Version, rules.At, act.Actor{User: rules.UserID, Name: rules.UserName}
	return p, nil
}

// Asked is what the days of a round follow from, and its last day to answer as it
// stands, by its row.
func (p PlanRounds) Asked(row projection.Round) (asked deadline.RoundAsked, due calendar.Date, err error) {
	period, err := calendar.ParsePeriod(row.Period)
	if err != nil {
		return asked, due, fmt.Errorf("period of round %s: %w", row.ID, err)
	}
	if due, err = calendar.ParseDate(row.DueDate); err != nil {
		return asked, due, fmt.Errorf("due date of round %s: %w", row.ID, err)
	}
	return deadline.RoundAsked{Period: period, On: calendar.DateOf(row.OpenedAt, p.Zone), Again: row.Corrects != ""}, due, nil
}

// SaveRounds makes a rule the newest of a plan, after the version that was seen. It
// returns an *act.Refusal where the rule is faulty and ErrStale where another
// version was saved meanwhile.
func (s *Store) SaveRounds(ctx context.Context, plan string, seen int, rounds deadline.Rounds, by act.Actor) (PlanRules, error) {
	// Rounds that are open keep theirs: nobody has to be told.
	return s.saveRules(ctx, RulesRounds, plan, seen, rounds, true, by)
}

// PublishedRounds returns the rules of all plans whose work is under way, by id.
func (s *Store) PublishedRounds(ctx context.Context) ([]PlanRounds, error) {
	var plans []Plan
	if err := s.read(ctx).Where("status = ?", PlanPublished).Order("id").Find(&plans).Error; err != nil {
		return nil, err
	}
	all := make([]PlanRounds, 0, len(plans))
	for _, plan := range plans {
		rounds, err := s.roundsOf(ctx, plan)
		if err != nil {
			return nil, err
		}
		all = append(all, rounds)
	}
	return all, nil
}

// For is what a report round needs to know of the plan.
func (p PlanRounds) For(days WorkingDays, registry *org.Registry) dispatch.RoundPlan {
	needed := dispatch.RoundPlan{ID: p.Plan.ID, Title: p.Plan.Title, Rules: p.Rounds, RulesVersion: p.Version,
		Calendar: days.Calendar, CalendarVersion: days.Version, Zone: p.Zone}
	if p.Plan.SupervisorUnitID != nil {
		needed.Supervisor = *supervisorOf(registry, *p.Plan.SupervisorUnitID)
	}
	return needed
}
