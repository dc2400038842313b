package approval

// carried finds the opinions of the last round that stand in this one, by the
// place of their signer in the step: given to the same part, and agreeing. They
// keep who gave them, when, and how.
func (s SignOff) carried(step int) map[int]*Entry {
	if !s.CarryOver || s.Round == 1 {
		return nil
	}
	found := map[int]*Entry{}
	for place, root := range s.lastRoots(step) {
		final, is := s.final(root)
		if !is || !final.Opinion.agrees() {
			continue
		}
		seen, known := s.contentOf(final.Digest)
		if !known || !same(seen, s.content(), final.Signer.Party.Unit) {
			continue
		}
		kept := *final
		kept.Round, kept.Origin, kept.Relation = s.Round, 0, ""
		if kept.CarriedFrom == 0 {
			kept.CarriedFrom = final.Round
		}
		found[place] = &kept
	}
	return found
}

// lastRoots are the indices of a step's own entries in the last round that
// opened it before the present one, by the place of the signer.
func (s SignOff) lastRoots(step int) map[int]int {
	round := 0
	for i := len(s.Entries) - 1; i >= 0 && round == 0; i-- {
		if e := s.Entries[i]; e.Step == step && e.Round < s.Round {
			round = e.Round
		}
	}
	roots := map[int]int{}
	for i, e := range s.Entries {
		if e.Round == round && e.Step == step && e.Origin == 0 {
			roots[len(roots)] = i
		}
	}
	return roots
}

// final is the signed entry that an entry led to: itself, or the one in its
// place; false where there is none.
func (s SignOff) final(i int) (*Entry, bool) {
	e := s.Entries[i]
	if e.Status == Signed {
		return e, true
	}
	for j := i + 1; j < len(s.Entries) && s.Entries[j].Round == e.Round && s.Entries[j].Step == e.Step; j++ {
		if s.Entries[j].Origin == i+1 && s.Entries[j].Relation.replaces() {
			return s.final(j)
		}
	}
	return nil, false
}
