package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/org"
	"duban/revision"
)

// issued is the document as it was issued after consultation: with a task more,
// another figure, and the same words about money.
var issued = strings.NewReplacer(
	"2.加强经费保障", "2.强化队伍建设。培养骨干教师200名。（牵头单位：市教育局，配合单位：市财政局）\n\n3.加强经费保障", "35个", "40个").Replace(document)

type readVersion struct {
	readPolicy
	Comparison readComparison
}

type readComparison struct {
	PreviousID      string
	PreviousVersion int
	Difference      revision.Difference
	Carried         []struct{ FromSeq, Seq int }
	Open            []struct {
		FromSeq               int
		Action                string
		Payload               map[string]any
		Why, Reason, ReasonEn string
	}
}

func TestNewerVersion(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	old := b.importPolicy()
	b.corrected(old, map[string]any{"action": "reword-task", "task": 2, "title": "保障经费"})
	b.corrected(old, map[string]any{"action": "set-targets", "task": 1, "targets": []map[string]any{{"kind": "narrative", "text": "建成共同体", "metric": ""}}})
	b.corrected(old, map[string]any{"action": "set-units", "task": 2, "units": []map[string]any{{"written": "市财政局", "role": "lead"}}})
	var before readPolicy
	b.get(org.Admin, "policies/"+old, &before)

	text := header{"Content-Type": "text/plain"}
	stale := b.call(org.Admin, http.MethodPost, "policies/"+old+"/versions?name=yijian2.txt", issued, text, header{"If-Match": `"2"`})
	require.Equal(t, http.StatusConflict, stale.status, stale.text)
	a := b.call(org.Admin, http.MethodPost, "policies/"+old+"/versions?name=yijian2.txt", issued, text, header{"If-Match": `"4"`})
	require.Equal(t, http.StatusCreated, a.status, a.text)
	var version readVersion
	a.into(t, &version)
	require.Equal(t, old, version.PreviousID)
	require.Equal(t, 3, version.Version)
	require.Equal(t, `"3"`, a.header.Get("ETag"))

	found := version.Comparison
	require.Equal(t, old, found.PreviousID)
	require.Equal(t, 4, found.PreviousVersion)
	require.Len(t, found.Difference.Added, 1)
	require.Empty(t, found.Difference.Removed)
	require.Len(t, found.Difference.Changed, 2, "one has another figure, the other another number")
	require.Equal(t, []struct{ FromSeq, Seq int }{{1, 1}, {3, 2}}, found.Carried)
	require.Len(t, found.Open, 1)
	require.Equal(t, 2, found.Open[0].FromSeq)
	require.Equal(t, "set-targets", found.Open[0].Action)
	require.Equal(t, "changed", found.Open[0].Why)
	require.Contains(t, found.Open[0].Reason, "目标")
	require.InDelta(t, 1, found.Open[0].Payload["task"], 0)

	money := version.Draft.Tasks[2]
	require.Equal(t, "保障经费", money.Title)
	require.Equal(t, "3", money.No)
	require.Equal(t, []string{"市财政局"}, money.Lead)
	require.Empty(t, money.Support)
	require.Equal(t, 2, money.Fields["lead"].Corrected)
	b.requireReplayable(version.ID)

	var kept readComparison
	b.get(org.Supervisor, "policies/"+version.ID+"/comparison", &kept)
	require.Equal(t, found, kept, "found once, kept as found")
	require.Equal(t, http.StatusNotFound, b.call(org.Admin, http.MethodGet, "policies/"+old+"/comparison", nil).status)

	var unchanged readPolicy
	b.get(org.Admin, "policies/"+old, &unchanged)
	require.Equal(t, before, unchanged, "the old version stays")
	require.Equal(t, document, b.call(org.Admin, http.MethodGet, "policies/"+old+"/content", nil).text)
	require.Equal(t, issued, b.call(org.Admin, http.MethodGet, "policies/"+version.ID+"/content", nil).text)
	var newer struct{ Items []struct{ ID string } }
	b.get(org.Admin, "policies?previous="+old, &newer)
	require.Len(t, newer.Items, 1)
	require.Equal(t, version.ID, newer.Items[0].ID)

	var list struct {
		Items []struct {
			Seq, FromSeq int
			Payload      map[string]any
		}
	}
	b.get(org.Admin, "policies/"+version.ID+"/corrections", &list)
	require.Len(t, list.Items, 2)
	require.Equal(t, 3, list.Items[1].FromSeq)
	require.InDelta(t, 3, list.Items[1].Payload["task"], 0, "with the key that the task has now")

	again := b.corrected(version.ID, map[string]any{"action": "delete-task", "task": 1})
	require.Equal(t, 4, again.Version)
	third := b.call(org.Admin, http.MethodPost, "policies/"+version.ID+"/versions", issued, text)
	require.Equal(t, http.StatusCreated, third.status, third.text)
	third.into(t, &version)
	require.Len(t, version.Comparison.Carried, 3, "what was carried once is carried on")
	require.Len(t, version.Draft.Tasks, 2)
	b.requireReplayable(version.ID)
}

func TestVersionOfWhat(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	id := b.importPolicy()
	text := header{"Content-Type": "text/plain"}
	for name, c := range map[string]struct {
		policy, content string
		status          int
		code            string
	}{
		"unknown policy": {"nobody", issued, 404, "not-found"},
		"no tasks":       {id, "今天天气很好。", 422, "no-tasks"},
		"empty":          {id, "", 400, "body-required"},
	} {
		a := b.call(org.Admin, http.MethodPost, "policies/"+c.policy+"/versions", c.content, text)
		require.Equal(t, c.status, a.status, "%s: %s", name, a.text)
		require.Equal(t, c.code, a.problem(t).Code, name)
	}
	wrong := b.call(org.Admin, http.MethodPost, "policies/"+id+"/versions", `{}`)
	require.Equal(t, http.StatusUnsupportedMediaType, wrong.status)
}
