package store

import (
	"context"
	"time"

	"duban/org"

	"gorm.io/gorm"
)

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

// StandInFilter chooses stand-ins for a list; zero fields choose all.
type StandInFilter struct {
	PageRequest
	// User is whoever is represented or stands in.
	User string
	// Of leaves only those that concern a user or the users of his units.
	Of *Addressee
	// Open leaves only those that are not over: in force, or still to come.
	Open bool
}

// StandIns lists stand-ins, those that begin last first.
func (s *Store) StandIns(ctx context.Context, filter StandInFilter) (Page[StandIn], error) {
	query := s.read(ctx)
	if filter.User != "" {
		query = query.Where("user_id = ? OR stand_in_id = ?", filter.User, filter.User)
	}
	if of := filter.Of; of != nil {
		query = query.Where("user_id IN (?) OR user_id = ? OR stand_in_id = ?",
			s.read(ctx).Model(&User{}).Select("id").Where("unit_id IN ?", of.Units), of.User, of.User)
	}
	if filter.Open {
		query = openStandIns(query, s.now())
	}
	return paginate(query, filter.PageRequest,
		descending("from", func(r *StandIn) time.Time { return r.From }),
		descending("id", func(r *StandIn) string { return r.ID }))
}

// StandIn returns one stand-in, or ErrNotFound.
func (s *Store) StandIn(ctx context.Context, id string) (StandIn, error) {
	var row StandIn
	err := s.read(ctx).Take(&row, "id = ?", id).Error
	return row, err
}

// CreateStandIn arranges a stand-in and returns it as it is kept; one that would
// have begun already begins now. What the rules do not allow comes back as an
// *org.RuleError.
func (s *Store) CreateStandIn(ctx context.Context, wanted StandIn) (StandIn, error) {
	err := checkTexts(required("user", &wanted.UserID, 64), required("standIn", &wanted.StandInID, 64),
		required("reason", &wanted.Reason, 500), required("createdBy", &wanted.CreatedBy, 64))
	if err != nil {
		return StandIn{}, err
	}
	row := wanted
	err = s.Write(ctx, func(tx *gorm.DB) error {
		row = wanted
		now := s.now()
		row.ID, row.CreatedAt, row.EndedBy, row.EndedAt = NewID(), now, "", nil
		row.From, row.Until = moment(row.From), moment(row.Until)
		if row.From.Before(now) {
			row.From = now
		}
		if err := hold(tx, lockStandIns); err != nil {
			return err
		}
		user, err := personOf(tx, "user", row.UserID)
		if err != nil {
			return err
		}
		standIn, err := personOf(tx, "standIn", row.StandInID)
		if err != nil {
			return err
		}
		var others []StandIn
		if err := openStandIns(tx, now).Where("`from` < ?", row.Until).Find(&others).Error; err != nil {
			return err
		}
		if err := org.CheckStandIn(row.rule(), user, standIn, convert(others, StandIn.rule), now); err != nil {
			return err
		}
		return tx.Create(&row).Error
	})
	return row, err
}

// EndStandIn ends a stand-in now and returns it. One that is over stays as it is.
func (s *Store) EndStandIn(ctx context.Context, id, by string) (StandIn, error) {
	var row StandIn
	err := s.Write(ctx, func(tx *gorm.DB) error {
		now := s.now()
		ended := tx.Model(&StandIn{}).Where("id = ? AND ended_at IS NULL AND until > ?", id, now).Updates(map[string]any{"ended_at": now, "ended_by": by})
		if ended.Error != nil {
			return ended.Error
		}
		row = StandIn{}
		return tx.Take(&row, "id = ?", id).Error
	})
	return row, err
}

// endStandInsOf ends what a user's move makes void: nobody represents him in a
// unit that he left, and who is no longer active stands in for nobody.
func endStandInsOf(tx *gorm.DB, user User, by string, now time.Time) error {
	query := openStandIns(tx, now).Model(&StandIn{}).Where("user_id = ?", user.ID)
	if !user.Active {
		query = openStandIns(tx, now).Model(&StandIn{}).Where("user_id = ? OR stand_in_id = ?", user.ID, user.ID)
	}
	return query.Updates(map[string]any{"ended_at": now, "ended_by": by}).Error
}

// openStandIns are those that are not over at a moment.
func openStandIns(query *gorm.DB, at time.Time) *gorm.DB {
	return query.Where("ended_at IS NULL AND until > ?", at)
}

// rule is the stand-in as rules read it.
func (s StandIn) rule() org.StandIn {
	r := org.StandIn{ID: s.ID, User: s.UserID, StandIn: s.StandInID, From: s.From, Until: s.Until}
	if s.EndedAt != nil {
		r.Ended = *s.EndedAt
	}
	return r
}
