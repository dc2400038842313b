package act

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// remembered bounds how many acts a ledger keeps to recognise a repetition.
// The engine recognises repetitions within one run by itself; the ledger is for
// those that straddle a continued run.
const remembered = 256

// Ledger numbers what happens to one instance and recognises what was already
// done. It travels with the instance for as long as it lives.
type Ledger struct {
	Instance string `json:"instance"`
	Version  int64  `json:"version"` // grows by one per accepted change
	Seq      int64  `json:"seq"`     // last event
	Hash     string `json:"hash"`    // hash of the last event
	Done     []Done `json:"done,omitempty"`
}

// Done is an act that was carried out, with its answer.
type Done struct {
	ID      string `json:"id"`
	Digest  string `json:"digest"`
	Version int64  `json:"version"`
}

// Recall returns the answer to an act that was already carried out.
func (l Ledger) Recall(id string) (Answer, bool) {
	i := slices.IndexFunc(l.Done, func(d Done) bool { return d.ID == id })
	if i < 0 {
		return Answer{}, false
	}
	return Answer{Version: l.Done[i].Version, Digest: l.Done[i].Digest}, true
}

// Admit refuses a command that was written for another version of the instance.
func (l Ledger) Admit(c Command) error {
	if c.ExpectedVersion != 0 && c.ExpectedVersion != l.Version {
		return NotNow("stale",
			fmt.Sprintf("内容已被他人更新（您看到的是第 %d 版，现为第 %d 版），请刷新后再操作。", c.ExpectedVersion, l.Version),
			fmt.Sprintf("The record changed (you saw version %d, it is at %d); reload and try again.", c.ExpectedVersion, l.Version))
	}
	return nil
}

// Record takes in a change: the version grows by one, the events are numbered,
// dated and chained, and the act is remembered. The events are returned as they
// are to be kept.
func (l Ledger) Record(c Command, events []Event, now time.Time) (Ledger, []Event, error) {
	next := l
	next.Version++
	recorded := slices.Clone(events)
	for i := range recorded {
		e := &recorded[i]
		next.Seq++
		e.Instance, e.Seq, e.Version = l.Instance, next.Seq, next.Version
		e.At, e.Actor, e.Command, e.Prev = now.UTC().Truncate(time.Microsecond), c.Actor, c.ID, next.Hash
		hash, err := e.Seal()
		if err != nil {
			return l, nil, err
		}
		e.Hash, next.Hash = hash, hash
	}
	if c.ID != "" {
		done := append(slices.Clone(l.Done), Done{ID: c.ID, Digest: c.Digest(), Version: next.Version})
		next.Done = done[max(0, len(done)-remembered):]
	}
	return next, recorded, nil
}

// Seal computes the hash of an event over everything in it but the hash itself.
func (e Event) Seal() (string, error) {
	e.Hash = ""
	text, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("seal event %s/%d: %w", e.Instance, e.Seq, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Happened makes an event of a type with its data. The data must be something
// that JSON can hold; what happened is a programming error otherwise.
func Happened(kind string, data any, notices ...Notice) Event {
	text, err := json.Marshal(data)
	if err != nil {
		panic(fmt.Sprintf("event %s: %v", kind, err))
	}
	return Event{Type: kind, Data: text, Notices: notices}
}
