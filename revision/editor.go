package revision

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"duban/act"
	"duban/document"
	"duban/policy"
	"duban/target"
)

// editor holds a draft while it is corrected. What it holds is its own: tasks
// are copied before they are changed.
type editor struct {
	draft policy.Draft
	seq   int
}

func newEditor(draft policy.Draft, seq int) *editor {
	draft.Tasks = slices.Clone(draft.Tasks)
	draft.Fields = cloneFields(draft.Fields)
	return &editor{draft: draft, seq: seq}
}

// position finds a task by its key.
func (e *editor) position(key int, field string) (int, error) {
	i := slices.IndexFunc(e.draft.Tasks, func(t policy.Task) bool { return t.Key == key })
	if i < 0 {
		return 0, act.Malformed("no-task", "草案中没有这项任务，请刷新后重新选择。", "The draft has no such task; load it again and choose.",
			act.Fault{Field: field, Code: "unknown", Zh: "没有第 " + strconv.Itoa(key) + " 项任务", En: "no task " + strconv.Itoa(key)})
	}
	return i, nil
}

// task returns a task for change, by its key.
func (e *editor) task(key int) (*policy.Task, error) {
	i, err := e.position(key, "task")
	if err != nil {
		return nil, err
	}
	e.draft.Tasks[i] = copyTask(e.draft.Tasks[i])
	return &e.draft.Tasks[i], nil
}

// place returns where to insert a task behind the one with the key; 0 is the
// beginning.
func (e *editor) place(after int) (int, error) {
	if after == 0 {
		return 0, nil
	}
	i, err := e.position(after, "after")
	return i + 1, err
}

// newKey gives out a key that no task of the draft ever had.
func (e *editor) newKey() int {
	key := e.draft.LastKey
	for _, t := range e.draft.Tasks {
		key = max(key, t.Key)
	}
	return key + 1
}

// remove takes out the task at a position; its key is not given again.
func (e *editor) remove(i int) {
	last := e.newKey() - 1
	e.draft.Tasks = slices.Delete(e.draft.Tasks, i, i+1)
	if e.newKey() <= last {
		e.draft.LastKey = last
	}
}

// mark returns the origin of a field that a person has set, which was read at
// the spans.
func (e *editor) mark(spans []document.Span) policy.Origin {
	if spans == nil {
		spans = []document.Span{}
	}
	return policy.Origin{Certainty: policy.Certain, Spans: spans, Corrected: e.seq,
		Reason: "由人工更正。", ReasonEn: "Corrected by a person."}
}

// corrected marks fields of a task as set by a person.
func (e *editor) corrected(t *policy.Task, fields ...string) {
	for _, field := range fields {
		t.Fields[field] = e.mark(t.Fields[field].Spans)
	}
}

func copyTask(t policy.Task) policy.Task {
	t.Lead, t.Support, t.Guide = slices.Clone(t.Lead), slices.Clone(t.Support), slices.Clone(t.Guide)
	t.Entries, t.Deadlines, t.Targets = slices.Clone(t.Entries), slices.Clone(t.Deadlines), slices.Clone(t.Targets)
	t.Fields = cloneFields(t.Fields)
	return t
}

func cloneFields(fields map[string]policy.Origin) map[string]policy.Origin {
	if fields == nil {
		return map[string]policy.Origin{}
	}
	return maps.Clone(fields)
}

// targetField is the name under which the origin of a target is kept.
func targetField(key string) string { return "targets." + key }

// freeKey returns the key if no target has it, else the first free number.
func freeKey(targets []target.Target, key string) string {
	taken := func(key string) bool {
		return slices.ContainsFunc(targets, func(t target.Target) bool { return t.Key == key })
	}
	for n := 1; key == "" || taken(key); n++ {
		key = strconv.Itoa(n)
	}
	return key
}

// faults gathers what is wrong with the content of a correction.
type faults []act.Fault

func (f *faults) add(field, code, zh, en string) {
	*f = append(*f, act.Fault{Field: field, Code: code, Zh: zh, En: en})
}

// text checks that a text is not blank, where it is needed, and not too long.
func (f *faults) text(field, value string, most int, need bool) {
	switch n := len([]rune(value)); {
	case need && blank(value):
		f.add(field, "required", "必填", "is required")
	case n > most:
		f.add(field, "too-long", fmt.Sprintf("最多 %d 字", most), fmt.Sprintf("has more than %d characters", most))
	}
}

// refusal returns what was gathered as one refusal, or nil.
func (f faults) refusal() error {
	if len(f) == 0 {
		return nil
	}
	return act.Malformed("correction", "更正的内容有误，请按提示修改。", "The correction has faults; correct them.", f...)
}

// The longest texts that a plan keeps, in characters.
const (
	mostNo      = 32
	mostTitle   = 200
	mostHeading = 300
	mostName    = 300
	mostText    = 100_000
	mostReason  = 1000
)

// Because is why a correction is made.
type Because struct {
	// Reason is shown in the list of corrections; it may be empty.
	Reason string `json:"reason,omitempty"`
}

func (b Because) check(f *faults) { f.text("reason", b.Reason, mostReason, false) }
