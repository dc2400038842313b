package document

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// maxTags is how many tags a web page may have: each takes some hundred bytes
// while the page is read.
const maxTags = 1_000_000

// readHTML reads the content of a web page: no scripts, no navigation, nothing
// hidden.
func readHTML(ctx context.Context, name string, data []byte) (Document, error) {
	if n := bytes.Count(data, []byte("<")); n > maxTags {
		return Document{}, unpacksTooLarge(name, fmt.Errorf("%d tags", n))
	}
	text, err := decodeHTML(data)
	if err != nil {
		return Document{}, unknownEncoding(name, err)
	}
	page, err := html.Parse(untilDone{ctx, strings.NewReader(text)})
	if ctx.Err() != nil {
		return Document{}, ctx.Err()
	}
	if err != nil {
		return Document{}, damaged(name, fmt.Errorf("parse the page: %w", err))
	}
	r := &htmlReader{ctx: ctx, name: name, furniture: findFurniture(page), limits: &builder{doc: Document{Name: name}}}
	if err := r.walk(page); err != nil {
		return Document{}, err
	}
	r.flush()
	b := builder{doc: Document{Name: name}}
	b.blocks(r.blocks)
	return b.document(ctx)
}

// decodeHTML returns the page as text. What is valid UTF-8 is UTF-8, whatever
// the page says of itself; pages that call themselves gb2312 use more than that
// has, so they are read as GB18030.
func decodeHTML(data []byte) (string, error) {
	if utf8.Valid(data) {
		return decode(data)
	}
	encoding, label, certain := charset.DetermineEncoding(data, "")
	switch {
	case label == "gbk" || label == "gb18030":
		encoding = simplifiedchinese.GB18030
	case !certain || label == "utf-8" || strings.HasPrefix(label, "utf-16"):
		return decode(data)
	}
	text, err := encoding.NewDecoder().Bytes(data)
	return string(text), err
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx context.Context
	io.Reader
}

// Read reads on or returns why the context ended.
func (r untilDone) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// htmlReader walks through a page and gathers its paragraphs and tables.
type htmlReader struct {
	ctx       context.Context
	name      string
	furniture map[*html.Node]bool
	limits    *builder // shared with the readers of cells

	blocks  []Block
	text    strings.Builder
	heading int
	number  string
	counted map[*html.Node]int // by list, the number of its last item
	visited int
}

// walk reads a node with all that is in it.
func (r *htmlReader) walk(n *html.Node) error {
	if r.visited++; r.visited%1024 == 0 {
		if err := r.limits.check(r.ctx); err != nil {
			return err
		}
	}
	if n.Type == html.TextNode {
		r.write(n)
		return nil
	}
	if n.Type != html.ElementNode {
		return r.inside(n)
	}
	if r.furniture[n] || unread(n) {
		return nil
	}
	return r.element(n)
}

// inside reads what is in a node.
func (r *htmlReader) inside(n *html.Node) error {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if err := r.walk(child); err != nil {
			return err
		}
	}
	return nil
}

// element reads an element; those that stand on lines of their own end the
// paragraph before and after them.
func (r *htmlReader) element(n *html.Node) error {
	switch n.DataAtom {
	case atom.Br, atom.Hr:
		r.flush()
		return nil
	case atom.Table:
		r.flush()
		return r.table(n)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.flush()
		r.heading = int(n.Data[1] - '0')
		err := r.inside(n)
		r.flush()
		r.heading = 0
		return err
	case atom.Li:
		r.flush()
		r.number = r.itemNumber(n)
		err := r.inside(n)
		r.flush()
		r.number = ""
		return err
	default:
		if !onOwnLine[n.DataAtom] {
			return r.inside(n)
		}
		r.flush()
		err := r.inside(n)
		r.flush()
		return err
	}
}

var onOwnLine = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
	atom.Section: true, atom.Article: true, atom.Main: true, atom.Header: true, atom.Footer: true, atom.Aside: true,
	atom.Blockquote: true, atom.Pre: true, atom.Center: true, atom.Form: true, atom.Fieldset: true, atom.Figure: true,
	atom.Figcaption: true, atom.Caption: true, atom.Address: true, atom.Body: true, atom.Tr: true, atom.Td: true, atom.Th: true,
	atom.Details: true, atom.Summary: true,
}

// write adds a node's text. Spaces and line ends of the source are one space as
// on the screen; between Chinese characters a line end is nothing.
func (r *htmlReader) write(n *html.Node) {
	if n.Parent != nil && n.Parent.DataAtom == atom.Pre {
		for i, line := range strings.Split(n.Data, "\n") {
			if i > 0 {
				r.flush()
			}
			r.text.WriteString(line)
		}
		return
	}
	gap, lineEnd := false, false
	for _, c := range n.Data {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' {
			gap, lineEnd = true, lineEnd || c == '\n'
			continue
		}
		r.space(gap, lineEnd && wide(c))
		r.text.WriteRune(c)
		gap, lineEnd = false, false
	}
	r.space(gap, lineEnd)
}

// space adds one space where the source has some; atLineEnd tells that it is a
// line end with a Chinese character or the end of the node after it.
func (r *htmlReader) space(gap, atLineEnd bool) {
	before := r.text.String()
	last, _ := utf8.DecodeLastRuneInString(before)
	if !gap || before == "" || last == ' ' || atLineEnd && wide(last) {
		return
	}
	r.text.WriteByte(' ')
}

// wide reports whether r is a Chinese character or a sign as wide as one.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef || r >= 0x2014 && r <= 0x2026
}

// flush ends the paragraph.
func (r *htmlReader) flush() {
	text := strings.Trim(r.text.String(), " \t\r\n")
	r.text.Reset()
	if blank(text) {
		return
	}
	r.limits.paragraphs++
	r.blocks = append(r.blocks, Block{Paragraph: &Paragraph{Number: r.number, Text: text, Heading: r.heading}})
	r.number = ""
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// styleOf returns the style written at an element, without spaces.
func styleOf(n *html.Node) string {
	return strings.ToLower(strings.Join(strings.Fields(attribute(n, "style")), ""))
}
