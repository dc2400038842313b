package export

import (
	"fmt"
	"strings"
)

// Measures of the page in twentieths of a point. GB/T 9704 has margins of 37 mm
// above, 35 below, 28 at the binding and 26 outside; a page on its side is
// turned with its head at the binding, and the margins turn with it.
const (
	pageWidth, pageHeight = 16838, 11906
	marginTop             = 1588 // 28 mm
	marginRight           = 2098 // 37 mm
	marginBottom          = 1474 // 26 mm
	marginLeft            = 1984 // 35 mm
	textWidth             = pageWidth - marginLeft - marginRight
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

const contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
	`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
	`</Types>`

const rootRelations = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
	`</Relationships>`

const documentRelations = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/>` +
	`</Relationships>`

const documentHead = xmlHead + `<w:document ` + wordSpace + `><w:body>`

// documentEnd is the page: its size, its margins and its foot.
func documentEnd() string {
	return fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="%d" w:h="%d" w:orient="landscape"/>`+
		`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>`,
		pageWidth, pageHeight, marginTop, marginRight, marginBottom, marginLeft)
}

// footer holds the number of the page: — 1 —.
const footer = xmlHead + `<w:ftr ` + wordSpace + `><w:p><w:pPr><w:pStyle w:val="PageNumber"/></w:pPr>` +
	`<w:r><w:t xml:space="preserve">— </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>` +
	`<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`

const coreHead = xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>`

const coreEnd = `</dc:title></cp:coreProperties>`

// paragraphStyle is how the paragraphs of one kind look.
type paragraphStyle struct {
	id, font string
	size     int // in half points: 2号 is 44, 3号 is 32, 5号 is 21
	line     int // distance of lines in twentieths of a point
	align    string
}

// styles is the part that tells how paragraphs and tables look.
func styles() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr>` + fonts(bodyFont) +
		`<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	for _, s := range []paragraphStyle{
		{"Title", titleFont, 44, 700, "center"}, {"Known", bodyFont, 32, 580, "center"}, {"Subtitle", headFont, 32, 580, "left"},
		{"Head", headFont, 21, 300, "center"}, {"Band", headFont, 21, 300, "left"}, {"Cell", bodyFont, 21, 300, "left"},
		{"CentredCell", bodyFont, 21, 300, "center"}, {"Gap", bodyFont, 32, 580, "left"}, {"PageNumber", "宋体", 28, 400, "center"},
	} {
		keep := ""
		if s.id == "Subtitle" || s.id == "Band" {
			keep = "<w:keepNext/>"
		}
		fmt.Fprintf(&b, `<w:style w:type="paragraph" w:customStyle="1" w:styleId="%s"><w:name w:val="Duban %s"/><w:basedOn w:val="Normal"/>`+
			`<w:pPr>%s<w:spacing w:line="%d" w:lineRule="exact"/><w:jc w:val="%s"/></w:pPr><w:rPr>%s<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`,
			s.id, s.id, keep, s.line, s.align, fonts(s.font), s.size, s.size)
	}
	b.WriteString(`<w:style w:type="table" w:customStyle="1" w:styleId="Grid"><w:name w:val="Duban Grid"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		b.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
	}
	b.WriteString(`</w:tblBorders><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`)
	return b.String()
}

func fonts(name string) string {
	return `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="` + name + `" w:cs="Times New Roman"/>`
}
