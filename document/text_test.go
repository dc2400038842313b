package document

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"
)

// coded returns text in UTF-16.
func coded(text string, order binary.AppendByteOrder, mark bool) []byte {
	var data []byte
	if mark {
		data = order.AppendUint16(data, 0xfeff)
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		data = order.AppendUint16(data, unit)
	}
	return data
}

func TestTextEncodings(t *testing.T) {
	const text = "一、总体要求\r\n牵头单位：市教育局。完成率≥95%，2027 年底前。\r㙍"
	want := []string{"一、总体要求", "牵头单位：市教育局。完成率≥95%，2027 年底前。", "㙍"}
	gb18030, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	require.NoError(t, err)
	tests := map[string][]byte{
		"UTF-8":                       []byte(text),
		"UTF-8 with a mark":           []byte("\ufeff" + text),
		"GB18030":                     []byte(gb18030),
		"UTF-16 little end":           coded(text, binary.LittleEndian, true),
		"UTF-16 big end":              coded(text, binary.BigEndian, true),
		"UTF-16 little end, unmarked": coded(text, binary.LittleEndian, false),
		"UTF-16 big end, unmarked":    coded(text, binary.BigEndian, false),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			doc, err := Read(t.Context(), "方案.txt", data)
			require.NoError(t, err)
			require.Equal(t, want, lines(doc))
		})
	}
}

func TestTextThatIsNone(t *testing.T) {
	for name, data := range map[string]string{
		"zeros":              "\x00\x01\x02\x00",
		"half a character":   "\xef\xbb\xbf\xe5",
		"an odd UTF-16":      "\xff\xfe\x00",
		"a program":          "\x7fELF\x02\x01\x01\x00\x00\x00\xff\xfe\x90",
		"bytes of no coding": "\xff\xff\xff\xff",
	} {
		_, err := Read(t.Context(), "方案.txt", []byte(data))
		requireReason(t, Damaged, err)
		require.NotEmpty(t, name)
	}
	for _, data := range []string{"", " \r\n\u3000", "\xef\xbb\xbf"} {
		_, err := Read(t.Context(), "方案.txt", []byte(data))
		requireReason(t, Empty, err)
	}
}

func TestTextKeepsTheLineOfEachParagraph(t *testing.T) {
	doc, err := ReadPasted(t.Context(), "粘贴", "\n一、甲\n\n（一）乙\f丙")
	require.NoError(t, err)
	var got []int
	for _, b := range doc.Blocks {
		got = append(got, b.Paragraph.Line)
	}
	require.Equal(t, []int{2, 4, 5}, got)
}

func TestTextTables(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"bars":                       {"前\n| 任务 | 单位 |\n| --- | --- |\n| 建校 | 市教育局 |\n后", []string{"前", "|任务|单位|", "|建校|市教育局|", "后"}},
		"tabs":                       {"任务\t单位\n建校\t市教育局", []string{"|任务|单位|", "|建校|市教育局|"}},
		"one line is no table":       {"任务\t单位\n说明", []string{"任务\t单位", "说明"}},
		"a list with tabs":           {"1.\t建校\n2.\t招师", []string{"1.\t建校", "2.\t招师"}},
		"tables of different widths": {"甲\t乙\n丙\t丁\n戊\t己\t庚\n辛\t壬\t癸", []string{"|甲|乙|", "|丙|丁|", "|戊|己|庚|", "|辛|壬|癸|"}},
		"cells of several lines": {
			"任务\t单位\n\"建校\n招师\"\t市教育局\n修路\t市交通局\n说明",
			[]string{"|任务|单位|", "|建校/招师|市教育局|", "|修路|市交通局|", "说明"},
		},
		"blank cells at the end":  {"任务\t单位\t备注\n建校\t市教育局\t\n修路\t市交通局\t急", []string{"|任务|单位|备注|", "|建校|市教育局||", "|修路|市交通局|急|"}},
		"a quote that never ends": {"任务\t单位\n\"建校\t市教育局\n修路\t市交通局", []string{"|任务|单位|", "|\"建校|市教育局|", "|修路|市交通局|"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc, err := ReadPasted(t.Context(), "粘贴", test.text)
			require.NoError(t, err)
			require.Equal(t, test.want, lines(doc))
		})
	}
}

// Whatever lines a text has, all that can be read come out in order and unchanged.
func TestTextIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.StringMatching(`[一-龥（）。、0-9a-z ]{0,12}`), 1, 20).Draw(t, "lines")
		var want []string
		for _, line := range in {
			if !blank(line) {
				want = append(want, line)
			}
		}
		doc, err := ReadPasted(t.Context(), "粘贴", strings.Join(in, "\n"))
		if want == nil {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, lines(doc))
	})
}
