package embedded_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"duban/embedded"
)

// drill has workflows and activities that each try one thing on the clock.
type drill struct {
	client  client.Client
	clock   *embedded.Clock
	arrived chan []byte // tokens of activities that are completed from outside
}

// Work takes its time on the wall clock and reports on the way.
func (*drill) Work(ctx context.Context, d time.Duration) error {
	for end := time.Now().Add(d); time.Now().Before(end); {
		activity.RecordHeartbeat(ctx, "working")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// Hand leaves its completion to somebody else.
func (d *drill) Hand(ctx context.Context) error {
	d.arrived <- activity.GetInfo(ctx).TaskToken
	return activity.ErrResultPending
}

// Shift sleeps, works and sleeps again, and returns when it woke and when the
// work was done.
func (d *drill) Shift(ctx workflow.Context, work time.Duration) ([]time.Time, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, HeartbeatTimeout: 30 * time.Second})
	var at []time.Time
	for range 3 {
		if err := workflow.Sleep(ctx, 24*time.Hour); err != nil {
			return nil, err
		}
		at = append(at, workflow.Now(ctx))
		if err := workflow.ExecuteActivity(ctx, d.Work, work).Get(ctx, nil); err != nil {
			return nil, err
		}
		at = append(at, workflow.Now(ctx))
	}
	return at, nil
}

// HandOver waits for an activity that is completed from outside.
func (d *drill) HandOver(ctx workflow.Context) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	return workflow.ExecuteActivity(ctx, d.Hand).Get(ctx, nil)
}

// Relay passes a baton on by signal, a day after it has got it, and returns
// when that was.
func (d *drill) Relay(ctx workflow.Context, next string) (time.Time, error) {
	workflow.GetSignalChannel(ctx, "baton").Receive(ctx, nil)
	got := workflow.Now(ctx)
	if err := workflow.Sleep(ctx, 24*time.Hour); err != nil {
		return got, err
	}
	if next == "" {
		return got, nil
	}
	return got, workflow.SignalExternalWorkflow(ctx, next, "", "baton", nil).Get(ctx, nil)
}

// Alarms wakes at each of the moments, each from a run of its own, and returns
// when it woke.
func (d *drill) Alarms(ctx workflow.Context, left []time.Time, woke []time.Time) ([]time.Time, error) {
	if len(left) == 0 {
		return woke, nil
	}
	if err := workflow.Sleep(ctx, left[0].Sub(workflow.Now(ctx))); err != nil {
		return nil, err
	}
	return nil, workflow.NewContinueAsNewError(ctx, d.Alarms, left[1:], append(woke, workflow.Now(ctx)))
}

func newDrill(t *testing.T, at time.Time) *drill {
	t.Helper()
	server := start(t, embedded.Options{TimeSkipping: true, StartTime: at})
	c, err := server.Dial(t.Context(), client.Options{})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	d := &drill{client: c, clock: server.Clock(), arrived: make(chan []byte, 1)}
	w := worker.New(c, queue, worker.Options{})
	for _, f := range []any{d.Shift, d.HandOver, d.Relay, d.Alarms} {
		w.RegisterWorkflow(f)
	}
	w.RegisterActivity(d.Work)
	w.RegisterActivity(d.Hand)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return d
}

func (d *drill) start(ctx context.Context, t *testing.T, id string, what any, args ...any) client.WorkflowRun {
	t.Helper()
	run, err := d.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: queue}, what, args...)
	require.NoError(t, err)
	return run
}

// TestClockLaws are the laws of the movable clock, on one server.
func TestClockLaws(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	d := newDrill(t, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()

	t.Run("the clock stands while an activity works", func(t *testing.T) {
		begin := d.clock.Now()
		run := d.start(ctx, t, "shift", d.Shift, 200*time.Millisecond)
		require.NoError(t, d.clock.AdvanceTo(ctx, begin.Add(30*day)))
		var at []time.Time
		require.NoError(t, run.Get(ctx, &at))
		require.Len(t, at, 6)
		for i := range 3 {
			require.WithinDuration(t, begin.Add(time.Duration(i+1)*day), at[2*i], slack)
			require.WithinDuration(t, at[2*i], at[2*i+1], slack, "done on the day it began")
			require.GreaterOrEqual(t, at[2*i+1].Sub(at[2*i]), 100*time.Millisecond, "the clock runs on meanwhile")
		}
	})

	t.Run("the clock waits for an activity that another completes", func(t *testing.T) {
		begin := d.clock.Now()
		run := d.start(ctx, t, "hand-over", d.HandOver)
		token := <-d.arrived
		short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		err := d.clock.AdvanceTo(short, begin.Add(day))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "hand-over")
		require.WithinDuration(t, begin, d.clock.Now(), slack)
		require.NoError(t, d.client.CompleteActivity(ctx, token, nil, nil))
		require.NoError(t, run.Get(ctx, nil))
		require.NoError(t, d.clock.AdvanceTo(ctx, begin.Add(day)))
		require.WithinDuration(t, begin.Add(day), d.clock.Now(), slack)
	})

	t.Run("a signal arrives at the moment it is sent", func(t *testing.T) {
		const runners = 20
		begin := d.clock.Now()
		runs := make([]client.WorkflowRun, runners)
		for i := range runs {
			next := ""
			if i < runners-1 {
				next = fmt.Sprint("relay/", i+1)
			}
			runs[i] = d.start(ctx, t, fmt.Sprint("relay/", i), d.Relay, next)
		}
		require.NoError(t, d.client.SignalWorkflow(ctx, "relay/0", "", "baton", nil))
		require.NoError(t, d.clock.AdvanceTo(ctx, begin.Add((runners+1)*day)))
		for i, run := range runs {
			var got time.Time
			require.NoError(t, run.Get(ctx, &got))
			require.WithinDuration(t, begin.Add(time.Duration(i)*day), got, slack, "runner %d", i)
		}
		_, waiting := d.clock.Next()
		require.False(t, waiting, "nothing is left to wait for")
	})

	for seed := range uint64(5) {
		t.Run(fmt.Sprint("every timer fires at its moment, however the clock is moved ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // the same numbers in every run are meant
			hours := func(n int) time.Duration { return time.Duration(1+random.IntN(n)) * time.Hour }
			window := time.Duration(seed%3) * 20 * time.Minute // 0: every moment for itself
			begin := d.clock.Now()
			due := map[client.WorkflowRun][]time.Time{}
			last := begin
			for i := range 1 + random.IntN(5) {
				var at []time.Time
				for next := begin.Add(hours(100)); len(at) < 6; next = next.Add(hours(100)) {
					at = append(at, next)
				}
				last = slices.MaxFunc([]time.Time{last, at[len(at)-1]}, time.Time.Compare)
				due[d.start(ctx, t, fmt.Sprintf("alarms/%d/%d", seed, i), d.Alarms, at, nil)] = at
			}
			for d.clock.Now().Before(last.Add(time.Hour)) {
				to := d.clock.Now().Add(hours(300))
				require.NoError(t, d.clock.AdvanceTogether(ctx, to, window))
				require.WithinDuration(t, to, d.clock.Now(), slack, "where it was told to go")
				if next, waiting := d.clock.Next(); waiting {
					require.True(t, next.After(to), "nothing before is left")
				}
			}
			for run, expected := range due {
				var woke []time.Time
				require.NoError(t, run.Get(ctx, &woke))
				require.Len(t, woke, len(expected))
				for i := range woke {
					require.False(t, woke[i].Before(expected[i]), "never early")
					require.LessOrEqual(t, woke[i].Sub(expected[i]), window+slack, "no later than together with others")
				}
			}
		})
	}
}

// TestClockTogether: what is spread over some seconds takes one stop.
func TestClockTogether(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := newDrill(t, begin)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	const window = time.Hour
	var runs []client.WorkflowRun
	for i := range 20 {
		at := []time.Time{begin.Add(24*time.Hour + time.Duration(i)*time.Second), begin.Add(48*time.Hour + time.Duration(i)*time.Second)}
		runs = append(runs, d.start(ctx, t, fmt.Sprint("together/", i), d.Alarms, at, nil))
	}
	require.NoError(t, d.clock.AdvanceTogether(ctx, begin.Add(72*time.Hour), window))
	for _, run := range runs {
		var woke []time.Time
		require.NoError(t, run.Get(ctx, &woke))
		require.Len(t, woke, 2)
		for i, at := range woke {
			together := begin.Add(time.Duration(i+1)*24*time.Hour + window)
			require.False(t, at.Before(together), "not before all of them are due")
			require.WithinDuration(t, together, at, slack)
		}
	}
}
