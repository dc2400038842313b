package approval

import (
	"encoding/json"
	"slices"
	"time"

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
	Withdrawn Status = "withdrawn" // taken back by the initiator, who may submit again
	// Terminated: given up, or the subject went away before it was decided.
	Terminated Status = "terminated"
)

// Resubmittable reports whether another round may follow.
func (s Status) Resubmittable() bool { return s == Returned || s == Withdrawn }

// Final reports whether nothing can follow any more.
func (s Status) Final() bool { return s == Approved || s == Rejected || s == Terminated }

// TemplateRef names the version of a template that a route was made from.
type TemplateRef struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// SignOff is a subject on its way through a route.
type SignOff struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind"`   // decomposition, completion, review, extension, general
	Title     string      `json:"title"`  // one line for the inbox
	Digest    string      `json:"digest"` // of the content that is to be signed
	Parts     []Part      `json:"parts,omitempty"`
	Facts     Facts       `json:"facts,omitzero"`
	Initiator org.UnitRef `json:"initiator"`
	// Supervisor is the unit whose supervisors may decide in a signer's stead;
	// without one nobody may.
	Supervisor org.UnitRef  `json:"supervisor,omitzero"`
	Route      Route        `json:"route"`
	Template   *TemplateRef `json:"template,omitempty"`
	// CarryOver lets opinions on an unchanged part stand in the next round.
	CarryOver bool   `json:"carryOver,omitempty"`
	Status    Status `json:"status"`
	Round     int    `json:"round"` // 1 for the first
	Step      int    `json:"step"`  // index of the open step
	// Entries of all rounds, in the order in which they were opened.
	Entries []*Entry `json:"entries"`
	// Contents are what the subject said, round by round; one that did not change
	// is there once.
	Contents []Content `json:"contents,omitempty"`
	// OpenedAt is when the present round began.
	OpenedAt time.Time `json:"openedAt"`
	// DueAt is when the open step is due; zero while it is not known, or where the
	// step has no due moment.
	DueAt time.Time `json:"dueAt,omitzero"`
	// Counted says how DueAt was found; nil where a person set it, or nothing is due.
	Counted *Counted `json:"counted,omitempty"`
	// DueWanted: the open step has a due moment that nobody has asked for yet.
	DueWanted bool      `json:"dueWanted,omitempty"`
	Overdue   bool      `json:"overdue,omitempty"`
	UrgedAt   time.Time `json:"urgedAt,omitzero"`
	Copies    []Copy    `json:"copies,omitempty"`
}

// maxEntries bounds what one sign-off keeps of all its rounds, so that it always
// fits into what the engine carries from one run to the next.
const maxEntries = 3 * MaxSigners

// Start opens the first round of a subject with its content.
func Start(s SignOff, body json.RawMessage, now time.Time) (SignOff, []act.Event, error) {
	if err := s.Route.Validate(); err != nil {
		return s, nil, err
	}
	if !slices.ContainsFunc(s.Route, func(step Step) bool { return step.When.holds(s.Kind, s.Facts) }) {
		return s, nil, act.Malformed("no-steps", "没有一个步骤适用于该事项，请检查步骤条件。",
			"No step is meant for this subject; check the conditions.")
	}
	s.Round, s.Entries, s.Contents = 0, nil, nil
	stated := s.state(body)
	s, events := s.nextRound(0, now)
	return s, append(stated, events...), nil
}

// Subject is what is put to sign in a round.
type Subject struct {
	Title  string
	Digest string
	Parts  []Part
	Facts  Facts
	// Body is the content itself, which the record keeps.
	Body json.RawMessage
	// Comment says what was changed, or why nothing was.
	Comment string
}

// Resubmit opens another round. A subject that was given back may come again as
// it is; one that is still open must have changed.
func (s SignOff) Resubmit(subject Subject, now time.Time) (SignOff, []act.Event, error) {
	if !s.Status.Resubmittable() && s.Status != Open {
		return s, nil, act.NotNow("sign-off-closed", "该会签已结束，不能重新提交。", "This sign-off is closed and cannot be submitted again.")
	}
	if s.Status == Open && subject.Digest == s.Digest {
		return s, nil, act.NotNow("unchanged", "内容没有变化，会签仍在进行，无需重新提交。",
			"Nothing has changed and the sign-off is still open; there is nothing to submit.")
	}
	if len(s.Entries)+s.Route.signers() > maxEntries {
		return s, nil, act.NotNow("too-many-rounds", "该会签轮次过多，请终止后另行发起。",
			"This sign-off has had too many rounds; terminate it and open a new one.")
	}
	before := s.content()
	s = s.dropOpen()
	s.Title, s.Digest, s.Parts, s.Facts = subject.Title, subject.Digest, subject.Parts, subject.Facts
	resubmitted := act.Happened("sign-off.resubmitted", Resubmitted{SignOff: s.ID, From: before.Digest, To: s.Digest,
		Differences: Differences(before.Parts, s.Parts), Comment: subject.Comment})
	stated := s.state(subject.Body)
	s, events := s.nextRound(0, now)
	return s, slices.Concat([]act.Event{resubmitted}, stated, events), nil
}

// state is the event that keeps the content of the round that begins, where it
// is one that the record does not have yet.
func (s SignOff) state(body json.RawMessage) []act.Event {
	if _, known := s.contentOf(s.Digest); known {
		return nil
	}
	return []act.Event{act.Happened("sign-off.content", Stated{SignOff: s.ID, Round: s.Round + 1, Title: s.Title, Digest: s.Digest,
		Parts: s.Parts, Content: body})}
}

// signers is the number of signers of all steps.
func (r Route) signers() int {
	n := 0
	for _, step := range r {
		n += len(step.Signers)
	}
	return n
}

// nextRound begins a round at a step.
func (s SignOff) nextRound(step int, now time.Time) (SignOff, []act.Event) {
	s.Status, s.Round, s.OpenedAt = Open, s.Round+1, now
	if _, known := s.contentOf(s.Digest); !known {
		s.Contents = append(slices.Clone(s.Contents), s.content())
	}
	opened := act.Happened("sign-off.opened", Opened{SignOff: s.ID, Kind: s.Kind, Title: s.Title, Digest: s.Digest, Round: s.Round, Step: step})
	s, events := s.openFrom(step, now)
	return s, append([]act.Event{opened}, events...)
}

// openFrom opens the first step from the given one on that is meant for the
// subject; where there is none, the subject is approved.
func (s SignOff) openFrom(step int, now time.Time) (SignOff, []act.Event) {
	var events []act.Event
	for ; step < len(s.Route); step++ {
		if s.Route[step].When.holds(s.Kind, s.Facts) {
			s, opened := s.openStep(step, now)
			return s, append(events, opened...)
		}
		events = append(events, act.Happened("sign-off.step-skipped", StepDone{SignOff: s.ID, Round: s.Round, Step: step}))
	}
	s.Status = Approved
	return s, append(events, act.Happened("sign-off.approved", Decided{SignOff: s.ID, Round: s.Round, Digest: s.Digest}))
}

// openStep asks the signers of a step, as far as their turn has come and their
// opinion is not carried over.
func (s SignOff) openStep(step int, now time.Time) (SignOff, []act.Event) {
	rule := s.Route[step]
	s.Step, s.Overdue, s.DueAt, s.Counted, s.DueWanted = step, false, time.Time{}, nil, rule.Within != nil
	entries := slices.Grow(slices.Clone(s.Entries), len(rule.Signers))
	carried := s.carried(step)
	var kept []int
	for i, signer := range rule.Signers {
		if old, is := carried[i]; is {
			entries = append(entries, old)
			kept = append(kept, len(entries))
			continue
		}
		entries = append(entries, &Entry{Round: s.Round, Step: step, Signer: signer, Status: Pending})
	}
	s.Entries = entries
	var events []act.Event
	if len(kept) > 0 {
		events = append(events, act.Happened("sign-off.carried", Numbers{SignOff: s.ID, Round: s.Round, Step: step, Entries: kept}))
	}
	s, more := s.advance(now)
	return s, append(events, more...)
}

// advance gives everybody his turn and decides the step as far as the opinions
// allow.
func (s SignOff) advance(now time.Time) (SignOff, []act.Event) {
	rule := s.Route[s.Step]
	votes := s.count()
	switch {
	case votes.decidesAgainst(rule):
		return s.fail(now)
	case votes.decidesFor(rule):
		return s.pass(now)
	}
	return s.arrange(now)
}

func (s SignOff) pass(now time.Time) (SignOff, []act.Event) {
	s = s.dropOpen()
	passed := act.Happened("sign-off.step-passed", StepDone{SignOff: s.ID, Round: s.Round, Step: s.Step})
	s, events := s.openFrom(s.Step+1, now)
	return s, append([]act.Event{passed}, events...)
}

// fail ends the step: rejected, back to the initiator, or back to an earlier step.
func (s SignOff) fail(now time.Time) (SignOff, []act.Event) {
	reasons, rejected, to := s.verdict()
	decided := Decided{SignOff: s.ID, Round: s.Round, Digest: s.Digest, Reasons: reasons}
	s = s.dropOpen()
	switch {
	case rejected:
		s.Status = Rejected
		return s, []act.Event{act.Happened("sign-off.rejected", decided)}
	case to == ToInitiator:
		s.Status = Returned
		return s, []act.Event{act.Happened("sign-off.returned", decided)}
	}
	decided.ToStep = &to
	returned := act.Happened("sign-off.returned-to-step", decided)
	s, events := s.nextRound(to, now)
	return s, append([]act.Event{returned}, events...)
}

// verdict is what the disagreements of the step come to: their reasons, whether
// they reject, and otherwise the earliest place that anybody wants the subject
// back at.
func (s SignOff) verdict() (reasons []string, rejected bool, to int) {
	rule := s.Route[s.Step]
	from, end := s.current()
	to, wanted := s.Step, false
	for _, e := range s.Entries[from:end] {
		if e.Status != Signed || e.Opinion != Disagree {
			continue
		}
		reasons = append(reasons, e.Signer.Name+"："+e.Comment)
		if e.ReturnTo == nil {
			rejected = rejected || rule.Then == ThenReject
			to, wanted = ToInitiator, true
			continue
		}
		to, wanted = min(to, *e.ReturnTo), true
	}
	if !wanted {
		return nil, rule.Then == ThenReject, ToInitiator
	}
	return bounded(reasons), rejected, to
}

// bounded keeps the reasons of a vote among thousands readable.
func bounded(reasons []string) []string {
	const most = 50
	if len(reasons) <= most {
		return reasons
	}
	return append(slices.Clone(reasons[:most]), "……")
}

// dropOpen frees everybody who is still asked.
func (s SignOff) dropOpen() SignOff {
	entries := slices.Clone(s.Entries)
	for i, e := range entries {
		if e.open() {
			dropped := *e
			dropped.Status = Unneeded
			entries[i] = &dropped
		}
	}
	s.Entries, s.DueAt, s.Counted, s.DueWanted = entries, time.Time{}, nil, false
	return s
}
