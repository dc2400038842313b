package document

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// sound fails the test unless reading gave a document that keeps its promises
// or an error that says what to do.
func sound(t *testing.T, doc Document, err error) {
	t.Helper()
	if err != nil {
		var e *Error
		require.ErrorAs(t, err, &e)
		require.NotEmpty(t, e.Chinese)
		return
	}
	require.NotEmpty(t, doc.Blocks)
	cells := 0
	for _, b := range doc.Blocks {
		require.NotEqual(t, b.Paragraph == nil, b.Table == nil)
		if b.Paragraph != nil {
			require.False(t, blank(b.Paragraph.Text) && b.Paragraph.Number == "")
			require.True(t, utf8.ValidString(b.Paragraph.Text))
			continue
		}
		width := len(b.Table.Rows[0].Cells)
		for _, row := range b.Table.Rows {
			require.Len(t, row.Cells, width)
			cells += width
		}
	}
	require.LessOrEqual(t, cells, maxCells)
	require.LessOrEqual(t, len(doc.Blocks), MaxParagraphs)
}

func FuzzText(f *testing.F) {
	for _, text := range []string{"一、总体要求\n牵头单位：市教育局", "a\tb\n\"c\nd\"\te", "| 甲 | 乙 |\n|---|---|", "\xff\xfe\x00\x4e", "\xc4\xe3\xba\xc3", "<table><tr><td rowspan=0>甲<td><ol><li>乙</table>", "{\\rtf1}"} {
		f.Add("方案.txt", []byte(text))
		f.Add("方案.csv", []byte(text))
		f.Add("方案.html", []byte(text))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		doc, err := Read(t.Context(), name, data)
		sound(t, doc, err)
	})
}

// FuzzDocx changes the inside of the parts: what a fuzzer does to the packed
// file is nearly always found out by its check sums.
func FuzzDocx(f *testing.F) {
	numbers := official(0) + num(1, 0)
	style := `<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>`
	for _, body := range []string{
		para("市教育局"),
		item(1, 0, "甲") + item(1, 3, "乙"),
		tbl(tr(tc(`<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>`, para("甲")), tc("", tbl(tr(tc(`<w:vMerge/>`, para("乙"))))))),
		`<w:p>` + fieldBegin + instruction("TOC") + fieldResult + run("一") + fieldEnd + `</w:p>`,
		`<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>` + para("甲") + `</w:txbxContent></mc:Choice></mc:AlternateContent></w:r></w:p>`,
	} {
		f.Add(body, style, numbers)
	}
	f.Fuzz(func(t *testing.T, body, styles, numbering string) {
		doc, err := Read(t.Context(), "方案.docx", docx{body: body, styles: styles, numbering: numbering}.bytes(t))
		sound(t, doc, err)
	})
}

func FuzzXlsx(f *testing.F) {
	for _, sheet := range []string{
		`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="C1"><v>45000</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`,
		`<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="9"><c r="B9" t="s" s="1"><v>99</v></c></row></sheetData>`,
	} {
		f.Add(sheet, `<si><t>甲</t></si>`, `<cellXfs><xf numFmtId="14"/></cellXfs>`)
	}
	f.Fuzz(func(t *testing.T, sheet, strings, styles string) {
		doc, err := Read(t.Context(), "表.xlsx", rawWorkbook(t, sheet, strings, styles))
		sound(t, doc, err)
	})
}

// FuzzFile changes the packed bytes themselves.
func FuzzFile(f *testing.F) {
	f.Add(docx{body: para("市教育局")}.bytes(f))
	f.Add(workbook(f, "表", [][]any{{"甲", "乙"}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Read(t.Context(), "方案", data)
		sound(t, doc, err)
	})
}
