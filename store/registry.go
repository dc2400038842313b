package store

import (
	"context"
	"errors"

	"duban/org"

	"gorm.io/gorm"
)

// Registry returns all units, groups and aliases as they are at this moment, to
// look written names up in.
func (s *Store) Registry(ctx context.Context) (*org.Registry, error) {
	var registry *org.Registry
	err := s.read(ctx).Transaction(func(tx *gorm.DB) error { // one state of all four tables
		var err error
		registry, err = loadRegistry(tx)
		return err
	})
	return registry, err
}

// checkNames refuses names that stand for two things at once.
func checkNames(tx *gorm.DB) error {
	_, err := loadRegistry(tx)
	if clash, ok := errors.AsType[*org.ClashError](err); ok {
		return &ConflictError{Field: "name", err: clash}
	}
	return err
}

func loadRegistry(tx *gorm.DB) (*org.Registry, error) {
	var (
		units   []Unit
		groups  []Group
		aliases []Alias
	)
	if err := tx.Order("position, id").Find(&units).Error; err != nil {
		return nil, err
	}
	if err := tx.Order("name").Find(&groups).Error; err != nil {
		return nil, err
	}
	if err := loadMembers(tx, groups); err != nil {
		return nil, err
	}
	if err := tx.Order("alias").Find(&aliases).Error; err != nil {
		return nil, err
	}
	return org.NewRegistry(convert(units, orgUnit), convert(groups, orgGroup), convert(aliases, orgAlias))
}

func orgUnit(u Unit) org.Unit {
	unit := org.Unit{
		ID: u.ID, Name: u.Name, ShortName: u.ShortName, Level: u.Level, Kind: u.Kind,
		Position: u.Position, Active: u.Active,
	}
	if u.MergedInto != nil {
		unit.MergedInto = *u.MergedInto
	}
	return unit
}

func orgGroup(g Group) org.Group { return org.Group{ID: g.ID, Name: g.Name, Members: g.Members} }

func orgAlias(a Alias) org.Alias {
	alias := org.Alias{Alias: a.Alias, Reason: a.Reason}
	if a.UnitID != nil {
		alias.Unit = *a.UnitID
	}
	if a.GroupID != nil {
		alias.Group = *a.GroupID
	}
	return alias
}

func convert[From, To any](items []From, one func(From) To) []To {
	converted := make([]To, len(items))
	for i, item := range items {
		converted[i] = one(item)
	}
	return converted
}
