package store

import "time"

// StandIn (AB 角) lets one user act for another for a period. Rows are never
// deleted: one that is no longer wanted is ended.
type StandIn struct {
	ID string `gorm:"primaryKey;size:64;index:stand_ins__user_id__from__id,priority:3;index:stand_ins__stand_in_id__from__id,priority:3;index:stand_ins__from__id,priority:2"`
	// UserID is the user who is represented.
	UserID string `gorm:"size:64;not null;index:stand_ins__user_id__from__id,priority:1"`
	// StandInID is the user who acts for him.
	StandInID string `gorm:"size:64;not null;index:stand_ins__stand_in_id__from__id,priority:1"`
	// From is the first moment, Until the first one after the period.
	From   time.Time `gorm:"precision:6;not null;index:stand_ins__user_id__from__id,priority:2;index:stand_ins__stand_in_id__from__id,priority:2;index:stand_ins__from__id,priority:1"`
	Until  time.Time `gorm:"precision:6;not null"`
	Reason string    `gorm:"size:500;not null"`
	// CreatedBy and EndedBy are the users who arranged it and ended it early.
	CreatedBy string     `gorm:"size:64;not null"`
	CreatedAt time.Time  `gorm:"precision:6;not null"`
	EndedBy   string     `gorm:"size:64;not null"`
	EndedAt   *time.Time `gorm:"precision:6"`
}
