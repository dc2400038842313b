package policy

import "duban/document"

// Parse reads a document as a draft plan. It fails with a *NoTasksError if the
// document assigns nothing to anybody.
func Parse(doc document.Document) (Draft, error) {
	p := newParser(doc)
	return p.parse()
}
