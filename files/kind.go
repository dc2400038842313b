package files

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"duban/act"
)

// MostName bounds a file's name, in characters.
const MostName = 200

// HeadSize is how many bytes of a content's beginning Check looks at.
const HeadSize = 512

// anything is the media type of what is to be saved and not to be opened.
const anything = "application/octet-stream"

// kinds are the files that are taken, by the ending of their names: documents,
// among them the layout formats in which official documents travel (OFD, CEB,
// GD, SEP), images and archives. Nothing that a browser would run is among them.
func kinds() map[string]string {
	const office, open = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
	return map[string]string{
		"pdf": "application/pdf", "ofd": "application/ofd", "ceb": anything, "gd": anything, "sep": anything,
		"doc": "application/msword", "docx": office + "wordprocessingml.document", "wps": "application/wps-office.wps",
		"xls": "application/vnd.ms-excel", "xlsx": office + "spreadsheetml.sheet", "et": "application/wps-office.et",
		"ppt": "application/vnd.ms-powerpoint", "pptx": office + "presentationml.presentation", "dps": "application/wps-office.dps",
		"odt": open + "text", "ods": open + "spreadsheet", "odp": open + "presentation",
		"rtf": "application/rtf", "txt": "text/plain", "csv": "text/csv", "md": "text/markdown",
		"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp",
		"tif": "image/tiff", "tiff": "image/tiff", "webp": "image/webp", "heic": "image/heic",
		"zip": "application/zip", "rar": "application/vnd.rar", "7z": "application/x-7z-compressed",
		"tar": "application/x-tar", "gz": "application/gzip", "tgz": "application/gzip",
	}
}

// Check says whether a file is taken, by its name and the first HeadSize bytes
// of its content (fewer if it is shorter), and returns its media type. What
// somebody else calls the type does not count. The error is an *act.Refusal.
func Check(name string, head []byte) (mediaType string, err error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	known := kinds()
	mediaType, taken := known[ending(name)]
	if !taken {
		list := strings.Join(slices.Sorted(maps.Keys(known)), ", ")
		return "", refused("file-kind", "不接收这种文件，可上传："+list+"。程序等其他文件请勿上传。", "This kind of file is not taken; use one of "+list+".")
	}
	switch {
	case len(head) == 0:
		return "", refused("file-empty", "文件是空的，请检查后重新上传。", "The file is empty; check it and upload it again.")
	case executable(head):
		return "", refused("file-executable", "文件内容是可执行程序，不予接收。", "The content is a program, which is not taken.")
	}
	return mediaType, nil
}

func refused(code, zh, en string) error {
	return act.Malformed(code, zh, en, act.Fault{Field: "file", Code: code, Zh: zh, En: en})
}

// checkName refuses names that cannot be kept, or that would mislead whoever
// saves the file.
func checkName(name string) error {
	wrong := func(zh, en string) error {
		return refused("file-name", "文件名"+zh+"，请改名后重新上传。", "The file's name "+en+"; rename it and upload it again.")
	}
	switch {
	case !utf8.ValidString(name):
		return wrong("不是 UTF-8 文本", "is not UTF-8 text")
	case utf8.RuneCountInString(name) > MostName:
		return wrong(fmt.Sprintf("超过 %d 字", MostName), fmt.Sprintf("has more than %d characters", MostName))
	case strings.ContainsAny(name, `/\`):
		return wrong("含有路径", "holds a path")
	case strings.ContainsFunc(name, misleading):
		return wrong("含有控制字符", "holds control characters")
	case strings.TrimSpace(name) != name:
		return wrong("首尾有空格", "begins or ends with a blank")
	case strings.Trim(strings.TrimSuffix(name, path.Ext(name)), ". ") == "":
		return wrong("不能为空", "is empty")
	}
	return nil
}

// misleading tells control characters, and those that turn the direction of
// writing: with them "fdp.exe" is shown as "exe.pdf".
func misleading(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// executable tells a program by its first bytes, whatever its name is.
func executable(head []byte) bool {
	for _, magic := range []string{
		"\x7fELF",
		"\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", // Mach-O, Java
		"#!", "\xef\xbb\xbf#!", // a script, with and without a byte order mark
		"L\x00\x00\x00\x01\x14\x02\x00", // a Windows shortcut, which runs what it points to
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	// A program of Windows or DOS. A text may begin with these letters too, but
	// has no zero bytes.
	return bytes.HasPrefix(head, []byte("MZ")) && bytes.IndexByte(head, 0) >= 0
}

// Served is the media type that a browser is told for a kept one: only those of
// the files that are taken, so that nothing is opened as a page.
func Served(mediaType string) string {
	for _, known := range kinds() {
		if known == mediaType {
			return mediaType
		}
	}
	return anything
}

// Ending is the ending of a name in lower-case ASCII without its point, if files
// with it are taken; "bin" otherwise.
func Ending(name string) string {
	if _, taken := kinds()[ending(name)]; taken {
		return ending(name)
	}
	return "bin"
}

func ending(name string) string { return strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")) }
