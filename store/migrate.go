package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"duban/migrations"

	"github.com/pressly/goose/v3"
)

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string // the file
	// AppliedAt is when the step was taken; zero if it is pending.
	AppliedAt time.Time
}

// Migrations tells which steps of the schema were taken and which are pending.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	states, err := s.migrations.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migration status: %w", translate(err))
	}
	return convert(states, func(state *goose.MigrationStatus) Migration {
		return Migration{Version: state.Source.Version, Name: state.Source.Path, AppliedAt: state.AppliedAt}
	}), nil
}

// migrate brings the schema up to date, or refuses one that is newer.
func (s *Store) migrate(ctx context.Context, db *sql.DB) error {
	if err := s.findMigrations(db); err != nil {
		return err
	}
	if s.dialect == MySQL {
		return s.bringUpAlone(ctx, db)
	}
	return s.bringUpAmongOthers(ctx)
}

// findMigrations reads the steps of the schema for the database.
func (s *Store) findMigrations(db *sql.DB) error {
	files, err := migrations.For(string(s.dialect))
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	if s.dialect == MySQL {
		dialect = goose.DialectMySQL
	}
	s.migrations, err = goose.NewProvider(dialect, db, files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return nil
}

// bringUpAmongOthers takes the pending steps on SQLite. Another process may be
// doing the same, and there is no lock to hold meanwhile: its steps are whole
// transactions, so one that fails here is looked at again.
func (s *Store) bringUpAmongOthers(ctx context.Context) error {
	const attempts = 5
	var failures []error
	for range attempts {
		err := s.bringUp(ctx)
		if err == nil || errors.Is(err, ErrNewerSchema) {
			return err
		}
		failures = append(failures, err)
		select {
		case <-ctx.Done():
			return errors.Join(append(failures, ctx.Err())...)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return errors.Join(failures...)
}

// The name of the lock is per database, as the server's locks are not, and short
// enough for any database name.
const (
	lockMigrations   = "SELECT GET_LOCK(CONCAT('duban.migrations.', MD5(DATABASE())), 120)"
	unlockMigrations = "SELECT RELEASE_LOCK(CONCAT('duban.migrations.', MD5(DATABASE())))"
)

// bringUpAlone takes the pending steps on MySQL, one server at a time. The lock
// belongs to a connection: it ends with a server that dies.
func (s *Store) bringUpAlone(ctx context.Context, db *sql.DB) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to lock migrations: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, lockMigrations).Scan(&got); err != nil {
		return fmt.Errorf("lock migrations: %w", err)
	}
	if got.Int64 != 1 {
		return fmt.Errorf("%w: another server has been migrating it for two minutes", ErrUnavailable)
	}
	err = s.bringUp(ctx)
	// The lock must not stay with a connection that goes back to the pool, also
	// when ctx has ended.
	if _, unlock := conn.ExecContext(context.WithoutCancel(ctx), unlockMigrations); unlock != nil {
		return errors.Join(err, fmt.Errorf("unlock migrations: %w", unlock))
	}
	return err
}

// bringUp takes the pending steps, or refuses a schema that is newer.
func (s *Store) bringUp(ctx context.Context) error {
	current, target, err := s.migrations.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema version: %w", err)
	}
	if current > target {
		return fmt.Errorf("%w: its schema has version %d, this program knows %d", ErrNewerSchema, current, target)
	}
	if _, err := s.migrations.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	return nil
}
