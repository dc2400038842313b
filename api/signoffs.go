package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/org"
	"duban/plan"
	"duban/projection"
	"duban/store"
)

// SignOff is a subject on its way through its signers.
type SignOff struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" enum:"decomposition,completion,extension,general"`
	Title     string    `json:"title"`
	Digest    string    `json:"digest" doc:"Of the content; send it back with an opinion, so that nobody signs what he has not seen"`
	Initiator string    `json:"initiator" doc:"Unit that submitted it"`
	Status    string    `json:"status" enum:"open,approved,returned,rejected,withdrawn,terminated"`
	Round     int       `json:"round" doc:"1 for the first"`
	Step      int       `json:"step" doc:"Index of the open step"`
	OpenedAt  time.Time `json:"openedAt"`
}

// signOffDetail is a sign-off with what is signed and by whom.
type signOffDetail struct {
	SignOff
	Version int64           `json:"version"`
	Content json.RawMessage `json:"content" doc:"What is signed: a decomposition, a report, an extension, or a text"`
	Route   approval.Route  `json:"route" nullable:"false"`
}

func (s *server) signOffRoutes() {
	path := base + "/sign-offs"
	register(s, operation{method: http.MethodPost, path: path, id: "open-sign-off", tag: "sign-offs", summary: "Put a subject of its own to sign",
		roles: deciders(), status: http.StatusCreated, conflicts: true}, s.openSignOff)
	register(s, operation{method: http.MethodGet, path: path, id: "list-sign-offs", tag: "sign-offs", summary: "List sign-offs"}, s.listSignOffs)
	register(s, operation{method: http.MethodGet, path: path + "/{id}", id: "get-sign-off", tag: "sign-offs", summary: "Get a sign-off with route and content"}, s.getSignOff)
	register(s, operation{method: http.MethodGet, path: path + "/{id}/signers", id: "list-signers", tag: "sign-offs",
		summary: "List who signs, with all opinions of all rounds"}, s.listSigners)
	signs := operation{method: http.MethodPost, path: path + "/{id}/actions", id: "act-on-sign-off", tag: "sign-offs", summary: "Give an opinion, or withdraw the subject",
		description: "Works while the database is away: the answer is then 202.", roles: deciders(), conflicts: true}
	register(s, signs, s.sign)
}

// opinion is what a signer says.
type opinion struct {
	Action    string `json:"action" enum:"agree,agree-with-reservations,disagree,abstain,withdraw" doc:"withdraw takes the subject back (撤回); only the initiating unit may"`
	Comment   string `json:"comment,omitempty" doc:"Needed to disagree, with reservations, and to decide in someone's stead"`
	Digest    string `json:"digest,omitempty" doc:"Of the content that was read; the opinion is refused when it changed since"`
	InSteadOf string `json:"inSteadOf,omitempty" doc:"Id of the unit for which a supervisor decides"`
}

type signInput struct {
	ByID
	Acting
	Body body[opinion]
}

// sign needs no look-up: the id of a sign-off tells which process hosts it.
func (s *server) sign(ctx context.Context, in *signInput) (*done, error) {
	given, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	workflow, ok := dispatch.HostOf(in.ID)
	if !ok {
		return nil, missing()
	}
	c, err := command(ctx, in.Acting, dispatch.Sign, approval.Act{SignOff: in.ID, Action: given.Action, Comment: given.Comment,
		Digest: given.Digest, InSteadOf: given.InSteadOf})
	if err != nil {
		return nil, err
	}
	return s.send(ctx, destination{workflow: workflow, id: in.ID, location: base + "/sign-offs/" + in.ID}, c)
}

// newSignOff is a subject of its own with its route.
type newSignOff struct {
	Title      string    `json:"title"`
	Content    string    `json:"content"`
	Route      []newStep `json:"route"`
	Supervisor unitID    `json:"supervisor,omitempty" doc:"Unit whose supervisors may decide in a signer's stead"`
}

type newStep struct {
	Name       string              `json:"name"`
	Mode       approval.Mode       `json:"mode" enum:"all,any,sequence,quorum"`
	Signers    []newSigner         `json:"signers"`
	Needed     int                 `json:"needed,omitempty" doc:"Agreements that a quorum needs"`
	OnDisagree approval.OnDisagree `json:"onDisagree" enum:"veto,collect"`
	Then       approval.Then       `json:"then" enum:"return,reject"`
}

type newSigner struct {
	Unit unitID   `json:"unit"`
	Role org.Role `json:"role" enum:"operator,head,supervisor"`
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
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return nil, err
	}
	opening, err := signOffOpening(wanted, registry)
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

// signOffOpening looks the units of a new sign-off up.
func signOffOpening(wanted newSignOff, registry *org.Registry) (dispatch.SignOffOpening, error) {
	opening := dispatch.SignOffOpening{Title: wanted.Title, Content: wanted.Content}
	var faults []act.Fault
	unit := func(field string, id unitID) org.UnitRef {
		known, wrong := plan.Known(field, string(id), registry.Unit)
		faults = append(faults, wrong...)
		return known
	}
	if wanted.Supervisor != "" {
		opening.Supervisor = unit("supervisor", wanted.Supervisor)
	}
	for i, step := range wanted.Route {
		made := approval.Step{Name: step.Name, Mode: step.Mode, Needed: step.Needed, OnDisagree: step.OnDisagree, Then: step.Then}
		for j, signer := range step.Signers {
			known := unit(fmt.Sprintf("route[%d].signers[%d].unit", i, j), signer.Unit)
			made.Signers = append(made.Signers, approval.Signer{Party: org.Party{Unit: known.ID, Role: signer.Role}, Name: known.Name})
		}
		opening.Route = append(opening.Route, made)
	}
	if len(faults) > 0 {
		return opening, unknownUnits(faults)
	}
	return opening, nil
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
	return SignOff{ID: s.ID, Kind: s.Kind, Title: s.Title, Digest: s.Digest, Initiator: s.Initiator, Status: s.Status,
		Round: s.Round, Step: s.Step, OpenedAt: s.OpenedAt}
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

func (s *server) listSigners(ctx context.Context, in *signersInput) (*page[projection.Signer], error) {
	rows, err := s.store.Signers(ctx, scope(ctx), in.ID, in.request())
	if err != nil {
		return nil, err
	}
	return pageOf(rows, same[projection.Signer]), nil
}
