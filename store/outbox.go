package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// outboxRow is a notice whose people are still to be looked up.
type outboxRow struct {
	NoticeID string    `gorm:"primaryKey;size:192"`
	PlanID   string    `gorm:"size:64;not null"`
	Clock    bool      `gorm:"not null"`
	Channels string    `gorm:"size:64;not null"` // joined by commas
	At       time.Time `gorm:"precision:6;not null"`
}

// TableName says that these are the outbox.
func (outboxRow) TableName() string { return "outbox" }

// Pending is a notice in the outbox: it is in the inboxes of its people, and
// nobody has made out yet what goes to them by other channels.
type Pending struct {
	Notice
	PlanID string // empty outside of any plan
	// Clock tells that the clock has it to tell.
	Clock bool
	// Channels are those by which it may go out; none for all.
	Channels []string
}

// Outbox returns up to limit notices of the outbox.
func (s *Store) Outbox(ctx context.Context, limit int) ([]Pending, error) {
	var rows []outboxRow
	if err := s.read(ctx).Order("notice_id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	ids := convert(rows, func(r outboxRow) string { return r.NoticeID })
	var notices []Notice
	if err := s.read(ctx).Where("id IN ?", ids).Find(&notices).Error; err != nil {
		return nil, err
	}
	byID := make(map[string]Notice, len(notices))
	for _, n := range notices {
		byID[n.ID] = n
	}
	pending := make([]Pending, 0, len(rows))
	for _, r := range rows {
		if n, there := byID[r.NoticeID]; there { // it may have been taken back in between
			p := Pending{Notice: n, PlanID: r.PlanID, Clock: r.Clock}
			if r.Channels != "" {
				p.Channels = strings.Split(r.Channels, ",")
			}
			pending = append(pending, p)
		}
	}
	return pending, nil
}

// ForgetOutbox takes notices out of the outbox that came in before a moment, and
// returns how many: where there is no channel but the inbox nobody else does.
func (s *Store) ForgetOutbox(ctx context.Context, before time.Time) (int64, error) {
	var forgotten int64
	err := s.Write(ctx, func(tx *gorm.DB) error {
		deleted := tx.Where("at < ?", before).Delete(&outboxRow{})
		forgotten = deleted.RowsAffected
		return deleted.Error
	})
	return forgotten, err
}

// Letter is a notice that goes to one person by one channel.
type Letter struct {
	NoticeID string
	UserID   string
	Channel  string
	// Text is the sum of what is told. The same notice with the same text goes to
	// a person by a channel once, however often it is made out.
	Text string
	// Digest lets it gather with others to the same person by the same channel whose
	// Moment is near, as long as nobody has begun to send them.
	Digest bool
	Moment time.Time
	// ReadyAt is when it goes out; a digest when the last of its letters is ready.
	ReadyAt time.Time
}

// MakeOut makes messages of letters and takes the notices, of which they are,
// out of the outbox, all at once. Notices that are not in the outbox any more were
// made out by somebody else: their letters are left out.
func (s *Store) MakeOut(ctx context.Context, notices []string, letters []Letter) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		var still []string
		// Whoever else makes the same ones out waits here, and then finds none.
		err := tx.Model(&outboxRow{}).Clauses(clause.Locking{Strength: "UPDATE"}).Where("notice_id IN ?", notices).Pluck("notice_id", &still).Error
		if err != nil || len(still) == 0 {
			return err
		}
		fresh, err := freshLetters(tx, still, letters)
		if err != nil {
			return err
		}
		if err := s.writeLetters(tx, fresh); err != nil {
			return err
		}
		if err := tx.Where("notice_id IN ?", still).Delete(&outboxRow{}).Error; err != nil {
			return fmt.Errorf("take notices out of the outbox: %w", err)
		}
		return nil
	})
}

// freshLetters leaves out letters of other notices than those given, and those
// that went out before with the same text; one with another text goes out anew.
func freshLetters(tx *gorm.DB, notices []string, letters []Letter) ([]Letter, error) {
	var before []Delivery
	if err := tx.Where("notice_id IN ?", notices).Find(&before).Error; err != nil {
		return nil, fmt.Errorf("look for earlier deliveries: %w", err)
	}
	known := make(map[Delivery]bool, len(before))
	for _, d := range before {
		d.MessageID = ""
		known[d] = true
	}
	wanted := make(map[string]bool, len(notices))
	for _, id := range notices {
		wanted[id] = true
	}
	return slices.DeleteFunc(slices.Clone(letters), func(l Letter) bool {
		return !wanted[l.NoticeID] || known[Delivery{NoticeID: l.NoticeID, UserID: l.UserID, Channel: l.Channel, Text: l.Text}]
	}), nil
}

// near is how far apart the moments of one digest may be.
const near = 10 * time.Minute

// gathering is what the letters of one digest have in common.
type gathering struct{ user, channel string }

// digests are those that take letters in, by whom they go to.
type digests map[gathering][]*Message

// of returns the digest that a letter gathers in, or nil.
func (d digests) of(l Letter) *Message {
	if !l.Digest {
		return nil
	}
	for _, m := range d[gathering{l.UserID, l.Channel}] {
		if l.Moment.Sub(m.Moment).Abs() < near {
			return m
		}
	}
	return nil
}

// writeLetters puts letters into messages.
func (s *Store) writeLetters(tx *gorm.DB, letters []Letter) error {
	if len(letters) == 0 {
		return nil
	}
	open, err := openDigests(tx, letters)
	if err != nil {
		return err
	}
	fresh, later, deliveries := []*Message{}, map[string]*Message{}, make([]Delivery, len(letters))
	for i, l := range letters {
		m := open.of(l)
		if m == nil {
			m = &Message{ID: NewID(), UserID: l.UserID, Channel: l.Channel, Digest: l.Digest, Moment: moment(l.Moment), State: MessageWaiting,
				NextAt: moment(l.ReadyAt), CreatedAt: s.now()}
			fresh = append(fresh, m)
			if l.Digest {
				key := gathering{l.UserID, l.Channel}
				open[key] = append(open[key], m)
			}
		}
		if ready := moment(l.ReadyAt); ready.After(m.NextAt) {
			m.NextAt, later[m.ID] = ready, m
		}
		deliveries[i] = Delivery{NoticeID: l.NoticeID, UserID: l.UserID, Channel: l.Channel, MessageID: m.ID, Text: l.Text}
	}
	for _, m := range fresh {
		delete(later, m.ID) // it is written as it stands now
	}
	if len(fresh) > 0 {
		if err := tx.Create(&fresh).Error; err != nil {
			return fmt.Errorf("make messages out: %w", err)
		}
	}
	if err := postpone(tx, later); err != nil {
		return err
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&deliveries).Error; err != nil {
		return fmt.Errorf("put notices into messages: %w", err)
	}
	return nil
}

// postpone lets digests wait for more, those of one moment together.
func postpone(tx *gorm.DB, later map[string]*Message) error {
	byMoment := map[time.Time][]string{}
	for id, m := range later {
		byMoment[m.NextAt] = append(byMoment[m.NextAt], id)
	}
	for at, ids := range byMoment {
		if err := tx.Model(&Message{}).Where("id IN ?", ids).Update("next_at", at).Error; err != nil {
			return fmt.Errorf("let digests wait for more: %w", err)
		}
	}
	return nil
}

// openDigests finds the digests that take letters in, and keeps others from
// sending them until the transaction ends.
func openDigests(tx *gorm.DB, letters []Letter) (digests, error) {
	users, channels := map[string]bool{}, map[string]bool{}
	var first, last time.Time
	for _, l := range letters {
		if !l.Digest {
			continue
		}
		if len(users) == 0 || l.Moment.Before(first) {
			first = l.Moment
		}
		if l.Moment.After(last) {
			last = l.Moment
		}
		users[l.UserID], channels[l.Channel] = true, true
	}
	open := make(digests, len(users))
	if len(users) == 0 {
		return open, nil
	}
	var found []*Message
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("user_id IN ? AND channel IN ? AND moment > ? AND moment < ?", slices.Sorted(maps.Keys(users)), slices.Sorted(maps.Keys(channels)), moment(first.Add(-near)), moment(last.Add(near))).
		Where("state = ? AND digest = ? AND begun_at IS NULL", MessageWaiting, true).Order("moment, id").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look for digests that are open: %w", err)
	}
	for _, m := range found {
		key := gathering{m.UserID, m.Channel}
		open[key] = append(open[key], m)
	}
	return open, nil
}
