package document

import (
	"regexp"
	"strings"
)

// gridLines gathers neighbouring lines of a text that are divided into the
// same number of columns. Two such lines make a table; a single one is text.
type gridLines struct {
	divider byte
	columns int
	rows    [][]string
	lines   []Paragraph
}

// take adds the row with which lines begin if it continues the table or may
// begin one, and returns how many lines it took. number is that of the first.
func (g *gridLines) take(number int, lines []string) int {
	divider, cells, used := row(lines)
	if used == 1 && divider == '\t' {
		cells = append(cells, make([]string, g.blanks(lines[0], cells))...)
	}
	if cells == nil || len(g.rows) > 0 && (divider != g.divider || len(cells) != g.columns) {
		return 0
	}
	g.divider, g.columns = divider, len(cells)
	g.rows = append(g.rows, cells)
	for i, line := range lines[:used] {
		g.lines = append(g.lines, Paragraph{Text: line, Line: number + i})
	}
	return used
}

// blanks is how many blank cells at the end of a row, of which a spreadsheet
// leaves only the tabs, the table goes on with.
func (g *gridLines) blanks(line string, cells []string) int {
	missing := g.columns - len(cells)
	tabs := strings.Count(line[len(strings.TrimRight(line, " \u3000\t")):], "\t")
	if cells == nil || missing < 0 || missing > tabs {
		return 0
	}
	return missing
}

// row reads the row with which lines begin: one line, or several where a
// spreadsheet wrote a cell of several lines in quotes.
func row(lines []string) (divider byte, cells []string, used int) {
	if cells, used := quotedRow(lines); cells != nil {
		return '\t', cells, used
	}
	divider, cells = columns(lines[0])
	return divider, cells, 1
}

// maxRowLines is how many lines a row in quotes may have; a quote that is not
// closed by then is one of the text.
const maxRowLines = 100

// quotedRow reads a row, its cells divided by tabs, of which at least one is in
// quotes and goes on in the next line; nil if lines do not begin with one.
func quotedRow(lines []string) (cells []string, used int) {
	rest, used := lines[0], 1
	if !strings.HasPrefix(rest, `"`) && !strings.Contains(rest, "\t\"") {
		return nil, 0
	}
	for {
		if !strings.HasPrefix(rest, `"`) {
			text, after, more := strings.Cut(rest, "\t")
			cells = append(cells, text)
			if !more {
				break
			}
			rest = after
			continue
		}
		text, after, next := quotedCell(rest[1:], lines, used)
		if next == 0 {
			return nil, 0
		}
		cells, used = append(cells, text), next
		if after == "" {
			break
		}
		rest = after[1:]
	}
	if used == 1 || len(cells) < 2 {
		return nil, 0
	}
	return cells, used
}

// quotedCell reads a cell up to its closing quote, which is followed by a tab or
// the end of the line; a quote within is doubled. It returns what follows and
// how many lines are used by then, 0 if the quote is not closed.
func quotedCell(rest string, lines []string, used int) (text, after string, next int) {
	var out strings.Builder
	for {
		inside, after, closed := strings.Cut(rest, `"`)
		out.WriteString(inside)
		switch {
		case !closed && (used == len(lines) || used == maxRowLines):
			return "", "", 0
		case !closed:
			out.WriteByte('\n')
			rest = lines[used]
			used++
		case strings.HasPrefix(after, `"`):
			out.WriteByte('"')
			rest = after[1:]
		case after == "" || after[0] == '\t':
			return out.String(), after, used
		default:
			return "", "", 0
		}
	}
}

// flush hands over what was gathered: as a table, or as the lines it was.
func (g *gridLines) flush(b *builder) {
	defer func() { *g = gridLines{} }()
	if len(g.rows) < 2 || g.numbered() {
		for _, p := range g.lines {
			b.paragraph(p)
		}
		return
	}
	var t Table
	for _, cells := range g.rows {
		if ruled(cells) {
			continue
		}
		row := Row{Cells: make([]Cell, len(cells))}
		for i, text := range cells {
			row.Cells[i] = cell(text)
		}
		t.Rows = append(t.Rows, row)
	}
	b.table(t)
}

// columns splits a line at bars or, failing those, at tabs.
func columns(line string) (byte, []string) {
	line = strings.Trim(strings.ReplaceAll(line, "｜", "|"), " \u3000\t")
	divider := byte('|')
	if strings.IndexByte(line, '|') < 0 {
		divider = '\t'
	}
	cells := strings.Split(strings.Trim(line, "|"), string(divider))
	if len(cells) < 2 {
		return 0, nil
	}
	return divider, cells
}

var itemNumber = regexp.MustCompile(`^[（(]?[0-9一二三四五六七八九十]+[)）.．、]*$`)

// numbered tells a pasted list, whose numbers stand before a tab, from a table.
func (g *gridLines) numbered() bool {
	if g.divider != '\t' || g.columns != 2 {
		return false
	}
	for _, cells := range g.rows {
		if !itemNumber.MatchString(strings.TrimFunc(cells[0], isSpace)) {
			return false
		}
	}
	return true
}

// ruled reports whether the line only draws a rule between head and body.
func ruled(cells []string) bool {
	for _, text := range cells {
		if strings.Trim(text, "-: —─") != "" {
			return false
		}
	}
	return true
}
