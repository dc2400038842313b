package approval

// votes counts the opinions of the open step by their weight.
type votes struct {
	agree, disagree, abstain, left int
}

func (v votes) all() int { return v.agree + v.disagree + v.abstain + v.left }

func (s SignOff) count() votes {
	var v votes
	quorum := s.Route[s.Step].Mode == Quorum
	from, to := s.current()
	for _, e := range s.Entries[from:to] {
		if e.Advice {
			continue
		}
		weight := 1
		if quorum {
			weight = e.Signer.votes()
		}
		switch {
		case e.open():
			v.left += weight
		case e.Status != Signed:
		case e.Opinion == Disagree:
			v.disagree += weight
		case e.Opinion == Abstain:
			v.abstain += weight
		default:
			v.agree += weight
		}
	}
	return v
}

// decidesAgainst: a veto, a quorum out of reach, or all opinions in with too
// little agreement. A step in which everybody abstains has nobody's consent and
// fails.
func (v votes) decidesAgainst(step Step) bool {
	if step.OnDisagree == Veto && v.disagree > 0 && step.Mode.hearsAll() {
		return true
	}
	if step.OnDisagree == Collect && v.left > 0 {
		return false
	}
	switch step.Mode {
	case Any:
		return v.left == 0 && v.agree == 0
	case Quorum:
		return v.agree+v.left < step.needed(v.all())
	default:
		return v.left == 0 && (v.disagree > 0 || v.agree == 0)
	}
}

// decidesFor: enough agreement, and nobody left whom the mode must hear.
func (v votes) decidesFor(step Step) bool {
	if step.OnDisagree == Collect && v.left > 0 {
		return false
	}
	switch step.Mode {
	case Any:
		return v.agree > 0
	case Quorum:
		return v.agree >= step.needed(v.all())
	default:
		return v.left == 0 && v.disagree == 0 && v.agree > 0
	}
}
