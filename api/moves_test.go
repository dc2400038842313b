package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
	"duban/org"
	"duban/store"
)

// signs has somebody sign and returns as whom the processes see him.
func (b *bundle) signs(role org.Role, k string) act.Actor {
	b.t.Helper()
	a := b.call(role, http.MethodPost, "sign-offs/signoff.a.1/actions", `{"action":"agree"}`, key(k))
	require.Equal(b.t, http.StatusOK, a.status, a.text)
	return b.gateway.last(b.t).command.Actor
}

// Who is moved, loses a role or is locked out is so with his next request.
func TestPeopleMoveAtOnce(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.waiting("a", map[string]org.Party{"education": {Unit: education, Role: org.Head}, "finance": {Unit: finance, Role: org.Head}})
	put := func(fields map[string]any) {
		t.Helper()
		user := map[string]any{"login": "head", "name": "某head", "unit": education, "roles": []org.Role{org.Head}}
		for name, value := range fields {
			user[name] = value
		}
		a := b.call(org.Admin, http.MethodPut, "users/u-head", user)
		require.Equal(t, http.StatusOK, a.status, a.text)
	}
	require.Equal(t, education, b.signs(org.Head, "1").Unit.ID)
	require.Equal(t, []string{"education"}, b.inbox(org.Head))
	put(map[string]any{"unit": finance})
	require.Equal(t, finance, b.signs(org.Head, "2").Unit.ID)
	require.Equal(t, []string{"finance"}, b.inbox(org.Head))
	put(map[string]any{"roles": []org.Role{org.Viewer}})
	require.Equal(t, "role", b.call(org.Head, http.MethodPost, "sign-offs/signoff.a.1/actions", `{"action":"agree"}`, key("3")).problem(t).Code)
	put(map[string]any{"active": false})
	require.Equal(t, http.StatusUnauthorized, b.call(org.Head, http.MethodGet, "me", nil).status)
}

// Users of a successor act for the unit that was merged into theirs, and so do
// its own.
func TestUnitsMerge(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.waiting("a", map[string]org.Party{"finance": {Unit: finance, Role: org.Head}})
	require.Empty(t, b.inbox(org.Head))
	require.Equal(t, http.StatusNotFound, b.call(org.Head, http.MethodGet, "sign-offs/signoff.a.1", nil).status)
	require.Empty(t, b.signs(org.Head, "1").Merged)

	merge := func(unit, into string) answer {
		return b.call(org.Admin, http.MethodPost, "units/"+unit+"/merge", map[string]string{"into": into, "reason": "机构改革"})
	}
	a := merge(finance, education)
	require.Equal(t, http.StatusOK, a.status, a.text)
	var unit map[string]any
	b.get(org.Viewer, "units/finance", &unit)
	require.Equal(t, map[string]any{"id": finance, "name": "市财政局", "shortName": "", "level": "", "kind": "", "position": 2.0, "active": false, "mergedInto": education}, unit)

	actor := b.signs(org.Head, "2")
	require.Equal(t, education, actor.Unit.ID)
	require.Equal(t, []string{finance}, actor.Merged)
	require.True(t, actor.Is(org.Party{Unit: finance, Role: org.Head}))
	require.Equal(t, []string{"finance"}, b.inbox(org.Head))
	require.Equal(t, http.StatusOK, b.call(org.Head, http.MethodGet, "sign-offs/signoff.a.1", nil).status)
	var me struct{ Unit org.UnitRef }
	b.get(org.Viewer, "me", &me)
	require.Equal(t, org.UnitRef{ID: education, Name: "市教育局"}, me.Unit, "who is still registered in it counts as the successor's")

	for code, refused := range map[string]answer{"itself": merge(education, education), "merged-itself": merge(education, finance),
		"inactive-unit": merge(education, closed), "unknown-unit": merge(education, "nothing")} {
		require.Equal(t, http.StatusUnprocessableEntity, refused.status, refused.text)
		require.Equal(t, code, refused.problem(t).Code)
	}
	require.Equal(t, http.StatusNotFound, merge("nothing", education).status)
	require.Equal(t, "invalid", b.call(org.Admin, http.MethodPost, "units/east/merge", `{"into":"west"}`).problem(t).Code, "without a reason")

	// It keeps being merged when its name is put right, and cannot be used again by the way.
	require.Equal(t, "merged-unit", b.call(org.Admin, http.MethodPut, "units/finance", `{"name":"市财政局","active":true}`).problem(t).Code)
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPut, "units/finance", `{"name":"原市财政局"}`).status)

	a = merge(finance, "")
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Empty(t, b.signs(org.Head, "3").Merged)
	b.get(org.Viewer, "me", &me)
	require.Equal(t, finance, me.Unit.ID)
	var declared struct {
		Items []struct {
			Into, Reason string
			By           struct{ ID, Name string }
		}
	}
	b.get(org.Viewer, "units/finance/mergers", &declared)
	require.Len(t, declared.Items, 2)
	require.Equal(t, []string{"", education}, []string{declared.Items[0].Into, declared.Items[1].Into})
	require.Equal(t, "某admin", declared.Items[0].By.Name)
}

// A unit that gets another name keeps its id, and acts under the new name at once.
func TestUnitsAreRenamed(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	require.Equal(t, org.UnitRef{ID: education, Name: "市教育局"}, b.signs(org.Head, "1").Unit)
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPut, "units/education", `{"name":"市教育体育局"}`).status)
	require.Equal(t, org.UnitRef{ID: education, Name: "市教育体育局"}, b.signs(org.Head, "2").Unit)
}

// What a plan asks of a unit, it asks of its successor once the two are merged.
func TestAPlanAsksTheSuccessor(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	policy, err := b.store.CreatePolicy(t.Context(), store.Policy{Title: "意见", SourceName: "a.txt"}, []byte("正文"))
	require.NoError(t, err)
	lead, support, supervisor := finance, "counties", office
	kept, err := b.store.CreatePlan(t.Context(), store.PlanDetail{
		Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2026, EndYear: 2030, TimeZone: "Asia/Shanghai", SupervisorUnitID: &supervisor},
		Tasks: []store.TaskDetail{{Task: store.Task{No: "1", Title: "任务"}, Units: []store.TaskUnit{
			{Role: store.Lead, Written: "市财政局", UnitID: &lead}, {Role: store.Support, Written: "各县（区）", GroupID: &support}}}}})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPost, "plans/"+kept.ID+"/publish", `{}`).status)
	for from, to := range map[string]string{finance: education, "west": "east", office: education} {
		require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPost, "units/"+from+"/merge", map[string]string{"into": to, "reason": "机构改革"}).status)
	}
	a := b.call(org.Operator, http.MethodPost, "plans/"+kept.ID+"/tasks/1/annual-targets", `{"year":2026}`, key("open"))
	require.Equal(t, http.StatusCreated, a.status, a.text)
	var opening dispatch.TargetOpening
	require.NoError(t, b.gateway.last(t).command.Decode(&opening))
	successor := org.UnitRef{ID: education, Name: "市教育局"}
	require.Equal(t, []org.UnitRef{successor}, opening.Leads)
	require.Equal(t, []org.UnitRef{{ID: "east", Name: "东县"}}, opening.Supports)
	require.Equal(t, successor, opening.Supervisor)
}
