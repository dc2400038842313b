// Package approval decides sign-offs (会签): who is asked in which order, what
// an opinion does, and when a step or the whole is decided. It waits for
// nothing and touches nothing; a workflow hosts it and tells it the time.
//
// Laws, whatever the order and the number of acts:
//   - an accepted act is counted once, and no opinion disappears;
//   - a step with every needed opinion is decided at once, in the same act;
//   - every waiting signer of the open step has exactly one entry, nobody else
//     has a waiting one;
//   - a sign-off that is not open has no waiting entries;
//   - the order of simultaneous opinions of one step does not change the result
//     under mode all with collect;
//   - an opinion binds the digest that was signed; a returned subject is signed
//     anew in the next round, and the opinions of earlier rounds stay.
package approval

import (
	"fmt"

	"duban/act"
	"duban/org"
)

// Mode says whose opinions a step needs.
type Mode string

const (
	// All (会签) needs every signer.
	All Mode = "all"
	// Any (或签) needs one signer.
	Any Mode = "any"
	// Sequence (依次) asks the signers one after the other, and needs all.
	Sequence Mode = "sequence"
	// Quorum (票签) needs a number of signers who agree.
	Quorum Mode = "quorum"
)

// OnDisagree says when a disagreement takes effect.
type OnDisagree string

const (
	// Veto ends the step with the first disagreement.
	Veto OnDisagree = "veto"
	// Collect waits for all opinions of the step.
	Collect OnDisagree = "collect"
)

// Then says what a disagreement leads to.
type Then string

const (
	// ThenReturn gives the subject back to the initiator (退回).
	ThenReturn Then = "return"
	// ThenReject ends the sign-off (否决).
	ThenReject Then = "reject"
)

// Signer is a party that is asked, with the unit's name at that time.
type Signer struct {
	Party org.Party `json:"party"`
	Name  string    `json:"name"`
}

// Step is one step of a route.
type Step struct {
	Name    string   `json:"name"`
	Mode    Mode     `json:"mode"`
	Signers []Signer `json:"signers"`
	// Needed is the number of agreements of a quorum.
	Needed     int        `json:"needed,omitempty"`
	OnDisagree OnDisagree `json:"onDisagree"`
	Then       Then       `json:"then"`
}

// Route is the order in which a subject is signed off.
type Route []Step

// maxSigners bounds one route, as the record of a process has its limits.
const maxSigners = 500

// Validate refuses a route that could never be decided.
func (r Route) Validate() error {
	var faults []act.Fault
	fault := func(step int, code, zh, en string) {
		faults = append(faults, act.Fault{Field: fmt.Sprintf("steps[%d]", step), Code: code, Zh: zh, En: en})
	}
	signers := 0
	for i, step := range r {
		signers += len(step.Signers)
		if len(step.Signers) == 0 {
			fault(i, "no-signers", "每一步至少要有一个会签单位。", "Every step needs at least one signer.")
		}
		if twice := repeated(step.Signers); twice != "" {
			fault(i, "signer-twice", "同一步骤中“"+twice+"”重复。", "A signer is named twice in one step: "+twice+".")
		}
		switch step.Mode {
		case All, Any, Sequence:
		case Quorum:
			if step.Needed < 1 || step.Needed > len(step.Signers) {
				fault(i, "quorum", fmt.Sprintf("票签通过数应在 1 至 %d 之间。", len(step.Signers)),
					fmt.Sprintf("The quorum must be between 1 and %d.", len(step.Signers)))
			}
		default:
			fault(i, "mode", "会签方式应为 all、any、sequence 或 quorum。", "The mode must be all, any, sequence or quorum.")
		}
		if step.OnDisagree != Veto && step.OnDisagree != Collect {
			fault(i, "on-disagree", "不同意时的处理应为 veto 或 collect。", "onDisagree must be veto or collect.")
		}
		if step.Then != ThenReturn && step.Then != ThenReject {
			fault(i, "then", "不同意后的去向应为 return 或 reject。", "then must be return or reject.")
		}
	}
	if len(r) == 0 {
		fault(0, "no-steps", "会签至少要有一个步骤。", "A sign-off needs at least one step.")
	}
	if signers > maxSigners {
		fault(0, "too-many", fmt.Sprintf("一次会签最多 %d 个单位。", maxSigners), fmt.Sprintf("A sign-off has at most %d signers.", maxSigners))
	}
	if len(faults) > 0 {
		return act.Malformed("route", "会签流程设置有误，请按提示修改。", "The route of the sign-off has faults; correct them.", faults...)
	}
	return nil
}

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
