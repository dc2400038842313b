package dispatch

import (
	"encoding/json"
	"fmt"
	"slices"

	"duban/approval"
	"duban/calendar"
	"duban/org"
	"duban/projection"
	"duban/target"
)

// Kind of the process and the plan it belongs to, for the read model.
func (t AnnualTarget) Kind() (kind, plan string) { return KindTarget, t.Plan }

// Kind of the process and the plan it belongs to, for the read model.
func (a Assignment) Kind() (kind, plan string) { return KindAssignment, a.Plan }

// Kind of the process and the plan it belongs to, for the read model.
func (s Supervision) Kind() (kind, plan string) { return KindSupervision, s.Plan }

// Kind of the process; a general sign-off belongs to no plan.
func (g GeneralSignOff) Kind() (kind, plan string) { return KindSignOff, "" }

// TargetDetail is what the row of an annual target carries as JSON.
type TargetDetail struct {
	Leads       []org.UnitRef      `json:"leads"`
	Supports    []org.UnitRef      `json:"supports"`
	Supervisor  org.UnitRef        `json:"supervisor"`
	Requirement target.Requirement `json:"requirement"`
	Excuses     []target.Excuse    `json:"excuses"`
	Report      *CompletionReport  `json:"report,omitempty"`
	Proposal    *Proposal          `json:"proposal,omitempty"`
}

// View is what an annual target shows to readers.
func (t AnnualTarget) View() projection.View {
	if t.Status == "" {
		return projection.View{}
	}
	workflow := TargetWorkflow(t.ID)
	row := projection.AnnualTarget{ID: t.ID, PlanID: t.Plan, TaskKey: t.Task.Key, TaskNo: t.Task.No, Title: t.Task.Title,
		Programme: t.Task.Programme, Year: t.Year, Status: string(t.Status), LeadUnit: t.lead().ID, LeadName: t.lead().Name,
		Detail: string(mustJSON(TargetDetail{Leads: t.Leads, Supports: t.Supports, Supervisor: t.Supervisor,
			Requirement: t.Requirement, Excuses: t.Excuses, Report: t.Report, Proposal: t.Proposal})),
		Assignments: len(t.Assignments), OpenedAt: *when(t.OpenedAt), DispatchedAt: when(t.DispatchedAt), ClosedAt: when(t.ClosedAt)}
	for _, a := range t.Assignments {
		if a.Status == string(AssignmentClosed) {
			row.Closed++
		}
		if a.Overdue {
			row.Overdue++
		}
	}
	v := projection.View{Targets: []projection.AnnualTarget{row}}
	for _, item := range t.Items {
		v.Items = append(v.Items, projection.Item{ID: fmt.Sprintf("%s/%d", t.ID, item.Key), TargetID: t.ID, Key: item.Key,
			UnitID: item.Unit.ID, UnitName: item.Unit.Name, Content: item.Content, TargetKey: item.TargetKey,
			Amount: (*int64)(item.Amount), Measure: item.Measure, DueDate: dateText(item.Due)})
	}
	for _, s := range t.signOffs() {
		v = withSignOff(v, workflow, s, t.content(s))
	}
	v.Todos = append(v.Todos, t.todos(workflow)...)
	v.Parties = parties(workflow, slices.Concat([]org.UnitRef{t.Supervisor}, t.Leads, t.Supports), t.signOffs()...)
	return v
}

func (t AnnualTarget) content(s approval.SignOff) json.RawMessage {
	if s.Kind == "completion" {
		return mustJSON(t.Report)
	}
	return t.draftContent()
}

func (t AnnualTarget) todos(workflow string) []projection.Todo {
	todo := askedOf(operator(t.lead()), projection.Todo{Instance: workflow, Title: short(t.Title()), Resource: "annual-targets/" + t.ID})
	switch {
	case t.Status == TargetProposed:
		todo.Kind, todo.Since, todo.DueAt = "confirm", *when(t.OpenedAt), when(t.Confirm.Due)
	case t.Status == TargetDrafted:
		todo.Kind, todo.Since = "decompose", *when(t.OpenedAt)
	case t.Status == TargetDispatched && t.allClosed():
		todo.Kind, todo.Since = "complete", *when(t.ReadyAt)
	default:
		return nil
	}
	return []projection.Todo{named(todo)}
}

// View is what an assignment shows to readers.
func (a Assignment) View() projection.View {
	if a.Status == "" {
		return projection.View{}
	}
	workflow := AssignmentWorkflow(a.ID)
	v := projection.View{Assignments: []projection.Assignment{a.row()}}
	for _, r := range a.Reports {
		v.Reports = append(v.Reports, projection.Report{ID: fmt.Sprintf("%s/%d", a.ID, r.N), AssignmentID: a.ID, N: r.N,
			UserID: r.By.User, UserName: r.By.Name, At: *when(r.At), Text: r.Text, Percent: r.Percent, Amount: (*int64)(r.Amount),
			Evidence: r.Evidence, RoundID: r.Round})
		v.Attachments = append(v.Attachments, attached(workflow, fmt.Sprintf("%s/%d", a.ID, r.N), "report", r.Attachments)...)
	}
	v.Extensions = a.extensionRows()
	for _, e := range a.Extensions {
		v = withSignOff(v, workflow, e.SignOff, mustJSON(e.ExtensionRequest))
	}
	for _, s := range a.Past {
		v = withSignOff(v, workflow, s, mustJSON(a.submitted()))
	}
	if a.Review != nil {
		v = withSignOff(v, workflow, *a.Review, mustJSON(a.submitted()))
	}
	v.Attachments = append(v.Attachments, attached(workflow, a.ID, "assignment", slices.Concat(a.Earlier, a.Attachments))...)
	v.Todos = append(v.Todos, a.todos(workflow)...)
	v.Parties = parties(workflow, slices.Concat([]org.UnitRef{a.Unit, a.Item.Unit, a.Supervisor}, a.Leads, a.tookOver()), a.signOffs()...)
	return v
}

func (a Assignment) row() projection.Assignment {
	return a.withCountedDue(a.withSupervision(projection.Assignment{ID: a.ID, TargetID: a.Target, PlanID: a.Plan, ItemKey: a.Item.Key, UnitID: a.Unit.ID, UnitName: a.Unit.Name,
		LeadUnit: a.Leads[0].ID, TaskNo: a.Task.No, Title: a.Task.Title, Content: a.Item.Content, Amount: (*int64)(a.Item.Amount),
		Reached: (*int64)(a.Reached), Measure: a.Item.Measure, Status: string(a.Status), Outcome: a.Outcome,
		DueDate: dateText(a.Due), FirstDueDate: dateText(a.FirstDue), DueAt: *when(a.Schedule.Due), Overdue: a.Overdue,
		Percent: a.percent(), Returns: a.Returns, Orders: len(a.Supervisions), Extended: a.extended(), LadderVersion: a.Ladder,
		Evidence: a.Evidence, ReviewComment: a.ReviewComment, DispatchedAt: *when(a.DispatchedAt),
		AcknowledgedAt: when(a.AcknowledgedAt), SubmittedAt: when(a.SubmittedAt), ClosedAt: when(a.ClosedAt),
		Basis: a.basis()}))
}

// withCountedDue adds how the due date was found, where it is so many working days
// away.
func (a Assignment) withCountedDue(row projection.Assignment) projection.Assignment {
	if a.DueCounted != nil {
		row.DueFrom, row.DueWorkingDays = when(a.DueCounted.From), a.DueCounted.WorkingDays
	}
	return row
}

// percent is the progress as last reported.
func (a Assignment) percent() int {
	if len(a.Reports) == 0 {
		return 0
	}
	return a.Reports[len(a.Reports)-1].Percent
}

// extended counts the extensions that were granted.
func (a Assignment) extended() int {
	n := 0
	for _, e := range a.Extensions {
		if e.Status == ExtensionGranted {
			n++
		}
	}
	return n
}

func (a Assignment) todos(workflow string) []projection.Todo {
	todo := askedOf(operator(a.Unit), projection.Todo{Instance: workflow, Title: short(a.Title()), Resource: "assignments/" + a.ID,
		Since: *when(a.DispatchedAt), DueAt: when(a.Schedule.Due)})
	switch a.Status {
	case AssignmentDispatched:
		todo.Kind = "acknowledge"
	case AssignmentAcknowledged, AssignmentInProgress, AssignmentReturned:
		todo.Kind = "submit"
	default:
		return nil
	}
	return append([]projection.Todo{named(todo)}, a.handoverTodos(workflow)...)
}

// View is what a supervision order shows to readers.
func (s Supervision) View() projection.View {
	if s.Status == "" {
		return projection.View{}
	}
	workflow := SupervisionWorkflow(s.ID)
	v := projection.View{Supervisions: []projection.Supervision{s.row()}, Todos: s.todos(workflow)}
	v.Attachments = s.attachments(workflow)
	v.Parties = parties(workflow, []org.UnitRef{s.Unit, s.Lead, s.Supervisor})
	return v
}

// named gives a todo its id: one process waits for one thing of a kind at a time.
func named(t projection.Todo) projection.Todo {
	t.ID = t.Instance + "#" + t.Kind
	return t
}

// askedOf says whom a todo waits for.
func askedOf(who org.Party, t projection.Todo) projection.Todo {
	t.UnitID, t.Role, t.UserID = who.Unit, string(who.Role), who.User
	return t
}

// parties are who reads a process: the units that it concerns, and whom its
// sign-offs involve.
func parties(workflow string, units []org.UnitRef, signOffs ...approval.SignOff) []projection.Party {
	var rows []projection.Party
	seen := map[string]bool{}
	add := func(who org.Party) {
		row := projection.Party{Instance: workflow, UnitID: who.Unit}
		switch {
		case who.Unit != "":
			row.ID = workflow + "#" + who.Unit
		case who.Role != "" && who.User == "": // whoever holds the role
			row.ID, row.Role = workflow+"#role/"+string(who.Role), string(who.Role)
		default:
			return
		}
		if !seen[row.ID] {
			seen[row.ID] = true
			rows = append(rows, row)
		}
	}
	for _, u := range units {
		add(org.Party{Unit: u.ID})
	}
	for _, s := range signOffs {
		for _, who := range involved(s) {
			add(who)
		}
	}
	return rows
}

func dateText(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// short cuts a title to what a line of a list can hold.
func short(title string) string {
	const most = 200
	runes := []rune(title)
	if len(runes) <= most {
		return title
	}
	return string(runes[:most-1]) + "…"
}
