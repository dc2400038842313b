package dispatch

import (
	"fmt"

	"duban/org"
	"duban/projection"
)

// SupervisionDetail is what the row of an order carries as JSON.
type SupervisionDetail struct {
	Steps   []LevelStep `json:"steps"`
	Answers []Answered  `json:"answers"`
	Talks   []Talk      `json:"talks"`
	Urges   Urges       `json:"urges"`
}

func (s Supervision) row() projection.Supervision {
	row := projection.Supervision{ID: s.ID, AssignmentID: s.Assignment, TargetID: s.Target, PlanID: s.Plan, N: s.N, Number: s.Number,
		UnitID: s.Unit.ID, UnitName: s.Unit.Name, SupervisorUnit: s.Supervisor.ID, Title: short(s.Title), Reason: s.Reason,
		Status: string(s.Status), Outcome: s.Outcome, Raised: s.Raised, Decision: s.Decision, Level: string(s.Level.orLowest()),
		IssuedAt: *when(s.IssuedAt), AcknowledgedAt: when(s.AcknowledgedAt), ReplyDueAt: when(s.ReplyDue), AnsweredAt: when(s.AnsweredAt), ClosedAt: when(s.ClosedAt), Basis: s.basis(),
		Detail: string(mustJSON(SupervisionDetail{Steps: s.Steps, Answers: s.Answers, Talks: s.Talks, Urges: s.Urges}))}
	if s.Counted != nil {
		row.ReplyFrom = when(s.Counted.From)
	}
	if s.Joint != nil {
		row.JointID = s.Joint.ID
	}
	if n := len(s.Answers); n > 0 {
		row.Answer, row.Measures, row.PromiseDate = s.Answers[n-1].Text, s.Answers[n-1].Measures, dateText(s.Answers[n-1].Due)
	}
	if s.Promise != nil {
		row.PromiseBroken = s.Promise.Broken
	}
	if i, open := s.talk(); open && s.Talks[i].Meeting != nil {
		row.TalkAt = when(s.Talks[i].Meeting.At)
	}
	row.Urges = s.Urges.times()
	next := s.nextStep()
	row.NextStep, row.NextAt = next.Kind, next.DueAt
	return row
}

// nextStep is what the order waits for, as the entry of an inbox that has not
// found its inbox yet.
func (s Supervision) nextStep() projection.Todo {
	switch s.Status {
	case SupervisionIssued, SupervisionReturned:
		return projection.Todo{Kind: "answer", DueAt: when(s.ReplyDue)}
	case SupervisionAnswered:
		return projection.Todo{Kind: "decide", Since: *when(s.AnsweredAt)}
	case SupervisionAccepted:
		if s.Promise.Broken {
			return projection.Todo{Kind: "decide", Since: *when(s.Promise.Schedule.Due)}
		}
		return projection.Todo{Kind: "deliver", DueAt: when(s.Promise.Schedule.Due)}
	case SupervisionMinutes:
		return projection.Todo{Kind: "minutes"}
	}
	return projection.Todo{}
}

// todos are the entries of inboxes: what the order waits for, and the talk to
// which it summons. What the unit promised is in its inbox as the assignment.
func (s Supervision) todos(workflow string) []projection.Todo {
	if s.IsClosed() {
		return nil
	}
	base := projection.Todo{Instance: workflow, Title: short(s.Number + " " + s.Title), Resource: "supervisions/" + s.ID, Since: *when(s.IssuedAt)}
	by := func(todo projection.Todo, p org.Party) projection.Todo {
		todo.Instance, todo.Title, todo.Resource = base.Instance, base.Title, base.Resource
		todo = askedOf(p, todo)
		if todo.Since.IsZero() {
			todo.Since = base.Since
		}
		return named(todo)
	}
	var todos []projection.Todo
	switch next := s.nextStep(); next.Kind {
	case "answer":
		if s.AcknowledgedAt.IsZero() {
			next.Kind = "acknowledge"
		}
		todos = append(todos, by(next, operator(s.Unit)))
	case "decide":
		todos = append(todos, by(next, supervisor(s.Supervisor)))
	}
	if i, open := s.talk(); open {
		todo := projection.Todo{Kind: "arrange-talk"}
		if m := s.Talks[i].Meeting; m != nil {
			todo = projection.Todo{Kind: "record-minutes", DueAt: when(m.At)}
		}
		todos = append(todos, by(todo, supervisor(s.Supervisor)))
	}
	return todos
}

// attachments are the files of the answers and of the minutes.
func (s Supervision) attachments(workflow string) []projection.Attachment {
	var rows []projection.Attachment
	for i, a := range s.Answers {
		rows = append(rows, attached(workflow, fmt.Sprintf("%s/answer-%d", s.ID, i+1), "answer", a.Attachments)...)
	}
	for _, talk := range s.Talks {
		if talk.Minutes != nil {
			rows = append(rows, attached(workflow, fmt.Sprintf("%s/talk-%d", s.ID, talk.N), "minutes", talk.Minutes.Attachments)...)
		}
	}
	return rows
}

// withSupervision adds what a supervisor looks for to the row of an assignment.
func (a Assignment) withSupervision(row projection.Assignment) projection.Assignment {
	next := a.nextStep()
	row.NextStep, row.NextAt = next.Kind, next.DueAt
	row.Urges = a.Urges.times()
	row.UrgedAt = when(a.UrgedAt)
	if len(a.Handovers) > 0 {
		row.Handovers = string(mustJSON(a.Handovers))
	}
	if a.Leave != nil {
		row.ExtensionLeave = string(mustJSON(a.Leave))
	}
	return row
}

// nextStep is what is waited for, or what the ladder does next.
func (a Assignment) nextStep() projection.Todo {
	h, open := a.handover()
	switch {
	case a.Status == AssignmentClosed:
		return projection.Todo{}
	case open && h.Status == HandoverProposed:
		return projection.Todo{Kind: "consent", DueAt: when(h.ConsentDue)}
	case open:
		return projection.Todo{Kind: "decide-reassignment"}
	case a.Status == AssignmentSubmitted:
		return projection.Todo{Kind: "review"}
	case !a.Arming && len(a.Schedule.Moments) > 0:
		return projection.Todo{Kind: string(a.Schedule.Moments[0].Action), DueAt: when(a.Schedule.Moments[0].At)}
	}
	return projection.Todo{Kind: "submit"}
}

// handoverTodos: the head of the unit that is asked to take the assignment over,
// and after its time the supervisor.
func (a Assignment) handoverTodos(workflow string) []projection.Todo {
	h, open := a.handover()
	if !open {
		return nil
	}
	todo := projection.Todo{Instance: workflow, Title: short(a.Title()), Resource: "assignments/" + a.ID, Since: *when(h.ProposedAt)}
	to := head(h.Unit)
	todo.Kind, todo.DueAt = "consent", when(h.ConsentDue)
	if h.Status == HandoverLapsed {
		to = supervisor(a.Supervisor)
		todo.Kind, todo.DueAt = "decide-reassignment", nil
	}
	return []projection.Todo{named(askedOf(to, todo))}
}

// tookOver are the units that had the assignment before, or are asked to take it.
func (a Assignment) tookOver() []org.UnitRef {
	var units []org.UnitRef
	for _, h := range a.Handovers {
		if h.Status == HandoverConsented {
			units = append(units, h.From)
		}
	}
	if h, open := a.handover(); open {
		units = append(units, h.Unit)
	}
	return units
}

// extensionRows are the later dates that were asked for, and those that the
// supervisor set by himself.
func (a Assignment) extensionRows() []projection.Extension {
	rows := make([]projection.Extension, 0, len(a.Extensions)+len(a.Prolongations))
	for _, e := range a.Extensions {
		unit := e.Unit
		if unit.ID == "" {
			unit = a.Unit
		}
		rows = append(rows, projection.Extension{ID: fmt.Sprintf("%s/%d", a.ID, e.N), AssignmentID: a.ID, N: e.N, PlanID: a.Plan, UnitID: unit.ID, UnitName: unit.Name,
			FromDate: dateText(e.From), ToDate: dateText(e.Due), Days: e.From.DaysUntil(e.Due), Reason: e.Reason, Progress: e.Progress,
			Status: string(e.Status), AskedAt: *when(e.AskedAt)})
	}
	for _, p := range a.Prolongations {
		rows = append(rows, projection.Extension{ID: fmt.Sprintf("%s/p%d", a.ID, p.N), AssignmentID: a.ID, N: p.N, PlanID: a.Plan, UnitID: p.Unit.ID, UnitName: p.Unit.Name,
			FromDate: dateText(p.From), ToDate: dateText(p.To), Days: p.From.DaysUntil(p.To), Reason: p.Reason,
			Status: "prolonged", AskedAt: *when(p.At)})
	}
	if len(rows) == 0 {
		return nil
	}
	return rows
}
