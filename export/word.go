package export

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"duban/policy"
)

// Word writes a plan as a Word document in the manner of GB/T 9704: A4, here on
// its side as its tables need, title in 2号小标宋, text in 3号仿宋. The table of tasks
// is followed by those of targets and deadlines.
func Word(d policy.Draft, w io.Writer) error {
	p := page{}
	p.paragraph("Title", policy.TitleNotation(d.Title))
	if known := policy.HeadNotation(d); known != "" {
		p.paragraph("Known", known)
	}
	p.table(taskSheet(d))
	for _, s := range []sheet{targetSheet(d), termSheet(d)} {
		p.paragraph("Subtitle", s.name+"清单")
		p.table(s)
	}
	archive := zip.NewWriter(w)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes}, {"_rels/.rels", rootRelations}, {"word/document.xml", documentHead + p.text.String() + documentEnd()},
		{"word/_rels/document.xml.rels", documentRelations}, {"word/styles.xml", styles()}, {"word/footer1.xml", footer},
		{"docProps/core.xml", coreHead + escaped(policy.TitleNotation(d.Title)) + coreEnd},
	} {
		out, err := archive.Create(part.name)
		if err != nil {
			return fmt.Errorf("add %s: %w", part.name, err)
		}
		if _, err := io.WriteString(out, part.text); err != nil {
			return fmt.Errorf("write %s: %w", part.name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}

// page collects the body of a document.
type page struct{ text strings.Builder }

func (p *page) paragraph(style, text string) {
	p.text.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	p.run(text)
	p.text.WriteString("</w:p>")
}

// run writes text as one run; a tab is a mark of its own.
func (p *page) run(text string) {
	if text == "" {
		return
	}
	p.text.WriteString("<w:r>")
	for i, part := range strings.Split(text, "\t") {
		if i > 0 {
			p.text.WriteString("<w:tab/>")
		}
		if part != "" {
			p.text.WriteString(`<w:t xml:space="preserve">` + escaped(part) + "</w:t>")
		}
	}
	p.text.WriteString("</w:r>")
}

// escaped writes text for XML; characters that XML does not have are left out.
func escaped(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == utf8.RuneError || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, text)
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		panic("a strings.Builder failed: " + err.Error())
	}
	return b.String()
}

// table writes a sheet. Its heads are repeated on every page.
func (p *page) table(s sheet) {
	widths := tableWidths(s)
	p.text.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/>`)
	fmt.Fprintf(&p.text, `<w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`, textWidth)
	for _, width := range widths {
		fmt.Fprintf(&p.text, `<w:gridCol w:w="%d"/>`, width)
	}
	p.text.WriteString("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
	for x, c := range s.columns {
		p.cell(widths[x], "", "Head", c.head)
	}
	p.text.WriteString("</w:tr>")
	programme := s.column(policy.HeadProgramme)
	for i, r := range s.rows {
		p.text.WriteString("<w:tr>")
		if r.band != "" {
			p.cell(textWidth, fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, len(s.columns)), "Band", r.band)
			p.text.WriteString("</w:tr>")
			continue
		}
		for x, text := range r.cells {
			style, merge := "Cell", ""
			if s.columns[x].centre {
				style = "CentredCell"
			}
			if x == programme && r.joins {
				merge, text = "<w:vMerge/>", ""
			} else if x == programme && i+1 < len(s.rows) && s.rows[i+1].joins {
				merge = `<w:vMerge w:val="restart"/>`
			}
			p.cell(widths[x], merge, style, text)
		}
		p.text.WriteString("</w:tr>")
	}
	p.text.WriteString("</w:tbl>")
	p.paragraph("Gap", "")
}

// cell writes a cell of a table with one paragraph for each line of text.
func (p *page) cell(width int, merge, style, text string) {
	fmt.Fprintf(&p.text, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s<w:vAlign w:val="center"/></w:tcPr>`, width, merge)
	for line := range strings.SplitSeq(text, "\n") {
		p.paragraph(style, line)
	}
	p.text.WriteString("</w:tc>")
}

// tableWidths shares the width of the page among the columns, in twentieths of
// a point.
func tableWidths(s sheet) []int {
	total := 0.0
	for _, c := range s.columns {
		total += c.width
	}
	widths := make([]int, len(s.columns))
	left := textWidth
	for i, c := range s.columns {
		widths[i] = int(c.width / total * textWidth)
		left -= widths[i]
	}
	widths[len(widths)-1] += left
	return widths
}
