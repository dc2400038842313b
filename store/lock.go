package store

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// lock is a row that a transaction holds to be alone with a rule over several
// tables. SQLite's writers are alone anyway.
type lock struct {
	Name string `gorm:"primaryKey;size:64"`
}

// lockNames is held by whoever changes names of units and groups: two changes at
// once could each be free of clashes and together have one.
const lockNames = "names"

// holdNames waits until no other transaction holds the lock on names and keeps it
// until tx ends.
func holdNames(tx *gorm.DB) error {
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&lock{Name: lockNames}).Error
}
