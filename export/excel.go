package export

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"duban/policy"
)

// The fonts of official documents; an office that lacks one sees its own.
const (
	titleFont = "方正小标宋简体"
	headFont  = "黑体"
	bodyFont  = "仿宋_GB2312"
)

// Excel writes a plan as a workbook of three sheets: 任务分解表 with one row for a
// task, 目标 with one for a target, 时限 with one for a deadline. It fails with a
// *CellTooLongError if a text is longer than a cell may be.
func Excel(d policy.Draft, w io.Writer) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	b := workbook{file: book}
	if err := b.addStyles(); err != nil {
		return fmt.Errorf("make the styles: %w", err)
	}
	if err := book.SetSheetName("Sheet1", "任务分解表"); err != nil {
		return fmt.Errorf("name the first sheet: %w", err)
	}
	for _, s := range []sheet{taskSheet(d), targetSheet(d), termSheet(d)} {
		if _, err := book.NewSheet(s.name); err != nil {
			return fmt.Errorf("add the sheet %s: %w", s.name, err)
		}
		above := []string{}
		if s.name == "任务分解表" {
			above = append(above, policy.TitleNotation(d.Title))
			if known := policy.HeadNotation(d); known != "" {
				above = append(above, known)
			}
		}
		if err := b.write(s, above); err != nil {
			return fmt.Errorf("write the sheet %s: %w", s.name, err)
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// CellTooLongError tells that a text does not fit into a cell of a workbook,
// which would cut it off.
type CellTooLongError struct {
	Head string // of the column
	Size int    // in characters
}

// Error says what to do, in Chinese and in English.
func (e *CellTooLongError) Error() string {
	return fmt.Sprintf("“%s”一栏有 %d 字，超过 Excel 单元格上限 %d 字，请改为导出 Word 或 CSV。 / A cell of the column %s has %d characters, more than the %d of Excel; export as Word or CSV.",
		e.Head, e.Size, excelize.TotalCellChars, e.Head, e.Size, excelize.TotalCellChars)
}

// workbook writes sheets with a few styles.
type workbook struct {
	file                                   *excelize.File
	title, known, head, text, centre, band int
}

func (b *workbook) addStyles() error {
	border := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "000000", Style: 1})
	}
	align := func(horizontal string) *excelize.Alignment {
		return &excelize.Alignment{Horizontal: horizontal, Vertical: "center", WrapText: true}
	}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.title, excelize.Style{Font: &excelize.Font{Family: titleFont, Size: 22}, Alignment: align("center")}},
		{&b.known, excelize.Style{Font: &excelize.Font{Family: bodyFont, Size: 12}, Alignment: align("center")}},
		{&b.head, excelize.Style{Font: &excelize.Font{Family: headFont, Size: 11}, Alignment: align("center"), Border: border,
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}}}},
		{&b.text, excelize.Style{Font: &excelize.Font{Family: bodyFont, Size: 11}, Alignment: align("left"), Border: border}},
		{&b.centre, excelize.Style{Font: &excelize.Font{Family: bodyFont, Size: 11}, Alignment: align("center"), Border: border}},
		{&b.band, excelize.Style{Font: &excelize.Font{Family: headFont, Size: 11}, Alignment: align("left"), Border: border}},
	} {
		id, err := b.file.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.id = id
	}
	return nil
}

// write fills a sheet: the lines above all columns, the heads and the rows.
func (b *workbook) write(s sheet, above []string) error {
	for i, text := range above {
		style, height := b.title, 36.0
		if i > 0 {
			style, height = b.known, 22
		}
		if err := b.across(s, i+1, text, style, height); err != nil {
			return err
		}
	}
	top := len(above) + 1
	for x, c := range s.columns {
		if err := b.set(s, x, top, c.head, b.head); err != nil {
			return err
		}
		name, err := excelize.ColumnNumberToName(x + 1)
		if err != nil {
			return err
		}
		if err := b.file.SetColWidth(s.name, name, name, c.width); err != nil {
			return err
		}
	}
	if err := b.file.SetRowHeight(s.name, top, 30); err != nil {
		return err
	}
	for i, r := range s.rows {
		if err := b.row(s, top+1+i, r); err != nil {
			return err
		}
	}
	if err := b.joinProgrammes(s, top+1); err != nil {
		return err
	}
	return b.page(s, top)
}

func (b *workbook) row(s sheet, y int, r row) error {
	if r.band != "" {
		return b.across(s, y, r.band, b.band, 24)
	}
	for x, text := range r.cells {
		style := b.text
		if s.columns[x].centre {
			style = b.centre
		}
		if err := b.set(s, x, y, text, style); err != nil {
			return err
		}
	}
	return b.file.SetRowHeight(s.name, y, height(s, r))
}

// Rows of a workbook that are written by a program do not grow by themselves in
// every office; they are given the height that their text needs.
const (
	lineHeight = 15.0
	maxHeight  = 409.0 // the most that a workbook allows
)

// height is what the longest cell of a row needs, in points.
func height(s sheet, r row) float64 {
	lines := 1
	for x, text := range r.cells {
		if r.joins && s.columns[x].head == policy.HeadProgramme {
			continue
		}
		perLine := max(1, int(s.columns[x].width/2.1)) // a Chinese character takes two
		need := 0
		for part := range strings.SplitSeq(text, "\n") {
			need += max(1, (utf8.RuneCountInString(part)+perLine-1)/perLine)
		}
		lines = max(lines, need)
	}
	return min(maxHeight, float64(lines)*lineHeight+6)
}

// across writes text into one cell over all columns of row y.
func (b *workbook) across(s sheet, y int, text string, style int, height float64) error {
	first, err := excelize.CoordinatesToCellName(1, y)
	if err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(s.columns), y)
	if err != nil {
		return err
	}
	if err := b.set(s, 0, y, text, style); err != nil {
		return err
	}
	if err := b.file.SetCellStyle(s.name, first, last, style); err != nil {
		return err
	}
	if err := b.file.MergeCell(s.name, first, last); err != nil {
		return err
	}
	return b.file.SetRowHeight(s.name, y, height)
}

// plainNumber is a number that a workbook shows just as it is written.
var plainNumber = regexp.MustCompile(`^(?:0|-?[1-9][0-9]{0,8})(?:\.[0-9]{0,3}[1-9])?$`)

// set writes a cell in column x, counted from 0, and row y, counted from 1.
// Numbers are written as such, so that they sort and carry no warning; all else
// is text, never a formula.
func (b *workbook) set(s sheet, x, y int, text string, style int) error {
	cell, err := excelize.CoordinatesToCellName(x+1, y)
	if err != nil {
		return err
	}
	if n := utf8.RuneCountInString(text); n > excelize.TotalCellChars {
		return &CellTooLongError{Head: s.columns[x].head, Size: n}
	}
	var value any = text
	if len(text) <= 10 && plainNumber.MatchString(text) { // more digits would be shown rounded
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return err
		}
		value = n
	}
	if err := b.file.SetCellValue(s.name, cell, value); err != nil {
		return err
	}
	return b.file.SetCellStyle(s.name, cell, cell, style)
}

// joinProgrammes merges the cells of tasks that stand in one programme.
func (b *workbook) joinProgrammes(s sheet, first int) error {
	x := s.column(policy.HeadProgramme)
	for i := 0; i < len(s.rows); i++ {
		last := i
		for last+1 < len(s.rows) && s.rows[last+1].joins {
			last++
		}
		if last == i {
			continue
		}
		top, err := excelize.CoordinatesToCellName(x+1, first+i)
		if err != nil {
			return err
		}
		bottom, err := excelize.CoordinatesToCellName(x+1, first+last)
		if err != nil {
			return err
		}
		if err := b.file.MergeCell(s.name, top, bottom); err != nil {
			return err
		}
		i = last
	}
	return nil
}

// a4 is the size's number in the file format.
const a4 = 9

// page sets up the printed page: A4 on its side, as wide as the table, the heads
// on every page; on the screen the heads stay in sight.
func (b *workbook) page(s sheet, heads int) error {
	size, orientation, wide, high, fit := a4, "landscape", 1, 0, true
	if err := b.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	if err := b.file.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := b.file.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddFooter: "&C第 &P 页，共 &N 页"}); err != nil {
		return err
	}
	below, err := excelize.CoordinatesToCellName(1, heads+1)
	if err != nil {
		return err
	}
	if err := b.file.SetPanes(s.name, &excelize.Panes{Freeze: true, YSplit: heads, TopLeftCell: below, ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.name,
		RefersTo: fmt.Sprintf("'%s'!$%d:$%d", s.name, heads, heads)})
}
