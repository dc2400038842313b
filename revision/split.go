package revision

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duban/document"
	"duban/policy"
	"duban/target"
)

// Split makes several tasks of one. The first part keeps key and number, the
// others follow it with new keys.
type Split struct {
	Task  int    `json:"task"`
	Parts []Part `json:"parts"`
	Because
}

// Part is one of the tasks that a task is split into. What it leaves out it has
// from the task: the same units, the targets and dates that stand in its words.
type Part struct {
	// From is where the part begins in the text of the task, in characters: 0
	// for the first, larger from part to part.
	From int `json:"from"`
	// No is that of the task for the first part, and 3-2, 3-3 for the others.
	No string `json:"no,omitempty"`
	// Title is that of the task for the first part, and the first sentence for
	// the others.
	Title string `json:"title,omitempty"`
	// Units replace those of the task.
	Units []Unit `json:"units,omitzero"`
	// Targets are keys of the task's targets. Where one part names some, it has
	// no others, and the others do not have these.
	Targets []string `json:"targets,omitzero"`
}

func (s Split) apply(e *editor) error {
	whole, err := e.task(s.Task)
	if err != nil {
		return err
	}
	if err := s.check(*whole); err != nil {
		return err
	}
	cut := s.cut(*whole)
	parts := make([]policy.Task, len(s.Parts))
	for i, p := range s.Parts {
		parts[i] = e.part(*whole, p, i, cut[i])
	}
	s.shareTargets(*whole, parts, cut)
	shareDeadlines(*whole, parts, cut)
	at, err := e.position(s.Task, "task")
	if err != nil {
		return err
	}
	key := e.newKey()
	for i := range parts[1:] {
		parts[i+1].Key = key + i
	}
	e.draft.Tasks = slices.Replace(e.draft.Tasks, at, at+1, parts...)
	return nil
}

func (s Split) check(whole policy.Task) error {
	var f faults
	s.Because.check(&f)
	if len(s.Parts) < 2 {
		f.add("parts", "too-few", "至少分为两部分", "give at least two parts")
	}
	text := []rune(whole.Text)
	named := map[string]bool{}
	for i, p := range s.Parts {
		field := fmt.Sprintf("parts[%d]", i)
		f.text(field+".no", p.No, mostNo, false)
		f.text(field+".title", p.Title, mostTitle, false)
		if p.Units != nil {
			checkUnits(&f, field+".units", p.Units)
		}
		for _, key := range p.Targets {
			if !slices.ContainsFunc(whole.Targets, func(t target.Target) bool { return t.Key == key }) || named[key] {
				f.add(field+".targets", "unknown", "任务没有目标“"+key+"”，或已分给别的部分", "the task has no target "+key+", or another part has it")
			}
			named[key] = true
		}
		switch {
		case i == 0 && p.From != 0:
			f.add(field+".from", "range", "第一部分须从 0 开始", "the first part begins at 0")
		case i > 0 && (p.From <= s.Parts[i-1].From || p.From >= len(text)):
			f.add(field+".from", "range", "须在上一部分之后、正文结束之前", "must lie behind the part before and within the text")
		default:
			if end := s.end(i, len(text)); end > p.From && end <= len(text) && blank(string(text[p.From:end])) {
				f.add(field+".from", "blank", "这一部分没有文字", "the part has no words")
			}
		}
	}
	return f.refusal()
}

// end is where part i ends.
func (s Split) end(i, whole int) int {
	if i+1 < len(s.Parts) {
		return s.Parts[i+1].From
	}
	return whole
}

// piece is a stretch of a task's text with its place in the document; spans are
// nil where that is not known.
type piece struct {
	text  string
	spans []document.Span
}

// cut divides the text. Of line feeds one is lost between two parts, which
// comes back when they are merged.
func (s Split) cut(whole policy.Task) []piece {
	text := []rune(whole.Text)
	pieces := make([]piece, len(s.Parts))
	for i, p := range s.Parts {
		from, to := p.From, s.end(i, len(text))
		if i > 0 && text[from-1] != '\n' && text[from] == '\n' {
			from++
		}
		if to < len(text) && text[to-1] == '\n' {
			to--
		}
		pieces[i].text = string(text[from:to])
		if spans, ok := stretch(text, whole.Fields["text"].Spans, from, to); ok {
			pieces[i].spans = spans
		}
	}
	return pieces
}

// part makes part i of a task, still with all its targets and deadlines.
func (e *editor) part(whole policy.Task, p Part, i int, cut piece) policy.Task {
	t := copyTask(whole)
	t.Text = cut.text
	spans := cut.spans
	if spans == nil {
		spans = whole.Fields["text"].Spans
	}
	t.Fields["text"] = e.mark(spans)
	if i > 0 {
		t.Title = headline(cut.text)
		if whole.No != "" {
			t.No = whole.No + "-" + strconv.Itoa(i+1)
		}
		t.Fields["title"], t.Fields["no"] = e.mark(spans), e.mark(whole.Fields["no"].Spans)
	}
	if p.No != "" {
		t.No = p.No
		e.corrected(&t, "no")
	}
	if p.Title != "" {
		t.Title = p.Title
		t.Fields["title"] = e.mark(spans)
	}
	if p.Units != nil {
		e.setUnits(&t, p.Units)
	}
	return t
}

// shareTargets leaves every target with one of the parts.
func (s Split) shareTargets(whole policy.Task, parts []policy.Task, cut []piece) {
	for i := range parts {
		parts[i].Targets = []target.Target{}
		for key := range parts[i].Fields {
			if strings.HasPrefix(key, targetField("")) {
				delete(parts[i].Fields, key)
			}
		}
	}
	for _, one := range whole.Targets {
		i := slices.IndexFunc(s.Parts, func(p Part) bool { return slices.Contains(p.Targets, one.Key) })
		origin, known := whole.Fields[targetField(one.Key)]
		if i < 0 {
			i = home(s.open(), cut, origin.Spans, one.Text)
		}
		parts[i].Targets = append(parts[i].Targets, one)
		if known {
			parts[i].Fields[targetField(one.Key)] = origin
		}
	}
}

// open tells of every part whether targets may be given to it by their place:
// those that name their targets have them all, unless no part is left.
func (s Split) open() []bool {
	open := make([]bool, len(s.Parts))
	for i, p := range s.Parts {
		open[i] = p.Targets == nil
	}
	if !slices.Contains(open, true) {
		open[0] = true
	}
	return open
}

// home finds the part in which something stands, by its place or by its words:
// the first open part if neither tells.
func home(open []bool, cut []piece, at []document.Span, words string) int {
	for i, p := range cut {
		if open[i] && len(at) > 0 && overlap(p.spans, at[0]) {
			return i
		}
	}
	for i, p := range cut {
		if open[i] && words != "" && strings.Contains(p.text, words) {
			return i
		}
	}
	return slices.Index(open, true)
}

// shareDeadlines leaves the dates of a note with all parts and those of the
// text with the part in which they stand.
func shareDeadlines(whole policy.Task, parts []policy.Task, cut []piece) {
	everywhere := make([]bool, len(parts))
	for i := range parts {
		parts[i].Deadlines = []policy.Deadline{}
		everywhere[i] = true
	}
	noted := whole.Fields["deadline"].Corrected > 0
	for _, d := range whole.Deadlines {
		if d.Note || len(d.Origin.Spans) == 0 {
			noted = noted || d.Note
			for i := range parts {
				parts[i].Deadlines = append(parts[i].Deadlines, d)
			}
			continue
		}
		i := home(everywhere, cut, d.Origin.Spans, d.Text)
		parts[i].Deadlines = append(parts[i].Deadlines, d)
	}
	if noted {
		return
	}
	for i := range parts {
		parts[i].Deadline, parts[i].DeadlineText = nil, ""
		due := policy.Origin{Certainty: policy.Certain, Spans: []document.Span{}, Reason: "没有写明时限。", ReasonEn: "No deadline is given."}
		for _, d := range parts[i].Deadlines {
			if later(parts[i], d) {
				parts[i].Deadline, parts[i].DeadlineText, due = d.Date, d.Text, d.Origin
			}
		}
		parts[i].Fields["deadline"], parts[i].Fields["deadlineText"] = due, due
	}
}

// later reports whether a date in the text takes the place of the task's own as
// the date by which all is due, as when the document is read.
func later(t policy.Task, d policy.Deadline) bool {
	switch {
	case d.Kind == policy.Stretch || d.Kind == policy.Yearly || d.Kind == policy.Within:
		return false
	case t.DeadlineText == "":
		return true
	default:
		return d.Date != nil && (t.Deadline == nil || d.Date.After(*t.Deadline))
	}
}

func (s Split) touches() []touch {
	return []touch{{task: s.Task, aspects: []Aspect{Text, TargetList, DueDate}}}
}

func (s Split) rekeyed(key func(int) int) Change {
	s.Task = key(s.Task)
	return s
}
