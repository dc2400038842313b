package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/projection"

	"gorm.io/gorm"
)

// Project writes what an act did, in one transaction: rows, events, notices
// on their way out and the head of the instance. A change that is there already does
// nothing, so that it may be sent as often as needed. A change that comes too
// early is refused with ErrGap, one that contradicts the record with ErrChain;
// in both cases nothing is written.
func (s *Store) Project(ctx context.Context, change projection.Change) error {
	if err := checkChange(change); err != nil {
		return err
	}
	record, err := recordOf(change)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *gorm.DB) error {
		turn, err := advance(tx, change)
		switch {
		case err != nil:
			return err
		case turn == passed:
			return record.complete(tx, change.Instance)
		}
		if err := writeRows(tx, change); err != nil {
			return err
		}
		return record.write(tx)
	})
}

// checkChange refuses a change that does not hold together.
func checkChange(c projection.Change) error {
	wrong := func(why string, args ...any) error {
		return &InvalidError{Field: "change", Reason: fmt.Sprintf("变更不完整 (the change of "+c.Instance+" is malformed): "+why, args...)}
	}
	if c.Instance == "" || c.To <= c.From || c.From < 0 || len(c.Events) == 0 {
		return wrong("from version %d to %d with %d events", c.From, c.To, len(c.Events))
	}
	for i, e := range c.Events {
		if e.Instance != c.Instance {
			return wrong("event %d belongs to %s", e.Seq, e.Instance)
		}
		if i > 0 && (e.Seq != c.Events[i-1].Seq+1 || e.Prev != c.Events[i-1].Hash) {
			return wrong("event %d does not follow the one before", e.Seq)
		}
	}
	if last := c.Events[len(c.Events)-1]; last.Seq != c.Seq || last.Hash != c.Hash {
		return wrong("it ends at event %d, not %d", last.Seq, c.Seq)
	}
	return nil
}

// turn says whether it is a change's turn to be applied.
type turn int

const (
	due    turn = iota // the instance stood at From and now stands at To
	passed             // it stood at To or beyond
)

// advance moves the head of the instance from where the change begins to where
// it ends. It also keeps other changes of the instance out until the
// transaction ends.
func advance(tx *gorm.DB, c projection.Change) (turn, error) {
	first := c.Events[0]
	if c.From > 0 {
		// The usual case needs one statement: compare, move and lock.
		moved := tx.Exec("UPDATE instances SET version = ?, seq = ?, hash = ?, closed = ?, updated_at = ?"+
			" WHERE id = ? AND version = ? AND seq = ? AND hash = ?",
			c.To, c.Seq, c.Hash, c.Closed, moment(c.At), c.Instance, c.From, first.Seq-1, first.Prev)
		if moved.Error != nil {
			return due, fmt.Errorf("move the head of %s: %w", c.Instance, moved.Error)
		}
		if moved.RowsAffected == 1 {
			return due, nil
		}
	}
	var head Instance
	err := tx.Take(&head, "id = ?", c.Instance).Error
	switch {
	case errors.Is(err, ErrNotFound) && c.From == 0:
		return due, begin(tx, c)
	case errors.Is(err, ErrNotFound):
		return due, fmt.Errorf("%s is not known and the change begins at version %d: %w", c.Instance, c.From, ErrGap)
	case err != nil:
		return due, fmt.Errorf("read the head of %s: %w", c.Instance, err)
	case head.Version >= c.To:
		return passed, nil
	case head.Version < c.From:
		return due, fmt.Errorf("%s stands at version %d and the change begins at %d: %w", c.Instance, head.Version, c.From, ErrGap)
	default:
		return due, fmt.Errorf("%s stands at version %d, event %d, and the change begins at version %d, event %d: %w",
			c.Instance, head.Version, head.Seq, c.From, first.Seq-1, ErrChain)
	}
}

// begin writes the head of an instance that was not known.
func begin(tx *gorm.DB, c projection.Change) error {
	if first := c.Events[0]; first.Seq != 1 || first.Prev != "" {
		return fmt.Errorf("%s begins with event %d: %w", c.Instance, first.Seq, ErrChain)
	}
	if err := tx.Create(headOf(c)).Error; err != nil {
		return fmt.Errorf("write the head of %s: %w", c.Instance, err)
	}
	return nil
}

// headOf is the head of the instance after a change.
func headOf(c projection.Change) *Instance {
	return &Instance{ID: c.Instance, Kind: c.Kind, PlanID: c.PlanID, Version: c.To, Seq: c.Seq, Hash: c.Hash,
		Closed: c.Closed, UpdatedAt: moment(c.At)}
}

// writeRows writes the rows that differ and takes away those that are gone.
func writeRows(tx *gorm.DB, c projection.Change) error {
	for _, t := range tables() {
		if err := t.upsert(tx, c.Instance, &c.Upserts); err != nil {
			return err
		}
	}
	if err := removeRows(tx, "items", c.Instance, c.Gone.Items); err != nil {
		return err
	}
	if err := removeRows(tx, "todos", c.Instance, c.Gone.Todos); err != nil {
		return err
	}
	if err := removeRows(tx, "parties", c.Instance, c.Gone.Parties); err != nil {
		return err
	}
	return removeRows(tx, "attachments", c.Instance, c.Gone.Attachments)
}

// moment is a time at the precision that the database keeps.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
