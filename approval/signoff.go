package approval

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"duban/act"
	"duban/org"
)

// Status of a sign-off.
type Status string

const (
	Open      Status = "open"
	Approved  Status = "approved"
	Returned  Status = "returned" // back at the initiator, who may submit again
	Rejected  Status = "rejected"
	Withdrawn Status = "withdrawn"
	// Terminated: the subject went away before it was decided.
	Terminated Status = "terminated"
)

// Opinion is what a signer says.
type Opinion string

const (
	Agree             Opinion = "agree"
	AgreeReservations Opinion = "agree-with-reservations"
	Disagree          Opinion = "disagree"
	Abstain           Opinion = "abstain"
)

// needsComment: the others must know what to change.
func (o Opinion) needsComment() bool { return o == Disagree || o == AgreeReservations }

func (o Opinion) valid() bool {
	return slices.Contains([]Opinion{Agree, AgreeReservations, Disagree, Abstain}, o)
}

// Zh is the opinion in Chinese, as it stands in notices.
func (o Opinion) Zh() string {
	switch o {
	case Agree:
		return "同意"
	case AgreeReservations:
		return "原则同意，有保留意见"
	case Disagree:
		return "不同意"
	case Abstain:
		return "弃权"
	}
	return string(o)
}

// EntryStatus is where one signer stands in one round.
type EntryStatus string

const (
	// Pending: the signer's turn in a sequence has not come.
	Pending EntryStatus = "pending"
	// Waiting: the signer is asked now.
	Waiting EntryStatus = "waiting"
	// Signed: the opinion is in.
	Signed EntryStatus = "signed"
	// Unneeded: the step was decided, or the sign-off ended, without it.
	Unneeded EntryStatus = "unneeded"
)

// Entry is one signer in one step of one round.
type Entry struct {
	Round   int         `json:"round"`
	Step    int         `json:"step"`
	Signer  Signer      `json:"signer"`
	Status  EntryStatus `json:"status"`
	AskedAt time.Time   `json:"askedAt"` // when the signer's turn came
	Opinion Opinion     `json:"opinion,omitempty"`
	Comment string      `json:"comment,omitempty"`
	By      act.Actor   `json:"by,omitzero"`
	At      time.Time   `json:"at,omitzero"`
	Digest  string      `json:"digest,omitempty"` // what was signed
	// InStead marks an opinion that a supervisor gave for a signer.
	InStead bool `json:"inStead,omitempty"`
}

// SignOff is a subject on its way through a route.
type SignOff struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind"`   // decomposition, completion, extension, general
	Title     string      `json:"title"`  // one line for the inbox
	Digest    string      `json:"digest"` // of the content that is to be signed
	Initiator org.UnitRef `json:"initiator"`
	// Supervisor is the unit whose supervisors may decide in a signer's stead;
	// without one nobody may.
	Supervisor org.UnitRef `json:"supervisor,omitzero"`
	Route      Route       `json:"route"`
	Status     Status      `json:"status"`
	Round      int         `json:"round"` // 1 for the first
	Step       int         `json:"step"`  // index of the open step
	// Entries of all rounds, in the order in which they were opened.
	Entries []Entry `json:"entries"`
	// OpenedAt is when the present round began.
	OpenedAt time.Time `json:"openedAt"`
}

// Start opens the first round.
func Start(s SignOff, now time.Time) (SignOff, []act.Event, error) {
	if err := s.Route.Validate(); err != nil {
		return s, nil, err
	}
	s.Round, s.Entries = 0, nil
	return s.nextRound(now)
}

// Resubmit opens another round on a subject that was given back.
func (s SignOff) Resubmit(title, digest string, now time.Time) (SignOff, []act.Event, error) {
	if s.Status != Returned && s.Status != Withdrawn {
		return s, nil, act.NotNow("sign-off-not-returned",
			"只有被退回或撤回的会签才能重新提交。",
			"Only a returned or withdrawn sign-off can be submitted again.")
	}
	s.Title, s.Digest = title, digest
	return s.nextRound(now)
}

func (s SignOff) nextRound(now time.Time) (SignOff, []act.Event, error) {
	s.Status, s.Round, s.OpenedAt = Open, s.Round+1, now
	events := []act.Event{act.Happened("sign-off.opened", Opened{
		SignOff: s.ID, Kind: s.Kind, Title: s.Title, Digest: s.Digest, Round: s.Round})}
	s, asked := s.openStep(0, now)
	return s, append(events, asked), nil
}

// openStep asks the signers of a step; of a sequence only the first.
func (s SignOff) openStep(step int, now time.Time) (SignOff, act.Event) {
	s.Step = step
	entries := slices.Clone(s.Entries)
	var asked []Signer
	for i, signer := range s.Route[step].Signers {
		e := Entry{Round: s.Round, Step: step, Signer: signer, Status: Waiting, AskedAt: now}
		if s.Route[step].Mode == Sequence && i > 0 {
			e.Status, e.AskedAt = Pending, time.Time{}
		} else {
			asked = append(asked, signer)
		}
		entries = append(entries, e)
	}
	s.Entries = entries
	return s, s.askedEvent(asked)
}

func (s SignOff) askedEvent(asked []Signer) act.Event {
	notices := make([]act.Notice, 0, len(asked))
	for _, signer := range asked {
		notices = append(notices, act.Notice{To: signer.Party, Kind: "sign-off",
			Title: "请会签：" + s.Title, TitleEn: "Please sign: " + s.Title})
	}
	return act.Happened("sign-off.asked", Asked{SignOff: s.ID, Round: s.Round, Step: s.Step, Signers: asked}, notices...)
}

// longestComment bounds the words of one opinion, in characters.
const longestComment = 2000

// Sign gives an opinion. The digest must be the one of the subject that is
// being signed, so that nobody signs what he has not seen.
func (s SignOff) Sign(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	if s.Status != Open {
		return s, nil, closed()
	}
	opinion := Opinion(in.Action)
	if !opinion.valid() {
		return s, nil, unknownAction()
	}
	if in.Comment == "" && (opinion.needsComment() || in.InSteadOf != "") {
		return s, nil, act.Malformed("comment-required", "请写明意见和理由。", "Give the reason for this opinion.",
			act.Fault{Field: "comment", Code: "required", Zh: "必填", En: "required"})
	}
	if n := utf8.RuneCountInString(in.Comment); n > longestComment {
		return s, nil, act.Malformed("too-long", fmt.Sprintf("意见过长（%d 字），最多 %d 字。", n, longestComment),
			fmt.Sprintf("The comment has %d characters; at most %d are allowed.", n, longestComment),
			act.Fault{Field: "comment", Code: "too-long", Zh: fmt.Sprintf("最多 %d 字", longestComment), En: fmt.Sprintf("at most %d characters", longestComment)})
	}
	at, err := s.entryFor(actor, in)
	if err != nil {
		return s, nil, err
	}
	if in.Digest != "" && in.Digest != s.Digest {
		return s, nil, act.NotNow("subject-changed",
			"会签内容已变更，请查看最新内容后再签署。",
			"The subject was changed; read it again before signing.")
	}
	entries := slices.Clone(s.Entries)
	e := &entries[at]
	e.Status, e.Opinion, e.Comment, e.By, e.At, e.Digest = Signed, opinion, in.Comment, actor, now.UTC(), s.Digest
	e.InStead = in.InSteadOf != ""
	s.Entries = entries
	events := []act.Event{act.Happened("sign-off.signed", Given{SignOff: s.ID, Round: s.Round, Step: s.Step,
		Signer: e.Signer, Opinion: opinion, Comment: in.Comment, Digest: s.Digest, InStead: e.InStead})}
	s, more := s.advance(now)
	return s, append(events, more...), nil
}

// entryFor finds the waiting entry that the actor may fill.
func (s SignOff) entryFor(actor act.Actor, in Act) (int, error) {
	answered := false
	for i, e := range s.Entries {
		if e.Round != s.Round || e.Step != s.Step {
			continue
		}
		mine := actor.Is(e.Signer.Party)
		if in.InSteadOf != "" {
			mine = e.Signer.Party.Unit == in.InSteadOf && s.supervisedBy(actor)
		}
		switch {
		case mine && e.Status == Waiting:
			return i, nil
		case mine && e.Status == Signed:
			answered = true
		}
	}
	if answered {
		return 0, act.NotNow("already-signed", "贵单位已签署过意见。", "Your unit has already signed this round.")
	}
	return 0, act.NotAllowed("not-a-signer",
		"您不在当前步骤的会签名单中，无法签署。",
		"You are not asked to sign the current step.")
}

func (s SignOff) supervisedBy(actor act.Actor) bool {
	return s.Supervisor.ID != "" && actor.Is(org.Party{Unit: s.Supervisor.ID, Role: org.Supervisor})
}

// advance decides the open step as far as the opinions allow.
func (s SignOff) advance(now time.Time) (SignOff, []act.Event) {
	step := s.Route[s.Step]
	votes := s.count()
	switch {
	case votes.decidesAgainst(step):
		return s.fail(step)
	case votes.decidesFor(step):
		return s.pass(now)
	case step.Mode == Sequence && votes.waiting == 0:
		return s.askNext(now)
	}
	return s, nil
}

func (s SignOff) askNext(now time.Time) (SignOff, []act.Event) {
	entries := slices.Clone(s.Entries)
	i := slices.IndexFunc(entries, func(e Entry) bool {
		return e.Round == s.Round && e.Step == s.Step && e.Status == Pending
	})
	entries[i].Status, entries[i].AskedAt = Waiting, now
	s.Entries = entries
	return s, []act.Event{s.askedEvent([]Signer{entries[i].Signer})}
}

func (s SignOff) pass(now time.Time) (SignOff, []act.Event) {
	s = s.dropOpen()
	events := []act.Event{act.Happened("sign-off.step-passed", StepDone{SignOff: s.ID, Round: s.Round, Step: s.Step})}
	if s.Step+1 < len(s.Route) {
		s, asked := s.openStep(s.Step+1, now)
		return s, append(events, asked)
	}
	s.Status = Approved
	return s, append(events, act.Happened("sign-off.approved", Decided{SignOff: s.ID, Round: s.Round, Digest: s.Digest}))
}

func (s SignOff) fail(step Step) (SignOff, []act.Event) {
	reasons := s.reasons()
	s = s.dropOpen()
	kind := "sign-off.returned"
	s.Status = Returned
	if step.Then == ThenReject {
		kind, s.Status = "sign-off.rejected", Rejected
	}
	return s, []act.Event{act.Happened(kind, Decided{SignOff: s.ID, Round: s.Round, Digest: s.Digest, Reasons: reasons})}
}

// Withdraw takes the subject back; only the initiator's unit may.
func (s SignOff) Withdraw(actor act.Actor, reason string) (SignOff, []act.Event, error) {
	if s.Status != Open {
		return s, nil, closed()
	}
	if !actor.WorksFor(s.Initiator.ID) {
		return s, nil, act.NotAllowed("not-the-initiator", "只有发起单位可以撤回。", "Only the initiating unit may withdraw.")
	}
	s = s.dropOpen()
	s.Status = Withdrawn
	return s, []act.Event{act.Happened("sign-off.withdrawn", Decided{SignOff: s.ID, Round: s.Round, Digest: s.Digest, Reasons: []string{reason}})}, nil
}

// dropOpen frees everybody who is still asked.
func (s SignOff) dropOpen() SignOff {
	entries := slices.Clone(s.Entries)
	for i := range entries {
		if entries[i].Status == Waiting || entries[i].Status == Pending {
			entries[i].Status = Unneeded
		}
	}
	s.Entries = entries
	return s
}

// reasons of those who disagree in the open step, unit by unit.
func (s SignOff) reasons() []string {
	var reasons []string
	for _, e := range s.Entries {
		if e.Round == s.Round && e.Step == s.Step && e.Opinion == Disagree {
			reasons = append(reasons, e.Signer.Name+"："+e.Comment)
		}
	}
	return reasons
}

// WaitingEntries returns who is asked now.
func (s SignOff) WaitingEntries() []Entry {
	var waiting []Entry
	for _, e := range s.Entries {
		if e.Status == Waiting {
			waiting = append(waiting, e)
		}
	}
	return waiting
}

func closed() error {
	return act.NotNow("sign-off-closed", "该会签已结束，无需再签署。", "This sign-off is closed.")
}

func unknownAction() error {
	return act.Malformed("unknown-action",
		"不支持的会签操作，可用：同意、有保留同意、不同意、弃权、撤回。",
		"Unknown action; use agree, agree-with-reservations, disagree, abstain or withdraw.",
		act.Fault{Field: "action", Code: "unknown", Zh: "不支持的操作", En: "unknown action"})
}

// Terminate ends an open sign-off whose subject no longer exists.
func (s SignOff) Terminate() SignOff {
	if s.Status == Open {
		s = s.dropOpen()
		s.Status = Terminated
	}
	return s
}
