package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"duban/approval"
	"duban/dispatch"
	"duban/org"
	"duban/plan"
	"duban/store"
)

// routeResource is how a plan signs one kind of subject.
type routeResource struct {
	Plan      string         `json:"plan"`
	Kind      string         `json:"kind" enum:"decomposition,completion,review,extension"`
	Version   int            `json:"version" doc:"0 for the default, which every plan has until it sets its own"`
	Steps     []templateStep `json:"steps" nullable:"false"`
	CarryOver bool           `json:"carryOver" doc:"Opinions on an unchanged part stand in the next round"`
	CopyTo    []newSigner    `json:"copyTo" nullable:"false"`
	Comment   string         `json:"comment"`
	CreatedBy string         `json:"createdBy"`
	CreatedAt *time.Time     `json:"createdAt"`
}

type templateStep struct {
	Name       string              `json:"name"`
	Mode       approval.Mode       `json:"mode" enum:"all,any,sequence,quorum"`
	Signers    []templateSigner    `json:"signers" nullable:"false"`
	Needed     int                 `json:"needed,omitempty"`
	Percent    int                 `json:"percent,omitempty"`
	OnDisagree approval.OnDisagree `json:"onDisagree" enum:"veto,collect"`
	Then       approval.Then       `json:"then" enum:"return,reject"`
	When       *approval.Condition `json:"when,omitempty"`
	Within     *approval.Within    `json:"within,omitempty"`
	OnTimeout  approval.OnTimeout  `json:"onTimeout,omitempty" enum:"escalate,consent,reject,none"`
}

// templateSigner is a place in the task, or a signer who is always the same.
type templateSigner struct {
	Place  approval.Place `json:"place,omitempty" enum:"lead,co-leads,supports,responsible,reviewer,supervisor,initiator"`
	Role   org.Role       `json:"role,omitempty" enum:"operator,head,supervisor" doc:"Of a place: its head, or its supervisors, if left out"`
	Unit   unitID         `json:"unit,omitempty"`
	User   string         `json:"user,omitempty"`
	Weight int            `json:"weight,omitempty"`
}

func (s *server) routeRoutes() {
	path := base + "/plans/{id}/routes/{kind}"
	register(s, operation{method: http.MethodGet, path: path, id: "get-route", tag: "sign-offs", summary: "Get how a plan signs a kind of subject"}, s.getRoute)
	register(s, operation{method: http.MethodGet, path: path + "/versions", id: "list-route-versions", tag: "sign-offs",
		summary: "List all versions of a route, newest first"}, s.listRoutes)
	register(s, operation{method: http.MethodPut, path: path, id: "set-route", tag: "sign-offs", summary: "Set how a plan signs a kind of subject",
		description: "Makes a new version; If-Match is needed where there is one. Running sign-offs go on by theirs. Supervisors of the plan and administrators.",
		roles:       planners(), conflicts: true}, s.setRoute)
	register(s, operation{method: http.MethodGet, path: base + "/annual-targets/{id}/route", id: "preview-target-route", tag: "sign-offs",
		summary: "Tell how an annual target's sign-off would go", description: "Who would be asked, in which order, by when. Nothing is saved."}, s.previewTarget)
	register(s, operation{method: http.MethodGet, path: base + "/assignments/{id}/route", id: "preview-assignment-route", tag: "sign-offs",
		summary: "Tell how an assignment's review or extension would be signed"}, s.previewAssignment)
}

type routeInput struct {
	ByID
	Kind string `path:"kind" enum:"decomposition,completion,review,extension"`
}

func (s *server) getRoute(ctx context.Context, in *routeInput) (*one[routeResource], error) {
	if _, _, err := s.readablePlan(ctx, in.ID); err != nil {
		return nil, err
	}
	row, err := s.store.RouteTemplate(ctx, in.ID, in.Kind)
	if errors.Is(err, store.ErrNotFound) {
		standard := approval.Default(in.Kind)
		return single(showRoute(store.RouteTemplate{PlanID: in.ID, Kind: in.Kind, Steps: standard.Steps})), nil
	}
	if err != nil {
		return nil, err
	}
	return versioned(showRoute(row), int64(row.Version)), nil
}

func (s *server) listRoutes(ctx context.Context, in *routeInput) (*one[[]routeResource], error) {
	if _, _, err := s.readablePlan(ctx, in.ID); err != nil {
		return nil, err
	}
	rows, err := s.store.RouteTemplates(ctx, in.ID, in.Kind)
	if err != nil {
		return nil, err
	}
	return single(each(rows, showRoute)), nil
}

// newRoute is a version of a route that is to be made.
type newRoute struct {
	Steps     []templateStep `json:"steps"`
	CarryOver bool           `json:"carryOver,omitempty"`
	CopyTo    []newSigner    `json:"copyTo,omitempty"`
	Comment   string         `json:"comment,omitempty" doc:"Why it is changed"`
}

type newRouteInput struct {
	ByID
	Kind  string `path:"kind" enum:"decomposition,completion,review,extension"`
	Match string `header:"If-Match" doc:"The version that was read, as its ETag; left out for the first"`
	Body  body[newRoute]
}

func (s *server) setRoute(ctx context.Context, in *newRouteInput) (*one[routeResource], error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	detail, _, err := s.readablePlan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := plan.MaySetRules(actor(ctx), detail.SupervisorUnitID); err != nil {
		return nil, err
	}
	row := store.RouteTemplate{PlanID: in.ID, Kind: in.Kind, CarryOver: wanted.CarryOver, Comment: wanted.Comment,
		CreatedBy: actor(ctx).User, CreatedAt: time.Now()}
	look, err := s.signerLookUp(ctx)
	if err != nil {
		return nil, err
	}
	row.Steps = look.templateSteps(ctx, wanted.Steps)
	row.CopyTo = look.signers(ctx, "copyTo", wanted.CopyTo)
	if err := look.err(); err != nil {
		return nil, err
	}
	if err := row.Template().Validate(); err != nil {
		return nil, err
	}
	seen, err := expected(in.Match)
	if err != nil {
		return nil, err
	}
	row, err = s.store.AddRouteTemplate(ctx, row, int(seen))
	if err != nil {
		return nil, err
	}
	return versioned(showRoute(row), int64(row.Version)), nil
}

func (l *signerLookUp) templateSteps(ctx context.Context, wanted []templateStep) []approval.TemplateStep {
	steps := make([]approval.TemplateStep, len(wanted))
	for i, w := range wanted {
		steps[i] = approval.TemplateStep{Name: w.Name, Mode: w.Mode, Needed: w.Needed, Percent: w.Percent, OnDisagree: w.OnDisagree,
			Then: w.Then, When: w.When, Within: w.Within, OnTimeout: w.OnTimeout}
		for j, signer := range w.Signers {
			if signer.Place != "" {
				steps[i].Signers = append(steps[i].Signers, approval.TemplateSigner{Place: signer.Place, Role: signer.Role, Weight: signer.Weight})
				continue
			}
			found := l.signer(ctx, fmt.Sprintf("steps[%d].signers[%d]", i, j), newSigner{Unit: signer.Unit, Role: signer.Role, User: signer.User, Weight: signer.Weight})
			steps[i].Signers = append(steps[i].Signers, approval.TemplateSigner{Signer: &found})
		}
	}
	return steps
}

func showRoute(t store.RouteTemplate) routeResource {
	shown := routeResource{Plan: t.PlanID, Kind: t.Kind, Version: t.Version, CarryOver: t.CarryOver, Comment: t.Comment, CreatedBy: t.CreatedBy,
		Steps: []templateStep{}, CopyTo: []newSigner{}}
	if t.Version > 0 {
		shown.CreatedAt = &t.CreatedAt
	}
	for _, step := range t.Steps {
		row := templateStep{Name: step.Name, Mode: step.Mode, Needed: step.Needed, Percent: step.Percent, OnDisagree: step.OnDisagree,
			Then: step.Then, When: step.When, Within: step.Within, OnTimeout: step.OnTimeout, Signers: []templateSigner{}}
		for _, signer := range step.Signers {
			one := templateSigner{Place: signer.Place, Role: signer.Role, Weight: signer.Weight}
			if signer.Signer != nil {
				fixed := showNewSigner(*signer.Signer)
				one = templateSigner{Unit: fixed.Unit, Role: fixed.Role, User: fixed.User, Weight: fixed.Weight}
			}
			row.Signers = append(row.Signers, one)
		}
		shown.Steps = append(shown.Steps, row)
	}
	for _, signer := range t.CopyTo {
		shown.CopyTo = append(shown.CopyTo, showNewSigner(signer))
	}
	return shown
}

// showNewSigner is a signer as he is named in a request.
func showNewSigner(s approval.Signer) newSigner {
	if s.Party.User != "" {
		return newSigner{User: s.Party.User, Weight: s.Weight}
	}
	return newSigner{Unit: unitID(s.Party.Unit), Role: s.Party.Role, Weight: s.Weight}
}

// signing is how a plan signs a kind of subject now, for the unit that acts.
func (s *server) signing(ctx context.Context, planID, kind string) (dispatch.Signing, error) {
	signing := dispatch.Signing{UnitLevel: levelOf(ctx)}
	row, err := s.store.RouteTemplate(ctx, planID, kind)
	if errors.Is(err, store.ErrNotFound) {
		return signing, nil
	}
	if err != nil {
		return signing, err
	}
	template := row.Template()
	signing.Template = &template
	return signing, nil
}

// toSign are the fields of a decomposition that is put to sign.
type toSign struct {
	Comment string `json:"comment,omitempty" doc:"What was changed since the round before, or why nothing was"`
}

func (s *server) decompositionToSign(ctx context.Context, id string, fields toSign) (any, error) {
	signing, err := s.signing(ctx, planOfTarget(id), "decomposition")
	return dispatch.PutToSign{Signing: signing, Comment: fields.Comment}, err
}

// completionFields are those of the year's report.
type completionFields struct {
	Summary string `json:"summary"`
	toSign
}

func (s *server) completionToSign(ctx context.Context, id string, fields completionFields) (any, error) {
	signing, err := s.signing(ctx, planOfTarget(id), "completion")
	return dispatch.Completion{Summary: fields.Summary, PutToSign: dispatch.PutToSign{Signing: signing, Comment: fields.Comment}}, err
}

// planOfTarget is the plan that the id of an annual target or an assignment
// begins with.
func planOfTarget(id string) string {
	planID, _, _ := strings.Cut(id, "-")
	return planID
}
