package e2e_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/activities"
	"duban/app"
	"duban/calendar"
	"duban/client"
	"duban/deadline"
	"duban/dispatch"
	"duban/example"
	"duban/org"
	"duban/plan"
	"duban/setup"
	"duban/store"
	"duban/target"
)

// crowd is a thousand assignments that are due in December of next year, some of them
// by working days that are counted from today, and orders and sign-offs whose time is
// counted over next February.
type crowd struct {
	due           calendar.Date // a Monday in December
	ordered       time.Time     // a Sunday at nine, before the first Monday of February
	today         calendar.Date
	counted       map[string]bool
	orders, signs []string
}

const (
	crowdSize   = 1000
	crowdOf     = 25  // of each other kind
	crowdCounts = 300 // working days from today, over February of next year
)

func newCrowd(t *testing.T) *crowd {
	zone := shanghai(t)
	today := calendar.DateOf(time.Now(), zone)
	monday := func(month time.Month, day int) calendar.Date {
		d := calendar.NewDate(today.Year+1, month, day)
		for d.Weekday() != time.Monday {
			d = d.AddDays(1)
		}
		return d
	}
	return &crowd{due: monday(time.December, 7), ordered: monday(time.February, 1).AddDays(-1).Start(zone).Add(9 * time.Hour), today: today,
		counted: map[string]bool{}}
}

// open starts the processes as the program does when items are dispatched and orders
// are issued.
func (c *crowd) open(ctx context.Context, t *testing.T, running *app.App, office *office) {
	t.Helper()
	ex, err := example.Load()
	require.NoError(t, err)
	planID, err := setup.ImportPlan(ctx, office.as(adminUnit, org.Admin), ex)
	require.NoError(t, err)
	registry, err := running.Store.Registry(ctx)
	require.NoError(t, err)
	known := func(id string) org.UnitRef {
		unit, faults := plan.Known("unit", id, registry.Unit)
		require.Empty(t, faults)
		return unit
	}
	a := &activities.Activities{Plans: running.Store, Starter: running.Gateway, ReadModel: running.Store}
	inspector, operator := office.as(inspectors, org.Supervisor), office.as(lead, org.Operator)
	unit, supervisor := known(lead), known(inspectors)
	for n := range crowdSize {
		id := fmt.Sprintf("%s-16-%d.%d", planID, c.due.Year, n+1)
		require.NoError(t, a.StartAssignment(ctx, dispatch.AssignmentOpening{ID: id, Target: fmt.Sprintf("%s-16-%d", planID, c.due.Year), Plan: planID,
			Task: dispatch.TaskRef{Key: 16, No: "16", Title: "千项"}, Year: c.due.Year, Item: target.Item{Key: n + 1, Unit: unit, Content: "一项", Due: c.due},
			Leads: []org.UnitRef{unit}, Supervisor: supervisor, Edition: 3}))
		if n < crowdOf {
			c.counted[id] = true
			office.takes(ctx, inspector, "assignments/"+id, "prolong", map[string]any{"workingDays": crowdCounts, "reason": "按工作日计"})
		} else if n < 2*crowdOf {
			order := dispatch.SupervisionID(id, 1)
			require.NoError(t, a.StartSupervision(ctx, dispatch.SupervisionOpening{ID: order, N: 1, Assignment: id, Plan: planID, Title: "千项", Unit: unit, Lead: unit,
				Supervisor: supervisor, Reason: "进度滞后", IssuedBy: act.Clock(), Edition: 3, Level: dispatch.LevelOrder, ReplyWorkingDays: 3}, c.ordered))
			c.orders = append(c.orders, order)
		}
	}
	for n := range crowdOf {
		var opened struct{ ID string }
		require.NoError(t, operator.Post(ctx, "sign-offs", map[string]any{"title": "千项会签", "content": "请签署", "supervisor": inspectors,
			"route": []any{map[string]any{"name": "会签", "mode": "all", "onDisagree": "collect", "then": "return", "within": map[string]any{"days": crowdCounts, "working": true},
				"onTimeout": "escalate", "signers": []any{map[string]any{"unit": lead, "role": "head"}}}}}, &opened, client.Key(fmt.Sprintf("crowd-%d", n))))
		c.signs = append(c.signs, opened.ID)
	}
}

// notice gives three days of February off, the first that are counted of an order, and
// in December the three days after the due date. Corrected, both are worked, and a
// Saturday of February as well.
func (c *crowd) notice(corrected bool) calendar.Year {
	monday := calendar.DateOf(c.ordered, time.UTC).AddDays(1)
	y := calendar.Year{Year: c.due.Year, Source: notice2027, Workdays: []calendar.Date{}, Holidays: []calendar.Holiday{
		{Name: "试验假", Start: monday, End: monday.AddDays(2)}, {Name: "试验假二", Start: c.due.AddDays(1), End: c.due.AddDays(3)}}}
	if corrected {
		y.Holidays, y.Workdays = []calendar.Holiday{}, []calendar.Date{monday.AddDays(5)}
	}
	return y
}

// checks compares every due moment of the crowd with what the calendar says.
func (c *crowd) checks(ctx context.Context, t *testing.T, office *office, year calendar.Year) {
	t.Helper()
	cal, err := calendar.New(append(calendar.Builtin(), year)...)
	require.NoError(t, err)
	zone, inspector := shanghai(t), office.as(inspectors, org.Supervisor)
	last := func(from time.Time, days int) calendar.Date { return dispatch.Count(from, days, cal, 0, zone).Last }
	counted := last(c.today.Start(zone), crowdCounts)
	seen := 0
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				ID, DueDate, FirstDueDate string
				DueAt                     time.Time
			}
			Next string
		}
		require.NoError(t, inspector.Get(ctx, "assignments?limit=200&cursor="+cursor, &page))
		for _, a := range page.Items {
			want := c.due
			if c.counted[a.ID] {
				want = counted
			}
			require.Equal(t, want.String(), a.DueDate, a.ID)
			require.Equal(t, c.due.String(), a.FirstDueDate)
			require.True(t, a.DueAt.Equal(deadline.Due(want, zone)))
		}
		seen += len(page.Items)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	require.Equal(t, crowdSize, seen)
	for _, id := range c.orders {
		var order struct{ ReplyDueAt time.Time }
		require.NoError(t, inspector.Get(ctx, "supervisions/"+id, &order))
		require.True(t, order.ReplyDueAt.Equal(deadline.Due(last(c.ordered, 3), zone)), id)
	}
	for _, id := range c.signs {
		var signOff struct{ OpenedAt, DueAt time.Time }
		require.NoError(t, inspector.Get(ctx, "sign-offs/"+id, &signOff))
		require.True(t, signOff.DueAt.Equal(deadline.Due(last(signOff.OpenedAt, crowdCounts), zone)), id)
	}
}

// moves counts, per process, how often a load of the year was taken in.
func (o *office) moves(ctx context.Context, load int64) map[string]int {
	o.t.Helper()
	took := map[string]int{}
	for _, kind := range []string{"assignment.ladder-armed", "supervision.reply-due-set", "sign-off.due-set"} {
		for _, m := range o.record(ctx, kind) {
			if m.Data.Why != nil && m.Data.Why.Version == load {
				took[m.Instance]++
			}
		}
	}
	return took
}

// A year is loaded on which a thousand assignments depend, and orders and sign-offs
// beside them, and the server is killed twice while it is being passed on. Each takes
// it in once, also where the same load is sent again and again, and so it is with the
// corrected notice after it.
func TestAThousandMoveThoughTheServerIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: opens a thousand processes")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	t.Cleanup(cancel)
	data, c := t.TempDir(), newCrowd(t)
	var people []setup.SignIn
	prepare(t, data, func(ctx context.Context, s *store.Store) {
		ex, err := example.Load()
		require.NoError(t, err)
		people, err = setup.Register(ctx, s, ex)
		require.NoError(t, err)
	})
	running, err := app.Start(ctx, app.Config{DataDir: data, Namespace: "duban", Listen: "127.0.0.1:0", Version: "test", Logger: quiet()})
	require.NoError(t, err)
	c.open(ctx, t, running, newOffice(t, running.URL(), people))
	require.NoError(t, running.Stop(ctx))

	server := newChild(t, data)
	server.start(t)
	office := newOffice(t, server.url, people)
	admin := office.as(adminUnit, org.Admin)
	path, all := fmt.Sprintf("calendars/years/%d", c.due.Year), crowdSize+2*crowdOf
	took := func(load int64, least int) {
		t.Helper()
		eventually(t, func() bool { return len(office.moves(ctx, load)) >= least })
	}
	for n, corrected := range []bool{false, true} {
		load, year := int64(n+1), c.notice(corrected)
		fields := map[string]any{"source": year.Source, "holidays": year.Holidays, "workdays": year.Workdays}
		require.NoError(t, insistPut(ctx, admin, path, fields))
		if !corrected {
			for _, least := range []int{50, 400} {
				took(load, least)
				t.Logf("killed with %d of %d moved", len(office.moves(ctx, load)), all)
				server.kill()
				server.start(t)
				require.NoError(t, insistPut(ctx, admin, path, fields))
			}
		}
		took(load, all)
		var change struct{ Saved bool }
		require.NoError(t, admin.Put(ctx, path, fields, &change))
		require.False(t, change.Saved, "the same again is no load")
		for instance, times := range office.moves(ctx, load) {
			require.Equal(t, 1, times, "%s took load %d in", instance, load)
		}
		c.checks(ctx, t, office, year)
	}
	var shown struct{ Loads []struct{ Version int64 } }
	require.NoError(t, admin.Get(ctx, path, &shown))
	require.Len(t, shown.Loads, 2)
	server.stop(t)
	verified(t, serve(t, func(c *app.Config) { c.DataDir = data }))
}
