package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
)

// sqliteDialector is gorm's, with this package's errors.
type sqliteDialector struct{ gormsqlite.Dialector }

func (sqliteDialector) Translate(err error) error { return translate(err) }

// openSQLite opens one handle that writes, one connection wide, and a pool that
// can only read; in WAL mode readers and the writer do not wait for each other.
func (s *Store) openSQLite(ctx context.Context, path string, throwaway bool) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make the folder of the database: %w", err)
	}
	// Transactions that write begin as writers, so that none has to become one
	// half way; those that read leave the writer alone.
	synchronous := "synchronous(FULL)"
	if throwaway {
		synchronous = "synchronous(OFF)"
	}
	write := sqliteHandle(path, "immediate", s.lockWait, "journal_mode(WAL)", synchronous, "foreign_keys(1)",
		"temp_store(MEMORY)", "cache_size(-32768)") // savepoints are undone from memory, not from a file
	write.SetMaxOpenConns(1)
	read := sqliteHandle(path, "deferred", s.lockWait, "query_only(1)")
	readers := max(4, 2*runtime.NumCPU())
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)

	if err := s.migrate(ctx, write); err != nil {
		return joinClose(err, read, write)
	}
	writer, err := gorm.Open(sqliteDialector{gormsqlite.Dialector{DriverName: "sqlite", Conn: write}}, s.gormConfig())
	if err != nil {
		return joinClose(err, read, write)
	}
	s.reader, err = gorm.Open(sqliteDialector{gormsqlite.Dialector{DriverName: "sqlite", Conn: read}}, s.gormConfig())
	if err != nil {
		return joinClose(err, read, write)
	}
	s.writer = newBatchWriter(writer)
	s.close = func() error { return joinClose(nil, read, write) }
	return nil
}

// sqliteHandle describes a database file; connections are made when needed.
func sqliteHandle(path, begin string, lockWait time.Duration, pragmas ...string) *sql.DB {
	busy := fmt.Sprintf("busy_timeout(%d)", lockWait.Milliseconds())
	query := url.Values{
		"_txlock":   {begin},
		"_timezone": {"UTC"},
		"_pragma":   append([]string{busy}, pragmas...),
	}
	return openSQLiteFile(path, query)
}

func openSQLiteFile(path string, query url.Values) *sql.DB {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
	return sql.OpenDB(sqliteConnector{driver: &sqlite.Driver{}, dsn: dsn})
}
