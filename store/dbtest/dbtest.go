// Package dbtest gives tests real databases: an SQLite file and a private
// MariaDB or MySQL server, which is started once per test process and ends with
// it. It is for tests of any package.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/store"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"
)

// Each runs a test on an empty, migrated store of each dialect, as the subtests
// "sqlite" and "mysql".
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t, store.Options{URL: Migrated(t)})) })
	t.Run("mysql", func(t *testing.T) { test(t, Open(t, store.Options{URL: MySQL(t)})) })
}

// EachURL runs a test on an empty database of each dialect, to be opened with
// the URL, as the subtests "sqlite" and "mysql".
func EachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("mysql", func(t *testing.T) { test(t, MySQL(t)) })
}

// Open opens a store and closes it when the test ends.
func Open(t *testing.T, options store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// SQLite returns the URL of a new database file, which goes with the test.
func SQLite(t *testing.T) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "duban.db")
}

// schema is the bytes of an SQLite file with an empty, migrated database.
var schema struct {
	once sync.Once
	file []byte
	err  error
}

// Migrated returns the URL of a new, migrated database file, which goes with the
// test. The steps are taken once per test process: under the race detector they
// take seconds.
func Migrated(t *testing.T) string {
	t.Helper()
	schema.once.Do(func() {
		path := filepath.Join(t.TempDir(), "schema.db")
		s, err := store.Open(t.Context(), store.Options{URL: "sqlite:" + path})
		if err == nil {
			err = s.Close()
		}
		if err == nil {
			schema.file, err = os.ReadFile(path)
		}
		schema.err = err
	})
	require.NoError(t, schema.err)
	path := filepath.Join(t.TempDir(), "duban.db")
	require.NoError(t, os.WriteFile(path, schema.file, 0o600))
	return "sqlite:" + path
}

// MySQL returns the URL of a new, empty database, which goes with the test. The
// test is skipped where no server is installed, and fails if
// DUBAN_REQUIRE_ALL=1. DUBAN_MYSQLD may name the server's program.
func MySQL(t *testing.T) string {
	t.Helper()
	program, err := findServer()
	if err != nil {
		const missing = "SKIPPED: no MariaDB or MySQL server here, so nothing is tested on one; install mariadb-server"
		if os.Getenv("DUBAN_REQUIRE_ALL") == "1" {
			t.Fatalf("%s (%v)", missing, err)
		}
		t.Skipf("%s (%v)", missing, err)
	}
	running, err := shared(program)
	require.NoError(t, err)

	name := "duban_" + strings.ToLower(rand.Text()[:12])
	exec(t, running.dsn(""), "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	t.Cleanup(func() { exec(t, running.dsn(""), "DROP DATABASE "+name) })
	return running.dsn(name)
}

// exec runs one statement. It has a context of its own, because that of a test
// has ended when its cleanups run.
func exec(t *testing.T, dsn, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := sql.Open("mysql", dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.ExecContext(ctx, statement)
	require.NoError(t, err, statement)
}

// dsn names a database of the server; the empty name is none.
func (s *server) dsn(database string) string {
	c := mysql.NewConfig()
	c.User, c.Net, c.Addr, c.DBName = "duban", "unix", s.socket, database
	return c.FormatDSN()
}
