package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/act"

	"gorm.io/gorm"
)

// RuleKind names a kind of rules that a plan has.
type RuleKind string

// RulesLadder are a plan's reminders and escalations: a deadline.Ladder.
const RulesLadder RuleKind = "ladder"

// PlanRules are one version of a plan's rules of a kind. The newest holds; the
// others stay, as processes name the version that they went by.
type PlanRules struct {
	PlanID  string   `gorm:"primaryKey;size:64"`
	Kind    RuleKind `gorm:"primaryKey;size:16;index:plan_rules__settled__kind,priority:2"`
	Version int      `gorm:"primaryKey;autoIncrement:false"` // 1, 2, …
	Rules   JSON     `gorm:"not null"`
	// Settled tells that every open process that the rules concern goes by them.
	Settled  bool      `gorm:"not null;index:plan_rules__settled__kind,priority:1"`
	UserID   string    `gorm:"size:64;not null"` // who made them
	UserName string    `gorm:"size:100;not null"`
	At       time.Time `gorm:"precision:6;not null"`
}

// PlanRules returns a version of a plan's rules, the newest for 0, or
// ErrNotFound where there is none and the default ones hold.
func (s *Store) PlanRules(ctx context.Context, plan string, kind RuleKind, version int) (PlanRules, error) {
	query := equal(s.read(ctx).Where("plan_id = ? AND kind = ?", plan, kind), "version", version)
	var rules PlanRules
	err := query.Order("version DESC").Take(&rules).Error
	return rules, err
}

// saveRules makes rules the newest of their kind of a plan, after the version that
// was seen. Rules that open processes need not be told of are settled at once. What
// is wrong with faulty ones they say themselves.
func (s *Store) saveRules(ctx context.Context, kind RuleKind, plan string, seen int, rules interface{ Validate() error }, settled bool, by act.Actor) (PlanRules, error) {
	if err := rules.Validate(); err != nil {
		return PlanRules{}, err
	}
	text, err := NewJSON(rules)
	if err != nil {
		return PlanRules{}, err
	}
	return s.SavePlanRules(ctx, PlanRules{PlanID: plan, Kind: kind, Version: seen, Rules: text, Settled: settled, UserID: by.User, UserName: by.Name})
}

// SavePlanRules keeps the version that follows rules.Version, and returns it. It
// returns ErrStale where that is not the newest, which is 0 while there is none.
func (s *Store) SavePlanRules(ctx context.Context, rules PlanRules) (PlanRules, error) {
	if err := checkTexts(required("planId", &rules.PlanID, 64), optional("userId", &rules.UserID, 64), optional("userName", &rules.UserName, 100)); err != nil {
		return PlanRules{}, err
	}
	before := rules.Version
	rules.Version, rules.At = before+1, s.now()
	err := s.Write(ctx, func(tx *gorm.DB) error {
		var newest int
		err := tx.Model(&PlanRules{}).Where("plan_id = ? AND kind = ?", rules.PlanID, rules.Kind).
			Select("COALESCE(MAX(version), 0)").Scan(&newest).Error
		switch {
		case err != nil:
			return fmt.Errorf("version of the %s of plan %s: %w", rules.Kind, rules.PlanID, err)
		case newest != before:
			return ErrStale
		}
		err = tx.Create(&rules).Error
		if errors.Is(err, ErrConflict) { // another was faster
			return ErrStale
		}
		return err
	})
	return rules, err
}
