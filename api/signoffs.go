package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/projection"
	"duban/store"
)

// SignOff is a subject on its way through its signers.
type SignOff struct {
	ID              string     `json:"id"`
	Kind            string     `json:"kind" enum:"decomposition,completion,review,extension,general"`
	Title           string     `json:"title"`
	Digest          string     `json:"digest" doc:"Of the content; send it back with an opinion, so that nobody signs what he has not seen"`
	Initiator       string     `json:"initiator" doc:"Unit that submitted it"`
	InitiatorName   string     `json:"initiatorName"`
	Supervisor      string     `json:"supervisor" doc:"Unit whose supervisors may decide in a signer's stead"`
	Template        string     `json:"template" doc:"What the route was made from; empty for the default"`
	TemplateVersion int        `json:"templateVersion"`
	CarryOver       bool       `json:"carryOver"`
	Status          string     `json:"status" enum:"open,approved,returned,rejected,withdrawn,terminated"`
	Round           int        `json:"round" doc:"1 for the first"`
	Step            int        `json:"step" doc:"Index of the open step"`
	OpenedAt        time.Time  `json:"openedAt"`
	DueAt           *time.Time `json:"dueAt" doc:"Of the open step"`
	Overdue         bool       `json:"overdue" doc:"The open step's due moment has passed"`
	Forecast
}

// signOffDetail is a sign-off with what is signed and by whom.
type signOffDetail struct {
	SignOff
	Version int64           `json:"version"`
	Content json.RawMessage `json:"content" doc:"What is signed: a decomposition, a report, a submission, an extension, or a text"`
	Route   approval.Route  `json:"route" nullable:"false"`
}

func (s *server) signOffRoutes() {
	path := base + "/sign-offs"
	register(s, operation{method: http.MethodPost, path: path, id: "open-sign-off", tag: "sign-offs", summary: "Put a subject of its own to sign",
		roles: deciders(), status: http.StatusCreated, conflicts: true}, s.openSignOff)
	register(s, operation{method: http.MethodPost, path: path + "/preview", id: "preview-sign-off", tag: "sign-offs",
		summary: "Tell how a sign-off would go", description: "Who would be asked, in which order, by when. Nothing is saved.", roles: deciders()}, s.previewSignOff)
	register(s, operation{method: http.MethodGet, path: path, id: "list-sign-offs", tag: "sign-offs", summary: "List sign-offs"}, s.listSignOffs)
	register(s, operation{method: http.MethodGet, path: path + "/{id}", id: "get-sign-off", tag: "sign-offs", summary: "Get a sign-off with route and content"}, s.getSignOff)
	register(s, operation{method: http.MethodGet, path: path + "/{id}/signers", id: "list-signers", tag: "sign-offs",
		summary: "List who signs, with all opinions of all rounds"}, s.listSigners)
	register(s, operation{method: http.MethodGet, path: path + "/{id}/contents", id: "list-contents", tag: "sign-offs",
		summary: "List what the subject said, round by round"}, s.listContents)
	register(s, operation{method: http.MethodGet, path: path + "/{id}/changes", id: "compare-contents", tag: "sign-offs",
		summary: "Tell what changed between two rounds", description: "Between the last two contents unless rounds are given."}, s.compareContents)
	s.registerActions(operation{path: path, id: "act-on-sign-off", tag: "sign-offs", summary: "Sign, or act on a sign-off"}, s.signOffActions(), signOffDestination)
	s.registerBulkActions(operation{path: path, id: "act-on-sign-offs", tag: "sign-offs", summary: "Sign many at once"}, s.signOffActions(), signOffDestination)
	s.copyRoutes()
}

// signOffDestination needs no look-up: the id of a sign-off tells which process
// hosts it.
func signOffDestination(id string) (destination, error) {
	workflow, ok := dispatch.HostOf(id)
	if !ok {
		return destination{}, missing()
	}
	return destination{workflow: workflow, id: id, location: base + "/sign-offs/" + id}, nil
}

// newSignOff is a subject of its own with its route.
type newSignOff struct {
	Title       string      `json:"title"`
	Content     string      `json:"content,omitempty"`
	Attachments []string    `json:"attachments,omitempty" doc:"Ids of uploaded files that are part of the subject"`
	Route       []newStep   `json:"route"`
	Supervisor  unitID      `json:"supervisor,omitempty" doc:"Unit whose supervisors may decide in a signer's stead"`
	Amount      *int64      `json:"amount,omitempty" doc:"What the conditions of steps ask for, in ten-thousandths"`
	CarryOver   bool        `json:"carryOver,omitempty" doc:"Opinions on an unchanged content stand in the next round"`
	CopyTo      []newSigner `json:"copyTo,omitempty" doc:"Who is let know (抄送)"`
}

type newStep struct {
	Name       string              `json:"name"`
	Mode       approval.Mode       `json:"mode" enum:"all,any,sequence,quorum"`
	Signers    []newSigner         `json:"signers"`
	Needed     int                 `json:"needed,omitempty" doc:"Votes that must agree in a quorum"`
	Percent    int                 `json:"percent,omitempty" doc:"In place of needed: the share of all votes"`
	OnDisagree approval.OnDisagree `json:"onDisagree" enum:"veto,collect"`
	Then       approval.Then       `json:"then" enum:"return,reject"`
	When       *approval.Condition `json:"when,omitempty" doc:"Leaves the step out unless the subject is as it says"`
	Within     *approval.Within    `json:"within,omitempty" doc:"How long the step may take"`
	OnTimeout  approval.OnTimeout  `json:"onTimeout,omitempty" enum:"escalate,consent,reject,none" doc:"escalate if left out"`
}

type newSignOffInput struct {
	Acting
	Body body[newSignOff]
}

func (s *server) openSignOff(ctx context.Context, in *newSignOffInput) (*done, error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	opening, err := s.signOffOpening(ctx, wanted)
	if err != nil {
		return nil, err
	}
	named, err := command(ctx, in.Acting, dispatch.Open, nil)
	if err != nil {
		return nil, err
	}
	opening.ID = idOf(named)
	c, err := command(ctx, in.Acting, dispatch.Open, opening)
	if err != nil {
		return nil, err
	}
	id := dispatch.SignOffID(dispatch.KindSignOff, opening.ID, 1)
	return s.send(ctx, destination{workflow: dispatch.SignOffWorkflow(opening.ID), kind: dispatch.KindSignOff, id: id,
		location: base + "/sign-offs/" + id}, c)
}

// signOffOpening looks the units and people of a new sign-off up.
func (s *server) signOffOpening(ctx context.Context, wanted newSignOff) (dispatch.SignOffOpening, error) {
	opening := dispatch.SignOffOpening{Title: wanted.Title, Content: wanted.Content, CarryOver: wanted.CarryOver,
		Facts: approval.Facts{Amount: wanted.Amount, UnitLevel: levelOf(ctx)}}
	look, err := s.signerLookUp(ctx)
	if err != nil {
		return opening, err
	}
	if wanted.Supervisor != "" {
		opening.Supervisor = look.unit("supervisor", wanted.Supervisor)
	}
	for i, step := range wanted.Route {
		made := approval.Step{Name: step.Name, Mode: step.Mode, Needed: step.Needed, Percent: step.Percent, OnDisagree: step.OnDisagree,
			Then: step.Then, When: step.When, Within: step.Within, OnTimeout: step.OnTimeout}
		made.Signers = look.signers(ctx, fmt.Sprintf("route[%d].signers", i), step.Signers)
		opening.Route = append(opening.Route, made)
	}
	opening.CopyTo = look.signers(ctx, "copyTo", wanted.CopyTo)
	if err := look.err(); err != nil {
		return opening, err
	}
	opening.Attachments, err = s.attachments(ctx, wanted.Attachments)
	return opening, err
}

type signOffListInput struct {
	Paging
	Kind      string `query:"kind" maxLength:"32"`
	Status    string `query:"status" maxLength:"32"`
	Initiator string `query:"initiator" maxLength:"64"`
}

func (s *server) listSignOffs(ctx context.Context, in *signOffListInput) (*page[SignOff], error) {
	rows, err := s.store.SignOffs(ctx, scope(ctx), store.SignOffFilter{PageRequest: in.request(), Kind: in.Kind, Status: in.Status, Initiator: in.Initiator})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showSignOff), nil
}

func showSignOff(s projection.SignOff) SignOff {
	return SignOff{ID: s.ID, Kind: s.Kind, Title: s.Title, Digest: s.Digest, Initiator: s.Initiator, InitiatorName: s.InitiatorName,
		Supervisor: s.Supervisor, Template: s.TemplateID, TemplateVersion: s.TemplateVersion, CarryOver: s.CarryOver, Status: s.Status,
		Round: s.Round, Step: s.Step, OpenedAt: s.OpenedAt, DueAt: s.DueAt, Overdue: s.Overdue, Forecast: forecast(s.Basis)}
}

func (s *server) getSignOff(ctx context.Context, in *ByID) (*one[signOffDetail], error) {
	row, err := s.store.SignOff(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	detail := signOffDetail{SignOff: showSignOff(row.SignOff), Version: row.Version, Content: json.RawMessage(row.Content)}
	if err := json.Unmarshal([]byte(row.Route), &detail.Route); err != nil {
		return nil, fmt.Errorf("route of sign-off %s: %w", in.ID, err)
	}
	return versioned(detail, row.Version), nil
}

type signersInput struct {
	ByID
	Paging
}

// signer is one signer in one step of one round, with his files.
type signer struct {
	projection.Signer
	Files []act.Attachment `json:"attachments" nullable:"false"`
}

func (s *server) listSigners(ctx context.Context, in *signersInput) (*page[signer], error) {
	rows, err := s.store.Signers(ctx, scope(ctx), in.ID, in.request())
	if err != nil {
		return nil, err
	}
	var unreadable error
	shown := pageOf(rows, func(row projection.Signer) signer {
		one := signer{Signer: row, Files: []act.Attachment{}}
		if row.Attachments != "" {
			unreadable = errors.Join(unreadable, json.Unmarshal([]byte(row.Attachments), &one.Files))
		}
		return one
	})
	return shown, unreadable
}
