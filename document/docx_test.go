package document

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDocxText(t *testing.T) {
	tests := map[string]struct {
		body string
		want []string
	}{
		"paragraphs in order, blank ones left out": {
			para("关于印发方案的通知") + para("　") + para("各县（区）人民政府："),
			[]string{"关于印发方案的通知", "各县（区）人民政府："},
		},
		"runs are joined":                   {`<w:p>` + run("市教") + run("育局") + `</w:p>`, []string{"市教育局"}},
		"tabs":                              {`<w:p>` + run("一") + `<w:r><w:tab/></w:r>` + run("二") + `</w:p>`, []string{"一\t二"}},
		"tab stops are no tabs":             {`<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs></w:pPr>` + run("一") + `</w:p>`, []string{"一"}},
		"line breaks":                       {`<w:p>` + run("一") + `<w:r><w:br/></w:r>` + run("二") + `</w:p>`, []string{"一", "二"}},
		"bookmarks":                         {`<w:p><w:bookmarkStart w:id="0" w:name="_Toc1"/>` + run("一") + `<w:bookmarkEnd w:id="0"/></w:p>`, []string{"一"}},
		"hyperlinks":                        {`<w:p><w:hyperlink r:id="x">` + run("附件") + `</w:hyperlink></w:p>`, []string{"附件"}},
		"footnotes":                         {`<w:p>` + run("一") + `<w:r><w:footnoteReference w:id="1"/></w:r></w:p>`, []string{"一"}},
		"insertions are kept":               {`<w:p>` + run("市") + `<w:ins w:id="1">` + run("教育局") + `</w:ins></w:p>`, []string{"市教育局"}},
		"deletions are dropped":             {`<w:p>` + run("市") + `<w:del w:id="1"><w:r><w:delText>财政局</w:delText></w:r></w:del></w:p>`, []string{"市"}},
		"moves stand where they went":       {`<w:p><w:moveFrom w:id="1">` + run("甲") + `</w:moveFrom>` + run("乙") + `<w:moveTo w:id="2">` + run("甲") + `</w:moveTo></w:p>`, []string{"乙甲"}},
		"a deleted end joins paragraphs":    {`<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>` + run("前") + `</w:p>` + para("后"), []string{"前后"}},
		"former properties do not count":    {`<w:p><w:pPr><w:pPrChange w:id="1"><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr></w:pPrChange></w:pPr>` + run("前") + `</w:p>` + para("后"), []string{"前", "后"}},
		"content controls":                  {`<w:sdt><w:sdtPr/><w:sdtContent>` + para("正文") + `</w:sdtContent></w:sdt><w:p><w:sdt><w:sdtContent>` + run("行内") + `</w:sdtContent></w:sdt></w:p>`, []string{"正文", "行内"}},
		"hints in content controls":         {`<w:p>` + run("甲") + `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>` + run("单击此处输入文字") + `</w:sdtContent></w:sdt></w:p>`, []string{"甲"}},
		"hidden words":                      {`<w:p>` + run("甲") + `<w:r><w:rPr><w:vanish/></w:rPr><w:t>乙</w:t></w:r></w:p>`, []string{"甲"}},
		"words that are not hidden":         {`<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>乙</w:t></w:r></w:p>`, []string{"乙"}},
		"signs of other fonts":              {`<w:p>` + run("入学率") + `<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>` + run("95%") + `</w:p>`, []string{"入学率≥95%"}},
		"signs that are not known":          {`<w:p>` + run("甲") + `<w:r><w:sym w:font="Webdings" w:char="F0B3"/></w:r></w:p>`, []string{"甲\ufffd"}},
		"formulas":                          {`<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f></m:oMath></w:p>`, []string{"1/3"}},
		"no-break hyphens":                  {`<w:p>` + run("2025") + `<w:r><w:noBreakHyphen/></w:r>` + run("2035") + `</w:p>`, []string{"2025-2035"}},
		"phonetic signs":                    {`<w:p><w:r><w:ruby><w:rt>` + run("dū") + `</w:rt><w:rubyBase>` + run("督") + `</w:rubyBase></w:ruby></w:r></w:p>`, []string{"督"}},
		"spaces that are not kept":          {`<w:p><w:r><w:t> 甲 </w:t></w:r><w:r><w:t xml:space="preserve"> 乙</w:t></w:r></w:p>`, []string{"甲 乙"}},
		"a namespace under another prefix":  {`<z:p xmlns:z="http://purl.oclc.org/ooxml/wordprocessingml/main"><z:r><z:t>甲</z:t></z:r></z:p>`, []string{"甲"}},
		"text elements of other namespaces": {`<w:p>` + run("甲") + `<w:r><a:t xmlns:a="urn:a">乙</a:t></w:r></w:p>`, []string{"甲"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, lines(docx{body: test.body}.read(t)))
		})
	}
}

const (
	fieldBegin  = `<w:r><w:fldChar w:fldCharType="begin"/></w:r>`
	fieldResult = `<w:r><w:fldChar w:fldCharType="separate"/></w:r>`
	fieldEnd    = `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
)

func instruction(text string) string { return `<w:r><w:instrText>` + text + `</w:instrText></w:r>` }

func TestDocxFields(t *testing.T) {
	contents := `<w:p>` + fieldBegin + instruction(` TOC \o "1-3" `) + fieldResult + run("一、总体要求 1") + `</w:p>` +
		para("二、主要任务 3")
	tests := map[string]struct {
		body string
		want []string
	}{
		"the result is read":              {`<w:p>` + run("附件") + fieldBegin + instruction("SEQ 附件") + fieldResult + run("2") + fieldEnd + `</w:p>`, []string{"附件2"}},
		"a simple field":                  {`<w:p><w:fldSimple w:instr="PAGE">` + run("3") + `</w:fldSimple></w:p>`, []string{"3"}},
		"a field in an instruction":       {`<w:p>` + run("甲") + fieldBegin + instruction("IF") + fieldBegin + instruction("PAGE") + fieldResult + run("9") + fieldEnd + fieldResult + run("乙") + fieldEnd + `</w:p>`, []string{"甲乙"}},
		"a field that never ends":         {`<w:p>` + run("甲") + fieldBegin + instruction("PAGE") + `</w:p>` + para("乙"), []string{"甲", "乙"}},
		"the table of contents":           {contents + `<w:p>` + fieldEnd + `</w:p>` + para("一、总体要求"), []string{"一、总体要求"}},
		"a table of contents without end": {contents, []string{"一、总体要求 1", "二、主要任务 3"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, lines(docx{body: test.body}.read(t)))
		})
	}
}

func TestDocxTextBoxIsReadOnce(t *testing.T) {
	box := `<w:txbxContent>` + para("机密") + `</w:txbxContent>`
	body := `<w:p>` + run("正文") + `<w:r><mc:AlternateContent>` +
		`<mc:Choice Requires="wps"><w:drawing><wps:txbx>` + box + `</wps:txbx></w:drawing></mc:Choice>` +
		`<mc:Fallback><w:pict><v:textbox>` + box + `</v:textbox></w:pict></mc:Fallback>` +
		`</mc:AlternateContent></w:r></w:p>` + para("后文")
	require.Equal(t, []string{"正文", "机密", "后文"}, lines(docx{body: body}.read(t)))
}

func TestDocxHeadings(t *testing.T) {
	d := docx{
		styles: `<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>` +
			`<w:style w:type="paragraph" w:styleId="own"><w:basedOn w:val="1"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="b"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="11"><w:name w:val="toc 1"/></w:style>`,
		body: `<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr>` + run("一级") + `</w:p>` +
			`<w:p><w:pPr><w:pStyle w:val="own"/></w:pPr>` + run("承一级") + `</w:p>` +
			`<w:p><w:pPr><w:pStyle w:val="own"/><w:outlineLvl w:val="2"/></w:pPr>` + run("三级") + `</w:p>` +
			`<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>` + run("循环") + `</w:p>` +
			`<w:p><w:pPr><w:pStyle w:val="11"/></w:pPr>` + run("目录行") + `</w:p>` +
			`<w:p><w:pPr><w:outlineLvl w:val="9"/></w:pPr>` + run("正文") + `</w:p>`,
	}
	var got []int
	for _, b := range d.read(t).Blocks {
		got = append(got, b.Paragraph.Heading)
	}
	require.Equal(t, []int{1, 1, 3, 0, 0}, got, "a line of the table of contents is left out")
}

func TestDocxTables(t *testing.T) {
	merged := tbl(
		tr(tc("", para("序号")), tc(`<w:gridSpan w:val="2"/>`, para("责任单位"))),
		tr(tc(`<w:vMerge w:val="restart"/>`, para("1")), tc("", para("市教育局")+para("市财政局")), tc("", para("各县"))),
		tr(tc(`<w:vMerge/>`, para("")), tc("", para("市住建局")), tc("", para(""))),
	)
	tests := map[string]struct {
		body string
		want []string
	}{
		"merged cells": {
			para("前") + merged + para("后"),
			[]string{"前", "|序号|责任单位|^责任单位|", "|1|市教育局/市财政局|各县|", "|^1|市住建局||", "后"},
		},
		"rows that leave out columns": {
			tbl(tr(tc("", para("甲")), tc("", para("乙"))), `<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>`+tc("", para("丙"))+`</w:tr>`),
			[]string{"|甲|乙|", "||丙|"},
		},
		"a merged cell below a row that leaves columns out": {
			tbl(`<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>`+tc(`<w:vMerge w:val="restart"/>`, para("丙"))+`</w:tr>`,
				tr(tc("", para("甲")), tc(`<w:vMerge w:val="continue"/>`, para("")))),
			[]string{"||丙|", "|甲|^丙|"},
		},
		"a deleted row": {
			tbl(tr(tc("", para("甲"))), `<w:tr><w:trPr><w:del w:id="1"/></w:trPr>`+tc("", para("乙"))+`</w:tr>`),
			[]string{"|甲|"},
		},
		"a table in a cell": {
			tbl(tr(tc("", para("外")), tc("", para("上")+tbl(tr(tc("", para("甲")), tc("", para("乙"))))+para("下")))),
			[]string{"|外|上/甲\t乙/下|"},
		},
		"a frame around a table": {
			tbl(tr(tc("", para("上")+tbl(tr(tc("", para("甲")), tc("", para("乙"))))))),
			[]string{"上", "|甲|乙|"},
		},
		"rows and cells in content controls": {
			tbl(`<w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent>` + tc("", para("甲")) + `</w:sdtContent></w:sdt>` + tc("", para("乙")) + `</w:tr></w:sdtContent></w:sdt>`),
			[]string{"|甲|乙|"},
		},
		"a blank table": {para("甲") + tbl(tr(tc("", para("")))), []string{"甲"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, lines(docx{body: test.body}.read(t)))
		})
	}
}

func TestDocxNumbersInCells(t *testing.T) {
	d := docx{
		numbering: abstractNum(0, level(0, "decimal", "%1.")) + num(1, 0),
		body:      tbl(tr(tc("", item(1, 0, "建设学校")+item(1, 0, "配备教师")))),
	}
	require.Equal(t, []string{"|1.建设学校/2.配备教师|"}, lines(d.read(t)))
}

func TestDocxRefusesWhatItCannotReadWhole(t *testing.T) {
	_, err := Read(t.Context(), "方案.docx", docx{body: para("甲") + `<w:altChunk r:id="x"/>`}.bytes(t))
	requireReason(t, Unsupported, err)
}
