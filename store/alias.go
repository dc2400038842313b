package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Alias (别名) is another name by which documents call a unit or a group.
// Exactly one of UnitID and GroupID is set.
type Alias struct {
	Alias   string  `gorm:"primaryKey;size:200"`
	UnitID  *string `gorm:"size:64;index:unit_aliases__unit_id"`
	GroupID *string `gorm:"size:64;index:unit_aliases__group_id"`
	// Reason says why the two names mean the same, for whoever reads it later.
	Reason string `gorm:"size:500;not null"`
}

// TableName says whose aliases they are.
func (Alias) TableName() string { return "unit_aliases" }

// AliasFilter chooses aliases for a list; zero fields choose all.
type AliasFilter struct {
	PageRequest
	Search  string // part of the alias
	UnitID  string
	GroupID string
}

// Aliases lists aliases by name.
func (s *Store) Aliases(ctx context.Context, filter AliasFilter) (Page[Alias], error) {
	query := containing(s.read(ctx), filter.Search, "alias")
	query = equal(query, "unit_id", filter.UnitID)
	query = equal(query, "group_id", filter.GroupID)
	return paginate(query, filter.PageRequest, ascending("alias", func(a *Alias) string { return a.Alias }))
}

// SaveAliases inserts and updates aliases; saving twice changes nothing. An
// alias that already is the name of something else is refused with ErrConflict.
func (s *Store) SaveAliases(ctx context.Context, aliases []Alias) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		if err := holdNames(tx); err != nil {
			return err
		}
		for _, alias := range aliases {
			if err := saveAlias(tx, &alias); err != nil {
				return err
			}
		}
		return checkNames(tx)
	})
}

func saveAlias(tx *gorm.DB, alias *Alias) error {
	err := checkTexts(required("alias", &alias.Alias, 200), optional("reason", &alias.Reason, 500))
	if err != nil {
		return err
	}
	if (alias.UnitID == nil) == (alias.GroupID == nil) {
		return &InvalidError{Field: "alias", Reason: "须指向一个单位或一个单位组 (must stand for one unit or one group): " + alias.Alias}
	}
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(alias).Error
}

// DeleteAlias removes an alias, or returns ErrNotFound.
func (s *Store) DeleteAlias(ctx context.Context, alias string) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		return mustAffect(tx.Delete(&Alias{}, "alias = ?", alias))
	})
}
