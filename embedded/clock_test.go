package embedded_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"duban/embedded"
)

const queue = "test"

// sighting is what a workflow saw on the clock when something happened to it.
type sighting struct {
	Workflow, What string
	At             time.Time
}

// stage has a small cast of workflows like the product's: each has one timer,
// updates with a local activity inside, starts others by an activity and
// signals them.
type stage struct {
	client client.Client
	clock  *embedded.Clock

	mu   sync.Mutex
	seen []sighting
}

func (s *stage) sightings() []sighting {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// Note is a local activity that keeps a sighting.
func (s *stage) Note(_ context.Context, seen sighting) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, seen)
	return nil
}

// Open is an activity that starts the order of an assignment. It fails once,
// so that its second attempt is a moment to wait for.
func (s *stage) Open(ctx context.Context, id string, answerBy time.Duration) error {
	if activity.GetInfo(ctx).Attempt == 1 {
		return fmt.Errorf("not at the first attempt")
	}
	_, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: "order/" + id, TaskQueue: queue, WorkflowExecutionErrorWhenAlreadyStarted: true,
	}, s.Order, id, answerBy)
	return err
}

func (s *stage) note(ctx workflow.Context, what string) error {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Minute})
	return workflow.ExecuteLocalActivity(ctx, s.Note, sighting{
		Workflow: workflow.GetInfo(ctx).WorkflowExecution.ID, What: what, At: workflow.Now(ctx),
	}).Get(ctx, nil)
}

// Assignment waits until its due moment, which the update "prolong" moves;
// then an activity opens an order, whose signal closes the assignment.
func (s *stage) Assignment(ctx workflow.Context, due time.Time, answerBy time.Duration) error {
	if err := s.note(ctx, "start"); err != nil {
		return err
	}
	prolonged := workflow.NewBufferedChannel(ctx, 1)
	err := workflow.SetUpdateHandler(ctx, "prolong", func(ctx workflow.Context, to time.Time) (time.Time, error) {
		due = to
		prolonged.SendAsync(true)
		return workflow.Now(ctx), s.note(ctx, "prolong")
	})
	if err != nil {
		return err
	}
	for workflow.Now(ctx).Before(due) {
		timerCtx, cancel := workflow.WithCancel(ctx)
		workflow.NewSelector(ctx).
			AddFuture(workflow.NewTimer(timerCtx, due.Sub(workflow.Now(ctx))), func(workflow.Future) {}).
			AddReceive(prolonged, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil) }).
			Select(ctx)
		cancel()
	}
	if err := s.note(ctx, "due"); err != nil {
		return err
	}
	id := workflow.GetInfo(ctx).WorkflowExecution.ID
	actCtx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 30 * time.Second},
	})
	if err := workflow.ExecuteActivity(actCtx, s.Open, id, answerBy).Get(ctx, nil); err != nil {
		return err
	}
	workflow.GetSignalChannel(ctx, "answered").Receive(ctx, nil)
	return s.note(ctx, "answered")
}

// Order waits as long as it may be answered and then signals its assignment.
func (s *stage) Order(ctx workflow.Context, assignment string, answerBy time.Duration) error {
	if err := s.note(ctx, "start"); err != nil {
		return err
	}
	if err := workflow.Sleep(ctx, answerBy); err != nil {
		return err
	}
	if err := s.note(ctx, "over"); err != nil {
		return err
	}
	return workflow.SignalExternalWorkflow(ctx, assignment, "", "answered", nil).Get(ctx, nil)
}

// Chain sleeps a day at a time and continues as new, with a child on the way.
func (s *stage) Chain(ctx workflow.Context, days int) error {
	if err := s.note(ctx, fmt.Sprint("day ", days)); err != nil {
		return err
	}
	if err := workflow.Sleep(ctx, 24*time.Hour); err != nil {
		return err
	}
	if err := workflow.ExecuteChildWorkflow(ctx, s.Child).Get(ctx, nil); err != nil {
		return err
	}
	if days == 1 {
		return nil
	}
	return workflow.NewContinueAsNewError(ctx, s.Chain, days-1)
}

// Child sleeps an hour.
func (s *stage) Child(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Hour) }

// newStage starts a server whose clock starts at a given moment, and a worker.
func newStage(t testing.TB, at time.Time) *stage {
	t.Helper()
	server := start(t, embedded.Options{TimeSkipping: true, StartTime: at})
	c, err := server.Dial(t.Context(), client.Options{})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	s := &stage{client: c, clock: server.Clock()}
	w := s.worker(c)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return s
}

// worker carries out what is played on the stage.
func (s *stage) worker(c client.Client) worker.Worker {
	w := worker.New(c, queue, worker.Options{})
	w.RegisterWorkflow(s.Assignment)
	w.RegisterWorkflow(s.Order)
	w.RegisterWorkflow(s.Chain)
	w.RegisterWorkflow(s.Child)
	w.RegisterActivity(s.Open)
	w.RegisterActivity(s.Note)
	return w
}

// at is when something was seen; zero if it was not.
func (s *stage) at(workflow, what string) time.Time {
	for _, seen := range s.sightings() {
		if seen.Workflow == workflow && seen.What == what {
			return seen.At
		}
	}
	return time.Time{}
}

func (s *stage) start(t testing.TB, id string, workflow any, args ...any) client.WorkflowRun {
	t.Helper()
	run, err := s.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: id, TaskQueue: queue, WorkflowExecutionErrorWhenAlreadyStarted: true,
	}, workflow, args...)
	require.NoError(t, err)
	return run
}

// slack is how far the clock may run on while a machine under load works off
// what one moment brings.
const slack = 5 * time.Minute

func TestClock(t *testing.T) {
	const day = 24 * time.Hour
	for name, begin := range map[string]time.Time{
		"in the past":   time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		"now":           time.Now().UTC().Truncate(time.Second),
		"in the future": time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, begin)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			require.WithinDuration(t, begin, s.clock.Now(), slack)

			s.start(t, "early", s.Assignment, begin.Add(10*day), 3*day)
			s.start(t, "late", s.Assignment, begin.Add(20*day), 3*day)
			s.start(t, "prolonged", s.Assignment, begin.Add(5*day), 3*day)
			require.NoError(t, s.clock.Settle(ctx))
			require.WithinDuration(t, begin, s.clock.Now(), slack, "settling does not move the clock")
			next, waiting := s.clock.Next()
			require.True(t, waiting)
			require.WithinDuration(t, begin.Add(5*day), next, slack)

			require.NoError(t, s.clock.AdvanceTo(ctx, begin.Add(4*day)))
			require.WithinDuration(t, begin.Add(4*day), s.clock.Now(), slack, "no further than asked for")
			handle, err := s.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
				WorkflowID: "prolonged", UpdateName: "prolong", Args: []any{begin.Add(21 * day)},
				WaitForStage: client.WorkflowUpdateStageCompleted,
			})
			require.NoError(t, err)
			var at time.Time
			require.NoError(t, handle.Get(ctx, &at))
			require.WithinDuration(t, begin.Add(4*day), at, slack, "an update sees the moved clock")

			require.NoError(t, s.clock.AdvanceTo(ctx, begin.Add(12*day)))
			fresh := s.start(t, "fresh", s.Assignment, begin.Add(13*day), day)
			require.NoError(t, s.clock.AdvanceTo(ctx, begin.Add(30*day)))
			require.WithinDuration(t, begin.Add(30*day), s.clock.Now(), slack)
			require.NoError(t, fresh.Get(ctx, nil))

			expected := []sighting{
				{"early", "start", begin}, {"late", "start", begin}, {"prolonged", "start", begin},
				{"prolonged", "prolong", begin.Add(4 * day)},
				{"early", "due", begin.Add(10 * day)}, {"order/early", "start", begin.Add(10 * day)},
				{"fresh", "start", begin.Add(12 * day)},
				{"order/early", "over", begin.Add(13 * day)}, {"early", "answered", begin.Add(13 * day)},
				{"fresh", "due", begin.Add(13 * day)}, {"order/fresh", "start", begin.Add(13 * day)},
				{"order/fresh", "over", begin.Add(14 * day)}, {"fresh", "answered", begin.Add(14 * day)},
				{"late", "due", begin.Add(20 * day)}, {"order/late", "start", begin.Add(20 * day)},
				{"prolonged", "due", begin.Add(21 * day)}, {"order/prolonged", "start", begin.Add(21 * day)},
				{"order/late", "over", begin.Add(23 * day)}, {"late", "answered", begin.Add(23 * day)},
				{"order/prolonged", "over", begin.Add(24 * day)}, {"prolonged", "answered", begin.Add(24 * day)},
			}
			seen := s.sightings()
			for _, want := range expected {
				i := slices.IndexFunc(seen, func(got sighting) bool { return got.Workflow == want.Workflow && got.What == want.What })
				require.GreaterOrEqual(t, i, 0, "%s: %s", want.Workflow, want.What)
				// An order starts at the second attempt of its activity.
				require.WithinDuration(t, want.At, seen[i].At, slack+30*time.Second, "%s: %s", want.Workflow, want.What)
			}
			require.Len(t, seen, len(expected), "nothing happens twice")
			require.True(t, slices.IsSortedFunc(seen, func(a, b sighting) int { return a.At.Truncate(time.Hour).Compare(b.At.Truncate(time.Hour)) }),
				"all workflows read one clock: %v", seen)

			open, err := s.client.CountWorkflow(ctx, countOpen)
			require.NoError(t, err)
			require.Zero(t, open.GetCount())
		})
	}
}

// TestClockChain plays what the product avoids and the clock still knows:
// continue-as-new, children, delayed starts and timeouts.
func TestClockChain(t *testing.T) {
	t.Parallel()
	begin := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	s := newStage(t, begin)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	chain := s.start(t, "chain", s.Chain, 5)
	delayed, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: "delayed", TaskQueue: queue, StartDelay: 36 * time.Hour,
	}, s.Chain, 1)
	require.NoError(t, err)
	short, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: "short", TaskQueue: queue, WorkflowExecutionTimeout: 10 * time.Hour,
	}, s.Chain, 1)
	require.NoError(t, err)

	require.NoError(t, s.clock.AdvanceTo(ctx, begin.Add(12*time.Hour)))
	var timeout *temporal.TimeoutError
	require.ErrorAs(t, short.Get(ctx, nil), &timeout)
	require.NoError(t, s.clock.AdvanceTo(ctx, begin.Add(6*24*time.Hour)))
	require.NoError(t, chain.Get(ctx, nil))
	require.NoError(t, delayed.Get(ctx, nil))

	var last, first time.Time
	for _, seen := range s.sightings() {
		switch {
		case seen.Workflow == "chain":
			last = seen.At
		case seen.Workflow == "delayed":
			first = seen.At
		}
	}
	require.WithinDuration(t, begin.Add(36*time.Hour), first, slack)
	require.WithinDuration(t, begin.Add(4*25*time.Hour), last, slack)
}

// TestClockTellsWhatItWaitsFor: a clock that cannot move says why.
func TestClockTellsWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	server := start(t, embedded.Options{TimeSkipping: true})
	c, err := server.Dial(t.Context(), client.Options{})
	require.NoError(t, err)
	defer c.Close()
	_, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "lonely", TaskQueue: "no worker"}, "Nothing")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = server.Clock().AdvanceTo(ctx, time.Now().Add(time.Hour))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "lonely: a workflow task is pending")
	require.Less(t, time.Until(server.Clock().Now()), time.Minute)

	require.NoError(t, c.TerminateWorkflow(t.Context(), "lonely", "", "alone"))
	require.NoError(t, server.Clock().AdvanceTo(t.Context(), time.Now().Add(time.Hour)))
	require.GreaterOrEqual(t, time.Until(server.Clock().Now()), 59*time.Minute)
	description, err := c.DescribeWorkflow(t.Context(), "lonely", "")
	require.NoError(t, err)
	require.Equal(t, enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED, description.Status)
}

func TestClockNeedsAFolderOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, Sync: embedded.SyncOff})
	require.NoError(t, err)
	require.Nil(t, server.Clock())
	require.NoError(t, server.Stop(t.Context()))
	_, err = embedded.Start(t.Context(), embedded.Options{DataDir: dir, TimeSkipping: true})
	require.ErrorContains(t, err, "empty folder")
	_, err = embedded.Start(t.Context(), embedded.Options{DataDir: t.TempDir(), StartTime: time.Now()})
	require.ErrorContains(t, err, "TimeSkipping")

	moved, left := t.TempDir(), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	server, err = embedded.Start(t.Context(), embedded.Options{DataDir: moved, Sync: embedded.SyncOff, TimeSkipping: true, StartTime: left})
	require.NoError(t, err)
	require.NoError(t, server.Stop(t.Context()))
	_, err = embedded.Start(t.Context(), embedded.Options{DataDir: moved})
	require.ErrorContains(t, err, "rehearsal")
	_, err = embedded.Start(t.Context(), embedded.Options{DataDir: moved, TimeSkipping: true, StartTime: left.Add(-time.Hour)})
	require.ErrorContains(t, err, "cannot be put back")
	server, err = embedded.Start(t.Context(), embedded.Options{DataDir: moved, Sync: embedded.SyncOff, TimeSkipping: true})
	require.NoError(t, err)
	require.WithinDuration(t, left, server.Clock().Now(), slack, "it goes on where it was left")
	require.NoError(t, server.Stop(t.Context()))
}

// A server that is stopped and started again on another day knows what its
// processes wait for: what fell into the time between happens at once, the rest
// on its day.
func TestClockAfterAStop(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	begin := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	options := embedded.Options{DataDir: t.TempDir(), Sync: embedded.SyncOff, TimeSkipping: true, StartTime: begin}
	s := &stage{}
	up := func() (stop func()) {
		server, err := embedded.Start(ctx, options)
		require.NoError(t, err)
		c, err := server.Dial(ctx, client.Options{})
		require.NoError(t, err)
		w := s.worker(c)
		require.NoError(t, w.Start())
		s.client, s.clock = c, server.Clock()
		return func() {
			w.Stop()
			c.Close()
			require.NoError(t, server.Stop(ctx))
		}
	}
	stop := up()
	s.start(t, "missed", s.Assignment, begin.Add(3*day), 10*day)
	s.start(t, "ahead", s.Assignment, begin.Add(8*day), 10*day)
	require.NoError(t, s.clock.AdvanceTo(ctx, begin.Add(2*day)))
	stop()

	options.StartTime = begin.Add(5 * day)
	stop = up()
	defer stop()
	require.NoError(t, s.clock.Settle(ctx))
	require.WithinDuration(t, begin.Add(5*day), s.at("missed", "due"), slack, "at once, not three days late again")
	require.Zero(t, s.at("ahead", "due"))
	require.NoError(t, s.clock.AdvanceTo(ctx, begin.Add(9*day)))
	require.WithinDuration(t, begin.Add(8*day), s.at("ahead", "due"), slack)
}
