package document

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func contextThatEnded(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx, cancel
}

// blanks gives out n spaces.
type blanks struct{ n int }

func (b *blanks) Read(p []byte) (int, error) {
	if b.n == 0 {
		return 0, io.EOF
	}
	n := min(len(p), b.n)
	for i := range n {
		p[i] = ' '
	}
	b.n -= n
	return n, nil
}

// bomb is a zip file whose part word/document.xml unpacks to size bytes.
func bomb(t testing.TB, size int) []byte {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	part, err := w.Create("word/document.xml")
	require.NoError(t, err)
	_, err = io.Copy(part, &blanks{size})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return file.Bytes()
}

// declare makes the last part of a zip file say that it unpacks to size bytes.
func declare(t *testing.T, data []byte, size uint32) {
	t.Helper()
	directory := bytes.LastIndex(data, []byte("PK\x01\x02"))
	require.Positive(t, directory)
	binary.LittleEndian.PutUint32(data[directory+24:], size)
}

func TestZipBombs(t *testing.T) {
	t.Run("too much in all", func(t *testing.T) {
		data := bomb(t, 1<<20)
		declare(t, data, maxUnpacked+1)
		_, err := Read(t.Context(), "方案.docx", data)
		requireReason(t, TooLarge, err)
	})
	t.Run("packed too well", func(t *testing.T) {
		_, err := Read(t.Context(), "方案.docx", bomb(t, ratioFrom+1))
		requireReason(t, TooLarge, err)
	})
	t.Run("too many parts", func(t *testing.T) {
		parts := map[string]string{}
		for i := range maxEntries + 1 {
			parts[fmt.Sprint(i)] = ""
		}
		_, err := Read(t.Context(), "方案.docx", zipped(t, parts))
		requireReason(t, TooLarge, err)
	})
	t.Run("a part that declares less than it unpacks to", func(t *testing.T) {
		data := bomb(t, ratioFrom+1)
		declare(t, data, 1000)
		_, err := Read(t.Context(), "方案.docx", data)
		requireReason(t, Damaged, err)
	})
}

func TestDamagedArchives(t *testing.T) {
	whole := docx{body: para("甲")}.bytes(t)
	altered := bytes.Clone(whole)
	altered[bytes.LastIndex(altered, []byte("PK\x01\x02"))+16]++ // of the main part, the last
	tests := map[string][]byte{
		"a wrong check sum":     altered,
		"cut off":               whole[:len(whole)/2],
		"no main part":          zipped(t, map[string]string{"[Content_Types].xml": "<Types>wordprocessingml</Types>"}),
		"two parts of one name": zipped(t, map[string]string{"word/document.xml": "<a/>", "Word/Document.xml": "<a/>"}),
		"a broken directory":    bytes.Replace(whole, []byte("PK\x01\x02"), []byte("PK\x01\x03"), 1),
		"another root":          zipped(t, map[string]string{"word/document.xml": "<html/>"}),
		"an XML that breaks":    zipped(t, map[string]string{"word/document.xml": `<w:document` + wordNamespaces + `><w:body>` + para("甲")}),
		"an empty main part":    zipped(t, map[string]string{"word/document.xml": ""}),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(t.Context(), "方案.docx", data)
			requireReason(t, Damaged, err)
		})
	}
}

func TestXMLThatAttacks(t *testing.T) {
	entities := `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "1"><!ENTITY y "&x;&x;&x;">]>`
	tests := map[string]string{
		"a document type":   entities + `<w:document` + wordNamespaces + `><w:body>` + para("&y;") + `</w:body></w:document>`,
		"an unknown entity": xmlHead + `<w:document` + wordNamespaces + `><w:body>` + para("&y;") + `</w:body></w:document>`,
		"depth":             xmlHead + `<w:document` + wordNamespaces + `><w:body>` + strings.Repeat("<w:sdt><w:sdtContent>", maxDepth),
		"depth in a table":  xmlHead + `<w:document` + wordNamespaces + `><w:body>` + strings.Repeat("<w:tbl><w:tr><w:tc>", maxDepth),
		"depth in a run":    xmlHead + `<w:document` + wordNamespaces + `><w:body><w:p>` + strings.Repeat("<w:r>", maxDepth),
	}
	for name, main := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(t.Context(), "方案.docx", zipped(t, map[string]string{"word/document.xml": main}))
			requireReason(t, Damaged, err)
		})
	}
}

func TestTooManyParagraphs(t *testing.T) {
	many := MaxParagraphs + 1
	tests := map[string][]byte{
		"方案.txt":  bytes.Repeat([]byte("甲\n"), many),
		"方案.html": bytes.Repeat([]byte("<p>甲"), many),
		"方案.csv":  bytes.Repeat([]byte("甲,乙\n"), many/2+1),
		"方案.docx": docx{body: strings.Repeat("<w:p><w:r><w:t>甲</w:t></w:r></w:p>", many)}.bytes(t),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(t.Context(), name, data)
			requireReason(t, TooLarge, err)
		})
	}
}

func TestTablesThatAreTooLarge(t *testing.T) {
	wideRow := tr(tc(`<w:gridSpan w:val="512"/>`, para("甲")))
	narrowRows := strings.Repeat(tr(tc("", "")), maxCells/512+1)
	_, err := Read(t.Context(), "方案.docx", docx{body: tbl(wideRow, narrowRows)}.bytes(t))
	requireReason(t, TooLarge, err)

	page := `<table>` + strings.Repeat(`<tr><td colspan="512">甲`, maxCells/512+1)
	_, err = Read(t.Context(), "方案.html", []byte(page))
	requireReason(t, TooLarge, err)

	_, err = Read(t.Context(), "方案.csv", []byte(strings.Repeat("甲,", maxColumns+1)+"甲\n"))
	requireReason(t, TooLarge, err)
}
