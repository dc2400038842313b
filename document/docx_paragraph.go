package document

import (
	"strconv"
	"strings"
	"unicode"
)

// inline is a paragraph while it is read.
type inline struct {
	text  strings.Builder
	props paragraphProps
	// boxes is what stands in text boxes that are anchored in the paragraph.
	boxes []Block
	// contents: the text comes from a table of contents.
	contents bool
}

// field is a field that has begun and not ended.
type field struct {
	result      bool // what follows is its result, no longer its instruction
	instruction string
}

func (f field) contents() bool {
	return strings.HasPrefix(strings.ToUpper(strings.TrimSpace(f.instruction)), "TOC")
}

// paragraph reads a w:p and adds it to f.
func (r *docxReader) paragraph(f *flow) error {
	p := inline{props: newProps()}
	if err := r.children(func(e element) error { return r.inline(f, &p, e) }); err != nil {
		return err
	}
	f.dropInstructions()
	text := f.carry + p.text.String()
	f.carry = ""
	if p.props.markDeleted {
		f.carry = text
		f.append(p.boxes...)
		return nil
	}
	props, fromStyle, contents := r.styles.resolve(p.props)
	first := Paragraph{Number: r.numbering.next(props, fromStyle)}
	if props.outline >= 0 && props.outline < 9 {
		first.Heading = props.outline + 1
	}
	for _, block := range paragraphs(text, first) {
		switch {
		case contents:
			f.dropped[len(f.blocks)] = true
		case p.contents:
			f.contents = append(f.contents, len(f.blocks))
		}
		f.append(block)
		r.limits.paragraphs++
	}
	if p.contents && !f.inContents() {
		f.dropContents()
	}
	f.append(p.boxes...)
	return r.limits.check(r.ctx)
}

// paragraphs makes one paragraph of each line of text; number and heading
// belong to the first that is not blank.
func paragraphs(text string, first Paragraph) []Block {
	var blocks []Block
	for line := range strings.SplitSeq(text, "\n") {
		if blank(line) {
			continue
		}
		p := first
		p.Text = line
		blocks = append(blocks, Block{Paragraph: &p})
		first = Paragraph{}
	}
	if blocks == nil && first.Number != "" {
		blocks = []Block{{Paragraph: &first}}
	}
	return blocks
}

// inline reads one element within a paragraph. What is not known is looked
// through, because text stands in a few elements only.
func (r *docxReader) inline(f *flow, p *inline, e element) error {
	again := func(e element) error { return r.inline(f, p, e) }
	switch e.name {
	case "w:pPr":
		var err error
		p.props, err = r.paragraphProps()
		return err
	case "w:r":
		return r.run(again)
	case "w:t", "m:t":
		text, err := r.text()
		f.write(p, asShown(text, e))
		return err
	case "w:tab", "w:ptab":
		f.write(p, "\t")
	case "w:br", "w:cr":
		f.write(p, "\n")
	case "w:noBreakHyphen":
		f.write(p, "-")
	case "w:sym":
		f.write(p, symbol(e))
	case "w:fldChar":
		f.fieldChar(e)
	case "w:instrText":
		text, err := r.text()
		if at := len(f.fields) - 1; at >= 0 && !f.fields[at].result && len(f.fields[at].instruction) < 64 {
			f.fields[at].instruction += text
		}
		return err
	case "w:txbxContent":
		box, err := r.flow()
		p.boxes = append(p.boxes, box.blocks...)
		return err
	case "w:sdt":
		return r.control(again)
	case "mc:AlternateContent":
		return r.alternate(func() error { return r.children(again) })
	case "m:den": // a fraction would otherwise read as one figure
		f.write(p, "/")
		return r.children(again)
	case "w:subDoc":
		return embeddedDocument(r.name)
	case "w:del", "w:moveFrom", "w:rPr", "w:rt":
		return r.skip()
	default:
		return r.children(again)
	}
	return r.skip()
}

// run reads a w:r. Of hidden words only the borders of fields count.
func (r *docxReader) run(visit func(element) error) error {
	hidden := false
	return r.children(func(e element) error {
		switch {
		case e.name == "w:rPr":
			return r.children(func(e element) error {
				if e.name == "w:vanish" {
					hidden = e.on()
				}
				return r.skip()
			})
		case hidden && e.name != "w:fldChar" && e.name != "w:instrText":
			return r.skip()
		}
		return visit(e)
	})
}

// write adds text to p unless it belongs to the instruction of a field.
func (f *flow) write(p *inline, text string) {
	for _, open := range f.fields {
		if !open.result {
			return
		}
	}
	p.contents = p.contents || f.inContents()
	p.text.WriteString(text)
}

// maxFields is how many fields may stand in one another; those beyond it are
// read as text.
const maxFields = 32

// fieldChar reads where a field begins, where its result begins and its end.
func (f *flow) fieldChar(e element) {
	last := len(f.fields) - 1
	switch kind, _ := e.attr("fldCharType"); {
	case kind == "begin" && len(f.fields) < maxFields:
		f.fields = append(f.fields, field{})
	case kind == "separate" && last >= 0:
		f.fields[last].result = true
	case kind == "end" && last >= 0:
		ended := f.fields[last]
		f.fields = f.fields[:last]
		if ended.contents() && !f.inContents() {
			f.dropContents()
		}
	}
}

// inContents reports whether a table of contents has begun and not ended.
func (f *flow) inContents() bool {
	for _, open := range f.fields {
		if open.result && open.contents() {
			return true
		}
	}
	return false
}

// dropContents leaves out the lines of a table of contents that has ended. One
// that never ends is kept, or it would take the whole document with it.
func (f *flow) dropContents() {
	for _, at := range f.contents {
		f.dropped[at] = true
	}
	f.contents = nil
}

// dropInstructions ends the fields whose result did not begin in their
// paragraph, so that a broken field cannot swallow the rest of the document.
func (f *flow) dropInstructions() {
	kept := f.fields[:0]
	for _, open := range f.fields {
		if open.result {
			kept = append(kept, open)
		}
	}
	f.fields = kept
}

// asShown returns the text of a w:t as it is printed: spaces at its ends count
// only where the file says so, and a line feed within is a space.
func asShown(text string, e element) string {
	keep := false
	for _, a := range e.attrs {
		keep = keep || a.Name.Local == "space" && a.Value == "preserve"
	}
	if !keep {
		text = strings.Trim(text, " \t\r\n")
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}

// symbols are the signs that policies use out of fonts which have codes of
// their own, by the last two figures of the code.
var symbols = map[string]map[int64]string{
	"symbol": {
		0xa3: "≤", 0xb3: "≥", 0xb1: "±", 0xb4: "×", 0xb8: "÷", 0xb9: "≠", 0xbb: "≈", 0xb0: "°", 0xb7: "•",
	},
	"wingdings": {
		0x6c: "●", 0x6e: "■", 0x6f: "□", 0xa8: "□", 0xfc: "✓", 0xfe: "☑", 0xd8: "➢",
	},
	"wingdings 2": {0x50: "✓", 0x52: "☑", 0x54: "☒", 0xa3: "□"},
}

// symbol returns the sign of a w:sym; one that is not known is shown as such.
func symbol(e element) string {
	font, _ := e.attr("font")
	char, _ := e.attr("char")
	code, err := strconv.ParseInt(char, 16, 32)
	if err != nil {
		return ""
	}
	if s, ok := symbols[strings.ToLower(font)][code&0xff]; ok && (code < 0x100 || code >= 0xf000 && code < 0xf100) {
		return s
	}
	if r := rune(code); unicode.IsPrint(r) {
		return string(r)
	}
	return string(unicode.ReplacementChar)
}
