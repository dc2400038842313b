package store_test

import (
	"io/fs"
	"sync"
	"testing"

	"duban/migrations"
	"duban/org"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

func TestMigrationsAreNumberedAlike(t *testing.T) {
	names := map[store.Dialect][]string{}
	for _, dialect := range []store.Dialect{store.SQLite, store.MySQL} {
		files, err := migrations.For(string(dialect))
		require.NoError(t, err)
		names[dialect], err = fs.Glob(files, "*.sql")
		require.NoError(t, err)
	}
	require.NotEmpty(t, names[store.SQLite])
	require.Equal(t, names[store.SQLite], names[store.MySQL])
	_, err := migrations.For("oracle")
	require.Error(t, err)
}

func TestMigrations(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s := dbtest.Open(t, store.Options{URL: url})
		saveUnits(t, s, "市教育局")
		first, err := s.Migrations(t.Context())
		require.NoError(t, err)
		require.NotEmpty(t, first)
		for i, m := range first {
			require.True(t, i == 0 || m.Version > first[i-1].Version, m.Name)
			require.False(t, m.AppliedAt.IsZero(), m.Name)
		}
		again := dbtest.Open(t, store.Options{URL: url})
		second, err := again.Migrations(t.Context())
		require.NoError(t, err)
		require.Equal(t, first, second, "opening again takes no step")
		page, err := again.Units(t.Context(), store.UnitFilter{})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
	})
}

// What was there before people could be addressed is still found where it was.
func TestInboxesOfOlderDatabases(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		older := dbtest.Open(t, store.Options{URL: url})
		p := newProcess("signoff", "signoff/abc")
		project(t, older, p.next(t, signOffView("signoff/abc", "signoff.abc.1", 3, 0)))
		require.NoError(t, older.DownTo(t.Context(), 4))
		cutOff(t, older, 5)
		s := dbtest.Open(t, store.Options{URL: url})
		page, err := s.Inbox(t.Context(), inUnit("u2", org.Head), store.InboxFilter{})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		notices, err := s.Notices(t.Context(), inUnit("u1", org.Operator), store.PageRequest{})
		require.NoError(t, err)
		require.Len(t, notices.Items, 1)
		_, err = s.SignOff(t.Context(), store.Scope{Units: []string{"u2"}}, "signoff.abc.1")
		require.NoError(t, err)
	})
}

func TestANewerSchemaIsRefused(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		s := dbtest.Open(t, store.Options{URL: url})
		require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error {
			return tx.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, ?)", true).Error
		}))
		_, err := store.Open(t.Context(), store.Options{URL: url})
		require.ErrorIs(t, err, store.ErrNewerSchema)
	})
}

// TestManyOpenANewDatabase opens one empty database several times at once: one
// makes the tables and the others find them.
func TestManyOpenANewDatabase(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				s, err := store.Open(t.Context(), store.Options{URL: url})
				if assert.NoError(t, err) {
					assert.NoError(t, s.Ping(t.Context()))
					assert.NoError(t, s.Close())
				}
			})
		}
		wg.Wait()
	})
}

// cutOff takes the next step of the schema as a server does that dies before it
// can note it. SQLite takes a step as a whole or not at all.
func cutOff(t *testing.T, s *store.Store, step int64) {
	t.Helper()
	if s.Dialect() == store.SQLite {
		return
	}
	require.NoError(t, s.UpTo(t.Context(), step))
	require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM goose_db_version WHERE version_id = ?", step).Error
	}))
}
