package revision_test

import (
	"strings"
	"testing"

	"duban/policy"
	"duban/revision"
	"duban/target"

	"github.com/stretchr/testify/require"
)

// offset is where words begin in a text, in characters.
func offset(t testing.TB, text, words string) int {
	t.Helper()
	before, _, found := strings.Cut(text, words)
	require.True(t, found, words)
	return len([]rune(before))
}

func TestSplitSharesWhatTheTaskHas(t *testing.T) {
	draft := parse(t, opinion)
	whole := task(t, draft, 1)
	require.Len(t, whole.Targets, 2)
	cut := offset(t, whole.Text, "到2030年")
	next := correct(t, draft, change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{
		{}, {From: cut, Title: "建设农家书屋"}}}))
	require.Equal(t, []int{1, 5, 2, 3, 4}, keysOf(next))
	first, second := task(t, next, 1), task(t, next, 5)

	require.Equal(t, whole.No, first.No, "the first part keeps its number")
	require.Equal(t, whole.No+"-2", second.No)
	require.Equal(t, whole.Title, first.Title)
	require.Equal(t, "建设农家书屋", second.Title)
	require.Equal(t, whole.Text, first.Text+second.Text)
	require.Equal(t, whole.Targets[:1], first.Targets, "by the place of the words")
	require.Equal(t, whole.Targets[1:], second.Targets, "with its key")
	require.Equal(t, whole.Lead, second.Lead)
	require.Equal(t, whole.Support, second.Support)
	require.Equal(t, date(2028, 12, 31), first.Deadline)
	require.Equal(t, date(2030, 12, 31), second.Deadline)
	require.Equal(t, 1, second.Fields["text"].Corrected)
	require.Equal(t, policy.Certain, second.Fields["text"].Certainty)
	require.Zero(t, second.Fields["lead"].Corrected, "nobody touched the units")
	span := second.Fields["text"].Spans[0]
	require.Equal(t, []rune(strings.Split(opinion, "\n")[6])[span.Start:span.End], []rune(second.Text), "its place in the document")
}

func TestSplitByWhatAPersonNames(t *testing.T) {
	draft := parse(t, opinion)
	whole := task(t, draft, 1)
	next := correct(t, draft, change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{
		{No: "1", Targets: []string{"2"}, Units: []revision.Unit{{Written: "市文旅局", Role: policy.Lead}}},
		{No: "1甲", From: offset(t, whole.Text, "到2030年"), Units: []revision.Unit{{Written: "各县（区）", Role: policy.Lead}, {Written: "市文旅局", Role: policy.Guide}}},
	}}))
	first, second := task(t, next, 1), task(t, next, 5)
	require.Equal(t, whole.Targets[1:], first.Targets)
	require.Equal(t, whole.Targets[:1], second.Targets)
	require.Equal(t, []string{"各县（区）"}, second.Lead)
	require.Equal(t, []string{"市文旅局"}, second.Support)
	require.Equal(t, []string{"市文旅局"}, second.Guide)
	require.True(t, second.Entries[0].Group)
	require.Equal(t, "1甲", second.No)
	require.Equal(t, 1, second.Fields["lead"].Corrected)
}

func TestMergeOfDifferentTasks(t *testing.T) {
	draft := parse(t, opinion)
	next := correct(t, draft, change(revision.MergeTasks, revision.Merge{Tasks: []int{3, 4}}))
	require.Equal(t, []int{1, 2, 3}, keysOf(next))
	whole := task(t, next, 3)
	a, b := task(t, draft, 3), task(t, draft, 4)
	require.Equal(t, a.Text+"\n"+b.Text, whole.Text)
	require.Equal(t, []string{"市教育局", "市财政局"}, whole.Lead, "who leads one leads the whole")
	require.Equal(t, []string{"市文旅局"}, whole.Support)
	require.Len(t, whole.Targets, len(a.Targets)+len(b.Targets))
	seen := map[string]bool{}
	for _, one := range whole.Targets {
		require.False(t, seen[one.Key], "key twice")
		seen[one.Key] = true
		require.Contains(t, whole.Fields, "targets."+one.Key)
	}
	require.Equal(t, a.Deadline, whole.Deadline)
	require.Equal(t, a.Title, whole.Title)

	after := correct(t, next, change(revision.AddTask, revision.Add{After: 3, Title: "评估", Text: "开展评估。",
		Units: []revision.Unit{{Written: "市文旅局", Role: policy.Lead}}}))
	require.Equal(t, []int{1, 2, 3, 5}, keysOf(after), "a key that was taken away is not given again")
}

func TestMergeKeepsDoubts(t *testing.T) {
	draft := parse(t, opinion)
	require.Equal(t, policy.Joint, task(t, draft, 2).Mode)
	next := correct(t, draft, change(revision.MergeTasks, revision.Merge{Tasks: []int{1, 2}, Separator: pointer("")}))
	whole := task(t, next, 1)
	require.Equal(t, policy.Joint, whole.Mode, "nobody has decided who leads")
	require.Equal(t, policy.NeedsDecision, whole.Fields["lead"].Certainty)
	require.Equal(t, task(t, draft, 1).Text+task(t, draft, 2).Text, whole.Text)
}

func TestMove(t *testing.T) {
	draft := parse(t, opinion)
	next := correct(t, draft,
		change(revision.MoveTask, revision.Move{Task: 4, After: pointer(1)}),
		change(revision.MoveTask, revision.Move{Task: 3, After: pointer(0), Programme: pointer("（一）实施阅读空间工程")}))
	require.Equal(t, []int{3, 1, 4, 2}, keysOf(next))
	moved := task(t, next, 3)
	require.Equal(t, "（一）实施阅读空间工程", moved.Programme)
	require.Equal(t, 2, moved.Fields["programme"].Corrected)
	require.Equal(t, "3", moved.No, "numbers stay as they are printed")
	require.Equal(t, task(t, draft, 4), task(t, next, 4))
}

func TestRewordAddAndDelete(t *testing.T) {
	draft := parse(t, opinion)
	next := correct(t, draft,
		change(revision.RewordTask, revision.Reword{Task: 2, No: pointer("二"), Title: pointer("改造图书馆"), Text: pointer("改造市图书馆。")}),
		change(revision.AddTask, revision.Add{After: 0, Title: "组织领导", Text: "成立专班。", Section: pointer("零、总则"),
			Units:   []revision.Unit{{Written: "市政府办", Role: policy.Lead}, {Written: "各县（区）", Role: policy.Support}},
			Targets: []target.Target{{Kind: target.Narrative, Text: "成立专班"}}}),
		change(revision.DeleteTask, revision.Delete{Task: 4, Because: revision.Because{Reason: "不是任务"}}))
	require.Equal(t, []int{5, 1, 2, 3}, keysOf(next))
	require.Equal(t, 5, next.Tasks[0].Key)
	added := next.Tasks[0]
	require.Equal(t, "零、总则", added.Section)
	require.Equal(t, "1", added.Targets[0].Key)
	require.Equal(t, 2, added.Fields["title"].Corrected)
	require.NotNil(t, added.Deadlines)
	reworded := task(t, next, 2)
	require.Equal(t, []string{"二", "改造图书馆", "改造市图书馆。"}, []string{reworded.No, reworded.Title, reworded.Text})
	require.Equal(t, task(t, draft, 2).Fields["title"].Spans, reworded.Fields["title"].Spans, "the place of the reading stays")
}

func TestUnitsAndLead(t *testing.T) {
	draft := parse(t, opinion)
	next := correct(t, draft,
		change(revision.DecideLead, revision.Lead{Task: 2, Leads: []string{"市住建局"}}),
		change(revision.SetUnits, revision.Units{Task: 4, Units: []revision.Unit{
			{Written: "市教育局", Role: policy.Guide}, {Written: "市财政局", Role: policy.Lead}, {Written: "市文旅局", Role: policy.Support}}}))
	decided := task(t, next, 2)
	require.Empty(t, decided.Mode)
	require.Equal(t, []string{"市住建局"}, decided.Lead)
	require.Equal(t, []string{"市文旅局"}, decided.Support)
	require.Equal(t, policy.Certain, decided.Fields["lead"].Certainty)
	require.Equal(t, policy.Certain, decided.Entries[0].Origin.Certainty)
	require.NotEmpty(t, decided.Entries[0].Origin.Spans, "the document names it")
	given := task(t, next, 4)
	require.Equal(t, []string{"市财政局"}, given.Lead)
	require.Equal(t, []string{"市教育局", "市文旅局"}, given.Support)
	require.Equal(t, []string{"市教育局"}, given.Guide)
	require.Empty(t, given.Entries[2].Origin.Spans, "the document does not name it there")
	require.Equal(t, "lead-decided", refused(t, next, change(revision.DecideLead, revision.Lead{Task: 2, Leads: []string{"市文旅局"}})).Code)
}

func TestTargetsAndDeadlines(t *testing.T) {
	draft := parse(t, opinion)
	kept := task(t, draft, 1).Targets[0]
	changed := task(t, draft, 1).Targets[1]
	changed.Value = pointer(target.Whole(2))
	next := correct(t, draft,
		change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{kept, changed, {Kind: target.Milestone, Text: "2027年底前选址"}}}),
		change(revision.SetDeadline, revision.Deadline{Task: 3, Text: "长期坚持", Terms: []revision.Term{{Kind: policy.Continuous, Text: "长期坚持"}}}),
		change(revision.SetDeadline, revision.Deadline{Task: 4, Date: date(2029, 6, 30)}))
	one := task(t, next, 1)
	require.Equal(t, []string{"1", "2", "3"}, []string{one.Targets[0].Key, one.Targets[1].Key, one.Targets[2].Key})
	require.Zero(t, one.Fields["targets.1"].Corrected, "it stands as it was read")
	require.Equal(t, 1, one.Fields["targets.2"].Corrected)
	require.NotEmpty(t, one.Fields["targets.2"].Spans)
	require.Equal(t, 1, one.Fields["targets.3"].Corrected)
	require.Nil(t, task(t, next, 3).Deadline)
	require.Equal(t, "长期坚持", task(t, next, 3).DeadlineText)
	require.Len(t, task(t, next, 3).Deadlines, 1)
	require.Equal(t, "2029-06-30", task(t, next, 4).DeadlineText)
	require.Equal(t, 3, task(t, next, 4).Fields["deadline"].Corrected)

	parts := correct(t, next, change(revision.SplitTask, revision.Split{Task: 3, Parts: []revision.Part{{}, {From: 5}}}))
	require.Equal(t, "长期坚持", task(t, parts, 5).DeadlineText, "what a person set for the whole holds for all parts")
}

func TestDocument(t *testing.T) {
	draft := parse(t, opinion)
	next := correct(t, draft, change(revision.SetDocument, revision.Document{Title: pointer("全民阅读意见"), Number: pointer("政发〔2026〕8号"),
		Status: pointer("征求意见稿"), Issuer: pointer("市政府"), Issued: date(2026, 3, 1), Period: &policy.Period{From: 2026, To: 2031}}))
	require.Equal(t, "全民阅读意见", next.Title)
	require.Equal(t, "政发〔2026〕8号", next.Number)
	require.Equal(t, "征求意见稿", next.Status)
	require.Equal(t, "市政府", next.Issuer)
	require.Equal(t, date(2026, 3, 1), next.Issued)
	require.Equal(t, policy.Period{From: 2026, To: 2031}, next.Period)
	for _, field := range []string{"title", "number", "status", "issuer", "issued", "period"} {
		require.Equal(t, 1, next.Fields[field].Corrected, field)
		require.Equal(t, policy.Certain, next.Fields[field].Certainty, field)
	}
}

func TestDoubtIsSettled(t *testing.T) {
	open := strings.Replace(opinion, "4.加强经费保障。将经费列入预算。（牵头单位：市财政局，配合单位：市教育局）", "4.加强经费保障。将经费列入预算。", 1)
	draft := parse(t, open)
	require.Len(t, draft.Doubts, 1)
	question := draft.Doubts[0].Reason
	settle := change(revision.SettleDoubt, revision.Doubt{Doubt: question})
	next := correct(t, draft,
		change(revision.AddTask, revision.Add{After: 3, No: "4", Title: "加强经费保障", Text: "将经费列入预算。", Units: []revision.Unit{{Written: "市财政局", Role: policy.Lead}}}),
		settle)
	require.Equal(t, 2, next.Doubts[0].Settled)
	require.Zero(t, draft.Doubts[0].Settled)
	require.Equal(t, "no-doubt", refused(t, next, settle).Code)

	carried, err := revision.Carry(draft, parse(t, "序言。\n"+open), numbered(settle))
	require.NoError(t, err)
	require.Empty(t, carried.Open, "the newer document raises the same question")
	require.Equal(t, 1, carried.Draft.Doubts[0].Settled)
	carried, err = revision.Carry(draft, parse(t, opinion), numbered(settle))
	require.NoError(t, err)
	require.Equal(t, revision.Refused, carried.Open[0].Why, "the newer document does not")
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	draft := parse(t, opinion)
	lead := []revision.Unit{{Written: "市文旅局", Role: policy.Lead}}
	long := strings.Repeat("长", 501)
	for name, c := range map[string]struct {
		correction revision.Correction
		field      string
	}{
		"unknown task":      {change(revision.DeleteTask, revision.Delete{Task: 9}), "task"},
		"long reason":       {change(revision.DeleteTask, revision.Delete{Task: 1, Because: revision.Because{Reason: long + long}}), "reason"},
		"one part":          {change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{}}}), "parts"},
		"late begin":        {change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{From: 1}, {From: 5}}}), "parts[0].from"},
		"falling parts":     {change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{}, {From: 5}, {From: 5}}}), "parts[2].from"},
		"beyond the text":   {change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{}, {From: 5000}}}), "parts[1].from"},
		"unknown target":    {change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{Targets: []string{"9"}}, {From: 5}}}), "parts[0].targets"},
		"target twice":      {change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{Targets: []string{"1"}}, {From: 5, Targets: []string{"1"}}}}), "parts[1].targets"},
		"part without lead": {change(revision.SplitTask, revision.Split{Task: 1, Parts: []revision.Part{{Units: []revision.Unit{}}, {From: 5}}}), "parts[0].units"},
		"merge of one":      {change(revision.MergeTasks, revision.Merge{Tasks: []int{1}}), "tasks"},
		"merge with itself": {change(revision.MergeTasks, revision.Merge{Tasks: []int{1, 1}}), "tasks[1]"},
		"merge of unknown":  {change(revision.MergeTasks, revision.Merge{Tasks: []int{1, 9}}), "tasks"},
		"move nowhere":      {change(revision.MoveTask, revision.Move{Task: 1}), "after"},
		"move after itself": {change(revision.MoveTask, revision.Move{Task: 1, After: pointer(1)}), "after"},
		"move after none":   {change(revision.MoveTask, revision.Move{Task: 1, After: pointer(9)}), "after"},
		"long programme":    {change(revision.MoveTask, revision.Move{Task: 1, Programme: &long}), "programme"},
		"reword nothing":    {change(revision.RewordTask, revision.Reword{Task: 1}), "title"},
		"blank title":       {change(revision.RewordTask, revision.Reword{Task: 1, Title: pointer(" ")}), "title"},
		"long number":       {change(revision.RewordTask, revision.Reword{Task: 1, No: &long}), "no"},
		"blank text":        {change(revision.AddTask, revision.Add{Title: "甲", Units: lead}), "text"},
		"add without units": {change(revision.AddTask, revision.Add{Title: "甲", Text: "乙"}), "units"},
		"no lead":           {change(revision.SetUnits, revision.Units{Task: 1, Units: []revision.Unit{{Written: "甲", Role: policy.Support}}}), "units"},
		"unknown role":      {change(revision.SetUnits, revision.Units{Task: 1, Units: append(lead, revision.Unit{Written: "甲", Role: "boss"})}), "units[1].role"},
		"unit twice":        {change(revision.SetUnits, revision.Units{Task: 1, Units: append(lead, lead[0])}), "units[1].written"},
		"nobody leads":      {change(revision.DecideLead, revision.Lead{Task: 2}), "leads"},
		"stranger leads":    {change(revision.DecideLead, revision.Lead{Task: 2, Leads: []string{"市体育局"}}), "leads[0]"},
		"sum without value": {change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{{Kind: target.Sum, Text: "甲"}}}), "targets[0].value"},
		"unknown kind":      {change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{{Kind: "wish", Text: "甲"}}}), "targets[0].kind"},
		"unknown op":        {change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{{Kind: target.Narrative, Op: "~", Text: "甲"}}}), "targets[0].op"},
		"schedule no year":  {change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{{Kind: target.Schedule, Text: "甲"}}}), "targets[0].year"},
		"range":             {change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{{Kind: target.Sum, Text: "甲", Value: pointer(target.Whole(3)), ValueMax: pointer(target.Whole(2))}}}), "targets[0].valueMax"},
		"target key twice":  {change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{{Key: "1", Kind: target.Narrative, Text: "甲"}, {Key: "1", Kind: target.Narrative, Text: "乙"}}}), "targets[1].key"},
		"term without date": {change(revision.SetDeadline, revision.Deadline{Task: 1, Terms: []revision.Term{{Kind: policy.By, Text: "年底"}}}), "terms[0].date"},
		"unknown term":      {change(revision.SetDeadline, revision.Deadline{Task: 1, Terms: []revision.Term{{Kind: "soon", Text: "尽快"}}}), "terms[0].kind"},
		"term backwards":    {change(revision.SetDeadline, revision.Deadline{Task: 1, Terms: []revision.Term{{Kind: policy.Between, Text: "至", From: date(2030, 1, 1), Date: date(2029, 1, 1)}}}), "terms[0].from"},
		"document title":    {change(revision.SetDocument, revision.Document{Title: &long}), "title"},
		"years":             {change(revision.SetDocument, revision.Document{Period: &policy.Period{From: 2030, To: 2026}}), "period"},
	} {
		refusal := refused(t, draft, c.correction)
		require.NotEmpty(t, refusal.Faults, name)
		fields := map[string]bool{}
		for _, fault := range refusal.Faults {
			require.NotEmpty(t, fault.Zh, name)
			require.NotEmpty(t, fault.En, name)
			fields[fault.Field] = true
		}
		require.True(t, fields[c.field], "%s: %v", name, refusal.Faults)
	}
	require.Equal(t, "nothing-given", refused(t, draft, change(revision.SetDocument, revision.Document{})).Code)
	for _, key := range []int{1, 2, 3} {
		draft = correct(t, draft, change(revision.DeleteTask, revision.Delete{Task: key}))
	}
	require.Equal(t, "last-task", refused(t, draft, change(revision.DeleteTask, revision.Delete{Task: 4})).Code)
}

func TestDecode(t *testing.T) {
	require.Len(t, revision.Kinds(), 12)
	for _, kind := range revision.Kinds() {
		_, err := revision.Decode(kind, []byte(`{}`))
		require.NoError(t, err, kind)
		_, err = revision.Decode(kind, []byte(`{"colour": 1}`))
		require.Error(t, err, kind)
	}
	_, err := revision.Decode("paint", []byte(`{}`))
	require.Error(t, err)
	got, err := revision.Decode(revision.SplitTask, []byte(`{"task":1,"parts":[{"from":0,"targets":[]},{"from":3}],"reason":"两件事"}`))
	require.NoError(t, err)
	want := revision.Split{Task: 1, Parts: []revision.Part{{Targets: []string{}}, {From: 3}}, Because: revision.Because{Reason: "两件事"}}
	require.Equal(t, want, got)
	again, err := revision.Decode(revision.SplitTask, []byte(encoded(t, got)))
	require.NoError(t, err)
	require.Equal(t, want, again, "no targets are not the same as targets left out")
}
