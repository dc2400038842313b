package approval

import (
	"duban/act"
	"duban/org"
)

// Signer is a party that is asked: anyone in a unit with a role, anyone with a
// role, or one user of a unit. The name is the one it had at that time.
type Signer struct {
	Party org.Party `json:"party"`
	Name  string    `json:"name"`
	// Weight is the number of votes in a quorum; 0 is one vote.
	Weight int `json:"weight,omitempty"`
}

// votes is what the signer's opinion weighs in a quorum.
func (s Signer) votes() int { return max(s.Weight, 1) }

// valid reports whether somebody can be found who is meant.
func (s Signer) valid() bool {
	p := s.Party
	if p.User != "" {
		return p.Unit != "" && p.Role == ""
	}
	return p.Role.Valid()
}

// mine reports whether the actor may sign for the party. What an operator may
// sign, the head of his unit may sign too.
func mine(actor act.Actor, p org.Party) bool {
	return actor.Is(p) || p.Role == org.Operator && actor.Is(org.Party{Unit: p.Unit, Role: org.Head})
}

// mayHandOn reports whether the actor may give the entry of a party to somebody
// else: whoever may sign, and the head of a unit one of whose people is asked,
// since that person may have left.
func mayHandOn(actor act.Actor, p org.Party) bool {
	return mine(actor, p) || p.User != "" && actor.Is(org.Party{Unit: p.Unit, Role: org.Head})
}

// repeated names the first signer who is listed twice, or nobody.
func repeated(signers []Signer) string {
	seen := make(map[org.Party]bool, len(signers))
	for _, s := range signers {
		if seen[s.Party] {
			return s.Name
		}
		seen[s.Party] = true
	}
	return ""
}
