package revision

import (
	"fmt"

	"duban/calendar"
	"duban/policy"
)

// Deadline sets by when a task is due.
type Deadline struct {
	Task int `json:"task"`
	// Date is the last day; none where the task has no end.
	Date *calendar.Date `json:"date" nullable:"true"`
	// Text is how it is written, such as 长期坚持; the date where left out.
	Text string `json:"text,omitempty"`
	// Terms replace all dates and terms of the task, where given.
	Terms []Term `json:"terms,omitzero"`
	Because
}

// Term is one date or term in a task.
type Term struct {
	Kind policy.DeadlineKind `json:"kind" enum:"by,within,period,yearly,continuous,immediate,stretch"`
	Text string              `json:"text"`
	From *calendar.Date      `json:"from,omitempty"` // begin of a period
	Date *calendar.Date      `json:"date,omitempty"` // last day
}

func (d Deadline) apply(e *editor) error {
	t, err := e.task(d.Task)
	if err != nil {
		return err
	}
	var f faults
	d.Because.check(&f)
	f.text("text", d.Text, mostName, false)
	for i, term := range d.Terms {
		term.check(&f, fmt.Sprintf("terms[%d]", i))
	}
	if err := f.refusal(); err != nil {
		return err
	}
	t.Deadline, t.DeadlineText = d.Date, d.Text
	if d.Text == "" && d.Date != nil {
		t.DeadlineText = d.Date.String()
	}
	e.corrected(t, "deadline", "deadlineText")
	if d.Terms != nil {
		t.Deadlines = make([]policy.Deadline, len(d.Terms))
		for i, term := range d.Terms {
			t.Deadlines[i] = policy.Deadline{Kind: term.Kind, Text: term.Text, From: term.From, Date: term.Date, Origin: e.mark(nil)}
		}
		e.corrected(t, "deadlines")
	}
	return nil
}

func (t Term) check(f *faults, at string) {
	f.text(at+".text", t.Text, mostName, true)
	switch t.Kind {
	case policy.By, policy.Between, policy.Stretch:
		if t.Date == nil {
			f.add(at+".date", "required", "请填写日期", "give the date")
		}
	case policy.Within, policy.Yearly, policy.Continuous, policy.Immediate:
	default:
		f.add(at+".kind", "unknown", "没有这种时限", "there is no such kind of term")
	}
	if t.From != nil && t.Date != nil && t.From.After(*t.Date) {
		f.add(at+".from", "range", "起始日期晚于截止日期", "begins after it ends")
	}
}

func (d Deadline) touches() []touch {
	return []touch{{task: d.Task, aspects: []Aspect{DueDate}}}
}

func (d Deadline) rekeyed(key func(int) int) Change {
	d.Task = key(d.Task)
	return d
}
