package revision

import (
	"fmt"
	"slices"

	"duban/act"
	"duban/document"
	"duban/policy"
)

// Unit is a unit or a group as the document or a person writes it.
type Unit struct {
	Written string      `json:"written"`
	Role    policy.Role `json:"role" enum:"lead,support,guide"`
}

// Units replaces all units of a task. At least one leads.
type Units struct {
	Task  int    `json:"task"`
	Units []Unit `json:"units"`
	Because
}

func (u Units) apply(e *editor) error {
	t, err := e.task(u.Task)
	if err != nil {
		return err
	}
	var f faults
	u.Because.check(&f)
	checkUnits(&f, "units", u.Units)
	if err := f.refusal(); err != nil {
		return err
	}
	e.setUnits(t, u.Units)
	return nil
}

func checkUnits(f *faults, field string, units []Unit) {
	seen, leads := map[string]bool{}, false
	for i, u := range units {
		at := fmt.Sprintf("%s[%d]", field, i)
		f.text(at+".written", u.Written, mostName, true)
		if rank(u.Role) < 0 {
			f.add(at+".role", "unknown", "可用：lead 牵头、support 配合、guide 指导", "use lead, support or guide")
		}
		if seen[u.Written] {
			f.add(at+".written", "twice", "同一单位写了两次", "the unit is named twice")
		}
		seen[u.Written] = true
		leads = leads || u.Role == policy.Lead
	}
	if !leads {
		f.add(field, "no-lead", "至少要有一个牵头单位", "at least one unit must lead")
	}
}

// setUnits gives a task its units. Those that it had keep their place in the
// document.
func (e *editor) setUnits(t *policy.Task, units []Unit) {
	before := t.Entries
	t.Entries = make([]policy.Entry, len(units))
	for i, u := range units {
		var spans []document.Span
		if old := slices.IndexFunc(before, func(o policy.Entry) bool { return o.Written == u.Written }); old >= 0 {
			spans = before[old].Origin.Spans
		}
		t.Entries[i] = policy.Entry{Written: u.Written, Role: u.Role, Group: policy.IsGroup(u.Written), Origin: e.mark(spans)}
	}
	t.Mode = ""
	fillUnits(t)
	e.corrected(t, "lead", "support", "guide", "mode")
}

// fillUnits writes the lists of units anew from the entries, leads first.
func fillUnits(t *policy.Task) {
	leads := func(e policy.Entry) bool { return e.Role == policy.Lead }
	slices.SortStableFunc(t.Entries, func(a, b policy.Entry) int {
		switch {
		case leads(a) == leads(b):
			return 0
		case leads(a):
			return -1
		default:
			return 1
		}
	})
	t.Lead, t.Support, t.Guide = []string{}, []string{}, nil
	for _, e := range t.Entries {
		switch e.Role {
		case policy.Lead:
			t.Lead = append(t.Lead, e.Written)
		case policy.Guide:
			t.Guide = append(t.Guide, e.Written)
			t.Support = append(t.Support, e.Written)
		default:
			t.Support = append(t.Support, e.Written)
		}
	}
}

// Lead decides who leads a task for which the document names several units, or
// none, to lead. All others support.
type Lead struct {
	Task  int      `json:"task"`
	Leads []string `json:"leads"` // as the task writes them
	Because
}

func (l Lead) apply(e *editor) error {
	t, err := e.task(l.Task)
	if err != nil {
		return err
	}
	if t.Mode != policy.Joint && len(t.Lead) > 0 {
		return act.NotNow("lead-decided", "该任务已有牵头单位，如需更换请使用“更正责任单位”。",
			"The task has a lead already; use set-units to change it.")
	}
	var f faults
	l.Because.check(&f)
	if len(l.Leads) == 0 {
		f.add("leads", "required", "请选择牵头单位", "choose who leads")
	}
	for i, name := range l.Leads {
		if !slices.ContainsFunc(t.Entries, func(e policy.Entry) bool { return e.Written == name }) {
			f.add(fmt.Sprintf("leads[%d]", i), "unknown", "任务没有责任单位“"+name+"”", "the task does not name "+name)
		}
	}
	if err := f.refusal(); err != nil {
		return err
	}
	units := make([]Unit, len(t.Entries))
	for i, entry := range t.Entries {
		units[i] = Unit{Written: entry.Written, Role: policy.Support}
		switch {
		case slices.Contains(l.Leads, entry.Written):
			units[i].Role = policy.Lead
		case entry.Role == policy.Guide:
			units[i].Role = policy.Guide
		}
	}
	e.setUnits(t, units)
	return nil
}

func (u Units) touches() []touch { return []touch{{task: u.Task, aspects: []Aspect{UnitList}}} }
func (l Lead) touches() []touch  { return []touch{{task: l.Task, aspects: []Aspect{UnitList}}} }

func (u Units) rekeyed(key func(int) int) Change {
	u.Task = key(u.Task)
	return u
}

func (l Lead) rekeyed(key func(int) int) Change {
	l.Task = key(l.Task)
	return l
}
