package store

import (
	"context"
	"time"

	"duban/deadline"
	"duban/projection"

	"gorm.io/gorm"
)

// Behind lists open things of a kind that were computed before a load of a
// calendar and may depend on it, by id and after the one that is named.
type Behind struct {
	Load  CalendarLoad
	After string
	Limit int
}

// AssignmentsBehind lists assignments, and those that another unit is asked to
// take over. Their columns are those that tell whether they depend on the year.
func (s *Store) AssignmentsBehind(ctx context.Context, b Behind) ([]projection.Assignment, error) {
	var rows []projection.Assignment
	first, last := deadline.Reach(b.Load.Year)
	query := b.open(s.read(ctx).Model(&assignmentRow{})).
		Select("id", "plan_id", "unit_id", "due_date", "due_from", "next_step", "handovers").
		Where("next_step = ? OR due_from IS NOT NULL OR due_at >= ? AND due_at < ?", nextConsent, first.Start(time.UTC), last.End(time.UTC))
	if b.Load.UnitID != "" {
		query = query.Where("next_step = ? OR unit_id = ?", nextConsent, b.Load.UnitID)
	}
	err := query.Find(&rows).Error
	return rows, err
}

// nextConsent is the next step of an assignment that another unit is asked to
// take over.
const nextConsent = "consent"

// OrdersBehind lists supervision orders.
func (s *Store) OrdersBehind(ctx context.Context, b Behind) ([]projection.Supervision, error) {
	var rows []projection.Supervision
	query := equal(b.open(s.read(ctx).Model(&supervisionRow{})), "unit_id", b.Load.UnitID)
	err := query.Select("id", "plan_id", "unit_id", "status", "reply_from", "reply_due_at", "promise_date").Find(&rows).Error
	return rows, err
}

// SignOffsBehind lists sign-offs with the process that hosts each; none for a
// load of a unit's own days, as steps are counted by the calendar of all.
func (s *Store) SignOffsBehind(ctx context.Context, b Behind) ([]projection.SignOff, error) {
	var rows []projection.SignOff
	if b.Load.UnitID != "" {
		return rows, nil
	}
	err := b.open(s.read(ctx).Model(&projection.SignOff{})).Where("due_at IS NOT NULL").
		Select("id", "instance", "opened_at", "due_at").Find(&rows).Error
	return rows, err
}

// open keeps what is open and was computed before the load.
func (b Behind) open(query *gorm.DB) *gorm.DB {
	return b.behind(query.Where("status <> ?", closedStatus))
}

// behind keeps a page of what was computed before the load.
func (b Behind) behind(query *gorm.DB) *gorm.DB {
	return query.Where("calendar_version >= 0 AND calendar_version < ? AND id > ?", b.Load.Seq, b.After).Order("id").Limit(b.Limit)
}

// ProposalsBehind lists annual targets that are proposed, with what tells by which
// calendar; none for a load of a unit's own days, as lead units confirm by the
// calendar of all.
func (s *Store) ProposalsBehind(ctx context.Context, b Behind) ([]projection.AnnualTarget, error) {
	var rows []projection.AnnualTarget
	if b.Load.UnitID != "" {
		return rows, nil
	}
	err := proposed(s.read(ctx)).Where("id > ?", b.After).Order("id").Limit(b.Limit).Find(&rows).Error
	return rows, err
}

// proposed are the annual targets that wait to be confirmed, with what tells by when.
func proposed(query *gorm.DB) *gorm.DB {
	return query.Model(&targetRow{}).Where("status = ?", "proposed").Select("id", "plan_id", "detail")
}

// RoundsBehind lists report rounds that are not frozen, with what their days follow
// from; none for a load of a unit's own days, as rounds go by the calendar of all.
func (s *Store) RoundsBehind(ctx context.Context, b Behind) ([]projection.Round, error) {
	var rows []projection.Round
	if b.Load.UnitID != "" {
		return rows, nil
	}
	err := b.behind(openRounds(s.read(ctx))).Find(&rows).Error
	return rows, err
}
