package document

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func wideString(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(0)
	}
	return b.String()
}

func TestRefusedFormatsSayWhatToDo(t *testing.T) {
	compound := compoundFile + strings.Repeat("\x00", 600)
	tests := map[string]struct {
		name, data, chinese, english string
	}{
		"doc":                      {"方案.doc", compound + wideString("WordDocument"), ".docx", ".docx"},
		"doc by another name":      {"方案.docx", compound + wideString("WordDocument"), ".doc）", ".docx"},
		"wps":                      {"方案.wps", compound + wideString("WpsDocument"), ".wps", ".wps"},
		"xls":                      {"分工.xls", compound + wideString("Workbook"), ".xlsx", ".xlsx"},
		"et":                       {"分工.et", compound, ".xlsx", ".xlsx"},
		"wps that names no stream": {"方案.wps", compound, ".wps", ".wps"},
		"another compound file":    {"邮件.msg", compound, "无法识别", "not known"},
		"ppt":                      {"汇报.ppt", compound + wideString("PowerPoint Document"), "演示文稿", "Presentations"},
		"locked":                   {"方案.docx", compound + wideString("EncryptedPackage"), "密码", "password"},
		"pdf":                      {"方案.pdf", "%PDF-1.7\n", ".docx", "paste"},
		"pdf after some bytes":     {"方案.txt", "\r\n\r\n%PDF-1.4\n", "PDF", "PDF"},
		"rtf":                      {"方案.doc", `{\rtf1\ansi}`, "RTF", "RTF"},
		"mht":                      {"方案.doc", "MIME-Version: 1.0\r\n", ".mht", ".mht"},
		"xml of 2003":              {"方案.xml", `<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>`, "2003", "2003"},
		"png":                      {"扫描.png", "\x89PNG\r\n\x1a\n", "图片", "picture"},
		"jpeg":                     {"扫描.txt", "\xff\xd8\xff\xe0\x00\x10JFIF", "图片", "picture"},
		"heic":                     {"扫描.heic", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "图片", "picture"},
		"rar":                      {"附件.rar", "Rar!\x1a\x07\x00", "解压", "Unpack"},
		"7z":                       {"附件.7z", "7z\xbc\xaf\x27\x1c\x00\x04", "解压", "Unpack"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(t.Context(), test.name, []byte(test.data))
			e := requireReason(t, Unsupported, err)
			require.Equal(t, test.name, e.Name)
			require.Contains(t, e.Chinese, test.chinese)
			require.Contains(t, e.English, test.english)
		})
	}
}

func TestRefusedArchives(t *testing.T) {
	tests := map[string]struct {
		part, chinese string
	}{
		"ofd":     {"OFD.xml", "OFD"},
		"odt":     {"content.xml", "OpenDocument"},
		"pptx":    {"ppt/presentation.xml", "演示文稿"},
		"xlsb":    {"xl/workbook.bin", ".xlsb"},
		"any zip": {"方案.docx", "解压"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(t.Context(), "文件", zipped(t, map[string]string{test.part: "<a/>", "mimetype": ""}))
			require.Contains(t, requireReason(t, Unsupported, err).Chinese, test.chinese)
		})
	}
}

func TestEveryRefusalOffersAFormatOrPasting(t *testing.T) {
	for f, r := range refusals {
		require.Regexp(t, `\.docx|\.xlsx|粘贴`, r.chinese, f)
		require.Regexp(t, `\.docx|\.xlsx|paste`, r.english, f)
	}
}

func TestFormatIsToldByContent(t *testing.T) {
	word := docx{body: para("市教育局")}.bytes(t)
	page := []byte("\xef\xbb\xbf<!DOCTYPE html><html><body><p>市教育局</p></body></html>")
	for _, name := range []string{"方案.docx", "方案.doc", "方案.txt", "方案", "方案.pdf"} {
		doc, err := Read(t.Context(), name, word)
		require.NoError(t, err, name)
		require.Equal(t, name, doc.Name)
		require.Equal(t, []string{"市教育局"}, lines(doc))
	}
	doc, err := Read(t.Context(), "方案.doc", page) // what many systems export as .doc
	require.NoError(t, err)
	require.Equal(t, []string{"市教育局"}, lines(doc))
	doc, err = Read(t.Context(), "方案.docx", []byte("市教育局"))
	require.NoError(t, err)
	require.Equal(t, []string{"市教育局"}, lines(doc))
}

func TestDocxWithPartsOfOtherNames(t *testing.T) {
	data := zipped(t, map[string]string{
		`[Content_Types].xml`: xmlHead + `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml" PartName="/Text.xml"/></Types>`,
		`_rels\.rels`:         relationships(`<Relationship Id="1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/Text.xml"/>`),
		`text.xml`:            xmlHead + `<w:document` + wordNamespaces + `><w:body>` + para("市教育局") + `</w:body></w:document>`,
	})
	doc, err := Read(t.Context(), "方案.docx", data)
	require.NoError(t, err)
	require.Equal(t, []string{"市教育局"}, lines(doc))
}

func TestTextThatLooksLikeASignature(t *testing.T) {
	doc, err := Read(t.Context(), "a.txt", []byte("BM 项目清单：市教育局、市财政局"))
	require.NoError(t, err)
	require.Equal(t, []string{"BM 项目清单：市教育局、市财政局"}, lines(doc))
}

func TestSizeIsRefusedBeforeReading(t *testing.T) {
	_, err := Read(t.Context(), "方案.docx", bytes.Repeat([]byte("PK\x03\x04"), 50<<20/4))
	requireReason(t, TooLarge, err)
	_, err = ReadPasted(t.Context(), "粘贴", strings.Repeat("一", MaxBytes/3+1))
	requireReason(t, TooLarge, err)
}

func TestEndedContext(t *testing.T) {
	tests := map[string][]byte{
		"方案.docx": docx{body: strings.Repeat(para("甲"), 3000)}.bytes(t),
		"方案.txt":  bytes.Repeat([]byte("甲\n"), 3000),
		"方案.html": []byte("<p>" + strings.Repeat("甲<br>", 3000)),
		"方案.csv":  bytes.Repeat([]byte("甲,乙\n"), 3000),
		"方案.xlsx": workbook(t, "表", [][]any{{"甲", "乙"}}),
	}
	for name, data := range tests {
		ctx, cancel := contextThatEnded(t)
		_, err := Read(ctx, name, data)
		cancel()
		require.ErrorIs(t, err, ctx.Err(), name)
	}
}

func TestReadingThatTakesTooLong(t *testing.T) {
	_, err := readWithin(t.Context(), 0, "方案.txt", []byte("甲"))
	e := requireReason(t, TooLarge, err)
	require.ErrorIs(t, e, context.DeadlineExceeded)
}
