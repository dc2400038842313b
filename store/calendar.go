package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"

	"gorm.io/gorm"
)

// CalendarLoad is one load of a year's calendar. Loads are only ever added: the
// last one of a year counts, and what counted before can be read.
type CalendarLoad struct {
	// Seq counts the loads of all years and units from 1.
	Seq int64 `gorm:"primaryKey;autoIncrement:false;index:calendar_loads__unit_id__year__seq,priority:3"`
	// UnitID is the unit whose own days these are; empty for the State Council's
	// notice, which holds for all.
	UnitID      string `gorm:"size:64;not null;index:calendar_loads__unit_id__year__seq,priority:1"`
	Year        int    `gorm:"not null;index:calendar_loads__unit_id__year__seq,priority:2"`
	Source      string `gorm:"size:300;not null"` // the notice it is taken from
	Provisional bool   `gorm:"not null"`
	// Data is the calendar.Year, and Digest the sum over it.
	Data   JSON   `gorm:"not null"`
	Digest string `gorm:"size:64;not null"`
	// Who loaded it, by id and by the name that he had then.
	UserID   string    `gorm:"size:64;not null"`
	UserName string    `gorm:"size:100;not null"`
	LoadedAt time.Time `gorm:"precision:6;not null"`
	// Settled tells that everything open that depended on the year was computed
	// anew since.
	Settled bool `gorm:"not null"`
}

// Content is the year as it was loaded.
func (l CalendarLoad) Content() (calendar.Year, error) {
	var year calendar.Year
	if err := l.Data.Decode(&year); err != nil {
		return year, fmt.Errorf("calendar of %d, load %d: %w", l.Year, l.Seq, err)
	}
	return year, nil
}

// WorkingDays is the calendar of a unit as far as the loads up to Version tell.
type WorkingDays struct {
	calendar.Calendar
	Version int64 // of the last load that the unit goes by; 0 before there is one
}

// LoadCalendar keeps a year as the one that counts from now on, for everybody or
// for a unit, after the load that was seen (0 for none). A year that counts
// already is not loaded again: changed is false then. The error is a
// *calendar.Invalid where the year is faulty, ErrStale where another load came
// in between, and ErrNotFound where there is no such unit.
func (s *Store) LoadCalendar(ctx context.Context, unit string, year calendar.Year, seen int64, by act.Actor) (_ CalendarLoad, changed bool, err error) {
	if err := validateYear(unit, year); err != nil {
		return CalendarLoad{}, false, err
	}
	load := CalendarLoad{UnitID: unit, Year: year.Year, Source: year.Source, Provisional: year.Provisional,
		UserID: by.User, UserName: by.Name, LoadedAt: s.now()}
	if err := checkTexts(required("source", &load.Source, 300), optional("userId", &load.UserID, 64), optional("userName", &load.UserName, 100)); err != nil {
		return CalendarLoad{}, false, err
	}
	if load.Data, load.Digest, err = digestYear(year); err != nil {
		return CalendarLoad{}, false, err
	}
	kept := load
	err = s.Write(ctx, func(tx *gorm.DB) error {
		if err := hold(tx, lockCalendars); err != nil {
			return err
		}
		if unit != "" {
			if err := tx.Take(&Unit{}, "id = ?", unit).Error; err != nil {
				return err
			}
		}
		counts, err := lastLoad(tx, unit, year.Year)
		switch {
		case err != nil:
			return err
		case counts.Seq != seen:
			return ErrStale
		case counts.Digest == load.Digest:
			kept, changed = counts, false
			return nil
		}
		var last int64
		if err := tx.Model(&CalendarLoad{}).Select("COALESCE(MAX(seq), 0)").Scan(&last).Error; err != nil {
			return err
		}
		kept, changed = load, true
		kept.Seq = last + 1
		return tx.Create(&kept).Error
	})
	return kept, changed, err
}

func validateYear(unit string, year calendar.Year) error {
	if unit == "" {
		return year.Validate()
	}
	return year.ValidateForUnit()
}

// digestYear writes a year down with its days in order, so that the same days
// have the same digest.
func digestYear(year calendar.Year) (JSON, string, error) {
	year.Holidays = slices.SortedFunc(slices.Values(year.Holidays), func(a, b calendar.Holiday) int { return a.Start.Compare(b.Start) })
	year.Workdays = slices.SortedFunc(slices.Values(year.Workdays), calendar.Date.Compare)
	data, err := NewJSON(year)
	sum := sha256.Sum256(data)
	return data, hex.EncodeToString(sum[:]), err
}

// lastLoad is the load of a year that counts; without one, the year that is
// built in, as number 0.
func lastLoad(tx *gorm.DB, unit string, year int) (CalendarLoad, error) {
	var last CalendarLoad
	err := tx.Where("unit_id = ? AND year = ?", unit, year).Order("seq DESC").Take(&last).Error
	if !errors.Is(err, ErrNotFound) {
		return last, err
	}
	for _, y := range calendar.Builtin() {
		if unit == "" && y.Year == year {
			return builtinLoad(y)
		}
	}
	return CalendarLoad{UnitID: unit, Year: year, Settled: true}, nil
}

// builtinLoad shows a year that the product knows without being told.
func builtinLoad(y calendar.Year) (CalendarLoad, error) {
	load := CalendarLoad{Year: y.Year, Source: y.Source, Provisional: y.Provisional, Settled: true}
	var err error
	load.Data, load.Digest, err = digestYear(y)
	return load, err
}

// CalendarYear returns what counts for a year now, for everybody or of a unit's
// own. Seq is 0 where nothing was loaded; Source is then that of the built-in
// year, or empty where none is built in either.
func (s *Store) CalendarYear(ctx context.Context, unit string, year int) (CalendarLoad, error) {
	return lastLoad(s.read(ctx), unit, year)
}

// CalendarLoads returns all loads of a year in their order.
func (s *Store) CalendarLoads(ctx context.Context, unit string, year int) ([]CalendarLoad, error) {
	var loads []CalendarLoad
	err := s.read(ctx).Where("unit_id = ? AND year = ?", unit, year).Order("seq").Find(&loads).Error
	return loads, err
}

// CalendarYears returns what counts now for each year that is built in or was
// loaded, or of a unit's own, by year.
func (s *Store) CalendarYears(ctx context.Context, unit string) ([]CalendarLoad, error) {
	byYear := map[int]CalendarLoad{}
	if unit == "" {
		for _, y := range calendar.Builtin() {
			load, err := builtinLoad(y)
			if err != nil {
				return nil, err
			}
			byYear[y.Year] = load
		}
	}
	var loads []CalendarLoad
	if err := s.read(ctx).Where("unit_id = ?", unit).Order("seq").Find(&loads).Error; err != nil {
		return nil, err
	}
	for _, l := range loads {
		byYear[l.Year] = l
	}
	years := make([]CalendarLoad, 0, len(byYear))
	for _, l := range byYear {
		years = append(years, l)
	}
	slices.SortFunc(years, func(a, b CalendarLoad) int { return cmp.Compare(a.Year, b.Year) })
	return years, nil
}

// Calendar returns the working days of a unit: the built-in years and those that
// were loaded, and the unit's own days before them. The empty unit is everybody
// who has no days of his own.
func (s *Store) Calendar(ctx context.Context, unit string) (WorkingDays, error) {
	var loads []CalendarLoad
	if err := s.read(ctx).Where("unit_id IN ?", []string{"", unit}).Order("seq").Find(&loads).Error; err != nil {
		return WorkingDays{}, err
	}
	return workingDays(loads)
}

// workingDays makes the calendar of a unit from the loads that it goes by, in
// their order.
func workingDays(loads []CalendarLoad) (WorkingDays, error) {
	national, own := calendar.Builtin(), map[int]calendar.Year{}
	var days WorkingDays
	for _, l := range loads {
		year, err := l.Content()
		if err != nil {
			return days, err
		}
		days.Version = l.Seq
		if l.UnitID == "" {
			national = append(national, year)
		} else {
			own[l.Year] = year
		}
	}
	var err error
	if days.Calendar, err = calendar.New(national...); err != nil || len(own) == 0 {
		return days, err
	}
	years := make([]calendar.Year, 0, len(own))
	for _, y := range own {
		years = append(years, y)
	}
	days.Calendar, err = days.ForUnit(years...)
	return days, err
}

// UnsettledCalendars lists the years, and units, whose last load is not settled.
func (s *Store) UnsettledCalendars(ctx context.Context) ([]CalendarLoad, error) {
	var loads []CalendarLoad
	err := s.read(ctx).Where("settled = ?", false).Order("seq").Find(&loads).Error
	return loads, err
}

// SettleCalendar notes that everything open that depends on a year was computed
// anew since a load of it.
func (s *Store) SettleCalendar(ctx context.Context, unit string, year int, seq int64) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		return tx.Model(&CalendarLoad{}).Where("unit_id = ? AND year = ? AND seq <= ?", unit, year, seq).Update("settled", true).Error
	})
}

// LastPlanYear is the last year of any plan; 0 without plans.
func (s *Store) LastPlanYear(ctx context.Context) (int, error) {
	var last int
	err := s.read(ctx).Model(&Plan{}).Select("COALESCE(MAX(end_year), 0)").Scan(&last).Error
	return last, err
}
