package document

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkRead(b *testing.B) {
	line := "实施义务教育学校标准化建设，到2027年完成35个城乡教育共同体建设。（牵头单位：市教育局；配合单位：市财政局、市住建局）"
	row := tr(tc("", para("1")), tc("", para(line)), tc("", para("市教育局")), tc("", para("市财政局")))
	rows := make([][]any, 500)
	for i := range rows {
		rows[i] = []any{i + 1, line, "市教育局", "市财政局"}
	}
	files := []struct {
		name string
		data []byte
	}{
		{"方案.txt", []byte(strings.Repeat(line+"\n", 500))},
		{"方案.docx", docx{
			numbering: official(0) + num(1, 0),
			body:      strings.Repeat(item(1, 0, line)+item(1, 1, line), 200) + tbl(strings.Repeat(row, 100)),
		}.bytes(b)},
		{"分工.xlsx", workbook(b, "分工", rows)},
		{"分工.csv", []byte(strings.Repeat("1,"+line+",市教育局,市财政局\n", 500))},
		{"方案.html", []byte(strings.Repeat("<p>"+line+"</p>\n", 500))},
	}
	for _, file := range files {
		b.Run(file.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(file.data)))
			for b.Loop() {
				_, err := Read(b.Context(), file.name, file.data)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkLargestDocx reads about as many paragraphs as are allowed.
func BenchmarkLargestDocx(b *testing.B) {
	data := docx{body: strings.Repeat(para("加强教师队伍建设。"), MaxParagraphs)}.bytes(b)
	b.ReportAllocs()
	for b.Loop() {
		_, err := Read(b.Context(), "方案.docx", data)
		require.NoError(b, err)
	}
}
