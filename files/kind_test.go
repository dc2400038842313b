package files_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/files"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	const pdf = "%PDF-1.7\n"
	for name, c := range map[string]struct{ name, head, mediaType, code string }{
		"a document":                {"关于报送情况的函.pdf", pdf, "application/pdf", ""},
		"in capitals":               {"扫描件.PDF", pdf, "application/pdf", ""},
		"a layout document":         {"通知.ofd", "PK\x03\x04", "application/ofd", ""},
		"a picture":                 {"现场照片 1.JPG", "\xff\xd8\xff", "image/jpeg", ""},
		"an archive":                {"佐证.tar.gz", "\x1f\x8b", "application/gzip", ""},
		"a longest name":            {strings.Repeat("长", 196) + ".txt", "x", "text/plain", ""},
		"a text that begins as DOS": {"MZ.txt", "MZ是莫桑比克的代码", "text/plain", ""},
		"a name with a quote":       {`"a"; b=c.txt`, "x", "text/plain", ""},

		"too long":                    {strings.Repeat("长", 197) + ".txt", "x", "", "file-name"},
		"a path":                      {"../../etc/passwd.txt", "x", "", "file-name"},
		"a path of Windows":           {`C:\fakepath\a.txt`, "x", "", "file-name"},
		"a line break":                {"a\nb.txt", "x", "", "file-name"},
		"a zero":                      {"a.exe\x00.txt", "x", "", "file-name"},
		"a C1 control":                {"a\u0085b.txt", "x", "", "file-name"},
		"a turned direction":          {"a\u202efdp.exe", "x", "", "file-name"},
		"not UTF-8":                   {"\xb9\xab\xb8\xe6.txt", "x", "", "file-name"},
		"nothing but an ending":       {".txt", "x", "", "file-name"},
		"points before the ending":    {" ..txt", "x", "", "file-name"},
		"a blank at the end":          {"a.txt ", "x", "", "file-name"},
		"no name":                     {"", "x", "", "file-name"},
		"no ending":                   {"说明", "x", "", "file-kind"},
		"a point at the end":          {"a.exe.", "x", "", "file-kind"},
		"a program":                   {"安装.exe", "MZ\x00", "", "file-kind"},
		"a document before it":        {"通知.pdf.scr", pdf, "", "file-kind"},
		"a script":                    {"a.sh", "#!/bin/sh", "", "file-kind"},
		"a page":                      {"a.html", "<script>", "", "file-kind"},
		"a picture with script":       {"a.svg", "<svg>", "", "file-kind"},
		"a document with macros":      {"a.docm", "PK", "", "file-kind"},
		"empty":                       {"a.txt", "", "", "file-empty"},
		"a program in disguise":       {"通知.pdf", "MZ\x90\x00\x03", "", "file-executable"},
		"one of Linux":                {"通知.zip", "\x7fELF\x02", "", "file-executable"},
		"one of macOS":                {"通知.zip", "\xcf\xfa\xed\xfe\x07", "", "file-executable"},
		"one of Java":                 {"通知.zip", "\xca\xfe\xba\xbe\x00", "", "file-executable"},
		"a script in disguise":        {"通知.txt", "#!/bin/sh\n", "", "file-executable"},
		"a script with a mark":        {"通知.txt", "\ufeff#!/bin/sh\n", "", "file-executable"},
		"a shortcut in disguise":      {"通知.doc", "L\x00\x00\x00\x01\x14\x02\x00\x00", "", "file-executable"},
		"an old document is no worse": {"通知.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mediaType, err := files.Check(c.name, []byte(c.head))
			if c.code == "" {
				require.NoError(t, err)
				require.Equal(t, c.mediaType, mediaType)
				require.Equal(t, mediaType, files.Served(mediaType))
				require.NotEqual(t, "bin", files.Ending(c.name))
				return
			}
			var refusal *act.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, act.Invalid, refusal.Kind)
			require.Equal(t, c.code, refusal.Code)
			require.NotEmpty(t, refusal.Zh)
			require.NotEmpty(t, refusal.En)
			require.Equal(t, "file", refusal.Faults[0].Field)
		})
	}
}

// What a browser would open as a page, or run, is served as something to save.
func TestServed(t *testing.T) {
	t.Parallel()
	for _, mediaType := range []string{"text/html", "image/svg+xml", "application/javascript", "text/xml", "", "text/plain; charset=x", http.DetectContentType(nil)} {
		require.NotContains(t, []string{"text/html", "image/svg+xml"}, files.Served(mediaType))
	}
	require.Equal(t, "application/octet-stream", files.Served("text/html"))
	require.Equal(t, "image/png", files.Served("image/png"))
	require.Equal(t, "docx", files.Ending("a.b.DOCX"))
	require.Equal(t, "bin", files.Ending(`a."x`))
}
