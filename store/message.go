package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// MessageState tells how far a message is.
type MessageState string

const (
	// MessageWaiting has still to go out.
	MessageWaiting MessageState = "waiting"
	// MessageSent was taken by the mail server or the receiver of the webhook.
	MessageSent MessageState = "sent"
	// MessageFailed was tried in vain, and is not tried again.
	MessageFailed MessageState = "failed"
	// MessageDropped had nobody to go to any more, or nothing to tell.
	MessageDropped MessageState = "dropped"
)

// Message goes to one person by one channel, with one notice or several.
type Message struct {
	// ID is also what the receiver may know it by: it stays the same when it has
	// to be sent again.
	ID      string `gorm:"primaryKey;size:64;index:messages__state__next_at__id,priority:3;index:messages__created_at__id,priority:2"`
	UserID  string `gorm:"size:64;not null;index:messages__user_id__channel__moment,priority:1"`
	Channel string `gorm:"size:32;not null;index:messages__user_id__channel__moment,priority:2"`
	Digest  bool   `gorm:"not null"`
	// Moment is that of its first notice, to which the others of a digest are near.
	Moment time.Time    `gorm:"precision:6;not null;index:messages__user_id__channel__moment,priority:3"`
	State  MessageState `gorm:"size:16;not null;index:messages__state__next_at__id,priority:1"`
	// NextAt is when it is tried, or tried again.
	NextAt   time.Time `gorm:"precision:6;not null;index:messages__state__next_at__id,priority:2"`
	Attempts int       `gorm:"not null"`
	// ClaimedBy is who sends it, until ClaimedUntil at the latest.
	ClaimedBy    string     `gorm:"size:64;not null"`
	ClaimedUntil *time.Time `gorm:"precision:6"`
	// BegunAt is when it was first tried: from then on it takes nothing more in.
	BegunAt   *time.Time `gorm:"precision:6"`
	SentAt    *time.Time `gorm:"precision:6"`
	Error     string     `gorm:"size:500;not null"` // of the last attempt
	CreatedAt time.Time  `gorm:"precision:6;not null;index:messages__created_at__id,priority:1"`
}

// Delivery is one notice in a message.
type Delivery struct {
	NoticeID  string `gorm:"primaryKey;size:192;index:deliveries__message_id__notice_id,priority:2"`
	UserID    string `gorm:"primaryKey;size:64"`
	Channel   string `gorm:"primaryKey;size:32"`
	MessageID string `gorm:"size:64;not null;index:deliveries__message_id__notice_id,priority:1"`
	Text      string `gorm:"size:64;not null"`
}

// Claim says which messages somebody wants to send.
type Claim struct {
	By       string
	Channels []string
	Limit    int
	Now      time.Time
	Until    time.Time // when others may take over what is not finished
}

// ClaimMessages takes messages that are ready and that nobody is sending, and
// notes that their sending has begun, before anything goes out.
func (s *Store) ClaimMessages(ctx context.Context, claim Claim) ([]Message, error) {
	ready := func(tx *gorm.DB) *gorm.DB {
		return tx.Where("state = ? AND next_at <= ? AND channel IN ? AND (claimed_until IS NULL OR claimed_until <= ?)",
			MessageWaiting, moment(claim.Now), claim.Channels, moment(claim.Now))
	}
	var claimed []Message
	// Mostly there is none, and nobody has to wait for that.
	if err := ready(s.read(ctx)).Limit(1).Find(&claimed).Error; err != nil || len(claimed) == 0 {
		return nil, err
	}
	err := s.Write(ctx, func(tx *gorm.DB) error {
		claimed = nil
		// Others pass over the rows that are locked here and take the next ones.
		err := ready(tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})).
			Order("next_at, id").Limit(claim.Limit).Find(&claimed).Error
		if err != nil || len(claimed) == 0 {
			return err
		}
		ids := convert(claimed, func(m Message) string { return m.ID })
		return tx.Model(&Message{}).Where("id IN ?", ids).Updates(map[string]any{
			"claimed_by": claim.By, "claimed_until": moment(claim.Until), "attempts": gorm.Expr("attempts + 1"),
			"begun_at": gorm.Expr("COALESCE(begun_at, ?)", moment(claim.Now)),
		}).Error
	})
	for i := range claimed {
		claimed[i].Attempts++
	}
	return claimed, err
}

// Settled is how an attempt to send a message ended.
type Settled struct {
	ID     string
	State  MessageState // MessageWaiting where it is to be tried again
	At     time.Time    // when it was sent, or is tried again
	Reason string       // why it was not sent
}

// SettleMessages notes how attempts ended, of messages that were claimed and that
// nobody else has taken over since.
func (s *Store) SettleMessages(ctx context.Context, by string, settled []Settled) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		for _, one := range settled {
			columns := map[string]any{"state": one.State, "claimed_by": "", "claimed_until": nil, "error": shortened(one.Reason, 500)}
			switch one.State {
			case MessageWaiting:
				columns["next_at"] = moment(one.At)
			case MessageSent:
				columns["sent_at"] = moment(one.At)
			}
			err := tx.Model(&Message{}).Where("id = ? AND claimed_by = ? AND state = ?", one.ID, by, MessageWaiting).Updates(columns).Error
			if err != nil {
				return fmt.Errorf("settle message %s: %w", one.ID, err)
			}
		}
		return nil
	})
}

// shortened cuts a text to so many characters.
func shortened(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// NoticesOf returns the notices of messages, by message, oldest first.
func (s *Store) NoticesOf(ctx context.Context, messages []string) (map[string][]Notice, error) {
	var rows []struct {
		Notice    `gorm:"embedded"`
		MessageID string
	}
	err := s.read(ctx).Table("notices").Select("notices.*, deliveries.message_id").
		Joins("JOIN deliveries ON deliveries.notice_id = notices.id").Where("deliveries.message_id IN ?", messages).Scan(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	byMessage := make(map[string][]Notice, len(messages))
	for _, r := range rows {
		byMessage[r.MessageID] = append(byMessage[r.MessageID], r.Notice)
	}
	for _, notices := range byMessage {
		slices.SortFunc(notices, func(a, b Notice) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	}
	return byMessage, nil
}

// MessageFilter chooses messages for a list; zero fields choose all.
type MessageFilter struct {
	PageRequest
	State  MessageState
	UserID string
}

// Messages lists messages, newest first.
func (s *Store) Messages(ctx context.Context, filter MessageFilter) (Page[Message], error) {
	query := equal(s.read(ctx), "state", filter.State)
	query = equal(query, "user_id", filter.UserID)
	return paginate(query, filter.PageRequest,
		descending("created_at", func(m *Message) time.Time { return m.CreatedAt }),
		descending("id", func(m *Message) string { return m.ID }))
}
