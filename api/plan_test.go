package api_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/dispatch"
	"duban/org"
	"duban/store"
	"duban/target"
)

const document = `关于教育强市建设的实施意见（2025-2035年）

一、重点任务

（一）实施基础教育扩优工程

1.推进学校建设。到2030年，建成35个城乡教育共同体。（牵头单位：市教育局，配合单位：各县（区）、市财政局）

2.加强经费保障。（牵头单位：市财政局，配合单位：市教育局）
`

func (b *bundle) importPolicy() string {
	b.t.Helper()
	a := b.call(org.Admin, http.MethodPost, "policies?name=yijian.txt", document, header{"Content-Type": "text/plain; charset=utf-8"})
	require.Equal(b.t, http.StatusCreated, a.status, a.text)
	var policy struct {
		ID    string
		Units []struct {
			Written string
			Known   bool
			Members []org.UnitRef
		}
		Draft struct{ Tasks []any }
	}
	a.into(b.t, &policy)
	require.Len(b.t, policy.Draft.Tasks, 2)
	members := map[string]int{}
	for _, u := range policy.Units {
		require.True(b.t, u.Known, u.Written)
		members[u.Written] = len(u.Members)
	}
	require.Equal(b.t, map[string]int{"市教育局": 1, "各县（区）": 2, "市财政局": 1}, members)
	return policy.ID
}

func (b *bundle) plan(policy string) string {
	b.t.Helper()
	a := b.call(org.Admin, http.MethodPost, "plans", map[string]any{"policyId": policy, "startYear": 2025, "endYear": 2035, "supervisorUnit": office})
	require.Equal(b.t, http.StatusCreated, a.status, a.text)
	var plan struct{ ID string }
	a.into(b.t, &plan)
	return plan.ID
}

// From a document to the command that begins a task's year.
func TestFromPolicyToAnnualTarget(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	policy := b.importPolicy()
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodGet, "policies/"+policy, nil).status, "no plan of it is published")
	plan := b.plan(policy)
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodGet, "plans/"+plan, nil).status, "a draft is not for units")
	var plans struct{ Items []any }
	b.get(org.Operator, "plans", &plans)
	require.Empty(t, plans.Items)
	b.get(org.Supervisor, "plans", &plans)
	require.Len(t, plans.Items, 1)

	begin := func(role org.Role, k string) answer {
		return b.call(role, http.MethodPost, "plans/"+plan+"/tasks/1/annual-targets", map[string]any{"year": 2026}, key(k))
	}
	early := begin(org.Admin, "early")
	require.Equal(t, http.StatusConflict, early.status)
	require.Equal(t, "not-published", early.problem(t).Code)

	published := b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", map[string]any{})
	require.Equal(t, http.StatusOK, published.status, published.text)
	again := b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", nil)
	require.Equal(t, http.StatusConflict, again.status)
	require.Equal(t, "already-published", again.problem(t).Code)
	var shown struct{ SupervisorUnit org.UnitRef }
	b.get(org.Operator, "plans/"+plan, &shown)
	require.Equal(t, org.UnitRef{ID: office, Name: "市督查室"}, shown.SupervisorUnit)
	content := b.call(org.Viewer, http.MethodGet, "policies/"+policy+"/content", nil)
	require.Equal(t, document, content.text, "byte for byte")

	a := begin(org.Operator, "go")
	require.Equal(t, http.StatusCreated, a.status, a.text)
	got := b.gateway.last(t)
	require.Equal(t, dispatch.KindTarget, got.kind)
	require.Equal(t, dispatch.TargetWorkflow(dispatch.TargetID(plan, 1, 2026)), got.workflow)
	var opening dispatch.TargetOpening
	require.NoError(t, got.command.Decode(&opening))
	require.Equal(t, []org.UnitRef{{ID: education, Name: "市教育局"}}, opening.Leads)
	require.Equal(t, []org.UnitRef{{ID: "east", Name: "东县"}, {ID: "west", Name: "西县"}, {ID: finance, Name: "市财政局"}}, opening.Supports)
	require.Equal(t, "（一）实施基础教育扩优工程", opening.Task.Programme)
	require.NotEmpty(t, opening.Requirement.Targets)
	require.Empty(t, target.Check(opening.Requirement, target.Propose(opening.Requirement), nil))

	outside := b.call(org.Operator, http.MethodPost, "plans/"+plan+"/tasks/1/annual-targets", map[string]any{"year": 2040}, key("late"))
	require.Equal(t, http.StatusUnprocessableEntity, outside.status)
	require.Equal(t, "year", outside.problem(t).Errors[0].Field)
}

func TestTaskIsCorrectedBeforePublishing(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	plan := b.plan(b.importPolicy())
	path := "plans/" + plan + "/tasks/2"
	var task map[string]any
	tag := b.get(org.Admin, path, &task).header.Get("ETag")
	require.Equal(t, `"1"`, tag)
	change := map[string]any{"no": "2", "section": "一、重点任务", "title": "加强经费保障", "text": "…", "mode": "", "deadline": "2030-12-31",
		"units": []map[string]any{{"role": "lead", "written": "某某局"}}, "targets": []any{}}
	put := func() answer { return b.call(org.Admin, http.MethodPut, path, change, header{"If-Match": tag}) }
	require.Equal(t, http.StatusOK, put().status)
	stale := put()
	require.Equal(t, http.StatusConflict, stale.status)
	require.Equal(t, "stale", stale.problem(t).Code)

	notReady := b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", nil)
	require.Equal(t, http.StatusUnprocessableEntity, notReady.status)
	fault := notReady.problem(t).Errors[0]
	require.Equal(t, "tasks/2/units", fault.Field)
	require.Contains(t, fault.Detail, "某某局")

	change["units"] = []map[string]any{{"role": "lead", "unit": closed}}
	tag = `"2"`
	require.Equal(t, http.StatusUnprocessableEntity, put().status, "an inactive unit cannot lead")
	change["units"] = []map[string]any{{"role": "lead", "unit": finance}, {"role": "support", "group": "counties", "written": "各县"}, {"role": "guide", "written": "市教育局"}}
	a := put()
	require.Equal(t, http.StatusOK, a.status, a.text)
	var shown struct {
		Version int
		Units   []struct{ Members []org.UnitRef }
	}
	a.into(t, &shown)
	require.Equal(t, 3, shown.Version)
	require.Len(t, shown.Units[1].Members, 2)
	require.Equal(t, education, shown.Units[2].Members[0].ID)

	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPatch, "plans/"+plan, map[string]any{"title": "新名", "endYear": 2030, "timeZone": "Asia/Urumqi"}).status)
	var zoned struct{ TimeZone string }
	b.get(org.Admin, "plans/"+plan, &zoned)
	require.Equal(t, "Asia/Urumqi", zoned.TimeZone)
	for _, name := range []string{"Local", "", "Asia/Nowhere", "+08:00"} {
		a := b.call(org.Admin, http.MethodPatch, "plans/"+plan, map[string]any{"timeZone": name})
		require.Equal(t, http.StatusUnprocessableEntity, a.status, name)
		require.Equal(t, "timeZone", a.problem(t).Errors[0].Field, name)
	}
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", nil).status)
	tag = `"3"`
	require.Equal(t, http.StatusConflict, put().status, "a published plan stays")
	require.Equal(t, http.StatusConflict, b.call(org.Admin, http.MethodPatch, "plans/"+plan, map[string]any{"endYear": 2031}).status)
	require.Equal(t, http.StatusConflict, b.call(org.Admin, http.MethodPatch, "plans/"+plan, map[string]any{"timeZone": "UTC"}).status, "days of a published plan end where they end")
}

func TestImportOfFiles(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	form := func(field, name, content string) (string, header) {
		var text bytes.Buffer
		w := multipart.NewWriter(&text)
		part, err := w.CreateFormFile(field, name)
		require.NoError(t, err)
		_, err = part.Write([]byte(content))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return text.String(), header{"Content-Type": w.FormDataContentType()}
	}
	body, kind := form("file", "意见.txt", document)
	a := b.call(org.Admin, http.MethodPost, "policies", body, kind)
	require.Equal(t, http.StatusCreated, a.status, a.text)
	require.Contains(t, a.text, "意见.txt")

	for name, c := range map[string]struct {
		field, content string
		status         int
		code           string
	}{
		"other field": {"document", document, 422, "no-file"},
		"no tasks":    {"file", "今天天气很好。", 422, "no-tasks"},
		"empty":       {"file", "", 422, "empty"},
	} {
		body, kind := form(c.field, "x.txt", c.content)
		a := b.call(org.Admin, http.MethodPost, "policies", body, kind)
		require.Equal(t, c.status, a.status, "%s: %s", name, a.text)
		require.Equal(t, c.code, a.problem(t).Code, name)
	}
	broken := b.call(org.Admin, http.MethodPost, "policies", body[:len(body)-40], kind)
	require.Equal(t, http.StatusBadRequest, broken.status, broken.text)
}

func TestPagesFollowEachOther(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	var units []store.Unit
	for i := range 20 {
		units = append(units, store.Unit{Name: fmt.Sprintf("第%d局", i), Position: 10 + i, Active: true})
	}
	_, err := b.store.SaveUnits(t.Context(), units)
	require.NoError(t, err)
	seen := map[string]bool{}
	path, pages := "units?limit=7", 0
	for path != "" {
		var page struct {
			Items []struct{ ID string }
			Next  string
		}
		b.get(org.Viewer, path, &page)
		require.LessOrEqual(t, len(page.Items), 7)
		for _, u := range page.Items {
			require.False(t, seen[u.ID])
			seen[u.ID] = true
		}
		pages++
		path = ""
		if page.Next != "" {
			path = "units?limit=7&cursor=" + page.Next
		}
	}
	require.Len(t, seen, 26)
	require.Equal(t, 4, pages)
	for _, query := range []string{"limit=0", "limit=201", "limit=many", "cursor=nonsense", "active=maybe"} {
		a := b.call(org.Viewer, http.MethodGet, "units?"+query, nil)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, query)
		require.NotEmpty(t, a.problem(t).Errors, query)
	}
}
