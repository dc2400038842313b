package revision_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/document"
	"duban/example"
	"duban/policy"
	"duban/revision"

	"github.com/stretchr/testify/require"
)

const opinion = `关于推进全民阅读的实施意见（2026-2030年）

一、重点任务

（一）实施阅读空间工程

1.建设城市书房。到2028年，建成城市书房40个。到2030年，每个乡镇建成1个农家书屋。（牵头单位：市文旅局，配合单位：市财政局、各县（区））

2.改造公共图书馆。2027年底前完成市图书馆改造。（责任单位：市文旅局、市住建局）

（二）实施阅读服务工程

3.开展阅读活动。每年开展活动100场以上。（牵头单位：市教育局，配合单位：市文旅局，完成时限：2030年12月）

4.加强经费保障。将经费列入预算。（牵头单位：市财政局，配合单位：市教育局）
`

func parse(t testing.TB, text string) policy.Draft {
	t.Helper()
	doc, err := document.Read(t.Context(), "意见.txt", []byte(text))
	require.NoError(t, err)
	draft, err := policy.Parse(doc)
	require.NoError(t, err)
	return draft
}

// exampleDraft is the plan that ships with the program: 42 tasks.
func exampleDraft(t testing.TB) policy.Draft {
	t.Helper()
	ex, err := example.Load()
	require.NoError(t, err)
	return parse(t, string(ex.Policy))
}

func task(t testing.TB, d policy.Draft, key int) policy.Task {
	t.Helper()
	for _, one := range d.Tasks {
		if one.Key == key {
			return one
		}
	}
	require.Fail(t, "no such task", "%d", key)
	return policy.Task{}
}

func keysOf(d policy.Draft) []int {
	keys := make([]int, len(d.Tasks))
	for i, one := range d.Tasks {
		keys[i] = one.Key
	}
	return keys
}

// correct carries out changes one after another, numbered from 1.
func correct(t testing.TB, d policy.Draft, changes ...revision.Correction) policy.Draft {
	t.Helper()
	next, err := revision.Replay(d, numbered(changes...))
	require.NoError(t, err)
	return next
}

func numbered(changes ...revision.Correction) []revision.Correction {
	for i := range changes {
		changes[i].Seq = i + 1
	}
	return changes
}

func change(kind revision.Kind, c revision.Change) revision.Correction {
	return revision.Correction{Kind: kind, Change: c}
}

func refused(t testing.TB, d policy.Draft, c revision.Correction) *act.Refusal {
	t.Helper()
	_, err := revision.Apply(d, c)
	refusal, ok := errors.AsType[*act.Refusal](err)
	require.True(t, ok, "%v", err)
	require.NotEmpty(t, refusal.Zh)
	require.NotEmpty(t, refusal.En)
	return refusal
}

func date(year int, month time.Month, day int) *calendar.Date {
	d := calendar.NewDate(year, month, day)
	return &d
}

func pointer[T any](v T) *T { return &v }

func encoded(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
