package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"duban/policy"
	"duban/revision"
	"duban/store"
)

// correctionResource is one change that a person made to what was read.
type correctionResource struct {
	Seq     int             `json:"seq" doc:"Counts from 1; also the version of the draft that it was made on"`
	Action  revision.Kind   `json:"action" enum:"split-task,merge-tasks,move-task,reword-task,add-task,delete-task,set-units,decide-lead,set-targets,set-deadline,set-document,settle-doubt"`
	Payload json.RawMessage `json:"payload" doc:"The fields of the action"`
	User    namedID         `json:"user" doc:"Who made it, under the name he had then"`
	Unit    namedID         `json:"unit" doc:"For which unit"`
	At      time.Time       `json:"at"`
	FromSeq int             `json:"fromSeq,omitempty" doc:"Its number in the previous version of the policy, from which it was carried over"`
}

// namedID is an id with the name that belonged to it at the time.
type namedID struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func showCorrection(c store.Correction) correctionResource {
	return correctionResource{Seq: c.Seq, Action: revision.Kind(c.Kind), Payload: json.RawMessage(c.Payload),
		User: namedID{c.UserID, c.UserName}, Unit: namedID{c.UnitID, c.UnitName}, At: c.At, FromSeq: c.FromSeq}
}

func (s *server) correctionRoutes() {
	path := base + "/policies/{id}/corrections"
	register(s, operation{method: http.MethodPost, path: path, id: "correct-policy", tag: "policies", summary: "Put right what was read out of a policy",
		description: corrections().describe() + "\n\nTasks are named by their keys, which stay. Plans that were made before keep what they have.",
		roles:       admins(), status: http.StatusCreated, conflicts: true}, s.correctPolicy)
	s.documentActions(path, corrections())
	register(s, operation{method: http.MethodGet, path: path, id: "list-corrections", tag: "policies", summary: "List the corrections of a policy in their order",
		description: "The draft is what was read with these corrections carried out in their order.", roles: planners()}, s.listCorrections)
}

// corrections are the changes that a draft takes.
func corrections() actions {
	return actions{of: "Correction", each: []action{
		corrects[revision.Split](revision.SplitTask, "makes several tasks of one"),
		corrects[revision.Merge](revision.MergeTasks, "makes one task of several"),
		corrects[revision.Move](revision.MoveTask, "changes order, section or programme of a task"),
		corrects[revision.Reword](revision.RewordTask, "changes number, title or text of a task"),
		corrects[revision.Add](revision.AddTask, "adds a task that was not read"),
		corrects[revision.Delete](revision.DeleteTask, "takes out what is no task"),
		corrects[revision.Units](revision.SetUnits, "says who leads, supports and guides"),
		corrects[revision.Lead](revision.DecideLead, "decides who leads where several units answer jointly"),
		corrects[revision.Targets](revision.SetTargets, "replaces the targets of a task"),
		corrects[revision.Deadline](revision.SetDeadline, "says by when a task is due"),
		corrects[revision.Document](revision.SetDocument, "changes title, number, status, issuer, date of issue or period of the document"),
		corrects[revision.Doubt](revision.SettleDoubt, "settles a question about the document"),
	}}
}

// corrects makes an action of a kind of correction.
func corrects[T revision.Change](kind revision.Kind, meaning string) action {
	return takes[T](string(kind), meaning, admins())
}

type correctionInput struct {
	ByID
	Match string `header:"If-Match" doc:"The version that was read, as its ETag"`
	Body  actionBody
}

func (s *server) correctPolicy(ctx context.Context, in *correctionInput) (*one[PolicyDetail], error) {
	name, fields, err := corrections().read(ctx, "", in.Body.text)
	if err != nil {
		return nil, err
	}
	change, ok := fields.(revision.Change)
	if !ok {
		return nil, fmt.Errorf("%s is read as %T, which is no change", name, fields)
	}
	row, err := s.store.Policy(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	version, err := versionOr(in.Match, row.Version)
	if err != nil {
		return nil, err
	}
	if version != row.Version {
		return nil, store.ErrStale
	}
	corrected, err := correct(row, revision.Correction{Seq: version, Kind: revision.Kind(name), Change: change})
	if err != nil {
		return nil, err
	}
	kept, err := madeBy(requestOf(ctx).user, name, change)
	if err != nil {
		return nil, err
	}
	if corrected, err = s.store.CorrectPolicy(ctx, corrected, kept); err != nil {
		return nil, err
	}
	return s.policyDetail(ctx, corrected)
}

// correct carries out a correction on the draft of a policy.
func correct(row store.Policy, c revision.Correction) (store.Policy, error) {
	var draft policy.Draft
	if err := row.Draft.Decode(&draft); err != nil {
		return row, err
	}
	draft, err := revision.Apply(draft, c)
	if err != nil {
		return row, err
	}
	row.Title, row.DocumentNo, row.Status = draft.Title, draft.Number, draft.Status
	row.Draft, err = store.NewJSON(draft)
	return row, err
}

// madeBy is the record of a correction.
func madeBy(user store.User, kind string, change revision.Change) (store.Correction, error) {
	payload, err := store.NewJSON(change)
	c := store.Correction{Kind: kind, Payload: payload, UserID: user.ID, UserName: user.Name}
	if user.Unit != nil {
		c.UnitID, c.UnitName = user.Unit.ID, user.Unit.Name
	}
	return c, err
}

type correctionListInput struct {
	ByID
	Paging
}

func (s *server) listCorrections(ctx context.Context, in *correctionListInput) (*page[correctionResource], error) {
	if _, err := s.store.Policy(ctx, in.ID); err != nil {
		return nil, err
	}
	rows, err := s.store.Corrections(ctx, in.ID, in.request())
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showCorrection), nil
}
