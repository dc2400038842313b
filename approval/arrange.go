package approval

import (
	"slices"
	"time"

	"duban/act"
)

// arrange gives every open entry of the step the turn that its place asks for:
// asked now, later, or when those are done whom it waits for. It tells whoever
// is asked anew.
func (s SignOff) arrange(now time.Time) (SignOff, []act.Event) {
	from, to := s.current()
	t := treeOf(s, from, to)
	var entries []*Entry
	var asked []int
	for i := from; i < to; i++ {
		e := s.Entries[i]
		turn := e.Status
		if e.open() {
			turn = t.turn(i)
		}
		if turn == e.Status {
			continue
		}
		if entries == nil {
			entries = slices.Clone(s.Entries)
		}
		changed := *e
		changed.Status = turn
		if turn == Waiting {
			changed.AskedAt = now
			asked = append(asked, i)
		}
		entries[i] = &changed
	}
	if entries != nil {
		s.Entries = entries
	}
	return s, s.tell(asked)
}

// tree is the open step's entries with what came from each.
type tree struct {
	entries  []*Entry
	children map[int][]int // by index
	sequence bool
	reached  int // index of the root of a sequence whose turn it is
}

func treeOf(s SignOff, from, to int) tree {
	t := tree{entries: s.Entries, children: map[int][]int{}, sequence: s.Route[s.Step].Mode == Sequence}
	for i := from; i < to; i++ {
		if origin := s.Entries[i].Origin; origin > 0 {
			t.children[origin-1] = append(t.children[origin-1], i)
		}
	}
	for t.reached = from; t.reached < to; t.reached++ {
		if t.entries[t.reached].Origin == 0 && t.busy(t.reached) {
			break
		}
	}
	return t
}

// turn is the status that an open entry should have.
func (t tree) turn(i int) EntryStatus {
	if t.sequence && t.root(i) > t.reached {
		return Pending
	}
	e := t.entries[i]
	if e.Relation == After && t.unsigned(e.Origin-1) {
		return Pending
	}
	if e.Relation.replaces() && t.lineage(i) {
		return Pending
	}
	if slices.ContainsFunc(t.children[i], func(c int) bool { return t.entries[c].Relation.holdsUp() && t.busy(c) }) {
		return Held
	}
	return Waiting
}

// lineage reports whether an entry stands for one that was added after a signer
// who has not signed.
func (t tree) lineage(i int) bool {
	for t.entries[i].Relation.replaces() {
		i = t.entries[i].Origin - 1
	}
	return t.entries[i].Relation == After && t.unsigned(t.entries[i].Origin-1)
}

// root is the entry of the route that an entry came from.
func (t tree) root(i int) int {
	for t.entries[i].Origin > 0 {
		i = t.entries[i].Origin - 1
	}
	return i
}

// busy reports whether an entry, or anything that came from it, is open.
func (t tree) busy(i int) bool {
	return t.entries[i].open() || slices.ContainsFunc(t.children[i], t.busy)
}

// unsigned reports whether an entry, or the one in its place, is open.
func (t tree) unsigned(i int) bool {
	return t.entries[i].open() || slices.ContainsFunc(t.children[i], func(c int) bool {
		return t.entries[c].Relation.replaces() && t.unsigned(c)
	})
}

// signedAfter reports whether somebody signed who had waited for this opinion.
func (t tree) signedAfter(i int) bool {
	if slices.ContainsFunc(t.children[i], func(c int) bool { return t.entries[c].Relation == After && t.signedBelow(c) }) {
		return true
	}
	for j := i; t.entries[j].Origin > 0; j = t.entries[j].Origin - 1 {
		if t.entries[j].Relation.holdsUp() && t.signedInPlace(t.entries[j].Origin-1) {
			return true
		}
	}
	if !t.sequence {
		return false
	}
	for j := t.root(i) + 1; j < len(t.entries); j++ {
		if t.root(j) > t.root(i) && t.entries[j].Status == Signed {
			return true
		}
	}
	return false
}

// signedBelow reports whether an entry, or anything that came from it, is signed.
func (t tree) signedBelow(i int) bool {
	return t.entries[i].Status == Signed || slices.ContainsFunc(t.children[i], t.signedBelow)
}

// signedInPlace reports whether an entry, or the one in its place, is signed.
func (t tree) signedInPlace(i int) bool {
	return t.entries[i].Status == Signed || slices.ContainsFunc(t.children[i], func(c int) bool {
		return t.entries[c].Relation.replaces() && t.signedInPlace(c)
	})
}

// depth is how many acts of handing on lie between an entry and the route.
func (t tree) depth(i int) int {
	depth := 0
	for ; t.entries[i].Origin > 0; i = t.entries[i].Origin - 1 {
		if t.entries[i].Relation != Again {
			depth++
		}
	}
	return depth
}
