package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxSheet is how many bytes a part of a workbook may unpack to. The library
// holds parts in memory as a whole, at some twenty times their size, and cannot
// be stopped while it reads one; a task table of 5,000 rows stays below 8 MB.
const maxSheet = 16 << 20

// sheet is a worksheet that a reader can see.
type sheet struct {
	name string
	path string
}

// readXlsx reads the visible worksheets of a workbook, each as one table called
// by the sheet's name. Values are as they are shown; rows that only a filter
// hides are read.
func readXlsx(ctx context.Context, a *archive, data []byte) (Document, error) {
	sheets, err := visibleSheets(ctx, a)
	if err != nil {
		return Document{}, err
	}
	for name, f := range a.files {
		if strings.HasSuffix(name, ".xml") && f.UncompressedSize64 > maxSheet {
			return Document{}, unpacksTooLarge(a.name, fmt.Errorf("part %q unpacks to %d bytes", name, f.UncompressedSize64))
		}
	}
	if err := a.verify(ctx); err != nil {
		return Document{}, err
	}
	book, err := openBook(a.name, data)
	if err != nil {
		return Document{}, err
	}
	defer book.Close() //nolint:errcheck // it was opened from memory
	b := builder{doc: Document{Name: a.name}}
	for _, s := range sheets {
		merged, err := mergedAreas(ctx, a, s.path)
		if err != nil {
			return Document{}, err
		}
		t, err := readSheet(ctx, book, a.name, s.name, merged)
		if err != nil {
			return Document{}, err
		}
		b.table(t)
		if err := b.check(ctx); err != nil {
			return Document{}, err
		}
	}
	return b.document(ctx)
}

// visibleSheets returns the sheets in their order, without those hidden.
func visibleSheets(ctx context.Context, a *archive) ([]sheet, error) {
	main, err := a.mainPart(ctx, "xl/workbook.xml")
	if err != nil {
		return nil, err
	}
	parts, err := a.relations(ctx, main)
	if err != nil {
		return nil, err
	}
	var sheets []sheet
	err = a.scan(ctx, main, func(s *scanner, _ element) error {
		return s.children(func(e element) error {
			if e.name != "x:sheets" {
				return s.skip()
			}
			return s.children(func(e element) error {
				name, _ := e.attr("name")
				state, _ := e.attr("state")
				p := parts[e.relation()]
				if p.kind == "worksheet" && (state == "" || state == "visible") {
					sheets = append(sheets, sheet{name: name, path: p.path})
				}
				return s.skip()
			})
		})
	})
	return sheets, err
}

// mergedAreas returns the merged cells of a worksheet. It also reads the part
// to its end, which tells one that was cut off from one that is complete.
func mergedAreas(ctx context.Context, a *archive, path string) ([]area, error) {
	var areas []area
	err := a.scan(ctx, path, func(s *scanner, _ element) error {
		return s.children(func(e element) error {
			if e.name != "x:mergeCells" {
				return s.skip()
			}
			return s.children(func(e element) error {
				ref, _ := e.attr("ref")
				if one, ok := parseArea(ref); ok {
					areas = append(areas, one)
				}
				return s.skip()
			})
		})
	})
	return areas, err
}

// parseArea reads a reference such as A1:B3.
func parseArea(ref string) (area, bool) {
	from, to, ok := strings.Cut(ref, ":")
	if !ok {
		return area{}, false
	}
	left, top, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return area{}, false
	}
	right, bottom, err := excelize.CellNameToCoordinates(to)
	if err != nil {
		return area{}, false
	}
	return area{top: top - 1, left: left - 1, bottom: bottom - 1, right: right - 1}, true
}

// openBook opens a workbook that is already known to keep the limits.
func openBook(name string, data []byte) (book *excelize.File, err error) {
	defer recovered(name, &err)
	book, err = excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit:    maxUnpacked,
		UnzipXMLSizeLimit: maxSheet, // beyond it, it would write to the disk
		// Dates as a Chinese computer shows them, whatever this one is set to.
		CultureInfo:      excelize.CultureNameZhCN,
		ShortDatePattern: "yyyy/m/d",
		LongDatePattern:  "yyyy年m月d日",
	})
	if err != nil {
		return nil, damaged(name, fmt.Errorf("open the workbook: %w", err))
	}
	return book, nil
}

// readSheet reads one worksheet, without rows and columns that are blank.
func readSheet(ctx context.Context, book *excelize.File, file, name string, merged []area) (t Table, err error) {
	defer recovered(file, &err)
	t.Caption = name
	rows, err := book.Rows(name)
	if err != nil {
		return t, damaged(file, fmt.Errorf("open the sheet %q: %w", name, err))
	}
	defer rows.Close() //nolint:errcheck // it was opened from memory
	at, cells := []int{}, 0
	for y := 0; rows.Next(); y++ {
		if y%256 == 0 && ctx.Err() != nil {
			return t, ctx.Err()
		}
		values, err := rows.Columns()
		if err != nil {
			return t, damaged(file, fmt.Errorf("read row %d of the sheet %q: %w", y+1, name, err))
		}
		values = withoutBlankEnd(values)
		if len(values) == 0 {
			continue
		}
		if cells += len(values); len(values) > maxColumns || cells > maxCells {
			return t, tooManyCells(file)
		}
		row := Row{Cells: make([]Cell, len(values))}
		for x, value := range values {
			row.Cells[x] = cell(normalLines(value))
		}
		t.Rows = append(t.Rows, row)
		at = append(at, y)
	}
	if err := rows.Error(); err != nil {
		return t, damaged(file, fmt.Errorf("read the sheet %q: %w", name, err))
	}
	if len(t.Rows)*t.width() > maxCells {
		return t, tooManyCells(file)
	}
	t.square()
	if !merge(t.Rows, moved(merged, at)) {
		return t, tooManyCells(file)
	}
	t.dropBlankColumns()
	return t, nil
}

// moved returns the areas in terms of the rows that were kept; at holds the
// place that each of those had.
func moved(areas []area, at []int) []area {
	var kept []area
	for _, a := range areas {
		top, _ := slices.BinarySearch(at, a.top)
		bottom, found := slices.BinarySearch(at, a.bottom)
		if !found {
			bottom--
		}
		// If the row with the text was blank, so is the area.
		if top <= bottom && at[top] == a.top {
			a.top, a.bottom = top, bottom
			kept = append(kept, a)
		}
	}
	return kept
}

func withoutBlankEnd(values []string) []string {
	for len(values) > 0 && blank(values[len(values)-1]) {
		values = values[:len(values)-1]
	}
	return values
}

var errPanic = errors.New("the reader of workbooks failed")

// recovered turns a panic into an error. The library walks through parts of a
// workbook without looking whether they are there, and has panicked on
// workbooks that were written by hand.
func recovered(name string, err *error) {
	if cause := recover(); cause != nil {
		*err = damaged(name, fmt.Errorf("%w: %v", errPanic, cause))
	}
}
