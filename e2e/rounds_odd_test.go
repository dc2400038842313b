package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	engine "go.temporal.io/sdk/client"

	"duban/app"
	"duban/client"
	"duban/dispatch"
	"duban/example"
	"duban/org"
	"duban/setup"
)

// rounds lists the report rounds of the plan, newest first.
func (r *reporting) rounds() []round {
	r.t.Helper()
	var page struct{ Items []round }
	require.NoError(r.t, r.as(inspectors, org.Supervisor).Get(r.ctx, "rounds?limit=200&plan="+r.plan, &page))
	return page.Items
}

// periods are what the plan has asked for, newest first.
func (r *reporting) periods() string {
	r.t.Helper()
	var all []string
	for _, one := range r.rounds() {
		all = append(all, one.Period)
	}
	return strings.Join(all, " ")
}

// fires lets a schedule of the plan fire by hand.
func (r *reporting) fires(running *app.App, schedule string) {
	r.t.Helper()
	require.NoError(r.t, running.Engine.ScheduleClient().GetHandle(r.ctx, schedule).Trigger(r.ctx, engine.ScheduleTriggerOptions{}))
}

// planOfWork is the plan that an assignment belongs to.
func planOfWork(w work) string {
	plan, _, _, _ := dispatch.ParseTargetID(w.ID[:strings.LastIndex(w.ID, "-")])
	return plan
}

// The server is down for a quarter, and again over the day on which the year
// turns: each time it makes up for it once when it is back.
func TestWhatIsMissedIsMadeUpForOnce(t *testing.T) {
	ctx := within(t)
	data := t.TempDir()
	startAt := func(text string) *app.App {
		running, err := app.Start(ctx, app.Config{DataDir: data, Namespace: "duban", Listen: "127.0.0.1:0", TimeSkipping: true, StartTime: at(t, text),
			Version: "test", Logger: quiet()})
		require.NoError(t, err)
		return running
	}
	running := startAt("2026-01-05 10:00")
	plan, err := example.Load()
	require.NoError(t, err)
	people, err := setup.Register(ctx, running.Store, plan)
	require.NoError(t, err)
	r := &reporting{office: newOffice(t, running.URL(), people), ctx: ctx}
	works := r.dispatched(ctx, 16, 2026)
	r.plan = planOfWork(works[0])
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-01-19 10:00")))
	require.Empty(t, r.rounds())
	stop(t, running)

	running = startAt("2026-04-08 10:00")
	r.office = newOffice(t, running.URL(), people)
	eventually(t, func() bool { return len(r.rounds()) > 0 && r.rounds()[0].Sheets == len(works) })
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-04-08 11:00")))
	require.Equal(t, "2026-Q1", r.periods(), "one round for three months: the last, which is left to the quarter")
	require.Equal(t, "2026-04-13", r.round("2026-Q1").DueDate, "units have three working days all the same")
	for _, every := range []string{"month", "quarter", "year"} {
		r.fires(running, "rounds/"+r.plan+"/"+every)
	}
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-04-08 12:00")))
	inspector := r.as(inspectors, org.Supervisor)
	require.Equal(t, "2025 2026-Q1", r.periods(), "by hand also the year before, of which nobody had asked")
	require.Len(t, events(ctx, t, inspector, "round.opened"), 2)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-04-20 10:00")))
	require.Equal(t, "2026-04 2025 2026-Q1", r.periods(), "and then it goes on as always")
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-10-28 10:00")))
	stop(t, running)

	running = startAt("2026-11-10 10:00")
	r.office = newOffice(t, running.URL(), people)
	inspector = r.as(inspectors, org.Supervisor)
	eventually(t, func() bool { return len(events(ctx, t, inspector, "target.proposed")) > 30 })
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-11-10 11:00")))
	proposed := len(events(ctx, t, inspector, "target.proposed"))
	r.fires(running, "year-turn/"+r.plan)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-11-10 12:00")))
	require.Len(t, events(ctx, t, inspector, "target.proposed"), proposed)
	verified(t, running)
	stop(t, running)
}

// Units are merged before a round and during one: each assignment is asked for
// once, of the people who act for its unit then.
func TestMergedUnitsReport(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-01-05 10:00")
	works := office.dispatched(ctx, 16, 2026)
	r := &reporting{office: office, ctx: ctx, plan: planOfWork(works[0])}
	successor, before, during := works[0], works[1], works[2]
	merge := func(unit string) {
		require.NoError(t, office.as(adminUnit, org.Admin).Post(ctx, "units/"+unit+"/merge", map[string]string{"into": successor.Unit, "reason": "机构改革"}, nil))
	}

	merge(before.Unit)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-01-20 09:30")))
	require.Equal(t, len(works)-1, r.round("2026-01").Sheets, "who is merged is not asked")
	require.Len(t, r.sheet("2026-01", successor.Unit).Lines, 2, "its successor reports for both, on one sheet")
	r.fires(running, "rounds/"+r.plan+"/month")
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-01-20 09:40")))
	require.Len(t, r.rounds(), 1, "the same period once more is the same round")

	merge(during.Unit)
	r.answer("2026-01", successor.Unit, "已完成选址。", 20)
	path := "rounds/" + r.plan + "-2026-01/sheets/" + during.Unit
	operator := office.as(successor.Unit, org.Operator)
	var theirs sheet
	eventually(t, func() bool { return operator.Get(ctx, path, &theirs) == nil && theirs.Status == "open" })
	var inbox struct{ Items []struct{ Resource string } }
	require.NoError(t, operator.Get(ctx, "inbox?limit=200&kind=report", &inbox))
	require.Contains(t, fmt.Sprint(inbox.Items), strings.TrimPrefix(path, "/"))
	line := map[string]any{"assignment": during.ID, "text": "原单位已开工。", "percent": 30}
	require.NoError(t, r.on(successor.Unit, org.Operator, "2026-01", map[string]any{"action": "submit-sheet", "unit": during.Unit, "lines": []any{line}}))
	other := works[len(works)-1].Unit
	require.True(t, client.IsProblem(r.on(other, org.Operator, "2026-01", map[string]any{"action": "submit-sheet", "unit": during.Unit}), http.StatusForbidden))

	for _, w := range works[3:] {
		r.answer("2026-01", w.Unit, "开展了调研。", 10)
	}
	require.NoError(t, running.Clock().Settle(ctx))
	for _, w := range works {
		require.Equal(t, 1, r.reports(w.ID), "each assignment is reported on once")
	}
	r.freeze("2026-01")

	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-02-24 10:00")))
	require.Len(t, r.sheet("2026-02", successor.Unit).Lines, 3, "from the next round on it is one sheet")
	verified(t, running)
}

// A plan ends: its last year is reported on and can be frozen when the year is
// over, and then nothing more is asked, whatever still fires.
func TestAPlanThatEnds(t *testing.T) {
	ctx, running, office := rehearsal(t, "2035-11-05 10:00")
	works := office.dispatched(ctx, 16, 2035)
	r := &reporting{office: office, ctx: ctx, plan: planOfWork(works[0])}
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2035-12-20 10:00")))
	require.Equal(t, "2035 2035-11", r.periods(), "December and the fourth quarter are left to the year")

	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2036-03-25 10:00")))
	require.Equal(t, "2035 2035-11", r.periods())
	var page struct{ Items []any }
	inspector := office.as(inspectors, org.Supervisor)
	require.NoError(t, inspector.Get(ctx, "annual-targets?year=2036&plan="+r.plan, &page))
	require.Empty(t, page.Items)
	require.NoError(t, r.on(inspectors, org.Supervisor, "2035", map[string]any{"action": "freeze", "reason": "规划期满。"}))
	require.Equal(t, "frozen", r.round("2035").Status)
	verified(t, running)
}
