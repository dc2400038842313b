package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/api"
	"duban/calendar"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
	"duban/store"
)

// The supervisor gives so many working days from today: a day begins where the plan
// is, and the days are those of the unit.
func TestProlongingByWorkingDays(t *testing.T) {
	t.Parallel()
	// Half past midnight on Wednesday, 4 November 2026 in Shanghai, Tuesday evening in Urumqi.
	now := time.Date(2026, time.November, 3, 16, 30, 0, 0, time.UTC)
	b := newBundle(t, func(c *api.Config) { c.Now = func() time.Time { return now } })
	policy, err := b.store.CreatePolicy(t.Context(), store.Policy{Title: "意见"}, []byte("正文"))
	require.NoError(t, err)
	_, _, err = b.store.LoadCalendar(t.Context(), "east", calendar.Year{Year: 2026, Source: "县庆放假的通知", Holidays: []calendar.Holiday{
		{Name: "县庆", Start: calendar.NewDate(2026, 11, 5), End: calendar.NewDate(2026, 11, 5)}}}, 0, act.Actor{User: "u1"})
	require.NoError(t, err)
	var view projection.View
	for _, zone := range []string{calendar.DefaultZone, "Asia/Urumqi"} {
		plan, err := b.store.CreatePlan(t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2028, TimeZone: zone}})
		require.NoError(t, err)
		for _, unit := range []string{"east", "west"} {
			view.Assignments = append(view.Assignments, projection.Assignment{ID: unit + "-" + zone[5:], PlanID: plan.ID, UnitID: unit, LeadUnit: education,
				Status: "acknowledged", DueDate: "2026-11-02", DueAt: now, DispatchedAt: now})
		}
	}
	shows(t, b, view.Assignments[0].PlanID, view)
	prolong := func(id string, fields map[string]any) answer {
		fields["action"] = "prolong"
		return b.call(org.Supervisor, http.MethodPost, "assignments/"+id+"/actions", fields, header{"Idempotency-Key": "k-" + id})
	}
	for id, want := range map[string]string{"west-Shanghai": "2026-11-09", "east-Shanghai": "2026-11-10", "west-Urumqi": "2026-11-06", "east-Urumqi": "2026-11-09"} {
		a := prolong(id, map[string]any{"workingDays": 3, "reason": "供货延误。"})
		require.Equal(t, http.StatusOK, a.status, a.text)
		first := b.gateway.last(t).command
		var in dispatch.Prolongment
		require.NoError(t, json.Unmarshal(first.Payload, &in))
		require.Equal(t, want, in.Due.String(), id)
		require.Equal(t, in.Due, in.Counted.Last)
		require.Equal(t, 3, in.Counted.WorkingDays)
		require.Equal(t, "供货延误。", in.Reason)
		now = now.Add(3 * time.Minute)
		prolong(id, map[string]any{"workingDays": 3, "reason": "供货延误。"})
		require.Equal(t, first.Digest(), b.gateway.last(t).command.Digest(), "sent again on the same day it is the same")
		now = now.Add(-3 * time.Minute)
	}
	a := prolong("west-Shanghai", map[string]any{"due": "2026-12-01", "reason": "x"})
	require.Equal(t, http.StatusOK, a.status, a.text)
	var in dispatch.Prolongment
	require.NoError(t, json.Unmarshal(b.gateway.last(t).command.Payload, &in))
	require.Nil(t, in.Counted, "a date is not counted")

	asked := len(b.gateway.sent)
	for name, fields := range map[string]map[string]any{
		"both":     {"workingDays": 3, "due": "2026-12-01", "reason": "x"},
		"negative": {"workingDays": -1, "reason": "x"},
		"too many": {"workingDays": 367, "reason": "x"},
	} {
		a := prolong("west-Shanghai", fields)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s: %s", name, a.text)
		require.Equal(t, "workingDays", a.problem(t).Errors[0].Field, name)
	}
	require.Equal(t, http.StatusNotFound, prolong("nothing", map[string]any{"workingDays": 3, "reason": "x"}).status)
	require.Len(t, b.gateway.sent, asked, "none of them reached the process")
}
