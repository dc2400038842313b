package store

import (
	"context"
	"time"

	"duban/projection"

	"gorm.io/gorm"
)

// AssignmentFilter chooses assignments for a list; zero fields choose all.
type AssignmentFilter struct {
	PageRequest
	PlanID   string
	TargetID string
	Unit     string // that delivers
	LeadUnit string
	Status   string
	Overdue  *bool
	Search   string // part of the title, the content, the task's number or the unit's name
}

// Assignments lists assignments, due first.
func (s *Store) Assignments(ctx context.Context, scope Scope, filter AssignmentFilter) (Page[projection.Assignment], error) {
	query := scope.of(s.read(ctx), "assignments")
	query = containing(query, filter.Search, "title", "content", "task_no", "unit_name")
	query = equal(query, "plan_id", filter.PlanID)
	query = equal(query, "target_id", filter.TargetID)
	query = equal(query, "unit_id", filter.Unit)
	query = equal(query, "lead_unit", filter.LeadUnit)
	query = equal(query, "status", filter.Status)
	if filter.Overdue != nil {
		query = query.Where("overdue = ?", *filter.Overdue)
	}
	return paginate(query, filter.PageRequest,
		ascending("due_at", func(a *projection.Assignment) time.Time { return a.DueAt }),
		ascending("id", func(a *projection.Assignment) string { return a.ID }))
}

// AssignmentDetail is an assignment with what belongs to it.
type AssignmentDetail struct {
	projection.Assignment
	Version      int64                    `json:"version"`
	Reports      []projection.Report      `json:"reports"`
	Extensions   []projection.Extension   `json:"extensions"`
	SignOffs     []projection.SignOff     `json:"signOffs"`
	Supervisions []projection.Supervision `json:"supervisions"`
}

// Assignment returns one assignment with its reports, extensions, sign-offs and
// orders, each in their order, or ErrNotFound.
func (s *Store) Assignment(ctx context.Context, scope Scope, id string) (AssignmentDetail, error) {
	var detail AssignmentDetail
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		var row assignmentRow
		if err := scope.of(tx, "assignments").Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		detail.Assignment = row.Assignment
		var err error
		if detail.Version, err = versionOf(tx, row.Instance); err != nil {
			return err
		}
		if err := tx.Where("assignment_id = ?", id).Order("n").Find(&detail.Reports).Error; err != nil {
			return err
		}
		if err := tx.Where("assignment_id = ?", id).Order("n").Find(&detail.Extensions).Error; err != nil {
			return err
		}
		if err := tx.Where("instance = ?", row.Instance).Order("opened_at, id").Find(&detail.SignOffs).Error; err != nil {
			return err
		}
		return tx.Where("assignment_id = ?", id).Order("n").Find(&detail.Supervisions).Error
	})
	return detail, err
}
