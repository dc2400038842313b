package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

// readSQLite opens a file that is there, to read it. A server may be at work on
// it meanwhile. SQLite keeps a log beside the file while anybody reads: one that
// is not there yet is taken away again at the end, which only a connection that
// might write can do; one that is there is left as it is.
func (s *Store) readSQLite(ctx context.Context, path string) error {
	mode := "ro"
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		mode = "rw"
	}
	read := openSQLiteFile(path, url.Values{
		"mode": {mode}, "_timezone": {"UTC"},
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", s.lockWait.Milliseconds()), "query_only(1)"},
	})
	return s.readWith(ctx, read, sqliteDialector{gormsqlite.Dialector{DriverName: "sqlite", Conn: read}})
}

// readMySQL opens a database on a server, in sessions that cannot write.
func (s *Store) readMySQL(ctx context.Context, config *mysql.Config) error {
	config.Logger = driverLog{s.log}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return fmt.Errorf("configure connections: %w", err)
	}
	read := sql.OpenDB(readingConnector{connector})
	return s.readWith(ctx, read, mysqlDialector{gormmysql.Dialector{Config: &gormmysql.Config{Conn: read, DSNConfig: config}}})
}

func (s *Store) readWith(ctx context.Context, db *sql.DB, dialector gorm.Dialector) error {
	if err := s.findMigrations(db); err != nil {
		return joinClose(err, db)
	}
	if err := s.checkVersion(ctx); err != nil {
		return joinClose(err, db)
	}
	var err error
	if s.reader, err = gorm.Open(dialector, s.gormConfig()); err != nil {
		return joinClose(err, db)
	}
	s.writer = noWriter{}
	s.close = func() error { return joinClose(nil, db) }
	return nil
}

// checkVersion refuses a schema that is not the one this program knows.
func (s *Store) checkVersion(ctx context.Context) error {
	current, target, err := s.migrations.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the schema version: %w", err)
	case current > target:
		return fmt.Errorf("%w: its schema has version %d, this program knows %d", ErrNewerSchema, current, target)
	case current < target:
		return fmt.Errorf("%w: its schema has version %d, this program needs %d", ErrOlderSchema, current, target)
	}
	return nil
}

// readingConnector makes sessions that cannot write.
type readingConnector struct{ driver.Connector }

func (c readingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	session, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the MySQL driver's %T cannot execute", conn), conn.Close())
	}
	if _, err := session.ExecContext(ctx, "SET SESSION TRANSACTION READ ONLY", nil); err != nil {
		return nil, errors.Join(fmt.Errorf("make the session read-only: %w", err), conn.Close())
	}
	return conn, nil
}

// noWriter refuses to write.
type noWriter struct{}

func (noWriter) write(context.Context, func(*gorm.DB) error) error { return ErrReadOnly }

func (noWriter) stop() {}
