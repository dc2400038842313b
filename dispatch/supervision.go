package dispatch

import (
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
	SupervisionReturned SupervisionStatus = "returned" // the answer was sent back
	SupervisionClosed   SupervisionStatus = "closed"
)

// How an order ended.
const (
	SettledAccepted   = "accepted"   // the answer was accepted, the work goes on
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
	// ReplyWorkingDays is the time to answer; ReplyDue the moment it ends at.
	ReplyWorkingDays int       `json:"replyWorkingDays"`
	ReplyDue         time.Time `json:"replyDue"`
}

// Supervision is an order on an overdue assignment (督办单). The unit must
// answer by the reply deadline; the supervisor then accepts the answer, sends it
// back, prolongs, reassigns or closes.
type Supervision struct {
	SupervisionOpening
	Status     SupervisionStatus `json:"status"`
	Outcome    string            `json:"outcome"`
	Raised     bool              `json:"raised"`
	Answers    []Answered        `json:"answers"`
	Decision   string            `json:"decision"` // the supervisor's words
	IssuedAt   time.Time         `json:"issuedAt"`
	AnsweredAt time.Time         `json:"answeredAt"`
	ClosedAt   time.Time         `json:"closedAt"`
}

// Answered is one answer of the unit.
type Answered struct {
	By   act.Actor `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
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
	switch c.Name {
	case Answer:
		return s.answer(c, now)
	case Accept:
		return s.accept(c, now)
	case SendBack:
		return s.sendBack(c)
	case Prolong:
		return s.prolong(c, now)
	case Reassign:
		return s.reassign(c, now)
	case Close:
		return s.strikeOff(c, now)
	case SetReplyDue:
		return s.setReplyDue(c)
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
	next := Supervision{SupervisionOpening: in, Status: SupervisionIssued, IssuedAt: now}
	zh, en := "收到督办单"+in.Number+"，请按期答复："+in.Title, "Supervision order "+in.Number+"; please answer in time: "+in.Title
	notices := []act.Notice{
		{To: head(in.Unit), Kind: "supervision", Title: zh, TitleEn: en},
		{To: operator(in.Unit), Kind: "supervision", Title: zh, TitleEn: en},
		{To: supervisor(in.Supervisor), Kind: "supervision", Title: "已发出督办单" + in.Number + "：" + in.Title, TitleEn: "Order " + in.Number + " was issued: " + in.Title},
	}
	return next, Outcome{Events: []act.Event{act.Happened("supervision.issued", in, notices...)}}, nil
}

func (s Supervision) answer(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if !c.Actor.WorksFor(s.Unit.ID) {
		return s, Outcome{}, act.NotAllowed("not-the-responsible-unit", "只有被督办单位可以答复。", "Only the supervised unit may answer.")
	}
	if s.Status == SupervisionAnswered {
		return s, Outcome{}, act.NotNow("already-answered", "已经答复，请等待督查审核。", "It was answered; wait for the supervisor.")
	}
	var in Reply
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := written("text", in.Text, longestText); err != nil {
		return s, Outcome{}, err
	}
	s.Answers = append(append([]Answered(nil), s.Answers...), Answered{By: c.Actor, At: now, Text: in.Text})
	s.Status, s.AnsweredAt = SupervisionAnswered, now
	notice := act.Notice{To: supervisor(s.Supervisor), Kind: "supervision-answered",
		Title: s.Unit.Name + "已答复督办单" + s.Number + "：" + s.Title, TitleEn: s.Unit.Name + " answered order " + s.Number + ": " + s.Title}
	return s, Outcome{Events: []act.Event{act.Happened("supervision.answered", in, notice)}}, nil
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
	return s.settle(c, Settled{Outcome: SettledAccepted, Reason: in.Reason}, now)
}

func (s Supervision) sendBack(c act.Command) (Supervision, Outcome, error) {
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
	s.Status, s.Raised, s.Decision = SupervisionReturned, false, in.Reason
	// Until the new reply deadline is known there is none to pass.
	s.ReplyDue = time.Time{}
	notice := act.Notice{To: operator(s.Unit), Kind: "supervision-returned",
		Title: "督办答复被退回，请补充：" + s.Title, TitleEn: "Your answer was sent back: " + s.Title}
	return s, Outcome{
		Events:  []act.Event{act.Happened("supervision.sent-back", in, notice)},
		Effects: []Effect{{ReplyDue: s.ReplyWorkingDays}},
	}, nil
}

func (s Supervision) setReplyDue(c act.Command) (Supervision, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	var in ReplyDueSet
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	s.ReplyDue = in.ReplyDue
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
	return s.settle(c, Settled{Outcome: SettledReassigned, Unit: &in.Unit, Due: &in.Due, Reason: in.Reason}, now)
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
	settled.Supervision, settled.N = s.ID, s.N
	s.Status, s.Outcome, s.Decision, s.ClosedAt = SupervisionClosed, settled.Outcome, settled.Reason, now
	notice := act.Notice{To: operator(s.Unit), Kind: "supervision-closed",
		Title: "督办单" + s.Number + "已办结：" + s.Title, TitleEn: "Order " + s.Number + " is closed: " + s.Title}
	return s, Outcome{
		Events:  []act.Event{act.Happened("supervision.closed", settled, notice)},
		Effects: []Effect{tell(AssignmentWorkflow(s.Assignment), "settle:"+s.ID, SettleSupervision, onBehalf(c.Actor), settled)},
	}, nil
}

func (s Supervision) assignmentClosed(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	s.Status, s.Outcome, s.ClosedAt = SupervisionClosed, SettledCompleted, now
	return s, Outcome{Events: []act.Event{act.Happened("supervision.closed", Settled{Supervision: s.ID, N: s.N, Outcome: SettledCompleted})}}, nil
}

// Next is the reply deadline, as long as an answer is waited for.
func (s Supervision) Next() (time.Time, bool) {
	waits := (s.Status == SupervisionIssued || s.Status == SupervisionReturned) && !s.Raised && !s.ReplyDue.IsZero()
	return s.ReplyDue, waits
}

// Wake raises an order whose reply deadline has passed.
func (s Supervision) Wake(now time.Time) (Supervision, Outcome) {
	due, waits := s.Next()
	if !waits || now.Before(due) {
		return s, Outcome{}
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
