package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"duban/projection"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"pgregory.net/rapid"
)

func TestProjectShowsEveryKindOfRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		due := noon.Add(48 * time.Hour)
		for _, start := range []struct {
			kind, instance string
			first, second  projection.View
		}{
			{"target", "target/p1/3/2026", targetView(3, 2026, 4), targetView(3, 2026, 2)},
			{"assignment", "assignment/p1-3-2026-1", assignmentView("p1-3-2026-1", "u5", due), assignmentView("p1-3-2026-1", "u5", due.Add(time.Hour))},
			{"supervision", "supervision/p1-3-2026-1/1", supervisionView("p1-3-2026-1", 1), supervisionView("p1-3-2026-1", 1)},
			{"signoff", "signoff/abc", withAttachments(signOffView("signoff/abc", "signoff.abc.1", 3, 0), "f1", "f2"),
				withAttachments(signOffView("signoff/abc", "signoff.abc.1", 3, 1), "f1")},
		} {
			p := newProcess(start.kind, start.instance)
			project(t, s, p.next(t, start.first, "opened"))
			requireShows(t, s, p)
			project(t, s, p.next(t, start.second, "changed", "told"))
			requireShows(t, s, p)
		}
	})
}

// TestProjectAnyCourse takes random courses, with each change sent once, twice
// or late, and compares the read model with the process at every point.
func TestProjectAnyCourse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		course := 0
		rapid.Check(t, func(draw *rapid.T) {
			course++
			id := fmt.Sprintf("c%d", course)
			p := newProcess("signoff", "signoff/"+id)
			var sent []projection.Change
			for range rapid.IntRange(1, 6).Draw(draw, "acts") {
				signers := rapid.IntRange(0, 4).Draw(draw, "signers")
				view := signOffView(p.ledger.Instance, "signoff."+id+".1", signers, rapid.IntRange(0, signers).Draw(draw, "signed"))
				view.Signers = append(view.Signers, p.view.Signers[min(len(p.view.Signers), signers):]...) // signers only ever grow
				sent = append(sent, p.next(t, view, make([]string, rapid.IntRange(1, 3).Draw(draw, "events"))...))
				project(t, s, sent[len(sent)-1])
				again := rapid.IntRange(0, len(sent)-1).Draw(draw, "again")
				project(t, s, sent[again])
			}
			requireShows(t, s, p)
		})
	})
}

func TestProjectRefusesAGap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/a")
		first := p.next(t, signOffView("signoff/a", "signoff.a.1", 3, 0))
		second := p.next(t, signOffView("signoff/a", "signoff.a.1", 3, 1))
		third := p.next(t, signOffView("signoff/a", "signoff.a.1", 3, 2))
		require.ErrorIs(t, s.Project(t.Context(), second), store.ErrGap)
		project(t, s, first)
		require.ErrorIs(t, s.Project(t.Context(), third), store.ErrGap)
		project(t, s, second)
		project(t, s, third)
		requireShows(t, s, p)
	})
}

// TestRebaseFollowsTheProcess projects an act that did not become durable,
// because the worker died right after it, and then what really happened.
func TestRebaseFollowsTheProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/a")
		project(t, s, p.next(t, signOffView("signoff/a", "signoff.a.1", 4, 0)))
		lost := p.clone()
		lost.now = lost.now.Add(time.Minute)
		project(t, s, lost.next(t, withAttachments(signOffView("signoff/a", "signoff.a.1", 4, 2), "f1", "f2"), "signed", "signed"))

		change := p.next(t, withAttachments(signOffView("signoff/a", "signoff.a.1", 4, 1), "f3"), "signed")
		require.ErrorIs(t, s.Project(t.Context(), change), store.ErrChain)
		requireShows(t, s, lost)

		require.NoError(t, s.Rebase(t.Context(), change, p.snapshot()))
		requireShows(t, s, p)
		project(t, s, change)
		project(t, s, p.next(t, signOffView("signoff/a", "signoff.a.1", 4, 3), "signed"))
		requireShows(t, s, p)
	})
}

func TestRebaseNeedsASnapshotOfTheChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/a")
		early := p.snapshot()
		change := p.next(t, signOffView("signoff/a", "signoff.a.1", 1, 0))
		early.Ledger.Instance = p.ledger.Instance
		require.ErrorIs(t, s.Rebase(t.Context(), change, early), store.ErrInvalid)
		require.ErrorIs(t, s.Rebase(t.Context(), change, newProcess("signoff", "signoff/b").snapshot()), store.ErrInvalid)
	})
}

// TestProjectAfterReplace replaces the rows while a change is still on its way:
// the change brings its events and leaves the rows alone.
func TestProjectAfterReplace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/a")
		project(t, s, p.next(t, signOffView("signoff/a", "signoff.a.1", 4, 0)))
		late := p.next(t, signOffView("signoff/a", "signoff.a.1", 4, 1))
		require.ErrorIs(t, s.Replace(t.Context(), p.snapshot(), 7), store.ErrStale)
		require.NoError(t, s.Replace(t.Context(), p.snapshot(), 1))
		project(t, s, late)
		project(t, s, p.next(t, signOffView("signoff/a", "signoff.a.1", 4, 2)))
		requireShows(t, s, p)
	})
}

func TestProjectRefusesWhatDoesNotHoldTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		for name, spoil := range map[string]func(*projection.Change){
			"no events":     func(c *projection.Change) { c.Events = nil },
			"no step":       func(c *projection.Change) { c.To = c.From },
			"no instance":   func(c *projection.Change) { c.Instance = "" },
			"wrong end":     func(c *projection.Change) { c.Hash = "0" },
			"missing event": func(c *projection.Change) { c.Events = append(c.Events[:1:1], c.Events[2]) },
			"broken chain":  func(c *projection.Change) { c.Events[1].Prev = "0" },
			"other's event": func(c *projection.Change) { c.Events[0].Instance = "signoff/b" },
		} {
			t.Run(name, func(t *testing.T) {
				change := newProcess("signoff", "signoff/a").next(t, signOffView("signoff/a", "signoff.a.1", 1, 0), "a", "b", "c")
				spoil(&change)
				require.ErrorIs(t, s.Project(t.Context(), change), store.ErrInvalid)
				_, err := s.Instance(t.Context(), "signoff/a")
				require.ErrorIs(t, err, store.ErrNotFound)
			})
		}
	})
}

// TestProjectIsAllOrNothing makes the last row of a change fail.
func TestProjectIsAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/a")
		project(t, s, p.next(t, signOffView("signoff/a", "signoff.a.1", 3, 0)))
		before := p.clone()
		change := p.next(t, signOffView("signoff/a", "signoff.a.1", 3, 1))
		blocking := store.Notice{ID: "signoff/a#2.1", Instance: "signoff/a", At: noon}
		require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error { return tx.Create(&blocking).Error }))
		require.ErrorIs(t, s.Project(t.Context(), change), store.ErrConflict)
		require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error { return tx.Delete(&blocking).Error }))
		requireShows(t, s, before)
		project(t, s, change)
		requireShows(t, s, p)
	})
}

func TestProjectManyInstancesAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		const processes, acts = 16, 8
		var all [processes]*process
		var wg sync.WaitGroup
		failures := make(chan error, processes)
		for i := range all {
			id := fmt.Sprintf("n%d", i)
			all[i] = newProcess("signoff", "signoff/"+id)
			var changes []projection.Change
			for n := range acts {
				changes = append(changes, all[i].next(t, signOffView("signoff/"+id, "signoff."+id+".1", acts, n)))
			}
			wg.Go(func() {
				for _, change := range changes {
					if err := s.Project(t.Context(), change); err != nil {
						failures <- err
						return
					}
				}
			})
		}
		wg.Wait()
		close(failures)
		for err := range failures {
			require.NoError(t, err)
		}
		for _, p := range all {
			requireShows(t, s, p)
		}
	})
}

// TestProjectTwiceAtOnce sends the same changes from two places.
func TestProjectTwiceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/a")
		for n := range 8 {
			change := p.next(t, signOffView("signoff/a", "signoff.a.1", 8, n))
			var wg sync.WaitGroup
			var errs [2]error
			for i := range errs {
				wg.Go(func() { errs[i] = s.Project(t.Context(), change) })
			}
			wg.Wait()
			for _, err := range errs {
				if err != nil { // two openings at once: the second is told, and succeeds when it comes again
					require.ErrorIs(t, err, store.ErrConflict)
				}
			}
			project(t, s, change)
		}
		requireShows(t, s, p)
	})
}

// TestProjectWhileLocked holds the database by another writer for longer than a
// projection waits.
func TestProjectWhileLocked(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s := dbtest.Open(t, store.Options{URL: url, LockWait: time.Second})
		other := dbtest.Open(t, store.Options{URL: url})
		p := newProcess("signoff", "signoff/a")
		project(t, s, p.next(t, signOffView("signoff/a", "signoff.a.1", 3, 0)))
		change := p.next(t, signOffView("signoff/a", "signoff.a.1", 3, 1))

		held, release := make(chan struct{}), make(chan struct{})
		done := make(chan error, 1)
		go func() {
			done <- other.Write(context.WithoutCancel(t.Context()), func(tx *gorm.DB) error {
				err := tx.Exec("UPDATE instances SET version = version WHERE id = ?", "signoff/a").Error
				close(held)
				<-release
				return err
			})
		}()
		<-held
		err := s.Project(t.Context(), change)
		close(release)
		require.NoError(t, <-done)
		require.ErrorIs(t, err, store.ErrUnavailable)
		project(t, s, change)
		requireShows(t, s, p)
	})
}

func TestProjectAStepOfManySigners(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		const signers = 5000
		p := newProcess("signoff", "signoff/a")
		project(t, s, p.next(t, signOffView("signoff/a", "signoff.a.1", signers, 0)))
		requireShows(t, s, p)
		project(t, s, p.next(t, signOffView("signoff/a", "signoff.a.1", signers, signers)))
		requireShows(t, s, p)
	})
}
