package store

import (
	"context"
	"fmt"
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
	// Digest lets it gather with others to the same person by the same channel and
	// of the same Moment, as long as nobody has begun to send them.
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

// gathering is what the letters of one digest have in common.
type gathering struct {
	user, channel string
	moment        time.Time
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
	later := map[time.Time][]string{} // digests that wait longer now
	messages, deliveries := []Message{}, make([]Delivery, len(letters))
	for i, l := range letters {
		key := gathering{l.UserID, l.Channel, moment(l.Moment)}
		id, isOpen := open[key].ID, l.Digest && open[key].ID != ""
		switch {
		case isOpen && l.ReadyAt.After(open[key].NextAt):
			later[l.ReadyAt] = append(later[l.ReadyAt], id)
			open[key] = digestAt(open[key], l.ReadyAt)
		case !isOpen:
			id = NewID()
			made := Message{ID: id, UserID: l.UserID, Channel: l.Channel, Digest: l.Digest, Moment: moment(l.Moment), State: MessageWaiting,
				NextAt: moment(l.ReadyAt), CreatedAt: s.now()}
			messages = append(messages, made)
			if l.Digest {
				open[key] = made
			}
		}
		deliveries[i] = Delivery{NoticeID: l.NoticeID, UserID: l.UserID, Channel: l.Channel, MessageID: id, Text: l.Text}
	}
	if len(messages) > 0 {
		if err := tx.Create(&messages).Error; err != nil {
			return fmt.Errorf("make messages out: %w", err)
		}
	}
	for at, ids := range later {
		err := tx.Model(&Message{}).Where("id IN ? AND next_at < ?", ids, moment(at)).Update("next_at", moment(at)).Error
		if err != nil {
			return fmt.Errorf("let digests wait for more: %w", err)
		}
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&deliveries).Error; err != nil {
		return fmt.Errorf("put notices into messages: %w", err)
	}
	return nil
}

func digestAt(m Message, at time.Time) Message {
	m.NextAt = at
	return m
}

// openDigests finds the digests that take letters in, and keeps others from
// sending them until the transaction ends.
func openDigests(tx *gorm.DB, letters []Letter) (map[gathering]Message, error) {
	users, moments := map[string]bool{}, map[time.Time]bool{}
	for _, l := range letters {
		if l.Digest {
			users[l.UserID], moments[moment(l.Moment)] = true, true
		}
	}
	open := make(map[gathering]Message, len(users))
	if len(users) == 0 {
		return open, nil
	}
	var found []Message
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("user_id IN ? AND moment IN ? AND digest = ? AND begun_at IS NULL", setOf(users), setOf(moments), true).Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look for digests that are open: %w", err)
	}
	for _, m := range found {
		open[gathering{m.UserID, m.Channel, m.Moment.UTC()}] = m
	}
	return open, nil
}

func setOf[K comparable](set map[K]bool) []K {
	list := make([]K, 0, len(set))
	for k := range set {
		list = append(list, k)
	}
	return list
}
