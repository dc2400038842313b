package policy

import (
	"fmt"

	"duban/document"
	"duban/target"
)

// addTask reads an item and adds it to the draft.
func (p *parser) addTask(it item) {
	n := merged(it.notes)
	p.ownRules(n)
	s := resolve(n, p.standing)
	p.laterRules(n)
	if len(s.lead)+len(s.support) == 0 {
		return
	}
	if it.subject {
		s.doubt(Inferred, "没有责任分工标注，责任单位由句子的主语读出，请核对。", "There is no responsibility note; the units were read from the sentences. Please check.")
	}
	if it.loose {
		s.doubt(NeedsDecision, it.reason, it.reasonEn)
	}
	t := Task{
		Key: len(p.draft.Tasks) + 1, No: it.number(), Text: it.fullText(),
		Lead: names(s.lead), Support: names(s.support), Mode: s.mode, Entries: s.entries(),
		Fields: map[string]Origin{},
	}
	if len(s.guide) > 0 {
		t.Guide = names(s.guide)
	}
	p.placeTask(&t, it)
	p.originate(&t, it, s)
	p.readDeadlines(&t, it, n)
	p.readTargets(&t, it)
	p.draft.Tasks = append(p.draft.Tasks, t)
}

// merged makes one note of several that follow one another.
func merged(notes []*note) *note {
	all := *notes[0]
	for _, n := range notes[1:] {
		all.spans = append(all.spans, n.spans...)
		all.units = append(all.units, n.units...)
		all.deadlines = append(all.deadlines, n.deadlines...)
		all.more = all.more || n.more
		all.labelled = all.labelled || n.labelled
		all.bare = all.bare && n.bare
		all.onwards = all.onwards || n.onwards
		all.implied = append(all.implied, n.implied...)
		if n.firstLeads {
			all.firstLeads, all.firstLeadsAt = true, n.firstLeadsAt
		}
	}
	return &all
}

// ownRules keeps what a note orders for later notes as well as for itself.
func (p *parser) ownRules(n *note) {
	if n.firstLeads && (n.onwards || len(n.units) == 0) {
		p.keepFirstLeads(n.firstLeadsAt)
	}
}

// keepFirstLeads lets the first unit listed lead from here on.
func (p *parser) keepFirstLeads(at piece) {
	o := Origin{Certainty: Certain, Spans: []document.Span{at.span()}}
	p.standing.firstLeads = &o
	p.draft.Rules = append(p.draft.Rules, Rule{Kind: FirstLeads, Origin: o})
}

// laterRules keeps what a note orders for later notes only.
func (p *parser) laterRules(n *note) {
	if len(n.implied) == 0 {
		return
	}
	o := Origin{Certainty: Certain}
	rule := Rule{Kind: ImpliedLead}
	for _, u := range n.implied {
		o.Spans = append(o.Spans, u.span())
		rule.Units = append(rule.Units, u.written())
	}
	rule.Origin = o
	p.standing.implied = n.implied
	p.draft.Rules = append(p.draft.Rules, rule)
}

// placeTask fills in where the task stands and what it is called.
func (p *parser) placeTask(t *Task, it item) {
	section, programme, spans := it.place()
	t.Section, t.Programme = section, programme
	if len(it.text) > 0 {
		t.Title = titleOf(it.text[0]).text()
	}
	for i, field := range []string{"section", "programme"} {
		o := Origin{Certainty: Certain, Spans: []document.Span{}}
		if spans == nil {
			o.Certainty = Inferred
			o.Reason, o.ReasonEn = "条目上面没有标题。", "No heading stands above the item."
		} else {
			o.Spans = append(o.Spans, spans[i])
		}
		t.Fields[field] = o
	}
}

// originate tells where the number, the title, the text and the units of a task
// were read.
func (p *parser) originate(t *Task, it item, s share) {
	first := Origin{Certainty: Certain, Spans: []document.Span{}}
	if it.at != nil && it.at.noAt != nil {
		first.Spans = append(first.Spans, *it.at.noAt)
	} else if l := it.node.firstLine(); it.at == nil && l != nil && t.No != "" {
		first.Spans = append(first.Spans, l.span(0, l.body))
	} else {
		first.Certainty = Inferred
		first.Reason, first.ReasonEn = "条目没有编号。", "The item has no number."
	}
	if it.part > 0 {
		first.Certainty = Inferred
		first.Reason = fmt.Sprintf("同一条目下有几处责任分工，这是第 %d 处。", it.part)
		first.ReasonEn = fmt.Sprintf("The item has several responsibility notes; this is number %d.", it.part)
	}
	t.Fields["no"] = first

	title, text := Origin{Certainty: Certain, Spans: []document.Span{}}, Origin{Certainty: Certain, Spans: []document.Span{}}
	for i, piece := range it.text {
		if i == 0 {
			title.Spans = append(title.Spans, titleOf(piece).span())
		}
		text.Spans = append(text.Spans, piece.span())
	}
	t.Fields["title"], t.Fields["text"] = title, text
	t.Fields["lead"] = s.origin(s.lead)
	t.Fields["support"] = s.origin(s.support)
	t.Fields["guide"] = s.origin(s.guide)
	t.Fields["mode"] = Origin{Certainty: s.sure, Spans: []document.Span{}, Reason: s.reason, ReasonEn: s.reasonEn}
}

// origin returns where a group of units was read.
func (s share) origin(units []assigned) Origin {
	o := Origin{Certainty: s.sure, Spans: []document.Span{}, Reason: s.reason, ReasonEn: s.reasonEn}
	for _, u := range units {
		o.Spans = append(o.Spans, u.span())
	}
	return o
}

func (n *node) firstLine() *line {
	if n.number.style == unnumbered || len(n.content) == 0 {
		return nil
	}
	return n.content[0].line
}

// finish completes the draft once all tasks are known.
func (p *parser) finish() {
	if p.draft.Goals == nil {
		p.draft.Goals = []target.Target{}
	}
	if p.draft.Rules == nil {
		p.draft.Rules = []Rule{}
	}
	if p.draft.Doubts == nil {
		p.draft.Doubts = []Doubt{}
	}
	p.readGoals()
	p.readPeriod()
}
