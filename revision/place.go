package revision

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"duban/document"
)

func blank(s string) bool { return strings.TrimFunc(s, unicode.IsSpace) == "" }

// headline is what a stretch of text is called until somebody names it: its
// first sentence.
func headline(text string) string {
	text = strings.TrimSpace(text)
	if end := strings.IndexAny(text, "。；\n"); end > 0 {
		text = text[:end]
	}
	if runes := []rune(text); len(runes) > mostTitle {
		text = string(runes[:mostTitle-1]) + "…"
	}
	return text
}

// stretch returns the spans of text[from:to], where text consists of the words
// at the spans, joined by line feeds. ok is false if it does not: somebody has
// reworded it.
func stretch(text []rune, spans []document.Span, from, to int) (part []document.Span, ok bool) {
	at := 0
	part = []document.Span{}
	for i, s := range spans {
		if i > 0 {
			if at >= len(text) || text[at] != '\n' {
				return nil, false
			}
			at++
		}
		first, last := max(from, at), min(to, at+s.End-s.Start)
		if first < last {
			cut := s
			cut.Start, cut.End = s.Start+first-at, s.Start+last-at
			part = append(part, cut)
		}
		at += s.End - s.Start
	}
	return part, at == len(text) && len(spans) > 0
}

// goesOn reports whether b begins where a ends.
func goesOn(a, b document.Span) bool {
	return a.Block == b.Block && a.Row == b.Row && a.Cell == b.Cell && a.End == b.Start
}

// overlap reports whether one of the spans has words in common with s.
func overlap(spans []document.Span, s document.Span) bool {
	for _, o := range spans {
		if o.Block == s.Block && o.Row == s.Row && o.Cell == s.Cell && o.Start < s.End && s.Start < o.End {
			return true
		}
	}
	return false
}

// join puts spans behind others; stretches that go on become one, and those
// that stand there already are left out.
func join(spans, more []document.Span) []document.Span {
	joined := append([]document.Span{}, spans...)
	for _, s := range more {
		switch n := len(joined); {
		case contains(joined, s):
		case n > 0 && goesOn(joined[n-1], s):
			joined[n-1].End = s.End
		default:
			joined = append(joined, s)
		}
	}
	return joined
}

func contains(spans []document.Span, s document.Span) bool {
	for _, o := range spans {
		if o == s {
			return true
		}
	}
	return false
}

func length(text string) int { return utf8.RuneCountInString(text) }

// comparePlaces orders places as they follow one another in the document.
func comparePlaces(a, b document.Span) int {
	return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Cell, b.Cell), cmp.Compare(a.Start, b.Start))
}
