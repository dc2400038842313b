package dispatch

import (
	"time"

	"duban/act"
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
