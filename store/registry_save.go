package store

import (
	"context"

	"gorm.io/gorm"
)

// SaveRegistry inserts and updates units, groups and aliases together: all of
// them are saved or none. It refuses what SaveUnits, SaveGroups and SaveAliases
// refuse.
func (s *Store) SaveRegistry(ctx context.Context, units []Unit, groups []Group, aliases []Alias) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		if err := holdNames(tx); err != nil {
			return err
		}
		for _, unit := range units {
			if err := saveUnit(tx, &unit); err != nil {
				return err
			}
		}
		for _, group := range groups {
			if err := saveGroup(tx, &group); err != nil {
				return err
			}
		}
		for _, alias := range aliases {
			if err := saveAlias(tx, &alias); err != nil {
				return err
			}
		}
		return checkNames(tx)
	})
}
