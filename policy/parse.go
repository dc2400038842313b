package policy

import "duban/document"

// Parse reads a document as a draft plan; one that Duban wrote from a plan is
// read back field by field. It fails with a *NoTasksError if the
// document assigns nothing to anybody.
func Parse(doc document.Document) (Draft, error) {
	if draft, ok := readBack(doc); ok {
		if len(draft.Tasks) == 0 {
			return Draft{}, noTasks(doc, draft.Doubts)
		}
		return draft, nil
	}
	p := parser{doc: doc, lines: linesOf(doc)}
	p.root = outline(doc, p.lines)
	p.readHead()
	p.readPreamble()
	p.walk(p.root)
	p.doubtLostTables()
	if len(p.draft.Tasks) == 0 && len(p.draft.Doubts) == 0 {
		p.walkSubjects(p.root)
	}
	if len(p.draft.Tasks) == 0 {
		return Draft{}, noTasks(doc, p.draft.Doubts)
	}
	p.finish()
	return p.draft, nil
}

// parser holds what is known while a document is read from top to bottom.
type parser struct {
	doc      document.Document
	lines    []*line // one for each paragraph, nil for tables
	root     *node
	draft    Draft
	clock    clock
	standing standing
}

// walk reads the tasks of n and of everything below it, in order.
func (p *parser) walk(n *node) {
	items, rest := itemsOf(n)
	switch {
	case len(items) == 0 && p.noteForAll(n):
		items = []item{foldAll(n, rest)}
		p.addItems(n, items)
		p.addTables(n)
		return
	case len(items) > 0 && !anyNotes(n.children):
		fold(&items[len(items)-1], n.children)
		p.addItems(n, items)
		p.addTables(n)
		for _, child := range n.children {
			p.walkTables(child)
		}
		return
	}
	p.addItems(n, items)
	p.addTables(n)
	for _, child := range n.children {
		before := len(p.draft.Tasks)
		p.walk(child)
		if len(p.draft.Tasks) == before && anyNotes(n.children) {
			p.doubtNode(child)
		}
	}
}

// doubtNode records that an item without units stands among items that have
// some.
func (p *parser) doubtNode(n *node) {
	l := n.content[0].line
	if l == nil || n.parent.parent == nil {
		return
	}
	p.doubt(l.span(0, len(l.text)), "“"+n.heading()+"”没有责任单位，未列为任务，请核对。",
		"This item names no unit although those beside it do; it was not read as a task. Please check.")
}

// walkTables adds the tasks of the tables below n, whose text belongs to an
// item that was read already.
func (p *parser) walkTables(n *node) {
	p.addTables(n)
	for _, child := range n.children {
		p.walkTables(child)
	}
}

// addItems adds the items of one node as tasks.
func (p *parser) addItems(n *node, items []item) {
	if len(items) > 1 {
		if n.bareHeading() && len(items[0].text) > 1 {
			items[0].text = items[0].text[1:]
		}
		for i := range items {
			items[i].part = i + 1
		}
	}
	for _, it := range items {
		p.addTask(it)
	}
}

// anyNotes reports whether a note stands anywhere in the nodes.
func anyNotes(nodes []*node) bool {
	for _, n := range nodes {
		if n.noted() || anyNotes(n.children) {
			return true
		}
	}
	return false
}

// noted reports whether a note stands in the node's own content.
func (n *node) noted() bool {
	for _, c := range n.content {
		if c.line != nil && len(c.line.notes()) > 0 {
			return true
		}
	}
	return false
}

// noteForAll reports whether the one note at the end of n's last child is meant
// for n as a whole: of several children without items of their own only the
// last has a note.
func (p *parser) noteForAll(n *node) bool {
	last := len(n.children) - 1
	if n.parent == nil || last < 1 || !n.children[last].noted() || anyNotes(n.children[:last]) {
		return false
	}
	items, _ := itemsOf(n.children[last])
	return len(items) == 1 && !anyNotes(n.children[last].children) && len(n.section().children) > 0 && n != n.section()
}

// foldAll makes one item of n and its children.
func foldAll(n *node, own item) item {
	last := n.children[len(n.children)-1]
	items, _ := itemsOf(last)
	fold(&own, n.children[:len(n.children)-1])
	own.text = append(own.text, items[0].text...)
	own.notes = items[0].notes
	own.loose = true
	own.reason = "责任单位只写在最后一小项之后，按适用于全部小项处理，请核对。"
	own.reasonEn = "The units are named after the last sub-item only; they were read as answering for all of them. Please check."
	return own
}

// fold adds the text of nodes without notes to an item.
func fold(it *item, nodes []*node) {
	for _, n := range nodes {
		_, rest := itemsOf(n)
		it.text = append(it.text, rest.text...)
		it.tables = append(it.tables, rest.tables...)
		fold(it, n.children)
	}
}

func noTasks(doc document.Document, doubts []Doubt) error {
	e := &NoTasksError{Doubts: doubts}
	for _, b := range doc.Blocks {
		if b.Table != nil {
			e.Tables++
		} else {
			e.Paragraphs++
		}
	}
	return e
}
