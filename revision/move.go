package revision

import (
	"slices"

	"duban/act"
	"duban/policy"
	"duban/target"
)

// Move puts a task elsewhere: in the order, under another section or
// programme. What is left out stays. Its number stays as it is printed.
type Move struct {
	Task int `json:"task"`
	// After is the key of the task that it follows; 0 puts it first.
	After     *int    `json:"after,omitempty"`
	Section   *string `json:"section,omitempty"`
	Programme *string `json:"programme,omitempty"`
	Because
}

func (m Move) apply(e *editor) error {
	t, err := e.task(m.Task)
	if err != nil {
		return err
	}
	var f faults
	m.Because.check(&f)
	if m.After == nil && m.Section == nil && m.Programme == nil {
		f.add("after", "required", "请指定新的位置、部分或工程", "say where to: after, section or programme")
	}
	if m.After != nil && *m.After == m.Task {
		f.add("after", "itself", "任务不能排在自己之后", "a task cannot follow itself")
	}
	checkHeadings(&f, m.Section, m.Programme)
	if err := f.refusal(); err != nil {
		return err
	}
	e.set(t, "section", &t.Section, m.Section)
	e.set(t, "programme", &t.Programme, m.Programme)
	if m.After == nil {
		return nil
	}
	moved := *t
	from, err := e.position(m.Task, "task")
	if err != nil {
		return err
	}
	e.draft.Tasks = slices.Delete(e.draft.Tasks, from, from+1)
	at, err := e.place(*m.After)
	if err != nil {
		return err
	}
	e.draft.Tasks = slices.Insert(e.draft.Tasks, at, moved)
	return nil
}

func checkHeadings(f *faults, section, programme *string) {
	if section != nil {
		f.text("section", *section, mostHeading, false)
	}
	if programme != nil {
		f.text("programme", *programme, mostHeading, false)
	}
}

// set gives a field a value, where there is one, and marks it.
func (e *editor) set(t *policy.Task, name string, field, value *string) {
	if value != nil {
		*field = *value
		e.corrected(t, name)
	}
}

// Reword puts right how a task is numbered, called and worded. What is left out
// stays.
type Reword struct {
	Task  int     `json:"task"`
	No    *string `json:"no,omitempty"`
	Title *string `json:"title,omitempty"`
	Text  *string `json:"text,omitempty"`
	Because
}

func (r Reword) apply(e *editor) error {
	t, err := e.task(r.Task)
	if err != nil {
		return err
	}
	var f faults
	r.Because.check(&f)
	if r.No == nil && r.Title == nil && r.Text == nil {
		f.add("title", "required", "请填写编号、名称或正文", "give a number, a title or a text")
	}
	if r.No != nil {
		f.text("no", *r.No, mostNo, false)
	}
	if r.Title != nil {
		f.text("title", *r.Title, mostTitle, true)
	}
	if r.Text != nil {
		f.text("text", *r.Text, mostText, true)
	}
	if err := f.refusal(); err != nil {
		return err
	}
	e.set(t, "no", &t.No, r.No)
	e.set(t, "title", &t.Title, r.Title)
	e.set(t, "text", &t.Text, r.Text)
	return nil
}

// Add adds a task that was not read as one.
type Add struct {
	// After is the key of the task that it follows; 0 puts it first.
	After int    `json:"after"`
	No    string `json:"no,omitempty"`
	// Section and Programme are those of the task before, where left out.
	Section   *string         `json:"section,omitempty"`
	Programme *string         `json:"programme,omitempty"`
	Title     string          `json:"title"`
	Text      string          `json:"text"`
	Units     []Unit          `json:"units"`
	Targets   []target.Target `json:"targets,omitzero"`
	Because
}

func (a Add) apply(e *editor) error {
	at, err := e.place(a.After)
	if err != nil {
		return err
	}
	var f faults
	a.Because.check(&f)
	f.text("no", a.No, mostNo, false)
	f.text("title", a.Title, mostTitle, true)
	f.text("text", a.Text, mostText, true)
	checkHeadings(&f, a.Section, a.Programme)
	checkUnits(&f, "units", a.Units)
	checkTargets(&f, a.Targets)
	if err := f.refusal(); err != nil {
		return err
	}
	t := policy.Task{Key: e.newKey(), No: a.No, Title: a.Title, Text: a.Text, Deadlines: []policy.Deadline{},
		Fields: map[string]policy.Origin{}}
	if at > 0 {
		t.Section, t.Programme = e.draft.Tasks[at-1].Section, e.draft.Tasks[at-1].Programme
	}
	e.set(&t, "section", &t.Section, a.Section)
	e.set(&t, "programme", &t.Programme, a.Programme)
	e.setUnits(&t, a.Units)
	e.setTargets(&t, a.Targets)
	e.corrected(&t, "no", "section", "programme", "title", "text", "deadline", "deadlineText", "deadlines")
	e.draft.Tasks = slices.Insert(e.draft.Tasks, at, t)
	return nil
}

// Delete takes out what was read as a task and is none. Its key is not given
// again.
type Delete struct {
	Task int `json:"task"`
	Because
}

func (d Delete) apply(e *editor) error {
	at, err := e.position(d.Task, "task")
	if err != nil {
		return err
	}
	var f faults
	d.Because.check(&f)
	if err := f.refusal(); err != nil {
		return err
	}
	if len(e.draft.Tasks) == 1 {
		return act.NotNow("last-task", "这是最后一项任务，不能删除；请先补充其他任务。",
			"This is the last task and cannot be deleted; add another one first.")
	}
	e.remove(at)
	return nil
}

func (m Move) touches() []touch {
	return append([]touch{{task: m.Task, aspects: []Aspect{Place}}}, anchor(m.After)...)
}

func (r Reword) touches() []touch {
	t := touch{task: r.Task}
	for aspect, value := range map[Aspect]*string{Number: r.No, Title: r.Title, Text: r.Text} {
		if value != nil {
			t.aspects = append(t.aspects, aspect)
		}
	}
	slices.Sort(t.aspects)
	return []touch{t}
}

func (a Add) touches() []touch { return anchor(&a.After) }

func (d Delete) touches() []touch {
	return []touch{{task: d.Task, aspects: []Aspect{Title, Text, UnitList}}}
}

// anchor is the task behind which another is put: it must be there, and nothing
// more.
func anchor(after *int) []touch {
	if after == nil || *after == 0 {
		return nil
	}
	return []touch{{task: *after}}
}

func (m Move) rekeyed(key func(int) int) Change {
	m.Task = key(m.Task)
	if m.After != nil && *m.After != 0 {
		after := key(*m.After)
		m.After = &after
	}
	return m
}

func (r Reword) rekeyed(key func(int) int) Change {
	r.Task = key(r.Task)
	return r
}

func (a Add) rekeyed(key func(int) int) Change {
	if a.After != 0 {
		a.After = key(a.After)
	}
	return a
}

func (d Delete) rekeyed(key func(int) int) Change {
	d.Task = key(d.Task)
	return d
}
