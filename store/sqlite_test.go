package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// lockFile takes the write lock of a database file, as another process would,
// and returns what gives it back.
func lockFile(t *testing.T, url string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	release = sync.OnceFunc(func() { assert.NoError(t, db.Close()) })
	t.Cleanup(release)
	return release
}

func TestALockedFileIsUnavailable(t *testing.T) {
	url := dbtest.SQLite(t)
	s := dbtest.Open(t, store.Options{URL: url, LockWait: 10 * time.Millisecond})
	saveUnits(t, s, "市教育局")
	release := lockFile(t, url)
	_, err := s.SaveUnits(t.Context(), []store.Unit{{Name: "市财政局", Active: true}})
	require.ErrorIs(t, err, store.ErrUnavailable)

	registry, err := s.Registry(t.Context())
	require.NoError(t, err, "reading goes on")
	require.Len(t, registry.Units(), 1)

	release()
	saveUnits(t, s, "市财政局")
}

func TestAWriteWaitsForALockedFile(t *testing.T) {
	url := dbtest.SQLite(t)
	s := dbtest.Open(t, store.Options{URL: url, LockWait: time.Minute})
	release := lockFile(t, url)
	done := make(chan error, 1)
	go func() { done <- s.Write(t.Context(), func(tx *gorm.DB) error { return setting(tx, "kept") }) }()
	select {
	case err := <-done:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(20 * time.Millisecond): // long enough to fail, were it to
	}
	release()
	require.NoError(t, <-done)
}

// TestAWriteThatCannotCommit makes COMMIT fail, after which SQLite keeps the
// transaction open. The writes after it are not harmed.
func TestAWriteThatCannotCommit(t *testing.T) {
	s := dbtest.Open(t, store.Options{URL: dbtest.SQLite(t)})
	err := s.Write(t.Context(), func(tx *gorm.DB) error {
		if err := tx.Exec("PRAGMA defer_foreign_keys = 1").Error; err != nil {
			return err
		}
		return tx.Create(&store.User{ID: "u", Login: "u", UnitID: "nobody"}).Error
	})
	require.ErrorIs(t, err, store.ErrReference)
	saveUnits(t, s, "市教育局")
	_, err = s.User(t.Context(), "u")
	require.ErrorIs(t, err, store.ErrNotFound)
}

// TestAWriteThatEndsTheTransaction breaks the rule that a write leaves the
// transaction to the store, as a full disk would.
func TestAWriteThatEndsTheTransaction(t *testing.T) {
	s := dbtest.Open(t, store.Options{URL: dbtest.SQLite(t)})
	err := s.Write(t.Context(), func(tx *gorm.DB) error {
		if err := setting(tx, "gone"); err != nil {
			return err
		}
		return tx.Exec("ROLLBACK").Error
	})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.Empty(t, settingKeys(t, s))
	saveUnits(t, s, "市教育局")
}

// TestWritesShareATransaction queues many writes behind one and checks that some
// see rows of others that are not committed yet.
func TestWritesShareATransaction(t *testing.T) {
	url := dbtest.SQLite(t)
	s := dbtest.Open(t, store.Options{URL: url})
	others, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, others.Close()) })

	first, queued := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		assert.NoError(t, s.Write(t.Context(), func(*gorm.DB) error {
			close(first)
			<-queued // the queue fills behind this one
			return nil
		}))
	})
	<-first
	uncommitted := 0 // the most rows that a write saw and others did not
	for i := range 32 {
		wg.Go(func() {
			assert.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error {
				if err := setting(tx, fmt.Sprint(i)); err != nil {
					return err
				}
				var inside, outside int
				err := tx.Raw("SELECT count(*) FROM settings").Scan(&inside).Error
				if err == nil {
					err = others.QueryRowContext(t.Context(), "SELECT count(*) FROM settings").Scan(&outside)
				}
				uncommitted = max(uncommitted, inside-outside)
				time.Sleep(time.Millisecond) // others queue up meanwhile
				return err
			}))
		})
	}
	close(queued)
	wg.Wait()
	require.Greater(t, uncommitted, 1)
	require.Len(t, settingKeys(t, s), 32)
}
