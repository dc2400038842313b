package embedded

import (
	"context"
	"errors"
	"time"
)

// Clock is the one clock of a server with time skipping: every workflow of the
// server reads it as workflow.Now, wherever and whenever it was started. It
// runs on at the pace of the wall clock between moves.
type Clock struct{}

// Now is the server's present moment.
func (c *Clock) Now() time.Time { return time.Now() }

// AdvanceTo moves the clock to t, stopping on the way at every moment for which
// an open workflow waits (timers, retries, delayed starts, timeouts), earliest
// first, and each time until all that follows from it is done: workflow tasks,
// activities, workflows started and signals sent by them. It returns when t is
// reached and nothing is in flight. A t in the past only settles.
func (c *Clock) AdvanceTo(ctx context.Context, t time.Time) error { return errors.ErrUnsupported }

// Settle waits until no workflow of the server has anything in flight.
func (c *Clock) Settle(ctx context.Context) error { return errors.ErrUnsupported }

// Next is the earliest moment for which an open workflow waits; false if none
// waits for a moment.
func (c *Clock) Next() (time.Time, bool) { return time.Time{}, false }
