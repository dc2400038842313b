package policy

import (
	"regexp"
	"slices"
	"strings"

	"duban/document"
)

// node is a numbered item of the document with all that stands under it; the
// root has no number and holds what stands outside all items.
type node struct {
	number   number
	parent   *node
	children []*node
	// content is the item's own: its line first, then the unnumbered
	// paragraphs and tables up to the next item.
	content []content
}

// content is a line or a table.
type content struct {
	line  *line
	table *document.Table
	block int
}

// outline arranges the blocks of a document by their numbers. A number of a
// style that is open closes everything below that style; any other style opens
// a level of its own, because documents differ in which styles they use where.
func outline(doc document.Document, lines []*line) *node {
	root := &node{}
	current := root
	for i, block := range doc.Blocks {
		if block.Table != nil {
			current.content = append(current.content, content{table: block.Table, block: i})
			continue
		}
		l := lines[i]
		if strings.Trim(l.text[l.body:], spaces) == "" {
			continue
		}
		if l.number.style == unnumbered {
			if name := strings.Trim(l.text, spaces); attachment.MatchString(name) {
				// An attachment numbers its items anew.
				current = root.add(number{style: annex, text: name}, l)
				continue
			}
			current.content = append(current.content, content{line: l, block: i})
			continue
		}
		for _, part := range l.items() {
			current = current.above(part.number.style).add(part.number, part)
		}
	}
	return root
}

// add adds a child that begins with line l.
func (n *node) add(no number, l *line) *node {
	child := &node{number: no, parent: n, content: []content{{line: l, block: l.block}}}
	n.children = append(n.children, child)
	return child
}

// above returns the node under which an item of the style goes: beside the
// open item of that style or, if there is none, below the nearest item whose
// style ranks higher (GB/T 9704: 一、 （一） 1. （1）).
func (n *node) above(style numberStyle) *node {
	for at := n; at.parent != nil; at = at.parent {
		if at.number.style == style {
			return at.parent
		}
	}
	at := n
	for at.parent != nil && at.number.style > style {
		at = at.parent
	}
	return at
}

var attachment = regexp.MustCompile(`^附(?:件|表|录)[ \x{3000}]*[0-9一二三四五六七八九十]{0,2}[：:]?$`)

// heading returns the item's number and title as they are printed.
func (n *node) heading() string {
	if len(n.content) == 0 || n.content[0].line == nil || n.number.style == unnumbered {
		return ""
	}
	l := n.content[0].line
	title := titleOf(piece{line: l, start: l.body, end: len(l.text)})
	printed := conversionMark.ReplaceAllString(strings.TrimLeft(l.text[:l.body], spaces), "")
	return printed + title.text()
}

// part returns the heading of the section that n stands in, with the headings
// between it and n.
func (n *node) part() string {
	var between []string
	for at := n.parent; at != nil && at.parent != nil; at = at.parent {
		between = append(between, at.heading())
	}
	if len(between) == 0 {
		return n.heading()
	}
	slices.Reverse(between)
	return strings.Join(between, " / ")
}

// section returns the outermost item that n stands in.
func (n *node) section() *node {
	at := n
	for at.parent != nil && at.parent.parent != nil {
		at = at.parent
	}
	return at
}
