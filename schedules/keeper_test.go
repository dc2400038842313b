package schedules_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/embedded"
	"duban/payload"
	"duban/schedules"
	"duban/store"
	"duban/store/dbtest"
)

// office has a real engine and a real database.
type office struct {
	t      *testing.T
	store  *store.Store
	engine client.Client
	keeper schedules.Keeper
	now    time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	server, err := embedded.Start(t.Context(), embedded.Options{DataDir: t.TempDir(), Sync: embedded.SyncOff})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop(context.Background())) })
	engine, err := server.Dial(t.Context(), client.Options{DataConverter: payload.Converter()})
	require.NoError(t, err)
	t.Cleanup(engine.Close)
	o := &office{t: t, engine: engine, now: time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC),
		store: dbtest.Open(t, store.Options{URL: dbtest.Migrated(t)})}
	o.keeper = schedules.Keeper{Engine: engine, Plans: o.store, Now: func() time.Time { return o.now }}
	return o
}

// plan publishes a plan and returns its id.
func (o *office) plan(from, to int) string {
	o.t.Helper()
	policy, err := o.store.CreatePolicy(o.t.Context(), store.Policy{Title: "意见", Draft: store.JSON(`{}`)}, []byte("一"))
	require.NoError(o.t, err)
	created, err := o.store.CreatePlan(o.t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: from, EndYear: to, TimeZone: calendar.DefaultZone}})
	require.NoError(o.t, err)
	published, err := o.store.PublishPlan(o.t.Context(), created.ID, created.Version, "u")
	require.NoError(o.t, err)
	return published.ID
}

func (o *office) ids() []string {
	o.t.Helper()
	ids := []string{}
	each, err := o.engine.ScheduleClient().List(o.t.Context(), client.ScheduleListOptions{})
	require.NoError(o.t, err)
	for each.HasNext() {
		entry, err := each.Next()
		require.NoError(o.t, err)
		ids = append(ids, entry.ID)
	}
	return ids
}

func (o *office) describe(id string) *client.ScheduleDescription {
	o.t.Helper()
	described, err := o.engine.ScheduleClient().GetHandle(o.t.Context(), id).Describe(o.t.Context())
	require.NoError(o.t, err)
	return described
}

func TestSchedulesFollowThePlans(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	require.NoError(t, o.keeper.Reconcile(ctx))
	require.Empty(t, o.ids())
	_, err := o.engine.ScheduleClient().Create(ctx, client.ScheduleOptions{ID: "backup", Spec: client.ScheduleSpec{CronExpressions: []string{"0 3 * * *"}},
		Action: &client.ScheduleWorkflowAction{Workflow: "Backup", TaskQueue: "other"}})
	require.NoError(t, err)

	a, b := o.plan(2025, 2035), o.plan(2025, 2026)
	require.NoError(t, o.keeper.Apply(ctx, a))
	ofA := []string{"rounds/" + a + "/month", "rounds/" + a + "/quarter", "rounds/" + a + "/year", "year-turn/" + a}
	require.ElementsMatch(t, append([]string{"backup"}, ofA...), o.ids())
	next := o.describe(ofA[0]).Info.NextActionTimes[0].In(time.FixedZone("", 8*3600))
	require.Equal(t, []int{20, 9, 0}, []int{next.Day(), next.Hour(), next.Minute()}, "nine o'clock in the plan's zone")
	require.Equal(t, time.November, o.describe(ofA[3]).Info.NextActionTimes[0].In(next.Location()).Month())

	require.NoError(t, o.keeper.Apply(ctx, a))
	require.True(t, o.describe(ofA[0]).Info.LastUpdateAt.IsZero(), "as it should be: left alone")
	require.NoError(t, o.engine.ScheduleClient().GetHandle(ctx, ofA[0]).Pause(ctx, client.SchedulePauseOptions{Note: "机构改革"}))

	rounds := deadline.DefaultRounds()
	rounds.Rules = rounds.Rules[:2]
	rounds.Rules[0].Opens.Day = 15
	rounds.YearTurn.Month = 0
	_, err = o.store.SaveRounds(ctx, a, 0, rounds, act.Actor{User: "u", Name: "督查"})
	require.NoError(t, err)
	require.NoError(t, o.keeper.Apply(ctx, a))
	require.ElementsMatch(t, []string{"backup", ofA[0], ofA[1]}, o.ids(), "what the rule does not ask for any more is removed")
	changed := o.describe(ofA[0])
	require.Equal(t, 15, changed.Info.NextActionTimes[0].In(next.Location()).Day())
	require.True(t, changed.Schedule.State.Paused, "it stays paused")
	require.Equal(t, "机构改革", changed.Schedule.State.Note)

	require.NoError(t, o.keeper.Reconcile(ctx))
	ofB := []string{"rounds/" + b + "/month", "rounds/" + b + "/quarter", "rounds/" + b + "/year"}
	require.ElementsMatch(t, append([]string{"backup", ofA[0], ofA[1]}, ofB...), o.ids(), "no year of b follows on 2026")
	require.NoError(t, o.engine.ScheduleClient().GetHandle(ctx, ofB[1]).Delete(ctx))
	require.NoError(t, o.keeper.Reconcile(ctx))
	require.Contains(t, o.ids(), ofB[1], "one that was lost is made again")

	o.now = time.Date(2027, time.June, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, o.keeper.Reconcile(ctx))
	require.ElementsMatch(t, []string{"backup", ofA[0], ofA[1]}, o.ids(), "its work is over")
	_, err = o.engine.ScheduleClient().GetHandle(ctx, ofB[0]).Describe(ctx)
	var gone *serviceerror.NotFound
	require.ErrorAs(t, err, &gone)
}

func TestADraftHasNoSchedules(t *testing.T) {
	o := newOffice(t)
	policy, err := o.store.CreatePolicy(t.Context(), store.Policy{Title: "意见", Draft: store.JSON(`{}`)}, []byte("一"))
	require.NoError(t, err)
	draft, err := o.store.CreatePlan(t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2035, TimeZone: calendar.DefaultZone}})
	require.NoError(t, err)
	require.NoError(t, o.keeper.Apply(t.Context(), draft.ID))
	require.NoError(t, o.keeper.Reconcile(t.Context()))
	require.Empty(t, o.ids())
	require.ErrorIs(t, o.keeper.Apply(t.Context(), "nowhere"), store.ErrNotFound)
}
