package store

import (
	"context"
	"time"

	"duban/org"

	"gorm.io/gorm"
)

// Unit (单位) is a unit of the administration. Units are never deleted, because
// records name them; one that was merged or abolished is made inactive.
type Unit struct {
	ID string `gorm:"primaryKey;size:64"`
	// Name is the full name, unique among all units.
	Name string `gorm:"size:200;not null;uniqueIndex:units__name"`
	// ShortName is for narrow columns; it does not identify the unit.
	ShortName string `gorm:"size:100;not null"`
	// Level is the tier: province, city, county, town.
	Level string `gorm:"size:32;not null"`
	// Kind is the sort of unit: party, government, area, school, …
	Kind string `gorm:"size:32;not null"`
	// Position orders units as the administration lists them.
	Position int  `gorm:"not null;index:units__position"`
	Active   bool `gorm:"not null"`
	// MergedInto is the unit that acts for this one since the two were merged.
	MergedInto *string   `gorm:"size:64;index:units__merged_into"`
	CreatedAt  time.Time `gorm:"precision:6;not null"`
	UpdatedAt  time.Time `gorm:"precision:6;not null"`
}

// Ref names the unit as records do.
func (u Unit) Ref() org.UnitRef { return org.UnitRef{ID: u.ID, Name: u.Name} }

// UnitFilter chooses units for a list; zero fields choose all.
type UnitFilter struct {
	PageRequest
	Search string // part of the name or the short name
	Level  string
	Kind   string
	Active *bool
}

// Unit returns one unit, or ErrNotFound.
func (s *Store) Unit(ctx context.Context, id string) (Unit, error) {
	var unit Unit
	err := s.read(ctx).Take(&unit, "id = ?", id).Error
	return unit, err
}

// Units lists units in the administration's order.
func (s *Store) Units(ctx context.Context, filter UnitFilter) (Page[Unit], error) {
	query := containing(s.read(ctx), filter.Search, "name", "short_name")
	query = equal(query, "level", filter.Level)
	query = equal(query, "kind", filter.Kind)
	if filter.Active != nil {
		query = query.Where("active = ?", *filter.Active)
	}
	return paginate(query, filter.PageRequest,
		ascending("position", func(u *Unit) int { return u.Position }),
		ascending("id", func(u *Unit) string { return u.ID }))
}

// SaveUnits inserts and updates units and returns them with their ids. A unit
// without an id is the one that has its name, or new. Saving the same units
// twice changes nothing. Names that would stand for two things at once are
// refused with ErrConflict.
func (s *Store) SaveUnits(ctx context.Context, units []Unit) ([]Unit, error) {
	var saved []Unit
	err := s.Write(ctx, func(tx *gorm.DB) error {
		if err := holdNames(tx); err != nil {
			return err
		}
		saved = saved[:0]
		for _, unit := range units {
			if err := saveUnit(tx, &unit); err != nil {
				return err
			}
			saved = append(saved, unit)
		}
		return checkNames(tx)
	})
	return saved, err
}

func saveUnit(tx *gorm.DB, unit *Unit) error {
	err := checkTexts(
		optional("id", &unit.ID, 64), required("name", &unit.Name, 200), optional("shortName", &unit.ShortName, 100),
		optional("level", &unit.Level, 32), optional("kind", &unit.Kind, 32))
	if err != nil {
		return err
	}
	old, err := existing[Unit](tx, unit.ID, "name", unit.Name)
	if err != nil {
		return err
	}
	if old == nil {
		if unit.ID == "" {
			unit.ID = NewID()
		}
		return tx.Create(unit).Error
	}
	unit.ID, unit.MergedInto, unit.CreatedAt, unit.UpdatedAt = old.ID, old.MergedInto, old.CreatedAt, old.UpdatedAt
	if unit.Active && unit.MergedInto != nil {
		return &org.RuleError{Field: "active", Code: "merged-unit", Zh: "该单位已并入其他单位，不能直接启用；如系误并，请先恢复。",
			En: "The unit was merged into another and cannot be made active; take the merger back if it was a mistake."}
	}
	if *unit == *old {
		return nil
	}
	return tx.Save(unit).Error
}

// existing finds the row with the id or, if there is no id, with the value in a
// unique column; nil if there is none.
func existing[T any](tx *gorm.DB, id, column, value string) (*T, error) {
	query := tx.Where("id = ?", id)
	if id == "" {
		query = tx.Where(quote(column)+" = ?", value)
	}
	var found []T
	if err := query.Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}
