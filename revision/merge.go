package revision

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"duban/policy"
	"duban/target"
)

// Merge makes one task of several: in the place of the first, with its key,
// number and title, and with the units, targets and dates of all.
type Merge struct {
	// Tasks are keys, in the order in which the texts follow one another.
	Tasks []int `json:"tasks"`
	// Separator stands between the texts. Left out, it is a line feed, or nothing
	// where the text of one goes on in the next.
	Separator *string `json:"separator,omitempty"`
	Because
}

func (m Merge) apply(e *editor) error {
	if err := m.check(); err != nil {
		return err
	}
	first, err := e.task(m.Tasks[0])
	if err != nil {
		return err
	}
	whole := *first
	for _, key := range m.Tasks[1:] {
		at, err := e.position(key, "tasks")
		if err != nil {
			return err
		}
		whole = m.append(whole, e.draft.Tasks[at])
		e.remove(at)
	}
	e.corrected(&whole, "text")
	at, err := e.position(whole.Key, "tasks")
	if err != nil {
		return err
	}
	e.draft.Tasks[at] = whole
	return nil
}

func (m Merge) check() error {
	var f faults
	m.Because.check(&f)
	if len(m.Tasks) < 2 {
		f.add("tasks", "too-few", "至少选择两项任务", "choose at least two tasks")
	}
	for i, key := range m.Tasks {
		if slices.Contains(m.Tasks[:i], key) {
			f.add(fmt.Sprintf("tasks[%d]", i), "twice", "同一任务选了两次", "a task is chosen twice")
		}
	}
	if m.Separator != nil && length(*m.Separator) > 10 {
		f.add("separator", "too-long", "最多 10 字", "has more than 10 characters")
	}
	return f.refusal()
}

// append returns a with everything of b behind it.
func (m Merge) append(a, b policy.Task) policy.Task {
	left, right := a.Fields["text"].Spans, b.Fields["text"].Spans
	separator := "\n"
	if m.Separator != nil {
		separator = *m.Separator
	} else if len(left) > 0 && len(right) > 0 && goesOn(left[len(left)-1], right[0]) {
		separator = ""
	}
	a.Text += separator + b.Text
	for _, field := range []string{"text", "lead", "support", "guide", "mode", "targets", "deadlines", "deadline", "deadlineText"} {
		a.Fields[field] = both(a.Fields[field], b.Fields[field])
	}
	for _, entry := range b.Entries {
		a.Entries = addEntry(a.Entries, entry)
	}
	fillUnits(&a)
	if a.Mode == "" {
		a.Mode = b.Mode
	}
	addTargets(&a, b)
	addDeadlines(&a, b)
	return a
}

// both is the origin of what comes from two fields: as sure as the less sure of
// them.
func both(a, b policy.Origin) policy.Origin {
	doubt := func(o policy.Origin) int {
		return slices.Index([]policy.Certainty{policy.Certain, policy.Inferred, policy.NeedsDecision}, o.Certainty)
	}
	spans := join(a.Spans, b.Spans)
	if doubt(b) > doubt(a) {
		a = b
	}
	a.Spans = spans
	return a
}

// addEntry adds a unit. One that is there already stays once, in its stronger
// part: who leads one of the tasks leads the whole.
func addEntry(entries []policy.Entry, entry policy.Entry) []policy.Entry {
	same := func(o policy.Entry) bool { return o.Written == entry.Written }
	i := slices.IndexFunc(entries, same)
	switch {
	case i < 0:
		return append(entries, entry)
	case rank(entry.Role) < rank(entries[i].Role):
		return append(slices.DeleteFunc(entries, same), entry)
	default:
		return entries
	}
}

func rank(role policy.Role) int {
	return slices.Index([]policy.Role{policy.Lead, policy.Support, policy.Guide}, role)
}

// addTargets gives a the targets of b. A key that a has already is replaced by
// the next number.
func addTargets(a *policy.Task, b policy.Task) {
	for _, one := range b.Targets {
		key := freeKey(a.Targets, one.Key)
		if origin, known := b.Fields[targetField(one.Key)]; known {
			a.Fields[targetField(key)] = origin
		}
		one.Key = key
		a.Targets = append(a.Targets, one)
	}
	slices.SortStableFunc(a.Targets, inText(*a))
}

// inText orders targets as they stand in the document; those without a place
// come last.
func inText(t policy.Task) func(a, b target.Target) int {
	return func(a, b target.Target) int {
		left, right := t.Fields[targetField(a.Key)].Spans, t.Fields[targetField(b.Key)].Spans
		if len(left) == 0 || len(right) == 0 {
			return cmp.Compare(min(len(right), 1), min(len(left), 1))
		}
		return comparePlaces(left[0], right[0])
	}
}

// addDeadlines gives a the dates of b, and the later of the two by which all is
// due.
func addDeadlines(a *policy.Task, b policy.Task) {
	for _, d := range b.Deadlines {
		if !slices.ContainsFunc(a.Deadlines, func(o policy.Deadline) bool { return reflect.DeepEqual(o, d) }) {
			a.Deadlines = append(a.Deadlines, d)
		}
	}
	if a.DeadlineText == "" && a.Deadline == nil || b.Deadline != nil && (a.Deadline == nil || b.Deadline.After(*a.Deadline)) {
		a.Deadline, a.DeadlineText = b.Deadline, b.DeadlineText
	}
}

func (m Merge) touches() []touch {
	all := make([]touch, len(m.Tasks))
	for i, key := range m.Tasks {
		all[i] = touch{task: key, aspects: []Aspect{Text}}
	}
	return all
}

func (m Merge) rekeyed(key func(int) int) Change {
	tasks := make([]int, len(m.Tasks))
	for i, k := range m.Tasks {
		tasks[i] = key(k)
	}
	m.Tasks = tasks
	return m
}
