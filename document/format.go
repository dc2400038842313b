package document

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
)

// format is what a file is.
type format string

const (
	textFormat format = "txt"
	csvFormat  format = "csv"
	htmlFormat format = "html"
	zipFormat  format = "zip" // what kind is told by the parts in it
	docxFormat format = "docx"
	xlsxFormat format = "xlsx"

	// These are refused, each with the way out.
	pdfFormat       format = "pdf"
	wordFormat      format = "doc"
	excelFormat     format = "xls"
	slidesFormat    format = "ppt"
	lockedFormat    format = "locked"
	rtfFormat       format = "rtf"
	ofdFormat       format = "ofd"
	openFormat      format = "odf"
	mailFormat      format = "mht"
	wordXMLFormat   format = "word-xml"
	pictureFormat   format = "picture"
	packedFormat    format = "packed"
	unknownBinaries format = "binary"
)

// signatures are the bytes with which files of a format begin.
var signatures = []struct {
	format format
	begin  string
}{
	{pdfFormat, "%PDF-"},
	{zipFormat, "PK\x03\x04"},
	{zipFormat, "PK\x05\x06"},
	{rtfFormat, `{\rtf`},
	{mailFormat, "MIME-Version:"},
	{pictureFormat, "\x89PNG\r\n"},
	{pictureFormat, "\xff\xd8\xff"},
	{pictureFormat, "GIF8"},
	{pictureFormat, "II*\x00"},
	{pictureFormat, "MM\x00*"},
	{packedFormat, "Rar!\x1a"},
	{packedFormat, "7z\xbc\xaf\x27\x1c"},
	{packedFormat, "\x1f\x8b\x08"},
}

const compoundFile = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// sniff tells the format from the bytes. The name decides only between plain
// text and text in columns, which look alike, and where a web page begins with
// words.
func sniff(name string, data []byte) format {
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.begin)) {
			return s.format
		}
	}
	switch {
	case bytes.HasPrefix(data, []byte(compoundFile)):
		return sniffCompound(name, data)
	case riff(data):
		return pictureFormat
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return pdfFormat // some programs put a few bytes before it
	}
	ending := strings.ToLower(path.Ext(name))
	switch head := strings.ToLower(beginning(data)); {
	case strings.HasPrefix(head, "<?xml") && (strings.Contains(head, "word.document") || strings.Contains(head, "excel.sheet")):
		return wordXMLFormat
	case isHTML(head), ending == ".html" || ending == ".htm":
		return htmlFormat
	case ending == ".csv" || ending == ".tsv":
		return csvFormat
	}
	return textFormat
}

// riff reports whether data is a WebP or a bitmap picture; the two letters of
// the latter alone could also begin a text.
func riff(data []byte) bool {
	if len(data) < 14 {
		return false
	}
	return bytes.HasPrefix(data, []byte("RIFF")) && string(data[8:12]) == "WEBP" ||
		bytes.HasPrefix(data, []byte("BM")) && binary.LittleEndian.Uint32(data[6:]) == 0 ||
		string(data[4:8]) == "ftyp"
}

// beginning returns the first bytes as text, without spaces before them.
func beginning(data []byte) string {
	head := data[:min(len(data), 4096)]
	if hasPrefix(head, 0xff, 0xfe) || hasPrefix(head, 0xfe, 0xff) {
		head = bytes.ReplaceAll(head[2:], []byte{0}, nil)
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	return strings.TrimLeft(string(head), " \t\r\n")
}

// tags are those with which web pages and pasted pieces of them begin.
var tags = []string{"!doctype html", "html", "head", "body", "meta", "table", "div", "p>", "p ", "title", "article", "section", "span"}

// isHTML reports whether text, in lower case, begins as a web page does.
func isHTML(text string) bool {
	for strings.HasPrefix(text, "<?xml") || strings.HasPrefix(text, "<!--") {
		_, after, found := strings.Cut(text, ">")
		if !found {
			return false
		}
		text = strings.TrimLeft(after, " \t\r\n")
	}
	after, ok := strings.CutPrefix(text, "<")
	if !ok {
		return false
	}
	for _, tag := range tags {
		if strings.HasPrefix(after, tag) {
			return true
		}
	}
	return false
}

// sniffCompound tells the old office formats apart by the names of their
// streams, which stand in the file in UTF-16.
func sniffCompound(name string, data []byte) format {
	has := func(stream string) bool {
		wide := make([]byte, 0, 2*len(stream))
		for i := range len(stream) {
			wide = append(wide, stream[i], 0)
		}
		return bytes.Contains(data, wide)
	}
	switch {
	case has("EncryptedPackage"):
		return lockedFormat
	case has("WordDocument"), has("WpsDocument"):
		return wordFormat
	case has("Workbook"):
		return excelFormat
	case has("PowerPoint Document"):
		return slidesFormat
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".xls", ".et":
		return excelFormat
	case ".ppt", ".dps":
		return slidesFormat
	case ".doc", ".dot", ".wps", ".wpt":
		return wordFormat
	}
	return unknownBinaries
}

// sniffArchive tells the formats that are zip files apart by their parts.
func sniffArchive(a *archive) (format, error) {
	switch {
	case a.has("ofd.xml"):
		return ofdFormat, nil
	case a.has("word/document.xml"):
		return docxFormat, nil
	case a.has("xl/workbook.xml"):
		return xlsxFormat, nil
	case a.has("xl/workbook.bin"):
		return excelFormat, nil
	case a.has("ppt/presentation.xml"):
		return slidesFormat, nil
	case a.has("content.xml") && a.has("mimetype"):
		return openFormat, nil
	}
	// Some programs give the parts names of their own.
	types, err := a.read("[Content_Types].xml")
	switch {
	case err != nil:
		return "", err
	case bytes.Contains(types, []byte("wordprocessingml")):
		return docxFormat, nil
	case bytes.Contains(types, []byte("spreadsheetml")):
		return xlsxFormat, nil
	}
	return packedFormat, nil
}
