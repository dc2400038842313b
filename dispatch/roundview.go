package dispatch

import (
	"time"

	"duban/org"
	"duban/projection"
)

// View is what a report round shows to readers.
func (r ReportRound) View() projection.View {
	if r.ID == "" {
		return projection.View{}
	}
	workflow := RoundWorkflow(r.ID)
	answers := r.answers()
	v := projection.View{Rounds: []projection.Round{r.row()}}
	for _, s := range r.Sheets {
		v.Sheets = append(v.Sheets, projection.Sheet{ID: r.ID + "/" + s.Unit.ID, RoundID: r.ID, UnitID: s.Unit.ID, UnitName: s.Unit.Name, Status: string(s.Status),
			Version: s.Version, Late: s.Late, Lines: string(mustJSON(s.Lines)), Returned: s.Returned, SubmittedBy: s.SubmittedBy.Name, SubmittedAt: when(s.SubmittedAt)})
	}
	for _, s := range r.Sections {
		v.Sections = append(v.Sections, r.sectionRow(s, answers))
	}
	v.Todos = r.todos(workflow, answers)
	v.Parties = parties(workflow, append(r.concerned(), r.Supervisor))
	return v
}

func (r ReportRound) row() projection.Round {
	row := projection.Round{ID: r.ID, PlanID: r.Plan, Title: short(r.Title()), Period: r.Period.String(), Every: string(r.Period.Every), Year: r.Period.Year,
		Version: r.Version, Supervisor: r.Supervisor.ID, Status: string(r.Status()), DueDate: dateText(r.Armed.Due), DueAt: *when(r.Schedule.Due),
		CompileDueAt: *when(r.CompileDue), Gathering: len(r.Gathering), Sheets: len(r.Sheets), Late: 0, Sections: len(r.Sections),
		OpenedAt: *when(r.OpenedAt), FrozenAt: when(r.FrozenAt), FrozenBy: r.FrozenBy.Name, FrozenReason: r.Reason, Digest: r.Digest, Basis: r.basis()}
	if r.Placing != nil {
		row.Rules = r.Placing.Rules
	}
	if r.Correction != nil {
		row.Corrects, row.Reason = r.Correction.Of, r.Correction.Reason
	}
	for _, s := range r.Sheets {
		if s.Status == SheetSubmitted {
			row.Submitted++
		}
		if s.Late || s.Status == SheetOpen && r.Schedule.Overdue {
			row.Late++
		}
	}
	for _, s := range r.Sections {
		if s.Compiled != nil {
			row.Compiled++
		}
	}
	if r.IsClosed() {
		row.Content = string(r.Content())
	}
	return row
}

func (r ReportRound) sectionRow(s Section, answers answers) projection.Section {
	content := answers.content(s)
	row := projection.Section{ID: r.ID + "/" + s.Target, RoundID: r.ID, TargetID: s.Target, TaskKey: s.Task.Key, TaskNo: s.Task.No, Title: s.Task.Title,
		Programme: s.Task.Programme, Year: s.Year, LeadUnit: s.Leads[0].ID, LeadName: s.Leads[0].Name, Ready: answers.mayCompile(s), Compiled: content.ByLead,
		Summary: content.Compiled.Summary, Results: string(mustJSON(content.Compiled.Results)), Missing: string(mustJSON(content.Compiled.Missing)),
		CompiledBy: content.Compiled.By.Name, CompiledAt: when(content.Compiled.At)}
	return row
}

// todos are who is waited for: units to report, lead units to compile, the
// supervisor to freeze.
func (r ReportRound) todos(workflow string, answers answers) []projection.Todo {
	if r.IsClosed() {
		return nil
	}
	todo := func(kind, unit string, role org.Role, resource string, due time.Time) projection.Todo {
		return projection.Todo{ID: workflow + "#" + kind + "/" + unit, Instance: workflow, UnitID: unit, Role: string(role), Kind: kind,
			Title: short(r.Title()), Resource: resource, Since: *when(r.OpenedAt), DueAt: when(due)}
	}
	var todos []projection.Todo
	for _, unit := range r.lateUnits() {
		todos = append(todos, todo("report", unit.ID, org.Operator, "rounds/"+r.ID+"/sheets/"+unit.ID, r.Schedule.Due))
	}
	for _, unit := range answers.uncompiled() {
		todos = append(todos, todo("compile", unit.ID, org.Operator, "rounds/"+r.ID, r.CompileDue))
	}
	if r.Status() == RoundCompiled {
		todos = append(todos, todo("freeze", r.Supervisor.ID, org.Supervisor, "rounds/"+r.ID, time.Time{}))
	}
	return todos
}
