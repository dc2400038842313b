package activities_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"duban/act"
	"duban/activities"
	"duban/calendar"
	"duban/dispatch"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"
	"duban/workflows"
)

// newYear2027 is the notice of a year with the first three days off.
func newYear2027() calendar.Year {
	return calendar.Year{Year: 2027, Source: "通知", Holidays: []calendar.Holiday{
		{Name: "元旦", Start: calendar.NewDate(2027, time.January, 1), End: calendar.NewDate(2027, time.January, 3)}}}
}

// shown puts rows into the read model, as a process does.
func shown(t *testing.T, s *store.Store, instance, plan string, view projection.View) {
	t.Helper()
	ledger, events, err := act.Ledger{Instance: instance}.Record(act.Command{ID: "c1"}, []act.Event{act.Happened("opened", nil)}, time.Now())
	require.NoError(t, err)
	require.NoError(t, s.Project(t.Context(), projection.Change{Instance: instance, Kind: "assignment", PlanID: plan, To: 1, Seq: 1,
		Hash: ledger.Hash, At: time.Now(), Upserts: view, Events: events}))
}

func planIn(t *testing.T, s *store.Store) string {
	t.Helper()
	policy, err := s.CreatePolicy(t.Context(), store.Policy{Title: "实施意见"}, []byte("正文"))
	require.NoError(t, err)
	plan, err := s.CreatePlan(t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2035, TimeZone: "Asia/Shanghai"}})
	require.NoError(t, err)
	return plan.ID
}

// pages tells all pages of a kind and returns how many were told.
func pages(t *testing.T, env *testsuite.TestActivityEnvironment, a *activities.Activities, request workflows.MovePageRequest) (told, turns int) {
	t.Helper()
	for {
		turns++
		value, err := env.ExecuteActivity(a.MovePage, request)
		require.NoError(t, err)
		var result workflows.MovePageResult
		require.NoError(t, value.Get(&result))
		told += result.Told
		if result.Next == "" {
			return told, turns
		}
		request.After = result.Next
	}
}

func at(text string) time.Time {
	moment, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return moment
}

func moment(text string) *time.Time {
	m := at(text)
	return &m
}

// A loaded year is told to what depends on it, page by page, and to nothing else.
func TestMovePages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		plan := planIn(t, s)
		_, err := s.SaveUnits(t.Context(), []store.Unit{{ID: "east", Name: "东县", Active: true}, {ID: "west", Name: "西县", Active: true}})
		require.NoError(t, err)
		const many = workflows.MoveWindow + 20
		var rows []projection.Assignment
		row := func(id, unit, due string, change func(*projection.Assignment)) {
			a := projection.Assignment{ID: id, PlanID: plan, UnitID: unit, Status: "acknowledged", DueDate: due, DueAt: at(due + " 16:00"), DispatchedAt: at("2026-01-05 01:00")}
			if change != nil {
				change(&a)
			}
			rows = append(rows, a)
		}
		for i := range many {
			row(fmt.Sprintf("m%04d", i), "east", "2026-12-31", nil)
		}
		row("west", "west", "2027-03-31", nil)
		row("early", "east", "2026-11-30", nil)
		row("late", "east", "2029-03-31", nil)
		counted := func(from string) func(*projection.Assignment) {
			return func(a *projection.Assignment) { a.DueFrom, a.DueWorkingDays = moment(from), 300 }
		}
		row("counted", "east", "2031-03-31", counted("2027-12-28 01:00"))
		row("counted-later", "east", "2031-03-31", counted("2028-01-10 01:00"))
		row("closed", "east", "2026-12-31", func(a *projection.Assignment) { a.Status = "closed" })
		row("over", "east", "2026-12-31", func(a *projection.Assignment) { a.CalendarVersion = -1 })
		handovers, err := json.Marshal([]dispatch.Handover{{N: 1, Status: dispatch.HandoverProposed, Counted: &dispatch.Counted{WorkingDays: 3}}})
		require.NoError(t, err)
		row("asked", "east", "2026-06-30", func(a *projection.Assignment) { a.NextStep, a.Handovers = "consent", string(handovers) })
		proposed := func(id, from, due string, version int64) projection.AnnualTarget {
			detail, err := json.Marshal(dispatch.TargetDetail{Proposal: &dispatch.Proposal{Armed: dispatch.Armed{DueAt: at(due),
				Counted: &dispatch.Counted{From: at(from), WorkingDays: 10, Calendar: version}}}})
			require.NoError(t, err)
			return projection.AnnualTarget{ID: id, PlanID: plan, Status: "proposed", OpenedAt: at(from), Detail: string(detail)}
		}
		round := func(period, due, status string, version int64) projection.Round {
			return projection.Round{ID: plan + "-" + period, PlanID: plan, Period: period, Every: "month", Year: 2026, Version: 1, Status: status, DueDate: due,
				DueAt: at(due + " 16:00"), CompileDueAt: at(due + " 16:00"), OpenedAt: at(period + "-20 01:00"), Basis: projection.Basis{CalendarVersion: version}}
		}
		shown(t, s, "assignment/rows", plan, projection.View{Assignments: rows,
			Rounds: []projection.Round{round("2026-12", "2026-12-28", "filling", 0), round("2027-01", "2027-01-28", "compiling", 0), round("2026-10", "2026-10-28", "filling", 0),
				round("2027-02", "2027-02-26", "frozen", 0), round("2027-03", "2027-03-26", "filling", -1), round("2027-04", "2027-04-28", "filling", 9)},
			Supervisions: []projection.Supervision{
				{ID: "o.1", PlanID: plan, UnitID: "east", Status: "issued", IssuedAt: at("2026-12-30 01:00"), ReplyFrom: moment("2026-12-30 01:00"), ReplyDueAt: moment("2027-01-04 16:00"), Detail: "{}"},
				{ID: "o.2", PlanID: plan, UnitID: "east", Status: "issued", IssuedAt: at("2026-10-08 01:00"), ReplyFrom: moment("2026-10-08 01:00"), ReplyDueAt: moment("2026-10-13 16:00"), Detail: "{}"},
				{ID: "o.3", PlanID: plan, UnitID: "east", Status: "answered", IssuedAt: at("2026-10-08 01:00"), PromiseDate: "2027-01-04", Detail: "{}"},
				{ID: "o.4", PlanID: plan, UnitID: "east", Status: "closed", IssuedAt: at("2026-12-30 01:00"), ReplyFrom: moment("2026-12-30 01:00"), ReplyDueAt: moment("2027-01-04 16:00"), Detail: "{}"},
			},
			Targets: []projection.AnnualTarget{
				proposed("t1", "2026-12-21 01:00", "2027-01-05 16:00", 0), proposed("t2", "2026-11-02 01:00", "2026-11-13 16:00", 0),
				proposed("t3", "2026-12-21 01:00", "2027-01-05 16:00", 9)},
			SignOffs: []projection.SignOff{
				{ID: "signoff.s1.1", Kind: "general", Status: "open", OpenedAt: at("2026-12-30 01:00"), DueAt: moment("2027-01-05 16:00"), Content: "{}", Route: "[]"},
				{ID: "signoff.s2.1", Kind: "general", Status: "open", OpenedAt: at("2026-12-01 01:00"), DueAt: moment("2026-12-05 16:00"), Content: "{}", Route: "[]"},
				{ID: "signoff.s3.1", Kind: "general", Status: "open", OpenedAt: at("2026-12-30 01:00"), DueAt: moment("2027-01-05 16:00"), Content: "{}", Route: "[]",
					Basis: projection.Basis{CalendarVersion: -1}},
			}})
		load, _, err := s.LoadCalendar(t.Context(), "", newYear2027(), 0, act.Actor{User: "u1"})
		require.NoError(t, err)

		teller := &told{fails: map[string]int{"assignment/m0100": 1}}
		a := &activities.Activities{Plans: s, Teller: teller, Rounds: s}
		env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
		env.RegisterActivity(a.MovePage)
		env.RegisterActivity(a.SettleCalendar)
		about := workflows.CalendarYear{Year: 2027}
		_, err = env.ExecuteActivity(a.MovePage, workflows.MovePageRequest{CalendarYear: about, Kind: workflows.MoveAssignments})
		require.ErrorContains(t, err, "the engine is away", "the page is told again, by the engine's retry")

		toldOf := func(kind string) int {
			all, _ := pages(t, env, a, workflows.MovePageRequest{CalendarYear: about, Kind: kind})
			return all
		}
		all, turns := pages(t, env, a, workflows.MovePageRequest{CalendarYear: about, Kind: workflows.MoveAssignments})
		require.Equal(t, many+3, all)
		require.Equal(t, 2, turns)
		require.Equal(t, 2, toldOf(workflows.MoveOrders))
		require.Equal(t, 1, toldOf(workflows.MoveSignOffs))
		require.Equal(t, 1, toldOf(workflows.MoveProposals))
		require.Equal(t, 2, toldOf(workflows.MoveRounds))
		for _, silent := range []string{"assignment/early", "assignment/late", "assignment/counted-later", "assignment/closed", "assignment/over", dispatch.TargetWorkflow("t2"), dispatch.TargetWorkflow("t3"),
			dispatch.RoundWorkflow(plan + "-2026-10"), dispatch.RoundWorkflow(plan + "-2027-02"), dispatch.RoundWorkflow(plan + "-2027-03"), dispatch.RoundWorkflow(plan + "-2027-04"), "supervision/o/2", "supervision/o/4"} {
			require.Empty(t, teller.commands[silent], silent)
		}
		for _, heard := range []string{"assignment/m0000", "assignment/west", "assignment/asked", "assignment/counted", "supervision/o/1", "supervision/o/3", "assignment/rows", dispatch.TargetWorkflow("t1"),
			dispatch.RoundWorkflow(plan + "-2026-12"), dispatch.RoundWorkflow(plan + "-2027-01")} {
			require.NotEmpty(t, teller.commands[heard], heard)
		}
		var why calendar.Load
		require.NoError(t, json.Unmarshal(teller.commands["assignment/west"][0].Payload, &why))
		require.Equal(t, calendar.Load{Year: 2027, Version: load.Seq, Source: "通知"}, why)

		// A unit's own days concern the unit, and whoever it is asked to take over from.
		own := newYear2027()
		ownLoad, _, err := s.LoadCalendar(t.Context(), "west", own, 0, act.Actor{User: "u1"})
		require.NoError(t, err)
		about.Unit = "west"
		require.Equal(t, 1, toldOf(workflows.MoveAssignments))
		require.Zero(t, toldOf(workflows.MoveOrders))
		require.Zero(t, toldOf(workflows.MoveSignOffs))
		require.Zero(t, toldOf(workflows.MoveProposals))
		require.Zero(t, toldOf(workflows.MoveRounds))

		settled, err := env.ExecuteActivity(a.SettleCalendar, workflows.SettleCalendarRequest{CalendarYear: about, Load: ownLoad.Seq})
		require.NoError(t, err)
		var done bool
		require.NoError(t, settled.Get(&done))
		require.True(t, done)
		own.Holidays = nil
		_, _, err = s.LoadCalendar(t.Context(), "west", own, ownLoad.Seq, act.Actor{User: "u1"})
		require.NoError(t, err)
		settled, err = env.ExecuteActivity(a.SettleCalendar, workflows.SettleCalendarRequest{CalendarYear: about, Load: ownLoad.Seq})
		require.NoError(t, err)
		require.NoError(t, settled.Get(&done))
		require.False(t, done, "another load came meanwhile")
	})
}
