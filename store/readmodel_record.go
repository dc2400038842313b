package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"duban/act"
	"duban/projection"

	"gorm.io/gorm"
)

// KeptEvent is an event as the database keeps it: the text that was sealed, and
// columns that repeat what records are searched by.
type KeptEvent struct {
	Instance   string    `gorm:"primaryKey;size:128"`
	Seq        int64     `gorm:"primaryKey;autoIncrement:false"`
	Version    int64     `gorm:"not null"`
	Type       string    `gorm:"size:64;not null"`
	At         time.Time `gorm:"precision:6;not null"`
	PlanID     string    `gorm:"size:64;not null"`
	UserID     string    `gorm:"size:64;not null"`
	UnitID     string    `gorm:"size:64;not null"`
	OnBehalfOf string    `gorm:"size:64;not null"`
	Command    string    `gorm:"size:255;not null"`
	Hash       string    `gorm:"size:64;not null"`
	// Text is the whole event in JSON, byte for byte.
	Text string `gorm:"type:text;not null"`
}

// TableName says that these are the events.
func (KeptEvent) TableName() string { return "events" }

// KeepEvent returns the row that an event of a plan is kept as.
func KeepEvent(e act.Event, plan string) (KeptEvent, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return KeptEvent{}, fmt.Errorf("encode event %d of %s: %w", e.Seq, e.Instance, err)
	}
	return KeptEvent{Instance: e.Instance, Seq: e.Seq, Version: e.Version, Type: e.Type, At: moment(e.At), PlanID: plan,
		UserID: e.Actor.User, UnitID: e.Actor.Unit.ID, OnBehalfOf: e.Actor.OnBehalfOf, Command: e.Command,
		Hash: e.Hash, Text: string(text)}, nil
}

// Event reads the event out of its text.
func (k KeptEvent) Event() (act.Event, error) {
	var e act.Event
	if err := json.Unmarshal([]byte(k.Text), &e); err != nil {
		return act.Event{}, fmt.Errorf("decode event %d of %s: %w", k.Seq, k.Instance, err)
	}
	return e, nil
}

// Notice tells a party that something happened, as its inbox shows it.
type Notice struct {
	ID       string `json:"id" gorm:"primaryKey;size:192"` // <instance>#<seq>.<n>
	Instance string `json:"instance" gorm:"size:128;not null"`
	// Seq is the event that the notice came with.
	Seq      int64     `json:"seq" gorm:"not null"`
	UnitID   string    `json:"unit" gorm:"size:64;not null"`
	Role     string    `json:"role" gorm:"size:32;not null"`
	UserID   string    `json:"user" gorm:"size:64;not null"` // the only one who is told; empty for all
	Kind     string    `json:"kind" gorm:"size:64;not null"`
	Title    string    `json:"title" gorm:"size:1000;not null"`
	TitleEn  string    `json:"titleEn" gorm:"size:1000;not null"`
	Resource string    `json:"resource" gorm:"size:160;not null"` // path below /api/v1
	At       time.Time `json:"at" gorm:"precision:6;not null"`
}

// record is what a change adds to the record of its instance.
type record struct {
	events  []KeptEvent
	notices []Notice
	outbox  []outboxRow // one per notice, in the same order
}

func recordOf(c projection.Change) (record, error) {
	var r record
	for _, e := range c.Events {
		kept, err := KeepEvent(e, c.PlanID)
		if err != nil {
			return record{}, err
		}
		r.events = append(r.events, kept)
		for n, notice := range e.Notices {
			row := Notice{ID: fmt.Sprintf("%s#%d.%d", e.Instance, e.Seq, n+1), Instance: e.Instance, Seq: e.Seq,
				UnitID: notice.To.Unit, Role: string(notice.To.Role), UserID: notice.To.User, Kind: notice.Kind, Title: notice.Title, TitleEn: notice.TitleEn,
				Resource: resourceOf(c.Instance), At: kept.At}
			r.notices = append(r.notices, row)
			r.outbox = append(r.outbox, outboxRow{NoticeID: row.ID, PlanID: c.PlanID, Clock: e.Actor.IsClock(),
				Channels: strings.Join(notice.Channels, ","), At: row.At})
		}
	}
	return r, nil
}

// resourceOf is the path below /api/v1 of what a process is about.
func resourceOf(instance string) string {
	kind, id, _ := strings.Cut(instance, "/")
	switch kind {
	case "target":
		return "annual-targets/" + strings.ReplaceAll(id, "/", "-")
	case "assignment":
		return "assignments/" + id
	case "supervision":
		return "supervisions/" + strings.ReplaceAll(id, "/", ".")
	case "report":
		return "rounds/" + roundID(id)
	case "signoff":
		return "sign-offs/signoff." + id + ".1"
	default:
		return instance
	}
}

// write adds to the record. An event whose place is taken contradicts it.
func (r record) write(tx *gorm.DB) error {
	if err := tx.Create(&r.events).Error; errors.Is(err, ErrConflict) {
		return fmt.Errorf("events from %d of %s: %w: %w", r.events[0].Seq, r.events[0].Instance, ErrChain, err)
	} else if err != nil {
		return fmt.Errorf("write events of %s: %w", r.events[0].Instance, err)
	}
	if len(r.notices) == 0 {
		return nil
	}
	if err := tx.Create(&r.notices).Error; err != nil {
		return fmt.Errorf("write notices of %s: %w", r.events[0].Instance, err)
	}
	if err := tx.Create(&r.outbox).Error; err != nil {
		return fmt.Errorf("put notices of %s into the outbox: %w", r.events[0].Instance, err)
	}
	return nil
}

// complete adds what is missing of a change that has passed: nothing, unless
// the rows were projected again from a snapshot, which brings no events. An
// event that is there and differs is refused with ErrChain.
func (r record) complete(tx *gorm.DB, instance string) error {
	var there []KeptEvent
	first, last := r.events[0].Seq, r.events[len(r.events)-1].Seq
	err := tx.Select("instance", "seq", "hash").Where("instance = ? AND seq BETWEEN ? AND ?", instance, first, last).Find(&there).Error
	if err != nil {
		return fmt.Errorf("read events of %s: %w", instance, err)
	}
	hashes := make(map[int64]string, len(there))
	for _, e := range there {
		hashes[e.Seq] = e.Hash
	}
	for _, e := range r.events {
		if hash, known := hashes[e.Seq]; known && hash != e.Hash {
			return fmt.Errorf("event %d of %s is another one: %w", e.Seq, instance, ErrChain)
		}
	}
	missing := r.without(hashes)
	if len(missing.events) == 0 {
		return nil
	}
	return missing.write(tx)
}

// without returns the record less the events that are known.
func (r record) without(known map[int64]string) record {
	var rest record
	for _, e := range r.events {
		if _, is := known[e.Seq]; !is {
			rest.events = append(rest.events, e)
		}
	}
	for i, n := range r.notices {
		if _, is := known[n.Seq]; !is {
			rest.notices = append(rest.notices, n)
			rest.outbox = append(rest.outbox, r.outbox[i])
		}
	}
	return rest
}
