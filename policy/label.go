package policy

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// labelKind tells what stands after a label such as 牵头单位：.
type labelKind int

const (
	noLabel labelKind = iota
	leadLabel
	supportLabel
	dutyLabel // 责任单位: who answers, lead or not
	guideLabel
	deadlineLabel
	otherLabel // 责任领导, 联系人, 资金来源: not for units
	taskLabel  // in tables: 重点任务, 工作内容
	measureLabel
	targetLabel
	numberLabel
	programmeLabel
)

// labelWords are the words of a label, without 单位, 部门 and the like.
var labelWords = []struct {
	kind    labelKind
	pattern *regexp.Regexp
}{
	{otherLabel, regexp.MustCompile(`(?:领导|责任人|联系人|联络员|负责人|电话|资金|来源|备注|说明|进展|完成情况|依据|分管|包保|签字|得分|分值|类型|性质|投资|地点|存在问题)`)},
	{leadLabel, regexp.MustCompile(`^(?:总?牵头(?:负责|责任|主责|实施|组织)?|主办|主责|主要责任|主要负责|首要责任|责任牵头|第一责任|组织牵头|市级牵头|省级牵头|县级牵头)(?:单位|部门|机构|处室|科室|股室)?(?:（部门）|\(部门\)|（单位）|/部门|、部门)?$`)},
	{supportLabel, regexp.MustCompile(`^(?:配合|协办|协助|协同|参与|参加|协作|支持|会办|联办|配合责任|其他责任|其它责任|其他|其它|协同责任|责任配合|主要配合|配合参与|协同配合|市级配合|省级配合)(?:单位|部门|机构|处室|科室|股室)?(?:（部门）|\(部门\)|（单位）|/部门)?$`)},
	{guideLabel, regexp.MustCompile(`^(?:业务)?(?:指导|督导)(?:单位|部门)$`)},
	{dutyLabel, regexp.MustCompile(`^(?:责任|承办|负责|实施|落实|具体落实|责任落实|主体责任|建设|执行|完成|市级责任|省级责任|县级责任|组织实施|实施责任|具体责任|具体负责|任务承担|承担)(?:单位|部门|主体|机构|处室|科室|股室|地区)(?:（部门）|\(部门\)|（单位）|/部门|及部门|和部门|及分工|名称)?$`)},
	{dutyLabel, regexp.MustCompile(`^(?:责任|责任分工|职责分工|任务分工|分工单位|责任单位及分工)$`)},
	{deadlineLabel, regexp.MustCompile(`^(?:完成|办理|办结|实施|推进|时间|任务|整改|落实|工作|计划完成|拟完成|要求完成)?(?:时限|期限|时间节点|时间|时间要求|时限要求|进度|进度安排|时间安排|时间进度|完成时间|节点)(?:要求|安排|节点)?$`)},
	{guideLabel, regexp.MustCompile(`^指导$`)},
}

// labelOf returns what a label means; "" and prose mean noLabel. The commonest
// labels are told at once.
func labelOf(words string) labelKind {
	switch words {
	case "牵头单位":
		return leadLabel
	case "配合单位":
		return supportLabel
	case "责任单位":
		return dutyLabel
	case "完成时限":
		return deadlineLabel
	}
	words = strings.Join(strings.FieldsFunc(words, isSpace), "")
	words = strings.Trim(words, "*★▲【】[]（）()")
	if n := len([]rune(words)); n < 2 || n > 12 {
		return noLabel
	}
	for _, l := range labelWords {
		if l.pattern.MatchString(words) {
			return l.kind
		}
	}
	return noLabel
}

// field is one labelled part of a note.
type field struct {
	kind  labelKind
	label piece
	value piece
}

// labelText is what stands before a label and the label itself, up to its colon.
const labelText = `[，,；;。、\s\x{3000}（(【])[ \x{3000}]*((?:\p{Han}[ \x{3000}]?){2,10}(?:（部门）|\(部门\)|（单位）)?)[ \x{3000}]*$`

var (
	firstLabel = regexp.MustCompile(`(?:^|` + labelText)
	laterLabel = regexp.MustCompile(`(?:` + labelText)
)

// labelAt is a label in a text and where its value begins.
type labelAt struct{ start, end, value int }

// labelWindow is how many bytes before its colon a label begins at most.
const labelWindow = 96

// labelsIn returns the words before every colon that may be labels.
func labelsIn(text string) []labelAt {
	var labels []labelAt
	for from := 0; ; {
		colon := strings.IndexAny(text[from:], "：:")
		if colon < 0 {
			return labels
		}
		colon += from
		_, size := utf8.DecodeRuneInString(text[colon:])
		begin := max(colon-labelWindow, from, 0)
		for begin < colon && !utf8.RuneStart(text[begin]) {
			begin++
		}
		if start, end := labelBefore(text[begin:colon], begin == 0); end > 0 {
			labels = append(labels, labelAt{start: begin + start, end: begin + end, value: colon + size})
		}
		from = colon + size
	}
}

// labelBefore returns the label with which text ends, 0, 0 if it ends otherwise.
// Of several readings the shortest known one counts, because values and labels
// may be divided by nothing but spaces (市财政局 完成时限), as may the characters of a
// label (完 成 时 限).
func labelBefore(text string, first bool) (start, end int) {
	var found [][2]int
	for from := 0; from < len(text); {
		pattern := laterLabel
		if first && from == 0 {
			pattern = firstLabel
		}
		at := pattern.FindStringSubmatchIndex(text[from:])
		if at == nil {
			break
		}
		found = append(found, [2]int{from + at[2], from + at[3]})
		from += max(at[2], 1)
	}
	for _, at := range slices.Backward(found) {
		if labelOf(text[at[0]:at[1]]) != noLabel {
			return at[0], at[1]
		}
	}
	if len(found) == 0 {
		return 0, 0
	}
	return found[0][0], found[0][1]
}

// readFields cuts p into its labelled parts. It returns nil unless p begins
// with a label and at least one of its labels is for units or a deadline.
func readFields(p piece) []field {
	text := p.text()
	if !strings.ContainsAny(text, "：:") {
		return nil
	}
	var fields []field
	useful := false
	for _, at := range labelsIn(text) {
		kind := labelOf(text[at.start:at.end])
		if kind == noLabel {
			if len(fields) == 0 {
				return nil
			}
			// An unknown label ends the field before it, so that its words are
			// not taken for units.
			kind = otherLabel
		}
		if len(fields) == 0 && strings.TrimLeft(text[:at.start], spaces+"【（(") != "" {
			return nil
		}
		if n := len(fields); n > 0 {
			fields[n-1].value.end = p.start + at.start
		}
		useful = useful || kind != otherLabel
		fields = append(fields, field{kind: kind, label: p.sub(at.start, at.end), value: p.sub(at.value, len(text))})
	}
	if !useful {
		return nil
	}
	for i := range fields {
		value := fields[i].value.trim("，,；;。、】")
		for depth(value.text()) < 0 && strings.HasSuffix(value.text(), "）") {
			value.end -= len("）") // the note began in a paragraph before
			value = value.trim("，,；;。、】")
		}
		fields[i].value = value
	}
	return fields
}
