package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/act"
	"duban/dispatch"
)

// RulesSupervision are a plan's rules of supervision: dispatch.Rules.
const RulesSupervision RuleKind = "supervision"

// PlanSupervision is a version of a plan's rules of supervision.
type PlanSupervision struct {
	dispatch.Rules
	Version int // 0 are the default rules
	// By and At tell who made this version and when; empty for the default rules.
	By act.Actor
	At time.Time
}

// SupervisionRules returns the rules by which assignments of a plan are
// dispatched from now on.
func (s *Store) SupervisionRules(ctx context.Context, plan string) (PlanSupervision, error) {
	row, err := s.PlanRules(ctx, plan, RulesSupervision, 0)
	if errors.Is(err, ErrNotFound) {
		return PlanSupervision{Rules: dispatch.DefaultRules()}, nil
	}
	if err != nil {
		return PlanSupervision{}, err
	}
	rules := PlanSupervision{Version: row.Version, At: row.At, By: act.Actor{User: row.UserID, Name: row.UserName}}
	if err := row.Rules.Decode(&rules.Rules); err != nil {
		return PlanSupervision{}, fmt.Errorf("rules of supervision %d of plan %s: %w", row.Version, plan, err)
	}
	return rules, nil
}

// SaveSupervisionRules makes rules the newest of a plan, after the version that
// was seen. It returns an *act.Refusal where they are faulty and ErrStale where
// another version was saved meanwhile.
func (s *Store) SaveSupervisionRules(ctx context.Context, plan string, seen int, rules dispatch.Rules, by act.Actor) (PlanRules, error) {
	// Open assignments keep theirs: nobody has to be told.
	return s.saveRules(ctx, RulesSupervision, plan, seen, rules, true, by)
}
