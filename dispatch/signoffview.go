package dispatch

import (
	"encoding/json"
	"fmt"
	"strings"

	"duban/act"
	"duban/approval"
	"duban/projection"
)

// withSignOff adds the rows of a sign-off: itself, its signers of all rounds,
// its copies, and one todo per waiting signer.
func withSignOff(v projection.View, workflow string, s approval.SignOff, content json.RawMessage) projection.View {
	v.SignOffs = append(v.SignOffs, signOffRow(workflow, s, content))
	return withCopies(withSigners(v, workflow, s, approval.SignOff{}), workflow, s)
}

// withSigners adds the signers of all rounds with what they are asked for, but
// for those that another state of the sign-off shows alike: a state never writes
// to the entries that it was made from.
func withSigners(v projection.View, workflow string, s, other approval.SignOff) projection.View {
	sameTodos := s.Title == other.Title && s.DueAt.Equal(other.DueAt)
	for i, e := range s.Entries {
		known := i < len(other.Entries) && other.Entries[i] == e
		if !known {
			row := signerRow(s.ID, i+1, e)
			v.Signers = append(v.Signers, row)
			v.Attachments = append(v.Attachments, attached(workflow, row.ID, "signer", e.Attachments)...)
		}
		if e.Status == approval.Waiting && !(known && sameTodos) {
			v.Todos = append(v.Todos, signTodo(workflow, s, i+1, e))
		}
	}
	return v
}

// withCopies adds whom the sign-off was sent to, and who must act on it when it
// is late.
func withCopies(v projection.View, workflow string, s approval.SignOff) projection.View {
	for i, c := range s.Copies {
		p := c.Signer.Party
		v.Copies = append(v.Copies, projection.Copy{ID: fmt.Sprintf("%s/%d", s.ID, i+1), SignOffID: s.ID, N: i + 1, Title: short(s.Title),
			UnitID: p.Unit, Role: string(p.Role), UserID: p.User, Name: c.Signer.Name, ByID: c.By.User, ByName: c.By.Name, At: *when(c.At)})
	}
	if todo, is := escalated(workflow, s); is {
		v.Todos = append(v.Todos, todo)
	}
	return v
}

func signOffRow(workflow string, s approval.SignOff, content json.RawMessage) projection.SignOff {
	row := projection.SignOff{ID: s.ID, Instance: workflow, Kind: s.Kind, Title: short(s.Title), Content: string(content),
		Digest: s.Digest, Initiator: s.Initiator.ID, InitiatorName: s.Initiator.Name, Supervisor: s.Supervisor.ID,
		Route: string(mustJSON(s.Route)), CarryOver: s.CarryOver, Status: string(s.Status),
		Round: s.Round, Step: s.Step, OpenedAt: *when(s.OpenedAt), DueAt: when(s.DueAt), Overdue: s.Status == approval.Open && s.Overdue,
		Basis: signOffBasis(s)}
	if s.Template != nil {
		row.TemplateID, row.TemplateVersion = s.Template.ID, s.Template.Version
	}
	return row
}

// signerRow is the row of an entry by its number.
func signerRow(signOff string, n int, e *approval.Entry) projection.Signer {
	p := e.Signer.Party
	row := projection.Signer{ID: fmt.Sprintf("%s/%d", signOff, n), SignOffID: signOff, N: n, Round: e.Round, Step: e.Step,
		UnitID: p.Unit, UnitName: e.Signer.Name, Role: string(p.Role), AskedUser: p.User, Weight: max(e.Signer.Weight, 1),
		Status: string(e.Status), AskedAt: when(e.AskedAt), Opinion: string(e.Opinion), Comment: e.Comment,
		UserID: e.By.User, UserName: e.By.Name, ByUnit: e.By.Unit.Name, OnBehalfOf: e.By.OnBehalfOf, At: when(e.At), Digest: e.Digest,
		ReturnTo: e.ReturnTo, Origin: e.Origin, Relation: string(e.Relation), AddedBy: e.AddedBy.Name, Advice: e.Advice,
		InStead: e.InStead, ByClock: e.ByClock, CarriedFrom: e.CarriedFrom, Overdue: e.Overdue}
	if len(e.Attachments) > 0 {
		row.Attachments = string(mustJSON(e.Attachments))
	}
	return row
}

// signTodo is the entry in the inbox of whoever is asked. A review stands there
// as work on the assignment, which is what its reviewer looks for.
func signTodo(workflow string, s approval.SignOff, n int, e *approval.Entry) projection.Todo {
	todo := askedOf(e.Signer.Party, projection.Todo{ID: fmt.Sprintf("%s/%d", s.ID, n), Instance: workflow,
		Kind: "sign", Title: short(s.Title), Resource: "sign-offs/" + s.ID, Since: *when(e.AskedAt), DueAt: when(s.DueAt)})
	if s.Kind == "review" {
		todo.Kind, todo.Resource = "review", "assignments/"+strings.TrimPrefix(workflow, KindAssignment+"/")
	}
	return todo
}

// escalated asks the supervisor to act on a step whose due moment has passed.
func escalated(workflow string, s approval.SignOff) (projection.Todo, bool) {
	if s.Status != approval.Open || !s.Overdue || s.Supervisor.ID == "" || !s.Route[s.Step].Escalates() {
		return projection.Todo{}, false
	}
	return askedOf(supervisor(s.Supervisor), projection.Todo{ID: s.ID + "#escalated", Instance: workflow, Kind: "escalated",
		Title: short(s.Title), Resource: "sign-offs/" + s.ID, Since: *when(s.DueAt)}), true
}

// attached are the rows of the files that were added to a row of a kind.
func attached(workflow, row, kind string, files []act.Attachment) []projection.Attachment {
	rows := make([]projection.Attachment, 0, len(files))
	for i, f := range files {
		rows = append(rows, projection.Attachment{ID: fmt.Sprintf("%s#%s.%d.%s", row, kind, i+1, f.File), Instance: workflow, AttachedTo: row, Kind: kind,
			N: i + 1, FileID: f.File, SHA256: f.SHA256, Name: f.Name, Size: f.Size})
	}
	return rows
}
