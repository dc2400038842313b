package policy

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"duban/document"
)

// standing are the rules that hold at a place of the document.
type standing struct {
	firstLeads *Origin
	implied    []listed
}

// share is who does what in one task.
type share struct {
	lead, support, guide []assigned
	mode                 Mode
	// sure and the reasons are those of the roles as a whole.
	sure             Certainty
	reason, reasonEn string
	// impliedLead tells that the lead is named elsewhere in the document.
	impliedLead bool
}

func (s *share) doubt(c Certainty, reason, reasonEn string) {
	if s.sure == NeedsDecision {
		return
	}
	s.sure, s.reason, s.reasonEn = c, reason, reasonEn
}

// resolve gives every unit of a note its role.
func resolve(n *note, rules standing) share {
	s := share{sure: Certain}
	var plain []assigned
	for _, u := range n.units {
		switch u.role {
		case Lead:
			s.lead = append(s.lead, u)
		case Support:
			s.support = append(s.support, u)
		case Guide:
			s.support = append(s.support, u)
			s.guide = append(s.guide, u)
		default:
			plain = append(plain, u)
		}
	}
	if len(plain) > 0 {
		s.place(n, plain, rules)
	}
	switch {
	case len(s.lead) > 0:
		if len(rules.implied) > 0 && len(n.implied) == 0 {
			s.doubt(Inferred,
				"前文写明以下各项均需“"+rules.implied[0].written()+"”落实，本条另有责任单位，未再列入，请核对。",
				"An earlier note makes “"+rules.implied[0].written()+"” answer for all later items; this item names its own units, so it was left out. Please check.")
		}
	case len(rules.implied) > 0:
		for _, u := range rules.implied {
			s.lead = append(s.lead, assigned{listed: u, role: Lead})
		}
		s.impliedLead = true
		s.doubt(Inferred,
			"本条没有写牵头单位，按前文“以下均需…落实”的规定列入。",
			"The item names no lead; it follows from an earlier note that holds for all later items.")
	case len(s.support) > 0:
		s.doubt(NeedsDecision, "没有写明牵头单位，请指定。", "No lead unit is named; please choose one.")
	}
	s.order(n)
	s.dedupe()
	return s
}

// order puts the supporting units in the order of the document, however they
// came to support.
func (s *share) order(n *note) {
	position := map[piece]int{}
	for i, u := range n.units {
		position[u.piece] = i
	}
	slices.SortStableFunc(s.support, func(a, b assigned) int { return cmp.Compare(position[a.piece], position[b.piece]) })
}

// place gives roles to the units for which the note says only that they answer.
func (s *share) place(n *note, plain []assigned, rules standing) {
	first := n.firstLeads || rules.firstLeads != nil
	switch {
	case len(s.lead) > 0:
		s.support = append(s.support, plain...)
		s.doubt(Inferred, "已有牵头单位，其余责任单位列为配合单位。", "A lead is named, so the other responsible units were read as supporting.")
	case len(plain) == 1:
		s.lead = plain
		if n.bare {
			s.doubt(Inferred, "只列了一个单位，按牵头单位列入。", "Only one unit is listed; it was read as the lead.")
		} else if n.more {
			s.doubt(Inferred, "“等”字之后的单位没有列出，请核对。", "Units after 等 are not named; please check.")
		}
	case first && !anonymousGroup(plain[0].written()):
		s.lead = plain[:1]
		s.support = slices.Concat(plain[1:], s.support)
		if !n.firstLeads {
			s.doubt(Inferred, "按前文“列第一位者为牵头单位”的规定，第一个单位为牵头单位。", "By the document's rule the first unit listed leads.")
		}
	case plain[1].kin && len(plain) == 2:
		s.lead = plain[:1]
		s.support = slices.Concat(plain[1:], s.support)
		s.doubt(NeedsDecision, "只点名了一个单位，其余以“等…单位”概括，请确认由谁牵头。", "Only one unit is named, the others by “and others”; please confirm who leads.")
	default:
		s.lead = plain
		s.mode = Joint
		s.doubt(NeedsDecision, "多个单位共同负责，没有写明谁牵头，请指定。", "Several units answer and nothing says who leads; please choose one.")
	}
}

// dedupe drops units that are named twice; the first role in the order lead,
// support stays.
func (s *share) dedupe() {
	seen := map[string]bool{}
	twice := false
	unique := func(u assigned) bool {
		name := u.written()
		if seen[name] {
			twice = true
			return true
		}
		seen[name] = true
		return false
	}
	s.lead = slices.DeleteFunc(slices.Clone(s.lead), unique)
	s.support = slices.DeleteFunc(slices.Clone(s.support), unique)
	if twice {
		s.doubt(Inferred, "有单位重复出现，只保留一次。", "A unit is named twice; it was kept once.")
	}
}

// entries returns the units one by one with their own doubts.
func (s share) entries() []Entry {
	guides := map[string]bool{}
	for _, u := range s.guide {
		guides[u.written()] = true
	}
	entries := make([]Entry, 0, len(s.lead)+len(s.support))
	local := s.local()
	add := func(units []assigned, role Role) {
		before := ""
		for _, u := range units {
			r := role
			if role == Support && guides[u.written()] {
				r = Guide
			}
			e := Entry{Written: u.written(), Role: r, Group: IsGroup(u.written()), Origin: s.entryOrigin(u, r)}
			if local && before != "" && strings.HasPrefix(before, "各") && !levelPrefix.MatchString(e.Written) {
				e.Origin.Certainty = NeedsDecision
				e.Origin.Reason = "“" + e.Written + "”没有写明级别，可能承接前面的“" + before + "”，请核对。"
				e.Origin.ReasonEn = "The level of this unit is not written; it may go on with the one before it. Please check."
			}
			before = e.Written
			entries = append(entries, e)
		}
	}
	add(s.lead, Lead)
	add(s.support, Support)
	return entries
}

// local reports whether a unit of the task names its level, as those of provinces
// and cities do and those of the State Council do not.
func (s share) local() bool {
	for _, u := range slices.Concat(s.lead, s.support) {
		if ownLevel.MatchString(u.written()) {
			return true
		}
	}
	return false
}

var ownLevel = regexp.MustCompile(`^(?:省|市|县|区|州|自治区|自治州)[^直属]`)

// entryOrigin tells how sure one unit is: the doubts about its name go before
// those about the roles.
func (s share) entryOrigin(u assigned, r Role) Origin {
	o := Origin{Certainty: s.sure, Reason: s.reason, ReasonEn: s.reasonEn, Spans: []document.Span{u.span()}}
	switch {
	case u.fused:
		o.Certainty = NeedsDecision
		o.Reason = "“" + u.written() + "”似由两个单位连写而成，请核对。"
		o.ReasonEn = "This looks like two units written together; please check."
	case !unitLike(u.written()):
		o.Certainty = NeedsDecision
		o.Reason = "“" + u.written() + "”不像单位名称，请核对。"
		o.ReasonEn = "This does not look like the name of a unit; please check."
	case u.role == r && s.mode != Joint && !s.impliedLead:
		o.Certainty, o.Reason, o.ReasonEn = Certain, "", ""
	}
	return o
}

func names(units []assigned) []string {
	written := make([]string, len(units))
	for i, u := range units {
		written[i] = u.written()
	}
	return written
}
