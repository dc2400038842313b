package dispatch

import (
	"errors"
	"slices"
	"time"

	"duban/act"
	"duban/approval"
	"duban/org"
)

// putReview puts what was submitted to the review: a sign-off by the lead unit,
// or by the supervisor where the lead unit did the work itself.
func (a Assignment) putReview(by act.Actor, in Submission, now time.Time) (Assignment, Outcome, error) {
	if a.Review != nil && a.Review.Status.Final() {
		a = a.dropReview()
	}
	signing := in.Signing
	in.Signing = Signing{}
	s, out, err := putToSign(a.Review, a.nextSignOff(), subject{signing: signing, kind: "review", title: a.Title(),
		content: mustJSON(in), amount: (*int64)(in.Amount), cast: a.cast()}, by, now)
	if err != nil {
		return a, Outcome{}, err
	}
	out.Events = append([]act.Event{act.Happened("assignment.submitted", in)}, out.Events...)
	a.Review = &s
	a, out = a.reviewSettled(join(a.told(), out), "", now)
	return a, out, nil
}

// review accepts or returns what was submitted: an opinion on its sign-off in
// the words of the assignment.
func (a Assignment) review(c act.Command, now time.Time) (Assignment, Outcome, error) {
	var in Verdict
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if a.Status != AssignmentSubmitted {
		return a, Outcome{}, act.NotNow("not-submitted", "任务单尚未提交，不能审核。", "The assignment has not been submitted.")
	}
	if err := notTooLong("comment", in.Comment, longestText); err != nil {
		return a, Outcome{}, err
	}
	opinion := approval.Act{Action: string(approval.Agree), Comment: in.Comment}
	if !in.Accept {
		if err := written("comment", in.Comment, longestText); err != nil {
			return a, Outcome{}, err
		}
		opinion.Action = approval.Return
	}
	s, out, err := signIn(a.submission(now), c.Actor, opinion, now)
	if refusal, is := errors.AsType[*act.Refusal](err); is && refusal.Code == "not-a-signer" {
		return a, Outcome{}, act.NotAllowed("not-the-reviewer", "您不是该任务单的审核单位。", "Your unit does not review this assignment.")
	}
	if err != nil {
		return a, Outcome{}, err
	}
	a.Review = &s
	a, out = a.reviewSettled(out, in.Comment, now)
	return a, out, nil
}

// submission is the sign-off of what was submitted. What was submitted before
// reviews were sign-offs gets one now.
func (a Assignment) submission(now time.Time) approval.SignOff {
	if a.Review != nil {
		return *a.Review
	}
	s, _, err := putToSign(nil, a.nextSignOff(), subject{kind: "review", title: a.Title(),
		content: mustJSON(a.submitted()), cast: a.cast()}, act.Process(), now)
	if err != nil {
		return approval.SignOff{}
	}
	return s
}

// submitted is what the unit submitted last.
func (a Assignment) submitted() Submission {
	return Submission{Evidence: a.Evidence, Amount: a.Reached, Attachments: a.Attachments}
}

// reviewSettled does what follows from the decision on what was submitted.
func (a Assignment) reviewSettled(out Outcome, comment string, now time.Time) (Assignment, Outcome) {
	if a.Status != AssignmentSubmitted || a.Review.Status == approval.Open {
		return a, out
	}
	if comment == "" {
		comment = lastComment(*a.Review)
	}
	a.ReviewComment = comment
	if a.Review.Status == approval.Approved {
		closed, more := a.closeAs(OutcomeAccepted, comment, now)
		return closed, join(out, more)
	}
	a.Status, a.Returns = AssignmentReturned, a.Returns+1
	a.Schedule = a.Schedule.Resume()
	notice := act.Notice{To: operator(a.Unit), Kind: "returned", Title: "任务单被退回，请补充后重新提交：" + a.Title(), TitleEn: "Returned; please complete it and submit again: " + a.Title()}
	out = join(out, a.told(act.Happened("assignment.returned", Verdict{Comment: comment}, notice)))
	if a.Schedule.Overdue && !a.Overdue && !a.Arming {
		var late Outcome
		a, late = a.goOverdue()
		out = join(out, late)
	}
	return a, a.look(out)
}

// lastComment are the words of the opinion that came last.
func lastComment(s approval.SignOff) string {
	for _, e := range slices.Backward(s.Entries) {
		if e.Status == approval.Signed && e.Comment != "" {
			return e.Comment
		}
	}
	return ""
}

// dropReview ends a review that came to nothing and puts it aside.
func (a Assignment) dropReview() Assignment {
	if a.Review != nil && a.Review.Status != approval.Approved {
		a.Past = append(slices.Clone(a.Past), a.Review.Drop())
		a.Review = nil
	}
	return a
}

// AssignmentCast is who holds which place for what the unit of an assignment
// puts to sign. The lead unit's own work is reviewed by the supervisor.
func AssignmentCast(unit org.UnitRef, leads []org.UnitRef, supervising org.UnitRef) approval.Cast {
	lead := leads[0]
	cast := approval.Cast{Initiator: unit, Lead: lead, CoLeads: leads[1:], Responsible: unit, Supervisor: supervising,
		Reviewer: approval.Signer{Party: operator(lead), Name: lead.Name}}
	if unit.ID == lead.ID {
		cast.Reviewer = approval.Signer{Party: supervisor(supervising), Name: supervising.Name}
	}
	return cast
}

func (a Assignment) cast() approval.Cast { return AssignmentCast(a.Unit, a.Leads, a.Supervisor) }

// nextSignOff is the id of the next sign-off of the process.
func (a Assignment) nextSignOff() string {
	return SignOffID(KindAssignment, a.ID, len(a.signOffs())+1)
}

// signOffs are all of them: reviews, those that ended first, and extensions.
func (a Assignment) signOffs() []approval.SignOff {
	all := slices.Clone(a.Past)
	if a.Review != nil {
		all = append(all, *a.Review)
	}
	for _, e := range a.Extensions {
		all = append(all, e.SignOff)
	}
	return all
}

func (a Assignment) sign(c act.Command, now time.Time) (Assignment, Outcome, error) {
	var in approval.Act
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	s, err := a.hosted(in.SignOff)
	if err != nil {
		return a, Outcome{}, err
	}
	signed, out, err := signIn(s, c.Actor, in, now)
	if err != nil {
		return a, Outcome{}, err
	}
	a, out = a.settled(signed, out, now)
	return a, out, nil
}

func (a Assignment) setSignOffDue(c act.Command, now time.Time) (Assignment, Outcome, error) {
	in, err := decodeDue(c)
	if err != nil {
		return a, Outcome{}, err
	}
	s, err := a.hosted(in.SignOff)
	if err != nil {
		return a, Outcome{}, err
	}
	set, out, err := dueIn(s, in)
	if err != nil {
		return a, Outcome{}, err
	}
	a, out = a.settled(set, out, now)
	return a, out, nil
}

// hosted finds a sign-off of the process.
func (a Assignment) hosted(id string) (approval.SignOff, error) {
	all := a.signOffs()
	i := slices.IndexFunc(all, func(s approval.SignOff) bool { return s.ID == id })
	if i < 0 {
		return approval.SignOff{}, noSuchSignOff()
	}
	return all[i], nil
}

// settled takes a sign-off back and does what follows from its decision.
func (a Assignment) settled(s approval.SignOff, out Outcome, now time.Time) (Assignment, Outcome) {
	if a.Review != nil && a.Review.ID == s.ID {
		a.Review = &s
		return a.reviewSettled(out, "", now)
	}
	if i := slices.IndexFunc(a.Extensions, func(e Extension) bool { return e.SignOff.ID == s.ID }); i >= 0 {
		a.Extensions = slices.Clone(a.Extensions)
		a.Extensions[i].SignOff = s
		return a.extensionSettled(i, out)
	}
	a.Past = slices.Clone(a.Past)
	a.Past[slices.IndexFunc(a.Past, func(p approval.SignOff) bool { return p.ID == s.ID })] = s
	return a, out
}

// wakeSignOffs does what the sign-offs say whose steps are late.
func (a Assignment) wakeSignOffs(now time.Time) (Assignment, Outcome) {
	var all Outcome
	for _, s := range a.signOffs() {
		if at, armed := s.Next(); !armed || now.Before(at) {
			continue
		}
		woken, out := wakeIn(s, now)
		a, out = a.settled(woken, out, now)
		all = join(all, out)
	}
	return a, all
}
