package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/app"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/store"
	"duban/target"
)

// The units of crafted assignments: one leads and supervises, the others deliver.
var crafted = struct{ lead, inspector org.UnitRef }{
	org.UnitRef{ID: "lead", Name: "市教育局"}, org.UnitRef{ID: "inspector", Name: "市督查室"},
}

func craftedUnit(i int) org.UnitRef {
	return org.UnitRef{ID: fmt.Sprintf("u%d", i), Name: fmt.Sprintf("第%d县", i)}
}

// craft registers units with people who can be mailed to, and a plan.
func craft(ctx context.Context, t *testing.T, s *store.Store, units int) (plan string) {
	t.Helper()
	refs := []org.UnitRef{crafted.lead, crafted.inspector}
	for i := range units {
		refs = append(refs, craftedUnit(i))
	}
	var rows []store.Unit
	var people []store.User
	for i, u := range refs {
		rows = append(rows, store.Unit{ID: u.ID, Name: u.Name, Position: i, Active: true})
		for _, role := range []org.Role{org.Operator, org.Head} {
			login := u.ID + "-" + string(role)
			people = append(people, store.User{ID: login, Login: login, Name: u.Name, UnitID: u.ID, Active: true, Roles: []org.Role{role},
				Contact: store.Contact{Email: login + "@example.gov.cn"}})
		}
	}
	people = append(people, store.User{ID: "inspector", Login: "inspector", Name: "督查", UnitID: crafted.inspector.ID, Active: true,
		Roles: []org.Role{org.Supervisor}, Contact: store.Contact{Email: "inspector@example.gov.cn"}})
	_, err := s.SaveUnits(ctx, rows)
	require.NoError(t, err)
	_, err = s.SaveUsers(ctx, people)
	require.NoError(t, err)
	policy, err := s.CreatePolicy(ctx, store.Policy{Title: "实施意见"}, []byte("正文"))
	require.NoError(t, err)
	made, err := s.CreatePlan(ctx, store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2035,
		TimeZone: "Asia/Shanghai", SupervisorUnitID: &crafted.inspector.ID}})
	require.NoError(t, err)
	// Mails of the tests go out at any time of day.
	ladder := deadline.Default()
	ladder.Quiet = deadline.Quiet{}
	_, err = s.SaveLadder(ctx, made.ID, 0, ladder, act.Actor{})
	require.NoError(t, err)
	require.NoError(t, s.SettleLadder(ctx, made.ID, 1))
	return made.ID
}

// inspecting is a token of the supervisor of crafted assignments.
func inspecting(ctx context.Context, t *testing.T, s *store.Store) string {
	t.Helper()
	token, err := s.CreateToken(ctx, "inspector", "test", time.Hour)
	require.NoError(t, err)
	return token
}

// soon is a ladder of few seconds: two reminders, the due moment, 催办, 督办单.
func soon(begin time.Time, step time.Duration) dispatch.Armed {
	due := calendar.DateOf(begin, time.UTC)
	at := func(n int) time.Time { return begin.Add(time.Duration(n) * step).UTC() }
	unit := []deadline.Audience{deadline.ResponsibleOperator, deadline.ResponsibleHead}
	outside := []string{deadline.Email}
	return dispatch.Armed{Due: due, DueAt: at(2), Ladder: 1, ReplyWorkingDays: 3, Moments: []deadline.Moment{
		{Key: "first", Action: deadline.Remind, To: unit[:1], Channels: outside, At: at(0)},
		{Key: "second", Action: deadline.Remind, To: unit[:1], Channels: outside, At: at(1)},
		{Key: "urge", Action: deadline.Urge, To: unit, Channels: outside, At: at(3)},
		{Key: "supervise", Action: deadline.Supervise, To: unit, Channels: outside, At: at(4)},
	}}
}

// openCrafted opens an assignment of the nth unit with moments of its own.
func openCrafted(ctx context.Context, t *testing.T, running *app.App, plan string, n int, armed dispatch.Armed) string {
	t.Helper()
	return openCraftedFor(ctx, t, running, plan, n, craftedUnit(n), armed)
}

func openCraftedFor(ctx context.Context, t *testing.T, running *app.App, plan string, n int, unit org.UnitRef, armed dispatch.Armed) string {
	t.Helper()
	target0 := dispatch.TargetID(plan, 1, 2026)
	id := dispatch.AssignmentID(target0, n+1)
	opening := dispatch.AssignmentOpening{ID: id, Target: target0, Plan: plan, Task: dispatch.TaskRef{Key: 1, No: "1", Title: "任务"}, Year: 2026,
		Item:  target.Item{Key: n + 1, Unit: unit, Content: fmt.Sprintf("第%d件", n), Due: armed.Due},
		Leads: []org.UnitRef{crafted.lead}, Supervisor: crafted.inspector, ReplyWorkingDays: 3, Edition: 2, Armed: armed}
	payload, err := json.Marshal(opening)
	require.NoError(t, err)
	workflow := dispatch.AssignmentWorkflow(id)
	_, err = running.Gateway.Open(ctx, dispatch.KindAssignment, workflow, act.Command{ID: "open:" + workflow, Name: dispatch.Open, Actor: act.Process(), Payload: payload})
	require.NoError(t, err)
	return id
}
