package policy

import (
	"math"
	"regexp"
	"strings"

	"duban/target"
)

// quantity is a number with its unit of measure in a text, offsets in bytes.
type quantity struct {
	start, end int
	value      target.Amount
	// max is the upper end of a range: 1-3项.
	max     *target.Amount
	measure string
	// many tells that 余 or 多 leaves the number open upwards: 100余所.
	many bool
}

const (
	digits  = `[0-9０-９]+(?:[,，][0-9]{3})*(?:[.．][0-9０-９]+)?`
	scales  = `万亿|千万|百万|十万|万|亿|千|百`
	measure = `个工作日|工作日|个百分点|百分点|微克/立方米|微克每立方米|毫克/升|个标准班|平方公里|平方千米|平方米|立方米|千瓦时|公顷|公里|千米|毫米|厘米|千瓦|兆瓦|吨标准煤|` +
		`人次|场次|课时|学时|小时|分钟|周岁|个月|Mbps|Gbps|MB|GB|` +
		`%|％|‰|个|所|家|名|人|项|门|座|间|处|场|次|期|套|台|辆|件|篇|部|条|支|亩|米|吨|元|天|张|户|对|种|类|份|本|册|倍|分|位|批|只|头|株|块|片|台套|床|车|例|宗|起|幢|栋|节|枚|班|轮|款|组|团|站|村|公斤|斤|度|升`
)

var quantityPattern = regexp.MustCompile(`(` + digits + `)(?:[ ]*(?:%|％)?[ ]*[-—–~～－至到][ ]*(` + digits + `))?[ ]*(` + scales + `)?(余|多)?[ ]*(` + measure + `)?`)

// notAmounts are words after a number that make it a name, a date or a grade.
var notAmounts = regexp.MustCompile(`^[ ]*(?:年|月|日|号|时|岁|级|版|周年|层|届|楼|[:：+＋/／xX×][0-9A-Za-z０-９]|[A-Za-z])`)

// quantities returns the numbers of text, those in quotes, brackets and titles
// left out: a slogan such as “1310” is no amount.
func quantities(text string) []quantity {
	if !strings.ContainsAny(text, "0123456789０１２３４５６７８９") {
		return nil
	}
	var found []quantity
	for _, at := range quantityPattern.FindAllStringSubmatchIndex(text, -1) {
		m := groups(text, at)
		if namePart(text[:at[0]]) || depth(text[:at[0]]) > 0 || m[5] == "" && notAmounts.MatchString(text[at[1]:]) {
			continue
		}
		if m[5] != "" && notAmounts.MatchString(text[at[1]:]) && !endsInHan(m[5]) {
			continue
		}
		q := quantity{start: at[0], end: at[1], measure: strings.ReplaceAll(m[5], "％", "%"), many: m[4] != ""}
		var ok bool
		if q.value, ok = amount(m[1], m[3]); !ok {
			continue
		}
		if m[2] != "" {
			upper, ok := amount(m[2], m[3])
			if !ok || upper <= q.value {
				continue
			}
			q.max = &upper
		}
		found = append(found, q)
	}
	return found
}

// endsInHan reports whether a measure is a Chinese word, after which a letter or
// a date word does not change the number.
func endsInHan(measure string) bool { return measure[len(measure)-1] >= 0x80 }

// namePart reports whether a number after text belongs to a name or a sum of
// figures: 第3, G20, 1+3.
func namePart(text string) bool {
	if strings.HasSuffix(text, "第") || strings.HasSuffix(text, "＋") {
		return true
	}
	if text == "" {
		return false
	}
	last := text[len(text)-1]
	return last == '+' || last == '.' || last == ':' || last == '/' || last >= '0' && last <= '9' || last >= 'A' && last <= 'Z' || last >= 'a' && last <= 'z'
}

// scale is how much a word after a number multiplies it.
var scale = map[string]int64{"": 1, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000, "万亿": 1_000_000_000_000}

// plainDigits makes digits and points narrow and drops the commas between
// thousands.
var plainDigits = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9", "．", ".", ",", "", "，", "")

// amount reads a number with the word that multiplies it; it reports false for
// what an Amount cannot hold.
func amount(number, times string) (target.Amount, bool) {
	value, err := target.ParseAmount(plainDigits.Replace(number))
	if err != nil {
		return 0, false
	}
	factor := target.Amount(scale[times])
	if value > math.MaxInt64/factor {
		return 0, false
	}
	return value * factor, true
}
