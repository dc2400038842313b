package dispatch

import (
	"slices"
	"time"

	"duban/act"
	"duban/approval"
	"duban/org"
)

// urgeEvery is how often a unit may urge another in the same process.
const urgeEvery = 10 * time.Minute

// Urging is the payload of Urge (催办): which unit is urged, where the actor waits
// for several.
type Urging struct {
	Unit string `json:"unit,omitempty"`
}

// Urged is how often one unit has urged another, and when last.
type Urged struct {
	From  string    `json:"from"` // unit ids
	To    string    `json:"to"`
	Times int       `json:"times"`
	At    time.Time `json:"at"`
}

// Urges are those of one process, by the pairs that wait for one another.
type Urges []Urged

// wait says that somebody waits for a unit. The state of a process tells who
// waits for whom; whoever waits may urge whom he waits for.
type wait struct {
	waits func(act.Actor) bool
	unit  org.UnitRef // that is waited for
	to    []org.Party // who is told
}

func waitsAs(parties ...org.Party) func(act.Actor) bool {
	return func(actor act.Actor) bool {
		return slices.ContainsFunc(parties, actor.Is)
	}
}

func works(u org.UnitRef) func(act.Actor) bool {
	return func(actor act.Actor) bool { return actor.WorksFor(u.ID) }
}

// both are the people of a unit who act for it.
func both(u org.UnitRef) []org.Party { return []org.Party{operator(u), head(u)} }

// urge lets the actor press on the unit that he waits for, which learns who it
// was, once in a while.
func (u Urges) urge(c act.Command, kind, title string, waits []wait, now time.Time) (Urges, act.Event, error) {
	var in Urging
	if err := c.Decode(&in); err != nil {
		return u, act.Event{}, err
	}
	i := slices.IndexFunc(waits, func(w wait) bool { return (in.Unit == "" || w.unit.ID == in.Unit) && w.waits(c.Actor) })
	if i < 0 {
		return u, act.Event{}, act.NotAllowed("may-not-urge", "您的单位目前不在等待对方办理，不能催办。", "Your unit does not wait for anybody here at the moment.")
	}
	to := waits[i]
	from := c.Actor.Unit
	at := slices.IndexFunc(u, func(p Urged) bool { return p.From == from.ID && p.To == to.unit.ID })
	if at >= 0 {
		if left := urgeEvery - now.Sub(u[at].At); left > 0 {
			return u, act.Event{}, approval.UrgedLately(left)
		}
	}
	u = slices.Clone(u)
	if at < 0 {
		at, u = len(u), append(u, Urged{From: from.ID, To: to.unit.ID})
	}
	u[at].Times, u[at].At = u[at].Times+1, now
	notices := make([]act.Notice, len(to.to))
	for n, party := range to.to {
		notices[n] = act.Notice{To: party, Kind: "urge", Title: from.Name + "（" + c.Actor.Name + "）催办：" + title,
			TitleEn: from.Name + " (" + c.Actor.Name + ") urges you: " + title}
	}
	return u, act.Happened(kind, map[string]any{"from": from, "to": to.unit, "times": u[at].Times}, notices...), nil
}

// times is how often anybody was urged.
func (u Urges) times() int {
	times := 0
	for _, p := range u {
		times += p.Times
	}
	return times
}

func (a Assignment) urge(c act.Command, now time.Time) (Assignment, Outcome, error) {
	urges, happened, err := a.Urges.urge(c, "assignment.urged", a.Title(), a.waits(), now)
	if err != nil {
		return a, Outcome{}, err
	}
	a.Urges, a.UrgedAt = urges, now
	return a, Outcome{Events: []act.Event{happened}}, nil
}

// waits: before the submission all others wait for the responsible unit, after
// it that unit and the supervisor for those who review. A unit that shall take
// the assignment over is waited for by the supervisor and by the one that has it.
func (a Assignment) waits() []wait {
	lead, overseer := a.Leads[0], supervisor(a.Supervisor)
	var waits []wait
	if a.Status == AssignmentSubmitted {
		for _, r := range a.reviewers() {
			unit := org.UnitRef{ID: r.Party.Unit, Name: r.Name}
			waits = append(waits, wait{waits: works(a.Unit), unit: unit, to: []org.Party{r.Party}})
			if r.Party != overseer {
				waits = append(waits, wait{waits: waitsAs(overseer), unit: unit, to: []org.Party{r.Party}})
			}
		}
	} else {
		if a.Unit.ID != lead.ID {
			waits = append(waits, wait{waits: works(lead), unit: a.Unit, to: both(a.Unit)})
		}
		waits = append(waits, wait{waits: waitsAs(overseer), unit: a.Unit, to: both(a.Unit)})
	}
	if h, open := a.handover(); open {
		to := []org.Party{head(h.Unit)}
		waits = append(waits, wait{waits: waitsAs(overseer), unit: h.Unit, to: to}, wait{waits: works(a.Unit), unit: h.Unit, to: to})
	}
	return waits
}

// reviewers are those who are asked to review what was submitted.
func (a Assignment) reviewers() []approval.Signer {
	if a.Review == nil {
		return []approval.Signer{a.cast().Reviewer}
	}
	var asked []approval.Signer
	for _, e := range a.Review.WaitingEntries() {
		asked = append(asked, e.Signer)
	}
	return asked
}

func (s Supervision) urge(c act.Command, now time.Time) (Supervision, Outcome, error) {
	urges, happened, err := s.Urges.urge(c, "supervision.urged", s.Number+" "+s.Title, s.waits(), now)
	if err != nil {
		return s, Outcome{}, err
	}
	s.Urges = urges
	return s, Outcome{Events: []act.Event{happened}}, nil
}

// waits: supervisor and lead unit wait for the unit's answer, and for what it
// promised; the unit waits for the supervisor to decide on its answer.
func (s Supervision) waits() []wait {
	overseer := supervisor(s.Supervisor)
	if s.Status == SupervisionAnswered {
		return []wait{{waits: works(s.Unit), unit: s.Supervisor, to: []org.Party{overseer}}}
	}
	waits := []wait{{waits: waitsAs(overseer), unit: s.Unit, to: both(s.Unit)}}
	if s.Lead.ID != s.Unit.ID {
		waits = append(waits, wait{waits: works(s.Lead), unit: s.Unit, to: both(s.Unit)})
	}
	return waits
}

func (t AnnualTarget) urge(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	waits := t.waits()
	if len(waits) == 0 {
		return t, Outcome{}, act.NotNow("nobody-waits", "当前没有等待牵头单位办理的事项；会签请在会签中催办，任务单请在任务单中催办。",
			"Nothing is waited for from the lead unit now; urge signers at the sign-off and units at their assignments.")
	}
	urges, happened, err := t.Urges.urge(c, "target.urged", t.Title(), waits, now)
	if err != nil {
		return t, Outcome{}, err
	}
	t.Urges = urges
	return t, Outcome{Events: []act.Event{happened}}, nil
}

// waits: while the lead unit has a proposal to confirm, drafts the decomposition or
// has to report on the year, all others of the task wait for it.
func (t AnnualTarget) waits() []wait {
	switch {
	case t.Status == TargetProposed || t.Status == TargetDrafted:
	case t.Status == TargetDispatched && t.allClosed():
	default:
		return nil
	}
	waits := []wait{{waits: waitsAs(supervisor(t.Supervisor)), unit: t.lead(), to: both(t.lead())}}
	for _, u := range slices.Concat(t.Leads[1:], t.Supports) {
		if u.ID != t.lead().ID {
			waits = append(waits, wait{waits: works(u), unit: t.lead(), to: both(t.lead())})
		}
	}
	return waits
}
