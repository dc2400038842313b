package dispatch

import (
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/org"
)

// HandoverStatus is where a reassignment stands.
type HandoverStatus string

const (
	HandoverProposed HandoverStatus = "proposed"
	// HandoverLapsed: the unit did not answer in time; the supervisor decides.
	HandoverLapsed    HandoverStatus = "lapsed"
	HandoverConsented HandoverStatus = "consented"
	HandoverDeclined  HandoverStatus = "declined"
	// HandoverDropped: the supervisor took the proposal back, or made another.
	HandoverDropped HandoverStatus = "dropped"
	// HandoverObsolete: the assignment was closed meanwhile.
	HandoverObsolete HandoverStatus = "obsolete"
)

// Handover is a reassignment (改派): the supervisor proposes that another unit
// takes the assignment over, and the head of that unit consents or declines.
// Until then the present unit stays responsible.
type Handover struct {
	N          int            `json:"n"`
	From       org.UnitRef    `json:"from"`
	Unit       org.UnitRef    `json:"unit"` // that is asked
	Due        calendar.Date  `json:"due"`  // of the assignment at that unit
	Reason     string         `json:"reason"`
	ProposedBy act.Actor      `json:"proposedBy"`
	ProposedAt time.Time      `json:"proposedAt"`
	ConsentDue time.Time      `json:"consentDue,omitzero"` // zero until it is known
	Counted    *Counted       `json:"counted,omitempty"`   // how ConsentDue was found
	Status     HandoverStatus `json:"status"`
	AnsweredBy act.Actor      `json:"answeredBy,omitzero"`
	AnsweredAt time.Time      `json:"answeredAt,omitzero"`
	Answer     string         `json:"answer,omitempty"` // the reason given
	// InStead marks an answer that a supervisor gave for a unit that was silent.
	InStead bool `json:"inStead,omitempty"`
}

// Consent is the payload of AnswerReassignment.
type Consent struct {
	Consent bool   `json:"consent"`
	Reason  string `json:"reason,omitempty"` // needed to decline, and in a unit's stead
}

// handover is the reassignment that is not decided yet.
func (a Assignment) handover() (Handover, bool) {
	i := len(a.Handovers) - 1
	if i < 0 || a.Handovers[i].Status != HandoverProposed && a.Handovers[i].Status != HandoverLapsed {
		return Handover{}, false
	}
	return a.Handovers[i], true
}

// withHandover replaces the last reassignment.
func (a Assignment) withHandover(h Handover) Assignment {
	a.Handovers = slices.Clone(a.Handovers)
	a.Handovers[len(a.Handovers)-1] = h
	return a
}

func noHandover() error {
	return act.NotNow("no-reassignment", "该任务单没有待确认的改派。", "No reassignment of the assignment is open.")
}

// propose asks another unit to take the assignment over. A newer proposal takes
// the place of an older one. It may come by way of an order.
func (a Assignment) propose(c act.Command, in NewUnit, now time.Time) (Assignment, Outcome, error) {
	// Before edition 4 what was checked so far is the day of UTC.
	if err := ahead(in.Due, now, a.Schedule.Due); err != nil {
		return a, Outcome{}, err
	}
	var out Outcome
	if h, open := a.handover(); open {
		h.Status = HandoverDropped
		a = a.withHandover(h)
		out.Events = append(out.Events, act.Happened("assignment.reassignment-dropped", map[string]any{"n": h.N, "unit": h.Unit, "replaced": true}))
	}
	h := Handover{N: len(a.Handovers) + 1, From: a.Unit, Unit: in.Unit, Due: in.Due, Reason: in.Reason,
		ProposedBy: c.Actor, ProposedAt: now, Status: HandoverProposed}
	a.Handovers = append(slices.Clone(a.Handovers), h)
	zh, en := "拟由贵单位承接任务单，请确认："+a.Title(), "Your unit is asked to take an assignment over; please consent or decline: "+a.Title()
	out.Events = append(out.Events, act.Happened("assignment.reassignment-proposed", h,
		act.Notice{To: head(in.Unit), Kind: "consent", Title: zh, TitleEn: en},
		act.Notice{To: operator(a.Unit), Kind: "reassignment", Title: "任务单拟改派" + in.Unit.Name + "，确认前仍由贵单位负责：" + a.Title(),
			TitleEn: "The assignment shall go to " + in.Unit.Name + "; until it consents you stay responsible: " + a.Title()}))
	out.Effects = append(out.Effects, Effect{ConsentDue: a.Rules.consentWorkingDays(), Asking: Asking{Unit: in.Unit.ID}})
	return a, out, nil
}

// setConsentDue takes in until when the unit is asked.
func (a Assignment) setConsentDue(c act.Command) (Assignment, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in ReplyDueSet
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	h, open := a.handover()
	if !open || h.Status != HandoverProposed {
		return a, Outcome{}, noHandover()
	}
	happened := map[string]any{"n": h.N, "consentDue": in.ReplyDue}
	var notices []act.Notice
	if in.Why != nil {
		if !in.Counted.follows(h.Counted) {
			return a, Outcome{}, countedAlready()
		}
		happened["why"] = in.Why
		if !in.ReplyDue.Equal(h.ConsentDue) {
			notices = append(notices, movedNotice(head(h.Unit), "改派确认", "to consent to the reassignment", in, a.Title()))
		}
	}
	h.ConsentDue, h.Counted = in.ReplyDue, in.Counted
	return a.withHandover(h), Outcome{Events: []act.Event{act.Happened("assignment.consent-due-set", happened, notices...)}}, nil
}

// answerHandover is the word of the unit that was asked, by its head; once the
// time is over the supervisor may give it in the unit's stead.
func (a Assignment) answerHandover(c act.Command, now time.Time) (Assignment, Outcome, error) {
	h, open := a.handover()
	if !open {
		return a, Outcome{}, noHandover()
	}
	inStead := !c.Actor.Is(head(h.Unit))
	if inStead {
		if err := mayAnswerInStead(a.Supervisor, h, c.Actor); err != nil {
			return a, Outcome{}, err
		}
	}
	var in Consent
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if !in.Consent || inStead {
		if err := written("reason", in.Reason, longestText); err != nil {
			return a, Outcome{}, err
		}
	} else if err := notTooLong("reason", in.Reason, longestText); err != nil {
		return a, Outcome{}, err
	}
	h.AnsweredBy, h.AnsweredAt, h.Answer, h.InStead = c.Actor, now, in.Reason, inStead
	if !in.Consent {
		h.Status = HandoverDeclined
		zh, en := h.Unit.Name+"不同意承接任务单："+a.Title(), h.Unit.Name+" declines to take the assignment over: "+a.Title()
		return a.withHandover(h), Outcome{Events: []act.Event{act.Happened("assignment.reassignment-declined", h,
			act.Notice{To: supervisor(a.Supervisor), Kind: "reassignment-declined", Title: zh, TitleEn: en},
			act.Notice{To: operator(a.Unit), Kind: "reassignment-declined", Title: zh, TitleEn: en})}}, nil
	}
	if err := ahead(h.Due, now, a.Schedule.Due); err != nil {
		return a, Outcome{}, act.NotNow("due-passed", "改派所定的期限已过，请督查部门重新改派。", "The date of the reassignment has passed; the supervisor must propose it anew.")
	}
	h.Status = HandoverConsented
	a, out := a.withHandover(h).moveTo(NewUnit{Unit: h.Unit, Due: h.Due, Reason: h.Reason})
	out.Events = append([]act.Event{act.Happened("assignment.reassignment-consented", h)}, out.Events...)
	return a, out, nil
}

func mayAnswerInStead(unit org.UnitRef, h Handover, actor act.Actor) error {
	if !actor.Is(supervisor(unit)) {
		return act.NotAllowed("not-asked", "只有"+h.Unit.Name+"的负责人可以确认改派。", "Only the head of "+h.Unit.Name+" may consent or decline.")
	}
	if h.Status != HandoverLapsed {
		return act.NotNow("consent-pending", "仍在等待"+h.Unit.Name+"确认；逾期未确认的，可代为决定，也可撤回。",
			h.Unit.Name+" may still answer; decide in its stead when its time is over, or drop the proposal.")
	}
	return nil
}

// dropHandover takes the proposal back.
func (a Assignment) dropHandover(c act.Command) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	h, open := a.handover()
	if !open {
		return a, Outcome{}, noHandover()
	}
	in, err := because(c)
	if err != nil {
		return a, Outcome{}, err
	}
	h.Status = HandoverDropped
	zh, en := "改派已撤回："+a.Title(), "The reassignment was dropped: "+a.Title()
	return a.withHandover(h), Outcome{Events: []act.Event{act.Happened("assignment.reassignment-dropped", map[string]any{"n": h.N, "unit": h.Unit, "reason": in.Reason},
		act.Notice{To: head(h.Unit), Kind: "reassignment-dropped", Title: zh, TitleEn: en},
		act.Notice{To: operator(a.Unit), Kind: "reassignment-dropped", Title: zh, TitleEn: en})}}, nil
}

// consentDue is when the clock stops waiting for the unit that was asked.
func (a Assignment) consentDue() (time.Time, bool) {
	h, open := a.handover()
	return h.ConsentDue, open && h.Status == HandoverProposed && !h.ConsentDue.IsZero()
}

// wakeHandover passes a proposal that nobody answered in time to the supervisor.
func (a Assignment) wakeHandover(now time.Time) (Assignment, Outcome) {
	due, waits := a.consentDue()
	if !waits || now.Before(due) {
		return a, Outcome{}
	}
	h, _ := a.handover()
	h.Status = HandoverLapsed
	zh, en := h.Unit.Name+"逾期未确认改派，请督查决定："+a.Title(), h.Unit.Name+" did not answer in time; please decide on the reassignment: "+a.Title()
	return a.withHandover(h), Outcome{Events: []act.Event{act.Happened("assignment.reassignment-lapsed", map[string]any{"n": h.N, "unit": h.Unit, "consentDue": due},
		act.Notice{To: supervisor(a.Supervisor), Kind: "reassignment-lapsed", Title: zh, TitleEn: en},
		act.Notice{To: head(h.Unit), Kind: "reassignment-lapsed", Title: zh, TitleEn: en})}}
}

// endHandover ends a proposal that was overtaken by the closing.
func (a Assignment) endHandover() Assignment {
	h, open := a.handover()
	if !open {
		return a
	}
	h.Status = HandoverObsolete
	return a.withHandover(h)
}
