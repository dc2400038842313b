package dispatch

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/deadline"
	"duban/org"
)

// urgeEvery is how often the same assignment may be urged.
const urgeEvery = 10 * time.Minute

// urge presses the responsible unit on (催办). Whoever waits may urge: the
// reviewer or a supervisor.
func (a Assignment) urge(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if !a.mayReview(c.Actor) && !c.Actor.Is(supervisor(a.Supervisor)) {
		return a, Outcome{}, act.NotAllowed("may-not-urge", "只有牵头单位或督查人员可以催办。", "Only the lead unit or a supervisor may urge.")
	}
	if a.Status == AssignmentSubmitted {
		return a, Outcome{}, act.NotNow("in-review", "任务单已提交，无需催办。", "The assignment was submitted already.")
	}
	if wait := urgeEvery - now.Sub(a.UrgedAt); wait > 0 {
		return a, Outcome{}, act.NotNow("urged-lately", fmt.Sprintf("刚刚催办过，请 %d 分钟后再催。", int(wait.Minutes())+1),
			fmt.Sprintf("It was urged lately; wait %d minutes.", int(wait.Minutes())+1))
	}
	a.UrgedAt = now
	zh, en := "催办："+a.Title(), "Urged: "+a.Title()
	return a, Outcome{Events: []act.Event{act.Happened("assignment.urged", struct{}{},
		act.Notice{To: operator(a.Unit), Kind: "urge", Title: zh, TitleEn: en},
		act.Notice{To: head(a.Unit), Kind: "urge", Title: zh, TitleEn: en})}}, nil
}

func (a Assignment) prolong(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in NewDue
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if err := laterDate(in.Due, now, in.Reason); err != nil {
		return a, Outcome{}, err
	}
	a.Extensions = a.dropExtension()
	return a.newDue(in.Due, "assignment.prolonged", nil)
}

func (a Assignment) reassign(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in NewUnit
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if err := otherUnit(in, a.Unit, now); err != nil {
		return a, Outcome{}, err
	}
	return a.moveTo(in)
}

// moveTo gives the assignment to another unit, which has to acknowledge it anew.
func (a Assignment) moveTo(in NewUnit) (Assignment, Outcome, error) {
	from := a.Unit
	a.Extensions = a.dropExtension()
	a = a.dropReview()
	a.Unit, a.Status, a.AcknowledgedAt, a.SubmittedAt = in.Unit, AssignmentDispatched, time.Time{}, time.Time{}
	a.Schedule = a.Schedule.Resume()
	moved := act.Happened("assignment.reassigned", map[string]any{"from": from, "to": in.Unit, "reason": in.Reason}, a.dispatchedNotice(),
		act.Notice{To: operator(from), Kind: "reassigned", Title: "任务单已改派：" + a.Title(), TitleEn: "The assignment went to another unit: " + a.Title()})
	return a.newDue(in.Due, "assignment.prolonged", []act.Event{moved})
}

func (a Assignment) strikeOff(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	in, err := because(c)
	if err != nil {
		return a, Outcome{}, err
	}
	return a.closeAs(OutcomeStruckOff, in.Reason, now)
}

func (a Assignment) issueSupervision(c act.Command) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	in, err := because(c)
	if err != nil {
		return a, Outcome{}, err
	}
	if !a.Overdue {
		return a, Outcome{}, act.NotNow("not-overdue", "任务单尚未逾期，可先催办。", "The assignment is not overdue; urge instead.")
	}
	if a.underOrder() {
		return a, Outcome{}, act.NotNow("already-supervised", "已有一份督办单正在办理。", "An order on it is open already.")
	}
	a, opening := a.order(in.Reason, c.Actor)
	return a, Outcome{Events: []act.Event{act.Happened("assignment.supervised", Ordered{N: opening.N})},
		Effects: []Effect{{StartSupervision: &opening}}}, nil
}

func (a Assignment) underOrder() bool {
	return slices.ContainsFunc(a.Supervisions, func(o Ordered) bool { return o.Outcome == "" })
}

// order draws up the next supervision order.
func (a Assignment) order(reason string, by act.Actor) (Assignment, SupervisionOpening) {
	n := len(a.Supervisions) + 1
	a.Supervisions = append(slices.Clone(a.Supervisions), Ordered{N: n})
	return a, SupervisionOpening{ID: SupervisionID(a.ID, n), N: n, Assignment: a.ID, Target: a.Target, Plan: a.Plan,
		Title: a.Title(), Unit: a.Unit, Lead: a.Leads[0], Supervisor: a.Supervisor, Reason: reason, IssuedBy: by,
		ReplyWorkingDays: a.ReplyWorkingDays}
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
	var err error
	switch in.Outcome {
	case SettledProlonged:
		a, out, err = a.newDue(*in.Due, "assignment.prolonged", nil)
	case SettledReassigned:
		a, out, err = a.moveTo(NewUnit{Unit: *in.Unit, Due: *in.Due, Reason: in.Reason})
	case SettledStruckOff:
		a, out, err = a.closeAs(OutcomeStruckOff, in.Reason, now)
	}
	out.Events = append([]act.Event{settled}, out.Events...)
	return a, out, err
}

// Next is the moment at which the clock has something to do.
func (a Assignment) Next() (time.Time, bool) {
	ladder := func() (time.Time, bool) {
		if a.Arming {
			return time.Time{}, false
		}
		return a.Schedule.Next()
	}
	moments := []func() (time.Time, bool){ladder, nextOf(a.Review)}
	for i := range a.Extensions {
		moments = append(moments, nextOf(&a.Extensions[i].SignOff))
	}
	return earliest(moments...)
}

// Wake does what is due by the clock: reminders, the due moment itself, and the
// rungs of escalation after it.
func (a Assignment) Wake(now time.Time) (Assignment, Outcome) {
	a, out := a.wakeSignOffs(now)
	if a.Status == AssignmentClosed || a.Arming {
		return a, out
	}
	schedule, passed := a.Schedule.Pass(now)
	a.Schedule = schedule
	if passed.Overdue && a.Status != AssignmentSubmitted {
		var late Outcome
		a, late = a.goOverdue()
		out = join(out, late)
	}
	for _, m := range passed.Deliver {
		var step Outcome
		a, step = a.climb(m)
		out = join(out, step)
	}
	return a, out
}

// goOverdue marks the assignment late. What was submitted in time is not late
// while it is in review, and is late at once when it is returned after its date.
func (a Assignment) goOverdue() (Assignment, Outcome) {
	a.Overdue = true
	return a, a.told(act.Happened("assignment.overdue", map[string]any{"due": a.Due},
		act.Notice{To: operator(a.Unit), Kind: "overdue", Title: "已逾期：" + a.Title(), TitleEn: "Overdue: " + a.Title()},
		act.Notice{To: supervisor(a.Supervisor), Kind: "overdue", Title: a.Unit.Name + "逾期：" + a.Title(), TitleEn: a.Unit.Name + " is overdue: " + a.Title()}))
}

// climb takes one rung of the ladder.
func (a Assignment) climb(m deadline.Moment) (Assignment, Outcome) {
	out := Outcome{Events: []act.Event{act.Happened("assignment."+string(m.Action), m, a.rungNotices(m)...)}}
	if m.Action == deadline.Supervise && !a.underOrder() {
		var opening SupervisionOpening
		a, opening = a.order("逾期未办结（期限"+a.Due.String()+"）", act.Clock())
		out.Effects = append(out.Effects, Effect{StartSupervision: &opening})
	}
	return a, out
}

func (a Assignment) rungNotices(m deadline.Moment) []act.Notice {
	zh, en := actionTitle(m.Action)
	notices := make([]act.Notice, 0, len(m.To))
	for _, audience := range m.To {
		notices = append(notices, act.Notice{To: a.audience(audience), Kind: string(m.Action),
			Title:   zh + "（期限" + a.Due.String() + "）：" + a.Title(),
			TitleEn: en + " (due " + a.Due.String() + "): " + a.Title()})
	}
	return notices
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
