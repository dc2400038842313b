package e2e_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/deadline"
	"duban/example"
	"duban/org"
	"duban/setup"
)

// shanghai is the zone of the example's plan.
func shanghai(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	return zone
}

// at reads a moment of Asia/Shanghai: "2026-11-30 09:00".
func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, shanghai(t))
	require.NoError(t, err)
	return moment
}

// rehearsal is the example's plan on a server whose clock can be moved.
func rehearsal(t *testing.T, start string) (context.Context, *app.App, *office) {
	t.Helper()
	ctx := within(t)
	running := serve(t, func(c *app.Config) { c.TimeSkipping, c.StartTime = true, at(t, start) })
	plan, err := example.Load()
	require.NoError(t, err)
	people, err := setup.Register(ctx, running.Store, plan)
	require.NoError(t, err)
	return ctx, running, newOffice(t, running.URL(), people)
}

// The ladder of a plan is changed while its assignments are under way: each goes
// by the new one from then on, whatever its age.
func TestALadderIsChangedWhileWorkIsUnderWay(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-03-02 10:00")
	works := office.dispatched(ctx, 16, 2026)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-11-24 12:00")))
	inspector := office.as(inspectors, org.Supervisor)
	require.Len(t, events(ctx, t, inspector, "assignment.remind"), 3*len(works), "30, 14 and 7 days before")

	ladder := deadline.Default()
	ladder.Rungs = append(ladder.Rungs[:9:9], // without 约谈
		deadline.Rung{Key: "before-20", Days: -20, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}})
	var plan struct{ Plan string }
	require.NoError(t, inspector.Get(ctx, "assignments/"+works[0].ID, &plan))
	require.NoError(t, inspector.Put(ctx, "plans/"+plan.Plan+"/ladder", ladder, nil))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-11-24 12:30")))
	var set struct {
		Version int
		Settled bool
	}
	require.NoError(t, inspector.Get(ctx, "plans/"+plan.Plan+"/ladder", &set))
	require.Equal(t, 1, set.Version)
	require.True(t, set.Settled)
	for _, w := range works {
		var shown struct{ LadderVersion int }
		require.NoError(t, inspector.Get(ctx, "assignments/"+w.ID, &shown))
		require.Equal(t, 1, shown.LadderVersion)
	}

	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-03-01 12:00")))
	for kind, times := range map[string]int{"remind": 5, "overdue": 1, "urge": 1, "supervise": 1, "circulate": 1, "summon": 0} {
		require.Len(t, events(ctx, t, inspector, "assignment."+kind), times*len(works), kind)
	}
	require.Len(t, events(ctx, t, inspector, "supervision.issued"), len(works), fmt.Sprint(works))
	verified(t, running)
}
