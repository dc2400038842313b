package policy

import (
	"fmt"
	"slices"
	"strings"

	"duban/document"
	"duban/target"
)

// headLimit is how far down a table the row of heads is looked for: the title
// and what is known of the document may stand above it.
const headLimit = 4

// grid is a table that Duban wrote: its columns by their heads.
type grid struct {
	table   *document.Table
	block   int
	columns map[string]int
	first   int // the first row below the heads
}

// gridOf recognises a table by its heads; nil if one of the needed is missing.
func gridOf(t *document.Table, block int, needed ...string) *grid {
	for i := 0; t != nil && i < len(t.Rows) && i < headLimit; i++ {
		g := grid{table: t, block: block, columns: map[string]int{}, first: i + 1}
		for j, cell := range t.Rows[i].Cells {
			if head := cellText(cell); !cell.Merged {
				g.columns[head] = j
			}
		}
		if !slices.ContainsFunc(needed, func(head string) bool { return !g.has(head) }) {
			return &g
		}
	}
	return nil
}

func (g *grid) has(head string) bool { _, ok := g.columns[head]; return ok }

// text returns the cell of row i below a head, empty if there is no such column.
func (g *grid) text(i int, head string) string {
	if j, ok := g.columns[head]; ok && j < len(g.table.Rows[i].Cells) {
		return g.table.Rows[i].Cells[j].Text()
	}
	return ""
}

// line returns the cell of row i below a head, to be read as text.
func (g *grid) line(i int, head string) *line {
	return &line{block: g.block, row: i + 1, cell: g.columns[head] + 1, text: g.text(i, head)}
}

// origin tells that a field was read from the cells of row i below heads.
func (g *grid) origin(i int, heads ...string) Origin {
	o := Origin{Certainty: Certain, Spans: []document.Span{}}
	for _, head := range heads {
		if l := g.line(i, head); l.text != "" {
			o.Spans = append(o.Spans, l.span(0, len(l.text)))
		}
	}
	return o
}

// row returns the place of a whole row.
func (g *grid) row(i int) document.Span {
	for j, cell := range g.table.Rows[i].Cells {
		if text := cell.Text(); text != "" {
			return document.Span{Block: g.block, Row: i + 1, Cell: j + 1, End: len([]rune(text))}
		}
	}
	return document.Span{Block: g.block, Row: i + 1}
}

// band returns the text of a row with one text only, which stands above all
// columns or in the first.
func (g *grid) band(i int) (string, bool) {
	cells := g.table.Rows[i].Cells
	if len(cells) == 0 {
		return "", false
	}
	text := cells[0].Text()
	for _, cell := range cells[1:] {
		if other := cell.Text(); other != "" && !(cell.Merged && other == text) {
			return "", false
		}
	}
	return text, text != ""
}

// decomposition is a 任务分解表 that Duban wrote, perhaps changed by a person:
// its tables, of which only that of the tasks must be there.
type decomposition struct {
	parser
	tasks, targets, terms *grid
	keys                  map[string]int // number of a task in the tables -> index
	rows                  []int          // the row of each task
}

// readBack reads a document that Duban wrote from a plan, field by field rather
// than by its words; false for any other document.
func readBack(doc document.Document) (Draft, bool) {
	d := decomposition{parser: parser{doc: doc, lines: linesOf(doc)}, keys: map[string]int{}}
	for i, b := range doc.Blocks {
		switch {
		case b.Table == nil:
		case d.tasks == nil:
			d.tasks = gridOf(b.Table, i, HeadNo, HeadProgramme, HeadTask, HeadText, HeadLead, HeadSupport, HeadDue, HeadTargets, HeadRemarks)
		case d.targets == nil && gridOf(b.Table, i, HeadTaskNo, HeadKind, HeadWords, HeadMetric) != nil:
			d.targets = gridOf(b.Table, i, HeadTaskNo, HeadKind, HeadWords, HeadMetric)
		case d.terms == nil:
			d.terms = gridOf(b.Table, i, HeadTaskNo, HeadKind, HeadTermWords)
		}
	}
	if d.tasks == nil {
		return Draft{}, false
	}
	d.readDocument()
	d.readRows()
	d.readTerms()
	d.readTargetRows()
	d.complete()
	return d.draft, true
}

// readDocument reads what stands above the tasks about the whole document, and
// what stands below them about doubts.
func (d *decomposition) readDocument() {
	d.draft = Draft{Tasks: []Task{}, Goals: []target.Target{}, Rules: []Rule{}, Doubts: []Doubt{}, Fields: map[string]Origin{}}
	for i := range d.tasks.first - 1 {
		if text, ok := d.tasks.band(i); ok {
			d.readHeadLine(text, d.tasks.row(i))
		}
	}
	for i, l := range d.lines {
		if l == nil {
			continue
		}
		text := strings.Trim(l.text, spaces)
		if i < d.tasks.block {
			d.readHeadLine(text, l.span(0, len(l.text)))
		} else {
			d.readCheck(text, l.span(0, len(l.text)))
		}
	}
	d.clock.issued = d.draft.Issued
	if d.draft.Issued != nil {
		d.clock.year = d.draft.Issued.Year
	}
}

func (d *decomposition) readHeadLine(text string, at document.Span) {
	fields := readHeadNotation(text, &d.draft)
	if title, ok := readTitleNotation(text); ok {
		d.draft.Title = title
		fields = []string{"title"}
	}
	for _, field := range fields {
		d.draft.Fields[field] = Origin{Certainty: Certain, Spans: []document.Span{at}}
	}
}

// readCheck reads a line below the tasks as a doubt about the document.
func (d *decomposition) readCheck(text string, at document.Span) bool {
	reason, ok := strings.CutPrefix(text, CheckMark)
	if ok {
		d.doubt(at, reason, remarkReasonEn)
	}
	return ok
}

const remarkReasonEn = "The table says that this must be checked."

// readRows reads the tasks.
func (d *decomposition) readRows() {
	section, sectionAt := "", Origin{Certainty: Certain, Spans: []document.Span{}}
	for i := d.tasks.first; i < len(d.tasks.table.Rows); i++ {
		if text, ok := d.tasks.band(i); ok {
			if !d.readCheck(text, d.tasks.row(i)) {
				section = strings.TrimSuffix(text, NoSection)
				sectionAt.Spans = []document.Span{d.tasks.row(i)}
			}
			continue
		}
		if d.tasks.text(i, HeadTask) == HeadTask && d.tasks.text(i, HeadLead) == HeadLead {
			continue // the heads again, on a new page
		}
		t := d.readRow(i)
		t.Section, t.Fields["section"] = section, sectionAt
		if t.Title == "" {
			continue
		}
		if len(t.Entries) == 0 {
			d.doubt(d.tasks.row(i), fmt.Sprintf("表格第 %d 行没有责任单位，未列为任务，请核对。", i+1),
				fmt.Sprintf("Row %d of the table names no unit and was not read as a task; please check.", i+1))
			continue
		}
		d.addRow(i, t)
	}
}

// addRow adds the task of row i and remembers the number by which the other
// tables refer to it.
func (d *decomposition) addRow(i int, t Task) {
	t.Key = len(d.draft.Tasks) + 1
	key := d.tasks.text(i, HeadNo)
	if _, twice := d.keys[key]; twice && key != "" {
		d.doubt(d.tasks.row(i), "序号“"+key+"”重复，目标和时限只归入第一处，请改正后重新导入。",
			"The number "+key+" stands twice; targets and deadlines go to the first. Correct it and import again.")
	} else {
		d.keys[key] = len(d.draft.Tasks)
	}
	if d.terms == nil {
		d.termsOfText(i, &t)
	}
	if d.targets == nil {
		d.readTargets(&t, d.item(i))
	}
	d.draft.Tasks = append(d.draft.Tasks, t)
	d.rows = append(d.rows, i)
}

// readRow reads the cells of one task.
func (d *decomposition) readRow(i int) Task {
	g := d.tasks
	t := Task{No: g.text(i, HeadNo), Programme: g.text(i, HeadProgramme), Title: g.text(i, HeadTask), Text: g.text(i, HeadText),
		Deadlines: []Deadline{}, Targets: []target.Target{}, Fields: map[string]Origin{}}
	t.Fields["no"] = g.origin(i, HeadNo)
	if g.has(HeadPrinted) {
		t.No, t.Fields["no"] = g.text(i, HeadPrinted), g.origin(i, HeadPrinted)
	}
	t.Fields["programme"], t.Fields["title"], t.Fields["text"] = g.origin(i, HeadProgramme), g.origin(i, HeadTask), g.origin(i, HeadText)
	switch {
	case t.Text == "":
		t.Text, t.Fields["text"] = t.Title, t.Fields["title"]
	case t.Title == "":
		l := g.line(i, HeadText)
		t.Title, t.Fields["title"] = titleOf(piece{line: l, end: len(l.text)}).text(), t.Fields["text"]
	}
	t.DeadlineText, t.Deadline = cellDue(g.text(i, HeadDue))
	t.Fields["deadline"], t.Fields["deadlineText"] = g.origin(i, HeadDue), g.origin(i, HeadDue)
	d.readUnitCells(i, &t)
	return t
}

// readUnitCells reads the units of a task with their roles, and what its remarks
// leave open. Guiding units stand among the supporting ones, in their places, and
// again in a column of their own.
func (d *decomposition) readUnitCells(i int, t *Task) {
	reason, reasonEn := d.open(i, t)
	t.Lead, t.Support, t.Entries = []string{}, []string{}, []Entry{}
	guides := map[string]bool{}
	for _, unit := range unitPieces(d.tasks.line(i, HeadGuide)) {
		guides[unitName(unit)] = true
	}
	seen := map[string]bool{}
	for _, column := range [...]struct {
		head string
		role Role
	}{{HeadLead, Lead}, {HeadSupport, Support}, {HeadGuide, Guide}} {
		o := d.tasks.origin(i, column.head)
		if reason != "" && (column.role == Lead || t.Mode != Joint) {
			o.Certainty, o.Reason, o.ReasonEn = NeedsDecision, reason, reasonEn
		}
		for _, unit := range unitPieces(d.tasks.line(i, column.head)) {
			name := unitName(unit)
			if seen[name] {
				continue
			}
			seen[name] = true
			at := o
			at.Spans = []document.Span{unit.span()}
			role := column.role
			if role == Support && guides[name] {
				role = Guide
			}
			t.Entries = append(t.Entries, Entry{Written: name, Role: role, Group: IsGroup(name), Origin: at})
			switch role {
			case Lead:
				t.Lead = append(t.Lead, name)
			case Guide:
				t.Guide = append(t.Guide, name)
				t.Support = append(t.Support, name)
			default:
				t.Support = append(t.Support, name)
			}
		}
		t.Fields[string(column.role)] = o
	}
	mode := d.tasks.origin(i, HeadRemarks)
	if reason != "" {
		mode.Certainty, mode.Reason, mode.ReasonEn = NeedsDecision, reason, reasonEn
	}
	t.Fields["mode"] = mode
}

// open reads from the remarks what a person must decide about the units; the
// reason is empty if there is nothing.
func (d *decomposition) open(i int, t *Task) (reason, reasonEn string) {
	for remark := range strings.SplitSeq(d.tasks.text(i, HeadRemarks), "\n") {
		if remark == JointRemark {
			t.Mode = Joint
			reason, reasonEn = "多个单位共同负责，没有写明谁牵头，请指定。", "Several units answer and nothing says who leads; please choose one."
		}
	}
	if t.Mode == Joint {
		return reason, reasonEn
	}
	for remark := range strings.SplitSeq(d.tasks.text(i, HeadRemarks), "\n") {
		if doubt, ok := strings.CutPrefix(remark, CheckMark); ok {
			return doubt, remarkReasonEn
		}
	}
	if len(cellUnits(d.tasks.text(i, HeadLead))) == 0 {
		return "没有写明牵头单位，请指定。", "No lead unit is named; please choose one."
	}
	return "", ""
}

// item is a row as the reader of texts needs it, where the tables of targets or
// deadlines are missing.
func (d *decomposition) item(i int) item {
	l := d.tasks.line(i, HeadText)
	if l.text == "" {
		l = d.tasks.line(i, HeadTask)
	}
	it := item{}
	start := 0
	for part := range strings.SplitSeq(l.text, "\n") {
		it.text = append(it.text, piece{line: l, start: start, end: start + len(part)})
		start += len(part) + 1
	}
	return it
}

// termsOfText reads the deadlines of a task from its text and, unless the words
// are from there, from its own column.
func (d *decomposition) termsOfText(i int, t *Task) {
	words, due := t.DeadlineText, t.Deadline
	n := &note{}
	if l := d.tasks.line(i, HeadDue); words != "" && !strings.Contains(t.Text, words) {
		n.deadlines = []piece{{line: l, end: len(words)}}
	}
	t.Deadline, t.DeadlineText = nil, ""
	d.readDeadlines(t, d.item(i), n)
	if words != "" {
		t.DeadlineText = words
	}
	if due != nil {
		t.Deadline = due
		for j := range t.Deadlines {
			if t.Deadlines[j].Note {
				t.Deadlines[j].Date = due
			}
		}
	}
}

// complete fills in what is left once all tables are read.
func (d *decomposition) complete() {
	for i := range d.draft.Tasks {
		t := &d.draft.Tasks[i]
		all := Origin{Certainty: Certain, Spans: []document.Span{}}
		for _, term := range t.Deadlines {
			all.Spans = append(all.Spans, term.Origin.Spans...)
		}
		t.Fields["deadlines"] = all
		all.Spans = []document.Span{}
		for _, goal := range t.Targets {
			all.Spans = append(all.Spans, t.Fields["targets."+goal.Key].Spans...)
		}
		t.Fields["targets"] = all
	}
	for _, field := range []string{"title", "status", "number", "issued", "issuer"} {
		if _, ok := d.draft.Fields[field]; !ok {
			d.draft.Fields[field] = Origin{Certainty: NeedsDecision, Spans: []document.Span{},
				Reason: "文件中没有找到，如有请补填。", ReasonEn: "Not found in the document; please add it if there is one."}
		}
	}
	if _, ok := d.draft.Fields["period"]; !ok {
		d.readPeriod()
	}
}
