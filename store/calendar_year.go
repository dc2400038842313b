package store

import (
	"context"
	"fmt"
	"time"

	"duban/calendar"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// CalendarYear is one year's holidays and make-up working days as loaded.
type CalendarYear struct {
	Year        int    `gorm:"primaryKey;autoIncrement:false"`
	Source      string `gorm:"size:300;not null"` // the notice it is taken from
	Provisional bool   `gorm:"not null"`
	// Data is the calendar.Year.
	Data     JSON      `gorm:"not null"`
	LoadedAt time.Time `gorm:"precision:6;not null"`
	// LoadedBy is the id of the user who loaded it; empty on the command line.
	LoadedBy string `gorm:"size:64;not null"`
}

// SaveCalendarYear keeps a year, in place of what was loaded for it before. A
// faulty year is refused with a *calendar.Invalid.
func (s *Store) SaveCalendarYear(ctx context.Context, year calendar.Year, by string) error {
	if err := year.Validate(); err != nil {
		return err
	}
	data, err := NewJSON(year)
	if err != nil {
		return err
	}
	row := CalendarYear{
		Year: year.Year, Source: year.Source, Provisional: year.Provisional, Data: data,
		LoadedAt: s.now(), LoadedBy: by,
	}
	if err := checkTexts(required("source", &row.Source, 300), optional("loadedBy", &row.LoadedBy, 64)); err != nil {
		return err
	}
	return s.Write(ctx, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	})
}

// CalendarYears returns the years that were loaded, in order.
func (s *Store) CalendarYears(ctx context.Context) ([]CalendarYear, error) {
	var years []CalendarYear
	err := s.read(ctx).Order("year").Find(&years).Error
	return years, err
}

// Calendar returns the calendar of the built-in years and those that were
// loaded; a loaded year takes the place of a built-in one.
func (s *Store) Calendar(ctx context.Context) (calendar.Calendar, error) {
	loaded, err := s.CalendarYears(ctx)
	if err != nil {
		return calendar.Calendar{}, err
	}
	years := calendar.Builtin()
	for _, row := range loaded {
		var year calendar.Year
		if err := row.Data.Decode(&year); err != nil {
			return calendar.Calendar{}, fmt.Errorf("calendar of %d: %w", row.Year, err)
		}
		years = append(years, year)
	}
	return calendar.New(years...)
}
