package dispatch

import (
	"fmt"
	"time"

	"duban/act"
	"duban/deadline"
	"duban/org"
	"duban/target"
)

// Proposal is what an annual target is proposed with in the year before (年度目标
// 建议): for its lead unit to confirm or to change.
type Proposal struct {
	// Reached is what the earlier years are expected to have reached, by the key of
	// the target.
	Reached map[string]target.Amount `json:"reached,omitempty"`
	// Items draft the decomposition; the first Carried of them come from an earlier
	// year that did not finish them.
	Items   []target.Item `json:"items"`
	Carried int           `json:"carried"`
	// Armed is the ladder of the day by which the lead unit must confirm.
	Armed Armed `json:"armed"`
}

// Confirmation is the payload of ConfirmTarget.
type Confirmation struct {
	// Targets take the place of what is proposed; none: it is right.
	Targets []target.YearTarget `json:"targets,omitempty"`
	// Reason says why something else is to be reached; needed with Targets.
	Reason string `json:"reason,omitempty"`
}

// openProposed begins an annual target that nobody has confirmed yet.
func (t AnnualTarget) openProposed(c act.Command, in TargetOpening, now time.Time) (AnnualTarget, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return t, Outcome{}, err
	}
	armed := in.Proposal.Armed
	next := AnnualTarget{TargetOpening: in, Status: TargetProposed, Items: in.Proposal.Items, OpenedAt: now,
		Confirm: deadline.Arm(armed.DueAt, armed.Moments, now)}
	notice := act.Notice{To: operator(next.lead()), Kind: "confirm",
		Title:   "请确认年度目标（期限" + armed.Due.String() + "）：" + next.Title(),
		TitleEn: "Please confirm the annual target (due " + armed.Due.String() + "): " + next.Title()}
	return next, Outcome{Events: []act.Event{act.Happened("target.proposed", in, notice)}}, nil
}

// confirm makes a draft of what was proposed. The lead unit confirms; once its
// time is over the supervisor may in its stead.
func (t AnnualTarget) confirm(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	inStead := t.Confirm.Overdue && c.Actor.Is(supervisor(t.Supervisor))
	if err := t.mayLead(c.Actor); err != nil && !inStead {
		return t, Outcome{}, err
	}
	if t.Status != TargetProposed {
		return t, Outcome{}, act.NotNow("already-confirmed", "年度目标已确认。", "The annual target is confirmed already.")
	}
	var in Confirmation
	if err := c.Decode(&in); err != nil {
		return t, Outcome{}, err
	}
	if err := in.check(); err != nil {
		return t, Outcome{}, err
	}
	t.Status, t.Confirm = TargetDrafted, t.Confirm.Stop(now)
	notices := []act.Notice{{To: operator(t.lead()), Kind: "decompose",
		Title: "请分解年度目标：" + t.Title(), TitleEn: "Please decompose the annual target: " + t.Title()}}
	if len(in.Targets) > 0 {
		carried := t.carriedAgain()
		t.Requirement.Targets = in.Targets
		t.Items, _ = target.Carry(t.Requirement, carried)
		notices = append(notices, act.Notice{To: supervisor(t.Supervisor), Kind: "target-changed",
			Title: t.lead().Name + "调整了年度目标：" + t.Title(), TitleEn: t.lead().Name + " changed the annual target: " + t.Title()})
	}
	return t, Outcome{Events: []act.Event{act.Happened("target.confirmed", in, notices...)}}, nil
}

// carriedAgain are the items that were carried over, to carry them once more into
// other targets.
func (t AnnualTarget) carriedAgain() []target.Unfinished {
	left := make([]target.Unfinished, t.Proposal.Carried)
	for i, item := range t.Proposal.Items[:t.Proposal.Carried] {
		left[i].Item = item
		for _, asked := range t.Requirement.Targets {
			if asked.TargetKey == item.TargetKey {
				left[i].Kind = asked.Kind
			}
		}
	}
	return left
}

// mostTargets bounds what one task asks for in a year.
const mostTargets = 100

func (in Confirmation) check() error {
	if err := notTooLong("reason", in.Reason, longestText); err != nil || len(in.Targets) == 0 {
		return err
	}
	if err := written("reason", in.Reason, longestText); err != nil {
		return err
	}
	if len(in.Targets) > mostTargets {
		return act.Malformed("too-many-targets", fmt.Sprintf("年度目标最多 %d 项。", mostTargets), fmt.Sprintf("A year has at most %d targets.", mostTargets))
	}
	keys := map[string]bool{}
	var faults []act.Fault
	for i, t := range in.Targets {
		if t.TargetKey == "" || keys[t.TargetKey] {
			faults = append(faults, act.Fault{Field: fmt.Sprintf("targets[%d].targetKey", i), Code: "key", Zh: "目标编号须填写且不重复。", En: "Target keys must be given and unique."})
		}
		keys[t.TargetKey] = true
	}
	if len(faults) > 0 {
		return act.Malformed("targets", "年度目标有误，请按提示修改。", "The annual targets have faults; correct them.", faults...)
	}
	return nil
}

// nextConfirm is the moment at which the lead unit is reminded next.
func (t AnnualTarget) nextConfirm() (time.Time, bool) {
	if t.Status != TargetProposed {
		return time.Time{}, false
	}
	return t.Confirm.Next()
}

// wakeConfirm chases a confirmation: the lead unit first, then the supervisor.
func (t AnnualTarget) wakeConfirm(now time.Time) (AnnualTarget, Outcome) {
	schedule, passed := t.Confirm.Pass(now)
	t.Confirm = schedule
	var out Outcome
	due := t.Proposal.Armed.Due.String()
	if passed.Overdue {
		zh, en := "年度目标逾期未确认：", "The annual target was not confirmed in time: "
		out.Events = append(out.Events, act.Happened("target.confirmation-overdue", map[string]any{"due": due},
			act.Notice{To: head(t.lead()), Kind: "overdue", Title: zh + t.Title(), TitleEn: en + t.Title()},
			act.Notice{To: supervisor(t.Supervisor), Kind: "overdue", Title: t.lead().Name + zh + t.Title(), TitleEn: en + t.Title()}))
	}
	for _, m := range passed.Deliver {
		var notices []act.Notice
		for _, to := range m.To {
			notices = append(notices, act.Notice{To: t.confirmer(to), Kind: string(m.Action),
				Title:   "请尽快确认年度目标（期限" + due + "）：" + t.Title(),
				TitleEn: "Please confirm the annual target (due " + due + "): " + t.Title()})
		}
		out.Events = append(out.Events, act.Happened("target.confirmation-"+string(m.Action), m, notices...))
	}
	return t, out
}

// confirmer is whom a rung addresses: what is responsible is the lead unit.
func (t AnnualTarget) confirmer(to deadline.Audience) org.Party {
	switch to {
	case deadline.ResponsibleHead, deadline.LeadHead:
		return head(t.lead())
	case deadline.Supervisor:
		return supervisor(t.Supervisor)
	default:
		return operator(t.lead())
	}
}

// armConfirm takes in by when the proposal must be confirmed after a year was
// loaded. A day that has passed stays; its rungs may move.
func (t AnnualTarget) armConfirm(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return t, Outcome{}, err
	}
	var in Armed
	if err := c.Decode(&in); err != nil {
		return t, Outcome{}, err
	}
	if t.Status != TargetProposed || in.Why == nil || t.Proposal.Armed.Counted == nil || in.Calendar <= t.Proposal.Armed.Counted.Calendar ||
		t.Confirm.Overdue && in.Due != t.Proposal.Armed.Due {
		return t, Outcome{}, countedAlready()
	}
	before, proposal := t.Confirm, *t.Proposal
	counted := *proposal.Armed.Counted
	if in.Counted != nil {
		counted = *in.Counted
	}
	counted.Calendar = in.Calendar
	t.Confirm = before.Retime(in.DueAt, in.Moments, now)
	happened := map[string]any{"due": in.Due, "dueAt": in.DueAt, "why": in.Why}
	if moves := before.MovesTo(t.Confirm); len(moves) > 0 {
		happened["moved"] = moves
	}
	var notices []act.Notice
	if from := proposal.Armed.Due; from != in.Due {
		happened["from"] = from
		notices = append(notices, act.Notice{To: operator(t.lead()), Kind: "due-moved",
			Title:   fmt.Sprintf("因 %d 年节假日安排，年度目标确认期限调整为%s：%s", in.Why.Year, in.Due, t.Title()),
			TitleEn: fmt.Sprintf("The holidays of %d moved the last day to confirm the annual target to %s: %s", in.Why.Year, in.Due, t.Title())})
	}
	proposal.Armed, proposal.Armed.Counted, proposal.Armed.Why = in, &counted, nil
	t.Proposal = &proposal
	return t, Outcome{Events: []act.Event{act.Happened("target.confirmation-armed", happened, notices...)}}, nil
}
