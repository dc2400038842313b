package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
)

// maxAttempts bounds how often a write runs that the server keeps choosing as
// the victim of deadlocks.
const maxAttempts = 8

// retryWriter is MySQL's writer: every write is a transaction of its own.
type retryWriter struct {
	db *gorm.DB

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

func newRetryWriter(db *gorm.DB) *retryWriter { return &retryWriter{db: db} }

func (w *retryWriter) write(ctx context.Context, fn func(*gorm.DB) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !w.enter() {
		return errClosed
	}
	defer w.running.Done()
	// Once begun, a write is not cut off: a connection lost during COMMIT would
	// leave its caller without knowing what became of it.
	db := w.db.WithContext(context.WithoutCancel(ctx))
	for attempt := 1; ; attempt++ {
		// Read committed locks the rows that are touched and not the gaps
		// between them, which would make writes of different instances collide.
		err := db.Transaction(fn, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		if !deadlock(err) {
			return err
		}
		if attempt == maxAttempts {
			return fmt.Errorf("after %d attempts: %w", maxAttempts, err)
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(rand.N(time.Duration(attempt) * 5 * time.Millisecond)):
		}
	}
}

func (w *retryWriter) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.running.Add(1)
	}
	return !w.closed
}

func (w *retryWriter) stop() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.running.Wait()
}

// deadlock tells the errors by which a server ends a transaction that stood in
// another's way and would succeed a moment later.
func deadlock(err error) bool {
	e, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && (e.Number == mysqlDeadlock || e.Number == mysqlRecordChanged)
}
