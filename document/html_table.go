package document

import (
	"strconv"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// table reads a table. One that only arranges the page, holding other tables
// or nothing but one cell, is read as the text that it arranges.
func (r *htmlReader) table(n *html.Node) error {
	rows, captions := tableRows(n)
	if attribute(n, "role") == "presentation" || arranges(n) || len(rows) == 1 && len(tableCells(rows[0])) == 1 {
		return r.inside(n)
	}
	for _, caption := range captions {
		if err := r.element(caption); err != nil {
			return err
		}
	}
	var t Table
	var hanging []hangingCell // by column, the cells that reach down into later rows
	for i, row := range rows {
		cells, err := r.row(row, &hanging, len(rows)-i)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
		if r.limits.cells += len(cells); r.limits.cells > maxCells {
			return tooManyCells(r.name)
		}
	}
	r.blocks = append(r.blocks, Block{Table: &t})
	return nil
}

// hangingCell is a cell that takes up its column in the next rows too.
type hangingCell struct {
	rows int
	cell Cell
}

// row reads a row; left is how many rows there are from it to the end.
func (r *htmlReader) row(tr *html.Node, hanging *[]hangingCell, left int) ([]Cell, error) {
	var cells []Cell
	fromAbove := func() {
		for len(cells) < len(*hanging) && (*hanging)[len(cells)].rows > 0 {
			h := &(*hanging)[len(cells)]
			h.rows--
			cells = append(cells, Cell{Paragraphs: h.cell.Paragraphs, Merged: true})
		}
	}
	for _, td := range tableCells(tr) {
		fromAbove()
		one, err := r.cell(td)
		if err != nil {
			return nil, err
		}
		down := spanOf(td, "rowspan", left)
		for i := range spanOf(td, "colspan", maxColumns) {
			if len(cells) >= maxColumns {
				break
			}
			for len(*hanging) <= len(cells) {
				*hanging = append(*hanging, hangingCell{})
			}
			(*hanging)[len(cells)] = hangingCell{rows: down - 1, cell: one}
			cells = append(cells, Cell{Paragraphs: one.Paragraphs, Merged: i > 0})
		}
	}
	for fromAbove(); len(cells) < len(*hanging); fromAbove() {
		cells = append(cells, Cell{})
	}
	return cells, nil
}

// cell reads what is in one cell.
func (r *htmlReader) cell(td *html.Node) (Cell, error) {
	inner := &htmlReader{ctx: r.ctx, name: r.name, furniture: r.furniture, limits: r.limits}
	if err := inner.inside(td); err != nil {
		return Cell{}, err
	}
	inner.flush()
	return Cell{Paragraphs: flat(inner.blocks)}, nil
}

// spanOf returns how many rows or columns a cell takes up; 0 means all.
func spanOf(n *html.Node, name string, most int) int {
	span, err := strconv.Atoi(attribute(n, name))
	switch {
	case err != nil || span < 0:
		return 1
	case span == 0 && name == "colspan":
		return 1
	case span == 0:
		return most
	}
	return min(span, most)
}

// tableRows returns the rows of a table that are not hidden, and its captions.
func tableRows(n *html.Node) (rows, captions []*html.Node) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch {
		case unread(child):
		case child.DataAtom == atom.Tr:
			rows = append(rows, child)
		case child.DataAtom == atom.Caption:
			captions = append(captions, child)
		case child.DataAtom == atom.Thead, child.DataAtom == atom.Tbody, child.DataAtom == atom.Tfoot:
			inner, _ := tableRows(child)
			rows = append(rows, inner...)
		}
	}
	return rows, captions
}

func tableCells(tr *html.Node) []*html.Node {
	var cells []*html.Node
	for child := tr.FirstChild; child != nil; child = child.NextSibling {
		if (child.DataAtom == atom.Td || child.DataAtom == atom.Th) && !unread(child) {
			cells = append(cells, child)
		}
	}
	return cells
}

// arranges reports whether a table holds another one.
func arranges(table *html.Node) bool {
	for n := range table.Descendants() {
		if n.DataAtom == atom.Table {
			return true
		}
	}
	return false
}
