package store

import (
	"context"

	"duban/projection"

	"gorm.io/gorm"
)

// TargetFilter chooses annual targets for a list; zero fields choose all.
type TargetFilter struct {
	PageRequest
	PlanID   string
	TaskKey  int
	Year     int
	Status   string
	LeadUnit string
	Search   string // part of the title, the task's number or the programme
}

// AnnualTargets lists annual targets by year and task.
func (s *Store) AnnualTargets(ctx context.Context, scope Scope, filter TargetFilter) (Page[projection.AnnualTarget], error) {
	query := scope.of(s.read(ctx), "annual_targets")
	query = containing(query, filter.Search, "title", "task_no", "programme")
	query = equal(query, "plan_id", filter.PlanID)
	query = equal(query, "task_key", filter.TaskKey)
	query = equal(query, "year", filter.Year)
	query = equal(query, "status", filter.Status)
	query = equal(query, "lead_unit", filter.LeadUnit)
	return paginate(query, filter.PageRequest,
		ascending("year", func(t *projection.AnnualTarget) int { return t.Year }),
		ascending("task_key", func(t *projection.AnnualTarget) int { return t.TaskKey }),
		ascending("id", func(t *projection.AnnualTarget) string { return t.ID }))
}

// AnnualTargetDetail is an annual target with what belongs to it.
type AnnualTargetDetail struct {
	projection.AnnualTarget
	Version     int64                   `json:"version"`
	Items       []projection.Item       `json:"items"`
	SignOffs    []projection.SignOff    `json:"signOffs"`
	Assignments []projection.Assignment `json:"assignmentList"`
}

// AnnualTarget returns one annual target with its decomposition, its sign-offs
// in their order and its assignments by item, or ErrNotFound.
func (s *Store) AnnualTarget(ctx context.Context, scope Scope, id string) (AnnualTargetDetail, error) {
	var detail AnnualTargetDetail
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		var row targetRow
		if err := scope.of(tx, "annual_targets").Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		detail.AnnualTarget = row.AnnualTarget
		var err error
		if detail.Version, err = versionOf(tx, row.Instance); err != nil {
			return err
		}
		if err := tx.Where("target_id = ?", id).Order("`key`").Find(&detail.Items).Error; err != nil {
			return err
		}
		if err := tx.Where("instance = ?", row.Instance).Order("opened_at, id").Find(&detail.SignOffs).Error; err != nil {
			return err
		}
		return tx.Where("target_id = ?", id).Order("item_key, id").Find(&detail.Assignments).Error
	})
	return detail, err
}
