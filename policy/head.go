package policy

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"duban/calendar"
	"duban/document"
)

const headLines = 25 // how far down title, number and date are looked for

var (
	genre        = regexp.MustCompile(`(?:意见|方案|通知|规划|计划|办法|分工|清单|纲要|决定|措施|要点|行动|细则|报告|批复|公告|台账|任务书|安排|分解|一览表|任务表|分工表|分解表|若干政策|政策|举措|条例|规定|指南|指引|倡议|函)(?:（[^（）]*）|\([^()]*\))?$`)
	statusLine   = regexp.MustCompile(`^[（(](\p{Han}{1,9}稿|草案|试行|暂行)[）)]$`)
	statusTail   = regexp.MustCompile(`[（(](\p{Han}{1,9}稿|草案|试行|暂行)[）)]$`)
	issueNumber  = regexp.MustCompile(`^[\p{Han}]{1,14}[〔\[［（(]((?:19|20)[0-9]{2})[〕\]］）)][ \x{3000}]*[0-9]{1,5}[ \x{3000}]*号$`)
	dateLine     = regexp.MustCompile(`^[（(]?([0-9]{4})[ \x{3000}]*年[ \x{3000}]*([0-9]{1,2})[ \x{3000}]*月[ \x{3000}]*([0-9]{1,2})[ \x{3000}]*日(?:印发|发布)?[）)]?$`)
	hanDateLine  = regexp.MustCompile(`^([一二三四五六七八九〇○零]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日$`)
	printed      = regexp.MustCompile(`([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日印发[。]?$`)
	sourceRemark = regexp.MustCompile(`^(?:#|//|来源[：:]|source)|https?://`)
	aboutTitle   = regexp.MustCompile(`^([\p{Han}、 ]{2,30}?)关于`)
	issuingBody  = regexp.MustCompile(`^[\p{Han}、 \x{3000}（）()]{2,40}$`)
)

// readHead reads title, status, document number, issuing body and date.
func (p *parser) readHead() {
	p.draft.Fields = map[string]Origin{}
	p.readTitle()
	var signature *line
	for i := range p.doc.Blocks {
		if p.doc.Blocks[i].Paragraph == nil {
			continue
		}
		l := p.lines[i]
		text := strings.Trim(l.text, spaces)
		if len(text) > 300 {
			signature = nil
			continue
		}
		switch {
		case p.draft.Number == "" && issueNumber.MatchString(text):
			p.draft.Number = strings.Join(strings.FieldsFunc(text, isSpace), "")
			p.note("number", l)
		case p.draft.Status == "" && i < headLines && statusLine.MatchString(text):
			p.draft.Status = statusLine.FindStringSubmatch(text)[1]
			p.note("status", l)
		case p.draft.Issued == nil && issueDate(text) != nil:
			p.draft.Issued = issueDate(text)
			p.note("issued", l)
			if signature != nil {
				p.draft.Issuer = strings.Join(strings.FieldsFunc(signature.text, isSpace), "")
				p.note("issuer", signature)
			}
		}
		signature = nil
		if l.number.style == unnumbered && issuingBody.MatchString(text) && namedUnit(strings.Join(strings.FieldsFunc(text, isSpace), "")) || text == "国务院" {
			signature = l
		}
	}
	p.inferIssuer()
	p.clock.issued = p.draft.Issued
	if p.draft.Issued != nil {
		p.clock.year = p.draft.Issued.Year
	}
	if m := issueNumber.FindStringSubmatch(p.draft.Number); m != nil && p.clock.year == 0 {
		p.clock.year = count(m[1])
	}
	if years := titleYear.FindAllStringSubmatch(p.draft.Title, -1); p.clock.year == 0 && len(years) == 1 && !strings.ContainsAny(p.draft.Title, "—–-－~～") {
		p.clock.year = count(years[0][1])
	}
	for _, field := range []string{"title", "status", "number", "issued", "issuer"} {
		if _, ok := p.draft.Fields[field]; !ok {
			p.draft.Fields[field] = Origin{Certainty: NeedsDecision, Spans: []document.Span{},
				Reason: "文件中没有找到，如有请补填。", ReasonEn: "Not found in the document; please add it if there is one."}
		}
	}
}

// titleYear is the year in the title of a plan for one year.
var titleYear = regexp.MustCompile(`((?:19|20)[0-9]{2})年`)

// note records that a field of the draft was read from a whole line.
func (p *parser) note(field string, l *line) {
	p.draft.Fields[field] = Origin{Certainty: Certain, Spans: []document.Span{l.span(0, len(l.text))}}
}

// readTitle joins the lines of the title: the short lines that end with the
// first one that names a kind of document.
func (p *parser) readTitle() {
	var parts []*line
	for i := range min(len(p.doc.Blocks), headLines) {
		if p.doc.Blocks[i].Paragraph == nil {
			return
		}
		l := p.lines[i]
		text := strings.Trim(l.text, spaces+"#")
		if l.number.style != unnumbered && l.number.style != article {
			return
		}
		if sourceRemark.MatchString(strings.Trim(l.text, spaces)) && !markdownHeading(l.text) || !titleLine(text) {
			parts = nil
			continue
		}
		parts = append(parts, l)
		core, status := text, ""
		if m := statusTail.FindStringSubmatchIndex(text); m != nil {
			core, status = text[:m[0]], text[m[2]:m[3]]
		}
		if !genre.MatchString(core) {
			continue
		}
		o := Origin{Certainty: Certain}
		for _, part := range parts {
			p.draft.Title += strings.Trim(part.text, spaces+"#")
			o.Spans = append(o.Spans, part.span(0, len(part.text)))
		}
		p.draft.Title = strings.TrimSuffix(p.draft.Title, text[len(core):])
		p.draft.Fields["title"] = o
		if status != "" {
			p.draft.Status = status
			p.note("status", l)
		}
		return
	}
}

var markdown = regexp.MustCompile(`^#{1,6} *[\p{Han}“《]`)

func markdownHeading(text string) bool { return markdown.MatchString(strings.Trim(text, spaces)) }

// titleLine reports whether a line may be part of a title.
func titleLine(text string) bool {
	if n := utf8.RuneCountInString(text); n == 0 || n > 60 {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	if strings.ContainsRune("。：:；;，,！", last) || issueNumber.MatchString(text) || issueDate(text) != nil || statusLine.MatchString(text) {
		return false
	}
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return !attachment.MatchString(text)
		}
	}
	return false
}

// issueDate reads a line that is nothing but a date, or the date in the line
// of the printing office.
func issueDate(text string) *calendar.Date {
	if m := dateLine.FindStringSubmatch(text); m != nil {
		return date(count(m[1]), count(m[2]), count(m[3]))
	}
	if m := hanDateLine.FindStringSubmatch(text); m != nil {
		year := 0
		for _, r := range m[1] {
			year = 10*year + hanDigits[string(r)]
		}
		return date(year, count(m[2]), count(m[3]))
	}
	if m := printed.FindStringSubmatch(text); m != nil && utf8.RuneCountInString(text) < 40 {
		return date(count(m[1]), count(m[2]), count(m[3]))
	}
	return nil
}

// inferIssuer takes the issuing body from the title: 国务院关于….
func (p *parser) inferIssuer() {
	if p.draft.Issuer != "" {
		return
	}
	m := aboutTitle.FindStringSubmatch(p.draft.Title)
	if m == nil || !unitLike(m[1]) && m[1] != "国务院" {
		return
	}
	p.draft.Issuer = strings.Trim(m[1], spaces)
	p.draft.Fields["issuer"] = Origin{Certainty: Inferred, Spans: p.draft.Fields["title"].Spans,
		Reason: "由标题推断。", ReasonEn: "Taken from the title."}
}

// Words one of which is in every rule that the first unit leads.
var (
	firstWords = [...]string{"第一", "首", "最前", "前面"}
	leadWords  = [...]string{"牵头", "主办", "主责"}
)

// readPreamble looks for rules that stand outside of the tasks' own notes: in
// the introduction or in a remark at the end, where they hold for all.
func (p *parser) readPreamble() {
	for i, b := range p.doc.Blocks {
		if b.Paragraph == nil || !containsAny(b.Paragraph.Text, firstWords[:]) || !containsAny(b.Paragraph.Text, leadWords[:]) {
			continue
		}
		l := p.lines[i]
		at := firstLeadsRule.FindStringIndex(l.text)
		if at == nil || inNote(l, at[0]) {
			continue
		}
		p.keepFirstLeads(piece{line: l, start: at[0], end: at[1]})
		return
	}
}

// inNote reports whether byte i of a line lies within a task's own note.
func inNote(l *line, i int) bool {
	for _, f := range l.notes() {
		if i >= f.start && i < f.end && len(f.note.units) > 0 {
			return true
		}
	}
	return false
}

// readPeriod infers the years that the plan covers: from the title, else from
// the date of issue or the first dated target to the last date.
func (p *parser) readPeriod() {
	o := Origin{Certainty: Inferred, Spans: []document.Span{}, Reason: "由文件中的日期推断。", ReasonEn: "Taken from the dates in the document."}
	for _, t := range findDates(p.draft.Title, clock{}) {
		if t.kind == Between {
			p.draft.Period = Period{From: t.from.Year, To: t.date.Year}
			o = Origin{Certainty: Certain, Spans: p.draft.Fields["title"].Spans}
			p.draft.Fields["period"] = o
			return
		}
	}
	first, last := 0, 0
	see := func(d *calendar.Date) {
		if d == nil {
			return
		}
		if first == 0 || d.Year < first {
			first = d.Year
		}
		last = max(last, d.Year)
	}
	for _, g := range p.draft.Goals {
		see(g.Deadline)
	}
	for _, t := range p.draft.Tasks {
		for _, d := range t.Deadlines {
			see(d.From)
			see(d.Date)
		}
		for _, g := range t.Targets {
			see(g.Deadline)
		}
	}
	if p.draft.Issued != nil || p.draft.Number != "" && p.clock.year > 0 {
		first = p.clock.year
	}
	last = max(first, last)
	p.draft.Period = Period{From: first, To: last}
	if first == 0 {
		o.Certainty = NeedsDecision
		o.Reason, o.ReasonEn = "文件没有写明起止年份，请补填。", "The document does not give the years it covers; please add them."
	}
	p.draft.Fields["period"] = o
}
