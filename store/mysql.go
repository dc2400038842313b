package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
)

// mysqlDialector is gorm's, with this package's errors.
type mysqlDialector struct{ gormmysql.Dialector }

func (mysqlDialector) Translate(err error) error { return translate(err) }

// driverLog keeps what the driver says of broken connections for those who look
// for it: every error reaches a caller, who knows what it means.
type driverLog struct{ log *slog.Logger }

// Print logs what the driver says.
func (d driverLog) Print(words ...any) { d.log.Debug("database driver", "says", fmt.Sprint(words...)) }

// openMySQL opens one pool for reading and writing, and one for the schema.
func (s *Store) openMySQL(ctx context.Context, config *mysql.Config) error {
	config.Logger = driverLog{s.log}
	config.Params["innodb_lock_wait_timeout"] = strconv.Itoa(max(1, int(math.Ceil(s.lockWait.Seconds()))))
	pool, err := mysqlPool(config)
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(48)
	pool.SetMaxIdleConns(16)

	patient := config.Clone()
	patient.ReadTimeout = 0 // a step of the schema takes as long as it takes
	migrator, err := mysqlPool(patient)
	if err != nil {
		return joinClose(err, pool)
	}
	if err := s.checkPacket(ctx, pool); err != nil {
		return joinClose(err, pool, migrator)
	}
	if err := s.migrate(ctx, migrator); err != nil {
		return joinClose(err, pool, migrator)
	}
	dialector := gormmysql.Dialector{Config: &gormmysql.Config{
		Conn: pool, DSNConfig: config,
		DisableWithReturning: true, // MariaDB could, MySQL cannot: treat both alike
	}}
	s.reader, err = gorm.Open(mysqlDialector{dialector}, s.gormConfig())
	if err != nil {
		return joinClose(err, pool, migrator)
	}
	s.writer = newRetryWriter(s.reader)
	s.close = func() error {
		// A connection holds nothing back, and one that the server has dropped
		// cannot be closed in good order.
		if err := joinClose(nil, pool, migrator); err != nil {
			s.log.Debug("close connections", "error", err)
		}
		return nil
	}
	return nil
}

// mysqlPool describes connections to a server; they are made when needed.
func mysqlPool(config *mysql.Config) (*sql.DB, error) {
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("configure connections: %w", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetConnMaxIdleTime(time.Minute)
	pool.SetConnMaxLifetime(5 * time.Minute) // servers and proxies drop old connections
	return pool, nil
}

// checkPacket warns when the server takes statements too small for the largest
// policy document.
func (s *Store) checkPacket(ctx context.Context, pool *sql.DB) error {
	const needed = MaxPolicyContent + 1<<20
	var limit int64
	if err := pool.QueryRowContext(ctx, "SELECT @@max_allowed_packet").Scan(&limit); err != nil {
		return fmt.Errorf("ask for max_allowed_packet: %w", err)
	}
	if limit < needed {
		s.log.WarnContext(ctx, "the MySQL server refuses large policy documents: set max_allowed_packet to 64M",
			"max_allowed_packet", limit, "largest_policy", MaxPolicyContent)
	}
	return nil
}
