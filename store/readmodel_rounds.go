package store

import (
	"context"
	"strings"
	"time"

	"duban/projection"

	"gorm.io/gorm"
)

type (
	roundRow struct {
		projection.Round `gorm:"embedded"`
		Instance         string `gorm:"size:128;not null"`
	}
	sheetRow struct {
		projection.Sheet `gorm:"embedded"`
		Instance         string `gorm:"size:128;not null"`
	}
	sectionRow struct {
		projection.Section `gorm:"embedded"`
		Instance           string `gorm:"size:128;not null"`
	}
)

func (roundRow) TableName() string   { return "rounds" }
func (sheetRow) TableName() string   { return "round_sheets" }
func (sectionRow) TableName() string { return "round_sections" }

// roundID is the id of a report round by what follows "report/" in its instance.
func roundID(rest string) string {
	plan, period, _ := strings.Cut(rest, "/")
	return plan + "-" + strings.ReplaceAll(period, "/", ".")
}

// RoundFilter chooses report rounds for a list; zero fields choose all.
type RoundFilter struct {
	PageRequest
	PlanID string
	Every  string // month, quarter, year
	Year   int
	Period string
	Status string
}

// Rounds lists report rounds, newest first, without what was frozen of them.
func (s *Store) Rounds(ctx context.Context, scope Scope, filter RoundFilter) (Page[projection.Round], error) {
	query := scope.of(s.read(ctx).Omit("content"), "rounds")
	query = equal(query, "plan_id", filter.PlanID)
	query = equal(query, "every", filter.Every)
	query = equal(query, "period", filter.Period)
	query = equal(query, "status", filter.Status)
	query = equal(query, "year", filter.Year)
	return paginate(query, filter.PageRequest,
		descending("opened_at", func(r *projection.Round) time.Time { return r.OpenedAt }),
		descending("id", func(r *projection.Round) string { return r.ID }))
}

// RoundDetail is a report round with its sections, and its sheets without lines.
type RoundDetail struct {
	projection.Round
	Sections []projection.Section
	Sheets   []projection.Sheet
	// Corrected is the id of the version that corrects it; empty without one.
	Corrected string
	// InstanceVersion is that of the process, by which acts on the round go.
	InstanceVersion int64
}

// Round returns a report round, or ErrNotFound.
func (s *Store) Round(ctx context.Context, scope Scope, id string) (RoundDetail, error) {
	var detail RoundDetail
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		var row roundRow
		if err := scope.of(tx, "rounds").Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		detail.Round = row.Round
		var err error
		if detail.InstanceVersion, err = versionOf(tx, row.Instance); err != nil {
			return err
		}
		if err := tx.Model(&sectionRow{}).Where("round_id = ?", id).Order("task_key, year, id").Find(&detail.Sections).Error; err != nil {
			return err
		}
		if err := tx.Model(&sheetRow{}).Omit("lines").Where("round_id = ?", id).Order("unit_id").Find(&detail.Sheets).Error; err != nil {
			return err
		}
		var later []string
		if err := tx.Model(&roundRow{}).Where("corrects = ?", id).Limit(1).Pluck("id", &later).Error; err != nil {
			return err
		}
		detail.Corrected = strings.Join(later, "")
		return nil
	})
	return detail, err
}

// Sheet returns what a unit reports in a round, or ErrNotFound.
func (s *Store) Sheet(ctx context.Context, scope Scope, round, unit string) (projection.Sheet, error) {
	var row sheetRow
	err := scope.of(s.read(ctx), "round_sheets").Take(&row, "id = ?", round+"/"+unit).Error
	return row.Sheet, err
}

// SheetsOf returns the sheets of some units in a round with their lines, by unit;
// of all for nil.
func (s *Store) SheetsOf(ctx context.Context, round string, units []string) ([]projection.Sheet, error) {
	query := s.read(ctx).Model(&sheetRow{}).Where("round_id = ?", round)
	if units != nil {
		query = query.Where("unit_id IN ?", units)
	}
	var sheets []projection.Sheet
	err := query.Order("unit_id").Find(&sheets).Error
	return sheets, err
}
