package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/dispatch"
	"duban/org"
)

type shownRoute struct {
	Version int `json:"version"`
	Steps   []struct {
		Name    string           `json:"name"`
		Signers []map[string]any `json:"signers"`
	} `json:"steps"`
	CarryOver bool `json:"carryOver"`
}

const twoStages = `{"carryOver":true,"comment":"先县区后部门","steps":[
	{"name":"县区会签","mode":"all","onDisagree":"collect","then":"return","within":{"days":5,"working":true},"onTimeout":"consent","signers":[{"place":"supports"}]},
	{"name":"分管领导","mode":"any","onDisagree":"veto","then":"return","signers":[{"unit":"office","role":"head"},{"user":"u-supervisor"}]}]}`

func TestAPlanSetsItsRoutes(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	plan := b.plan(b.importPolicy())
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", map[string]any{}).status)
	path := "plans/" + plan + "/routes/decomposition"
	var route shownRoute
	b.get(org.Operator, path, &route)
	require.Equal(t, 0, route.Version, "the default until the plan sets its own")
	require.Len(t, route.Steps, 2)

	first := b.call(org.Supervisor, http.MethodPut, path, twoStages)
	require.Equal(t, http.StatusOK, first.status, first.text)
	require.Equal(t, `"1"`, first.header.Get("ETag"))
	require.Equal(t, http.StatusConflict, b.call(org.Admin, http.MethodPut, path, twoStages).status, "the version that was read must be named")
	second := b.call(org.Admin, http.MethodPut, path, twoStages, header{"If-Match": `"1"`})
	require.Equal(t, http.StatusOK, second.status, second.text)
	b.get(org.Viewer, path, &route)
	require.Equal(t, 2, route.Version)
	require.True(t, route.CarryOver)
	require.Equal(t, "supports", route.Steps[0].Signers[0]["place"])
	require.Equal(t, "u-supervisor", route.Steps[1].Signers[1]["user"])
	var versions []shownRoute
	b.get(org.Operator, path+"/versions", &versions)
	require.Len(t, versions, 2)

	// What is put to sign carries the version that holds then.
	a := b.call(org.Operator, http.MethodPost, "annual-targets/"+plan+"-1-2026/actions", `{"action":"submit-decomposition","comment":"首次提交"}`, key("s"))
	require.Equal(t, http.StatusOK, a.status, a.text)
	var sent dispatch.PutToSign
	require.NoError(t, b.gateway.last(t).command.Decode(&sent))
	require.Equal(t, 2, sent.Template.Version)
	require.Equal(t, "首次提交", sent.Comment)
	cunning := b.call(org.Operator, http.MethodPost, "annual-targets/"+plan+"-1-2026/actions", `{"action":"submit-decomposition","template":{}}`, key("c"))
	require.Equal(t, http.StatusUnprocessableEntity, cunning.status, "nobody brings his own route")
	for _, in := range []string{`{"action":"submit","evidence":"x","template":{}}`, `{"action":"request-extension","due":"2026-12-01","reason":"x","progress":"x","unitLevel":"city"}`} {
		cunning = b.call(org.Operator, http.MethodPost, "assignments/"+plan+"-1-2026-1/actions", in, key("c"))
		require.Equal(t, http.StatusUnprocessableEntity, cunning.status, in)
	}
	b.call(org.Operator, http.MethodPost, "assignments/"+plan+"-1-2026-1/actions", `{"action":"submit","evidence":"已办结"}`, key("r"))
	var submitted dispatch.Submission
	require.NoError(t, b.gateway.last(t).command.Decode(&submitted))
	require.Nil(t, submitted.Template, "no route is set for reviews")
	for _, cunning := range []string{`{"action":"submit","evidence":"已办结","template":{}}`, `{"action":"submit","evidence":"已办结","unitLevel":"city"}`,
		`{"action":"submit","evidence":"已办结","attachments":[{"file":"f","name":"a.pdf","size":1,"sha256":"00"}]}`,
		`{"action":"request-extension","due":"2026-11-30","reason":"汛期","progress":"过半","template":{}}`} {
		a := b.call(org.Operator, http.MethodPost, "assignments/"+plan+"-1-2026-1/actions", cunning, key("c"))
		require.Equal(t, http.StatusUnprocessableEntity, a.status, "nobody brings his own route, or files that he only describes: %s", cunning)
	}
}

func TestRoutesThatAreRefused(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	plan := b.plan(b.importPolicy())
	for name, c := range map[string]struct {
		kind, body, field string
		status            int
	}{
		"an unknown kind":   {"lunch", twoStages, "kind", 422},
		"no steps":          {"review", `{"steps":[]}`, "steps", 422},
		"an unknown place":  {"review", `{"steps":[{"name":"x","mode":"all","onDisagree":"veto","then":"return","signers":[{"place":"moon"}]}]}`, "steps[0]", 422},
		"an unknown unit":   {"review", `{"steps":[{"name":"x","mode":"all","onDisagree":"veto","then":"return","signers":[{"unit":"moon","role":"head"}]}]}`, "steps[0].signers[0].unit", 422},
		"an abolished unit": {"review", `{"steps":[{"name":"x","mode":"all","onDisagree":"veto","then":"return","signers":[{"unit":"closed","role":"head"}]}]}`, "steps[0].signers[0].unit", 422},
	} {
		p := b.call(org.Admin, http.MethodPut, "plans/"+plan+"/routes/"+c.kind, c.body).problem(t)
		require.Equal(t, c.status, p.Status, name)
		require.Equal(t, c.field, p.Errors[0].Field, name)
	}
	require.Equal(t, http.StatusNotFound, b.call(org.Admin, http.MethodGet, "plans/nowhere/routes/review", nil).status)
	// A supervisor of another unit's plan sets nothing.
	other := b.call(org.Admin, http.MethodPatch, "plans/"+plan, map[string]any{"supervisorUnit": finance})
	require.Equal(t, http.StatusOK, other.status, other.text)
	require.Equal(t, http.StatusForbidden, b.call(org.Supervisor, http.MethodPut, "plans/"+plan+"/routes/review", twoStages).status)
}
