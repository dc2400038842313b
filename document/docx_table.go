package document

import "strings"

// maxColumns is how many columns a table may have; word processors stop at 63.
const maxColumns = 512

// docxCell is a w:tc.
type docxCell struct {
	content []Block
	span    int
	// continues: the cell is part of the one above.
	continues bool
}

// docxRow is a w:tr.
type docxRow struct {
	cells         []docxCell
	before, after int // columns that the row leaves out at its ends
}

// table reads a w:tbl and adds it to f. A table of one cell that holds another
// table is a frame: what it holds takes its place.
func (r *docxReader) table(f *flow) error {
	var read []docxRow
	if err := r.rows(&read); err != nil {
		return err
	}
	if len(read) == 1 && len(read[0].cells) == 1 && holdsTable(read[0].cells[0].content) {
		f.append(read[0].cells[0].content...)
		return nil
	}
	var t Table
	for _, row := range read {
		var above []Cell
		if len(t.Rows) > 0 {
			above = t.Rows[len(t.Rows)-1].Cells
		}
		t.Rows = append(t.Rows, Row{Cells: row.spread(above)})
		if r.limits.cells += len(t.Rows[len(t.Rows)-1].Cells); r.limits.cells > maxCells {
			return tooManyCells(r.name)
		}
	}
	f.append(Block{Table: &t})
	return nil
}

// rows reads the rows in the current element, looking through what is wrapped
// around them. Rows that were deleted are left out.
func (r *docxReader) rows(rows *[]docxRow) error {
	var visit func(element) error
	visit = func(e element) error {
		switch e.name {
		case "w:tr":
			row, deleted, err := r.row()
			if !deleted && len(row.cells) > 0 {
				*rows = append(*rows, row)
			}
			return err
		case "w:sdt":
			return r.control(visit)
		case "w:customXml", "w:ins", "w:moveTo":
			return r.children(visit)
		case "mc:AlternateContent":
			return r.alternate(func() error { return r.children(visit) })
		}
		return r.skip()
	}
	return r.children(visit)
}

// row reads a w:tr.
func (r *docxReader) row() (row docxRow, deleted bool, err error) {
	var visit func(element) error
	visit = func(e element) error {
		switch {
		case e.name == "w:trPr":
			return r.children(func(e element) error {
				switch e.name {
				case "w:del":
					deleted = true
				case "w:gridBefore":
					row.before = columnsWithin(e.number("val", 0))
				case "w:gridAfter":
					row.after = columnsWithin(e.number("val", 0))
				}
				return r.skip()
			})
		case deleted:
			return r.skip()
		case e.name == "w:tc":
			c, gone, err := r.cell()
			if !gone {
				row.cells = append(row.cells, c)
			}
			return err
		case e.name == "w:sdt":
			return r.control(visit)
		case e.name == "w:customXml":
			return r.children(visit)
		case e.name == "mc:AlternateContent":
			return r.alternate(func() error { return r.children(visit) })
		}
		return r.skip()
	}
	err = r.children(visit)
	return row, deleted, err
}

// cell reads a w:tc.
func (r *docxReader) cell() (c docxCell, deleted bool, err error) {
	c.span = 1
	f := flow{dropped: map[int]bool{}}
	err = r.children(func(e element) error {
		if e.name != "w:tcPr" {
			return r.block(&f, e)
		}
		return r.children(func(e element) error {
			switch e.name {
			case "w:gridSpan":
				c.span = max(1, columnsWithin(e.number("val", 1)))
			case "w:vMerge":
				c.continues = e.val() != "restart"
			case "w:cellDel":
				deleted = true
			}
			return r.skip()
		})
	})
	f.finish()
	c.content = f.blocks
	return c, deleted, err
}

func columnsWithin(n int) int { return min(max(n, 0), maxColumns) }

// spread lays the cells of a row into the columns of the grid; above is the row
// before it.
func (row docxRow) spread(above []Cell) []Cell {
	cells := make([]Cell, row.before, row.before+len(row.cells)+row.after)
	for _, c := range row.cells {
		one := Cell{Paragraphs: flat(c.content)}
		if c.continues {
			one = Cell{Merged: true}
			if at := len(cells); at < len(above) {
				one.Paragraphs = above[at].Paragraphs
			}
		}
		cells = append(cells, one)
		for range min(c.span-1, maxColumns-len(cells)) {
			cells = append(cells, Cell{Paragraphs: one.Paragraphs, Merged: true})
		}
	}
	for range row.after {
		cells = append(cells, Cell{})
	}
	return cells
}

func holdsTable(blocks []Block) bool {
	for _, b := range blocks {
		if b.Table != nil {
			return true
		}
	}
	return false
}

// flat returns the paragraphs of a cell. Each row of a table within it becomes
// one line, its cells divided by tabs.
func flat(blocks []Block) []Paragraph {
	var lines []Paragraph
	for _, b := range blocks {
		if b.Paragraph != nil {
			lines = append(lines, *b.Paragraph)
			continue
		}
		for _, row := range b.Table.Rows {
			var cells []string
			for _, c := range row.Cells {
				if text := strings.ReplaceAll(c.Text(), "\n", " "); !c.Merged && text != "" {
					cells = append(cells, text)
				}
			}
			if len(cells) > 0 {
				lines = append(lines, Paragraph{Text: strings.Join(cells, "\t")})
			}
		}
	}
	return lines
}
