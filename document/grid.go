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

// take adds the line if it continues the table or may begin one.
func (g *gridLines) take(number int, line string) bool {
	divider, cells := columns(line)
	if cells == nil || len(g.rows) > 0 && (divider != g.divider || len(cells) != g.columns) {
		return false
	}
	g.divider, g.columns = divider, len(cells)
	g.rows = append(g.rows, cells)
	g.lines = append(g.lines, Paragraph{Text: line, Line: number})
	return true
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
