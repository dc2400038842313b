package store

import (
	"context"
	"fmt"
	"time"

	"duban/org"

	"gorm.io/gorm"
)

// UnitMerger is one merger of a unit into another as it was declared. The unit's
// own row says what holds now; these rows say how it came to that, and are never
// changed.
type UnitMerger struct {
	ID     string `gorm:"primaryKey;size:64;index:unit_mergers__unit_id__at__id,priority:3"`
	UnitID string `gorm:"size:64;not null;index:unit_mergers__unit_id__at__id,priority:1"`
	// IntoID is the successor; nil where a merger was taken back.
	IntoID   *string   `gorm:"size:64;index:unit_mergers__into_id"`
	Reason   string    `gorm:"size:500;not null"`
	UserID   string    `gorm:"size:64;not null"`
	UserName string    `gorm:"size:100;not null"`
	At       time.Time `gorm:"precision:6;not null;index:unit_mergers__unit_id__at__id,priority:2"`
}

// Merge declares that a unit was merged into another, which acts for it from now
// on; the unit becomes inactive and keeps its id, its name and its records.
// Without IntoID a merger is taken back: the unit is active and acts for itself
// again. What the rules do not allow comes back as an *org.RuleError.
func (s *Store) Merge(ctx context.Context, wanted UnitMerger) (Unit, error) {
	err := checkTexts(required("unit", &wanted.UnitID, 64), required("reason", &wanted.Reason, 500),
		required("userId", &wanted.UserID, 64), required("userName", &wanted.UserName, 100))
	if err != nil {
		return Unit{}, err
	}
	var unit Unit
	err = s.Write(ctx, func(tx *gorm.DB) error {
		if err := hold(tx, lockMergers); err != nil {
			return err
		}
		if err := holdNames(tx); err != nil {
			return err
		}
		unit = Unit{}
		if err := tx.Take(&unit, "id = ?", wanted.UnitID).Error; err != nil {
			return err
		}
		if wanted.IntoID == nil {
			if unit.MergedInto == nil {
				return &org.RuleError{Field: "into", Code: "not-merged", Zh: "该单位没有并入其他单位，无需恢复。", En: "The unit was not merged; there is nothing to take back."}
			}
		} else if err := checkMerger(tx, unit, *wanted.IntoID); err != nil {
			return err
		}
		unit.MergedInto, unit.Active = wanted.IntoID, wanted.IntoID == nil
		if err := tx.Save(&unit).Error; err != nil {
			return err
		}
		row := wanted
		row.ID, row.At = NewID(), s.now()
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return checkNames(tx)
	})
	return unit, err
}

// checkMerger asks the rules about a merger.
func checkMerger(tx *gorm.DB, unit Unit, into string) error {
	var successor Unit
	found := tx.Limit(1).Find(&successor, "id = ?", into)
	if found.Error != nil {
		return found.Error
	}
	if found.RowsAffected == 0 {
		return &org.RuleError{Field: "into", Code: "unknown-unit", Zh: "没有登记该继任单位，请重新选择。", En: "No such unit is registered; choose another one."}
	}
	var merged []Unit
	if err := tx.Where("merged_into IS NOT NULL").Order("id").Find(&merged).Error; err != nil {
		return err
	}
	mergers := make([]org.Merger, len(merged))
	for i, u := range merged {
		mergers[i] = org.Merger{Unit: u.ID, Into: *u.MergedInto}
	}
	return org.NewSuccession(mergers).CheckMerger(orgUnit(unit), orgUnit(successor))
}

// UnitMergers lists what was declared about a unit, newest first.
func (s *Store) UnitMergers(ctx context.Context, unit string, request PageRequest) (Page[UnitMerger], error) {
	return paginate(s.read(ctx).Where("unit_id = ?", unit), request,
		descending("at", func(m *UnitMerger) time.Time { return m.At }),
		descending("id", func(m *UnitMerger) string { return m.ID }))
}

// mergersAround loads the mergers that lead from a unit to the one that acts for
// it, and from others to that one.
func mergersAround(tx *gorm.DB, unit Unit) (org.Succession, error) {
	var mergers []org.Merger
	last := unit
	for range org.LongestSuccession + 1 {
		if last.MergedInto == nil {
			break
		}
		mergers = append(mergers, org.Merger{Unit: last.ID, Into: *last.MergedInto})
		var next Unit
		if err := tx.Take(&next, "id = ?", *last.MergedInto).Error; err != nil {
			return org.Succession{}, fmt.Errorf("successor of unit %s: %w", last.ID, err)
		}
		last = next
	}
	level := []string{last.ID}
	for range org.LongestSuccession {
		var before []Unit
		if err := tx.Where("merged_into IN ?", level).Order("id").Find(&before).Error; err != nil {
			return org.Succession{}, err
		}
		if len(before) == 0 {
			break
		}
		level = level[:0]
		for _, u := range before {
			mergers = append(mergers, org.Merger{Unit: u.ID, Into: *u.MergedInto})
			level = append(level, u.ID)
		}
	}
	return org.NewSuccession(mergers), nil
}

// actingFor lists the units whose users act for one: its own, those of the
// successor it may have, and of all that were merged into that.
func actingFor(tx *gorm.DB, id string) ([]string, error) {
	var unit Unit
	if err := tx.Limit(1).Find(&unit, "id = ?", id).Error; err != nil || unit.ID == "" {
		return []string{id}, err
	}
	around, err := mergersAround(tx, unit)
	if err != nil {
		return nil, err
	}
	acting := around.Of(unit.ID)
	return append(around.Before(acting), acting), nil
}
