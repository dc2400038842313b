package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/projection"

	"gorm.io/gorm"
)

// PlanLadder is a version of a plan's ladder.
type PlanLadder struct {
	deadline.Ladder
	Version int            // 0 is the default ladder
	Zone    *time.Location // where the plan's days begin and end
	// Settled tells that every open assignment of the plan goes by this version or
	// a newer one.
	Settled bool
	// By and At tell who made this version and when; empty for the default ladder.
	By act.Actor
	At time.Time
}

// Ladder returns the ladder by which a plan's assignments go from now on.
func (s *Store) Ladder(ctx context.Context, plan string) (PlanLadder, error) {
	return s.LadderVersion(ctx, plan, 0)
}

// LadderVersion returns a version of a plan's ladder, the newest for 0, or
// ErrNotFound.
func (s *Store) LadderVersion(ctx context.Context, plan string, version int) (PlanLadder, error) {
	row, err := s.Plan(ctx, plan)
	if err != nil {
		return PlanLadder{}, err
	}
	zone, err := calendar.Zone(row.TimeZone)
	if err != nil {
		return PlanLadder{}, fmt.Errorf("time zone of plan %s: %w", plan, err)
	}
	rules, err := s.PlanRules(ctx, plan, RulesLadder, version)
	if errors.Is(err, ErrNotFound) && version == 0 {
		return PlanLadder{Ladder: deadline.Default(), Zone: zone, Settled: true}, nil
	}
	if err != nil {
		return PlanLadder{}, err
	}
	ladder := PlanLadder{Version: rules.Version, Zone: zone, Settled: rules.Settled, At: rules.At,
		By: act.Actor{User: rules.UserID, Name: rules.UserName}}
	if err := rules.Rules.Decode(&ladder.Ladder); err != nil {
		return PlanLadder{}, fmt.Errorf("ladder %d of plan %s: %w", rules.Version, plan, err)
	}
	return ladder, nil
}

// SaveLadder makes a ladder the newest of a plan, after the version that was
// seen. It returns an *act.Refusal where the ladder is faulty and ErrStale
// where another version was saved meanwhile.
func (s *Store) SaveLadder(ctx context.Context, plan string, seen int, ladder deadline.Ladder, by act.Actor) (PlanRules, error) {
	return s.saveRules(ctx, RulesLadder, plan, seen, ladder, false, by)
}

// UnsettledLadders lists the plans whose open assignments do not all go by the
// newest ladder yet.
func (s *Store) UnsettledLadders(ctx context.Context) ([]string, error) {
	var plans []string
	err := s.read(ctx).Model(&PlanRules{}).Where("settled = ? AND kind = ?", false, RulesLadder).
		Distinct("plan_id").Order("plan_id").Pluck("plan_id", &plans).Error
	return plans, err
}

// SettleLadder notes that every open assignment of a plan goes by a version of
// its ladder, or by a newer one.
func (s *Store) SettleLadder(ctx context.Context, plan string, version int) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		return tx.Model(&PlanRules{}).Where("plan_id = ? AND kind = ? AND version <= ?", plan, RulesLadder, version).
			Update("settled", true).Error
	})
}

// BehindLadder lists up to limit open assignments of a plan that go by an older
// version of its ladder, by id and after the one that is named.
func (s *Store) BehindLadder(ctx context.Context, plan string, version int, after string, limit int) ([]projection.Assignment, error) {
	var behind []projection.Assignment
	err := s.read(ctx).Model(&assignmentRow{}).Select("id", "plan_id", "unit_id", "due_date", "ladder_version").
		Where("plan_id = ? AND id > ? AND ladder_version < ? AND status <> ?", plan, after, version, "closed").
		Order("id").Limit(limit).Find(&behind).Error
	return behind, err
}
