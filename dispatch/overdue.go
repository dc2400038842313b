package dispatch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/org"
)

func (a Assignment) prolong(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in Prolongment
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if err := laterDate(a.Edition, in.Due, in.Reason, now, a.Schedule.Due); err != nil {
		return a, Outcome{}, err
	}
	if in.Counted != nil && (in.Counted.Last != in.Due || in.Counted.WorkingDays < 1) {
		return a, Outcome{}, act.Malformed("working-days", "工作日数与期限不符。", "The working days do not lead to the date.")
	}
	a.Extensions = a.dropExtension()
	a = a.prolonged(in.Due, in.Reason, c.Actor, now)
	if in.Counted != nil {
		a.Prolongations[len(a.Prolongations)-1].WorkingDays = in.Counted.WorkingDays
	}
	a, out := a.newDue(in.Due, "assignment.prolonged", nil)
	a.DueCounted = in.Counted
	return a, out, nil
}

// prolonged keeps that the supervisor set a later date by himself.
func (a Assignment) prolonged(due calendar.Date, reason string, by act.Actor, now time.Time) Assignment {
	a.Prolongations = append(slices.Clone(a.Prolongations), Prolongation{N: len(a.Prolongations) + 1, Unit: a.Unit, From: a.Due, To: due, Reason: reason, By: by, At: now})
	return a
}

// Prolongation is a later date that the supervisor set without being asked.
type Prolongation struct {
	N    int           `json:"n"`
	Unit org.UnitRef   `json:"unit"` // responsible at that time
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// WorkingDays lead to To, where the supervisor named them and no date.
	WorkingDays int       `json:"workingDays,omitempty"`
	Reason      string    `json:"reason"`
	By          act.Actor `json:"by"`
	At          time.Time `json:"at"`
}

// reassign gives the assignment to another unit, once that has consented.
func (a Assignment) reassign(c act.Command, now time.Time) (Assignment, Outcome, error) {
	throughOrder := a.Edition > 0 && !c.Actor.IsPerson()
	if err := maySupervise(a.Supervisor, c.Actor); err != nil && !throughOrder {
		return a, Outcome{}, err
	}
	var in NewUnit
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if err := otherUnit(a.Edition, in, a.Unit, now, a.Schedule.Due); err != nil {
		return a, Outcome{}, err
	}
	if a.Edition == 0 {
		moved, out := a.moveTo(in)
		return moved, out, nil
	}
	return a.propose(c, in, now)
}

// moveTo gives the assignment to another unit, which has to acknowledge it anew.
func (a Assignment) moveTo(in NewUnit) (Assignment, Outcome) {
	from := a.Unit
	a.Extensions, a.Leave = a.dropExtension(), nil
	a = a.dropReview()
	a.Unit, a.Status, a.AcknowledgedAt, a.SubmittedAt = in.Unit, AssignmentDispatched, time.Time{}, time.Time{}
	a.Schedule = a.Schedule.Resume()
	moved := act.Happened("assignment.reassigned", map[string]any{"from": from, "to": in.Unit, "reason": in.Reason}, a.dispatchedNotice(),
		act.Notice{To: operator(from), Kind: "reassigned", Title: "任务单已改派：" + a.Title(), TitleEn: "The assignment went to another unit: " + a.Title()})
	a, out := a.newDue(in.Due, "assignment.prolonged", []act.Event{moved})
	if a.Edition > 0 {
		var ended []Effect
		a, ended = a.endOrders(SettledReassigned)
		out.Effects = append(out.Effects, ended...)
	}
	return a, out
}

func (a Assignment) strikeOff(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	in, err := because(c)
	if err != nil {
		return a, Outcome{}, err
	}
	a, out := a.closeAs(OutcomeStruckOff, in.Reason, now)
	return a, out, nil
}

func (a Assignment) issueSupervision(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in Issuing
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if err := in.check(a.Edition, now); err != nil {
		return a, Outcome{}, err
	}
	if !a.Overdue {
		return a, Outcome{}, act.NotNow("not-overdue", "任务单尚未逾期，可先催办。", "The assignment is not overdue; urge instead.")
	}
	if a.underOrder() {
		return a, Outcome{}, act.NotNow("already-supervised", "已有一份督办单正在办理。", "An order on it is open already.")
	}
	a, out := a.order(in, c.Actor)
	out.Events = append([]act.Event{act.Happened("assignment.supervised", a.Supervisions[len(a.Supervisions)-1])}, out.Events...)
	return a, out, nil
}

func (a Assignment) underOrder() bool {
	return slices.ContainsFunc(a.Supervisions, func(o Ordered) bool { return o.Outcome == "" })
}

// order draws up the next supervision order.
func (a Assignment) order(in Issuing, by act.Actor) (Assignment, Outcome) {
	n := len(a.Supervisions) + 1
	a.Supervisions = append(slices.Clone(a.Supervisions), Ordered{N: n})
	opening := SupervisionOpening{ID: SupervisionID(a.ID, n), N: n, Assignment: a.ID, Target: a.Target, Plan: a.Plan,
		Title: a.Title(), Unit: a.Unit, Lead: a.Leads[0], Supervisor: a.Supervisor, Reason: in.Reason, IssuedBy: by,
		Edition: a.Edition, Level: in.Level, Talk: in.Talk, Joint: in.Joint,
		ReplyWorkingDays: cmp.Or(in.ReplyWorkingDays, a.ReplyWorkingDays)}
	return a, Outcome{Effects: []Effect{{StartSupervision: &opening}}}
}

// endOrders ends every open order on the assignment, with the reason.
func (a Assignment) endOrders(outcome string) (Assignment, []Effect) {
	var effects []Effect
	a.Supervisions = slices.Clone(a.Supervisions)
	for i := range a.Supervisions {
		if order := &a.Supervisions[i]; order.Outcome == "" {
			order.Outcome = outcome
			id := SupervisionID(a.ID, order.N)
			effects = append(effects, tell(SupervisionWorkflow(id), "closed:"+id, NoteClosed, act.Process(), OrderEnded{Outcome: outcome}))
		}
	}
	return a, effects
}

// settleSupervision carries out what the supervisor decided on an order.
func (a Assignment) settleSupervision(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in Settled
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	i := slices.IndexFunc(a.Supervisions, func(o Ordered) bool { return o.N == in.N && o.Outcome == "" })
	if i < 0 {
		return a, Outcome{}, act.NotNow("already-settled", "该督办单已办结。", "The order is settled already.")
	}
	a.Supervisions = slices.Clone(a.Supervisions)
	a.Supervisions[i].Outcome = in.Outcome
	settled := act.Happened("assignment.supervision-settled", in)
	var out Outcome
	switch in.Outcome {
	case SettledProlonged:
		a = a.prolonged(*in.Due, in.Reason, c.Actor, now)
		a, out = a.newDue(*in.Due, "assignment.prolonged", nil)
	case SettledReassigned:
		a, out = a.moveTo(NewUnit{Unit: *in.Unit, Due: *in.Due, Reason: in.Reason})
	case SettledStruckOff:
		a, out = a.closeAs(OutcomeStruckOff, in.Reason, now)
	}
	out.Events = append([]act.Event{settled}, out.Events...)
	return a, out, nil
}

// Next is the moment at which the clock has something to do.
func (a Assignment) Next() (time.Time, bool) {
	ladder := func() (time.Time, bool) {
		if a.Arming {
			return time.Time{}, false
		}
		return a.Schedule.Next()
	}
	moments := []func() (time.Time, bool){ladder, a.consentDue, nextOf(a.Review)}
	for i := range a.Extensions {
		moments = append(moments, nextOf(&a.Extensions[i].SignOff))
	}
	return earliest(moments...)
}

// Wake does what is due by the clock: reminders, the due moment itself, and the
// rungs of escalation after it; a consent that was not given.
func (a Assignment) Wake(now time.Time) (Assignment, Outcome) {
	a, out := a.wakeSignOffs(now)
	if a.Status == AssignmentClosed {
		return a, out
	}
	a, lapsed := a.wakeHandover(now)
	out = join(out, lapsed)
	if a.Arming {
		return a, out
	}
	schedule, passed := a.Schedule.Pass(now)
	a.Schedule = schedule
	a, climbed := a.catchUp(passed)
	return a, a.look(join(out, climbed))
}

// noticeOverdue is the kind of the notices that a due date has passed.
const noticeOverdue = "overdue"

// goOverdue marks the assignment late. What was submitted in time is not late
// while it is in review, and is late at once when it is returned after its date.
func (a Assignment) goOverdue() (Assignment, Outcome) {
	a.Overdue = true
	return a, a.told(act.Happened("assignment.overdue", map[string]any{"due": a.Due},
		act.Notice{To: operator(a.Unit), Kind: noticeOverdue, Title: "已逾期：" + a.Title(), TitleEn: "Overdue: " + a.Title()},
		act.Notice{To: supervisor(a.Supervisor), Kind: noticeOverdue, Title: a.Unit.Name + "逾期：" + a.Title(), TitleEn: a.Unit.Name + " is overdue: " + a.Title()}))
}

// enforce issues the order that a rung asks for, or raises the one that is open.
func (a Assignment) enforce(m deadline.Moment) (Assignment, Outcome) {
	level, _ := levelOf(m.Action)
	reason := "逾期未办结（期限" + a.Due.String() + "）"
	if !a.underOrder() {
		return a.order(Issuing{Reason: reason, Level: level}, act.Clock())
	}
	if level == LevelOrder {
		return a, Outcome{}
	}
	open := SupervisionID(a.ID, a.Supervisions[len(a.Supervisions)-1].N)
	id := fmt.Sprintf("rung:%d:%s", a.Schedule.Round, m.Key)
	return a, Outcome{Effects: []Effect{tell(SupervisionWorkflow(open), id, Raise, act.Clock(), Raising{Level: level, Ground: reason})}}
}

func (a Assignment) rungNotices(m deadline.Moment) []act.Notice {
	zh, en := actionTitle(m.Action)
	channels := a.channels(m)
	notices := make([]act.Notice, 0, len(m.To))
	for _, audience := range m.To {
		notices = append(notices, act.Notice{To: a.audience(audience), Kind: string(m.Action),
			Title:   zh + "（期限" + a.Due.String() + "）：" + a.Title(),
			TitleEn: en + " (due " + a.Due.String() + "): " + a.Title(), Channels: channels})
	}
	return notices
}

// channels are those by which the notices of a rung go out. In the first editions
// they were left open: events are sealed with all that they say, so that those of
// a process that replays its history must not say more.
func (a Assignment) channels(m deadline.Moment) []string {
	switch {
	case a.Edition < 2:
		return nil
	case len(m.Channels) == 0:
		return []string{deadline.Inbox}
	}
	return m.Channels
}

func actionTitle(action deadline.Action) (zh, en string) {
	switch action {
	case deadline.Urge:
		return "逾期催办", "Overdue, urged"
	case deadline.Supervise:
		return "逾期督办", "Overdue, under supervision"
	case deadline.Circulate:
		return "逾期通报", "Overdue, circulated"
	case deadline.Summon:
		return "逾期约谈", "Overdue, summoned"
	default:
		return "到期提醒", "Reminder"
	}
}

func (a Assignment) audience(to deadline.Audience) org.Party {
	switch to {
	case deadline.ResponsibleHead:
		return head(a.Unit)
	case deadline.LeadOperator:
		return operator(a.Leads[0])
	case deadline.LeadHead:
		return head(a.Leads[0])
	case deadline.Supervisor:
		return supervisor(a.Supervisor)
	default:
		return operator(a.Unit)
	}
}

func join(a, b Outcome) Outcome {
	return Outcome{Events: append(a.Events, b.Events...), Effects: append(a.Effects, b.Effects...)}
}
