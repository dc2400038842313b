package embedded_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"duban/embedded"
)

// belfry has a workflow that schedules start, and keeps what it saw.
type belfry struct {
	client client.Client
	worker worker.Worker

	mu   sync.Mutex
	seen []sighting
}

// Strike notes when it was started.
func (b *belfry) Strike(ctx workflow.Context) error {
	if !workflow.IsReplaying(ctx) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.seen = append(b.seen, sighting{Workflow: workflow.GetInfo(ctx).WorkflowExecution.ID, At: workflow.Now(ctx)})
	}
	return nil
}

func (b *belfry) strikes() []time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := make([]time.Time, len(b.seen))
	for i, s := range b.seen {
		at[i] = s.At
	}
	return at
}

// open connects the belfry to a server.
func (b *belfry) open(t *testing.T, s *embedded.Server) {
	t.Helper()
	c, err := s.Dial(t.Context(), client.Options{})
	require.NoError(t, err)
	b.client = c
	b.worker = worker.New(c, queue, worker.Options{})
	b.worker.RegisterWorkflow(b.Strike)
	require.NoError(t, b.worker.Start())
}

func (b *belfry) close() {
	b.worker.Stop()
	b.client.Close()
}

func (b *belfry) schedule(t *testing.T, id string, spec client.ScheduleSpec) client.ScheduleHandle {
	t.Helper()
	handle, err := b.client.ScheduleClient().Create(t.Context(), client.ScheduleOptions{ID: id, Spec: spec,
		Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE,
		Action:  &client.ScheduleWorkflowAction{ID: "strike/" + id, Workflow: b.Strike, TaskQueue: queue}})
	require.NoError(t, err)
	return handle
}

func (b *belfry) ids(t *testing.T) []string {
	t.Helper()
	var ids []string
	each, err := b.client.ScheduleClient().List(t.Context(), client.ScheduleListOptions{PageSize: 2})
	require.NoError(t, err)
	for each.HasNext() {
		entry, err := each.Next()
		require.NoError(t, err)
		ids = append(ids, entry.ID)
	}
	return ids
}

// endAt changes a schedule to end at a moment.
func endAt(t *testing.T, handle client.ScheduleHandle, end time.Time) {
	t.Helper()
	require.NoError(t, handle.Update(t.Context(), client.ScheduleUpdateOptions{DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		in.Description.Schedule.Spec.EndAt = end
		return &client.ScheduleUpdate{Schedule: &in.Description.Schedule}, nil
	}}))
}

// monthly is nine o'clock in Shanghai on the 20th.
func monthly() client.ScheduleSpec {
	return client.ScheduleSpec{TimeZoneName: "Asia/Shanghai", Calendars: []client.ScheduleCalendarSpec{{
		DayOfMonth: []client.ScheduleRange{{Start: 20}}, Hour: []client.ScheduleRange{{Start: 9}}}}}
}

// A schedule follows the movable clock like everything else on the server.
func TestSchedulesFollowTheClock(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := start(t, embedded.Options{TimeSkipping: true, StartTime: begin})
	b := &belfry{}
	b.open(t, s)
	defer b.close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	struck := func(months ...time.Month) {
		t.Helper()
		at := b.strikes()
		require.Len(t, at, len(months))
		for i, month := range months {
			moment := time.Date(2026, month, 20, 1, 0, 0, 0, time.UTC)
			require.WithinDuration(t, moment, at[i], slack)
			require.False(t, at[i].Before(moment), "not early")
		}
	}

	handle := b.schedule(t, "monthly", monthly())
	require.NoError(t, s.Clock().AdvanceTo(ctx, begin.AddDate(0, 3, 0)))
	struck(1, 2, 3)
	described, err := handle.Describe(ctx)
	require.NoError(t, err)
	require.Equal(t, 3, described.Info.NumActions)
	require.Empty(t, described.Info.RunningWorkflows, "it was told that they have ended")
	require.Equal(t, time.Date(2026, 4, 20, 1, 0, 0, 0, time.UTC), described.Info.NextActionTimes[0].UTC())

	require.NoError(t, handle.Pause(ctx, client.SchedulePauseOptions{Note: "holiday"}))
	require.NoError(t, s.Clock().AdvanceTo(ctx, begin.AddDate(0, 5, 0)))
	struck(1, 2, 3)
	require.NoError(t, handle.Unpause(ctx, client.ScheduleUnpauseOptions{}))
	require.NoError(t, s.Clock().AdvanceTo(ctx, begin.AddDate(0, 6, 0)))
	struck(1, 2, 3, 6)

	endAt(t, handle, begin.AddDate(0, 8, 0))
	require.NoError(t, s.Clock().AdvanceTo(ctx, begin.AddDate(0, 10, 0)))
	struck(1, 2, 3, 6, 7, 8)

	require.NoError(t, handle.Delete(ctx))
	for n := range 4 {
		b.schedule(t, fmt.Sprint("other/", n), monthly())
	}
	require.Equal(t, []string{"other/0", "other/1", "other/2", "other/3"}, b.ids(t))
	require.NoError(t, b.client.ScheduleClient().GetHandle(ctx, "other/2").Delete(ctx))
	require.Equal(t, []string{"other/0", "other/1", "other/3"}, b.ids(t))
	require.Empty(t, list(t, b.client, "ExecutionStatus = 'Running'", 10), "a schedule is no workflow")
	_, err = b.client.ScheduleClient().GetHandle(ctx, "other/2").Describe(ctx)
	var gone *serviceerror.NotFound
	require.ErrorAs(t, err, &gone)
}

// What a server misses while it is down is made up for when it is back, and not
// once for each time that was missed. What was paused stays paused.
func TestSchedulesSurviveDowntime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := &belfry{}
	s, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, Sync: embedded.SyncOff})
	require.NoError(t, err)
	b.open(t, s)
	spec := client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: time.Second}}}
	handle := b.schedule(t, "each second", spec)
	paused := b.schedule(t, "paused", spec)
	require.NoError(t, paused.Pause(t.Context(), client.SchedulePauseOptions{Note: "holiday"}))
	require.Eventually(t, func() bool { return len(b.strikes()) > 0 }, 30*time.Second, 10*time.Millisecond)
	end := time.Now().Add(5 * time.Second)
	endAt(t, handle, end)
	b.close()
	require.NoError(t, s.Stop(t.Context()))

	time.Sleep(time.Until(end)) // the rest of its life
	again := time.Now()
	s = start(t, embedded.Options{DataDir: dir})
	b.open(t, s)
	defer b.close()
	handle = b.client.ScheduleClient().GetHandle(t.Context(), handle.GetID())
	var described *client.ScheduleDescription
	madeUp := func() int {
		var late int
		for _, action := range described.Info.RecentActions {
			if action.ActualTime.After(again) {
				late++
			}
		}
		return late
	}
	require.Eventually(t, func() bool {
		described, err = handle.Describe(t.Context())
		return err == nil && madeUp() > 0 && len(described.Info.RunningWorkflows) == 0
	}, 30*time.Second, 10*time.Millisecond)
	require.LessOrEqual(t, madeUp(), 2, "the first that was missed, and one that waits for it to end")
	require.GreaterOrEqual(t, described.Info.NumActionsSkippedOverlap, 2)
	described, err = b.client.ScheduleClient().GetHandle(t.Context(), paused.GetID()).Describe(t.Context())
	require.NoError(t, err)
	require.True(t, described.Schedule.State.Paused)
	require.Equal(t, "holiday", described.Schedule.State.Note)
}
