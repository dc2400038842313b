package policy

import (
	"regexp"
	"strings"

	"duban/document"
	"duban/target"
)

var yearCell = regexp.MustCompile(`^([0-9]{4})(?:年|年度)?(?:目标|计划|任务|安排)?(?:（[^）]*）)?$`)

// readYearTable reads a table whose first column or first row holds years: its
// cells name the places that act or the amounts to reach. subject is what the
// amounts measure where the table names only places.
func readYearTable(c content, subject string) schedule {
	var s schedule
	rows := c.table.Rows
	if len(rows) < 2 || len(rows[0].Cells) < 2 {
		return s
	}
	down, across := yearOf(rows[1].Cells[0]), yearOf(rows[0].Cells[len(rows[0].Cells)-1])
	for i := 1; i < len(rows); i++ {
		for j := 1; j < len(rows[i].Cells) && j < len(rows[0].Cells); j++ {
			at := tableCell{block: c.block, row: i, column: j, cell: rows[i].Cells[j]}
			switch {
			case down != 0:
				s.addCell(at, yearOf(rows[i].Cells[0]), cellText(rows[0].Cells[j]), subject)
			case across != 0:
				s.addCell(at, yearOf(rows[0].Cells[j]), cellText(rows[i].Cells[0]), subject)
			}
		}
	}
	return s
}

// tableCell is a cell with its place.
type tableCell struct {
	block, row, column int // row and column from 0
	cell               document.Cell
}

func (t tableCell) span() document.Span {
	return document.Span{Block: t.block, Row: t.row + 1, Cell: t.column + 1, End: len([]rune(t.cell.Text()))}
}

// addCell adds what one cell says: places, or an amount, of the label.
func (s *schedule) addCell(at tableCell, year int, label, subject string) {
	text := cellText(at.cell)
	if year == 0 || nobody(text) || at.cell.Merged {
		return
	}
	if places := placesIn(text); places != nil {
		for _, place := range places {
			s.add(year, place, label, text, at.span())
		}
		return
	}
	if found := quantities(text); len(found) > 0 {
		q := found[0]
		if q.start != 0 || q.end+compareAfter(text[q.end:]).size != len(text) {
			return
		}
		g := goal{op: target.Exactly, metric: label}
		if a := compareAfter(text[q.end:]); a.op != "" {
			g.op = a.op
		}
		if unit := labelMeasure.FindStringSubmatch(label); q.measure == "" && unit != nil {
			q.measure, g.metric = unit[1], strings.TrimSuffix(label, unit[0])
		}
		place := ""
		if isPlace(label) {
			place, g.metric = label, subject
		}
		value := q.value
		s.readings = append(s.readings, reading{at: at.span(), target: target.Target{
			Kind: kindOf(g, q), Text: text, Metric: g.metric, Op: g.op, Value: &value, ValueMax: q.max, Measure: q.measure,
			Year: year, Deadline: date(year, 12, 31), Place: place,
		}})
		s.dueBy(year, at.span())
		return
	}
	if isPlace(label) {
		s.add(year, label, text, text, at.span())
	}
}

// labelMeasure is the unit of measure in a column's head: 新增学位（个）.
var labelMeasure = regexp.MustCompile(`[（(](?:单位[：:])?(` + measure + `)[)）]$`)

func cellText(c document.Cell) string {
	return strings.Join(strings.FieldsFunc(c.Text(), isSpace), "")
}

func yearOf(c document.Cell) int {
	m := yearCell.FindStringSubmatch(cellText(c))
	if m == nil || date(count(m[1]), 1, 1) == nil {
		return 0
	}
	return count(m[1])
}
