package org

import (
	"cmp"
	"slices"
	"strings"
)

// Confidence tells how sure a proposal is.
type Confidence string

const (
	// High proposals follow from how offices shorten names; nothing else fits.
	High Confidence = "high"
	// Medium proposals fit, but leave out a level, or fit beside others.
	Medium Confidence = "medium"
	// Low proposals share their first words only; the unit may be another one.
	Low Confidence = "low"
)

func (c Confidence) rank() int { return slices.Index([]Confidence{High, Medium, Low}, c) }

// Proposal is a unit or a group that a written name may stand for. It is for a
// person to accept, as an alias, or to reject: nothing is merged by itself.
type Proposal struct {
	Unit  *UnitRef `json:"unit,omitempty"`
	Group *UnitRef `json:"group,omitempty"`
	// Name is the name or alias that the written one was compared with.
	Name       string     `json:"name"`
	Confidence Confidence `json:"confidence"`
	// Reason says why, in Chinese and in English.
	Reason   string `json:"reason"`
	ReasonEn string `json:"reasonEn"`
}

// Propose returns what a name that the registry does not know may stand for,
// the surest first: 市发改局 for 市发展改革局. It returns none for a name that is
// known, and leaves out weaker proposals where there is a sure one. Where several
// are equally sure, each is Medium at most.
func Propose(written string, r *Registry) []Proposal {
	proposals := []Proposal{}
	if _, known := r.Resolve(written); known {
		return proposals
	}
	name := foldBrackets(written)
	for i, names := range r.namesByUnit() {
		if best, ok := bestOf(name, names); ok {
			ref := r.units[i].Ref()
			best.Unit = &ref
			proposals = append(proposals, best)
		} else if p, ok := areaProposal(name, r.units[i]); ok {
			proposals = append(proposals, p)
		}
	}
	for i, names := range r.namesByGroup() {
		if p, ok := groupProposal(name, names); ok {
			p.Group = &UnitRef{ID: r.groups[i].ID, Name: r.groups[i].Name}
			proposals = append(proposals, p)
		}
	}
	return surest(proposals)
}

// surest sorts proposals, leaves out what is weaker than High beside one that is
// High, and lowers those that are High together.
func surest(proposals []Proposal) []Proposal {
	slices.SortStableFunc(proposals, func(a, b Proposal) int { return cmp.Compare(a.Confidence.rank(), b.Confidence.rank()) })
	high := 0
	for _, p := range proposals {
		if p.Confidence == High {
			high++
		}
	}
	if high == 0 {
		return proposals
	}
	proposals = proposals[:high]
	if high > 1 {
		for i := range proposals {
			proposals[i].Confidence = Medium
			proposals[i].Reason += "另有单位同样符合，请选定。"
			proposals[i].ReasonEn += " Others fit as well; choose one."
		}
	}
	return proposals
}

// namesByUnit returns the names and aliases of every unit in use, by its index;
// none for the others.
func (r *Registry) namesByUnit() [][]string {
	names := make([][]string, len(r.units))
	for i, u := range r.units {
		if u.Active {
			names[i] = append(names[i], u.Name)
			if u.ShortName != "" {
				names[i] = append(names[i], u.ShortName)
			}
		}
	}
	for key, e := range r.names {
		if e.unit >= 0 && e.via == ViaAlias {
			names[e.unit] = append(names[e.unit], key)
		}
	}
	sortAfterFirst(names)
	return names
}

// namesByGroup is namesByUnit for groups.
func (r *Registry) namesByGroup() [][]string {
	names := make([][]string, len(r.groups))
	for i, g := range r.groups {
		names[i] = append(names[i], g.Name)
	}
	for key, e := range r.names {
		if e.group >= 0 && e.via == ViaGroupAlias {
			names[e.group] = append(names[e.group], key)
		}
	}
	sortAfterFirst(names)
	return names
}

// sortAfterFirst sorts the other names of each, which come out of a map.
func sortAfterFirst(names [][]string) {
	for _, of := range names {
		if len(of) > 1 {
			slices.Sort(of[1:])
		}
	}
}

// bestOf compares a written name with those of one unit.
func bestOf(written string, names []string) (Proposal, bool) {
	var best Proposal
	for _, name := range names {
		if !alike(written, name) {
			continue
		}
		p, ok := compare(written, name)
		if ok && (best.Name == "" || p.Confidence.rank() < best.Confidence.rank()) {
			best = p
		}
	}
	return best, best.Name != ""
}

// compare compares a written name with a registered one.
func compare(written, name string) (Proposal, bool) {
	registered := foldBrackets(name)
	if written == registered {
		return Proposal{Name: name, Confidence: High, Reason: "与“" + name + "”只有括号写法不同。", ReasonEn: "It differs from " + name + " in its brackets only."}, true
	}
	var best Proposal
	for _, w := range partings(written) {
		for _, n := range partings(registered) {
			p, ok := w.compare(n)
			if ok && (best.Name == "" || p.Confidence.rank() < best.Confidence.rank()) {
				best = p
				best.Name = name
			}
		}
	}
	return best, best.Name != ""
}

// governing are the bodies of an area as a whole: 和平县人民政府 is 和平县.
var governing = [...]string{"人民政府", "政府", "管委会", "党工委、管委会", "委、县政府", "委、区政府", "委、市政府", "委和县政府", "委和区政府", "委"}

// areaProposal recognises the governing body of a county or district.
func areaProposal(written string, u Unit) (Proposal, bool) {
	body, ok := strings.CutPrefix(written, Normalize(u.Name))
	if !ok || !u.Active || !strings.HasSuffix(u.Name, "县") && !strings.HasSuffix(u.Name, "区") || !slices.Contains(governing[:], body) {
		return Proposal{}, false
	}
	ref := u.Ref()
	return Proposal{Unit: &ref, Name: u.Name, Confidence: High, Reason: "“" + body + "”是“" + u.Name + "”的领导机关，整体列为该地区。",
		ReasonEn: body + " is the governing body of " + u.Name + ", which is registered as a whole."}, true
}

// groupProposal recognises a group by the places that it counts: 各县（区）政府 and
// 各县（区）人民政府（管委会）.
func groupProposal(written string, names []string) (Proposal, bool) {
	head, counts := groupHead(written)
	var similar string
	for _, name := range names {
		if foldBrackets(name) == written {
			return Proposal{Name: name, Confidence: High, Reason: "与“" + name + "”只有括号写法不同。", ReasonEn: "It differs from " + name + " in its brackets only."}, true
		}
		if other, ok := groupHead(foldBrackets(name)); counts && ok && head == other && similar == "" {
			similar = name
		}
	}
	return Proposal{Name: similar, Confidence: Medium, Reason: "与“" + similar + "”所指的地区相同（" + head + "），请核对是否同一组单位。",
		ReasonEn: "It counts the same places as " + similar + "; check that the same units are meant."}, similar != ""
}

// groupHead returns the places that a group counts: 各县(区).
func groupHead(name string) (string, bool) {
	if !strings.HasPrefix(name, "各") {
		return "", false
	}
	head := name
	for _, body := range [...]string{"党", "人民政府", "政府", "管委会"} {
		if at := strings.Index(head, body); at > 0 {
			head = head[:at]
		}
	}
	head = strings.NewReplacer("(", "", ")", "", "、", "").Replace(head)
	return head, len([]rune(head)) > 1 && strings.ContainsAny(head, "县区市镇")
}

// foldBrackets is Normalize with brackets of every form made round.
func foldBrackets(name string) string {
	return strings.NewReplacer("〔", "(", "〕", ")", "[", "(", "]", ")", "【", "(", "】", ")").Replace(Normalize(name))
}
