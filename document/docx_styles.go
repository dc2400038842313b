package document

import "context"

// maxBased bounds how far a style is followed to those that it is based on, so
// that styles based on one another in a circle do no harm.
const maxBased = 32

// style is what a paragraph style says about numbers and headings.
type style struct {
	basedOn  string
	props    paragraphProps
	contents bool // a line of the table of contents
}

// paragraphProps are the properties of a paragraph that matter to its text.
// unset stands for a property that is not there.
type paragraphProps struct {
	style   string
	numID   int
	level   int
	outline int
	// markDeleted: the end of the paragraph was deleted, so that it runs on
	// into the next.
	markDeleted bool
}

const unset = -1

func newProps() paragraphProps { return paragraphProps{numID: unset, level: unset, outline: unset} }

// paragraphProps reads a w:pPr. What it was before a change stands in elements
// that are skipped.
func (s *scanner) paragraphProps() (paragraphProps, error) {
	p := newProps()
	err := s.children(func(e element) error {
		switch e.name {
		case "w:pStyle":
			p.style = e.val()
		case "w:outlineLvl":
			p.outline = e.number("val", unset)
		case "w:numPr":
			return s.children(func(e element) error {
				switch e.name {
				case "w:ilvl":
					p.level = e.number("val", unset)
				case "w:numId":
					p.numID = e.number("val", unset)
				}
				return s.skip()
			})
		case "w:rPr":
			return s.children(func(e element) error {
				if e.name == "w:del" || e.name == "w:moveFrom" {
					p.markDeleted = true
				}
				return s.skip()
			})
		}
		return s.skip()
	})
	return p, err
}

// styles are the paragraph styles of a document by id.
type styles struct {
	byID  map[string]style
	usual string // the style of a paragraph that names none
}

// readStyles reads the part in which the styles are.
func readStyles(ctx context.Context, a *archive, name string) (styles, error) {
	st := styles{byID: map[string]style{}}
	err := a.scan(ctx, name, func(s *scanner, _ element) error {
		return s.children(func(e element) error {
			if kind, _ := e.attr("type"); e.name != "w:style" || kind != "paragraph" {
				return s.skip()
			}
			id, _ := e.attr("styleId")
			if usual, _ := e.attr("default"); usual == "1" || usual == "true" {
				st.usual = id
			}
			one, err := s.style()
			st.byID[id] = one
			return err
		})
	})
	return st, err
}

// style reads a w:style.
func (s *scanner) style() (style, error) {
	one := style{props: newProps()}
	err := s.children(func(e element) error {
		switch e.name {
		case "w:name":
			one.contents = tocName(e.val())
		case "w:basedOn":
			one.basedOn = e.val()
		case "w:pPr":
			var err error
			one.props, err = s.paragraphProps()
			return err
		}
		return s.skip()
	})
	return one, err
}

// tocName reports whether a style's name is that of a line in the table of
// contents; programs keep these names in English: "toc 1".
func tocName(name string) bool {
	return len(name) == 5 && (name[:4] == "toc " || name[:4] == "TOC ") && name[4] >= '1' && name[4] <= '9'
}

// resolve completes the properties of a paragraph from its style and those that
// the style is based on. fromStyle is the style that names the list, empty if
// the paragraph itself names the list or its level.
func (st styles) resolve(p paragraphProps) (full paragraphProps, fromStyle string, contents bool) {
	full = p
	id := p.style
	if id == "" {
		id = st.usual
	}
	for range maxBased {
		one, ok := st.byID[id]
		if !ok {
			break
		}
		contents = contents || one.contents
		if full.outline == unset {
			full.outline = one.props.outline
		}
		if full.numID == unset && one.props.numID != unset {
			full.numID, fromStyle = one.props.numID, id
		}
		if full.level == unset {
			full.level = one.props.level
		}
		id = one.basedOn
	}
	if p.level != unset {
		fromStyle = "" // the paragraph chose its level itself
	}
	return full, fromStyle, contents
}
