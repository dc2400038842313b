package policy

import (
	"strconv"
	"strings"

	"duban/document"
)

// item is a task as it was found: its text and its notes, not yet read.
type item struct {
	node  *node
	part  int // its place among several tasks of one node, from 1; else 0
	text  []piece
	notes []*note
	// tables stand in the text, such as a schedule by years.
	tables []content
	// at is set for a row of a table.
	at *place
	// subject tells that the units were read from the sentences.
	subject bool
	// loose items have no note of their own and need a person's eye.
	loose            bool
	reason, reasonEn string
}

// itemsOf cuts the own content of a node into items, one for each note; notes
// that follow one another without text between them are one. rest is the text
// that no note follows.
func itemsOf(n *node) (items []item, rest item) {
	current := item{node: n}
	open := -1 // the line on which the last item's note stands
	add := func(p piece) {
		if p = p.trim("。；;，,"); p.start < p.end {
			current.text = append(current.text, p)
		}
	}
	for _, c := range n.content {
		if c.table != nil {
			if readTaskTable(c) == nil {
				current.tables = append(current.tables, c)
			}
			continue
		}
		l := c.line
		at := l.body
		for _, f := range l.notes() {
			add(piece{line: l, start: at, end: f.start})
			at = f.end
			if len(current.text) == 0 && len(current.tables) == 0 {
				if len(items) > 0 && f.note != nil {
					last := &items[len(items)-1]
					last.notes = append(last.notes, f.note)
				}
				continue
			}
			current.notes = []*note{f.note}
			items = append(items, current)
			current = item{node: n}
			open = l.block
		}
		if open == l.block && at > l.body {
			// Text behind the last note of a line goes with that note.
			tail := piece{line: l, start: at, end: len(l.text)}.trim("。；;，,")
			if tail.start < tail.end {
				items[len(items)-1].text = append(items[len(items)-1].text, tail)
			}
			continue
		}
		add(piece{line: l, start: at, end: len(l.text)})
	}
	return withUnits(items), current
}

// withUnits joins items whose notes name nobody, such as a deadline alone, to
// the item after them or, at the end, before them.
func withUnits(items []item) []item {
	var kept []item
	var open *item
	for _, it := range items {
		if open != nil {
			it.text, it.notes, it.tables = append(open.text, it.text...), append(open.notes, it.notes...), append(open.tables, it.tables...)
			open = nil
		}
		if it.namesNobody() {
			open = &it
			continue
		}
		kept = append(kept, it)
	}
	if open == nil {
		return kept
	}
	if n := len(kept); n > 0 {
		last := &kept[n-1]
		last.text, last.notes, last.tables = append(last.text, open.text...), append(last.notes, open.notes...), append(last.tables, open.tables...)
		return kept
	}
	return []item{*open}
}

func (it item) namesNobody() bool {
	for _, n := range it.notes {
		if len(n.units) > 0 {
			return false
		}
	}
	return true
}

// bareHeading reports whether the node's own line is a heading alone, without
// a sentence or a note.
func (n *node) bareHeading() bool {
	if len(n.content) == 0 || n.content[0].line == nil || n.number.style == unnumbered {
		return false
	}
	l := n.content[0].line
	text := strings.Trim(l.text[l.body:], spaces)
	return !strings.ContainsAny(strings.TrimSuffix(text, "。"), "。；") && len([]rune(text)) <= 60 && len(l.notes()) == 0
}

// number returns the number by which the item is quoted.
func (it item) number() string {
	if it.at != nil {
		return it.at.no
	}
	no := it.node.number.text
	if it.part > 0 && no != "" {
		no += "-" + strconv.Itoa(it.part)
	}
	return no
}

// place returns the section and the programme of an item.
func (it item) place() (section, programme string, at []document.Span) {
	if it.at != nil {
		return it.at.section, it.at.programme, it.at.at
	}
	above := it.node.parent
	if it.part > 0 {
		above = it.node
	}
	if above == nil || above.parent == nil {
		return "", "", nil
	}
	top := above.section()
	section, programme = above.part(), above.heading()
	at = []document.Span{headingSpan(top), headingSpan(above)}
	if it.part > 0 && it.node.parent.parent == nil {
		section = ""
	}
	return section, programme, at
}

func headingSpan(n *node) document.Span {
	l := n.content[0].line
	t := titleOf(piece{line: l, start: l.body, end: len(l.text)})
	return l.span(0, t.end)
}

// fullText joins the pieces of an item's text.
func (it item) fullText() string {
	var b strings.Builder
	for i, p := range it.text {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.text())
	}
	return b.String()
}
