package store

import (
	"context"
	"net/mail"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Contact is how a user is reached outside his inbox. The zero value is a user
// without an address, who declines nothing and gets reminders as a digest.
type Contact struct {
	Email string `gorm:"size:254;not null"`
	// DeclinedChannels are those by which he wants nothing, joined by commas.
	DeclinedChannels string `gorm:"size:64;not null"`
	// SingleNotices has reminders of the clock come one by one.
	SingleNotices bool `gorm:"not null"`
}

// Declines reports whether the user wants nothing by a channel.
func (c Contact) Declines(channel string) bool {
	return slices.Contains(strings.Split(c.DeclinedChannels, ","), channel)
}

// check refuses an address that no mail server would take, and one with a name
// beside it, which could smuggle in a second one.
func (c *Contact) check() error {
	if err := checkTexts(optional("email", &c.Email, 254), optional("channels", &c.DeclinedChannels, 64)); err != nil {
		return err
	}
	if c.Email == "" {
		return nil
	}
	parsed, err := mail.ParseAddress(c.Email)
	ascii := !strings.ContainsFunc(c.Email, func(r rune) bool { return r <= ' ' || r > '~' })
	if err != nil || parsed.Address != c.Email || !ascii {
		return &InvalidError{Field: "email", Reason: "不是有效的邮箱地址 (is not a mail address)"}
	}
	return nil
}

// SetContact changes how a user is reached, and returns him. It returns
// ErrNotFound where there is no such user.
func (s *Store) SetContact(ctx context.Context, id string, contact Contact) (User, error) {
	if err := contact.check(); err != nil {
		return User{}, err
	}
	users := make([]User, 1)
	err := s.Write(ctx, func(tx *gorm.DB) error {
		err := tx.Model(&User{}).Where("id = ?", id).Updates(map[string]any{"email": contact.Email,
			"declined_channels": contact.DeclinedChannels, "single_notices": contact.SingleNotices, "updated_at": s.now()}).Error
		if err != nil {
			return err
		}
		if err := tx.Take(&users[0], "id = ?", id).Error; err != nil {
			return err
		}
		return loadRolesAndUnits(tx, users)
	})
	return users[0], err
}

// UsersByID returns users by their ids, without their roles.
func (s *Store) UsersByID(ctx context.Context, ids []string) (map[string]User, error) {
	byID := make(map[string]User, len(ids))
	for some := range slices.Chunk(ids, mostIDs) {
		var users []User
		if err := s.read(ctx).Where("id IN ?", some).Find(&users).Error; err != nil {
			return nil, err
		}
		for _, u := range users {
			byID[u.ID] = u
		}
	}
	return byID, nil
}
