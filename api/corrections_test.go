package api_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/org"
	"duban/policy"
	"duban/revision"
	"duban/store"
)

// readPolicy is a policy as the API shows it.
type readPolicy struct {
	ID, Title, DocumentNo, PreviousID string
	Version                           int
	Draft                             policy.Draft
	Units                             []struct {
		Written string
		Known   bool
	}
}

// corrected sends a correction that must be taken.
func (b *bundle) corrected(id string, fields map[string]any) readPolicy {
	b.t.Helper()
	a := b.call(org.Admin, http.MethodPost, "policies/"+id+"/corrections", fields)
	require.Equal(b.t, http.StatusCreated, a.status, a.text)
	var shown readPolicy
	a.into(b.t, &shown)
	require.Equal(b.t, strconv.Quote(strconv.Itoa(shown.Version)), a.header.Get("ETag"))
	return shown
}

// replayed carries out the corrections that are kept on the draft as it was read.
func (b *bundle) replayed(id string) (policy.Draft, store.PolicyHistory) {
	b.t.Helper()
	history, err := b.store.PolicyHistory(b.t.Context(), id)
	require.NoError(b.t, err)
	var draft policy.Draft
	require.NoError(b.t, history.Original.Decode(&draft))
	for _, row := range history.Corrections {
		change, err := revision.Decode(revision.Kind(row.Kind), row.Payload)
		require.NoError(b.t, err)
		draft, err = revision.Apply(draft, revision.Correction{Seq: row.Seq, Kind: revision.Kind(row.Kind), Change: change})
		require.NoError(b.t, err)
	}
	return draft, history
}

func (b *bundle) requireReplayable(id string) {
	b.t.Helper()
	draft, history := b.replayed(id)
	again, err := store.NewJSON(draft)
	require.NoError(b.t, err)
	require.JSONEq(b.t, string(history.Draft), string(again), "the draft is what was read with the corrections in their order")
}

func TestDraftIsCorrected(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	id := b.importPolicy()
	var before readPolicy
	tag := b.get(org.Admin, "policies/"+id, &before).header.Get("ETag")
	require.Equal(t, `"1"`, tag)

	at := len([]rune(before.Draft.Tasks[0].Title)) + 1
	split := b.corrected(id, map[string]any{"action": "split-task", "task": 1, "reason": "两件事",
		"parts": []map[string]any{{"from": 0}, {"from": at, "title": "建成教育共同体", "targets": []string{"1"}}}})
	require.Equal(t, 2, split.Version)
	require.Len(t, split.Draft.Tasks, 3)
	require.Equal(t, 3, split.Draft.Tasks[1].Key)
	units := b.corrected(id, map[string]any{"action": "set-units", "task": 3,
		"units": []map[string]any{{"written": "市财政局", "role": "lead"}, {"written": "某某中心", "role": "support"}}})
	require.False(t, units.Units[len(units.Units)-1].Known && units.Units[len(units.Units)-2].Known, "the page shows which names are not known")
	named := b.corrected(id, map[string]any{"action": "set-document", "title": "教育强市意见", "number": "政发〔2026〕8号"})
	require.Equal(t, "教育强市意见", named.Title)
	require.Equal(t, "政发〔2026〕8号", named.DocumentNo)
	b.requireReplayable(id)

	stale := b.call(org.Admin, http.MethodPost, "policies/"+id+"/corrections", map[string]any{"action": "delete-task", "task": 2}, header{"If-Match": tag})
	require.Equal(t, http.StatusConflict, stale.status, stale.text)
	require.Equal(t, "stale", stale.problem(t).Code)
	for name, c := range map[string]struct {
		body         any
		status       int
		code, fields string
	}{
		"unknown task":   {map[string]any{"action": "delete-task", "task": 9}, 422, "no-task", "task"},
		"unknown action": {map[string]any{"action": "paint"}, 422, "unknown-action", "action"},
		"unknown field":  {map[string]any{"action": "delete-task", "task": 1, "colour": 1}, 422, "invalid", "colour"},
		"nobody leads":   {map[string]any{"action": "set-units", "task": 1, "units": []any{}}, 422, "correction", "units"},
		"no JSON":        {"{", 400, "malformed-json", ""},
	} {
		a := b.call(org.Admin, http.MethodPost, "policies/"+id+"/corrections", c.body, header{"If-Match": `"4"`})
		require.Equal(t, c.status, a.status, "%s: %s", name, a.text)
		problem := a.problem(t)
		require.Equal(t, c.code, problem.Code, name)
		if c.fields != "" {
			require.Equal(t, c.fields, problem.Errors[0].Field, name)
		}
	}
	english := b.call(org.Admin, http.MethodPost, "policies/"+id+"/corrections", map[string]any{"action": "delete-task", "task": 9}, header{"Accept-Language": "en"})
	require.Equal(t, "The draft has no such task; load it again and choose.", english.problem(t).Detail)
	require.Equal(t, http.StatusNotFound, b.call(org.Admin, http.MethodPost, "policies/nobody/corrections", map[string]any{"action": "delete-task", "task": 1}).status)

	var list struct {
		Items []struct {
			Seq        int
			Action     string
			Payload    map[string]any
			User, Unit struct{ ID, Name string }
			FromSeq    int
		}
		Next string
	}
	b.get(org.Supervisor, "policies/"+id+"/corrections?limit=2", &list)
	require.Len(t, list.Items, 2)
	require.Equal(t, "split-task", list.Items[0].Action)
	require.Equal(t, "两件事", list.Items[0].Payload["reason"])
	require.Equal(t, b.users[org.Admin].ID, list.Items[0].User.ID)
	require.Equal(t, b.users[org.Admin].Name, list.Items[0].User.Name)
	require.Equal(t, "市督查室", list.Items[0].Unit.Name)
	next := list.Next
	list.Next = ""
	b.get(org.Supervisor, "policies/"+id+"/corrections?limit=2&cursor="+next, &list)
	require.Len(t, list.Items, 1)
	require.Equal(t, 3, list.Items[0].Seq)
	require.Empty(t, list.Next)
	require.Equal(t, http.StatusNotFound, b.call(org.Admin, http.MethodGet, "policies/nobody/corrections", nil).status)
}

// Two people who correct what they both read: one is told to look again.
func TestOneOfTwoCorrectionsIsTaken(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	id := b.importPolicy()
	answers := make([]answer, 2)
	var both sync.WaitGroup
	for i := range answers {
		both.Go(func() {
			answers[i] = b.call(org.Admin, http.MethodPost, "policies/"+id+"/corrections",
				map[string]any{"action": "reword-task", "task": i + 1, "title": "改名"}, header{"If-Match": `"1"`})
		})
	}
	both.Wait()
	require.ElementsMatch(t, []int{http.StatusCreated, http.StatusConflict}, []int{answers[0].status, answers[1].status})
	b.requireReplayable(id)
}

func TestPlanTakesTheCorrectedDraft(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	id := b.importPolicy()
	b.corrected(id, map[string]any{"action": "add-task", "after": 1, "no": "1甲", "title": "开展督导评估", "text": "开展督导评估。",
		"units": []map[string]any{{"written": "市教育局", "role": "lead"}}})
	b.corrected(id, map[string]any{"action": "reword-task", "task": 2, "title": "保障经费"})
	b.corrected(id, map[string]any{"action": "set-document", "title": "新名"})
	plan := b.plan(id)
	var tasks struct {
		Items []struct {
			Key       int
			Title, No string
			Programme string
			Units     []struct{ Written string }
		}
	}
	b.get(org.Admin, "plans/"+plan+"/tasks", &tasks)
	require.Len(t, tasks.Items, 3)
	require.Equal(t, []int{1, 3, 2}, []int{tasks.Items[0].Key, tasks.Items[1].Key, tasks.Items[2].Key}, "in the corrected order")
	require.Equal(t, "开展督导评估", tasks.Items[1].Title)
	require.Equal(t, "（一）实施基础教育扩优工程", tasks.Items[1].Programme)
	require.Equal(t, "保障经费", tasks.Items[2].Title)
	var shown struct{ Title string }
	b.get(org.Admin, "plans/"+plan, &shown)
	require.Equal(t, "新名", shown.Title)

	b.corrected(id, map[string]any{"action": "delete-task", "task": 3})
	b.get(org.Admin, "plans/"+plan+"/tasks", &tasks)
	require.Len(t, tasks.Items, 3, "a plan keeps what it was made of")
	published := b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", nil)
	require.Equal(t, http.StatusOK, published.status, published.text)
}
