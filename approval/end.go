package approval

import (
	"time"

	"duban/act"
)

// withdraw takes the subject back; only the initiator's unit may.
func (s SignOff) withdraw(actor act.Actor, in Act) (SignOff, []act.Event, error) {
	if !s.initiatedBy(actor) {
		return s, nil, notTheInitiator()
	}
	s = s.dropOpen()
	s.Status = Withdrawn
	return s, []act.Event{act.Happened("sign-off.withdrawn", s.decided(in.Comment))}, nil
}

// terminate gives the sign-off up for good, by the initiator or a supervisor.
func (s SignOff) terminate(actor act.Actor, in Act) (SignOff, []act.Event, error) {
	if s.Status.Final() {
		return s, nil, closed()
	}
	if !s.initiatedBy(actor) && !s.supervisedBy(actor) {
		return s, nil, notTheInitiator()
	}
	s = s.dropOpen()
	s.Status = Terminated
	return s, []act.Event{act.Happened("sign-off.terminated", s.decided(in.Comment))}, nil
}

func (s SignOff) decided(reason string) Decided {
	return Decided{SignOff: s.ID, Round: s.Round, Digest: s.Digest, Reasons: []string{reason}}
}

// Drop ends a sign-off whose subject no longer exists.
func (s SignOff) Drop() SignOff {
	if !s.Status.Final() {
		s = s.dropOpen()
		s.Status = Terminated
	}
	return s
}

// reassign gives an open entry to somebody else, whatever its turn; only a
// supervisor may.
func (s SignOff) reassign(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	if !s.supervisedBy(actor) {
		return s, nil, notTheSupervisor()
	}
	at, found := s.find(in.Entry)
	if !found {
		return s, nil, act.NotFound("no-such-entry", "当前步骤没有这个会签人。", "The open step has no such signer.")
	}
	if !s.Entries[at].open() {
		return s, nil, act.NotNow("not-open", "该会签人已签署或不再需要签署。", "This signer has signed, or is not asked any more.")
	}
	if err := s.mayBring(at, in.To); err != nil {
		return s, nil, err
	}
	event := s.handedOn("reassigned", at, ByReassignment, in.To, in.Comment,
		act.Notice{To: s.Entries[at].Signer.Party, Kind: "removed", Title: "会签已改派他人：" + s.Title, TitleEn: "The supervisor asked somebody else to sign: " + s.Title})
	return s.release(at).replace(at, ByReassignment, actor, in, now, event)
}
