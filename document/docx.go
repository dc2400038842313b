package document

import (
	"context"
	"errors"
	"fmt"
)

// docxReader reads the main part of a .docx file. Changes that were tracked
// are taken as accepted; comments, footnotes, headers and the table of contents
// are left out, as are words that are formatted as hidden.
type docxReader struct {
	*scanner
	name      string
	styles    styles
	numbering *numbering
	limits    builder // counts what was read, wherever it stands
}

// readDocx reads a word processing document.
func readDocx(ctx context.Context, a *archive) (Document, error) {
	main, err := a.mainPart(ctx, "word/document.xml")
	if err != nil {
		return Document{}, err
	}
	if !a.has(main) {
		return Document{}, damaged(a.name, errors.New("the main part is missing"))
	}
	r := &docxReader{name: a.name, limits: builder{doc: Document{Name: a.name}}}
	parts, err := a.relations(ctx, main)
	if err != nil {
		return Document{}, err
	}
	if r.styles, err = readStyles(ctx, a, ofKind(parts, "styles")); err != nil {
		return Document{}, err
	}
	if r.numbering, err = readNumbering(ctx, a, ofKind(parts, "numbering")); err != nil {
		return Document{}, err
	}
	var f flow
	err = a.scan(ctx, main, func(s *scanner, e element) error {
		if e.name != "w:document" {
			return fmt.Errorf("the main part begins with %s", e.name)
		}
		r.scanner = s
		return s.children(func(e element) error {
			if e.name != "w:body" {
				return s.skip()
			}
			f, err = r.flow()
			return err
		})
	})
	if err != nil {
		return Document{}, err
	}
	b := builder{doc: Document{Name: a.name}}
	b.blocks(f.blocks)
	return b.document(ctx)
}

// flow is a sequence of paragraphs and tables: the body, a cell or a text box.
type flow struct {
	blocks []Block
	// carry is the text of a paragraph whose end was deleted.
	carry  string
	fields []field
	// contents are the blocks that come from a field that makes a table of
	// contents which has not ended yet.
	contents []int
	dropped  map[int]bool
}

// flow reads paragraphs and tables to the end of the current element.
func (r *docxReader) flow() (flow, error) {
	f := flow{dropped: map[int]bool{}}
	if err := r.children(func(e element) error { return r.block(&f, e) }); err != nil {
		return f, err
	}
	f.finish()
	return f, nil
}

// finish leaves out what turned out to be a table of contents.
func (f *flow) finish() {
	f.release()
	kept := f.blocks[:0]
	for i, b := range f.blocks {
		if !f.dropped[i] {
			kept = append(kept, b)
		}
	}
	f.blocks = kept
}

// release makes a paragraph of text that had no paragraph to run on into.
func (f *flow) release() {
	if f.carry != "" {
		f.append(paragraphs(f.carry, Paragraph{})...)
		f.carry = ""
	}
}

func (f *flow) append(blocks ...Block) { f.blocks = append(f.blocks, blocks...) }

// block reads one element among paragraphs.
func (r *docxReader) block(f *flow, e element) error {
	again := func(e element) error { return r.block(f, e) }
	switch e.name {
	case "w:p":
		return r.paragraph(f)
	case "w:tbl":
		f.release()
		return r.table(f)
	case "w:sdt":
		return r.control(again)
	case "w:ins", "w:moveTo", "w:customXml", "w:smartTag":
		return r.children(again)
	case "mc:AlternateContent":
		return r.alternate(func() error { return r.children(again) })
	case "w:altChunk", "w:subDoc":
		return embeddedDocument(r.name)
	}
	return r.skip()
}

// control reads a content control; what stands in it only to show where to
// write, and a table of contents, is left out.
func (r *docxReader) control(visit func(element) error) error {
	leave := false
	return r.children(func(e element) error {
		switch {
		case e.name == "w:sdtPr":
			return r.children(func(e element) error {
				switch e.name {
				case "w:showingPlcHdr":
					leave = leave || e.on()
				case "w:docPartObj":
					return r.children(func(e element) error {
						leave = leave || e.name == "w:docPartGallery" && e.val() == "Table of Contents"
						return r.skip()
					})
				}
				return r.skip()
			})
		case e.name == "w:sdtContent" && !leave:
			return r.children(visit)
		}
		return r.skip()
	})
}
