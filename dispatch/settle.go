package dispatch

import (
	"cmp"
	"time"

	"duban/act"
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

func (s Supervision) prolong(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	var in NewDue
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := laterDate(s.Edition, in.Due, in.Reason, now, s.ReplyDue); err != nil {
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
	if err := otherUnit(s.Edition, in, s.Unit, now, s.ReplyDue); err != nil {
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

// onBehalf marks a command that a process sends because a person decided: the
// person stays named, and the receiver sees that it comes from a process.
func onBehalf(actor act.Actor) act.Actor {
	return act.Actor{Name: actor.Name, Unit: actor.Unit, OnBehalfOf: actor.User}
}
