package approval

import (
	"slices"
	"time"

	"duban/act"
)

// sign gives an opinion. The digest must be the one of the subject that is
// being signed, so that nobody signs what he has not seen.
func (s SignOff) sign(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	at, err := s.entryFor(actor, in)
	if err != nil {
		return s, nil, err
	}
	if in.Digest != "" && in.Digest != s.Digest {
		return s, nil, s.changedSince(in.Digest)
	}
	opinion, to, err := s.opinion(in)
	if err != nil {
		return s, nil, err
	}
	s = s.release(at).with(at, func(e *Entry) {
		e.Status, e.Opinion, e.Comment, e.Attachments, e.ReturnTo = Signed, opinion, in.Comment, in.Attachments, to
		e.By, e.At, e.Digest, e.InStead = actor, now.UTC(), s.Digest, in.InSteadOf != ""
	})
	e := s.Entries[at]
	given := act.Happened("sign-off.signed", Given{SignOff: s.ID, Round: s.Round, Step: s.Step, Entry: at + 1, Signer: e.Signer, Opinion: opinion,
		Comment: in.Comment, Attachments: in.Attachments, ReturnTo: to, Digest: s.Digest, InStead: e.InStead})
	s, more := s.advance(now)
	return s, append([]act.Event{given}, more...), nil
}

// opinion is what an action says, and where it wants the subject back.
func (s SignOff) opinion(in Act) (Opinion, *int, error) {
	if in.Action != Return {
		return Opinion(in.Action), nil, nil
	}
	to := ToInitiator
	if in.ToStep != nil {
		to = *in.ToStep
		if to < 0 || to >= s.Step || !s.opened(to) {
			return "", nil, act.Malformed("to-step", "只能退回发起单位或已经过的步骤。", "A subject can be returned to its initiator or to a step that it has passed.",
				act.Fault{Field: "toStep", Code: "to-step", Zh: "应为已经过的步骤", En: "must be a step that was passed"})
		}
	}
	return Disagree, &to, nil
}

// opened reports whether a step has ever asked anybody, and was not left out.
func (s SignOff) opened(step int) bool {
	return slices.ContainsFunc(s.Entries, func(e *Entry) bool { return e.Step == step })
}

// release frees those whom the signer of an entry had asked first and does not
// wait for any more.
func (s SignOff) release(at int) SignOff {
	from, to := s.current()
	t := treeOf(s, from, to)
	var free func(i int)
	free = func(i int) {
		if s.Entries[i].open() {
			s = s.with(i, func(e *Entry) { e.Status = Unneeded })
		}
		for _, c := range t.children[i] {
			free(c)
		}
	}
	for _, c := range t.children[at] {
		if s.Entries[c].Relation.holdsUp() {
			free(c)
		}
	}
	return s
}

// entryFor finds the entry that the actor may fill: one that waits for him, or,
// to return the subject, also one that is held by those whom he added.
func (s SignOff) entryFor(actor act.Actor, in Act) (int, error) {
	his := func(e *Entry) bool {
		if in.InSteadOf != "" {
			return e.Signer.Party.Unit == in.InSteadOf && s.supervisedBy(actor)
		}
		return mine(actor, e.Signer.Party)
	}
	if i, found := s.entryOf(in.Entry, func(e *Entry) bool { return e.Status == Waiting && his(e) }); found {
		return i, nil
	}
	if i, held := s.entryOf(in.Entry, func(e *Entry) bool { return e.Status == Held && his(e) }); held {
		if in.Action == Return {
			return i, nil
		}
		return 0, act.NotNow("waits-for-added", "您加签或委派的人员尚未完成，请等待或收回。",
			"Those whom you asked first are not done; wait for them or recall them.")
	}
	if _, signed := s.entryOf(in.Entry, func(e *Entry) bool { return e.Status == Signed && his(e) }); signed {
		return 0, act.NotNow("already-signed", "贵单位已签署过意见。", "Your unit has already signed this round.")
	}
	if _, later := s.entryOf(in.Entry, func(e *Entry) bool { return e.Status == Pending && his(e) }); later {
		return 0, act.NotAllowed("not-your-turn", "还未轮到您签署。", "It is not your turn to sign yet.")
	}
	return 0, notASigner()
}

// retract takes one's own opinion back while the step is open and nobody has
// signed who waited for it. The opinion stays in the record; the signer is asked
// again.
func (s SignOff) retract(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	own := func(e *Entry) bool {
		return e.Status == Signed && mine(actor, e.Signer.Party) && !e.InStead && !e.ByClock
	}
	at, found := s.entryOf(in.Entry, own)
	if !found {
		return s, nil, act.NotAllowed("nothing-to-retract", "当前步骤没有您可以撤回的意见。", "You have given no opinion in the open step that you could take back.")
	}
	from, to := s.current()
	if treeOf(s, from, to).signedAfter(at) {
		return s, nil, act.NotNow("signed-after", "已有后续签署，不能再撤回意见。", "Somebody has signed after you; the opinion can no longer be taken back.")
	}
	if len(s.Entries) >= maxEntries {
		return s, nil, tooMany()
	}
	retracted := s.handedOn("retracted", at, Again, nil, in.Comment)
	s = s.with(at, func(e *Entry) { e.Status = Retracted }).add(at, Again, actor, s.Entries[at].Signer)
	s, more := s.advance(now)
	return s, append([]act.Event{retracted}, more...), nil
}

func tooMany() error {
	return act.NotNow("too-many", "该会签的签署人过多，不能再增加。", "The sign-off has too many signers; no more can be added.")
}
