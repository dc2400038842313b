package revision

import (
	"slices"

	"duban/act"
	"duban/calendar"
	"duban/policy"
)

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

// Doubt settles a question about the document: a person has looked, and has
// corrected what was to be corrected.
type Doubt struct {
	// Doubt is the Chinese text of the question. All questions that say so are
	// settled.
	Doubt string `json:"doubt"`
	Because
}

func (d Doubt) apply(e *editor) error {
	var f faults
	d.Because.check(&f)
	if err := f.refusal(); err != nil {
		return err
	}
	open := func(o policy.Doubt) bool { return o.Reason == d.Doubt && o.Settled == 0 }
	if !slices.ContainsFunc(e.draft.Doubts, open) {
		return act.NotNow("no-doubt", "没有这个待核对的问题，或已处理，请刷新。", "There is no such question, or it is settled; load the draft again.")
	}
	e.draft.Doubts = slices.Clone(e.draft.Doubts)
	for i, o := range e.draft.Doubts {
		if open(o) {
			e.draft.Doubts[i].Settled = e.seq
		}
	}
	return nil
}

func (d Doubt) touches() []touch { return nil }

func (d Doubt) rekeyed(func(int) int) Change { return d }
