package policy

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"duban/document"
)

// place says where a task of a table stands, which its row tells rather than
// the numbers of paragraphs.
type place struct {
	no, section, programme string
	noAt                   *document.Span
	at                     []document.Span // of section and programme
}

// addTables adds the tasks of the tables that stand in n.
func (p *parser) addTables(n *node) {
	for _, c := range n.content {
		if c.table == nil {
			continue
		}
		t := readTaskTable(c)
		if t == nil {
			continue
		}
		if at, fused := t.fused(); fused {
			p.doubt(at, "表格单元格内的单位之间没有分隔，无法准确拆分，本表未导入。请在单位之间加顿号，或改用原始 Word 表格后重新导入。",
				"Units in the cells of this table run together, so it was not imported. Put commas between them or import the original table.")
			continue
		}
		p.addRows(n, t)
	}
}

func (p *parser) doubt(at document.Span, reason, reasonEn string) {
	p.draft.Doubts = append(p.draft.Doubts, Doubt{Reason: reason, ReasonEn: reasonEn, Span: at})
}

// fused reports whether several units run together in the table's cells, and
// where they first do. One slip among many rows does not condemn the table; the
// unit itself is then in doubt.
func (t *taskTable) fused() (document.Span, bool) {
	var first document.Span
	cells, bad := 0, 0
	for i := t.first; i < len(t.table.Rows); i++ {
		for j, kind := range t.columns {
			if kind != leadLabel && kind != supportLabel && kind != dutyLabel || j >= len(t.table.Rows[i].Cells) {
				continue
			}
			l := t.line(i, j)
			if nobody(l.text) {
				continue
			}
			cells++
			if runTogether(l) {
				if bad++; bad == 1 {
					first = l.span(0, len(l.text))
				}
			}
		}
	}
	return first, bad*4 > cells
}

// runTogether reports whether a cell seems to hold several units without
// anything between them.
func runTogether(l *line) bool {
	for _, u := range readList(piece{line: l, end: len(l.text)}).units {
		if u.fused {
			return true
		}
	}
	return false
}

// line returns the cell at row i and column j, counted from 0.
func (t *taskTable) line(i, j int) *line {
	return &line{block: t.block, row: i + 1, cell: j + 1, text: t.table.Rows[i].Cells[j].Text()}
}

// addRows adds one task for each row that names units.
func (p *parser) addRows(n *node, t *taskTable) {
	section, programme, at := above(n)
	var carried string // the programme of the rows above
	for i := t.first; i < len(t.table.Rows); i++ {
		row := t.table.Rows[i]
		if heading := t.band(row); heading != "" {
			carried = heading
			continue
		}
		if kinds := headOf(row); units(kinds) > 0 && known(kinds) > len(kinds)/2 {
			continue // the head again, on a new page
		}
		it := item{node: n, at: &place{section: section, programme: programme, at: at}}
		t.fill(&it, i, carried)
		if len(it.text) == 0 {
			continue
		}
		if it.at.programme != programme {
			carried = it.at.programme
		}
		if len(it.notes[0].units) == 0 {
			p.doubt(it.text[0].span(), fmt.Sprintf("表格第 %d 行没有责任单位，未列为任务，请核对。", i+1),
				fmt.Sprintf("Row %d of the table names no unit and was not read as a task; please check.", i+1))
			continue
		}
		p.addTask(it)
	}
}

// above returns the section and the heading under which a table stands.
func above(n *node) (section, programme string, at []document.Span) {
	if n.parent == nil {
		return "", "", nil
	}
	return n.part(), n.heading(), []document.Span{headingSpan(n.section()), headingSpan(n)}
}

// band returns the text of a row that is one heading across all columns.
func (t *taskTable) band(row document.Row) string {
	text := ""
	for j, cell := range row.Cells {
		s := cellText(cell)
		if s == "" || cell.Merged && s == text {
			continue
		}
		if text != "" && s != text || j > 0 && text == "" {
			return ""
		}
		text = s
	}
	if utf8.RuneCountInString(text) < 3 || len(row.Cells) < 2 || rowNumber.MatchString(text) {
		return ""
	}
	return text
}

var rowNumber = regexp.MustCompile(`^[（(]?[0-9]{1,4}[)）]?[.．、]?$`)

// fill reads row i into an item.
func (t *taskTable) fill(it *item, i int, carried string) {
	it.notes = []*note{{labelled: true}}
	title := t.titleColumn(i)
	for j, kind := range t.columns {
		if j >= len(t.table.Rows[i].Cells) {
			break
		}
		l := t.line(i, j)
		cell := piece{line: l, end: len(l.text)}.trim("")
		if cell.start >= cell.end {
			continue
		}
		switch kind {
		case leadLabel, supportLabel, dutyLabel, guideLabel, deadlineLabel:
			it.notes[0].addField(field{kind: kind, value: cell})
			it.notes[0].spans = append(it.notes[0].spans, cell)
		case numberLabel:
			it.at.no = strings.Trim(cellText(t.table.Rows[i].Cells[j]), ".．、")
			span := cell.span()
			it.at.noAt = &span
		case taskLabel, measureLabel, targetLabel:
			if j == title {
				it.text = append([]piece{numbered(it, l)}, it.text...)
			} else if !nobody(cell.text()) && (kind != taskLabel || title < 0 || !t.repeats(i, j)) {
				it.text = append(it.text, cell)
			}
		case programmeLabel:
			carried = cellText(t.table.Rows[i].Cells[j])
		}
	}
	if j := t.column(taskLabel); j >= 0 && j != title && t.repeats(i, j) {
		carried = cellText(t.table.Rows[i].Cells[j])
	}
	if carried != "" {
		it.at.programme = carried
	}
	if title >= 0 && cellText(t.table.Rows[i].Cells[title]) == "" {
		it.text = nil
	}
}

// numbered returns the text of a task cell without the number that stands
// before it, which numbers the task if no column does.
func numbered(it *item, l *line) piece {
	n, body := leadingNumber(l.text)
	if it.at.no == "" && n.style != unnumbered {
		it.at.no = n.text
		span := l.span(0, body)
		it.at.noAt = &span
	}
	return piece{line: l, start: body, end: len(l.text)}.trim("")
}

// titleColumn returns the column that names the task of row i: that of the
// measures where the task cell spans several rows.
func (t *taskTable) titleColumn(i int) int {
	task, measures := t.column(taskLabel), t.column(measureLabel)
	if task >= 0 && measures >= 0 && t.repeats(i, task) && cellText(t.table.Rows[i].Cells[measures]) != "" {
		return measures
	}
	return t.column(taskLabel, measureLabel, targetLabel)
}

// repeats reports whether a cell goes on above or below its row.
func (t *taskTable) repeats(i, j int) bool {
	cell := t.table.Rows[i].Cells[j]
	if cell.Merged {
		return true
	}
	if i+1 >= len(t.table.Rows) {
		return false
	}
	below := t.table.Rows[i+1].Cells
	return j < len(below) && below[j].Merged && cellText(below[j]) == cellText(cell)
}
