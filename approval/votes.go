package approval

// votes counts the opinions of the open step.
type votes struct {
	agree, disagree, abstain, waiting, pending int
}

func (s SignOff) count() votes {
	var v votes
	for _, e := range s.Entries {
		if e.Round != s.Round || e.Step != s.Step {
			continue
		}
		switch {
		case e.Status == Waiting:
			v.waiting++
		case e.Status == Pending:
			v.pending++
		case e.Opinion == Disagree:
			v.disagree++
		case e.Opinion == Abstain:
			v.abstain++
		case e.Status == Signed:
			v.agree++
		}
	}
	return v
}

// left is the number of opinions that may still come.
func (v votes) left() int { return v.waiting + v.pending }

// decidesAgainst: a veto, a quorum out of reach, or all opinions in with too
// little agreement. A step in which everybody abstains has nobody's consent and
// fails.
func (v votes) decidesAgainst(step Step) bool {
	if step.OnDisagree == Veto && v.disagree > 0 && step.Mode != Any && step.Mode != Quorum {
		return true
	}
	if step.OnDisagree == Collect && v.left() > 0 {
		return false
	}
	switch step.Mode {
	case Any:
		return v.left() == 0 && v.agree == 0
	case Quorum:
		return v.agree+v.left() < step.Needed
	default:
		return v.left() == 0 && (v.disagree > 0 || v.agree == 0)
	}
}

// decidesFor: enough agreement, and nobody left whom the mode must hear.
func (v votes) decidesFor(step Step) bool {
	if step.OnDisagree == Collect && v.left() > 0 {
		return false
	}
	switch step.Mode {
	case Any:
		return v.agree > 0
	case Quorum:
		return v.agree >= step.Needed
	default:
		return v.left() == 0 && v.disagree == 0 && v.agree > 0
	}
}
