package rehearsal_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/calendar"
	"duban/org"
	"duban/rehearsal"
	"duban/rehearsal/behaviour"
	"duban/store"
	"duban/store/dbtest"
	"duban/target"
)

// The units of the small plan.
const (
	bureau    = "bureau"    // leads tasks 1 and 2
	east      = "east"      // supports them, and leads task 3
	west      = "west"      // supports tasks 1 and 3
	inspector = "inspector" // supervises
)

// smallPlan keeps a plan of three tasks in a database, and returns its id:
//
//  1. a milestone by 30 June 2026: one item each of east and west;
//  2. no target: one item of east, due on 30 November;
//  3. three of something by 30 September 2026: one item of west.
func smallPlan(t *testing.T, s *store.Store) string {
	t.Helper()
	ctx := t.Context()
	units, err := s.SaveUnits(ctx, []store.Unit{
		{ID: bureau, Name: "市教育局", Level: "city", Kind: "government", Position: 1, Active: true},
		{ID: east, Name: "东县", Level: "county", Kind: "area", Position: 2, Active: true},
		{ID: west, Name: "西县", Level: "county", Kind: "area", Position: 3, Active: true},
		{ID: inspector, Name: "市督查室", Level: "city", Kind: "government", Position: 4, Active: true},
	})
	require.NoError(t, err)
	var people []store.User
	for _, u := range units[:3] {
		for _, role := range []org.Role{org.Operator, org.Head} {
			people = append(people, store.User{Login: u.ID + "-" + string(role), Name: u.Name, UnitID: u.ID, Active: true, Roles: []org.Role{role}})
		}
	}
	people = append(people, store.User{Login: "inspector", Name: "督查员", UnitID: inspector, Active: true, Roles: []org.Role{org.Supervisor}})
	// Nobody is the head of west.
	people = append(people[:5:5], people[6:]...)
	_, err = s.SaveUsers(ctx, people)
	require.NoError(t, err)
	policy, err := s.CreatePolicy(ctx, store.Policy{Title: "意见", SourceName: "意见.txt", MediaType: "text/plain"}, []byte("一"))
	require.NoError(t, err)

	named := func(role store.TaskRole, id string) store.TaskUnit {
		return store.TaskUnit{Role: role, Written: id, UnitID: &id}
	}
	row := func(one target.Target) store.TaskTarget {
		kept, err := store.NewTaskTarget(one)
		require.NoError(t, err)
		return kept
	}
	june, september := calendar.NewDate(2026, time.June, 30), calendar.NewDate(2026, time.September, 30)
	three := target.Amount(3) * target.One
	supervisor := inspector
	plan, err := s.CreatePlan(ctx, store.PlanDetail{
		Plan: store.Plan{PolicyID: policy.ID, Title: "小方案", StartYear: 2025, EndYear: 2027, TimeZone: "Asia/Shanghai", SupervisorUnitID: &supervisor},
		Tasks: []store.TaskDetail{
			{Task: store.Task{No: "1", Title: "建章立制", Text: "6月底前建立制度。"},
				Units:   []store.TaskUnit{named(store.Lead, bureau), named(store.Support, east), named(store.Support, west)},
				Targets: []store.TaskTarget{row(target.Target{Key: "1", Kind: target.Milestone, Text: "建立制度", Metric: "建立制度", Deadline: &june})}},
			{Task: store.Task{No: "2", Title: "日常工作", Text: "做好日常工作。"},
				Units: []store.TaskUnit{named(store.Lead, bureau), named(store.Support, east)}},
			{Task: store.Task{No: "3", Title: "建设学校", Text: "9月底前建设3所学校。"},
				Units: []store.TaskUnit{named(store.Lead, east), named(store.Support, west)},
				Targets: []store.TaskTarget{row(target.Target{Key: "1", Kind: target.Sum, Text: "建设3所学校", Metric: "学校", Op: target.AtLeast,
					Value: &three, Measure: "所", Deadline: &september})}},
		},
	})
	require.NoError(t, err)
	_, err = s.PublishPlan(ctx, plan.ID, plan.Version, "test")
	require.NoError(t, err)
	return plan.ID
}

// played rehearses the small plan in 2026.
func played(t *testing.T, b behaviour.Behaviour) rehearsal.Result { return playedWith(t, b, false) }

func playedWith(t *testing.T, b behaviour.Behaviour, rounds bool) rehearsal.Result {
	t.Helper()
	from := dbtest.Open(t, store.Options{URL: dbtest.Migrated(t)})
	plan := smallPlan(t, from)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	result, err := rehearsal.Run(ctx, rehearsal.Options{Source: rehearsal.PlanOf(from, plan), Year: 2026, Behaviour: b, Rounds: rounds,
		DataDir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return result
}

func exactly(n int) behaviour.Days { return behaviour.Days{Min: n, Max: n} }

// withoutChance: east never finishes task 2 and ignores orders; west is late
// with task 1 and asks for more time for task 3; everything else is in time.
func withoutChance() behaviour.Behaviour {
	day := behaviour.Plain{Days: exactly(1)}
	return behaviour.Behaviour{
		Habits: behaviour.Habits{Decompose: behaviour.Plain{Days: exactly(2)}, Sign: behaviour.Opinion{Days: exactly(1)}, Approve: behaviour.Opinion{Days: exactly(1)},
			Acknowledge: day, Report: behaviour.Plain{Days: exactly(10)}, Submit: behaviour.Submission{Before: exactly(3), LateBy: exactly(4)},
			Extend: behaviour.Extension{Before: exactly(5), By: exactly(10)}, Review: behaviour.Review{Days: exactly(1), Redo: exactly(1)}, Complete: day,
			Answer: behaviour.Reply{Days: exactly(1), Promise: exactly(10)}, Decide: behaviour.Decision{Days: exactly(1), By: exactly(7), Talk: exactly(2)},
			Rounds: behaviour.Reporting{Fill: exactly(2), LateBy: exactly(2), Compile: exactly(1), Freeze: exactly(1)}},
		Exceptions: []behaviour.Exception{
			{Units: []string{"东县"}, Habits: []byte(`{"answer": {"never": 1}}`)},
			{Units: []string{"东县"}, Kinds: []target.Kind{target.Narrative}, Habits: []byte(`{"submit": {"never": 1}}`)},
			{Units: []string{west}, Kinds: []target.Kind{target.Milestone}, Habits: []byte(`{"submit": {"late": 1}}`)},
			{Units: []string{west}, Kinds: []target.Kind{target.Sum}, Habits: []byte(`{"extend": {"ask": 1}}`)},
		},
	}
}
