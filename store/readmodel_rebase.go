package store

import (
	"context"
	"fmt"
	"slices"

	"duban/projection"

	"gorm.io/gorm"
)

// Shown is what the read model shows of one process, at one moment.
type Shown struct {
	Instance Instance
	View     projection.View // rows by id
}

// Shown returns what the read model shows of a process. Without a head the
// error is ErrNotFound; the rows that are there nevertheless are returned.
func (s *Store) Shown(ctx context.Context, instance string) (Shown, error) {
	var shown Shown
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		for _, t := range tables() {
			if err := t.load(tx, instance, &shown.View); err != nil {
				return err
			}
		}
		return tx.Take(&shown.Instance, "id = ?", instance).Error
	})
	return shown, err
}

// Record returns up to limit events of an instance after a place in its record,
// as they are kept.
func (s *Store) Record(ctx context.Context, instance string, after int64, limit int) ([]KeptEvent, error) {
	var events []KeptEvent
	err := s.read(ctx).Where("instance = ? AND seq > ?", instance, after).Order("seq").Limit(limit).Find(&events).Error
	return events, err
}

// Headless returns, in order, the ids of instances that have rows or events and
// no head. There are none unless the database was changed by another hand.
func (s *Store) Headless(ctx context.Context) ([]string, error) {
	query := ""
	for _, t := range append(tableNames(), "events") {
		if query != "" {
			query += " UNION "
		}
		query += "SELECT instance FROM " + quote(t) + " AS r WHERE NOT EXISTS (SELECT 1 FROM instances WHERE instances.id = r.instance)"
	}
	var ids []string
	err := translate(s.read(ctx).Raw(query + " ORDER BY instance").Scan(&ids).Error)
	return ids, err
}

func tableNames() []string {
	return convert(tables(), func(t table) string { return t.name() })
}

// Replace projects a process again from its snapshot: head and rows become the
// snapshot's. Seen is the version at which the read model stood when the
// snapshot was compared with it, 0 without a head; ErrStale says that it moved.
// Events are left alone, as a snapshot has none.
func (s *Store) Replace(ctx context.Context, snapshot projection.Snapshot, seen int64) error {
	ledger := snapshot.Ledger
	return s.Write(ctx, func(tx *gorm.DB) error {
		stands, err := standsAt(tx, ledger.Instance)
		if err != nil {
			return err
		}
		if stands != seen {
			return fmt.Errorf("%s stands at version %d, not %d: %w", ledger.Instance, stands, seen, ErrStale)
		}
		head := Instance{ID: ledger.Instance, Kind: snapshot.Kind, PlanID: snapshot.PlanID, Version: ledger.Version,
			Seq: ledger.Seq, Hash: ledger.Hash, Closed: snapshot.Closed, UpdatedAt: s.now()}
		return replaceRows(tx, head, snapshot.View)
	})
}

// Rebase ends the contradiction that Project found with ErrChain. The process
// is right: its change takes the place of whatever the record holds from there
// on, and rows become those of the snapshot, which was taken at the change or
// after it.
func (s *Store) Rebase(ctx context.Context, change projection.Change, snapshot projection.Snapshot) error {
	if err := checkChange(change); err != nil {
		return err
	}
	if snapshot.Ledger.Instance != change.Instance || snapshot.Ledger.Version < change.To {
		return &InvalidError{Field: "snapshot", Reason: fmt.Sprintf(
			"快照不属于该变更或早于该变更 (the snapshot of %s at version %d does not cover the change of %s to %d)",
			snapshot.Ledger.Instance, snapshot.Ledger.Version, change.Instance, change.To)}
	}
	added, err := recordOf(change)
	if err != nil {
		return err
	}
	var dropped int64
	err = s.Write(ctx, func(tx *gorm.DB) error {
		if _, err := standsAt(tx, change.Instance); err != nil {
			return err
		}
		if dropped, err = dropRecord(tx, change.Instance, change.Events[0].Seq); err != nil {
			return err
		}
		if err := added.write(tx); err != nil {
			return err
		}
		return replaceRows(tx, *headOf(change), snapshot.View)
	})
	if err == nil {
		s.log.WarnContext(ctx, "events of acts that did not become durable gave way to what the process did",
			"instance", change.Instance, "from", change.Events[0].Seq, "dropped", dropped)
	}
	return err
}

// standsAt locks the head of an instance until the transaction ends and returns
// its version; 0 without a head.
func standsAt(tx *gorm.DB, instance string) (int64, error) {
	// An update that changes nothing locks the row on both dialects.
	if err := tx.Exec("UPDATE instances SET version = version WHERE id = ?", instance).Error; err != nil {
		return 0, fmt.Errorf("lock the head of %s: %w", instance, err)
	}
	var versions []int64
	if err := tx.Model(&Instance{}).Where("id = ?", instance).Pluck("version", &versions).Error; err != nil {
		return 0, fmt.Errorf("read the head of %s: %w", instance, err)
	}
	if len(versions) == 0 {
		return 0, nil
	}
	return versions[0], nil
}

// unsent takes notices out of the messages that nobody has begun to send. What
// has gone out stays known, so that the same words do not go out again.
const unsent = "DELETE FROM deliveries WHERE notice_id IN ? AND message_id IN (SELECT id FROM messages WHERE begun_at IS NULL)"

// dropRecord removes the record of an instance from an event on, and returns
// how many events that were.
func dropRecord(tx *gorm.DB, instance string, from int64) (int64, error) {
	wrong := func(err error) error {
		return fmt.Errorf("drop the record of %s from event %d: %w", instance, from, err)
	}
	// The ids of an instance's notices begin with its own and "#", whose
	// successor is "$": together they are one range of the primary key.
	var notices []string
	err := tx.Model(&Notice{}).Where("id > ? AND id < ? AND seq >= ?", instance+"#", instance+"$", from).Pluck("id", &notices).Error
	if err != nil {
		return 0, wrong(err)
	}
	for ids := range slices.Chunk(notices, mostIDs) {
		for _, statement := range []string{"DELETE FROM outbox WHERE notice_id IN ?", unsent, "DELETE FROM notices WHERE id IN ?"} {
			if err := tx.Exec(statement, ids).Error; err != nil {
				return 0, wrong(err)
			}
		}
	}
	events := tx.Exec("DELETE FROM events WHERE instance = ? AND seq >= ?", instance, from)
	if events.Error != nil {
		return 0, wrong(events.Error)
	}
	return events.RowsAffected, nil
}

// replaceRows makes head and rows of an instance those given.
func replaceRows(tx *gorm.DB, head Instance, view projection.View) error {
	for _, name := range append(tableNames(), "instances") {
		column := "instance"
		if name == "instances" {
			column = "id"
		}
		if err := tx.Exec("DELETE FROM "+quote(name)+" WHERE "+column+" = ?", head.ID).Error; err != nil {
			return fmt.Errorf("clear %s of %s: %w", name, head.ID, err)
		}
	}
	for _, t := range tables() {
		if err := t.upsert(tx, head.ID, &view); err != nil {
			return err
		}
	}
	if err := tx.Create(&head).Error; err != nil {
		return fmt.Errorf("write the head of %s: %w", head.ID, err)
	}
	return nil
}
