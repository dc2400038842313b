package document

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unread reports whether an element has nothing to read in it or is hidden.
func unread(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Object, atom.Svg,
		atom.Canvas, atom.Select, atom.Button, atom.Textarea, atom.Input, atom.Nav, atom.Rt, atom.Rp, atom.Audio, atom.Video:
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "hidden" {
			return true
		}
	}
	style := styleOf(n)
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") || strings.Contains(style, "mso-hide:all")
}

// measure is how much text an element has, and how much of it is links.
type measure struct{ text, linked, links int }

// findFurniture returns the parts of a page that lead elsewhere and belong to
// the site, not to the document: menus, paths, headers, footers, lists of links.
func findFurniture(page *html.Node) map[*html.Node]bool {
	f := furniture{found: map[*html.Node]bool{}, candidates: map[*html.Node]measure{}}
	whole := f.measure(page, false, false)
	for n, m := range f.candidates {
		switch {
		case m.text*2 > whole.text:
			// What holds most of the text is the document, whatever it is called.
		case calledFurniture(n), m.links >= 3 && m.linked*10 >= m.text*9:
			f.found[n] = true
		}
	}
	return f.found
}

type furniture struct {
	found      map[*html.Node]bool
	candidates map[*html.Node]measure
}

// measure counts the text in n and notes what could be furniture on the way.
func (f furniture) measure(n *html.Node, linked, content bool) measure {
	var m measure
	switch n.Type {
	case html.TextNode:
		m.text = len(strings.Join(strings.Fields(n.Data), ""))
		if linked {
			m.linked = m.text
		}
		return m
	case html.ElementNode:
		if unread(n) {
			return m
		}
		if n.DataAtom == atom.A {
			linked, m.links = true, 1
		}
		content = content || n.DataAtom == atom.Article || n.DataAtom == atom.Main
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		one := f.measure(child, linked, content)
		m.text, m.linked, m.links = m.text+one.text, m.linked+one.linked, m.links+one.links
	}
	switch n.DataAtom {
	case atom.Header, atom.Footer, atom.Aside:
		if !content {
			f.candidates[n] = m
		}
	case atom.Div, atom.Ul, atom.Ol, atom.Dl, atom.Section:
		if m.links >= 3 && m.linked*10 >= m.text*9 || calledFurniture(n) {
			f.candidates[n] = m
		}
	}
	return m
}

var furnitureNames = []string{
	"nav", "navbar", "navigation", "breadcrumb", "breadcrumbs", "crumb", "crumbs", "menu", "header", "footer", "sidebar",
	"share", "pagination", "copyright", "navigation", "banner", "contentinfo", "search",
}

// calledFurniture reports whether the element, its role, id or class says so.
func calledFurniture(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Header, atom.Footer, atom.Aside:
		return true
	}
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" && a.Key != "role" {
			continue
		}
		for _, word := range strings.Fields(strings.ToLower(a.Val)) {
			if slices.Contains(furnitureNames, word) {
				return true
			}
		}
	}
	return false
}
