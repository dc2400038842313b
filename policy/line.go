package policy

import (
	"strings"
	"unicode/utf8"

	"duban/document"
)

// line is a paragraph with the number that is printed before it, ready to be
// read. All offsets within it are in bytes of text.
type line struct {
	block     int
	row, cell int // counted from 1 in a table, else 0
	text      string
	// printed is how many bytes of text come from automatic numbering and so
	// are not in the document's own text.
	printed int
	// offset is how many runes of the paragraph stand before text, where
	// several items run on in one paragraph.
	offset int
	number number
	body   int // where the text after the number begins
	// found are the line's notes once they were searched for.
	found    []found
	searched bool
	// runes are how many runes stand before every stride of text, once somebody
	// asked for a place.
	runes []int
}

// stride is the number of bytes between two places whose runes are counted.
const stride = 64

// newLine prepares the paragraph at index block.
func newLine(block int, p document.Paragraph) *line {
	l := &line{block: block, text: p.Number + p.Text, printed: len(p.Number)}
	l.number, l.body = leadingNumber(l.text)
	return l
}

// items divides a paragraph in which several numbered items run on: one begins
// where the next number of the same style follows a note.
func (l *line) items() []*line {
	if l.number.style == unnumbered {
		return []*line{l}
	}
	var parts []*line
	start, last := 0, l.number
	for _, f := range l.notes() {
		rest := strings.TrimLeft(l.text[f.end:], spaces+"；;。，,")
		next, body := leadingNumber(rest)
		if !next.follows(last) || strings.Trim(rest[body:], spaces) == "" {
			continue
		}
		at := len(l.text) - len(rest)
		parts = append(parts, l.part(start, at))
		start, last = at, next
	}
	if start == 0 {
		return []*line{l}
	}
	return append(parts, l.part(start, len(l.text)))
}

// part returns a stretch of l as a line of its own.
func (l *line) part(start, end int) *line {
	p := &line{block: l.block, row: l.row, cell: l.cell, text: l.text[start:end], offset: l.offset}
	if start == 0 {
		p.printed = l.printed
	} else {
		p.offset += utf8.RuneCountInString(l.text[l.printed:start])
	}
	p.number, p.body = leadingNumber(p.text)
	return p
}

// linesOf prepares the paragraphs of a document; there is no line for a table.
func linesOf(doc document.Document) []*line {
	lines := make([]*line, len(doc.Blocks))
	for i, b := range doc.Blocks {
		if b.Paragraph != nil {
			lines[i] = newLine(i, *b.Paragraph)
		}
	}
	return lines
}

// span returns the place of text[start:end] in the document.
func (l *line) span(start, end int) document.Span {
	before := l.runesBefore(l.printed)
	return document.Span{
		Block: l.block,
		Row:   l.row,
		Cell:  l.cell,
		Start: l.offset + l.runesBefore(max(start, l.printed)) - before,
		End:   l.offset + l.runesBefore(max(end, l.printed)) - before,
	}
}

// runesBefore counts the runes of text before a byte that begins one.
func (l *line) runesBefore(at int) int {
	if l.runes == nil {
		l.runes = make([]int, 1, len(l.text)/stride+1)
		for next := stride; next <= len(l.text); next += stride {
			l.runes = append(l.runes, l.runes[len(l.runes)-1]+runeStarts(l.text[next-stride:next]))
		}
	}
	whole := at / stride
	return l.runes[whole] + runeStarts(l.text[whole*stride:at])
}

func runeStarts(text string) int {
	n := 0
	for i := range len(text) {
		if utf8.RuneStart(text[i]) {
			n++
		}
	}
	return n
}

// piece is a stretch of one line.
type piece struct {
	line       *line
	start, end int
}

func (p piece) text() string        { return p.line.text[p.start:p.end] }
func (p piece) span() document.Span { return p.line.span(p.start, p.end) }

// sub returns the stretch from start to end of p's own text.
func (p piece) sub(start, end int) piece {
	return piece{line: p.line, start: p.start + start, end: p.start + end}
}

// trim returns p without the spaces around it and any rune of cutset.
func (p piece) trim(cutset string) piece {
	text := p.text()
	left := strings.TrimLeft(text, spaces+cutset)
	right := strings.TrimRight(left, spaces+cutset)
	start := p.start + len(text) - len(left)
	return piece{line: p.line, start: start, end: start + len(right)}
}

// spaces are all the spaces that office programs put into Chinese text.
const spaces = " \t\r\n\u00a0\u3000\u200b\u2002\u2003\u2009\ufeff"
