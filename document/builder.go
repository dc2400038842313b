package document

import (
	"context"
	"strings"
)

// builder collects blocks and holds the limits that every reader obeys.
type builder struct {
	doc        Document
	paragraphs int
	cells      int
}

// maxCells is how many cells all tables of a document may have, those that are
// merged into others counted.
const maxCells = 1_000_000

// paragraph appends p unless it is blank.
func (b *builder) paragraph(p Paragraph) {
	b.paragraphs++
	if blank(p.Text) && p.Number == "" {
		return
	}
	b.doc.Blocks = append(b.doc.Blocks, Block{Paragraph: &p})
}

// table appends t unless it has no text at all. A table that is too large is
// left to check.
func (b *builder) table(t Table) {
	text := false
	b.cells += len(t.Rows) * t.width()
	for _, row := range t.Rows {
		for _, cell := range row.Cells {
			if !cell.Merged {
				b.paragraphs += len(cell.Paragraphs)
			}
			text = text || !blank(cell.Text())
		}
	}
	if text && b.cells <= maxCells {
		t.square()
		b.doc.Blocks = append(b.doc.Blocks, Block{Table: &t})
	}
}

// check reports whether reading may go on.
func (b *builder) check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.paragraphs > MaxParagraphs {
		return tooManyParagraphs(b.doc.Name)
	}
	if b.cells > maxCells {
		return tooManyCells(b.doc.Name)
	}
	return nil
}

// blocks appends paragraphs and tables.
func (b *builder) blocks(blocks []Block) {
	for _, block := range blocks {
		if block.Table != nil {
			b.table(*block.Table)
		} else {
			b.paragraph(*block.Paragraph)
		}
	}
}

// document returns what was collected.
func (b *builder) document(ctx context.Context) (Document, error) {
	if err := b.check(ctx); err != nil {
		return Document{}, err
	}
	if len(b.doc.Blocks) == 0 {
		return Document{}, empty(b.doc.Name)
	}
	return b.doc, nil
}

// width returns the number of cells in the longest row.
func (t *Table) width() int {
	width := 0
	for _, row := range t.Rows {
		width = max(width, len(row.Cells))
	}
	return width
}

// square gives every row as many cells as the longest has.
func (t *Table) square() {
	width := t.width()
	for i := range t.Rows {
		for len(t.Rows[i].Cells) < width {
			t.Rows[i].Cells = append(t.Rows[i].Cells, Cell{})
		}
	}
}

// dropBlankColumns removes the columns at both sides that have no text.
func (t *Table) dropBlankColumns() {
	first, end := t.width(), 0
	for _, row := range t.Rows {
		for x, c := range row.Cells {
			if !blank(c.Text()) {
				first, end = min(first, x), max(end, x+1)
			}
		}
	}
	for i := range t.Rows {
		t.Rows[i].Cells = t.Rows[i].Cells[min(first, end):end]
	}
}

// blank reports whether s has nothing to read in it.
func blank(s string) bool {
	return strings.TrimFunc(s, isSpace) == ""
}

// isSpace reports whether r is a space, the wide one, the unbreakable one and
// the invisible ones of office programs included.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\v', '\f', '\u00a0', '\u3000', '\u200b', '\u2002', '\u2003', '\u2009', '\ufeff':
		return true
	}
	return false
}

// cell makes a cell of the lines of text.
func cell(text string) Cell {
	var c Cell
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimFunc(line, isSpace); line != "" {
			c.Paragraphs = append(c.Paragraphs, Paragraph{Text: line})
		}
	}
	return c
}
