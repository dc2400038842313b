package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"gorm.io/gorm"
)

// maxBatch bounds how many writes share a transaction, and with it how long
// the first of them waits for its flush.
const maxBatch = 64

// batchWriter is SQLite's writer: one goroutine that takes whatever writes are
// waiting and runs them in one transaction, so that they share one flush to disk.
type batchWriter struct {
	db      *gorm.DB
	queue   chan *job
	stopped chan struct{} // closed when the goroutine has ended

	mu     sync.RWMutex // held for reading while a job enters the queue
	closed bool
}

// job is one call of Write.
type job struct {
	ctx   context.Context
	fn    func(*gorm.DB) error
	taken atomic.Bool // by the writer, or given up by the caller: whoever is first
	done  chan struct{}
	err   error
	panic any // what fn panicked with
}

func newBatchWriter(db *gorm.DB) *batchWriter {
	w := &batchWriter{db: db, queue: make(chan *job, maxBatch), stopped: make(chan struct{})}
	go w.run()
	return w
}

func (w *batchWriter) write(ctx context.Context, fn func(*gorm.DB) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	if err := w.enqueue(j); err != nil {
		return err
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		<-j.done
	}
	if j.panic != nil {
		panic(j.panic)
	}
	return j.err
}

func (w *batchWriter) enqueue(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- j:
		return nil
	case <-j.ctx.Done():
		return j.ctx.Err()
	}
}

var errGone = errors.New("the function given to Write ended its goroutine")

var errClosed = fmt.Errorf("%w: it is closed", ErrUnavailable)

func (w *batchWriter) stop() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.stopped
}

func (w *batchWriter) run() {
	defer close(w.stopped)
	for first := range w.queue {
		batch := w.waiting(first)
		err := w.commit(batch)
		for _, j := range batch {
			if j.err == nil {
				j.err = err
			}
			close(j.done)
		}
	}
}

// waiting takes the jobs in the queue whose callers still wait.
func (w *batchWriter) waiting(first *job) []*job {
	var batch []*job
	take := func(j *job) {
		if j.taken.CompareAndSwap(false, true) {
			batch = append(batch, j)
		}
	}
	take(first)
	for len(batch) < maxBatch {
		select {
		case j, open := <-w.queue:
			if !open {
				return batch
			}
			take(j)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch in one transaction. Its error is that of the transaction
// and concerns every job that has none of its own.
func (w *batchWriter) commit(batch []*job) error {
	if len(batch) == 0 {
		return nil
	}
	tx := w.db.Begin()
	if tx.Error != nil {
		return fmt.Errorf("begin: %w", tx.Error)
	}
	if len(batch) == 1 {
		// Alone, it needs no savepoint: what it did goes with the transaction.
		if batch[0].run(tx); batch[0].failed() {
			return rollBack(tx)
		}
		return w.end(tx)
	}
	for _, j := range batch {
		if err := runInSavepoint(tx, j); err != nil {
			// The database gave the transaction up (disk full, I/O error): none
			// of its jobs has left anything, and most did nothing wrong.
			return fmt.Errorf("%w: %w", ErrUnavailable, errors.Join(err, tx.Rollback().Error))
		}
	}
	return w.end(tx)
}

func (w *batchWriter) end(tx *gorm.DB) error {
	if err := tx.Commit().Error; err != nil {
		// SQLite may keep a transaction open that it could not commit. It has
		// usually ended, and then there is nothing to roll back.
		_ = w.db.Exec("ROLLBACK").Error
		return fmt.Errorf("%w: commit: %w", ErrUnavailable, err)
	}
	return nil
}

// rollBack ends a transaction whose only job has failed.
func rollBack(tx *gorm.DB) error {
	if err := tx.Rollback().Error; err != nil {
		return fmt.Errorf("%w: roll back: %w", ErrUnavailable, err)
	}
	return nil
}

// runInSavepoint runs one job and takes back what it did if it fails. What goes
// wrong in the job is the job's; the error returned is the transaction's.
func runInSavepoint(tx *gorm.DB, j *job) error {
	if err := tx.Exec("SAVEPOINT job").Error; err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	if j.run(tx); j.failed() {
		if err := tx.Exec("ROLLBACK TO job").Error; err != nil {
			return fmt.Errorf("roll back to savepoint: %w", err)
		}
	}
	if err := tx.Exec("RELEASE job").Error; err != nil {
		return fmt.Errorf("release savepoint: %w", err)
	}
	return nil
}

// run runs the job's function in a transaction.
//
// The job's context gives its values but cannot interrupt: SQLite answers an
// interrupted write by rolling back the whole transaction, other jobs' and all.
func (j *job) run(tx *gorm.DB) { j.call(tx.WithContext(context.WithoutCancel(j.ctx))) }

func (j *job) failed() bool { return j.err != nil || j.panic != nil }

// call runs the job's function and keeps what it panics with for its caller. It
// has a goroutine of its own, as it may end it: a test's FailNow does.
func (j *job) call(tx *gorm.DB) {
	j.err = errGone
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() { j.panic = recover() }()
		j.err = j.fn(tx)
	}()
	<-ended
}
