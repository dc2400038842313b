package document

// area is a stretch of merged cells. Rows and columns are counted from 0; the
// last ones belong to it.
type area struct{ top, left, bottom, right int }

// merge repeats the upper left cell of each area in the others, within the
// grid. It reports false if the areas cover more than a table may hold, which
// they can only by lying on one another.
func merge(rows []Row, areas []area) bool {
	covered := 0
	for _, a := range areas {
		if a.top < 0 || a.left < 0 || a.top >= len(rows) || a.left >= len(rows[a.top].Cells) {
			continue
		}
		first := rows[a.top].Cells[a.left]
		for y := a.top; y <= min(a.bottom, len(rows)-1); y++ {
			cells := rows[y].Cells
			for x := a.left; x <= min(a.right, len(cells)-1); x++ {
				if covered++; covered > maxCells {
					return false
				}
				if y != a.top || x != a.left {
					cells[x] = Cell{Paragraphs: first.Paragraphs, Merged: true}
				}
			}
		}
	}
	return true
}
