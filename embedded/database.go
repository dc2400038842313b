package embedded

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// busyTimeout is how long a connection waits for another one's transaction.
const busyTimeout = "10000" // milliseconds

// uriPath writes a path as the path of an SQLite "file:" URI, in which the
// driver escapes nothing itself.
func uriPath(path string) string {
	path = strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(filepath.ToSlash(path))
	if filepath.VolumeName(path) != "" {
		return "/" + path
	}
	return path
}

// sqlConfig is the server's connection to its database. The attributes that
// are no URI parameters reach SQLite as pragmas.
func sqlConfig(path string, sync Sync) *config.SQL {
	return &config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: uriPath(path),
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  string(sync),
			"busy_timeout": busyTimeout,
		},
	}
}

// openDatabase opens a connection of our own beside the server's.
func openDatabase(path, mode string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", fmt.Sprintf("file:%s?mode=%s&_pragma=busy_timeout=%s", uriPath(path), mode, busyTimeout))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return db, nil
}

// schemaRunner gives each statement of Temporal's schema to exec; the rest of
// the interface is not used by the set-up.
type schemaRunner struct {
	sqlplugin.AdminDB
	exec func(statement string) error
}

func (r schemaRunner) Exec(statement string, _ ...any) error { return r.exec(statement) }

// schemaDigest names the tables of the linked server: two versions with the
// same digest can use the same database.
func schemaDigest() (string, error) {
	hash := sha256.New()
	err := sqliteschema.SetupSchemaOnDB(schemaRunner{exec: func(statement string) error {
		_, err := fmt.Fprintln(hash, statement)
		return err
	}})
	if err != nil {
		return "", fmt.Errorf("read the schema of the linked Temporal server: %w", err)
	}
	return hex.EncodeToString(hash.Sum(nil)[:8]), nil
}

// createTables sets up an empty database in one transaction: a database has
// all tables or none, wherever the process is stopped. One that had them and
// is empty now is damaged.
func createTables(ctx context.Context, path string, hadThem bool) (err error) {
	db, err := openDatabase(path, "rwc")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE type = 'table'").Scan(&tables); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	switch {
	case tables > 0:
		return nil
	case hadThem:
		return fmt.Errorf("%w: %s is empty", ErrDamaged, path)
	}
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = wal"); err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	err = sqliteschema.SetupSchemaOnDB(schemaRunner{exec: func(statement string) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	}})
	if err != nil {
		return fmt.Errorf("create the tables of %s: %w", path, errors.Join(err, tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("create the tables of %s: %w", path, err)
	}
	return nil
}

// createNamespace registers the namespace, if it is not there yet, before the
// server runs: registered through the server it would take seconds to be seen.
func createNamespace(cfg *config.SQL, name string, retention time.Duration) error {
	ns, err := sqliteschema.NewNamespaceConfig(clusterName, name, false, nil)
	if err != nil {
		return fmt.Errorf("namespace %s: %w", name, err)
	}
	// The constructor knows nothing but 24 hours.
	ns.Detail.Config.Retention = durationpb.New(retention)
	return sqliteschema.CreateNamespaces(cfg, ns)
}

// checkpoint moves the write-ahead log into the database file, so that a
// stopped server leaves one complete file. The server itself never closes its
// connection.
func checkpoint(ctx context.Context, path string) (err error) {
	db, err := openDatabase(path, "rw")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("checkpoint %s: %w", path, err)
	}
	return nil
}
