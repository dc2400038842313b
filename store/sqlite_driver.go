package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
)

// sqliteTime is how times stand in a SQLite file: UTC, always with six decimal
// places, so that text order is time order, and the same as MySQL's DATETIME(6).
const sqliteTime = "2006-01-02 15:04:05.000000"

// sqliteConnector opens connections that write times as sqliteTime. The driver
// itself reads that form, as UTC with _timezone=UTC, but would write nanoseconds
// and cut off trailing zeros.
type sqliteConnector struct {
	driver *sqlite.Driver
	dsn    string
}

func (c sqliteConnector) Driver() driver.Driver { return c.driver }

func (c sqliteConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T lacks a method that is needed", conn)
	}
	return &fileConn{sqliteConn: full, prepared: map[string]preparedStmt{}}, nil
}

// sqliteConn is what the driver's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// preparedStmt is what the driver's statements can do.
type preparedStmt interface {
	driver.Stmt
	driver.StmtExecContext
}

// fileConn is a connection that writes times as text and keeps the statements
// prepared that it executes over and over.
type fileConn struct {
	sqliteConn
	prepared map[string]preparedStmt
}

const (
	// mostPrepared bounds how many statements a connection keeps, and
	// longestPrepared their text: those of many rows at once rarely come again.
	mostPrepared    = 64
	longestPrepared = 2000
)

// ExecContext executes a statement. Parsing it costs as much as carrying it out.
func (c *fileConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(query) > longestPrepared {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	statement, known := c.prepared[query]
	if !known {
		if err := c.makeRoom(); err != nil {
			return nil, err
		}
		fresh, err := c.PrepareContext(ctx, query)
		if err != nil {
			return nil, err
		}
		var ok bool
		if statement, ok = fresh.(preparedStmt); !ok {
			return nil, errors.Join(fmt.Errorf("the SQLite driver's %T lacks a method that is needed", fresh), fresh.Close())
		}
		c.prepared[query] = statement
	}
	return statement.ExecContext(ctx, args)
}

// makeRoom lets all prepared statements go when there are too many.
func (c *fileConn) makeRoom() error {
	if len(c.prepared) < mostPrepared {
		return nil
	}
	return c.release()
}

func (c *fileConn) release() error {
	var errs []error
	for _, statement := range c.prepared {
		errs = append(errs, statement.Close())
	}
	clear(c.prepared)
	return errors.Join(errs...)
}

// Close lets the prepared statements go and closes the connection.
func (c *fileConn) Close() error {
	return errors.Join(c.release(), c.sqliteConn.Close())
}

// CheckNamedValue converts an argument as database/sql would, and times to text.
func (*fileConn) CheckNamedValue(arg *driver.NamedValue) error {
	value, err := driver.DefaultParameterConverter.ConvertValue(arg.Value)
	if err != nil {
		return err
	}
	if t, ok := value.(time.Time); ok {
		value = t.UTC().Format(sqliteTime)
	}
	arg.Value = value
	return nil
}
