package document

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// workbook makes a file with one sheet of the values, then lets adjust change it.
func workbook(t testing.TB, name string, rows [][]any, adjust ...func(*excelize.File)) []byte {
	t.Helper()
	book := excelize.NewFile()
	require.NoError(t, book.SetSheetName("Sheet1", name))
	for y, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, y+1)
		require.NoError(t, err)
		require.NoError(t, book.SetSheetRow(name, at, &row))
	}
	for _, change := range adjust {
		change(book)
	}
	var file bytes.Buffer
	require.NoError(t, book.Write(&file))
	require.NoError(t, book.Close())
	return file.Bytes()
}

func TestXlsxTaskTable(t *testing.T) {
	data := workbook(t, "任务分工", [][]any{
		{"重点任务分工表"},
		{"序号", "任务", "牵头单位", "配合单位", "完成比例"},
		{},
		{1, "建设学校\n配备教师", "市教育局", "市财政局\n市住建局", 0.95},
		{2, "", "市卫健委", "", 1.5},
	}, func(book *excelize.File) {
		require.NoError(t, book.MergeCell("任务分工", "A1", "E1"))
		require.NoError(t, book.MergeCell("任务分工", "B4", "B5"))
		percent, err := book.NewStyle(&excelize.Style{NumFmt: 9})
		require.NoError(t, err)
		require.NoError(t, book.SetCellStyle("任务分工", "E4", "E4", percent))
	})
	doc, err := Read(t.Context(), "分工表.xlsx", data)
	require.NoError(t, err)
	require.Equal(t, "任务分工", doc.Blocks[0].Table.Caption)
	require.Equal(t, []string{
		"|重点任务分工表|^重点任务分工表|^重点任务分工表|^重点任务分工表|^重点任务分工表|",
		"|序号|任务|牵头单位|配合单位|完成比例|",
		"|1|建设学校/配备教师|市教育局|市财政局/市住建局|95%|",
		"|2|^建设学校/配备教师|市卫健委||1.5|",
	}, lines(doc))
}

func TestXlsxSheets(t *testing.T) {
	data := workbook(t, "一", [][]any{{"甲", "乙"}}, func(book *excelize.File) {
		for _, name := range []string{"空", "隐藏", "二"} {
			_, err := book.NewSheet(name)
			require.NoError(t, err)
		}
		require.NoError(t, book.SetCellStr("隐藏", "A1", "选项"))
		require.NoError(t, book.SetSheetVisible("隐藏", false))
		require.NoError(t, book.SetCellStr("二", "C3", "丙"))
		require.NoError(t, book.SetCellStr("二", "D3", "丁"))
	})
	doc, err := Read(t.Context(), "分工表.xlsx", data)
	require.NoError(t, err)
	require.Len(t, doc.Blocks, 2, "blank and hidden sheets are left out")
	require.Equal(t, "一", doc.Blocks[0].Table.Caption)
	require.Equal(t, "二", doc.Blocks[1].Table.Caption)
	require.Equal(t, []string{"|甲|乙|", "|丙|丁|"}, lines(doc))
}

func TestXlsxRichText(t *testing.T) {
	data := workbook(t, "表", [][]any{{2, 3}}, func(book *excelize.File) {
		require.NoError(t, book.SetCellRichText("表", "A2", []excelize.RichTextRun{{Text: "市教"}, {Text: "育局"}}))
	})
	doc, err := Read(t.Context(), "表.xlsx", data)
	require.NoError(t, err)
	require.Equal(t, []string{"|2|3|", "|市教育局||"}, lines(doc))
}

func TestXlsxDatesAreShownAsInChina(t *testing.T) {
	day := time.Date(2027, 12, 31, 0, 0, 0, 0, time.UTC)
	own := `yyyy"年"m"月"d"日";@`
	formats := []*excelize.Style{{NumFmt: 14}, {NumFmt: 31}, {NumFmt: 57}, {CustomNumFmt: &own}}
	data := workbook(t, "表", [][]any{{day, day, day, day}}, func(book *excelize.File) {
		for i, format := range formats {
			style, err := book.NewStyle(format)
			require.NoError(t, err)
			at, err := excelize.CoordinatesToCellName(i+1, 1)
			require.NoError(t, err)
			require.NoError(t, book.SetCellStyle("表", at, at, style))
		}
	})
	doc, err := Read(t.Context(), "表.xlsx", data)
	require.NoError(t, err)
	require.Equal(t, []string{"|2027/12/31|2027年12月31日|2027年12月|2027年12月31日|"}, lines(doc))
}

func TestXlsxMergedOverBlankRows(t *testing.T) {
	data := workbook(t, "表", [][]any{{}, {"甲", "乙"}, {}, {"", "丙"}, {}, {"丁", "戊"}}, func(book *excelize.File) {
		require.NoError(t, book.MergeCell("表", "A2", "A5"))
		require.NoError(t, book.MergeCell("表", "A1", "B1"))
	})
	doc, err := Read(t.Context(), "表.xlsx", data)
	require.NoError(t, err)
	require.Equal(t, []string{"|甲|乙|", "|^甲|丙|", "|丁|戊|"}, lines(doc))
}

func TestXlsxEmpty(t *testing.T) {
	_, err := Read(t.Context(), "表.xlsx", workbook(t, "表", nil))
	requireReason(t, Empty, err)
}

const sheetNamespaces = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"` +
	` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// rawWorkbook makes a file with one sheet, 表, from the insides of its parts.
func rawWorkbook(t testing.TB, sheet, strings, styles string) []byte {
	t.Helper()
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	part := func(root, inside string) string {
		return xmlHead + `<` + root + sheetNamespaces + `>` + inside + `</` + root + `>`
	}
	return zipped(t, map[string]string{
		"[Content_Types].xml": xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":         relationships(`<Relationship Id="1" Type="` + office + `officeDocument" Target="xl/workbook.xml"/>`),
		"xl/workbook.xml":     part("workbook", `<sheets><sheet name="表" sheetId="1" r:id="s"/></sheets>`),
		"xl/_rels/workbook.xml.rels": relationships(`<Relationship Id="s" Type="` + office + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="t" Type="` + office + `sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="u" Type="` + office + `styles" Target="styles.xml"/>`),
		"xl/worksheets/sheet1.xml": part("worksheet", sheet),
		"xl/sharedStrings.xml":     part("sst", strings),
		"xl/styles.xml":            part("styleSheet", styles),
	})
}

func TestXlsxThatAttacks(t *testing.T) {
	first := `<c r="A1" t="inlineStr"><is><t>甲</t></is></c>`
	doc, err := Read(t.Context(), "表.xlsx", rawWorkbook(t, `<sheetData><row r="1">`+first+`</row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>`, "", ""))
	require.NoError(t, err, "merged cells do not widen the table")
	require.Equal(t, []string{"|甲|"}, lines(doc))

	tests := map[string]struct {
		sheet  string
		reason Reason
	}{
		"a document type":          {`<!DOCTYPE worksheet [<!ENTITY a "甲">]>`, Damaged},
		"a sheet that breaks":      {`<sheetData><row r="1">` + first, Damaged},
		"a distant column":         {`<sheetData><row r="1">` + first + `<c r="XFD1" t="inlineStr"><is><t>乙</t></is></c></row></sheetData>`, TooLarge},
		"a row too far off":        {`<sheetData><row r="99999999">` + first + `</row></sheetData>`, Damaged},
		"a part that is too large": {strings.Repeat(" ", maxSheet), TooLarge},
		"merged cells that cover one another": {
			`<sheetData>` + strings.Repeat(`<row>`+first+`</row>`, 1001) + `</sheetData><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:C1001"/>`, 1001) + `</mergeCells>`, TooLarge,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(t.Context(), "表.xlsx", rawWorkbook(t, test.sheet, "", ""))
			requireReason(t, test.reason, err)
		})
	}
}
