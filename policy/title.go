package policy

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	toTable = regexp.MustCompile(`(?:（?(?:具体|详)?(?:见|如)(?:下表|附表|下|附件)[0-9]*）?)?[：:，,；;。、\s\x{3000}]*$`)
	wideGap = regexp.MustCompile(`\x{3000}| {2,}|\t`)
)

// tableWords are the words one of which is in every reference to a table.
var tableWords = [...]string{"下表", "附表", "附件"}

// titleOf returns the title with which p begins: its first sentence, without
// the notes in it.
func titleOf(p piece) piece {
	text := p.text()
	end := len(text)
	if stop := firstStop(text); stop >= 0 {
		end = stop
	}
	if gap := wideGap.FindStringIndex(text[:end]); gap != nil && gap[0] > 0 {
		if n := utf8.RuneCountInString(text[:gap[0]]); n >= 4 && n <= 30 && !strings.ContainsAny(text[:gap[0]], "，；：") {
			end = gap[0]
		}
	}
	for _, b := range outerBrackets(text[:end]) {
		if n := readNote(p.sub(b.inner, b.close), false); n != nil && (len(n.units) > 0 || len(n.deadlines) > 0) {
			end = b.start
			break
		}
	}
	end = len(strings.TrimRight(text[:end], spaces+"：:，,；;。、"))
	if containsAny(text[:end], tableWords[:]) {
		end -= len(toTable.FindString(text[:end]))
	}
	return p.sub(0, end).trim("")
}

// firstStop returns where the first sentence of text ends, full stops within
// quotes and brackets not counted; -1 if it does not end.
func firstStop(text string) int {
	cuts := splitOutside(text, "。！？；")
	if len(cuts) > 1 {
		return cuts[0][1]
	}
	return strings.Index(text, "。")
}
