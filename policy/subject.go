package policy

import (
	"regexp"
	"strings"
)

// A document without notes may name its units as the subjects of its sentences:
// 由市教育局牵头，市财政局配合，…; 1.市教育局：负责….

var (
	headUnits   = regexp.MustCompile(`^([^，,。；;：:]{3,60})[：:。]`)
	leadSubject = regexp.MustCompile(`^(?:由|请)?([^，,。；;：:]{3,80}?)(?:负责|` + leadVerb + `)(.*)$`)
	withSubject = regexp.MustCompile(`^(?:由|请)?([^，,。；;：:]{3,80}?)(?:` + helpVerb + `)(.*)$`)
	mustSubject = regexp.MustCompile(`^(?:由|请)?([^，,。；;：:]{3,80}?)(?:要|应当|应|须|需)(.*)$`)
)

// walkSubjects reads the items of n and below by the subjects of their
// sentences.
func (p *parser) walkSubjects(n *node) {
	if n.parent != nil && len(n.children) == 0 {
		p.addSubject(n)
	}
	for _, child := range n.children {
		p.walkSubjects(child)
	}
}

// addSubject adds a node as a task if its text says who does it.
func (p *parser) addSubject(n *node) {
	_, rest := itemsOf(n)
	if len(rest.text) == 0 {
		return
	}
	found := subjectUnits(rest.text[0])
	if found == nil {
		for _, at := range rest.text {
			for _, cut := range splitOutside(at.text(), "。；;\n") {
				found = append(found, sentenceUnits(at.sub(cut[0], cut[1]))...)
			}
		}
	}
	if len(found) == 0 {
		return
	}
	rest.notes = []*note{{units: found}}
	rest.subject = true
	p.addTask(rest)
}

// subjectUnits reads an item that is headed by its units: 市教育局：负责….
func subjectUnits(text piece) []assigned {
	m := headUnits.FindStringSubmatchIndex(text.text())
	if m == nil {
		return nil
	}
	return allUnits(text.sub(m[2], m[3]), "")
}

// sentenceUnits reads the subjects of a sentence with the roles that their verbs
// give.
func sentenceUnits(s piece) []assigned {
	var found []assigned
	for _, cut := range splitOutside(s.text(), "，,") {
		c := s.sub(cut[0], cut[1]).trim("")
		for _, form := range []struct {
			pattern *regexp.Regexp
			role    Role
		}{{leadSubject, ""}, {withSubject, Support}, {mustSubject, ""}} {
			m := form.pattern.FindStringSubmatchIndex(c.text())
			if m == nil {
				continue
			}
			role := form.role
			if strings.Contains(c.text()[m[3]:m[4]], "牵头") || strings.Contains(c.text()[m[3]:m[4]], "主办") {
				role = Lead
			}
			if units := allUnits(c.sub(m[2], m[3]), role); units != nil {
				found = append(found, units...)
				break
			}
		}
	}
	return found
}

// allUnits reads a list of units; nil unless every one names somebody.
func allUnits(p piece, role Role) []assigned {
	l := readList(p)
	var units []assigned
	for i, u := range l.units {
		if !namedUnit(u.written()) || !levelPrefix.MatchString(u.written()) && !office.MatchString(u.written()) {
			return nil
		}
		r := role
		if l.met >= 0 {
			r = Support
			if i < l.met {
				r = Lead
			}
		}
		units = append(units, assigned{listed: u, role: r, verb: true})
	}
	return units
}
