package policy

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// bracketKind tells the kind of a bracket or quote, 0 for any other rune; wide
// and narrow round brackets are one kind because documents mix them.
func bracketKind(r rune) (kind int, open bool) {
	switch r {
	case '（', '(':
		return 1, true
	case '）', ')':
		return 1, false
	case '【':
		return 2, true
	case '】':
		return 2, false
	case '〔', '［', '[':
		return 3, true
	case '〕', '］', ']':
		return 3, false
	case '“':
		return 4, true
	case '”':
		return 4, false
	case '《':
		return 5, true
	case '》':
		return 5, false
	}
	return 0, false
}

// bracketed is one outermost bracket of a text, its offsets in bytes.
type bracketed struct {
	start, end   int // with the brackets
	inner, close int // without them
	kind         int
}

// outerBrackets returns the outermost balanced brackets of text: （…）, 【…】, ［…］. An opening bracket without its partner is passed over, so
// that one slip does not swallow the rest of the paragraph.
func outerBrackets(text string) []bracketed {
	if !strings.ContainsAny(text, "（(【〔［[") {
		return nil
	}
	var open [4][]bracketed
	var pairs []bracketed
	for i, r := range text {
		kind, opens := bracketKind(r)
		if kind == 0 || kind > 3 {
			continue
		}
		after := i + utf8.RuneLen(r)
		if opens {
			open[kind] = append(open[kind], bracketed{start: i, inner: after, kind: kind})
			continue
		}
		if n := len(open[kind]); n > 0 {
			pair := open[kind][n-1]
			open[kind] = open[kind][:n-1]
			pair.close, pair.end = i, after
			pairs = append(pairs, pair)
		}
	}
	slices.SortFunc(pairs, func(a, b bracketed) int { return cmp.Compare(a.start, b.start) })
	outer := pairs[:0]
	end := 0
	for _, pair := range pairs {
		if pair.start >= end {
			outer = append(outer, pair)
			end = pair.end
		}
	}
	return outer
}

// splitOutside cuts text at the separators that stand outside all brackets and
// quotes; the pieces are returned as offsets.
func splitOutside(text, separators string) [][2]int {
	var cuts [][2]int
	at := []rune(separators) // searched once for every character
	start, depth := 0, 0
	for i, r := range text {
		if kind, open := bracketKind(r); kind != 0 {
			if open {
				depth++
			} else if depth > 0 {
				depth--
			}
			continue
		}
		if depth == 0 && slices.Contains(at, r) {
			cuts = append(cuts, [2]int{start, i})
			start = i + utf8.RuneLen(r)
		}
	}
	return append(cuts, [2]int{start, len(text)})
}
