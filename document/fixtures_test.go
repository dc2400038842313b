package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	wordNamespaces = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
		` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"` +
		` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"` +
		` xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"` +
		` xmlns:v="urn:schemas-microsoft-com:vml"` +
		` xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"`
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
)

// docx is a word processing document in the making; each field is the inside
// of the part of that name.
type docx struct {
	body, styles, numbering string
}

// bytes returns the document as a file.
func (d docx) bytes(t testing.TB) []byte {
	t.Helper()
	relations := ""
	parts := map[string]string{
		"[Content_Types].xml": xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":         relationships(`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>`),
		"word/document.xml":   xmlHead + `<w:document` + wordNamespaces + `><w:body>` + d.body + `<w:sectPr/></w:body></w:document>`,
	}
	for name, inside := range map[string]string{"styles": d.styles, "numbering": d.numbering} {
		if inside == "" {
			continue
		}
		parts["word/"+name+".xml"] = xmlHead + `<w:` + name + wordNamespaces + `>` + inside + `</w:` + name + `>`
		relations += fmt.Sprintf(`<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s.xml"/>`, name, name, name)
	}
	parts["word/_rels/document.xml.rels"] = relationships(relations)
	return zipped(t, parts)
}

func relationships(inside string) string {
	return xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + inside + `</Relationships>`
}

// zipped packs parts into a zip file.
func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		part, err := w.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(part, parts[name])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return file.Bytes()
}

// read reads the document and fails the test if that fails.
func (d docx) read(t *testing.T) Document {
	t.Helper()
	doc, err := Read(t.Context(), "方案.docx", d.bytes(t))
	require.NoError(t, err)
	return doc
}

// para is a paragraph with one run of text.
func para(text string) string { return `<w:p>` + run(text) + `</w:p>` }

func run(text string) string { return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>` }

// item is a paragraph in a list.
func item(numID, level int, text string) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr></w:pPr>%s</w:p>`, level, numID, run(text))
}

// level is one level of a list.
func level(at int, format, pattern string, more ...string) string {
	return fmt.Sprintf(`<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/>%s</w:lvl>`,
		at, format, pattern, strings.Join(more, ""))
}

func abstractNum(id int, inside ...string) string {
	return fmt.Sprintf(`<w:abstractNum w:abstractNumId="%d">%s</w:abstractNum>`, id, strings.Join(inside, ""))
}

func num(id, abstract int, inside ...string) string {
	return fmt.Sprintf(`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/>%s</w:num>`, id, abstract, strings.Join(inside, ""))
}

func tbl(rows ...string) string { return `<w:tbl>` + strings.Join(rows, "") + `</w:tbl>` }
func tr(cells ...string) string { return `<w:tr>` + strings.Join(cells, "") + `</w:tr>` }

// tc is a cell; properties is the inside of its w:tcPr.
func tc(properties, content string) string {
	return `<w:tc><w:tcPr>` + properties + `</w:tcPr>` + content + `</w:tc>`
}

// lines shows a document line by line: paragraphs with their numbers, rows with
// bars between the cells, a merged cell with a ^ before it, and a slash between
// the lines of a cell.
func lines(doc Document) []string {
	var out []string
	for _, b := range doc.Blocks {
		if b.Paragraph != nil {
			out = append(out, b.Paragraph.Number+b.Paragraph.Text)
			continue
		}
		for _, row := range b.Table.Rows {
			var cells []string
			for _, c := range row.Cells {
				text := strings.ReplaceAll(c.Text(), "\n", "/")
				if c.Merged {
					text = "^" + text
				}
				cells = append(cells, text)
			}
			out = append(out, "|"+strings.Join(cells, "|")+"|")
		}
	}
	return out
}

// requireReason fails unless err is an *Error with that reason which says in
// both languages what is wrong.
func requireReason(t *testing.T, reason Reason, err error) *Error {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, reason, e.Reason, e.Error())
	require.NotEmpty(t, e.Chinese)
	require.NotEmpty(t, e.English)
	return e
}
