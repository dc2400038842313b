package document

import (
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A real policy comes out the same, line for line, from every format that a
// text can be saved in.
func TestRealPoliciesReadTheSameFromEveryFormat(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "shared", "*", "*.txt"))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("SKIPPED: ../shared/ is absent, so no real policy is read")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var text []string // without tables, which only plain text needs to guess
			for line := range strings.SplitSeq(normalLines(string(data)), "\n") {
				if line = strings.Trim(line, " \t\ufeff"); !blank(line) && !strings.ContainsAny(line, "|｜\t") {
					text = append(text, line)
				}
			}
			body, page := "", ""
			for _, line := range text {
				body += para(html.EscapeString(line))
				page += "<p>" + strings.ReplaceAll(html.EscapeString(line), " ", "&#32;") + "</p>\n"
			}
			want, err := Read(t.Context(), "a.txt", []byte(strings.Join(text, "\n")))
			require.NoError(t, err)
			require.Equal(t, text, lines(want))
			require.Equal(t, text, lines(docx{body: body}.read(t)))
			fromPage, err := Read(t.Context(), "a.html", []byte("<html><body>"+page))
			require.NoError(t, err)
			// A page shows several spaces as one.
			squeezed := func(lines []string) []string {
				out := make([]string, len(lines))
				for i, line := range lines {
					out[i] = strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r == ' ' }), " ")
				}
				return out
			}
			require.Equal(t, squeezed(text), squeezed(lines(fromPage)))
		})
	}
}
