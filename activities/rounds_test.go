package activities_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"duban/act"
	"duban/activities"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/plan"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"
	"duban/target"
	"duban/workflows"
)

// opened keeps what processes were opened with.
type opened struct {
	mu    sync.Mutex
	kinds map[string]string // by workflow
	first map[string]act.Command
	times int
}

func (o *opened) Open(_ context.Context, kind, workflow string, c act.Command) (act.Answer, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.times++
	if o.first == nil {
		o.kinds, o.first = map[string]string{}, map[string]act.Command{}
	}
	if _, again := o.first[workflow]; again {
		return act.Answer{}, act.NotNow("already-exists", "已经存在。", "It exists.")
	}
	o.kinds[workflow], o.first[workflow] = kind, c
	return act.Answer{Version: 1, Digest: c.Digest()}, nil
}

// reportingPlan is a published plan of two years with a task of communities, which
// education leads and the counties support.
func reportingPlan(t *testing.T, s *store.Store) string {
	t.Helper()
	ctx := t.Context()
	units := []store.Unit{{ID: "education", Name: "市教育局", Active: true}, {ID: "office", Name: "督查室", Active: true},
		{ID: "east", Name: "东县", Active: true}, {ID: "west", Name: "西县", Active: true}, {ID: "old", Name: "老县", Active: true}}
	_, err := s.SaveUnits(ctx, units)
	require.NoError(t, err)
	policy, err := s.CreatePolicy(ctx, store.Policy{Title: "实施意见"}, []byte("正文"))
	require.NoError(t, err)
	total := target.Whole(10)
	end := calendar.NewDate(2027, time.December, 31)
	row, err := store.NewTaskTarget(target.Target{Key: "1", Kind: target.Sum, Op: target.AtLeast, Value: &total, Measure: "个", Metric: "共同体", Deadline: &end, Text: "建成10个共同体"})
	require.NoError(t, err)
	office := "office"
	education, east, west, old := "education", "east", "west", "old"
	task := store.TaskDetail{Task: store.Task{Key: 7, No: "7", Title: "优质均衡", Text: "建成10个共同体"}, Targets: []store.TaskTarget{row},
		Units: []store.TaskUnit{{Role: store.TaskRole(plan.Lead), UnitID: &education, Written: "市教育局"}, {Role: store.TaskRole(plan.Support), UnitID: &east, Written: "东县"},
			{Role: store.TaskRole(plan.Support), UnitID: &west, Written: "西县"}, {Role: store.TaskRole(plan.Support), UnitID: &old, Written: "老县"}}}
	made, err := s.CreatePlan(ctx, store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2026, EndYear: 2027, TimeZone: calendar.DefaultZone,
		SupervisorUnitID: &office}, Tasks: []store.TaskDetail{task}})
	require.NoError(t, err)
	_, err = s.PublishPlan(ctx, made.ID, made.Version, "u1")
	require.NoError(t, err)
	return made.ID
}

// year2026 shows the task's first year: one item for each county, of which east's
// is open and reported on, west's is accepted and old's is overdue.
func year2026(t *testing.T, s *store.Store, planID string) {
	t.Helper()
	id := dispatch.TargetID(planID, 7, 2026)
	asked := target.Whole(5)
	detail, err := json.Marshal(dispatch.TargetDetail{Leads: []org.UnitRef{{ID: "education", Name: "市教育局"}},
		Requirement: target.Requirement{Year: 2026, Targets: []target.YearTarget{{TargetKey: "1", Kind: target.Sum, Metric: "共同体", Measure: "个", Amount: &asked}}}})
	require.NoError(t, err)
	view := projection.View{Targets: []projection.AnnualTarget{{ID: id, PlanID: planID, TaskKey: 7, TaskNo: "7", Title: "优质均衡", Year: 2026, Status: "dispatched",
		LeadUnit: "education", LeadName: "市教育局", Detail: string(detail), OpenedAt: at("2026-01-05 01:00")}}}
	for n, unit := range []string{"east", "west", "old"} {
		amount := int64(target.Whole([]int64{2, 2, 1}[n]))
		a := projection.Assignment{ID: dispatch.AssignmentID(id, n+1), TargetID: id, PlanID: planID, ItemKey: n + 1, UnitID: unit, UnitName: unit, LeadUnit: "education",
			Content: "建成共同体", Amount: &amount, Measure: "个", Status: "in-progress", DueDate: "2026-11-30", FirstDueDate: "2026-11-30", DueAt: at("2026-11-30 16:00"),
			DispatchedAt: at("2026-01-06 01:00")}
		switch unit {
		case "west":
			a.Status, a.Outcome, a.Reached, a.Evidence = "closed", dispatch.OutcomeAccepted, &amount, "已建成。"
			a.SubmittedAt, a.ClosedAt = moment("2026-01-12 01:00"), moment("2026-01-13 01:00")
		case "old":
			a.Overdue, a.DueDate = true, "2026-01-15"
		}
		view.Assignments = append(view.Assignments, a)
		view.Items = append(view.Items, projection.Item{ID: id + "/" + string(rune('1'+n)), TargetID: id, Key: n + 1, UnitID: unit, TargetKey: "1"})
	}
	one := int64(target.One)
	view.Reports = []projection.Report{{ID: view.Assignments[0].ID + "/1", AssignmentID: view.Assignments[0].ID, N: 1, At: at("2026-01-10 01:00"), Text: "选址完成。", Percent: 40,
		Amount: &one, Evidence: "选址意见书"}}
	shown(t, s, "target/"+planID+"/7/2026", planID, view)
}

func merged(t *testing.T, s *store.Store) {
	t.Helper()
	into := "east"
	_, err := s.Merge(t.Context(), store.UnitMerger{UnitID: "old", IntoID: &into, Reason: "机构改革", UserID: "u1", UserName: "管理员"})
	require.NoError(t, err)
}

func start(plan string, every calendar.Every, now string) workflows.PlaceRoundRequest {
	return workflows.PlaceRoundRequest{RoundStart: workflows.RoundStart{Plan: plan, Every: every}, Now: at(now)}
}

// The round of a month is opened once, for those who have something to report; a
// merged unit's assignments stand on the sheet of its successor, filled in with
// what was said.
func TestARoundIsOpenedAndFilledIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		id := reportingPlan(t, s)
		starter := &opened{}
		a := &activities.Activities{Plans: s, Rounds: s, Starter: starter}
		open := func(every calendar.Every, now string) { require.NoError(t, a.OpenRound(ctx, start(id, every, now))) }
		open(calendar.Monthly, "2026-01-20 01:30")
		require.Zero(t, starter.times, "nobody has anything to report")
		year2026(t, s, id)
		merged(t, s)
		open(calendar.Monthly, "2026-01-20 00:30")
		require.Zero(t, starter.times, "of December the plan knows nothing, and January is not yet asked for")
		open(calendar.Monthly, "2026-01-20 01:30")
		open(calendar.Monthly, "2026-01-25 01:30")
		workflow := "report/" + id + "/2026-01"
		require.Equal(t, map[string]string{workflow: dispatch.KindReport}, starter.kinds)
		var opening dispatch.RoundOpening
		require.NoError(t, starter.first[workflow].Decode(&opening))
		require.Equal(t, "2026-01-28", opening.Armed.Due.String())
		require.Equal(t, "office", opening.Supervisor.ID)
		require.Equal(t, []dispatch.MergedUnit{{Unit: "old", Into: "east"}}, opening.Merged)
		require.Len(t, opening.Asked, 2)
		open(calendar.Monthly, "2026-03-20 01:30")
		require.NotContains(t, starter.kinds, "report/"+id+"/2026-03", "left to the quarter")
		open(calendar.Quarterly, "2026-03-20 01:30")
		require.Contains(t, starter.kinds, "report/"+id+"/2026-Q1")

		gathered, err := a.GatherSheets(ctx, dispatch.GatherRequest{Round: opening.ID, Plan: id, Period: opening.Period, Units: opening.Asked, Merged: opening.Merged})
		require.NoError(t, err)
		require.Len(t, gathered.Sheets, 2)
		sheets := map[string]dispatch.Sheet{}
		for _, sheet := range gathered.Sheets {
			sheets[sheet.Unit.ID] = sheet
		}
		require.Len(t, sheets["east"].Lines, 2)
		require.Equal(t, "old", sheets["east"].Lines[1].Item.Unit.ID)
		line := sheets["east"].Lines[0]
		require.Equal(t, []string{"选址完成。", "选址意见书", "1"}, []string{line.Said.Text, line.Said.Evidence, line.Said.Amount.String()})
		require.True(t, line.Source.InPeriod)
		west := sheets["west"].Lines[0]
		require.True(t, west.Closed && west.Accepted)
		require.Equal(t, "已建成。", west.Said.Text)
		require.Len(t, gathered.Sections, 1)
		require.Equal(t, "education", gathered.Sections[0].Leads[0].ID)

		_, err = a.GatherSheets(ctx, dispatch.GatherRequest{Plan: "nothing", Units: opening.Asked})
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

// The days of a round are found again by the version of the rule with which it was
// opened, and by the calendar as it is then.
func TestTheDaysOfARoundAreFoundAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		id := reportingPlan(t, s)
		year2026(t, s, id)
		starter := &opened{}
		a := &activities.Activities{Plans: s, Rounds: s, Starter: starter}
		rule := deadline.DefaultRounds()
		rule.DayOff = deadline.After
		saved, err := s.SaveRounds(ctx, id, 0, rule, act.Actor{User: "u1"})
		require.NoError(t, err)
		require.NoError(t, a.OpenRound(ctx, start(id, calendar.Monthly, "2027-01-20 01:30")))
		var opening dispatch.RoundOpening
		require.NoError(t, starter.first["report/"+id+"/2027-01"].Decode(&opening))
		require.Equal(t, dispatch.Placing{From: at("2027-01-20 01:30"), Rules: saved.Version, DueProvisional: []int{2027}, CompileProvisional: []int{2027}}, *opening.Placing)

		rule.DayOff = deadline.Before
		_, err = s.SaveRounds(ctx, id, saved.Version, rule, act.Actor{User: "u1"})
		require.NoError(t, err)
		year := newYear2027()
		year.Holidays = append(year.Holidays, calendar.Holiday{Name: "试验假", Start: calendar.NewDate(2027, time.January, 28), End: calendar.NewDate(2027, time.January, 28)})
		load, _, err := s.LoadCalendar(ctx, "", year, 0, act.Actor{User: "u1"})
		require.NoError(t, err)
		request := dispatch.RoundDaysRequest{Plan: id, Period: opening.Period, From: opening.Placing.From, Rules: opening.Placing.Rules}
		days, err := a.RoundDays(ctx, request)
		require.NoError(t, err)
		require.Equal(t, []string{"2027-01-29", "2027-02-03"}, []string{days.Due.String(), days.CompileDay.String()})
		require.Equal(t, load.Seq, days.Calendar)
		require.Empty(t, days.Placing.DueProvisional)
		request.Due = &opening.Armed.Due
		days, err = a.RoundDays(ctx, request)
		require.NoError(t, err)
		require.Equal(t, "2027-01-28", days.Due.String(), "what has passed stays")
		request.Rules = 9
		_, err = a.RoundDays(ctx, request)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

// A round that the engine has forgotten is not opened again, a plan that has ended
// asks for nothing, and a correction begins with what was said.
func TestARoundIsNotOpenedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		id := reportingPlan(t, s)
		year2026(t, s, id)
		round := id + "-2026-01"
		shown(t, s, "report/"+id+"/2026-01", id, projection.View{
			Rounds: []projection.Round{{ID: round, PlanID: id, Period: "2026-01", Every: "month", Year: 2026, Version: 1, Status: "frozen",
				DueAt: at("2026-01-28 16:00"), CompileDueAt: at("2026-02-02 16:00"), OpenedAt: at("2026-01-20 01:00")}},
			Sheets: []projection.Sheet{
				{ID: round + "/east", RoundID: round, UnitID: "east", UnitName: "东县", Status: "submitted", Version: 3, Lines: `[{"annualTarget":"` + dispatch.TargetID(id, 7, 2026) + `","said":{"text":"原话。"}}]`},
				{ID: round + "/west", RoundID: round, UnitID: "west", UnitName: "西县", Status: "submitted", Version: 1, Lines: `[]`, SubmittedBy: "李四", SubmittedAt: moment("2026-01-22 01:00")}}})
		starter := &opened{}
		a := &activities.Activities{Plans: s, Rounds: s, Starter: starter}
		require.NoError(t, a.OpenRound(ctx, start(id, calendar.Monthly, "2026-01-25 01:30")))
		require.NoError(t, a.OpenRound(ctx, start(id, calendar.Monthly, "2028-01-25 01:30")))
		require.NoError(t, a.OpenRound(ctx, start(id, calendar.Yearly, "2026-01-02 01:30")))
		require.Zero(t, starter.times)
		require.NoError(t, a.OpenRound(ctx, start(id, calendar.Yearly, "2028-01-02 01:30")))
		require.Contains(t, starter.kinds, "report/"+id+"/2027", "its last year is reported on, late as it is")

		gathered, err := a.GatherSheets(ctx, dispatch.GatherRequest{Round: round + ".2", Plan: id, Units: []org.UnitRef{{ID: "east"}, {ID: "west"}},
			Correction: &dispatch.Correction{Of: round, Reason: "更正", Again: []string{"east"}}})
		require.NoError(t, err)
		require.Equal(t, dispatch.SheetOpen, gathered.Sheets[0].Status)
		require.Equal(t, "原话。", gathered.Sheets[0].Lines[0].Said.Text)
		require.Equal(t, dispatch.SheetSubmitted, gathered.Sheets[1].Status)
		require.Equal(t, "李四", gathered.Sheets[1].SubmittedBy.Name)
	})
}

// The next year is proposed once: what remains, with what was not finished first,
// at the unit that acts for it now.
func TestTheNextYearIsProposed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		id := reportingPlan(t, s)
		year2026(t, s, id)
		merged(t, s)
		starter := &opened{}
		a := &activities.Activities{Plans: s, Rounds: s, Starter: starter}
		place := func(plan, now string) workflows.PlacedTurn {
			placed, err := a.PlaceTurn(ctx, workflows.PlaceTurnRequest{YearTurning: workflows.YearTurning{Plan: plan}, Now: at(now)})
			require.NoError(t, err)
			return placed
		}
		placed := place(id, "2026-11-01 01:30")
		require.Equal(t, 2027, placed.Year)
		require.Equal(t, []int{7}, placed.Tasks)
		require.Equal(t, at("2026-11-02 01:00"), placed.Opens, "the 1st is a Sunday")
		require.Empty(t, place(id, "2027-11-01 01:30").Tasks, "there is no 2028 in the plan")

		env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
		env.RegisterActivity(a.ProposeTarget)
		propose := func(request workflows.ProposeRequest) {
			_, err := env.ExecuteActivity(a.ProposeTarget, request)
			require.NoError(t, err)
		}
		request := workflows.ProposeRequest{Plan: id, Task: 7, Year: 2027, Now: at("2026-11-02 01:00")}
		propose(request)
		propose(request)
		workflow := dispatch.TargetWorkflow(dispatch.TargetID(id, 7, 2027))
		require.Equal(t, map[string]string{workflow: dispatch.KindTarget}, starter.kinds)
		var opening dispatch.TargetOpening
		require.NoError(t, starter.first[workflow].Decode(&opening))
		require.Equal(t, "6", opening.Requirement.Targets[0].Amount.String(), "10 less 2 of west and 2 that east will bring")
		require.Equal(t, 1, opening.Proposal.Carried)
		require.Equal(t, "east", opening.Proposal.Items[0].Unit.ID, "what old left goes to its successor")
		require.Equal(t, "2026-11-30", opening.Proposal.Armed.Due.String())

		request.Year = 2026
		before := starter.times
		propose(request)
		require.Equal(t, before, starter.times, "it is there, also where the engine has forgotten it")
		request.Task, request.Year = 99, 2027
		propose(request)
		require.Equal(t, before, starter.times, "a task that is no more")
	})
}
