package store

import (
	"context"
	"time"

	"duban/projection"

	"gorm.io/gorm"
)

// SupervisionFilter chooses supervision orders for a list; zero fields choose
// all.
type SupervisionFilter struct {
	PageRequest
	PlanID       string
	AssignmentID string
	Unit         string // that must answer
	Status       string
	Level        string
	JointID      string // of which it is a part
}

// Supervisions lists supervision orders, newest first.
func (s *Store) Supervisions(ctx context.Context, scope Scope, filter SupervisionFilter) (Page[projection.Supervision], error) {
	query := scope.of(s.read(ctx), "supervisions")
	query = equal(query, "plan_id", filter.PlanID)
	query = equal(query, "assignment_id", filter.AssignmentID)
	query = equal(query, "unit_id", filter.Unit)
	query = equal(query, "status", filter.Status)
	query = equal(query, "level", filter.Level)
	query = equal(query, "joint_id", filter.JointID)
	return paginate(query, filter.PageRequest,
		descending("issued_at", func(r *projection.Supervision) time.Time { return r.IssuedAt }),
		descending("id", func(r *projection.Supervision) string { return r.ID }))
}

// SupervisionDetail is an order with the version of its process.
type SupervisionDetail struct {
	projection.Supervision
	Version int64 `json:"version"`
}

// Supervision returns one order, or ErrNotFound.
func (s *Store) Supervision(ctx context.Context, scope Scope, id string) (SupervisionDetail, error) {
	var detail SupervisionDetail
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		var row supervisionRow
		if err := scope.of(tx, "supervisions").Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		detail.Supervision = row.Supervision
		var err error
		detail.Version, err = versionOf(tx, row.Instance)
		return err
	})
	return detail, err
}
