package store

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// supervisionNumber is the number that an order was given in its year.
type supervisionNumber struct {
	Year        int    `gorm:"primaryKey;autoIncrement:false"`
	Number      int    `gorm:"primaryKey;autoIncrement:false"`
	Supervision string `gorm:"size:64;not null;uniqueIndex:supervision_numbers__supervision"`
}

// OrderNumber is the number of an order within a year: 督〔2026〕3号.
type OrderNumber struct{ Year, Number int }

// SupervisionNumber gives an order the next number of the year, from 1 on without
// gaps, and the one that it has when asked again, in whatever year.
func (s *Store) SupervisionNumber(ctx context.Context, supervision string, year int) (OrderNumber, error) {
	if err := checkTexts(required("supervision", &supervision, 64)); err != nil {
		return OrderNumber{}, err
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

func (s *Store) nextSupervisionNumber(ctx context.Context, supervision string, year int) (OrderNumber, error) {
	var row supervisionNumber
	err := s.Write(ctx, func(tx *gorm.DB) error {
		row = supervisionNumber{}
		if err := tx.Take(&row, "supervision = ?", supervision).Error; !errors.Is(err, ErrNotFound) {
			return err
		}
		var last int
		err := tx.Model(&supervisionNumber{}).Where("year = ?", year).Select("COALESCE(MAX(number), 0)").Scan(&last).Error
		if err != nil {
			return err
		}
		row = supervisionNumber{Year: year, Number: last + 1, Supervision: supervision}
		return tx.Create(&row).Error
	})
	return OrderNumber{Year: row.Year, Number: row.Number}, err
}
