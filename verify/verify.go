// Package verify proves the record: it recomputes the chain of events, compares
// the read model with the processes, and projects again what differs.
package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"

	"duban/projection"
	"duban/store"
)

// Source is where processes are asked what they show.
type Source interface {
	// Snapshot asks one process, open or closed. The error holds a
	// *serviceerror.NotFound where the engine does not know it (any more).
	Snapshot(ctx context.Context, workflow string) (projection.Snapshot, error)
}

// Options say what is verified and what is done about it.
type Options struct {
	Store *store.Store
	// Instances are verified besides those that the database knows, such as the
	// processes that the engine lists.
	Instances []string
	// Repair projects again what differs from the process. Events are never
	// invented: a record that is damaged stays so and is reported.
	Repair bool
	// Settle is how long to wait before looking again at a process and its rows
	// that do not stand at the same version, because an act is on its way; 0
	// means 200 ms. They are looked at five times.
	Settle time.Duration
}

// looks is how often rows that are behind their process are looked at.
const looks = 5

// Run verifies everything and returns what it found. The error means that it
// could not be found out.
func Run(ctx context.Context, processes Source, options Options) (Report, error) {
	if options.Settle == 0 {
		options.Settle = 200 * time.Millisecond
	}
	v := &verification{Options: options, processes: processes, report: Report{Findings: []Finding{}}}
	if err := v.all(ctx); err != nil {
		return v.report, fmt.Errorf("verify: %w", err)
	}
	v.report.Clean = len(v.report.Findings) == 0
	return v.report, nil
}

type verification struct {
	Options
	processes Source
	report    Report
}

// all verifies the instances that the database knows, those of which it has
// only rows, and those that were named.
func (v *verification) all(ctx context.Context) error {
	known := map[string]bool{}
	filter := store.InstanceFilter{PageRequest: store.PageRequest{Limit: store.MaxLimit}}
	for {
		page, err := v.Store.Instances(ctx, filter)
		if err != nil {
			return fmt.Errorf("list the instances: %w", err)
		}
		for _, instance := range page.Items {
			known[instance.ID] = true
			if err := v.instance(ctx, instance.ID); err != nil {
				return err
			}
		}
		if filter.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	headless, err := v.Store.Headless(ctx)
	if err != nil {
		return fmt.Errorf("look for rows without an instance: %w", err)
	}
	for _, id := range append(headless, v.Instances...) {
		if known[id] {
			continue
		}
		known[id] = true
		if err := v.instance(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// instance verifies one process: its rows, its head and its record.
func (v *verification) instance(ctx context.Context, id string) error {
	v.report.Instances++
	shown, snapshot, err := v.lookAt(ctx, id)
	if err != nil {
		return err
	}
	if snapshot == nil {
		v.unanswered(shown)
	} else if err := v.compare(ctx, shown, *snapshot); err != nil {
		return err
	}
	end := head{id: id, plan: shown.Instance.PlanID, seq: shown.Instance.Seq, hash: shown.Instance.Hash}
	if snapshot != nil && (shown.Instance.Version == 0 || shown.Instance.Version == snapshot.Ledger.Version) {
		end = head{id: id, plan: snapshot.PlanID, seq: snapshot.Ledger.Seq, hash: snapshot.Ledger.Hash}
	}
	return v.record(ctx, end)
}

// lookAt reads what the database and the process show of an instance, and looks
// again while an act is on its way from one to the other. The snapshot is nil
// where the engine does not know the process.
func (v *verification) lookAt(ctx context.Context, id string) (store.Shown, *projection.Snapshot, error) {
	for look := 1; ; look++ {
		shown, err := v.Store.Shown(ctx, id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return shown, nil, fmt.Errorf("read %s: %w", id, err)
		}
		shown.Instance.ID = id
		snapshot, err := v.processes.Snapshot(ctx, id)
		if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
			return shown, nil, nil
		}
		if err != nil {
			return shown, nil, err
		}
		if snapshot.Ledger.Version == shown.Instance.Version || look == looks {
			return shown, &snapshot, nil
		}
		select {
		case <-ctx.Done():
			return shown, nil, ctx.Err()
		case <-time.After(v.Settle):
		}
	}
}

// unanswered judges an instance whose process the engine does not know. A closed
// one is forgotten by the engine after a while, and its rows are what remains.
func (v *verification) unanswered(shown store.Shown) {
	if shown.Instance.Closed {
		v.report.Forgotten++
		return
	}
	v.find(Finding{Kind: ProcessMissing, Instance: shown.Instance.ID})
}

// compare lists the differences between the rows and the process, and projects
// again if that is wanted.
func (v *verification) compare(ctx context.Context, shown store.Shown, snapshot projection.Snapshot) error {
	findings := append(compareHeads(shown.Instance, snapshot), compareViews(shown.Instance.ID, shown.View, snapshot.View)...)
	if len(findings) == 0 {
		return nil
	}
	repaired := false
	if v.Repair {
		err := v.Store.Replace(ctx, snapshot, shown.Instance.Version)
		switch {
		case errors.Is(err, store.ErrStale): // an act came in between: nothing is lost, the next run will tell
		case err != nil:
			return fmt.Errorf("project %s again: %w", shown.Instance.ID, err)
		default:
			repaired = true
		}
	}
	for _, f := range findings {
		f.Repairable, f.Repaired = true, repaired
		v.find(f)
	}
	return nil
}

func (v *verification) find(f Finding) {
	if f.Repaired {
		v.report.Repaired++
	}
	v.report.Findings = append(v.report.Findings, f)
}
