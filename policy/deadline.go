package policy

import (
	"slices"
	"strings"

	"duban/document"
)

// readDeadlines fills in the dates and terms of a task: those of its note, and
// those of its text.
func (p *parser) readDeadlines(t *Task, it item, n *note) {
	for _, at := range n.deadlines {
		t.Deadlines = append(t.Deadlines, p.noteTerms(at)...)
	}
	fromNote := len(t.Deadlines)
	for _, at := range it.text {
		for _, d := range findDates(at.text(), p.clock) {
			if !d.firm || d.kind == Yearly && d.date == nil && !strings.Contains(at.text()[d.start:d.end], "月") && !strings.Contains(at.text()[d.start:d.end], "底") {
				continue
			}
			t.Deadlines = append(t.Deadlines, d.deadline(at))
		}
	}
	if t.Deadlines == nil {
		t.Deadlines = []Deadline{}
	}
	p.dueDate(t, fromNote)
}

// dueDate chooses the date by which the whole task is due: what the note says,
// else the last firm date of the text.
func (p *parser) dueDate(t *Task, fromNote int) {
	candidates := t.Deadlines
	if fromNote > 0 {
		candidates = t.Deadlines[:fromNote]
	}
	o := Origin{Certainty: Certain, Spans: []document.Span{}, Reason: "没有写明时限。", ReasonEn: "No deadline is given."}
	for _, d := range candidates {
		// In the text a term that is counted from the issue or comes back every
		// year is a step of the task, not its end.
		if d.Kind == Stretch || (d.Kind == Yearly || d.Kind == Within) && fromNote == 0 || d.Date == nil && t.Deadline != nil {
			continue
		}
		if t.DeadlineText != "" && (d.Date == nil || t.Deadline != nil && !d.Date.After(*t.Deadline)) {
			continue
		}
		t.Deadline, t.DeadlineText, o = d.Date, d.Text, d.Origin
	}
	if fromNote == 0 && t.Deadline != nil && o.Certainty == Certain {
		o.Certainty = Inferred
		o.Reason = "责任分工中没有时限，取正文中最后的日期。"
		o.ReasonEn = "The note gives no deadline; the last date in the text was taken."
	}
	t.Fields["deadline"], t.Fields["deadlineText"] = o, o
	all := Origin{Certainty: Certain, Spans: []document.Span{}}
	for _, d := range t.Deadlines {
		all.Spans = append(all.Spans, d.Origin.Spans...)
	}
	t.Fields["deadlines"] = all
}

// noteTerms reads the value of a deadline in a note or a table.
func (p *parser) noteTerms(at piece) []Deadline {
	at = at.trim("。；;，,（）()")
	text := at.text()
	found := findDates(text, p.clock)
	if len(found) == 1 && len(strings.TrimSpace(text)) > 0 {
		d := found[0].deadline(at)
		d.Note = true
		d.Text = strings.Trim(termWords(text, found[0]), spaces)
		return []Deadline{d}
	}
	var terms []Deadline
	for _, t := range found {
		d := t.deadline(at)
		d.Note = true
		terms = append(terms, d)
	}
	if len(terms) > 0 {
		return terms
	}
	for _, cut := range splitOutside(text, "，,、；;") {
		d, ok := lasting(at.sub(cut[0], cut[1]).trim(""))
		if !ok {
			terms = nil
			break
		}
		terms = append(terms, d)
	}
	if terms != nil {
		return terms
	}
	d, ok := lasting(at)
	if !ok {
		d.Kind = By
		d.Origin.Certainty = NeedsDecision
		d.Origin.Reason = "看不出具体日期，请补填。"
		d.Origin.ReasonEn = "No date could be read; please add it."
	}
	return []Deadline{d}
}

// lasting reads a term without a date.
func lasting(at piece) (Deadline, bool) {
	text := at.text()
	d := Deadline{Text: text, Note: true, Origin: Origin{Certainty: Certain, Spans: []document.Span{at.span()}}}
	switch {
	case promptTerm.MatchString(text):
		d.Kind = Immediate
	case lastingTerm.MatchString(text) || containsAny(text, lastingWords[:]):
		d.Kind = Continuous
	case yearlyTerm.MatchString(text) || strings.HasPrefix(text, "每"):
		d.Kind = Yearly
	default:
		return d, false
	}
	return d, true
}

// lastingWords make a term one without an end.
var lastingWords = [...]string{"长期", "持续", "常态", "常年"}

// termWords returns the words of a term without 完成 and the like after it.
func termWords(text string, t term) string {
	if termEnding.MatchString(text[t.end:]) {
		return text[t.start:t.end]
	}
	return text
}

// deadline returns the term as a deadline of the text it was found in.
func (t term) deadline(in piece) Deadline {
	at := in.sub(t.start, t.end)
	o := Origin{Certainty: t.certainty, Spans: []document.Span{at.span()}, Reason: t.reason, ReasonEn: t.reasonEn}
	if o.Certainty == "" {
		o.Certainty = Certain
	}
	return Deadline{Kind: t.kind, Text: at.text(), From: t.from, Date: t.date, Origin: o}
}

// extend moves the due date of a task that has no note to the last date of its
// schedule.
func (t *Task) extend(scheduled []Deadline) {
	for _, d := range scheduled {
		t.Deadlines = append(t.Deadlines, d)
		if t.DeadlineText != "" && slices.ContainsFunc(t.Deadlines, func(e Deadline) bool { return e.Note }) {
			continue
		}
		if t.Deadline == nil || d.Date.After(*t.Deadline) {
			t.Deadline, t.DeadlineText = d.Date, d.Text
			t.Fields["deadline"], t.Fields["deadlineText"] = d.Origin, d.Origin
		}
	}
}
