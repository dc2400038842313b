package store

import "time"

// UnitMerger is one merger of a unit into another as it was declared. The unit's
// own row says what holds now; these rows say how it came to that, and are never
// changed.
type UnitMerger struct {
	ID     string `gorm:"primaryKey;size:64;index:unit_mergers__unit_id__at__id,priority:3"`
	UnitID string `gorm:"size:64;not null;index:unit_mergers__unit_id__at__id,priority:1"`
	// IntoID is the successor; nil where a merger was taken back.
	IntoID   *string   `gorm:"size:64;index:unit_mergers__into_id"`
	Reason   string    `gorm:"size:500;not null"`
	UserID   string    `gorm:"size:64;not null"`
	UserName string    `gorm:"size:100;not null"`
	At       time.Time `gorm:"precision:6;not null;index:unit_mergers__unit_id__at__id,priority:2"`
}
