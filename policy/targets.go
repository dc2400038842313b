package policy

import (
	"strconv"
	"strings"

	"duban/calendar"
	"duban/document"
	"duban/target"
)

// reading is a target with the place it was read from and how sure that is.
type reading struct {
	target           target.Target
	at               document.Span
	certainty        Certainty
	reason, reasonEn string
}

// infer marks a reading that follows from a rule rather than from the words.
func (r *reading) infer(reason, reasonEn string) {
	if r.certainty == "" {
		r.certainty, r.reason, r.reasonEn = Inferred, reason, reasonEn
	}
}

// origin returns where the reading comes from.
func (r reading) origin() Origin {
	o := Origin{Certainty: r.certainty, Spans: []document.Span{r.at}, Reason: r.reason, ReasonEn: r.reasonEn}
	if o.Certainty == "" {
		o.Certainty = Certain
	}
	return o
}

// readTargets fills in the targets of a task: those of its text, and those of
// the tables that stand in it.
func (p *parser) readTargets(t *Task, it item) {
	scheduled := readSchedule(it.text)
	found := scheduled.readings
	for _, at := range it.text {
		found = append(found, p.textTargets(at, scheduled)...)
	}
	for _, c := range it.tables {
		tabled := readYearTable(c, t.Title)
		found = append(found, tabled.readings...)
		scheduled.deadlines = append(scheduled.deadlines, tabled.deadlines...)
	}
	t.extend(scheduled.deadlines)
	due := noteDeadline(t)
	t.Targets = make([]target.Target, 0, len(found))
	for i, r := range found {
		r.target.Key = strconv.Itoa(i + 1)
		if r.target.Deadline == nil && due != nil && r.target.Kind != target.Schedule {
			r.target.Deadline = due
			r.infer("目标没有单独写明时限，取责任分工中的完成时限。", "The target has no date of its own; the note's deadline was taken.")
		}
		t.Targets = append(t.Targets, r.target)
		t.Fields["targets."+r.target.Key] = r.origin()
	}
	all := Origin{Certainty: Certain, Spans: []document.Span{}}
	for _, r := range found {
		all.Spans = append(all.Spans, r.at)
	}
	t.Fields["targets"] = all
}

// noteDeadline returns the date of the task's note, if it has one.
func noteDeadline(t *Task) *calendar.Date {
	for _, d := range t.Deadlines {
		if d.Note && d.Date != nil {
			return t.Deadline
		}
	}
	return nil
}

// readGoals reads the targets of the whole plan from the text before the first
// task.
func (p *parser) readGoals() {
	p.draft.Goals = []target.Target{}
	first := len(p.doc.Blocks)
	for _, o := range p.draft.Tasks[0].Fields["text"].Spans {
		first = min(first, o.Block)
	}
	for i, b := range p.doc.Blocks[:first] {
		if b.Paragraph == nil {
			continue
		}
		l := p.lines[i]
		for _, r := range p.textTargets(piece{line: l, start: l.body, end: len(l.text)}, schedule{}) {
			r.target.Key = strconv.Itoa(len(p.draft.Goals) + 1)
			p.draft.Goals = append(p.draft.Goals, r.target)
			p.draft.Fields["goals."+r.target.Key] = r.origin()
		}
	}
}

// textTargets reads the targets of a stretch of text sentence by sentence.
func (p *parser) textTargets(at piece, scheduled schedule) []reading {
	var found []reading
	text := at.text()
	var general *term
	if dates := findDates(text, p.clock); len(dates) > 0 && dates[0].start == 0 && dates[0].firm {
		general = &dates[0]
	}
	for _, cut := range splitOutside(text, "。；;！？\n") {
		s := sentence{piece: at.sub(cut[0], cut[1]), general: general}
		s.dates = findDates(s.text(), p.clock)
		for _, c := range clauses(s.text()) {
			part := s.sub(c[0], c[1]).trim("")
			if part.start < part.end && !scheduled.holds(part) {
				found = append(found, s.clauseTargets(part, found)...)
			}
		}
	}
	return found
}

// sentence is a sentence with the dates in it and the date with which its
// paragraph begins, which governs sentences without one.
type sentence struct {
	piece
	dates   []term
	general *term
}

// clauseTargets reads the targets of one clause: its figures or, if it has
// none, what else is to be reached.
func (s sentence) clauseTargets(c piece, before []reading) []reading {
	if strings.HasSuffix(strings.TrimRight(c.text(), "”’"), "的") {
		return nil // a condition for the next clause
	}
	found := s.figures(c, before)
	if len(found) == 0 {
		found = s.plainTargets(c)
	}
	return found
}

// clauses cuts a sentence at its commas; those between thousands do not count.
func clauses(text string) [][2]int {
	cuts := splitOutside(text, "，,")
	joined := cuts[:1]
	for _, cut := range cuts[1:] {
		last := &joined[len(joined)-1]
		if thousands(text[:last[1]], text[cut[0]:]) {
			last[1] = cut[1]
			continue
		}
		joined = append(joined, cut)
	}
	return joined
}

// thousands reports whether a comma stands between the digits of one number:
// one to three before it and exactly three after it.
func thousands(before, after string) bool {
	digit := func(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	return digit(before, len(before)-1) && digit(after, 0) && digit(after, 1) && digit(after, 2) && !digit(after, 3)
}

// due returns the date that governs the words from byte from to byte to of the
// sentence, which belong to the clause that begins at byte clause: the last one
// before them in the clause or at the head of an earlier one, else one among
// them, else the one with which the paragraph begins.
func (s sentence) due(clause, from, to int) (*calendar.Date, bool) {
	var chosen *term
	for i, d := range s.dates {
		if d.date == nil || d.kind == Yearly || d.kind == Within || strings.HasPrefix(s.text()[d.end:], "的") {
			continue
		}
		heads := s.opens(d)
		if !heads && (!d.firm || d.start < clause) {
			continue
		}
		if d.start <= from || d.start < to && (chosen == nil || chosen.kind == Stretch) {
			chosen = &s.dates[i]
		}
	}
	if chosen == nil {
		chosen = s.general
	}
	if chosen == nil {
		return nil, false
	}
	return chosen.date, chosen.kind == Stretch
}

// opens reports whether a date begins its clause and so says when, for what
// follows as well: 到2027年，…; a bare year only does so there (2026年新增学位5000个, unlike
// 较2020年增长).
func (s sentence) opens(d term) bool {
	before := strings.TrimSuffix(strings.TrimRight(s.text()[:d.start], spaces), "其中")
	return before == "" || strings.HasSuffix(before, "，") || strings.HasSuffix(before, ",")
}
