package document

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestCSV(t *testing.T) {
	want := []string{"|任务|牵头单位|", "|建设学校/配备教师|市教育局,市财政局|"}
	tests := map[string]struct{ name, data string }{
		"commas":           {"a.csv", "任务,牵头单位\r\n\"建设学校\n配备教师\",\"市教育局,市财政局\"\r\n"},
		"semicolons":       {"a.csv", "任务;牵头单位\n\"建设学校\n配备教师\";市教育局,市财政局\n"},
		"tabs":             {"a.tsv", "任务\t牵头单位\n\"建设学校\n配备教师\"\t市教育局,市财政局\n"},
		"tabs in a .csv":   {"a.csv", "任务\t牵头单位\n\"建设学校\n配备教师\"\t市教育局,市财政局\n"},
		"a line for Excel": {"a.csv", "sep=;\n任务;牵头单位\n\"建设学校\n配备教师\";市教育局,市财政局\n"},
		"a mark":           {"a.CSV", "\xef\xbb\xbf任务,牵头单位\n\"建设学校\n配备教师\",\"市教育局,市财政局\"\n"},
		"blank lines":      {"a.csv", "任务,牵头单位\n,,,\n\"建设学校\n配备教师\",\"市教育局,市财政局\",,\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc, err := Read(t.Context(), test.name, []byte(test.data))
			require.NoError(t, err)
			require.Equal(t, want, lines(doc))

			coded, err := simplifiedchinese.GB18030.NewEncoder().String(test.data[len(test.data)-len(trimMark(test.data)):])
			require.NoError(t, err)
			doc, err = Read(t.Context(), test.name, []byte(coded))
			require.NoError(t, err)
			require.Equal(t, want, lines(doc), "in GB18030")
		})
	}
}

func trimMark(s string) string {
	if len(s) > 3 && s[:3] == "\xef\xbb\xbf" {
		return s[3:]
	}
	return s
}
