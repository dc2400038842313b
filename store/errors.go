package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The errors of this package. Match them with errors.Is; the typed ones
// (ConflictError, InvalidError) say more and are found with errors.As.
var (
	// ErrNotFound says that there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that a value that must be unique is taken; see ConflictError.
	ErrConflict = errors.New("already taken")
	// ErrReference says that a row points to one that does not exist, or that a
	// row to be deleted is still pointed to.
	ErrReference = errors.New("refers to something that does not exist, or is still referred to")
	// ErrStale says that a row changed since the caller read it.
	ErrStale = errors.New("changed since it was read")
	// ErrInvalid says that a value cannot be kept; see InvalidError.
	ErrInvalid = errors.New("invalid value")
	// ErrUnavailable says that the database is locked, full or away. Nothing is
	// wrong with what was asked: try again.
	ErrUnavailable = errors.New("database is unavailable")
	// ErrNewerSchema says that a newer version of the program wrote the database.
	ErrNewerSchema = errors.New("database was written by a newer version of duban")
	// ErrOlderSchema says that a database that is only to be read was written by
	// an older version of the program: duban serve brings it up to date.
	ErrOlderSchema = errors.New("database was written by an older version of duban; start duban serve on it once")
	// ErrReadOnly says that the database was opened to be read only.
	ErrReadOnly = errors.New("database was opened read-only")
)

// ConflictError names the value that is taken. It matches ErrConflict.
type ConflictError struct {
	// Field is the column ("name"), or columns joined by commas; "id" stands
	// for a primary key of whatever columns.
	Field string
	err   error
}

// Error names the field and keeps the database's own words.
func (e *ConflictError) Error() string {
	if e.err == nil {
		return e.Field + " is already taken"
	}
	return fmt.Sprintf("%s is already taken: %v", e.Field, e.err)
}

// Is makes every ConflictError an ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// Unwrap gives the database's error.
func (e *ConflictError) Unwrap() error { return e.err }

// InvalidError names a value that cannot be kept. It matches ErrInvalid.
type InvalidError struct {
	Field  string
	Reason string
}

// Error says what is wrong with which field.
func (e *InvalidError) Error() string { return e.Field + ": " + e.Reason }

// Is makes every InvalidError an ErrInvalid.
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// translate turns an error of a driver, of database/sql or of gorm into one of
// this package. What the caller did himself (a cancelled context, an error of
// his own) passes unchanged. Translating twice changes nothing.
func translate(err error) error {
	switch {
	case err == nil, known(err):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return translateSQLite(e, err)
	}
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return translateMySQL(e, err)
	}
	if errors.Is(err, mysql.ErrPktTooLarge) {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if away(err) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

func known(err error) bool {
	for _, e := range []error{ErrNotFound, ErrConflict, ErrReference, ErrStale, ErrInvalid, ErrUnavailable, ErrNewerSchema} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// away tells the errors that come from a lost or refused connection.
func away(err error) bool {
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	// EOF: the server went while it greeted.
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func translateSQLite(e *sqlite.Error, err error) error {
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return &ConflictError{Field: "id", err: err}
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return &ConflictError{Field: sqliteColumns(e.Error()), err: err}
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, sqlite3.SQLITE_CONSTRAINT_TRIGGER:
		return fmt.Errorf("%w: %w", ErrReference, err)
	case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	switch e.Code() & 0xff { // the primary code
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL,
		sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM:
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case sqlite3.SQLITE_TOOBIG:
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return err
}

// sqliteColumns reads the columns out of
// "constraint failed: UNIQUE constraint failed: units.name, units.level (2067)".
func sqliteColumns(message string) string {
	_, list, _ := strings.Cut(message, "UNIQUE constraint failed: ")
	list, _, _ = strings.Cut(list, " (")
	columns := strings.Split(list, ", ")
	for i, c := range columns {
		if _, column, ok := strings.Cut(c, "."); ok {
			columns[i] = column
		}
	}
	return strings.Join(columns, ",")
}

// MySQL's error numbers, the same on MariaDB where not noted.
const (
	mysqlTooManyConnections = 1040
	mysqlShutdown           = 1053
	mysqlDuplicate          = 1062
	mysqlUnknownCommand     = 1047 // a cluster node that is not ready
	mysqlPacketTooBig       = 1153
	mysqlLockWaitTimeout    = 1205
	mysqlDeadlock           = 1213
	mysqlUserConnections    = 1226
	mysqlOutOfRange         = 1264
	mysqlReadOnly           = 1290
	mysqlDataTooLong        = 1406
	mysqlRowMissing         = 1216
	mysqlRowInUse           = 1217
	mysqlRowReferenced      = 1451
	mysqlNoReferencedRow    = 1452
	mysqlWrongValue         = 1366
	mysqlRecordChanged      = 1020 // MariaDB: the snapshot is behind
	mysqlTableFull          = 1114
	mysqlDiskFull           = 1021
	mysqlStatementTimeout   = 1969 // MariaDB
	mysqlQueryTimeout       = 3024
	mysqlReadOnlyMode       = 1836
	mysqlNotNull            = 1048
	mysqlCheckFailed        = 3819
	mariadbCheckFailed      = 4025
)

func translateMySQL(e *mysql.MySQLError, err error) error {
	switch e.Number {
	case mysqlDuplicate:
		return &ConflictError{Field: mysqlColumns(e.Message), err: err}
	case mysqlRowReferenced, mysqlNoReferencedRow, mysqlRowMissing, mysqlRowInUse:
		return fmt.Errorf("%w: %w", ErrReference, err)
	case mysqlDataTooLong, mysqlOutOfRange, mysqlWrongValue, mysqlPacketTooBig,
		mysqlNotNull, mysqlCheckFailed, mariadbCheckFailed:
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	case mysqlTooManyConnections, mysqlShutdown, mysqlUnknownCommand, mysqlLockWaitTimeout, mysqlDeadlock,
		mysqlUserConnections, mysqlReadOnly, mysqlRecordChanged, mysqlTableFull, mysqlDiskFull,
		mysqlStatementTimeout, mysqlQueryTimeout, mysqlReadOnlyMode:
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// mysqlColumns reads the columns out of "Duplicate entry 'x' for key
// 'units.units__name'" (MariaDB leaves the table out). Unique keys are named
// table__column__column in the migrations for this.
func mysqlColumns(message string) string {
	const before = " for key '"
	i := strings.LastIndex(message, before) // the entry itself may hold these words
	if i < 0 {
		return ""
	}
	key := strings.TrimSuffix(message[i+len(before):], "'")
	if i := strings.LastIndexByte(key, '.'); i >= 0 {
		key = key[i+1:]
	}
	if key == "PRIMARY" {
		return "id"
	}
	_, columns, _ := strings.Cut(key, "__")
	return strings.ReplaceAll(columns, "__", ",")
}
