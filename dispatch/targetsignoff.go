package dispatch

import (
	"encoding/json"
	"slices"
	"time"

	"duban/act"
	"duban/approval"
	"duban/org"
	"duban/target"
)

// putDraft puts the decomposition to sign.
func (t AnnualTarget) putDraft(by act.Actor, in PutToSign, now time.Time) (AnnualTarget, Outcome, error) {
	t = t.archive()
	s, out, err := putToSign(t.Draft, t.nextSignOff(), subject{signing: in.Signing, kind: "decomposition", title: "分解方案 " + t.Title(),
		content: t.draftContent(), parts: t.parts(), amount: AmountOf(t.Requirement), cast: t.cast(), comment: in.Comment}, by, now)
	if err != nil {
		return t, Outcome{}, err
	}
	t.Status = TargetInSignOff
	submitted := act.Happened("target.decomposition-submitted", map[string]any{"round": s.Round, "digest": s.Digest})
	out.Events = append([]act.Event{submitted}, out.Events...)
	t.Draft = &s
	t, out = t.settled(s, out, now)
	return t, out, nil
}

// putReport puts the year's report to sign.
func (t AnnualTarget) putReport(by act.Actor, report CompletionReport, in PutToSign, now time.Time) (AnnualTarget, Outcome, error) {
	t = t.archive()
	s, out, err := putToSign(t.Completion, t.nextSignOff(), subject{signing: in.Signing, kind: "completion", title: "完成报告 " + t.Title(),
		content: mustJSON(report), amount: AmountOf(t.Requirement), cast: t.cast(), comment: in.Comment}, by, now)
	if err != nil {
		return t, Outcome{}, err
	}
	t.Report, t.Status = &report, TargetCompletionSignOff
	out.Events = append([]act.Event{act.Happened("target.completion-submitted", report)}, out.Events...)
	t.Completion = &s
	t, out = t.settled(s, out, now)
	return t, out, nil
}

// archive moves sign-offs that ended without approval out of the way of new ones.
func (t AnnualTarget) archive() AnnualTarget {
	for _, at := range []**approval.SignOff{&t.Draft, &t.Completion} {
		if s := *at; s != nil && s.Status.Final() && s.Status != approval.Approved {
			t.Past = append(slices.Clone(t.Past), *s)
			*at = nil
		}
	}
	return t
}

// nextSignOff is the id of the next sign-off of the process.
func (t AnnualTarget) nextSignOff() string {
	return SignOffID(KindTarget, t.ID, len(t.signOffs())+1)
}

// signOffs are all of them, those that ended first.
func (t AnnualTarget) signOffs() []approval.SignOff {
	all := slices.Clone(t.Past)
	for _, s := range []*approval.SignOff{t.Draft, t.Completion} {
		if s != nil {
			all = append(all, *s)
		}
	}
	return all
}

func (t AnnualTarget) draftContent() json.RawMessage {
	return mustJSON(Decomposition{Items: t.Items, Excuses: t.Excuses})
}

// parts are what each unit signs for: its own items, or why it has none.
func (t AnnualTarget) parts() []approval.Part {
	var parts []approval.Part
	for _, u := range slices.Concat(t.Leads, t.Supports) {
		if slices.ContainsFunc(parts, func(p approval.Part) bool { return p.Key == u.ID }) {
			continue
		}
		var own Decomposition
		for _, item := range t.Items {
			if item.Unit.ID == u.ID {
				own.Items = append(own.Items, item)
			}
		}
		for _, excuse := range t.Excuses {
			if excuse.Unit.ID == u.ID {
				own.Excuses = append(own.Excuses, excuse)
			}
		}
		parts = append(parts, approval.Part{Key: u.ID, Name: u.Name, Digest: digest(mustJSON(own))})
	}
	return parts
}

// AmountOf is what a year asks for where the task has a single figure, in
// ten-thousandths of its unit of measure.
func AmountOf(required target.Requirement) *int64 {
	var amount *int64
	for _, one := range required.Targets {
		if one.Amount == nil {
			continue
		}
		if amount != nil {
			return nil
		}
		amount = (*int64)(one.Amount)
	}
	return amount
}

// TargetCast is who holds which place for what a lead unit puts to sign: the
// first of the leads is the one that submits.
func TargetCast(leads, supports []org.UnitRef, supervising org.UnitRef) approval.Cast {
	return approval.Cast{Initiator: leads[0], Lead: leads[0], CoLeads: leads[1:], Supports: supports, Supervisor: supervising,
		Responsible: leads[0], Reviewer: approval.Signer{Party: supervisor(supervising), Name: supervising.Name}}
}

func (t AnnualTarget) cast() approval.Cast { return TargetCast(t.Leads, t.Supports, t.Supervisor) }

// hosted finds a sign-off that may still change.
func (t AnnualTarget) hosted(id string) (approval.SignOff, error) {
	all := t.signOffs()
	i := slices.IndexFunc(all, func(s approval.SignOff) bool { return s.ID == id })
	if i < 0 {
		return approval.SignOff{}, noSuchSignOff()
	}
	return all[i], nil
}

func (t AnnualTarget) sign(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	var in approval.Act
	if err := c.Decode(&in); err != nil {
		return t, Outcome{}, err
	}
	s, err := t.hosted(in.SignOff)
	if err != nil {
		return t, Outcome{}, err
	}
	signed, out, err := signIn(s, c.Actor, in, now)
	if err != nil {
		return t, Outcome{}, err
	}
	t, out = t.settled(signed, out, now)
	return t, out, nil
}

func (t AnnualTarget) setSignOffDue(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	in, err := decodeDue(c)
	if err != nil {
		return t, Outcome{}, err
	}
	s, err := t.hosted(in.SignOff)
	if err != nil {
		return t, Outcome{}, err
	}
	set, out, err := dueIn(s, in)
	if err != nil {
		return t, Outcome{}, err
	}
	t, out = t.settled(set, out, now)
	return t, out, nil
}

// settled takes a sign-off back and does what follows from its decision.
func (t AnnualTarget) settled(s approval.SignOff, out Outcome, now time.Time) (AnnualTarget, Outcome) {
	switch {
	case t.Draft != nil && s.ID == t.Draft.ID:
		open := t.Status == TargetInSignOff
		t.Draft = &s
		if open {
			return t.draftSettled(out, now)
		}
	case t.Completion != nil && s.ID == t.Completion.ID:
		open := t.Status == TargetCompletionSignOff
		t.Completion = &s
		if open {
			return t.completionSettled(out, now)
		}
	default:
		t.Past = slices.Clone(t.Past)
		i := slices.IndexFunc(t.Past, func(p approval.SignOff) bool { return p.ID == s.ID })
		t.Past[i] = s
	}
	return t, out
}

func (t AnnualTarget) draftSettled(out Outcome, now time.Time) (AnnualTarget, Outcome) {
	switch t.Draft.Status {
	case approval.Open:
		return t, out
	case approval.Approved:
		return t.dispatch(out, now)
	}
	t.Status = TargetDrafted
	out.Events = append(out.Events, act.Happened("target.decomposition-returned", map[string]any{"round": t.Draft.Round}, t.returnedNotice("分解方案")))
	return t, out
}

func (t AnnualTarget) completionSettled(out Outcome, now time.Time) (AnnualTarget, Outcome) {
	switch t.Completion.Status {
	case approval.Open:
		return t, out
	case approval.Approved:
		t.Status, t.ClosedAt = TargetClosed, now
		out.Events = append(out.Events, act.Happened("target.closed", t.Report, act.Notice{To: operator(t.lead()), Kind: "closed",
			Title: "年度目标已办结销号：" + t.Title(), TitleEn: "The annual target is closed: " + t.Title()}))
		return t, out
	}
	t.Status = TargetDispatched
	out.Events = append(out.Events, act.Happened("target.completion-returned", map[string]any{"round": t.Completion.Round}, t.returnedNotice("完成报告")))
	return t, out
}

func (t AnnualTarget) returnedNotice(what string) act.Notice {
	return act.Notice{To: operator(t.lead()), Kind: "returned",
		Title: what + "被退回，请修改后重新提交：" + t.Title(), TitleEn: "Returned; please change it and submit again: " + t.Title()}
}

// Next is the moment at which a step of a sign-off is due, or a confirmation is
// chased; the assignments keep their own deadlines.
func (t AnnualTarget) Next() (time.Time, bool) {
	return earliest(t.nextConfirm, nextOf(t.Draft), nextOf(t.Completion))
}

// Wake does what is due by the clock: it chases a confirmation, and does what a
// sign-off says when a step is late.
func (t AnnualTarget) Wake(now time.Time) (AnnualTarget, Outcome) {
	if t.Status == TargetProposed {
		return t.wakeConfirm(now)
	}
	for _, s := range []*approval.SignOff{t.Draft, t.Completion} {
		if at, armed := nextOf(s)(); !armed || now.Before(at) {
			continue
		}
		woken, out := wakeIn(*s, now)
		return t.settled(woken, out, now)
	}
	return t, Outcome{}
}
