package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Setting is one setting of the installation, by its key.
type Setting struct {
	Key   string `gorm:"primaryKey;size:100"`
	Value JSON   `gorm:"not null"`
}

// Setting returns the value of a setting, or ErrNotFound.
func (s *Store) Setting(ctx context.Context, key string) (JSON, error) {
	var setting Setting
	err := s.read(ctx).Take(&setting, "`key` = ?", key).Error
	return setting.Value, err
}

// Settings returns all settings, by key.
func (s *Store) Settings(ctx context.Context) ([]Setting, error) {
	var settings []Setting
	err := s.read(ctx).Order("`key`").Find(&settings).Error
	return settings, err
}

// SaveSetting sets a setting.
func (s *Store) SaveSetting(ctx context.Context, key string, value JSON) error {
	if err := checkTexts(required("key", &key, 100)); err != nil {
		return err
	}
	if len(value) == 0 {
		value = JSON("null")
	}
	return s.Write(ctx, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&Setting{Key: key, Value: value}).Error
	})
}
