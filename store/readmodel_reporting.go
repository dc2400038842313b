package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"duban/dispatch"
	"duban/org"
	"duban/projection"

	"gorm.io/gorm"
)

// reportable are the assignments of a plan that a report since a moment speaks
// of: those that are open, and those that were closed since.
func reportable(tx *gorm.DB, plan string, since time.Time) *gorm.DB {
	return tx.Model(&assignmentRow{}).Where("plan_id = ? AND (status <> ? OR closed_at >= ?)", plan, string(dispatch.AssignmentClosed), since)
}

// ReportingUnits lists the units that have something to report on since a moment,
// by id.
func (s *Store) ReportingUnits(ctx context.Context, plan string, since time.Time) ([]org.UnitRef, error) {
	var rows []struct{ UnitID, UnitName string }
	err := reportable(s.read(ctx), plan, since).Select("unit_id, MAX(unit_name) AS unit_name").Group("unit_id").Order("unit_id").Find(&rows).Error
	return convert(rows, func(r struct{ UnitID, UnitName string }) org.UnitRef {
		return org.UnitRef{ID: r.UnitID, Name: r.UnitName}
	}), err
}

// Reportable is one assignment that a unit reports on.
type Reportable struct {
	projection.Assignment
	Item projection.Item
	Last *projection.Report // nil: nothing was reported yet
}

// Reportables returns what some units report on since a moment, by id.
func (s *Store) Reportables(ctx context.Context, plan string, since time.Time, units []string) ([]Reportable, error) {
	var all []Reportable
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		var rows []projection.Assignment
		if err := reportable(tx, plan, since).Where("unit_id IN ?", units).Order("id").Find(&rows).Error; err != nil {
			return err
		}
		items, err := itemsOf(tx, rows)
		if err != nil {
			return err
		}
		reports, err := lastReports(tx, rows)
		if err != nil {
			return err
		}
		all = convert(rows, func(a projection.Assignment) Reportable {
			one := Reportable{Assignment: a, Item: items[itemID(a)]}
			if last, reported := reports[a.ID]; reported {
				one.Last = &last
			}
			return one
		})
		return nil
	})
	return all, err
}

// itemID is the id of the item from which an assignment was dispatched.
func itemID(a projection.Assignment) string { return fmt.Sprintf("%s/%d", a.TargetID, a.ItemKey) }

func itemsOf(tx *gorm.DB, assignments []projection.Assignment) (map[string]projection.Item, error) {
	found := make(map[string]projection.Item, len(assignments))
	for some := range slices.Chunk(convert(assignments, itemID), mostIDs) {
		var rows []projection.Item
		if err := tx.Model(&itemRow{}).Where("id IN ?", some).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			found[row.ID] = row
		}
	}
	return found, nil
}

// lastReports finds the last report on each of the assignments, by their ids.
func lastReports(tx *gorm.DB, assignments []projection.Assignment) (map[string]projection.Report, error) {
	found := make(map[string]projection.Report, len(assignments))
	ids := convert(assignments, func(a projection.Assignment) string { return a.ID })
	for some := range slices.Chunk(ids, mostIDs) {
		var rows []projection.Report
		err := tx.Model(&reportRow{}).Where("assignment_id IN ? AND n = (SELECT MAX(later.n) FROM reports AS later"+
			" WHERE later.assignment_id = reports.assignment_id)", some).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			found[row.AssignmentID] = row
		}
	}
	return found, nil
}

// TargetWithDetail is an annual target with its detail read.
type TargetWithDetail struct {
	projection.AnnualTarget
	Decoded dispatch.TargetDetail
}

// TargetDetails returns what annual targets ask for and whom they concern, by id.
func (s *Store) TargetDetails(ctx context.Context, ids []string) (map[string]TargetWithDetail, error) {
	details := make(map[string]TargetWithDetail, len(ids))
	for some := range slices.Chunk(ids, mostIDs) {
		var rows []projection.AnnualTarget
		if err := s.read(ctx).Model(&targetRow{}).Where("id IN ?", some).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			one := TargetWithDetail{AnnualTarget: row}
			if err := json.Unmarshal([]byte(row.Detail), &one.Decoded); err != nil {
				return nil, fmt.Errorf("detail of annual target %s: %w", row.ID, err)
			}
			details[row.ID] = one
		}
	}
	return details, nil
}
