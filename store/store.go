// Package store keeps reference data (units, people, policies, plans,
// calendars) and the read model in one relational database: SQLite for a single
// machine, MySQL or MariaDB where several servers share it.
//
// Everything that changes goes through [Store.Write]; every error that comes
// out of the database is one of the errors of errors.go, whatever the dialect.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Dialect names the kind of database behind a Store.
type Dialect string

const (
	// SQLite is a file on this machine with one writer at a time.
	SQLite Dialect = "sqlite"
	// MySQL is a MySQL 8.4 or MariaDB 10.11+ server.
	MySQL Dialect = "mysql"
)

// Options say which database to open.
type Options struct {
	// URL is one of
	//   - sqlite:/var/lib/duban/duban.db, or a bare path, for SQLite
	//   - mysql://user:password@host:3306/name, or a go-sql-driver DSN such as
	//     user:password@tcp(host:3306)/name, for MySQL and MariaDB
	URL string
	// Logger receives warnings; nil means slog.Default.
	Logger *slog.Logger
	// LockWait is how long a write waits for another that is in its way, on
	// SQLite one of another process, before it fails with ErrUnavailable; 0
	// means 5 s. MySQL counts whole seconds.
	LockWait time.Duration
	// ReadOnly opens a database that is there without changing anything in it,
	// its schema included: one of another version is refused, with ErrOlderSchema
	// or ErrNewerSchema. Write fails with ErrReadOnly.
	ReadOnly bool
	// Throwaway is for a SQLite file that nobody needs after a crash: commits do
	// not wait for the disk.
	Throwaway bool
	// Now is the clock for created_at, token lifetimes and the like; nil means
	// time.Now.
	Now func() time.Time
}

// Store is an open, migrated database. It is safe for concurrent use.
type Store struct {
	dialect    Dialect
	reader     *gorm.DB
	writer     writer
	migrations *goose.Provider
	log        *slog.Logger
	lockWait   time.Duration
	now        func() time.Time
	close      func() error
}

// writer runs the functions given to Write.
type writer interface {
	write(ctx context.Context, fn func(*gorm.DB) error) error
	// stop waits for what was accepted and refuses what comes after.
	stop()
}

// Open connects to the database, creates or upgrades its tables, and returns
// the store. A database that was written by a newer version of the program is
// refused with ErrNewerSchema.
func Open(ctx context.Context, options Options) (*Store, error) {
	s := &Store{log: options.Logger, lockWait: cmp.Or(options.LockWait, 5*time.Second), now: clock(options.Now)}
	if s.log == nil {
		s.log = slog.Default()
	}
	source, err := parseURL(options.URL)
	if err != nil {
		return nil, err
	}
	s.dialect = source.dialect
	switch {
	case source.dialect == SQLite && options.ReadOnly:
		err = s.readSQLite(ctx, source.path)
	case options.ReadOnly:
		err = s.readMySQL(ctx, source.mysql)
	case source.dialect == MySQL:
		err = s.openMySQL(ctx, source.mysql)
	default:
		err = s.openSQLite(ctx, source.path, options.Throwaway)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s database: %w", source.dialect, translate(err))
	}
	return s, nil
}

// clock gives now in UTC at the precision that the database keeps.
func clock(now func() time.Time) func() time.Time {
	if now == nil {
		now = time.Now
	}
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}

// Close waits for the writes under way and closes the database. Writes that
// come later fail with ErrUnavailable.
func (s *Store) Close() error {
	s.writer.stop()
	if err := s.close(); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Dialect tells which kind of database this is.
func (s *Store) Dialect() Dialect { return s.dialect }

// Ping asks the database for a sign of life; its error says whether the server
// is ready to answer.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return translate(s.read(ctx).Raw("SELECT 1").Scan(&one).Error)
}

// read gives a handle for queries outside a write. On SQLite it cannot write.
func (s *Store) read(ctx context.Context) *gorm.DB {
	return s.reader.WithContext(ctx)
}

// rowsAtOnce bounds the rows of one INSERT. A statement's parameters cost their
// number squared with SQLite's driver, and each statement costs its share of
// what the transaction has written before: 100 rows are the least of both, and
// with 20 columns far from what either database takes.
const rowsAtOnce = 100

// gormConfig is the same for readers and writers of both dialects. Errors are
// translated by the dialectors; gorm's own log is silent because every error is
// returned to a caller who knows what it means.
func (s *Store) gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		NowFunc:                s.now,
		Logger:                 logger.Discard,
		CreateBatchSize:        rowsAtOnce,
	}
}

// joinClose closes handles after an error and joins what goes wrong with it.
func joinClose(err error, handles ...*sql.DB) error {
	errs := []error{err}
	for _, h := range handles {
		errs = append(errs, h.Close())
	}
	return errors.Join(errs...)
}
