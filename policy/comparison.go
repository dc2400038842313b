package policy

import (
	"regexp"
	"strings"

	"duban/target"
)

// The words before a number that make it a goal, by the comparison they mean.
const (
	atLeastWords  = `不低于|不少于|不小于|不下于|不得低于|不得少于|不能低于|不能少于|至少(?:达到|为|要达到)?|最少|大于等于|大于或等于|达到|达至|达|(?:提高|提升|增加|增长|上升|扩大|拓展|提|升|增)(?:到|至)|超额完成`
	atMostWords   = `不超过|不高于|不多于|不大于|不得超过|不得高于|不能超过|小于等于|小于或等于|(?:严格)?控制在|限制在|(?:压减|压缩|下降|降低|减少|缩小|降|减|压降)(?:到|至)|最多|最高不超过`
	moreThanWords = `超过|高于|大于|多于|突破`
	lessThanWords = `低于|小于|少于`
	exactlyWords  = `稳定在|保持在|维持在|等于`
	looseWords    = `保持|实现|为`
	changeWords   = `(?:提高|提升|增长|增加|上升|下降|降低|减少|压减|缩小|递增|递减|新增|压降)`
)

// comparison is how a number compares, as the words around it say.
type comparison struct {
	op target.Op
	// from is where the comparing words begin in the text before the number.
	from int
	// change is the word that tells that the number is how much the metric
	// moves, not where it arrives; empty if it does not.
	change string
	// loose words (为, 实现) compare shares only: 人数为30人 may be anything.
	loose bool
	// symbol tells that a sign such as ≥ compares, which needs no measure.
	symbol bool
	// reference stands between the words and the number: 总数的.
	reference string
}

// comparing finds the words that end right before a number; between them and
// it may stand what a share is taken of (不低于职工总数的12%) or the year in which it is
// reached (提高到2028年的61%).
var comparing = regexp.MustCompile(`(?:(` + atMostWords + `)|(` + moreThanWords + `)|(` + atLeastWords + `)|(` + lessThanWords + `)|(` + exactlyWords + `)|(` + looseWords + `)|(` + changeWords + `))((?:[^，,。；;、0-9]{1,16}的|[0-9]{4}年(?:底|末)?的?)?)[ ]*$`)

var symbols = []struct {
	text string
	op   target.Op
}{
	{">=", target.AtLeast}, {"＞＝", target.AtLeast}, {"≥", target.AtLeast}, {"≧", target.AtLeast}, {"⩾", target.AtLeast},
	{"<=", target.AtMost}, {"＜＝", target.AtMost}, {"≤", target.AtMost}, {"≦", target.AtMost}, {"⩽", target.AtMost},
	{">", target.MoreThan}, {"＞", target.MoreThan}, {"<", target.LessThan}, {"＜", target.LessThan},
	{"=", target.Exactly}, {"＝", target.Exactly},
}

// compareBefore reads the comparison at the end of text.
func compareBefore(text string) (comparison, bool) {
	trimmed := strings.TrimRight(text, spaces)
	for _, s := range symbols {
		if strings.HasSuffix(trimmed, s.text) {
			return comparison{op: s.op, from: len(trimmed) - len(s.text), symbol: true}, true
		}
	}
	at := comparing.FindStringSubmatchIndex(text)
	if at == nil {
		return comparison{}, false
	}
	c := comparison{from: at[0], reference: text[at[16]:at[17]]}
	for i, op := range []target.Op{target.AtMost, target.MoreThan, target.AtLeast, target.LessThan, target.Exactly, target.Exactly, target.AtLeast} {
		if at[2+2*i] >= 0 {
			c.op, c.loose = op, i == 5
			if i == 6 {
				c.change = text[at[2+2*i]:at[3+2*i]]
			}
		}
	}
	return c, true
}

var limitAfter = regexp.MustCompile(`^[ ]*(?:(及?以上|或以上|之上)|(及?以下|以内|之内|内|或以下)|(左右|上下)|(的?水平)?)`)

// after is what the words right behind a number say about it.
type after struct {
	op    target.Op
	about bool // 左右
	size  int  // bytes of the words
}

// compareAfter reads the comparison at the begin of text.
func compareAfter(text string) after {
	at := limitAfter.FindStringSubmatchIndex(text)
	switch {
	case at[2] >= 0:
		return after{op: target.AtLeast, size: at[3]}
	case at[4] >= 0:
		return after{op: target.AtMost, size: at[5]}
	case at[6] >= 0:
		return after{about: true, size: at[7]}
	}
	return after{}
}
