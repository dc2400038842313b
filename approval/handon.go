package approval

import (
	"time"

	"duban/act"
)

// transfer gives an entry to somebody else, who has all rights of it.
func (s SignOff) transfer(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	at, err := s.handsOn(actor, in)
	if err != nil {
		return s, nil, err
	}
	event := s.handedOn("transferred", at, ByTransfer, in.To, in.Comment)
	return s.replace(at, ByTransfer, actor, in, now, event)
}

// replace puts another signer in the place of an open entry.
func (s SignOff) replace(at int, relation Relation, actor act.Actor, in Act, now time.Time, event act.Event) (SignOff, []act.Event, error) {
	s = s.with(at, func(e *Entry) {
		e.Status, e.Comment, e.By, e.At = Transferred, in.Comment, actor, now.UTC()
	}).add(at, relation, actor, in.To...)
	s, more := s.advance(now)
	return s, append([]act.Event{event}, more...), nil
}

// delegate has somebody prepare the opinion. What he says is heard, and the
// entry comes back to the signer.
func (s SignOff) delegate(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	at, err := s.handsOn(actor, in)
	if err != nil {
		return s, nil, err
	}
	event := s.handedOn("delegated", at, ByDelegation, in.To, in.Comment)
	s, more := s.add(at, ByDelegation, actor, in.To...).advance(now)
	return s, append([]act.Event{event}, more...), nil
}

// addSigners adds signers to the actor: before him, with him or after him.
func (s SignOff) addSigners(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	if in.Place != Before && in.Place != With && in.Place != After {
		return s, nil, act.Malformed("place", "加签位置应为 before、with 或 after。", "The place must be before, with or after.",
			act.Fault{Field: "place", Code: "place", Zh: "应为 before、with 或 after", En: "must be before, with or after"})
	}
	at, err := s.handsOn(actor, in)
	if err != nil {
		return s, nil, err
	}
	event := s.handedOn("signers-added", at, in.Place, in.To, in.Comment)
	s, more := s.add(at, in.Place, actor, in.To...).advance(now)
	return s, append([]act.Event{event}, more...), nil
}

// handsOn finds the waiting entry that the actor may bring others into, and
// checks whom he brings.
func (s SignOff) handsOn(actor act.Actor, in Act) (int, error) {
	at, found := s.entryOf(in.Entry, func(e *Entry) bool { return e.Status == Waiting && mayHandOn(actor, e.Signer.Party) })
	if !found {
		in.Action = ""
		_, err := s.entryFor(actor, in)
		if err == nil {
			err = notASigner()
		}
		return 0, err
	}
	return at, s.mayBring(at, in.To)
}

// mayBring refuses to bring those in who have their say already, or too many.
func (s SignOff) mayBring(at int, signers []Signer) error {
	for _, signer := range signers {
		if s.asked(signer.Party) {
			return act.NotNow("already-asked", "“"+signer.Name+"”已在当前步骤的名单中。", signer.Name+" is in the present step already.")
		}
	}
	if len(s.Entries)+len(signers) > maxEntries {
		return tooMany()
	}
	from, to := s.current()
	if treeOf(s, from, to).depth(at) >= maxDepth {
		return act.NotNow("too-deep", "转办、加签层级过多，请直接签署意见。", "This was handed on too often; please give an opinion.")
	}
	return nil
}

// recall gets a delegated entry back.
func (s SignOff) recall(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	at, found := s.entryOf(in.Entry, func(e *Entry) bool {
		return e.open() && e.Relation == ByDelegation && mine(actor, s.Entries[e.Origin-1].Signer.Party)
	})
	if !found {
		return s, nil, act.NotAllowed("nothing-to-recall", "没有您可以收回的委派。", "There is nothing that you delegated and could recall.")
	}
	return s.takeOff(at, actor, in, "recalled", now)
}

// removeSigner takes an open signer off the list. The initiator may, and whoever
// brought the signer in.
func (s SignOff) removeSigner(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	at, found := s.find(in.Entry)
	if !found {
		return s, nil, act.NotFound("no-such-entry", "当前步骤没有这个会签人。", "The open step has no such signer.")
	}
	e := s.Entries[at]
	brought := e.Origin > 0 && e.AddedBy.IsPerson() && e.AddedBy.Principal() == actor.Principal()
	switch {
	case !s.initiatedBy(actor) && !brought:
		return s, nil, act.NotAllowed("may-not-remove", "只有发起单位或加签人可以减签。", "Only the initiating unit, or who added the signer, may remove him.")
	case !e.open():
		return s, nil, act.NotNow("not-open", "该会签人已签署或不再需要签署。", "This signer has signed, or is not asked any more.")
	}
	return s.takeOff(at, actor, in, "removed", now)
}

// takeOff ends an open entry without an opinion, with everybody whom its signer
// had asked first. What is left must still be able to decide the step.
func (s SignOff) takeOff(at int, actor act.Actor, in Act, what string, now time.Time) (SignOff, []act.Event, error) {
	event := s.handedOn(what, at, s.Entries[at].Relation, nil, in.Comment,
		act.Notice{To: s.Entries[at].Signer.Party, Kind: "removed", Title: "无需再会签：" + s.Title, TitleEn: "Your signature is no longer needed: " + s.Title})
	next := s.release(at).with(at, func(e *Entry) {
		e.Status, e.Comment, e.By, e.At = Removed, in.Comment, actor, now.UTC()
	})
	rule, votes := next.Route[next.Step], next.count()
	if votes.all() == 0 || votes.left == 0 && votes.agree+votes.disagree == 0 {
		return s, nil, act.NotNow("last-signer", "这是本步骤最后一个会签人，不能减签；可终止或撤回会签。",
			"This is the last signer of the step and cannot be removed; terminate or withdraw the sign-off instead.")
	}
	if rule.Mode == Quorum && votes.agree+votes.left < rule.needed(votes.all()) {
		return s, nil, act.NotNow("quorum-out-of-reach", "减签后票数将无法达到通过标准，不能减签。", "Without this signer the quorum could not be reached.")
	}
	next, more := next.advance(now)
	return next, append([]act.Event{event}, more...), nil
}
