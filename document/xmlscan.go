package document

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxDepth is how deep the elements of an XML part may be nested; what offices
// write stays below 100.
const maxDepth = 400

// errDTD: office programs write no document type; whoever writes one means to
// define entities.
var errDTD = errors.New("a document type declaration is not allowed")

// scanner walks through one XML part from element to element. It holds the
// limits on time and depth. encoding/xml resolves no external entities.
type scanner struct {
	ctx    context.Context
	dec    *xml.Decoder
	depth  int
	tokens int
	names  map[xml.Name]string
}

// element is the beginning of an element. Its name carries the customary prefix
// of its namespace, whatever prefix the file uses: "w:p".
type element struct {
	name  string
	attrs []xml.Attr
}

func newScanner(ctx context.Context, data []byte) *scanner {
	return &scanner{ctx: ctx, dec: xml.NewDecoder(bytes.NewReader(data)), names: map[xml.Name]string{}}
}

// prefixes are the namespaces that are read, of the transitional and of the
// strict variant of the format.
var prefixes = map[string]string{
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main":        "w",
	"http://purl.oclc.org/ooxml/wordprocessingml/main":                    "w",
	"http://schemas.openxmlformats.org/spreadsheetml/2006/main":           "x",
	"http://purl.oclc.org/ooxml/spreadsheetml/main":                       "x",
	"http://schemas.openxmlformats.org/officeDocument/2006/math":          "m",
	"http://purl.oclc.org/ooxml/officeDocument/math":                      "m",
	"http://schemas.openxmlformats.org/markup-compatibility/2006":         "mc",
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
	"http://purl.oclc.org/ooxml/officeDocument/relationships":             "r",
	"http://schemas.openxmlformats.org/package/2006/relationships":        "rel",
	"http://schemas.openxmlformats.org/package/2006/content-types":        "ct",
}

// name returns the customary name of n.
func (s *scanner) name(n xml.Name) string {
	name, ok := s.names[n]
	if !ok {
		prefix := prefixes[n.Space]
		if prefix == "" {
			prefix = "?"
		}
		name = prefix + ":" + n.Local
		if len(s.names) < 10_000 { // names made up to fill memory are not kept
			s.names[n] = name
		}
	}
	return name
}

// token returns the next token and keeps the limits.
func (s *scanner) token() (xml.Token, error) {
	s.tokens++
	if s.tokens%4096 == 0 {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
	}
	t, err := s.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > maxDepth {
			return nil, fmt.Errorf("elements are nested more than %d deep", maxDepth)
		}
	case xml.EndElement:
		s.depth--
	case xml.Directive:
		return nil, errDTD
	}
	return t, nil
}

// root calls visit with the outermost element and reads on to the end of the
// part, so that a part that was cut off is found out.
func (s *scanner) root(visit func(element) error) error {
	seen := false
	for {
		t, err := s.token()
		if errors.Is(err, io.EOF) && seen {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := t.(xml.StartElement); ok {
			seen = true
			if err := visit(element{name: s.name(start.Name), attrs: start.Attr}); err != nil {
				return err
			}
		}
	}
}

// children calls visit with every element in the current one, which visit must
// read to its end.
func (s *scanner) children(visit func(element) error) error {
	for {
		t, err := s.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := visit(element{name: s.name(t.Name), attrs: t.Attr}); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// skip reads to the end of the current element.
func (s *scanner) skip() error {
	for open := 1; open > 0; {
		t, err := s.token()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			open++
		case xml.EndElement:
			open--
		}
	}
	return nil
}

// text returns the characters in the current element and reads to its end.
func (s *scanner) text() (string, error) {
	var text strings.Builder
	for open := 1; open > 0; {
		t, err := s.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			open++
		case xml.EndElement:
			open--
		case xml.CharData:
			text.Write(t)
		}
	}
	return text.String(), nil
}

// alternate reads an mc:AlternateContent: its first choice or, where there is
// none, its fallback; never two, because they say the same.
func (s *scanner) alternate(visit func() error) error {
	taken := false
	return s.children(func(e element) error {
		if taken || e.name != "mc:Choice" && e.name != "mc:Fallback" {
			return s.skip()
		}
		taken = true
		return visit()
	})
}

// attr returns the value of an attribute that has the element's own namespace
// or none.
func (e element) attr(local string) (string, bool) {
	for _, a := range e.attrs {
		if a.Name.Local != local {
			continue
		}
		switch prefixes[a.Name.Space] {
		case "w", "x":
			return a.Value, true
		}
		if a.Name.Space == "" {
			return a.Value, true
		}
	}
	return "", false
}

// val returns the attribute that nearly all properties consist of.
func (e element) val() string {
	v, _ := e.attr("val")
	return v
}

// on reports whether a property that is either on or off is on.
func (e element) on() bool {
	v, ok := e.attr("val")
	return !ok || v != "0" && v != "false" && v != "off"
}

// number returns a whole number, or otherwise if there is none.
func (e element) number(local string, otherwise int) int {
	v, _ := e.attr(local)
	n, err := strconv.Atoi(v)
	if err != nil {
		return otherwise
	}
	return n
}

// relation returns the id by which the element names another part.
func (e element) relation() string {
	for _, a := range e.attrs {
		if a.Name.Local == "id" && prefixes[a.Name.Space] == "r" {
			return a.Value
		}
	}
	return ""
}
