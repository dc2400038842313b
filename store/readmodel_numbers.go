package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// supervisionNumber is the number that an order was given in its year.
type supervisionNumber struct {
	Year        int    `gorm:"primaryKey;autoIncrement:false"`
	Number      int    `gorm:"primaryKey;autoIncrement:false"`
	Supervision string `gorm:"size:64;not null;uniqueIndex:supervision_numbers__supervision"`
}

// SupervisionNumber gives an order the next number of its year, from 1 on
// without gaps, and the same one again when asked again.
func (s *Store) SupervisionNumber(ctx context.Context, supervision string, year int) (int, error) {
	if err := checkTexts(required("supervision", &supervision, 64)); err != nil {
		return 0, err
	}
	for {
		number, err := s.nextSupervisionNumber(ctx, supervision, year)
		// On MySQL another order may take the number first: take the next one.
		// Each time somebody gets one, so this comes to an end.
		if !errors.Is(err, ErrConflict) || ctx.Err() != nil {
			return number, err
		}
	}
}

func (s *Store) nextSupervisionNumber(ctx context.Context, supervision string, year int) (int, error) {
	var row supervisionNumber
	err := s.Write(ctx, func(tx *gorm.DB) error {
		row = supervisionNumber{}
		err := tx.Take(&row, "supervision = ?", supervision).Error
		if err == nil && row.Year != year {
			return &InvalidError{Field: "year", Reason: fmt.Sprintf(
				"该督办单已按 %d 年编号 (the order was numbered in %d)", row.Year, row.Year)}
		}
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		var last int
		err = tx.Model(&supervisionNumber{}).Where("year = ?", year).Select("COALESCE(MAX(number), 0)").Scan(&last).Error
		if err != nil {
			return err
		}
		row = supervisionNumber{Year: year, Number: last + 1, Supervision: supervision}
		return tx.Create(&row).Error
	})
	return row.Number, err
}
