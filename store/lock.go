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

const (
	// lockNames is held by whoever changes names of units and groups: two changes
	// at once could each be free of clashes and together have one.
	lockNames = "names"
	// lockCalendars is held by whoever loads a calendar: loads are numbered.
	lockCalendars = "calendars"
	// lockStandIns is held by whoever arranges stand-ins: two at once could each
	// keep the rules and together break them.
	lockStandIns = "stand-ins"
	// lockMergers is held by whoever merges units: two at once could make a circle.
	lockMergers = "mergers"
)

// hold waits until no other transaction holds the lock and keeps it until tx
// ends.
func hold(tx *gorm.DB, name string) error {
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&lock{Name: name}).Error
}

// holdNames holds the lock on names.
func holdNames(tx *gorm.DB) error { return hold(tx, lockNames) }
