package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// setting inserts a setting, for tests that want any row.
func setting(tx *gorm.DB, key string) error {
	return tx.Create(&store.Setting{Key: key, Value: store.JSON("1")}).Error
}

func settingKeys(t *testing.T, s *store.Store) []string {
	t.Helper()
	all, err := s.Settings(t.Context())
	require.NoError(t, err)
	keys := make([]string, len(all))
	for i, setting := range all {
		keys[i] = setting.Key
	}
	return keys
}

// TestAFailingWriteFailsAlone lets many writes run at once, of which every third
// fails after it wrote.
func TestAFailingWriteFailsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		mine := errors.New("mine")
		var wg sync.WaitGroup
		var want []string
		for i := range 60 {
			key := fmt.Sprintf("k%02d", i)
			if i%3 != 0 {
				want = append(want, key)
			}
			wg.Go(func() {
				err := s.Write(t.Context(), func(tx *gorm.DB) error {
					if err := setting(tx, key); err != nil {
						return err
					}
					switch i % 6 {
					case 0:
						return mine
					case 3:
						return setting(tx, key) // taken, by itself
					}
					return nil
				})
				switch i % 6 {
				case 0:
					assert.ErrorIs(t, err, mine)
				case 3:
					assert.ErrorIs(t, err, store.ErrConflict)
				default:
					assert.NoError(t, err)
				}
			})
		}
		wg.Wait()
		require.Equal(t, want, settingKeys(t, s))
	})
}

func TestAPanicInAWriteIsItsCallers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		require.PanicsWithValue(t, "mine", func() {
			_ = s.Write(t.Context(), func(tx *gorm.DB) error {
				assert.NoError(t, setting(tx, "gone"))
				panic("mine")
			})
		})
		require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error { return setting(tx, "kept") }))
		require.Equal(t, []string{"kept"}, settingKeys(t, s))
	})
}

func TestAWriteThatEndsItsGoroutine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = s.Write(t.Context(), func(tx *gorm.DB) error {
				assert.NoError(t, setting(tx, "gone"))
				runtime.Goexit()
				return nil
			})
		}()
		<-done
		require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error { return setting(tx, "kept") }))
		require.Equal(t, []string{"kept"}, settingKeys(t, s))
	})
}

func TestACancelledWriteNeverRuns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := s.Write(ctx, func(tx *gorm.DB) error {
			t.Error("it runs")
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
	})
}

// TestAWriteThatBeganIsNotCutOff cancels a write while it runs: its caller
// learns that it is there.
func TestAWriteThatBeganIsNotCutOff(t *testing.T) {
	type key struct{}
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "carried"))
		err := s.Write(ctx, func(tx *gorm.DB) error {
			cancel()
			assert.Equal(t, "carried", tx.Statement.Context.Value(key{}))
			return setting(tx, "kept")
		})
		require.NoError(t, err)
		require.Equal(t, []string{"kept"}, settingKeys(t, s))
	})
}

// TestCloseWaitsForWrites closes the store while writes run: each is either kept
// or refused with ErrUnavailable, and says truly which.
func TestCloseWaitsForWrites(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s, err := store.Open(t.Context(), store.Options{URL: url})
		require.NoError(t, err)
		var wg sync.WaitGroup
		var kept atomic.Int32
		started := make(chan struct{}, 40)
		for i := range 40 {
			wg.Go(func() {
				err := s.Write(t.Context(), func(tx *gorm.DB) error {
					started <- struct{}{}
					return setting(tx, fmt.Sprint(i))
				})
				if err == nil {
					kept.Add(1)
					return
				}
				assert.ErrorIs(t, err, store.ErrUnavailable)
			})
		}
		<-started
		require.NoError(t, s.Close())
		wg.Wait()
		err = s.Write(t.Context(), func(*gorm.DB) error { return nil })
		require.ErrorIs(t, err, store.ErrUnavailable)

		again := dbtest.Open(t, store.Options{URL: url})
		require.Positive(t, kept.Load())
		require.Len(t, settingKeys(t, again), int(kept.Load()))
	})
}

// TestReadersSeeWholeWrites reads while two rows are moved together, always by
// one write.
func TestReadersSeeWholeWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		plan, units := createPlan(t, s)
		var wg sync.WaitGroup
		stop := make(chan struct{})
		wg.Go(func() {
			defer close(stop)
			for i := range 20 {
				task, err := s.Task(t.Context(), plan.ID, 1)
				if !assert.NoError(t, err) {
					return
				}
				written := fmt.Sprint(i)
				task.Title = written
				task.Units = []store.TaskUnit{{Role: store.Lead, Written: written, UnitID: &units[0].ID}}
				if _, err := s.SaveTask(t.Context(), task); !assert.NoError(t, err) {
					return
				}
			}
		})
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				task, err := s.Task(t.Context(), plan.ID, 1)
				if !assert.NoError(t, err) {
					return
				}
				if task.Version > 1 {
					assert.Len(t, task.Units, 1)
					assert.Equal(t, task.Title, task.Units[0].Written)
				}
			}
		})
		wg.Wait()
	})
}
