package document

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unread reports whether an element has nothing to read in it or is hidden.
func unread(n *html.Node) bool {
	if wordless[n.DataAtom] {
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

var wordless = map[atom.Atom]bool{
	atom.Head: true, atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true,
	atom.Object: true, atom.Svg: true, atom.Canvas: true, atom.Select: true, atom.Button: true, atom.Textarea: true,
	atom.Input: true, atom.Nav: true, atom.Rt: true, atom.Rp: true, atom.Audio: true, atom.Video: true,
}

// around are the elements that stand around the content of a page.
var around = map[atom.Atom]bool{atom.Header: true, atom.Footer: true, atom.Aside: true}

// holders are the elements that can be a list of links.
var holders = map[atom.Atom]bool{atom.Div: true, atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Section: true}

// measure is how much text an element has, and how much of it is links.
type measure struct{ text, linked, links int }

// onlyLinks reports whether there are several links and hardly anything else.
func (m measure) onlyLinks() bool { return m.links >= 3 && m.linked*10 >= m.text*9 }

// findFurniture returns the parts of a page that lead elsewhere and belong to
// the site, not to the document: menus, paths, headers, footers, lists of links.
func findFurniture(page *html.Node) map[*html.Node]bool {
	f := furniture{found: map[*html.Node]bool{}, candidates: map[*html.Node]measure{}}
	whole := f.measure(page, false, false)
	for n, m := range f.candidates {
		switch {
		case m.text*2 > whole.text:
			// What holds most of the text is the document, whatever it is called.
		case calledFurniture(n), m.onlyLinks():
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
	if n.Type == html.TextNode {
		m.text = len(strings.Join(strings.Fields(n.Data), ""))
		if linked {
			m.linked = m.text
		}
		return m
	}
	if unread(n) {
		return m
	}
	if n.DataAtom == atom.A {
		linked, m.links = true, 1
	}
	content = content || n.DataAtom == atom.Article || n.DataAtom == atom.Main
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		one := f.measure(child, linked, content)
		m.text, m.linked, m.links = m.text+one.text, m.linked+one.linked, m.links+one.links
	}
	if around[n.DataAtom] && !content || holders[n.DataAtom] && (m.onlyLinks() || calledFurniture(n)) {
		f.candidates[n] = m
	}
	return m
}

var furnitureNames = []string{
	"nav", "navbar", "navigation", "breadcrumb", "breadcrumbs", "crumb", "crumbs", "menu", "header", "footer", "sidebar",
	"share", "pagination", "copyright", "banner", "contentinfo", "search",
}

// calledFurniture reports whether the element, its role, id or class says so.
func calledFurniture(n *html.Node) bool {
	if around[n.DataAtom] {
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
