package dispatch

import (
	"cmp"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/org"
)

// SupervisionStatus is where an order stands.
type SupervisionStatus string

const (
	SupervisionIssued   SupervisionStatus = "issued"
	SupervisionAnswered SupervisionStatus = "answered"
	SupervisionReturned SupervisionStatus = "returned" // another answer is wanted
	// SupervisionAccepted: the answer was accepted; what it promised is waited for.
	SupervisionAccepted SupervisionStatus = "accepted"
	// SupervisionMinutes: all is settled but the minutes of a talk that was held.
	SupervisionMinutes SupervisionStatus = "minutes-due"
	SupervisionClosed  SupervisionStatus = "closed"
)

// How an order ended.
const (
	SettledAccepted   = "accepted"   // the answer was accepted and what it promised done; the work goes on
	SettledLifted     = "lifted"     // the supervisor took the order back
	SettledProlonged  = "prolonged"  // the assignment got a later date
	SettledReassigned = "reassigned" // the assignment went to another unit
	SettledStruckOff  = "struck-off" // the supervisor closed the assignment
	SettledCompleted  = "completed"  // the assignment was finished meanwhile
)

// SupervisionOpening is the payload with which an order is issued.
type SupervisionOpening struct {
	ID         string      `json:"id"`
	N          int         `json:"n"`      // of the assignment's orders
	Number     string      `json:"number"` // 督〔2026〕3号
	Assignment string      `json:"assignment"`
	Target     string      `json:"target"`
	Plan       string      `json:"plan"`
	Title      string      `json:"title"`
	Unit       org.UnitRef `json:"unit"`
	Lead       org.UnitRef `json:"lead"`
	Supervisor org.UnitRef `json:"supervisor"`
	Reason     string      `json:"reason"`
	IssuedBy   act.Actor   `json:"issuedBy"`
	// Edition is that of the rules by which the order lives.
	Edition int `json:"edition,omitempty"`
	// Level is the one at which it is issued, and later where it stands.
	Level Level `json:"level,omitempty"`
	// Talk is that of an order that is issued as a summons by hand.
	Talk *Meeting `json:"talk,omitempty"`
	// Joint is the order to several units of which this one is a part.
	Joint *Joint `json:"joint,omitempty"`
	// ReplyWorkingDays is the time to answer; ReplyDue the moment it ends at.
	ReplyWorkingDays int       `json:"replyWorkingDays"`
	ReplyDue         time.Time `json:"replyDue"`
	// Counted says how ReplyDue was found; nil while it is not known.
	Counted *Counted `json:"counted,omitempty"`
}

// Supervision is an order on a late assignment (督办单). The unit acknowledges it
// and answers by the reply deadline with measures and a date; the supervisor
// accepts the answer or sends it back, raises or lowers the order, prolongs,
// reassigns or closes.
type Supervision struct {
	SupervisionOpening
	Status   SupervisionStatus `json:"status"`
	Outcome  string            `json:"outcome"`
	Raised   bool              `json:"raised"` // the reply deadline passed without an answer
	Answers  []Answered        `json:"answers"`
	Decision string            `json:"decision"` // the supervisor's words
	// Steps are the levels that the order went through, the first with its issue.
	Steps []LevelStep `json:"steps,omitempty"`
	// Held is the level that the ladder asked for while the unit had answered; it
	// takes effect when the answer is sent back or its promise broken.
	Held    Level    `json:"held,omitempty"`
	Promise *Promise `json:"promise,omitempty"` // of the last answer
	Talks   []Talk   `json:"talks,omitempty"`
	Urges   Urges    `json:"urges,omitempty"`

	IssuedAt       time.Time `json:"issuedAt"`
	AcknowledgedAt time.Time `json:"acknowledgedAt,omitzero"`
	AnsweredAt     time.Time `json:"answeredAt"`
	ClosedAt       time.Time `json:"closedAt"`
}

// Answered is one answer of the unit.
type Answered struct {
	By       act.Actor     `json:"by"`
	At       time.Time     `json:"at"`
	Text     string        `json:"text"`
	Measures string        `json:"measures,omitempty"`
	Due      calendar.Date `json:"due,omitzero"` // by when they will have led to the result
}

// Apply decides a command.
func (s Supervision) Apply(c act.Command, now time.Time) (Supervision, Outcome, error) {
	switch {
	case c.Name == Open:
		return s.open(c, now)
	case s.Status == "":
		return s, Outcome{}, notOpened()
	case s.Status == SupervisionClosed:
		return s, Outcome{}, alreadyClosed()
	}
	if s.Status == SupervisionMinutes && c.Name != RecordMinutes {
		return s, Outcome{}, minutesMissing()
	}
	switch c.Name {
	case Acknowledge:
		return s.acknowledge(c, now)
	case Answer:
		return s.answer(c, now)
	case Accept:
		return s.accept(c, now)
	case SendBack:
		return s.sendBack(c, now)
	case Conclude:
		return s.conclude(c, now)
	case Raise:
		return s.raise(c, now)
	case Lower:
		return s.lower(c, now)
	case ArrangeTalk:
		return s.arrangeTalk(c, now)
	case RecordMinutes:
		return s.recordMinutes(c, now)
	case Prolong:
		return s.prolong(c, now)
	case Reassign:
		return s.reassign(c, now)
	case Close:
		return s.strikeOff(c, now)
	case Urge:
		return s.urge(c, now)
	case SetReplyDue:
		return s.setReplyDue(c)
	case ArmPromise:
		return s.armPromise(c, now)
	case Recalculate:
		return s.recalculate(c)
	case NoteClosed:
		return s.assignmentClosed(c, now)
	}
	return s, Outcome{}, unknownCommand(c.Name)
}

func (s Supervision) open(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if s.Status != "" {
		return s, Outcome{}, alreadyOpened()
	}
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	var in SupervisionOpening
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	next := Supervision{SupervisionOpening: in, Status: SupervisionIssued, IssuedAt: now,
		Steps: []LevelStep{{Level: in.Level.orLowest(), By: in.IssuedBy, At: now, Ground: in.Reason, ReplyDue: in.ReplyDue}}}
	next.Level = in.Level.orLowest()
	if next.Level == LevelSummons {
		next.Talks = []Talk{newTalk(1, in.Talk)}
	}
	return next, Outcome{Events: []act.Event{act.Happened("supervision.issued", in, next.levelNotices()...)}}, nil
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
	s.Answers = append(slices.Clone(s.Answers), Answered{By: c.Actor, At: now, Text: in.Text, Measures: in.Measures, Due: in.Due})
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
	if err := written("text", in.Text, longestText); err != nil {
		return err
	}
	if s.Edition == 0 {
		return notTooLong("measures", in.Measures, longestText)
	}
	if err := written("measures", in.Measures, longestText); err != nil {
		return err
	}
	return ahead("due", in.Due, now, s.ReplyDue)
}

func (s Supervision) maySupervise(actor act.Actor) error { return maySupervise(s.Supervisor, actor) }

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

// conclude ends an order whose answer was accepted, while the work goes on.
func (s Supervision) conclude(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	if s.Status != SupervisionAccepted {
		return s, Outcome{}, act.NotNow("not-accepted", "答复审核通过后才能办结督办单；如发出有误，可撤销。",
			"An order is concluded after its answer was accepted; lower it to take it back.")
	}
	in, err := because(c)
	if err != nil {
		return s, Outcome{}, err
	}
	return s.settle(c, Settled{Outcome: SettledAccepted, Reason: in.Reason}, now)
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

func (s Supervision) prolong(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	var in NewDue
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := laterDate(in.Due, now, in.Reason); err != nil {
		return s, Outcome{}, err
	}
	return s.settle(c, Settled{Outcome: SettledProlonged, Due: &in.Due, Reason: in.Reason}, now)
}

func (s Supervision) reassign(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	var in NewUnit
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := otherUnit(in, s.Unit, now); err != nil {
		return s, Outcome{}, err
	}
	if s.Edition == 0 {
		return s.settle(c, Settled{Outcome: SettledReassigned, Unit: &in.Unit, Due: &in.Due, Reason: in.Reason}, now)
	}
	if s.owesMinutes(now) {
		return s, Outcome{}, minutesMissing()
	}
	// The order stays until the other unit has consented: see Handover.
	return s, Outcome{
		Events:  []act.Event{act.Happened("supervision.reassignment-proposed", in)},
		Effects: []Effect{tell(AssignmentWorkflow(s.Assignment), "reassign:"+c.ID, Reassign, onBehalf(c.Actor), in)},
	}, nil
}

func (s Supervision) strikeOff(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	in, err := because(c)
	if err != nil {
		return s, Outcome{}, err
	}
	return s.settle(c, Settled{Outcome: SettledStruckOff, Reason: in.Reason}, now)
}

// settle ends the order and tells the assignment what was decided.
func (s Supervision) settle(c act.Command, settled Settled, now time.Time) (Supervision, Outcome, error) {
	if s.owesMinutes(now) {
		return s, Outcome{}, minutesMissing()
	}
	settled.Supervision, settled.N = s.ID, s.N
	s.Talks = s.withoutTalk()
	s.Status, s.Outcome, s.Decision, s.ClosedAt = SupervisionClosed, settled.Outcome, settled.Reason, now
	notice := act.Notice{To: operator(s.Unit), Kind: "supervision-closed",
		Title: "督办单" + s.Number + "已办结：" + s.Title, TitleEn: "Order " + s.Number + " is closed: " + s.Title}
	return s, Outcome{
		Events:  []act.Event{act.Happened("supervision.closed", settled, notice)},
		Effects: []Effect{tell(AssignmentWorkflow(s.Assignment), "settle:"+s.ID, SettleSupervision, onBehalf(c.Actor), settled)},
	}, nil
}

// assignmentClosed ends the order because there is nothing left to press for. A
// talk that was held keeps it open until its minutes are there.
func (s Supervision) assignmentClosed(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	var in OrderEnded
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	s.Outcome = cmp.Or(in.Outcome, SettledCompleted)
	if s.owesMinutes(now) {
		s.Status, s.Promise = SupervisionMinutes, nil
		notice := act.Notice{To: supervisor(s.Supervisor), Kind: "minutes",
			Title: "任务已办结，请补录约谈纪要：" + s.Title, TitleEn: "The work is done; please record the minutes of the talk: " + s.Title}
		return s, Outcome{Events: []act.Event{act.Happened("supervision.minutes-due", Settled{Supervision: s.ID, N: s.N, Outcome: s.Outcome}, notice)}}, nil
	}
	s.Talks = s.withoutTalk()
	s.Status, s.ClosedAt = SupervisionClosed, now
	return s, Outcome{Events: []act.Event{act.Happened("supervision.closed", Settled{Supervision: s.ID, N: s.N, Outcome: s.Outcome})}}, nil
}

// Next is the reply deadline, as long as an answer is waited for, or what comes
// next of a promise.
func (s Supervision) Next() (time.Time, bool) {
	if s.waitsForAnswer() {
		return s.ReplyDue, !s.Raised && !s.ReplyDue.IsZero()
	}
	return s.nextOfPromise()
}

func (s Supervision) waitsForAnswer() bool {
	return s.Status == SupervisionIssued || s.Status == SupervisionReturned
}

// Wake marks an order whose reply deadline has passed, and does what is due of a
// promise.
func (s Supervision) Wake(now time.Time) (Supervision, Outcome) {
	due, waits := s.Next()
	if !waits || now.Before(due) {
		return s, Outcome{}
	}
	if !s.waitsForAnswer() {
		return s.wakePromise(now)
	}
	s.Raised = true
	zh, en := "督办单"+s.Number+"逾期未答复："+s.Title, "Order "+s.Number+" was not answered in time: "+s.Title
	return s, Outcome{Events: []act.Event{act.Happened("supervision.raised", map[string]any{"replyDue": due},
		act.Notice{To: head(s.Unit), Kind: "supervision-raised", Title: zh, TitleEn: en},
		act.Notice{To: supervisor(s.Supervisor), Kind: "supervision-raised", Title: zh, TitleEn: en})}}
}

// IsClosed reports whether nothing can happen any more.
func (s Supervision) IsClosed() bool { return s.Status == SupervisionClosed }

// onBehalf marks a command that a process sends because a person decided: the
// person stays named, and the receiver sees that it comes from a process.
func onBehalf(actor act.Actor) act.Actor {
	return act.Actor{Name: actor.Name, Unit: actor.Unit, OnBehalfOf: actor.User}
}

func maySupervise(unit org.UnitRef, actor act.Actor) error {
	if actor.Is(supervisor(unit)) {
		return nil
	}
	return act.NotAllowed("not-the-supervisor", "只有督查人员可以进行此操作。", "Only the plan's supervisors may do this.")
}

func because(c act.Command) (Because, error) {
	var in Because
	if err := c.Decode(&in); err != nil {
		return in, err
	}
	return in, written("reason", in.Reason, longestText)
}

// laterDate refuses a date that does not lie ahead, or that nobody explains.
func laterDate(due calendar.Date, now time.Time, reason string) error {
	if err := written("reason", reason, longestText); err != nil {
		return err
	}
	if !due.Valid() {
		return required("due")
	}
	if !due.After(calendar.DateOf(now, time.UTC)) {
		return act.Malformed("due-not-later", "新的期限应晚于今天。", "The new date must lie after today.",
			act.Fault{Field: "due", Code: "not-later", Zh: "应晚于今天", En: "must lie after today"})
	}
	return nil
}

func otherUnit(in NewUnit, current org.UnitRef, now time.Time) error {
	if in.Unit.ID == "" {
		return required("unit")
	}
	if in.Unit.ID == current.ID {
		return act.Malformed("same-unit", "任务单已在该单位，请选择其他单位。", "The assignment is at this unit already; choose another.",
			act.Fault{Field: "unit", Code: "same", Zh: "请选择其他单位", En: "choose another unit"})
	}
	return laterDate(in.Due, now, in.Reason)
}
