package document

import (
	"fmt"
	"strconv"
	"strings"
)

// maxListNumber is the largest number that is written in letters, Roman or
// Chinese numerals; beyond it office programs differ and none is right.
const maxListNumber = 9999

// numeral writes n as the number format of a list says; the names of formats
// are those of the file format. Unknown formats and numbers that a format
// cannot write come out in Arabic figures, as office programs print them.
func numeral(format string, n int) string {
	if n < 0 || n > maxListNumber {
		return strconv.Itoa(n)
	}
	if s, ok := inRow(format, n); ok {
		return s
	}
	switch format {
	case "none", "bullet":
		return ""
	case "chineseCounting", "taiwaneseCounting", "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital":
		return digitwise(format, n)
	case "chineseCountingThousand", "taiwaneseCountingThousand":
		return byPlaces(n, plainChinese)
	case "japaneseCounting":
		return byPlaces(n, japanese)
	case "chineseLegalSimplified":
		return byPlaces(n, legalSimplified)
	case "ideographLegalTraditional":
		return byPlaces(n, legalTraditional)
	case "ideographZodiacTraditional":
		return sexagenary(n)
	case "decimalFullWidth", "decimalFullWidth2":
		return fullWidth(n)
	case "decimalZero":
		return fmt.Sprintf("%02d", n)
	case "numberInDash":
		return "- " + strconv.Itoa(n) + " -"
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperLetter":
		return letters(n)
	case "lowerLetter":
		return strings.ToLower(letters(n))
	case "ordinal":
		return ordinal(n)
	}
	return strconv.Itoa(n)
}

// signs are those of the formats that have one for each number from one on.
var signs = map[string][]rune{
	"decimalEnclosedCircle":        []rune("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
	"decimalEnclosedCircleChinese": []rune("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
	"decimalEnclosedParen":         []rune("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
	"decimalEnclosedFullstop":      []rune("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
	"ideographEnclosedCircle":      []rune("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
	"ideographTraditional":         []rune("甲乙丙丁戊己庚辛壬癸"),
	"ideographZodiac":              []rune("子丑寅卯辰巳午未申酉戌亥"),
}

// inRow returns the n-th sign of a format that has such; false if the format
// has no row or the row ends before n.
func inRow(format string, n int) (string, bool) {
	row := signs[format]
	if n < 1 || n > len(row) {
		return "", false
	}
	return string(row[n-1]), true
}

// places are the words for digits and places of a way of counting.
type places struct {
	digits [10]string
	units  [4]string
	// bareTen: ten to nineteen begin with ten, without a one before it.
	bareTen bool
	// bareOne: so do hundred and thousand.
	bareOne bool
	// zero stands where a place is left out in the middle; empty for none.
	zero string
}

var (
	plainDigits  = [10]string{"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	plainUnits   = [4]string{"", "十", "百", "千"}
	legalUnits   = [4]string{"", "拾", "佰", "仟"}
	plainChinese = places{digits: plainDigits, units: plainUnits, bareTen: true, zero: "零"}
	japanese     = places{digits: plainDigits, units: plainUnits, bareTen: true, bareOne: true}

	legalSimplified = places{
		digits: [10]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"},
		units:  legalUnits, zero: "零",
	}
	legalTraditional = places{
		digits: [10]string{"零", "壹", "貳", "參", "肆", "伍", "陸", "柒", "捌", "玖"},
		units:  legalUnits, zero: "零",
	}
)

// byPlaces writes n with a word for each place: 一百零二.
func byPlaces(n int, p places) string {
	if n == 0 {
		return p.digits[0]
	}
	text, gap := "", false
	for place, size := 3, 1000; place >= 0; place, size = place-1, size/10 {
		digit := n / size % 10
		if digit == 0 {
			gap = text != ""
			continue
		}
		if gap {
			text += p.zero
			gap = false
		}
		leading := text == ""
		bare := digit == 1 && (place == 1 && p.bareTen && leading || place > 0 && p.bareOne)
		if !bare {
			text += p.digits[digit]
		}
		text += p.units[place]
	}
	return text
}

// digitwise writes n digit by digit: 一〇二. Those of its formats that count
// write what is below a hundred with the word for ten: 二十三.
func digitwise(format string, n int) string {
	if n > 0 && n < 100 && (format == "chineseCounting" || format == "taiwaneseCounting") {
		return byPlaces(n, plainChinese)
	}
	text := ""
	for _, digit := range strconv.Itoa(n) {
		text += plainDigits[digit-'0']
	}
	return text
}

// sexagenary writes n in the cycle of sixty: 甲子, 乙丑.
func sexagenary(n int) string {
	if n < 1 || n > 60 {
		return strconv.Itoa(n)
	}
	stems, branches := signs["ideographTraditional"], signs["ideographZodiac"]
	return string(stems[(n-1)%10]) + string(branches[(n-1)%12])
}

// fullWidth writes n in figures as wide as Chinese characters.
func fullWidth(n int) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, strconv.Itoa(n))
}

// roman writes n in Roman numerals; there is none for zero.
func roman(n int) string {
	if n == 0 {
		return "0"
	}
	signs := []struct {
		value int
		sign  string
	}{
		{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"},
		{50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"},
	}
	text := ""
	for _, s := range signs {
		for ; n >= s.value; n -= s.value {
			text += s.sign
		}
	}
	return text
}

// letters writes n as a letter, doubled after each alphabet: A, Z, AA, BB.
func letters(n int) string {
	if n == 0 {
		return "0"
	}
	return strings.Repeat(string(rune('A'+(n-1)%26)), (n-1)/26+1)
}

// ordinal writes n as in English: 1st, 2nd, 11th.
func ordinal(n int) string {
	suffix := "th"
	if n/10%10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}
