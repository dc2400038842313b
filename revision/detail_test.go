package revision_test

import (
	"testing"
	"time"

	"duban/policy"
	"duban/revision"
	"duban/target"

	"github.com/stretchr/testify/require"
)

// paragraphs is a document whose tasks go over several paragraphs.
const paragraphs = `关于加强老旧小区改造的通知

一、主要任务

（一）加快改造进度。
到2027年底，完成改造小区120个。
到2028年底，加装电梯300部。
持续完善配套设施。
（牵头单位：市住建局，配合单位：市财政局、市文旅局）

（二）健全长效机制。
建立物业服务标准。
2031年底前出台管理办法。
（牵头单位：市文旅局，配合单位：市住建局，完成时限：2029年12月）
`

func TestPartsAtTheEndsOfLines(t *testing.T) {
	draft := parse(t, paragraphs)
	whole := task(t, draft, 1)
	at := offset(t, whole.Text, "到2028年底")
	for name, from := range map[string]int{"behind the line feed": at, "before it": at - 1} {
		next := correct(t, draft, change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{}, {From: from}}}))
		first, second := task(t, next, 1), task(t, next, 3)
		require.Equal(t, whole.Text, first.Text+"\n"+second.Text, name)
		require.Len(t, second.Fields["text"].Spans, len(whole.Fields["text"].Spans)-len(first.Fields["text"].Spans), name)
		require.Equal(t, date(2027, time.December, 31), first.Deadline, name)
		require.Equal(t, date(2028, time.December, 31), second.Deadline, name)
	}
	noted := correct(t, draft, change(revision.SplitTask, revision.Split{Task: 2, Parts: []revision.Part{{}, {From: offset(t, task(t, draft, 2).Text, "2031年底前")}}}))
	for _, key := range []int{2, 3} {
		require.Equal(t, date(2029, time.December, 31), task(t, noted, key).Deadline, "a date of the note holds for all parts")
	}
}

func TestPartsHaveNoOriginsOfOthersTargets(t *testing.T) {
	draft := parse(t, opinion)
	next := correct(t, draft, change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{}, {From: offset(t, task(t, draft, 1).Text, "到2030年")}}}))
	require.NotContains(t, task(t, next, 1).Fields, "targets.2")
	require.NotContains(t, task(t, next, 5).Fields, "targets.1")
	require.Contains(t, task(t, next, 5).Fields, "targets.2")
}

// A deadline that a person set for the whole is not read anew from the words of
// its parts.
func TestPartsKeepACorrectedDeadline(t *testing.T) {
	draft := parse(t, opinion)
	next := correct(t, draft,
		change(revision.SetDeadline, revision.Deadline{Task: 1, Date: date(2029, time.June, 30)}),
		change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{}, {From: offset(t, task(t, draft, 1).Text, "到2030年")}}}))
	require.Equal(t, date(2029, time.June, 30), task(t, next, 1).Deadline)
	require.Equal(t, date(2029, time.June, 30), task(t, next, 5).Deadline)
}

// The place of words that a person typed is that of the whole.
func TestPartsOfRewordedTasks(t *testing.T) {
	draft := parse(t, opinion)
	spans := task(t, draft, 1).Fields["text"].Spans
	next := correct(t, draft,
		change(revision.RewordTask, revision.Reword{Task: 1, Text: pointer("建书房。建书屋。")}),
		change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{}, {From: 4}}}))
	require.Equal(t, spans, task(t, next, 1).Fields["text"].Spans)
	require.Equal(t, spans, task(t, next, 5).Fields["text"].Spans)
	require.Equal(t, "建书屋。", task(t, next, 5).Text)
}

func TestMergeOfTasksThatShareMuch(t *testing.T) {
	draft := parse(t, opinion)
	later, earlier := task(t, draft, 3), task(t, draft, 1)
	next := correct(t, draft, change(revision.MergeTasks, revision.Merge{Tasks: []int{3, 1}}))
	whole := task(t, next, 3)
	require.Equal(t, []string{"市教育局", "市文旅局"}, whole.Lead, "supports one, leads the other")
	require.Equal(t, []string{"市财政局", "各县（区）"}, whole.Support)
	require.Len(t, whole.Entries, 4)
	var texts []string
	keys := map[string]bool{}
	for _, one := range whole.Targets {
		texts = append(texts, one.Text)
		keys[one.Key] = true
	}
	require.Len(t, keys, len(earlier.Targets)+len(later.Targets), "every target has a key of its own")
	require.Equal(t, []string{earlier.Targets[0].Text, earlier.Targets[1].Text, later.Targets[0].Text}, texts, "as they stand in the document")
	require.Equal(t, later.Targets[0].Key, whole.Targets[2].Key, "the first task's keys stay")
	require.Equal(t, earlier.Fields["targets.2"], whole.Fields["targets."+whole.Targets[1].Key])
}

func TestTargetsWithDoubtsAreConfirmed(t *testing.T) {
	draft := parse(t, opinion)
	whole := task(t, draft, 1)
	doubted := ""
	for _, one := range whole.Targets {
		if whole.Fields["targets."+one.Key].Certainty != policy.Certain {
			doubted = one.Key
		}
	}
	if doubted == "" { // none is in doubt: raise one
		doubted = whole.Targets[0].Key
		o := whole.Fields["targets."+doubted]
		o.Certainty = policy.Inferred
		whole.Fields["targets."+doubted] = o
	}
	next := correct(t, draft, change(revision.SetTargets, revision.Targets{Task: 1, Targets: whole.Targets}))
	origin := task(t, next, 1).Fields["targets."+doubted]
	require.Equal(t, policy.Certain, origin.Certainty)
	require.Equal(t, 1, origin.Corrected)
	fewer := correct(t, next, change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{}}))
	require.NotContains(t, task(t, fewer, 1).Fields, "targets."+doubted)
}

// What builds on a cut or a join that was not carried over is left as well.
func TestWhatBuildsOnOpenCorrections(t *testing.T) {
	lead := []revision.Unit{{Written: "市图书馆", Role: policy.Lead}}
	draft, next := parse(t, opinion), parse(t, newer)
	carried, err := revision.Carry(draft, next, numbered(
		change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{}, {From: 9}}}), // the text changed
		change(revision.SetUnits, revision.Units{Task: 1, Units: lead}),                            // of the first part
		change(revision.SetUnits, revision.Units{Task: 5, Units: lead}),                            // of the second
		change(revision.MoveTask, revision.Move{Task: 4, After: pointer(1)}),                       // beside it: the task is there
	))
	require.NoError(t, err)
	require.Equal(t, map[int]any{1: revision.Changed, 2: revision.Depends, 3: revision.Depends, 4: 1}, outcome(carried))

	carried, err = revision.Carry(draft, next, numbered(
		change(revision.MergeTasks, revision.Merge{Tasks: []int{4, 3}}), // the text of 3 changed
		change(revision.SetDeadline, revision.Deadline{Task: 4, Date: date(2029, time.June, 30)}),
	))
	require.NoError(t, err)
	require.Equal(t, map[int]any{1: revision.Changed, 2: revision.Depends}, outcome(carried))

	same := parse(t, paragraphs)
	changed := correct(t, same, change(revision.RewordTask, revision.Reword{Task: 2, Title: pointer("长效")}),
		change(revision.SetUnits, revision.Units{Task: 2, Units: lead}))
	carried, err = revision.Carry(same, changed, numbered(
		change(revision.MergeTasks, revision.Merge{Tasks: []int{1, 2}}), // texts are as they were
		change(revision.SetUnits, revision.Units{Task: 1, Units: lead}), // units of 2, now in 1, are not
	))
	require.NoError(t, err)
	require.Equal(t, map[int]any{1: 1, 2: revision.Changed}, outcome(carried), "a joined task is as changed as each of its parts")

	reworded := correct(t, same, change(revision.RewordTask, revision.Reword{Task: 1, Title: pointer("改造")}))
	carried, err = revision.Carry(same, reworded, numbered(
		change(revision.RewordTask, revision.Reword{Task: 1, Title: pointer("小区改造"), No: pointer("1")}),
		change(revision.RewordTask, revision.Reword{Task: 1, No: pointer("一")}),
	))
	require.NoError(t, err)
	require.Equal(t, map[int]any{1: revision.Changed, 2: revision.Depends}, outcome(carried), "the number was to be set twice")
}

func TestPairsOfMovedTasks(t *testing.T) {
	title := func(titles ...string) policy.Draft {
		d := policy.Draft{}
		for i, one := range titles {
			d.Tasks = append(d.Tasks, policy.Task{Key: i + 1, Title: one, Text: one + "的全部内容"})
		}
		return d
	}
	moved := func(before, after policy.Draft) []string {
		var titles []string
		for _, c := range revision.Compare(before, after).Changed {
			require.Equal(t, revision.Place, c.Aspects[0].Aspect)
			titles = append(titles, c.Old.Title)
		}
		return titles
	}
	require.Equal(t, []string{"戊"}, moved(title("甲一", "乙二", "丙三", "戊"), title("戊", "甲一", "乙二", "丙三")))
	require.Equal(t, []string{"甲一", "丁四"}, moved(title("甲一", "乙二", "丙三", "丁四", "戊五"), title("丁四", "乙二", "丙三", "戊五", "甲一")))

	renamed := title("甲一", "乙二")
	renamed.Tasks[1].Title = "全新的名称"
	d := revision.Compare(title("甲一", "乙二"), renamed)
	require.Len(t, d.Changed, 1)
	require.Equal(t, revision.BySame, d.Changed[0].By, "the same text under another title")

	keys := title("甲一")
	keys.Tasks[0].Targets = []target.Target{{Key: "1", Text: "目标"}}
	other := title("甲一")
	other.Tasks[0].Targets = []target.Target{{Key: "2", Text: "目 标"}}
	require.Equal(t, 1, revision.Compare(keys, other).Unchanged, "keys only count")
}
