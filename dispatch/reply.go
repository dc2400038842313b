package dispatch

import (
	"cmp"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
)

// Answered is one answer of the unit.
type Answered struct {
	By       act.Actor     `json:"by"`
	At       time.Time     `json:"at"`
	Text     string        `json:"text"`
	Measures string        `json:"measures,omitempty"`
	Due      calendar.Date `json:"due,omitzero"` // by when they will have led to the result

	Attachments []act.Attachment `json:"attachments,omitempty"`
}

// acknowledge notes that the unit has received the order (签收).
func (s Supervision) acknowledge(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.mayAnswer(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	if !s.AcknowledgedAt.IsZero() {
		return s, Outcome{}, act.NotNow("already-acknowledged", "督办单已签收。", "The order was acknowledged already.")
	}
	s.AcknowledgedAt = now
	return s, Outcome{Events: []act.Event{act.Happened("supervision.acknowledged", struct{}{})}}, nil
}

func (s Supervision) mayAnswer(actor act.Actor) error {
	if actor.WorksFor(s.Unit.ID) {
		return nil
	}
	return act.NotAllowed("not-the-responsible-unit", "只有被督办单位（"+s.Unit.Name+"）可以进行此操作。",
		"Only the supervised unit ("+s.Unit.Name+") may do this.")
}

// answer takes in the unit's answer: what the matter is, what it does about it,
// and by when. Who answers has received the order, whether he said so or not.
func (s Supervision) answer(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.mayAnswer(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	switch s.Status {
	case SupervisionAnswered:
		return s, Outcome{}, act.NotNow("already-answered", "已经答复，请等待督查审核。", "It was answered; wait for the supervisor.")
	case SupervisionAccepted:
		return s, Outcome{}, act.NotNow("already-accepted", "答复已审核通过，请按承诺时限落实。", "The answer was accepted; do what it promises.")
	}
	var in Reply
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := s.checkReply(in, now); err != nil {
		return s, Outcome{}, err
	}
	s.Answers = append(slices.Clone(s.Answers), Answered{By: c.Actor, At: now, Text: in.Text, Measures: in.Measures, Due: in.Due, Attachments: in.Attachments})
	s.Status, s.AnsweredAt = SupervisionAnswered, now
	var out Outcome
	if s.AcknowledgedAt.IsZero() && s.Edition > 0 {
		s.AcknowledgedAt = now
		out.Events = append(out.Events, act.Happened("supervision.acknowledged", map[string]bool{"byAnswer": true}))
	}
	notice := act.Notice{To: supervisor(s.Supervisor), Kind: "supervision-answered",
		Title: s.Unit.Name + "已答复督办单" + s.Number + "：" + s.Title, TitleEn: s.Unit.Name + " answered order " + s.Number + ": " + s.Title}
	out.Events = append(out.Events, act.Happened("supervision.answered", in, notice))
	if !in.Due.IsZero() {
		s.Promise = &Promise{Date: in.Due}
		out.Effects = append(out.Effects, Effect{ArmPromise: &in.Due, Asking: Asking{Unit: s.Unit.ID}})
	}
	return s, out, nil
}

func (s Supervision) checkReply(in Reply, now time.Time) error {
	if err := act.FewFiles(in.Attachments); err != nil {
		return err
	}
	if err := written("text", in.Text, longestText); err != nil {
		return err
	}
	if s.Edition == 0 {
		return notTooLong("measures", in.Measures, longestText)
	}
	if err := written("measures", in.Measures, longestText); err != nil {
		return err
	}
	if err := ahead(in.Due, now, s.ReplyDue); err != nil {
		return err
	}
	return notTooFar(s.Edition, in.Due, now)
}

func (s Supervision) accept(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	if s.Status != SupervisionAnswered {
		return s, Outcome{}, act.NotNow("not-answered", "单位尚未答复，不能审核通过。", "There is no answer to accept yet.")
	}
	var in Because
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := notTooLong("reason", in.Reason, longestText); err != nil {
		return s, Outcome{}, err
	}
	if s.Promise == nil {
		return s.settle(c, Settled{Outcome: SettledAccepted, Reason: in.Reason}, now)
	}
	if s.Promise.Broken {
		return s, Outcome{}, act.NotNow("promise-passed", "承诺时限已过，请退回并要求重新答复。", "The promised date has passed; send the answer back for another.")
	}
	s.Status, s.Decision = SupervisionAccepted, in.Reason
	notice := act.Notice{To: operator(s.Unit), Kind: "supervision-accepted",
		Title:   "督办答复已审核通过，请于" + s.Promise.Date.String() + "前落实：" + s.Title,
		TitleEn: "Your answer was accepted; keep to it by " + s.Promise.Date.String() + ": " + s.Title}
	return s, Outcome{Events: []act.Event{act.Happened("supervision.accepted", in, notice)}}, nil
}

// sendBack wants another answer, by a new reply deadline. A level that the
// ladder asked for meanwhile takes effect now.
func (s Supervision) sendBack(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	if s.Status != SupervisionAnswered {
		return s, Outcome{}, act.NotNow("not-answered", "单位尚未答复，不能退回。", "There is no answer to send back.")
	}
	in, err := because(c)
	if err != nil {
		return s, Outcome{}, err
	}
	notice := act.Notice{To: operator(s.Unit), Kind: "supervision-returned",
		Title: "督办答复被退回，请补充：" + s.Title, TitleEn: "Your answer was sent back: " + s.Title}
	back := Outcome{Events: []act.Event{act.Happened("supervision.sent-back", in, notice)}}
	var out Outcome
	if s.Held != "" {
		s, out = s.raiseToHeld(now)
	} else {
		s, out = s.wantAnswer(0)
	}
	s.Decision = in.Reason
	return s, join(back, out), nil
}

// wantAnswer asks for an answer, anew where there was one. Until the new reply
// deadline is known there is none to pass.
func (s Supervision) wantAnswer(workingDays int) (Supervision, Outcome) {
	if s.Status != SupervisionIssued {
		s.Status = SupervisionReturned
	}
	s.Raised, s.ReplyDue, s.Counted, s.Promise = false, time.Time{}, nil, nil
	return s, Outcome{Effects: []Effect{{ReplyDue: cmp.Or(workingDays, s.ReplyWorkingDays), Asking: Asking{Unit: s.Unit.ID}}}}
}

func (s Supervision) setReplyDue(c act.Command) (Supervision, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	var in ReplyDueSet
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if in.Why != nil {
		return s.moveReplyDue(in)
	}
	s.ReplyDue, s.Counted = in.ReplyDue, in.Counted
	if last := len(s.Steps) - 1; last >= 0 && s.Steps[last].ReplyDue.IsZero() {
		s.Steps = slices.Clone(s.Steps)
		s.Steps[last].ReplyDue = in.ReplyDue
	}
	return s, Outcome{Events: []act.Event{act.Happened("supervision.reply-due-set", in)}}, nil
}
