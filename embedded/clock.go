package embedded

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.temporal.io/server/common"
	"go.temporal.io/server/common/definition"
	"go.temporal.io/server/service/history/shard"
	"go.temporal.io/server/service/history/tasks"
)

// Clock is the one clock of a server with time skipping: every workflow of the
// server reads it as workflow.Now, wherever and whenever it was started. It
// runs on at the pace of the wall clock between moves, and never goes back.
type Clock struct {
	// ahead is what the clock shows minus the wall clock, in nanoseconds.
	ahead atomic.Int64
	load  *workload
	// mover is held by the one who moves the clock.
	mover chan struct{}
	// shards leads to the server's timer queue; set while it is wired.
	shards shard.Controller
}

func newClock(start time.Time) *Clock {
	c := &Clock{load: newWorkload(), mover: make(chan struct{}, 1)}
	if !start.IsZero() {
		c.ahead.Store(int64(time.Until(start)))
	}
	return c
}

func (c *Clock) offset() time.Duration { return time.Duration(c.ahead.Load()) }

// Now is the server's present moment, in UTC.
func (c *Clock) Now() time.Time { return time.Now().Add(c.offset()).UTC() }

// AdvanceTo moves the clock to t, stopping on the way at every moment for which
// an open workflow waits (timers, retries, delayed starts, timeouts), earliest
// first, and each time until all that follows from it is done: workflow tasks,
// activities, workflows started and signals sent by them, calls of clients. It
// returns when t is reached and nothing is in flight. If t is past already, it
// only waits for that.
//
// The context's end stops the clock where it is; the error says what was still
// in flight.
func (c *Clock) AdvanceTo(ctx context.Context, t time.Time) error { return c.advance(ctx, t, 0) }

// AdvanceTogether moves the clock to t as AdvanceTo does, with coarser stops:
// all that waits for the earliest moment, or for one within the window after it,
// happens together at the end of the window. Nothing happens early, and nothing
// later than the window, or t if that comes first. Processes that were spread
// over some seconds then take one stop instead of one each. A pause of the
// server's own, before it tries again or renews a process, is a moment too and
// grows to the window.
func (c *Clock) AdvanceTogether(ctx context.Context, t time.Time, window time.Duration) error {
	return c.advance(ctx, t, window)
}

func (c *Clock) advance(ctx context.Context, t time.Time, window time.Duration) error {
	select {
	case c.mover <- struct{}{}:
		defer func() { <-c.mover }()
	case <-ctx.Done():
		return fmt.Errorf("move the clock: %w", ctx.Err())
	}
	for arrived := false; !arrived; {
		var due time.Time
		settled := c.load.whenQuiet(ctx.Done(), c.Now, func(next time.Time) {
			now := c.Now()
			switch {
			case !next.IsZero() && !next.After(t):
				due = fireTime(next)
				if together := earlier(next.Add(window), t); together.After(due) {
					due = together
				}
				c.moveBy(due.Sub(now))
			default:
				c.moveBy(t.Sub(now))
				arrived = true
			}
		})
		if !settled {
			return fmt.Errorf("the clock stands at %s on its way to %s: %w: %s",
				c.Now().Format(time.RFC3339), t.Format(time.RFC3339), ctx.Err(), c.load.restless(c.Now()))
		}
		if !arrived {
			if err := c.wakeTimers(ctx, due); err != nil {
				return err
			}
		}
	}
	return nil
}

// Settle waits until no workflow of the server has anything in flight: what is
// left to wait for is time. It does not move the clock.
func (c *Clock) Settle(ctx context.Context) error { return c.AdvanceTo(ctx, time.Time{}) }

// Next is the earliest moment for which an open workflow waits; false if none
// waits for a moment. Call it when the server has settled.
func (c *Clock) Next() (time.Time, bool) {
	c.load.mu.Lock()
	defer c.load.mu.Unlock()
	next := c.load.next()
	return next, !next.IsZero()
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// moveBy moves the clock forward; backward moves are left out.
func (c *Clock) moveBy(d time.Duration) {
	if d > 0 {
		c.ahead.Add(int64(d))
	}
}

// fireTime is when the server fires a timer that is due at t: it rounds up to
// its own precision.
func fireTime(t time.Time) time.Time {
	return t.Add(common.ScheduledTaskMinPrecision).Truncate(common.ScheduledTaskMinPrecision)
}

// wakeTimers tells the server's timer queue that the moment due has come: the
// queue sleeps by the wall clock and does not see that the clock was moved.
func (c *Clock) wakeTimers(ctx context.Context, due time.Time) error {
	one, err := c.shards.GetShardByID(onlyShard)
	if err != nil {
		return fmt.Errorf("wake the timer queue: %w", err)
	}
	engine, err := one.GetEngine(ctx)
	if err != nil {
		return fmt.Errorf("wake the timer queue: %w", err)
	}
	engine.NotifyNewTasks(map[tasks.Category][]tasks.Task{
		tasks.CategoryTimer: {tasks.NewFakeTask(definition.WorkflowKey{}, tasks.CategoryTimer, due)},
	})
	return nil
}
