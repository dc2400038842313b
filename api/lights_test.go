package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/api"
	"duban/light"
	"duban/org"
	"duban/projection"
)

// shownLight is a light as the API shows it.
type shownLight struct {
	Colour           light.Colour
	Rule             string
	Reason, ReasonEn string
	Counts           light.Counts
}

type shownLights struct {
	Day   string
	Light shownLight
	Units []struct {
		Unit, UnitName string
		Light          shownLight
	}
	Rules   light.Table
	Version int
}

// show puts rows of one process into the read model.
func (b *bundle) show(instance, kind, plan string, view projection.View) {
	b.t.Helper()
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	ledger, events, err := act.Ledger{Instance: instance}.Record(act.Command{ID: "c", Actor: act.Process()}, []act.Event{act.Happened("opened", nil)}, now)
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.Project(b.t.Context(), projection.Change{Instance: instance, Kind: kind, PlanID: plan, To: 1,
		Seq: ledger.Seq, Hash: ledger.Hash, At: now, Events: events, Upserts: view}))
}

// noticed records an event of a process with one notice.
func (b *bundle) noticed(t *testing.T, instance string, at time.Time) {
	t.Helper()
	event := act.Happened("told", nil, act.Notice{To: org.Party{Unit: education, Role: org.Head}, Kind: "told", Title: "甲", TitleEn: "A"})
	ledger, events, err := act.Ledger{Instance: instance}.Record(act.Command{ID: "c", Actor: act.Process()}, []act.Event{event}, at)
	require.NoError(t, err)
	require.NoError(t, b.store.Project(t.Context(), projection.Change{Instance: instance, Kind: "signoff", To: 1, Seq: ledger.Seq, Hash: ledger.Hash, At: at, Events: events}))
}

// assignment shows an assignment that was dispatched on 2 March 2026, with the
// unit that delivers and education as its parties.
func (b *bundle) assignment(plan, target string, n int, unit, due string, change func(*projection.Assignment)) {
	b.t.Helper()
	id := fmt.Sprintf("%s-%d", target, n)
	dispatched := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	row := projection.Assignment{ID: id, TargetID: target, PlanID: plan, UnitID: unit, UnitName: unit, LeadUnit: education, Status: "acknowledged",
		DueDate: due, FirstDueDate: due, DueAt: dispatched, DispatchedAt: dispatched}
	if change != nil {
		change(&row)
	}
	instance := "assignment/" + id
	b.show(instance, "assignment", plan, projection.View{Assignments: []projection.Assignment{row},
		Parties: []projection.Party{{ID: instance + unit, Instance: instance, UnitID: unit}, {ID: instance + education, Instance: instance, UnitID: education}}})
}

func (b *bundle) annualTarget(plan string, task int) string {
	b.t.Helper()
	id := fmt.Sprintf("%s-%d-2026", plan, task)
	instance := fmt.Sprintf("target/%s/%d/2026", plan, task)
	b.show(instance, "target", plan, projection.View{
		Targets: []projection.AnnualTarget{{ID: id, PlanID: plan, TaskKey: task, Year: 2026, Status: "dispatched", LeadUnit: education, Detail: "{}",
			OpenedAt: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}},
		Parties: []projection.Party{{ID: instance + education, Instance: instance, UnitID: education}}})
	return id
}

// On Wednesday, 1 April 2026 in Shanghai; in London it is still the last of March.
func TestLightsOfAPlan(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(c *api.Config) {
		c.Now = func() time.Time { return time.Date(2026, 3, 31, 16, 30, 0, 0, time.UTC) }
	})
	plan := b.plan(b.importPolicy())
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", nil).status)
	first, second := b.annualTarget(plan, 1), b.annualTarget(plan, 2)
	b.assignment(plan, first, 1, "east", "2026-03-27", nil)                                                     // three working days late
	b.assignment(plan, first, 2, "east", "2026-12-31", func(a *projection.Assignment) { a.Percent = 50 })       // on course
	b.assignment(plan, first, 3, "west", "2026-04-03", func(a *projection.Assignment) { a.Percent = 95 })       // two days left
	b.assignment(plan, first, 4, "west", "2026-03-20", func(a *projection.Assignment) { a.Status = "closed" })  // done
	b.assignment(plan, first, 5, finance, "2026-03-20", func(a *projection.Assignment) { a.Status = "closed" }) // done
	path := "plans/" + plan + "/lights"

	var shown shownLights
	b.get(org.Supervisor, path, &shown)
	require.Equal(t, "2026-04-01", shown.Day)
	require.Equal(t, light.Default(), shown.Rules)
	require.Equal(t, light.Red, shown.Light.Colour)
	require.Equal(t, light.Counts{Red: 1, Yellow: 1, Green: 1, Closed: 2}, shown.Light.Counts)
	require.Equal(t, "未办结 3 件：红灯 1 件，黄灯 1 件，绿灯 1 件；最重者已逾期 3 个工作日（期限 2026-03-27）", shown.Light.Reason)
	require.Contains(t, shown.Light.ReasonEn, "3 open: 1 red, 1 yellow, 1 green")
	var units []string
	for _, u := range shown.Units {
		units = append(units, u.Unit+" "+string(u.Light.Colour))
	}
	require.Equal(t, []string{"east red", "west yellow", "finance green"}, units, "the gravest first")
	b.get(org.Viewer, path, &shown) // of finance
	require.Len(t, shown.Units, 1)
	require.Equal(t, light.Counts{Closed: 1}, shown.Light.Counts, "a unit sees what concerns it")

	var list struct {
		Items []struct {
			ID    string
			Light shownLight
		}
	}
	b.get(org.Supervisor, "assignments?plan="+plan, &list)
	colours := map[string]light.Colour{}
	for _, a := range list.Items {
		colours[a.ID[len(first)+1:]] = a.Light.Colour
		require.NotEmpty(t, a.Light.Reason)
	}
	require.Equal(t, map[string]light.Colour{"1": light.Red, "2": light.Green, "3": light.Yellow, "4": light.Green, "5": light.Green}, colours)
	var one struct{ Light shownLight }
	b.get(org.Operator, "assignments/"+first+"-1", &one)
	require.Equal(t, "overdue", one.Light.Rule)

	b.get(org.Operator, "annual-targets?plan="+plan, &list)
	require.Len(t, list.Items, 2)
	require.Equal(t, light.Red, list.Items[0].Light.Colour)
	require.Equal(t, 2, list.Items[0].Light.Counts.Closed)
	require.Equal(t, "尚未下达任务单", list.Items[1].Light.Reason)
	b.get(org.Operator, "annual-targets/"+second, &one)
	require.Equal(t, light.Green, one.Light.Colour)
}

func TestRulesOfLightsAreSet(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(c *api.Config) { c.Now = func() time.Time { return time.Date(2026, 3, 30, 4, 0, 0, 0, time.UTC) } })
	plan := b.plan(b.importPolicy())
	b.assignment(plan, b.annualTarget(plan, 1), 1, "east", "2026-03-27", nil)
	path := "plans/" + plan + "/lights"
	var shown shownLights
	a := b.call(org.Supervisor, http.MethodPut, path, map[string]any{"preset": "sanming"})
	require.Equal(t, http.StatusOK, a.status, a.text)
	a.into(t, &shown)
	require.Equal(t, `"1"`, a.header.Get("ETag"))
	require.Equal(t, light.Orange, shown.Light.Colour, "the new rules hold at once")
	require.Equal(t, "sanming", shown.Rules.Preset)
	require.Contains(t, shown.Light.Reason, "橙色督查单")

	a = b.call(org.Admin, http.MethodPut, path, map[string]any{"preset": "sanming"}, header{"If-Match": `"1"`})
	require.Equal(t, `"1"`, a.header.Get("ETag"), "the same rules are no new version")
	own := map[string]any{"rules": []light.Rule{{Key: "late", Light: light.Blue, When: []light.Condition{{Kind: light.Overdue}}}}}
	a = b.call(org.Admin, http.MethodPut, path, own, header{"If-Match": `"1"`})
	require.Equal(t, http.StatusOK, a.status, a.text)
	a.into(t, &shown)
	require.Equal(t, light.Blue, shown.Light.Colour)
	require.Equal(t, 2, shown.Version)
	a = b.call(org.Admin, http.MethodPut, path, map[string]any{"preset": "suqian"}, header{"If-Match": `"1"`})
	require.Equal(t, http.StatusConflict, a.status)

	for _, body := range []any{`{}`, `{"preset":"nowhere"}`, `{"preset":"default","rules":[]}`} {
		a = b.call(org.Admin, http.MethodPut, path, body)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, body)
		require.Equal(t, "preset-or-rules", a.problem(t).Code)
	}
	a = b.call(org.Admin, http.MethodPut, path, `{"rules":[{"key":"x","light":"red","when":[{"kind":"behind"}]}]}`)
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Equal(t, "rules[0].when[0].points", a.problem(t).Errors[0].Field)
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodGet, path, nil).status, "a draft is not for units")
}
