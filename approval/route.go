package approval

import (
	"fmt"
	"slices"

	"duban/act"
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
	// Quorum (票签) needs a number, or a share, of votes that agree.
	Quorum Mode = "quorum"
)

// hearsAll reports whether a step of this mode needs everybody's opinion.
func (m Mode) hearsAll() bool { return m == All || m == Sequence }

// OnDisagree says when a disagreement takes effect. In any and quorum it never
// ends a step by itself: the votes are counted.
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

// OnTimeout says what happens when a step's due moment passes. Whatever the
// clock decides is marked so.
type OnTimeout string

const (
	// Escalate tells the supervisor, who may decide in the signers' stead.
	Escalate OnTimeout = "escalate"
	// Consent takes silence for agreement (逾期视为同意).
	Consent OnTimeout = "consent"
	// Reject takes silence for disagreement.
	Reject OnTimeout = "reject"
	// None marks the step as overdue and leaves it at that.
	None OnTimeout = "none"
)

// Within is how long a step may take from the moment that it opens: natural
// days, or working days of the calendar.
type Within struct {
	Days    int  `json:"days"`
	Working bool `json:"working,omitempty"`
}

// Step is one step of a route.
type Step struct {
	Name    string   `json:"name"`
	Mode    Mode     `json:"mode"`
	Signers []Signer `json:"signers"`
	// Needed is the number of votes that must agree in a quorum.
	Needed int `json:"needed,omitempty"`
	// Percent, in place of Needed, is the share of all votes that must agree.
	Percent    int        `json:"percent,omitempty"`
	OnDisagree OnDisagree `json:"onDisagree"`
	Then       Then       `json:"then"`
	// When leaves the step out unless the subject is as it says.
	When *Condition `json:"when,omitempty"`
	// Within sets a due moment; nil for none.
	Within *Within `json:"within,omitempty"`
	// OnTimeout is what the due moment leads to; empty for Escalate.
	OnTimeout OnTimeout `json:"onTimeout,omitempty"`
}

// Escalates reports whether a passed due moment calls the supervisor.
func (s Step) Escalates() bool { return s.OnTimeout == "" || s.OnTimeout == Escalate }

// Route is the order in which a subject is signed off.
type Route []Step

const (
	// MaxSigners bounds one route: a step for every township of a province.
	MaxSigners = 5000
	// maxSteps bounds one route; more could not be overlooked.
	maxSteps = 50
	// maxWeight bounds the votes of one signer.
	maxWeight = 1000
	// maxDays bounds how long one step may take.
	maxDays = 365
)

// Validate refuses a route that could never be decided.
func (r Route) Validate() error {
	var faults []act.Fault
	fault := func(step int, code, zh, en string) {
		faults = append(faults, act.Fault{Field: fmt.Sprintf("steps[%d]", step), Code: code, Zh: zh, En: en})
	}
	signers := 0
	for i, step := range r {
		signers += len(step.Signers)
		step.check(func(code, zh, en string) { fault(i, code, zh, en) })
	}
	if len(r) == 0 {
		fault(0, "no-steps", "会签至少要有一个步骤。", "A sign-off needs at least one step.")
	}
	if len(r) > maxSteps {
		fault(0, "too-many-steps", fmt.Sprintf("一次会签最多 %d 个步骤。", maxSteps), fmt.Sprintf("A sign-off has at most %d steps.", maxSteps))
	}
	if signers > MaxSigners {
		fault(0, "too-many", fmt.Sprintf("一次会签最多 %d 个单位。", MaxSigners), fmt.Sprintf("A sign-off has at most %d signers.", MaxSigners))
	}
	if len(faults) > 0 {
		return act.Malformed("route", "会签流程设置有误，请按提示修改。", "The route of the sign-off has faults; correct them.", faults...)
	}
	return nil
}

// check reports what is wrong with a step.
func (s Step) check(fault func(code, zh, en string)) {
	if len(s.Signers) == 0 {
		fault("no-signers", "每一步至少要有一个会签单位。", "Every step needs at least one signer.")
	}
	if twice := repeated(s.Signers); twice != "" {
		fault("signer-twice", "同一步骤中“"+twice+"”重复。", "A signer is named twice in one step: "+twice+".")
	}
	for _, signer := range s.Signers {
		if !signer.valid() {
			fault("signer", "会签人须为“单位+岗位”、“岗位”或“单位中的某人”。", "A signer is a unit with a role, a role, or a user of a unit.")
			break
		}
		if signer.Weight < 0 || signer.Weight > maxWeight {
			fault("weight", fmt.Sprintf("票数应在 1 至 %d 之间。", maxWeight), fmt.Sprintf("A weight must be between 1 and %d.", maxWeight))
			break
		}
	}
	s.checkRules(fault)
	s.checkTime(fault)
}

func (s Step) checkRules(fault func(code, zh, en string)) {
	switch s.Mode {
	case All, Any, Sequence:
		if s.Needed != 0 || s.Percent != 0 {
			fault("quorum", "只有票签才设通过票数或比例。", "Only a quorum has a number or a share that is needed.")
		}
	case Quorum:
		s.checkQuorum(fault)
	default:
		fault("mode", "会签方式应为 all、any、sequence 或 quorum。", "The mode must be all, any, sequence or quorum.")
	}
	if s.OnDisagree != Veto && s.OnDisagree != Collect {
		fault("on-disagree", "不同意时的处理应为 veto 或 collect。", "onDisagree must be veto or collect.")
	}
	if s.Then != ThenReturn && s.Then != ThenReject {
		fault("then", "不同意后的去向应为 return 或 reject。", "then must be return or reject.")
	}
	if s.When != nil && s.When.empty() {
		fault("when", "步骤条件不能为空。", "The condition of a step says nothing.")
	}
}

func (s Step) checkQuorum(fault func(code, zh, en string)) {
	all := 0
	for _, signer := range s.Signers {
		all += signer.votes()
	}
	switch {
	case s.Percent != 0 && s.Needed != 0:
		fault("quorum", "票签的通过票数与通过比例只能设一个。", "A quorum has a number or a share that is needed, not both.")
	case s.Percent < 0 || s.Percent > 100:
		fault("quorum", "票签通过比例应在 1 至 100 之间。", "The share of a quorum must be between 1 and 100 percent.")
	case s.Percent == 0 && (s.Needed < 1 || s.Needed > all):
		fault("quorum", fmt.Sprintf("票签通过数应在 1 至 %d 之间。", all), fmt.Sprintf("The quorum must be between 1 and %d.", all))
	}
}

func (s Step) checkTime(fault func(code, zh, en string)) {
	if s.Within != nil && (s.Within.Days < 1 || s.Within.Days > maxDays) {
		fault("within", fmt.Sprintf("办理时限应在 1 至 %d 天之间。", maxDays), fmt.Sprintf("A step may take 1 to %d days.", maxDays))
	}
	if !slices.Contains([]OnTimeout{"", Escalate, Consent, Reject, None}, s.OnTimeout) {
		fault("on-timeout", "逾期处理应为 escalate、consent、reject 或 none。", "onTimeout must be escalate, consent, reject or none.")
	}
	if s.Within == nil && s.OnTimeout != "" {
		fault("on-timeout", "设置逾期处理前，请先设置办理时限。", "onTimeout needs a time within which to sign.")
	}
}

// needed is the number of votes that pass a quorum out of all that count.
func (s Step) needed(all int) int {
	if s.Percent > 0 {
		return (all*s.Percent + 99) / 100
	}
	return s.Needed
}
