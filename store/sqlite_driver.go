package store

import (
	"context"
	"database/sql/driver"
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
	return timeConn{full}, nil
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

type timeConn struct{ sqliteConn }

// CheckNamedValue converts an argument as database/sql would, and times to text.
func (timeConn) CheckNamedValue(arg *driver.NamedValue) error {
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
