package policy

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// found is a note and the stretch of its line that it takes up, brackets
// included.
type found struct {
	start, end int
	note       *note
}

// findNotes returns the notes of a line from byte from on, in order.
func findNotes(l *line, from int) []found {
	whole := piece{line: l, start: from, end: len(l.text)}.trim("")
	if whole.start >= whole.end {
		return nil
	}
	if !bracketFirst(whole.text()) {
		if n := labelLine(whole); n != nil {
			return []found{{start: whole.start, end: whole.end, note: n}}
		}
	}
	var notes []found
	for _, b := range outerBrackets(whole.text()) {
		inner := whole.sub(b.inner, b.close)
		after := strings.Trim(whole.text()[b.end:], spaces+"。；;，,")
		n := readNote(inner, after == "" && endsSentence(whole.text()[:b.start]))
		if n != nil {
			notes = append(notes, found{start: whole.start + b.start, end: whole.start + b.end, note: n})
		}
	}
	if tail := labelTail(whole, notes); tail != nil {
		notes = append(notes, *tail)
	}
	return notes
}

// bracketFirst reports whether text begins with a bracket, whose inside is then
// the note.
func bracketFirst(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return strings.ContainsRune("（(【", r)
}

// endsSentence reports whether a note may follow text: after a full stop, or
// where nothing stands before it.
func endsSentence(text string) bool {
	text = strings.TrimRight(text, spaces)
	for _, mark := range []string{"。", "；", "！", "？", "”", "）", ")"} {
		if strings.HasSuffix(text, mark) {
			return true
		}
	}
	return text == ""
}

// labelLine reads a line that consists of labelled fields only.
func labelLine(p piece) *note {
	if len(p.text()) > 3000 || readFields(p) == nil {
		return nil
	}
	return readNote(p, false)
}

var tailLabel = regexp.MustCompile(`[。！？；;\s\x{3000}]((?:\p{Han}){2,8})[：:]`)

// labelTail reads labelled fields that follow the last sentence of a paragraph
// without brackets.
func labelTail(p piece, notes []found) *found {
	begin := 0
	if n := len(notes); n > 0 {
		begin = notes[n-1].end - p.start
	}
	text := p.text()
	for _, at := range tailLabel.FindAllStringSubmatchIndex(text, -1) {
		if at[2] < begin || depth(text[:at[2]]) != 0 {
			continue
		}
		switch labelOf(text[at[2]:at[3]]) {
		case leadLabel, supportLabel, dutyLabel, guideLabel:
		default:
			continue
		}
		rest := p.sub(at[2], len(text))
		if n := labelLine(rest); n != nil && allNamed(n) {
			return &found{start: rest.start, end: rest.end, note: n}
		}
	}
	return nil
}

// allNamed reports whether every unit of n looks like one.
func allNamed(n *note) bool {
	for _, u := range n.units {
		if !unitLike(u.written()) {
			return false
		}
	}
	return len(n.units) > 0
}
