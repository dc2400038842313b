package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/client"
	"duban/dispatch"
	"duban/example"
	"duban/org"
	"duban/setup"
	"duban/store"
)

const notice2027 = "国务院办公厅关于2027年部分节假日安排的通知（试验用）"

// holidays2027 is a notice that gives Wednesday, 1 to Friday, 3 December 2027 off,
// the working days after 30 November, and makes Saturday, the 11th a working day.
func holidays2027() map[string]any {
	return map[string]any{"source": notice2027, "workdays": []string{"2027-12-11"},
		"holidays": []map[string]string{{"name": "试验假", "start": "2027-12-01", "end": "2027-12-03"}}}
}

// moved is how an event says what a year has moved.
type moved struct {
	Instance string `json:"instance"`
	At       time.Time
	Data     struct {
		Why *struct {
			Year    int
			Version int64
			Source  string
		}
		Moved []struct {
			Key      string
			From, To time.Time
		}
		ReplyDue time.Time
	} `json:"data"`
}

func (o *office) record(ctx context.Context, kind string) []moved {
	o.t.Helper()
	var all []moved
	for cursor := ""; ; {
		var page struct {
			Items []moved
			Next  string
		}
		require.NoError(o.t, o.as(inspectors, org.Supervisor).Get(ctx, "events?limit=200&type="+kind+"&cursor="+cursor, &page))
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		cursor = page.Next
	}
}

type forecast struct {
	ID               string `json:"id"`
	DueDate          string `json:"dueDate"`
	Provisional      bool   `json:"provisional"`
	ProvisionalYears []int  `json:"provisionalYears"`
}

// Assignments are due in 2027, a year without a notice. The administrator loads
// it: the reminders and escalations that depend on it move, each fires at its new
// moment and once, and the record says why.
func TestALoadedYearMovesWhatDependsOnIt(t *testing.T) {
	ctx, running, office := rehearsal(t, "2027-03-01 10:00")
	works := office.dispatched(ctx, 16, 2027)
	inspector, admin := office.as(inspectors, org.Supervisor), office.as(adminUnit, org.Admin)
	for _, w := range works {
		var shown forecast
		require.NoError(t, inspector.Get(ctx, "assignments/"+w.ID, &shown))
		require.Equal(t, "2027-11-30", shown.DueDate)
		require.True(t, shown.Provisional)
		require.Equal(t, []int{2027}, shown.ProvisionalYears)
	}
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-11-30 12:00")))
	reminded := len(events(ctx, t, inspector, "assignment.remind"))
	require.Equal(t, 6*len(works), reminded)

	var change struct {
		Saved bool
		Moves struct{ Assignments, Moments int }
		Year  struct{ Version int64 }
	}
	require.NoError(t, admin.Put(ctx, "calendars/years/2027?dry-run=true", holidays2027(), &change))
	require.False(t, change.Saved)
	require.Equal(t, len(works), change.Moves.Assignments)
	// 催办, 督办单 and 通报 wait for three days; 约谈, on the 15th working day, gains one
	// by the Saturday.
	require.Equal(t, 4*len(works), change.Moves.Moments)
	require.NoError(t, admin.Put(ctx, "calendars/years/2027", holidays2027(), &change))
	require.True(t, change.Saved)
	require.NoError(t, admin.Put(ctx, "calendars/years/2027", holidays2027(), &change))
	require.False(t, change.Saved, "the same again is no load")
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-11-30 13:00")))

	rearmed := map[string]int{}
	for _, m := range office.record(ctx, "assignment.ladder-armed") {
		require.NotNil(t, m.Data.Why)
		require.Equal(t, notice2027, m.Data.Why.Source)
		require.Len(t, m.Data.Moved, 4)
		require.Equal(t, "urge", m.Data.Moved[0].Key)
		require.True(t, m.Data.Moved[0].From.Equal(at(t, "2027-12-01 09:00")))
		require.True(t, m.Data.Moved[0].To.Equal(at(t, "2027-12-06 09:00")))
		rearmed[m.Instance]++
	}
	require.Len(t, rearmed, len(works))
	for instance, times := range rearmed {
		require.Equal(t, 1, times, instance)
	}
	for _, w := range works {
		var shown forecast
		require.NoError(t, inspector.Get(ctx, "assignments/"+w.ID, &shown))
		require.False(t, shown.Provisional, "the notice is there; nothing depends on that of 2028")
		require.Equal(t, "2027-11-30", shown.DueDate, "what people have set stays")
	}
	var year struct {
		Settled bool
		Loads   []struct{ UserName string }
	}
	require.NoError(t, admin.Get(ctx, "calendars/years/2027", &year))
	require.True(t, year.Settled)
	require.Len(t, year.Loads, 1)

	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-05 23:00")))
	require.Empty(t, events(ctx, t, inspector, "assignment.urge"), "nothing at the old moment")
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-06 12:00")))
	require.Len(t, events(ctx, t, inspector, "assignment.urge"), len(works))
	for _, e := range events(ctx, t, inspector, "assignment.urge") {
		require.Equal(t, "2027-12-06", e.At.In(shanghai(t)).Format("2006-01-02"))
	}
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-31 12:00")))
	for kind, times := range map[string]int{"remind": 6, "overdue": 1, "urge": 1, "supervise": 1, "circulate": 1, "summon": 1} {
		require.Len(t, events(ctx, t, inspector, "assignment."+kind), times*len(works), kind)
	}
	verified(t, running)
}

// An order waits for its answer, and a sign-off for an opinion, in a year without a
// notice. Loading the year moves the reply deadline and the step, and who is
// waited for is told; a unit's own days move only what is its own.
func TestALoadedYearMovesAReplyDeadlineAndAUnitsOwnDaysOnlyItsOwn(t *testing.T) {
	ctx, running, office := rehearsal(t, "2027-03-01 10:00")
	works := office.dispatched(ctx, 16, 2027)
	inspector, admin := office.as(inspectors, org.Supervisor), office.as(adminUnit, org.Admin)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-03 12:00"))) // 督办单 on the 3rd working day
	var orders struct {
		Items []struct {
			forecast
			Unit       string
			ReplyDueAt time.Time
		}
	}
	require.NoError(t, inspector.Get(ctx, "supervisions?limit=200", &orders))
	require.Len(t, orders.Items, len(works))
	for _, o := range orders.Items {
		require.True(t, o.Provisional)
		require.True(t, o.ReplyDueAt.Equal(at(t, "2027-12-09 00:00")), "three working days on: Wednesday, the 8th")
	}
	var signOff forecast
	require.NoError(t, office.as(lead, org.Operator).Post(ctx, "sign-offs", map[string]any{"title": "节前会签", "content": "请签署", "supervisor": inspectors,
		"route": []any{map[string]any{"name": "会签", "mode": "all", "onDisagree": "collect", "then": "return", "within": map[string]any{"days": 3, "working": true},
			"onTimeout": "escalate", "signers": []any{map[string]any{"unit": works[0].Unit, "role": "head"}}}}}, &signOff, client.Key("open")))
	stepDue := func() (due time.Time, provisional bool) {
		var shown struct {
			forecast
			DueAt time.Time
		}
		require.NoError(t, inspector.Get(ctx, "sign-offs/"+signOff.ID, &shown))
		return shown.DueAt, shown.Provisional
	}
	eventually(t, func() bool { due, provisional := stepDue(); return provisional && due.Equal(at(t, "2027-12-09 00:00")) })
	own := map[string]any{"source": "县庆放假的通知", "workdays": []string{},
		"holidays": []map[string]string{{"name": "县庆", "start": "2027-12-06", "end": "2027-12-06"}}}
	unit := works[0].Unit
	require.NoError(t, admin.Put(ctx, "units/"+unit+"/calendar/2027", own, nil))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-03 13:00")))
	require.NoError(t, inspector.Get(ctx, "supervisions?limit=200", &orders))
	for _, o := range orders.Items {
		want := "2027-12-09 00:00"
		if o.Unit == unit {
			want = "2027-12-10 00:00"
		}
		require.True(t, o.ReplyDueAt.Equal(at(t, want)), o.Unit)
		require.True(t, o.Provisional, "a unit's own days are no notice")
	}
	due, provisional := stepDue()
	require.True(t, provisional && due.Equal(at(t, "2027-12-09 00:00")), "signers go by the calendar of all")

	notice := holidays2027()
	notice["holidays"], notice["workdays"] = []map[string]string{{"name": "试验假", "start": "2027-12-08", "end": "2027-12-08"}}, []string{}
	require.NoError(t, admin.Put(ctx, "calendars/years/2027", notice, nil))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-03 14:00")))
	require.NoError(t, inspector.Get(ctx, "supervisions?limit=200", &orders))
	for _, o := range orders.Items {
		want := "2027-12-10 00:00"
		if o.Unit == unit {
			want = "2027-12-11 00:00"
		}
		require.True(t, o.ReplyDueAt.Equal(at(t, want)), o.Unit)
		require.False(t, o.Provisional)
		var told struct {
			Items []struct{ Kind, Resource string }
		}
		require.NoError(t, office.as(o.Unit, org.Operator).Get(ctx, "notices?limit=200", &told))
		times := 0
		for _, n := range told.Items {
			if n.Kind == "due-moved" {
				times++
			}
		}
		if o.Unit == unit {
			require.Equal(t, 2, times, "by its own day, and by the notice")
		} else {
			require.Equal(t, 1, times, o.Unit)
		}
	}
	due, provisional = stepDue()
	require.True(t, !provisional && due.Equal(at(t, "2027-12-10 00:00")))
	verified(t, running)
	if *record != "" {
		host, _ := dispatch.HostOf(signOff.ID)
		require.NoError(t, keepHistories(ctx, running, []string{"calendar/2027", dispatch.AssignmentWorkflow(works[0].ID),
			dispatch.SupervisionWorkflow(orders.Items[0].ID), host}))
	}
}

// The server is killed while a loaded year is being passed on: every assignment
// takes it in, and once.
func TestKilledWhileAYearIsPassedOn(t *testing.T) {
	ctx, data := within(t), t.TempDir()
	server := newChild(t, data)
	var people []setup.SignIn
	prepare(t, data, func(ctx context.Context, s *store.Store) {
		plan, err := example.Load()
		require.NoError(t, err)
		people, err = setup.Register(ctx, s, plan)
		require.NoError(t, err)
	})
	server.start(t)
	office := newOffice(t, server.url, people)
	works := office.dispatched(ctx, 16, 2028)
	admin, auditor := office.as(adminUnit, org.Admin), office.as(inspectors, org.Supervisor)
	year := map[string]any{"source": notice2027, "workdays": []string{},
		"holidays": []map[string]string{{"name": "试验假", "start": "2028-12-01", "end": "2028-12-04"}}}
	for i := range 3 {
		require.NoError(t, insistPut(ctx, admin, "calendars/years/2028", year))
		if i > 0 { // the first time at once, then a little later
			time.Sleep(time.Duration(i) * 40 * time.Millisecond)
		}
		server.kill()
		server.start(t)
	}
	arrive(ctx, t, auditor, "assignment.ladder-armed", len(works))
	took := map[string]int{}
	for _, m := range office.record(ctx, "assignment.ladder-armed") {
		took[m.Instance]++
		require.Len(t, m.Data.Moved, 4)
	}
	require.Len(t, took, len(works))
	server.stop(t)
	verified(t, serve(t, func(c *app.Config) { c.DataDir = data }))
}

// A supervisor gives working days in a year without a notice. Loading the year moves
// the due date, and a corrected notice moves it into the past: it is overdue at once,
// and once.
func TestALoadedYearMovesADueDateThatIsCounted(t *testing.T) {
	ctx, running, office := rehearsal(t, "2027-03-01 10:00")
	works := office.dispatched(ctx, 16, 2027)
	inspector, admin := office.as(inspectors, org.Supervisor), office.as(adminUnit, org.Admin)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-11-29 10:00")))
	work := "assignments/" + works[0].ID
	office.takes(ctx, inspector, work, "prolong", map[string]any{"workingDays": 5, "reason": "供货延误"})
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-11-29 10:01")))
	type counted struct {
		forecast
		FirstDueDate   string
		DueWorkingDays int
		Overdue        bool
	}
	shows := func(due string, overdue bool, provisional ...int) {
		t.Helper()
		var shown counted
		require.NoError(t, inspector.Get(ctx, work, &shown))
		require.Equal(t, due, shown.DueDate)
		require.Equal(t, overdue, shown.Overdue)
		require.ElementsMatch(t, provisional, shown.ProvisionalYears)
		require.Equal(t, 5, shown.DueWorkingDays)
		require.Equal(t, "2027-11-30", shown.FirstDueDate)
	}
	shows("2027-12-06", false, 2027, 2028) // 约谈 comes in the last week of December
	var change struct{ Moves struct{ DueDates int } }
	require.NoError(t, admin.Put(ctx, "calendars/years/2027?dry-run=true", holidays2027(), &change))
	require.Equal(t, 1, change.Moves.DueDates)
	require.NoError(t, admin.Put(ctx, "calendars/years/2027", holidays2027(), nil))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-08 12:00")))
	shows("2027-12-09", false, 2028) // 30 November, then from 6 December on

	corrected := map[string]any{"source": notice2027 + "（更正）", "holidays": []any{}, "workdays": []string{"2027-12-04"}}
	require.NoError(t, admin.Put(ctx, "calendars/years/2027", corrected, nil))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-08 12:10")))
	shows("2027-12-04", true)
	require.NoError(t, admin.Put(ctx, "calendars/years/2027", holidays2027(), nil))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-12-31 12:00")))
	shows("2027-12-04", true) // what has passed stays
	late := 0
	for _, e := range events(ctx, t, inspector, "assignment.overdue") {
		if e.Instance == dispatch.AssignmentWorkflow(works[0].ID) {
			late++
		}
	}
	require.Equal(t, 1, late)
	var told struct {
		Items []struct{ Kind, Title string }
	}
	require.NoError(t, office.as(works[0].Unit, org.Operator).Get(ctx, "notices?limit=200", &told))
	moved := []string{}
	for _, n := range told.Items {
		if n.Kind == "due-moved" && strings.Contains(n.Title, "办理期限") { // and not the order that follows
			moved = append(moved, n.Title)
		}
	}
	require.Len(t, moved, 2, "the unit is told each time its date moves")
	verified(t, running)
	if *record != "" {
		require.NoError(t, keepHistories(ctx, running, []string{dispatch.AssignmentWorkflow(works[0].ID)}))
	}
}

// insistPut puts until the server has taken it.
func insistPut(ctx context.Context, by client.Client, path string, body any) error {
	for {
		err := by.Put(ctx, path, body, nil)
		var problem *client.Problem
		if err == nil || errors.As(err, &problem) && problem.Status < http.StatusInternalServerError {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
