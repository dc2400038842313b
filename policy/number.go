package policy

import (
	"regexp"
	"strings"
)

// numberStyle is a way of numbering; items of one style stand on one level.
type numberStyle int

const (
	unnumbered    numberStyle = iota
	annex                     // 附件1
	chapter                   // 第一章, 第一部分
	article                   // 第一条
	hanComma                  // 一、
	hanBracket                // （一）
	arabic                    // 1.
	arabicTwo                 // 1.1
	arabicThree               // 1.1.1
	arabicBracket             // （1）
	arabicClose               // 1）
	circled                   // ①
)

// number is the number before an item.
type number struct {
	style numberStyle
	// text is the number as it is quoted: 1, （一）, 一.
	text string
}

// conversionMark is what some converters leave of a bookmark before the text.
var conversionMark = regexp.MustCompile(`^(?:\[bookmark:[^\]]*\][ \x{00a0}\x{3000}\t]*)+`)

const han = `[一二三四五六七八九十百零〇]{1,5}`

var numberStyles = []struct {
	style   numberStyle
	pattern *regexp.Regexp
}{
	{chapter, regexp.MustCompile(`^(第` + han + `(?:章|编|部分|节))[ \x{00a0}\x{3000}\t、，：:]*`)},
	{article, regexp.MustCompile(`^(第(?:` + han + `|[0-9]{1,3})条)[ \x{00a0}\x{3000}\t、，：:]*`)},
	{hanComma, regexp.MustCompile(`^(` + han + `)[ \x{3000}]*[、．.]`)},
	{hanBracket, regexp.MustCompile(`^[（(][ \x{3000}]*(` + han + `)[ \x{3000}]*[）)][、．.]?`)},
	{arabicThree, regexp.MustCompile(`^([0-9]{1,2}[.．][0-9]{1,2}[.．][0-9]{1,2})(?:[.．、 \x{3000}\t]+|$)`)},
	{arabicTwo, regexp.MustCompile(`^([0-9]{1,2}[.．][0-9]{1,2})(?:[.．、 \x{3000}\t]+|$)`)},
	{arabicBracket, regexp.MustCompile(`^[（(][ \x{3000}]*([0-9]{1,3})[ \x{3000}]*[）)][、．.]?`)},
	{arabicClose, regexp.MustCompile(`^([0-9]{1,3})[）)]`)},
	{arabic, regexp.MustCompile(`^([0-9]{1,3})[ \x{3000}]*[.．、]`)},
	{circled, regexp.MustCompile(`^([①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳])[.．、]?`)},
}

// leadingNumber reads the number before an item and returns where the text
// after it begins. Without a number that is where the text itself begins.
func leadingNumber(text string) (number, int) {
	rest := strings.TrimLeft(text, spaces)
	rest = rest[len(conversionMark.FindString(rest)):]
	start := len(text) - len(rest)
	for _, s := range numberStyles {
		m := s.pattern.FindStringSubmatch(rest)
		if m == nil {
			continue
		}
		after := rest[len(m[0]):]
		// 1.5万 and 3.0版 are figures, not items.
		if s.style == arabic && after != "" && after[0] >= '0' && after[0] <= '9' && !strings.HasSuffix(m[0], "、") && !startsWithYear(after) {
			continue
		}
		body := len(text) - len(strings.TrimLeft(after, spaces))
		return number{style: s.style, text: quoted(s.style, m[1])}, body
	}
	return number{}, start
}

var yearFirst = regexp.MustCompile(`^(?:19|20)[0-9]{2}年`)

// startsWithYear reports whether a figure after "1." is a year and so text.
func startsWithYear(s string) bool { return yearFirst.MatchString(s) }

// follows reports whether n is the next number after before: （二） after （一）.
func (n number) follows(before number) bool {
	if n.style == unnumbered || n.style != before.style || n.style == circled {
		return false
	}
	value := func(text string) int {
		return count(strings.Trim(strings.TrimSuffix(strings.TrimPrefix(text, "第"), "条"), "（）()"))
	}
	return value(before.text) > 0 && value(n.text) == value(before.text)+1
}

// quoted returns a number in the form in which people quote it.
func quoted(style numberStyle, digits string) string {
	digits = strings.ReplaceAll(digits, "．", ".")
	switch style {
	case hanBracket, arabicBracket:
		return "（" + digits + "）"
	default:
		return digits
	}
}
