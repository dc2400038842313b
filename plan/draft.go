package plan

import (
	"duban/act"
	"duban/org"
	"duban/policy"
)

// longestTitle is how much of a task's title a plan keeps, in characters; the
// whole stands in its text.
const longestTitle = 200

// Wish is what an administrator says about a new plan; what he leaves empty is
// taken from the document.
type Wish struct {
	Title      string
	From, To   int
	Supervisor *org.UnitRef
}

// FromDraft makes a plan of what was read out of a policy: its tasks with their
// units looked up. A name that resolve does not know stays open for a person.
func FromDraft(draft policy.Draft, wish Wish, resolve func(written string) (org.Resolution, bool)) (Plan, error) {
	p := Plan{Title: first(wish.Title, draft.Title), From: first(wish.From, draft.Period.From),
		To: first(wish.To, draft.Period.To), Supervisor: wish.Supervisor}
	if faults := CheckYears(p.From, p.To); len(faults) > 0 {
		return Plan{}, act.Malformed("years", "方案的起止年份不明确，请填写。", "The years of the plan are not sound; state them.", faults...)
	}
	for _, t := range draft.Tasks {
		p.Tasks = append(p.Tasks, fromDraft(t, resolve))
	}
	return p, nil
}

func fromDraft(t policy.Task, resolve func(string) (org.Resolution, bool)) Task {
	task := Task{Key: t.Key, No: t.No, Section: t.Section, Programme: t.Programme, Title: shorten(t.Title),
		Text: t.Text, Joint: t.Mode == policy.Joint, Targets: t.Targets}
	if t.Deadline != nil {
		task.Deadline = t.Deadline.String()
	}
	for _, entry := range t.Entries {
		named := Meaning(entry.Written, resolve)
		named.Role = Role(entry.Role)
		task.Units = append(task.Units, named)
	}
	return task
}

// Meaning looks a written name up.
func Meaning(written string, resolve func(string) (org.Resolution, bool)) Named {
	named := Named{Written: written}
	if found, known := resolve(written); known {
		named.Unit, named.Group, named.Members = found.Unit, found.Group, found.Members
	}
	return named
}

func shorten(title string) string {
	runes := []rune(title)
	if len(runes) <= longestTitle {
		return title
	}
	return string(runes[:longestTitle-1]) + "…"
}

func first[T comparable](wished, read T) T {
	if wished != *new(T) {
		return wished
	}
	return read
}
