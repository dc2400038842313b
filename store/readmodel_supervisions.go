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

// JointSupervision is an order to several units: its parts, as far as the reader
// may see them, by unit.
type JointSupervision struct {
	Parts []projection.Supervision
	Total int // of all parts, also of those that the reader may not see
	Open  int // of them
}

// mostOrders bounds the parts that are read of a joint order.
const mostOrders = 500

// JointSupervision returns a joint order, or ErrNotFound where the reader may see
// no part of it.
func (s *Store) JointSupervision(ctx context.Context, scope Scope, id string) (JointSupervision, error) {
	var joint JointSupervision
	if id == "" {
		return joint, ErrNotFound
	}
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		err := scope.of(tx.Model(&supervisionRow{}), "supervisions").Where("joint_id = ?", id).Order("unit_id, id").Limit(mostOrders).Find(&joint.Parts).Error
		if err != nil {
			return err
		}
		if len(joint.Parts) == 0 {
			return ErrNotFound
		}
		return tx.Table("supervisions").Where("joint_id = ?", id).
			Select("COUNT(*) AS total, SUM(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END) AS open").Row().Scan(&joint.Total, &joint.Open)
	})
	return joint, err
}

// Supervisable is an assignment as far as an order on it depends on it.
type Supervisable struct {
	projection.Assignment
	Order *projection.Supervision // its part of the joint order, or else the one that is open on it
}

// Supervisable returns assignments with what a joint order on them depends on, in
// the order of the ids. It returns ErrNotFound where the reader may not see one.
func (s *Store) Supervisable(ctx context.Context, scope Scope, ids []string, joint string) ([]Supervisable, error) {
	found := make([]Supervisable, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		var rows []projection.Assignment
		if err := scope.of(tx.Model(&assignmentRow{}), "assignments").Where("id IN ?", ids).Find(&rows).Error; err != nil {
			return err
		}
		var orders []projection.Supervision
		if err := tx.Model(&supervisionRow{}).Where("assignment_id IN ? AND (closed_at IS NULL OR joint_id = ?)", ids, joint).Find(&orders).Error; err != nil {
			return err
		}
		byID, order := map[string]projection.Assignment{}, map[string]*projection.Supervision{}
		for _, row := range rows {
			byID[row.ID] = row
		}
		for i, o := range orders {
			if known := order[o.AssignmentID]; known == nil || o.JointID == joint {
				order[o.AssignmentID] = &orders[i]
			}
		}
		for i, id := range ids {
			row, known := byID[id]
			if !known {
				return ErrNotFound
			}
			found[i] = Supervisable{Assignment: row, Order: order[id]}
		}
		return nil
	})
	return found, err
}
