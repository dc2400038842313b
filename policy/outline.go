package policy

import (
	"regexp"
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
			if attachment.MatchString(strings.Trim(l.text, spaces)) {
				current = root // an attachment numbers its items anew
			}
			current.content = append(current.content, content{line: l, block: i})
			continue
		}
		parent := current.above(l.number.style)
		child := &node{number: l.number, parent: parent, content: []content{{line: l, block: i}}}
		parent.children = append(parent.children, child)
		current = child
	}
	return root
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

// section returns the outermost item that n stands in.
func (n *node) section() *node {
	at := n
	for at.parent != nil && at.parent.parent != nil {
		at = at.parent
	}
	return at
}
