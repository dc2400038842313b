package approval

import (
	"fmt"
	"time"
	"unicode/utf8"

	"duban/act"
	"duban/org"
)

// Actions beside the four opinions.
const (
	// Return disagrees and says where the subject should go back to (退回).
	Return = "return"
	// Transfer gives the entry to somebody else (转办).
	Transfer = "transfer"
	// Delegate has somebody prepare the opinion (委派); the signer then gives it.
	Delegate = "delegate"
	// Recall gets a delegated entry back before it is done.
	Recall = "recall"
	// AddSigners adds signers before, with or after the actor (加签).
	AddSigners = "add-signers"
	// RemoveSigner takes an open signer off the list (减签).
	RemoveSigner = "remove-signer"
	// Retract takes one's own opinion back while the step is open.
	Retract = "retract"
	// Withdraw takes the subject back (撤回), by the initiator.
	Withdraw = "withdraw"
	// Resubmit puts a changed or returned subject to sign again, by the initiator.
	// On a sign-off that is hosted by another process, that process submits.
	Resubmit = "resubmit"
	// Terminate gives the sign-off up (终止), by the initiator or a supervisor.
	Terminate = "terminate"
	// Urge presses all who are asked (催办).
	Urge = "urge"
	// CopyTo lets somebody know (抄送).
	CopyTo = "copy"
	// Reassign gives an open entry to somebody else, by a supervisor (改派).
	Reassign = "reassign"
	// Prolong moves the due moment of the open step, by a supervisor.
	Prolong = "prolong"
)

// Act is the payload of the command "sign": what one person does with a sign-off.
type Act struct {
	SignOff string `json:"signOff"`
	// Action is an opinion or one of the actions above.
	Action  string `json:"action"`
	Comment string `json:"comment,omitempty"`
	// Digest of the subject that the signer has read; checked when given.
	Digest string `json:"digest,omitempty"`
	// Entry is the number of the entry that is meant; 0 for the actor's own.
	Entry int `json:"entry,omitempty"`
	// InSteadOf is the id of the unit for which a supervisor decides.
	InSteadOf string `json:"inSteadOf,omitempty"`
	// To are those who are brought in.
	To []Signer `json:"to,omitempty"`
	// Place of added signers: before, with or after.
	Place Relation `json:"place,omitempty"`
	// ToStep is the index of the earlier step that a subject is returned to; nil
	// for the initiator.
	ToStep *int `json:"toStep,omitempty"`
	// DueAt is the new due moment of a step.
	DueAt       time.Time        `json:"dueAt,omitzero"`
	Attachments []act.Attachment `json:"attachments,omitempty"`
	// Title and Content are those of a subject of its own that is submitted again;
	// its attachments are then those above.
	Title   string `json:"title,omitempty"`
	Content string `json:"content,omitempty"`
}

// Do carries out what the actor asks of a sign-off.
func (s SignOff) Do(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	if err := in.check(); err != nil {
		return s, nil, err
	}
	switch in.Action {
	case Terminate:
		return s.terminate(actor, in)
	case CopyTo:
		return s.copyTo(actor, in, now)
	}
	if s.Status != Open {
		return s, nil, closed()
	}
	switch in.Action {
	case string(Agree), string(AgreeReservations), string(Disagree), string(Abstain), Return:
		return s.sign(actor, in, now)
	case Transfer:
		return s.transfer(actor, in, now)
	case Delegate:
		return s.delegate(actor, in, now)
	case Recall:
		return s.recall(actor, in, now)
	case AddSigners:
		return s.addSigners(actor, in, now)
	case RemoveSigner:
		return s.removeSigner(actor, in, now)
	case Retract:
		return s.retract(actor, in, now)
	case Withdraw:
		return s.withdraw(actor, in)
	case Urge:
		return s.urge(actor, in, now)
	case Reassign:
		return s.reassign(actor, in, now)
	case Prolong:
		return s.prolong(actor, in, now)
	case Resubmit:
		return s, nil, act.NotNow("hosted", "请在所属事项中修改后重新提交。", "Change the subject where it belongs and submit it there.")
	}
	return s, nil, unknownAction()
}

const (
	// longestComment bounds the words of one act, in characters.
	longestComment = 2000
	// maxAdded bounds how many are brought in by one act.
	maxAdded = 20
	// maxDepth bounds how often an entry is handed on.
	maxDepth = 10
)

// check refuses what could never be carried out, whoever asks for it.
func (in Act) check() error {
	if n := utf8.RuneCountInString(in.Comment); n > longestComment {
		return act.Malformed("too-long", fmt.Sprintf("意见过长（%d 字），最多 %d 字。", n, longestComment),
			fmt.Sprintf("The comment has %d characters; at most %d are allowed.", n, longestComment),
			act.Fault{Field: "comment", Code: "too-long", Zh: fmt.Sprintf("最多 %d 字", longestComment), En: fmt.Sprintf("at most %d characters", longestComment)})
	}
	if err := act.FewFiles(in.Attachments); err != nil {
		return err
	}
	if in.Comment == "" && in.needsComment() {
		return act.Malformed("comment-required", "请写明意见和理由。", "Give the reason for this.",
			act.Fault{Field: "comment", Code: "required", Zh: "必填", En: "required"})
	}
	return in.checkTo()
}

func (in Act) needsComment() bool {
	switch in.Action {
	case Return, Terminate, Reassign, Prolong, RemoveSigner:
		return true
	}
	return Opinion(in.Action).needsComment() || in.InSteadOf != ""
}

// checkTo refuses acts that bring nobody in, or too many, or the same one twice.
func (in Act) checkTo() error {
	most := 0
	switch in.Action {
	case Transfer, Delegate, Reassign:
		most = 1
	case AddSigners, CopyTo:
		most = maxAdded
	}
	fault := func(code, zh, en string) error {
		return act.Malformed(code, zh, en, act.Fault{Field: "to", Code: code, Zh: zh, En: en})
	}
	switch {
	case len(in.To) > most && most == 0:
		return fault("to-unused", "该操作不需要指定他人。", "This action names nobody else.")
	case len(in.To) > most:
		return fault("too-many", fmt.Sprintf("一次最多指定 %d 个。", most), fmt.Sprintf("At most %d can be named at once.", most))
	case len(in.To) == 0 && most > 0:
		return fault("to-required", "请指定单位或人员。", "Name a unit or a person.")
	}
	if twice := repeated(in.To); twice != "" {
		return fault("signer-twice", "“"+twice+"”重复。", twice+" is named twice.")
	}
	for _, signer := range in.To {
		if !signer.valid() {
			return fault("signer", "会签人须为“单位+岗位”、“岗位”或“单位中的某人”。", "A signer is a unit with a role, a role, or a user of a unit.")
		}
	}
	return nil
}

func (s SignOff) supervisedBy(actor act.Actor) bool {
	return s.Supervisor.ID != "" && actor.Is(org.Party{Unit: s.Supervisor.ID, Role: org.Supervisor})
}

// initiatedBy reports whether the actor works for the unit that put the subject
// to sign: as its operator or head, or as its supervisor where that is what the
// unit has.
func (s SignOff) initiatedBy(actor act.Actor) bool {
	return actor.WorksFor(s.Initiator.ID) || actor.Is(org.Party{Unit: s.Initiator.ID, Role: org.Supervisor})
}

func closed() error {
	return act.NotNow("sign-off-closed", "该会签已结束，无需再签署。", "This sign-off is closed.")
}

func notTheInitiator() error {
	return act.NotAllowed("not-the-initiator", "只有发起单位可以进行此操作。", "Only the initiating unit may do this.")
}

func notTheSupervisor() error {
	return act.NotAllowed("not-the-supervisor", "只有督查人员可以进行此操作。", "Only the supervisors of this sign-off may do this.")
}

func notASigner() error {
	return act.NotAllowed("not-a-signer",
		"您不在当前步骤的会签名单中，无法签署。",
		"You are not asked to sign the current step.")
}

func unknownAction() error {
	return act.Malformed("unknown-action", "不支持的会签操作。", "Unknown action on a sign-off.",
		act.Fault{Field: "action", Code: "unknown", Zh: "不支持的操作", En: "unknown action"})
}
