package document

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// official is the list of GB/T 9704: 一、 （一） 1. （1）.
func official(id int) string {
	return abstractNum(id,
		level(0, "chineseCountingThousand", "%1、", `<w:suff w:val="nothing"/>`),
		level(1, "chineseCounting", "（%2）"),
		level(2, "decimal", "%3."),
		level(3, "decimal", "（%4）"),
	)
}

func TestDocxNumbering(t *testing.T) {
	startAt := func(level, n string) string {
		return `<w:lvlOverride w:ilvl="` + level + `"><w:startOverride w:val="` + n + `"/></w:lvlOverride>`
	}
	tests := map[string]struct {
		numbering, styles, body string
		want                    []string
	}{
		"levels begin anew below a higher one": {
			numbering: official(0) + num(1, 0),
			body:      item(1, 0, "要求") + item(1, 1, "甲") + item(1, 1, "乙") + item(1, 2, "丙") + item(1, 0, "任务") + item(1, 1, "丁") + item(1, 2, "戊"),
			want:      []string{"一、要求", "（一）甲", "（二）乙", "1.丙", "二、任务", "（一）丁", "1.戊"},
		},
		"text between does not interrupt": {
			numbering: official(0) + num(1, 0),
			body:      item(1, 0, "甲") + para("说明") + item(1, 0, "乙"),
			want:      []string{"一、甲", "说明", "二、乙"},
		},
		"two uses of one list go on counting": {
			numbering: official(0) + num(1, 0) + num(2, 0),
			body:      item(1, 0, "甲") + item(2, 0, "乙"),
			want:      []string{"一、甲", "二、乙"},
		},
		"a start of its own begins anew": {
			numbering: official(0) + num(1, 0) + num(2, 0, startAt("0", "5")),
			body:      item(1, 0, "甲") + item(2, 0, "乙") + item(2, 0, "丙"),
			want:      []string{"一、甲", "五、乙", "六、丙"},
		},
		"a level of its own": {
			numbering: official(0) + num(1, 0, `<w:lvlOverride w:ilvl="0">`+level(0, "upperRoman", "%1.")+`</w:lvlOverride>`),
			body:      item(1, 0, "甲") + item(1, 0, "乙"),
			want:      []string{"I.甲", "II.乙"},
		},
		"a level that never begins anew": {
			numbering: abstractNum(0, level(0, "decimal", "%1."), level(1, "decimal", "任务%2：", `<w:lvlRestart w:val="0"/>`)) + num(1, 0),
			body:      item(1, 0, "甲") + item(1, 1, "乙") + item(1, 0, "丙") + item(1, 1, "丁"),
			want:      []string{"1.甲", "任务1：乙", "2.丙", "任务2：丁"},
		},
		"a level that begins anew after the first only": {
			numbering: abstractNum(0, level(0, "decimal", "%1."), level(1, "decimal", "%2)"), level(2, "decimal", "〔%3〕", `<w:lvlRestart w:val="1"/>`)) + num(1, 0),
			body:      item(1, 0, "甲") + item(1, 1, "乙") + item(1, 2, "丙") + item(1, 1, "丁") + item(1, 2, "戊") + item(1, 0, "己") + item(1, 2, "庚"),
			want:      []string{"1.甲", "1)乙", "〔1〕丙", "2)丁", "〔2〕戊", "2.己", "〔1〕庚"},
		},
		"several levels in one number": {
			numbering: abstractNum(0, level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", `<w:isLgl/>`)) + num(1, 0),
			body:      item(1, 0, "总则") + item(1, 1, "2025年目标") + item(1, 1, "保障"),
			want:      []string{"第一章 总则", "1.1 2025年目标", "1.2 保障"},
		},
		"a lower level first": {
			numbering: abstractNum(0, level(0, "decimal", "%1."), level(1, "decimal", "%1.%2.")) + num(1, 0),
			body:      item(1, 1, "甲") + item(1, 0, "乙"),
			want:      []string{"1.1.甲", "1.乙"},
		},
		"bullets and lists that do not exist": {
			numbering: abstractNum(0, level(0, "bullet", "●")) + num(1, 0) + num(3, 9),
			body:      item(1, 0, "甲") + item(2, 0, "乙") + item(3, 0, "丙") + item(0, 0, "丁") + item(1, 77, "戊"),
			want:      []string{"甲", "乙", "丙", "丁", "戊"},
		},
		"the style names the list, the list the level": {
			numbering: abstractNum(0, level(0, "chineseCounting", "%1、", `<w:pStyle w:val="t1"/>`), level(1, "chineseCounting", "（%2）", `<w:pStyle w:val="t2"/>`)) + num(7, 0),
			styles: `<w:style w:type="paragraph" w:styleId="t1"><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>` +
				`<w:style w:type="paragraph" w:styleId="t2"><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>` +
				`<w:style w:type="paragraph" w:styleId="t3"><w:basedOn w:val="t2"/></w:style>`,
			body: `<w:p><w:pPr><w:pStyle w:val="t1"/></w:pPr>` + run("甲") + `</w:p>` +
				`<w:p><w:pPr><w:pStyle w:val="t2"/></w:pPr>` + run("乙") + `</w:p>` +
				`<w:p><w:pPr><w:pStyle w:val="t3"/></w:pPr>` + run("丙") + `</w:p>` +
				`<w:p><w:pPr><w:pStyle w:val="t1"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>` + run("丁") + `</w:p>`,
			want: []string{"一、甲", "（一）乙", "（二）丙", "丁"},
		},
		"a list under a numbering style": {
			numbering: abstractNum(0, `<w:styleLink w:val="公文"/>`, level(0, "chineseCounting", "%1、")) + abstractNum(1, `<w:numStyleLink w:val="公文"/>`) + num(1, 0) + num(2, 1),
			body:      item(2, 0, "甲") + item(2, 0, "乙"),
			want:      []string{"一、甲", "二、乙"},
		},
		"a deleted paragraph is not counted": {
			numbering: official(0) + num(1, 0),
			body: item(1, 0, "甲") +
				`<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:del w:id="2"><w:r><w:delText>乙</w:delText></w:r></w:del></w:p>` +
				item(1, 0, "丙"),
			want: []string{"一、甲", "二、丙"},
		},
		"figures filled up with zeros": {
			numbering: abstractNum(0, `<w:lvl w:ilvl="0"><w:start w:val="9"/><mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1、"/></w:lvl>`) + num(1, 0),
			body:      item(1, 0, "甲") + item(1, 0, "乙"),
			want:      []string{"009、甲", "010、乙"},
		},
		"a line break in a numbered paragraph": {
			numbering: official(0) + num(1, 0),
			body:      `<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>` + run("甲") + `<w:r><w:br/></w:r>` + run("乙") + `</w:p>`,
			want:      []string{"一、甲", "乙"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, lines(docx{body: test.body, numbering: test.numbering, styles: test.styles}.read(t)))
		})
	}
}

func TestNumeral(t *testing.T) {
	tests := []struct {
		format string
		n      int
		want   string
	}{
		{"decimal", 12, "12"},
		{"decimalFullWidth", 12, "１２"},
		{"decimalZero", 5, "05"},
		{"decimalZero", 12, "12"},
		{"decimalEnclosedCircle", 1, "①"},
		{"decimalEnclosedCircleChinese", 20, "⑳"},
		{"decimalEnclosedCircle", 21, "21"},
		{"decimalEnclosedParen", 3, "⑶"},
		{"decimalEnclosedFullstop", 3, "⒊"},
		{"chineseCounting", 10, "十"},
		{"chineseCounting", 11, "十一"},
		{"chineseCounting", 20, "二十"},
		{"chineseCounting", 42, "四十二"},
		{"chineseCounting", 102, "一〇二"},
		{"chineseCountingThousand", 19, "十九"},
		{"chineseCountingThousand", 100, "一百"},
		{"chineseCountingThousand", 102, "一百零二"},
		{"chineseCountingThousand", 110, "一百一十"},
		{"chineseCountingThousand", 1002, "一千零二"},
		{"chineseCountingThousand", 1020, "一千零二十"},
		{"japaneseCounting", 15, "十五"},
		{"japaneseCounting", 115, "百十五"},
		{"ideographDigital", 12, "一二"},
		{"ideographTraditional", 1, "甲"},
		{"ideographTraditional", 10, "癸"},
		{"ideographTraditional", 11, "11"},
		{"ideographZodiac", 12, "亥"},
		{"ideographZodiacTraditional", 60, "癸亥"},
		{"ideographEnclosedCircle", 2, "㊁"},
		{"chineseLegalSimplified", 10, "壹拾"},
		{"chineseLegalSimplified", 21, "贰拾壹"},
		{"ideographLegalTraditional", 3, "參"},
		{"upperRoman", 44, "XLIV"},
		{"lowerRoman", 9, "ix"},
		{"lowerLetter", 1, "a"},
		{"upperLetter", 28, "BB"},
		{"numberInDash", 7, "- 7 -"},
		{"ordinal", 2, "2nd"},
		{"ordinal", 11, "11th"},
		{"none", 1, ""},
		{"of another time", 7, "7"},
		{"upperRoman", 0, "0"},
		{"chineseCounting", -1, "-1"},
		{"lowerLetter", 1 << 40, "1099511627776"},
	}
	for _, test := range tests {
		require.Equal(t, test.want, numeral(test.format, test.n), "%s %d", test.format, test.n)
	}
}

// No format writes two numbers alike, or items could not be told apart.
func TestNumeralsDiffer(t *testing.T) {
	formats := []string{
		"decimal", "decimalFullWidth", "decimalZero", "numberInDash", "chineseCounting", "chineseCountingThousand", "japaneseCounting",
		"ideographDigital", "chineseLegalSimplified", "ideographLegalTraditional", "ideographZodiacTraditional",
		"upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal",
	}
	for format := range signs {
		formats = append(formats, format)
	}
	for _, format := range formats {
		seen := map[string]int{}
		for n := 1; n <= 2000; n++ {
			text := numeral(format, n)
			require.NotEmpty(t, text)
			require.Zero(t, seen[text], "%s writes %d and %d as %s", format, n, seen[text], text)
			seen[text] = n
		}
	}
}
