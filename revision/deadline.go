package revision

import (
	"fmt"

	"duban/act"
	"duban/calendar"
	"duban/policy"
)

// Deadline sets by when a task is due.
type Deadline struct {
	Task int `json:"task"`
	// Date is the last day; none where the task has no end.
	Date *calendar.Date `json:"date"`
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

// Document puts right what is said of the document itself. What is left out
// stays.
type Document struct {
	Title  *string        `json:"title,omitempty"`
	Number *string        `json:"number,omitempty"` // 国发〔2018〕39号
	Status *string        `json:"status,omitempty"` // 送审稿; empty for an issued document
	Issuer *string        `json:"issuer,omitempty"`
	Issued *calendar.Date `json:"issued,omitempty"`
	Period *policy.Period `json:"period,omitempty"`
	Because
}

// The longest texts that a document is kept with, in characters.
const (
	mostDocumentTitle = 500
	mostDocumentNo    = 200
	mostStatus        = 64
)

func (d Document) apply(e *editor) error {
	if err := d.check(); err != nil {
		return err
	}
	draft := &e.draft
	set := func(name string, field, value *string) {
		if value != nil {
			*field = *value
			draft.Fields[name] = e.mark(draft.Fields[name].Spans)
		}
	}
	set("title", &draft.Title, d.Title)
	set("number", &draft.Number, d.Number)
	set("status", &draft.Status, d.Status)
	set("issuer", &draft.Issuer, d.Issuer)
	if d.Issued != nil {
		draft.Issued = d.Issued
		draft.Fields["issued"] = e.mark(draft.Fields["issued"].Spans)
	}
	if d.Period != nil {
		draft.Period = *d.Period
		draft.Fields["period"] = e.mark(draft.Fields["period"].Spans)
	}
	return nil
}

func (d Document) check() error {
	if d.Title == nil && d.Number == nil && d.Status == nil && d.Issuer == nil && d.Issued == nil && d.Period == nil {
		return act.Malformed("nothing-given", "请至少填写一项更正内容。", "Give at least one thing to correct.")
	}
	var f faults
	d.Because.check(&f)
	if d.Title != nil {
		f.text("title", *d.Title, mostDocumentTitle, true)
	}
	if d.Number != nil {
		f.text("number", *d.Number, mostDocumentNo, false)
	}
	if d.Status != nil {
		f.text("status", *d.Status, mostStatus, false)
	}
	if d.Issuer != nil {
		f.text("issuer", *d.Issuer, mostName, false)
	}
	if p := d.Period; p != nil && (p.From < 1949 || p.To < p.From || p.To > 9999) {
		f.add("period", "range", "起止年份不合理", "the years are out of order or range")
	}
	return f.refusal()
}

func (d Document) touches() []touch {
	t := touch{}
	add := func(given bool, aspect Aspect) {
		if given {
			t.aspects = append(t.aspects, aspect)
		}
	}
	add(d.Title != nil, Title)
	add(d.Number != nil, Number)
	add(d.Status != nil, Status)
	add(d.Issuer != nil, Issuer)
	add(d.Issued != nil, Issued)
	add(d.Period != nil, Years)
	return []touch{t}
}

func (d Document) rekeyed(func(int) int) Change { return d }

func (d Deadline) touches() []touch {
	return []touch{{task: d.Task, aspects: []Aspect{DueDate}}}
}

func (d Deadline) rekeyed(key func(int) int) Change {
	d.Task = key(d.Task)
	return d
}
