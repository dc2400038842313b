package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"duban/act"
	"duban/store"
)

// recordPage is how many events are read at a time.
const recordPage = 1000

// head is where the record of an instance must end.
type head struct {
	id   string
	plan string
	seq  int64
	hash string
}

// record follows the chain of an instance from its first event to its head. What
// is wrong here cannot be repaired: there is no other copy of it.
func (v *verification) record(ctx context.Context, end head) error {
	last, prev := int64(0), ""
	for last < end.seq {
		page, err := v.Store.Record(ctx, end.id, last, int(min(recordPage, end.seq-last)))
		if err != nil {
			return fmt.Errorf("read the record of %s: %w", end.id, err)
		}
		if len(page) == 0 || page[0].Seq > end.seq {
			break
		}
		for _, kept := range page {
			if kept.Seq <= end.seq {
				last, prev = v.event(kept, end, last, prev)
			}
		}
	}
	v.missing(end.id, last+1, end.seq)
	if last == end.seq && prev != end.hash {
		v.find(Finding{Kind: Tampered, Instance: end.id, Table: "events", ID: strconv.FormatInt(last, 10), Fields: []string{"head"}})
	}
	return v.beyond(ctx, end)
}

// beyond reports events after the head. Those that an act has added meanwhile
// came together with a head of their own, which is read after them.
func (v *verification) beyond(ctx context.Context, end head) error {
	extra, err := v.Store.Record(ctx, end.id, end.seq, recordPage)
	if err != nil || len(extra) == 0 {
		return err
	}
	now, err := v.Store.Instance(ctx, end.id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read the head of %s: %w", end.id, err)
	}
	for _, kept := range extra {
		if kept.Seq > now.Seq {
			v.find(Finding{Kind: Extra, Instance: end.id, Table: "events", ID: strconv.FormatInt(kept.Seq, 10)})
		}
	}
	return nil
}

// event verifies one event after the one before, and returns its place and hash
// as its successor must name them.
func (v *verification) event(kept store.KeptEvent, end head, last int64, prev string) (int64, string) {
	v.report.Events++
	v.missing(end.id, last+1, kept.Seq-1)
	id := strconv.FormatInt(kept.Seq, 10)
	event, err := kept.Event()
	if err != nil {
		v.find(Finding{Kind: Tampered, Instance: end.id, Table: "events", ID: id, Fields: []string{"text"}})
		return kept.Seq, kept.Hash
	}
	var fields []string
	if sealed(kept.Text, event.Hash) != event.Hash {
		fields = append(fields, "text")
	}
	if event.Prev != prev && kept.Seq == last+1 {
		fields = append(fields, "prev")
	}
	fields = append(fields, differingColumns(kept, event, end.plan)...)
	if len(fields) > 0 {
		v.find(Finding{Kind: Tampered, Instance: end.id, Table: "events", ID: id, Fields: fields})
	}
	return kept.Seq, event.Hash
}

// missing reports the events from one place to another, if there are any.
func (v *verification) missing(instance string, from, to int64) {
	if from > to {
		return
	}
	places := strconv.FormatInt(from, 10)
	if to > from {
		places += "-" + strconv.FormatInt(to, 10)
	}
	v.find(Finding{Kind: Missing, Instance: instance, Table: "events", ID: places})
}

// sealed computes the hash of an event from its text, byte for byte: over the
// text with its hash, which stands at the end, left empty. Thus a record stays
// provable even when later versions of the program know other fields.
func sealed(text, hash string) string {
	body, ends := strings.CutSuffix(text, `"`+hash+`"}`)
	if !ends {
		return ""
	}
	sum := sha256.Sum256([]byte(body + `""}`))
	return hex.EncodeToString(sum[:])
}

// differingColumns names the columns that do not repeat what the text says.
func differingColumns(kept store.KeptEvent, event act.Event, plan string) []string {
	right, err := store.KeepEvent(event, plan)
	if err != nil {
		return []string{"text"}
	}
	var fields []string
	differs := func(field string, is bool) {
		if is {
			fields = append(fields, field)
		}
	}
	differs("instance", kept.Instance != right.Instance)
	differs("seq", kept.Seq != right.Seq)
	differs("version", kept.Version != right.Version)
	differs("type", kept.Type != right.Type)
	differs("at", !kept.At.Equal(right.At))
	differs("plan", kept.PlanID != right.PlanID)
	differs("user", kept.UserID != right.UserID)
	differs("unit", kept.UnitID != right.UnitID)
	differs("onBehalfOf", kept.OnBehalfOf != right.OnBehalfOf)
	differs("command", kept.Command != right.Command)
	differs("hash", kept.Hash != right.Hash)
	return fields
}
