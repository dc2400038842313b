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

// notes returns the notes of a line after its number, in order.
func (l *line) notes() []found {
	if !l.searched {
		l.searched, l.found = true, findNotes(l)
	}
	return l.found
}

func findNotes(l *line) []found {
	whole := piece{line: l, start: l.body, end: len(l.text)}.trim("")
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
		n := readNote(inner, after == "")
		if n != nil && n.bare && !endsSentence(whole.text()[:b.start]) && !n.allPrefixed() {
			n = nil
		}
		if n != nil {
			notes = append(notes, found{start: whole.start + b.start, end: whole.start + b.end, note: n})
		}
	}
	if tail := labelTail(whole, notes); tail != nil {
		notes = append(notes, *tail)
	} else if open := openNote(whole, notes); open != nil {
		notes = append(notes, *open)
	}
	return notes
}

// bracketFirst reports whether text begins with a whole bracket, whose inside is
// then the note.
func bracketFirst(text string) bool {
	outer := outerBrackets(text)
	return len(outer) > 0 && outer[0].start == 0
}

// openNote reads labelled fields behind a bracket that is closed only in a later
// paragraph: …。（牵头单位：市教育局；.
func openNote(p piece, notes []found) *found {
	text, begin := p.text(), 0
	if n := len(notes); n > 0 {
		begin = notes[n-1].end - p.start
	}
	if strings.ContainsAny(text, "：:") && depth(text) > 0 {
		for at := range text {
			kind, opens := bracketKind(rune0(text[at:]))
			if !opens || kind > 2 || at < begin || depth(text[:at]) > 0 {
				continue
			}
			rest := p.sub(at, len(text))
			if n := labelLine(rest); n != nil && len(n.units) > 0 && depth(rest.text()) > 0 {
				return &found{start: rest.start, end: rest.end, note: n}
			}
		}
	}
	return nil
}

func rune0(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
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

// longestLabel is how many bytes into a text the colon after its first label
// can stand.
const longestLabel = 80

// labelLine reads a line that consists of labelled fields only.
func labelLine(p piece) *note {
	text := p.text()
	if colon := strings.IndexAny(text, "：:"); colon < 0 || colon > longestLabel || len(text) > 3000 || readFields(p) == nil {
		return nil
	}
	return readNote(p, false)
}

var tailLabel = regexp.MustCompile(`[。！？；;\s\x{3000}]((?:\p{Han}){2,8})$`)

// labelTail reads labelled fields that follow the last sentence of a paragraph
// without brackets.
func labelTail(p piece, notes []found) *found {
	begin := 0
	if n := len(notes); n > 0 {
		begin = notes[n-1].end - p.start
	}
	text := p.text()
	for _, cut := range splitOutside(text, "：:") {
		if cut[1] <= begin || cut[1] == len(text) {
			continue
		}
		at := tailLabel.FindStringSubmatchIndex(text[max(begin, cut[1]-longestLabel):cut[1]])
		if at == nil {
			continue
		}
		label := max(begin, cut[1]-longestLabel) + at[2]
		switch labelOf(text[label:cut[1]]) {
		case leadLabel, supportLabel, dutyLabel, guideLabel:
		default:
			continue
		}
		rest := p.sub(label, len(text))
		if n := labelLine(rest); n != nil && allNamed(n) {
			return &found{start: rest.start, end: rest.end, note: n}
		}
	}
	return nil
}

// allPrefixed reports whether every unit of n names its level: 市教育局, 各县（区）. Only
// such a list is a note where no full stop stands before it.
func (n *note) allPrefixed() bool {
	for _, u := range n.units {
		if !levelPrefix.MatchString(u.written()) {
			return false
		}
	}
	return len(n.units) > 1
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
