package api

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"duban/approval"
	"duban/calendar"
	"duban/dispatch"
	"duban/org"
	"duban/store"
)

// preview is how a sign-off would go.
type preview struct {
	Steps []approval.Planned `json:"steps" nullable:"false"`
}

type previewInput struct{ Body body[newSignOff] }

func (s *server) previewSignOff(ctx context.Context, in *previewInput) (*one[preview], error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	opening, err := s.signOffOpening(ctx, wanted)
	if err != nil {
		return nil, err
	}
	return s.planned(ctx, opening.Route, "general", opening.Facts)
}

type targetPreviewInput struct {
	ByID
	Kind string `query:"kind" enum:"decomposition,completion" default:"decomposition"`
}

func (s *server) previewTarget(ctx context.Context, in *targetPreviewInput) (*one[preview], error) {
	row, detail, err := s.readableTarget(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	cast := dispatch.TargetCast(detail.Leads, detail.Supports, detail.Supervisor)
	return s.previewRoute(ctx, row.PlanID, in.Kind, cast, dispatch.AmountOf(detail.Requirement))
}

type assignmentPreviewInput struct {
	ByID
	Kind string `query:"kind" enum:"review,extension" default:"review"`
}

func (s *server) previewAssignment(ctx context.Context, in *assignmentPreviewInput) (*one[preview], error) {
	row, err := s.store.Assignment(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	year, err := s.store.AnnualTarget(ctx, store.Scope{All: true}, row.TargetID) // whoever reads the assignment may know who decides on it
	if err != nil {
		return nil, err
	}
	var detail dispatch.TargetDetail
	if err := json.Unmarshal([]byte(year.Detail), &detail); err != nil {
		return nil, fmt.Errorf("detail of annual target %s: %w", row.TargetID, err)
	}
	cast := dispatch.AssignmentCast(org.UnitRef{ID: row.UnitID, Name: row.UnitName}, detail.Leads, detail.Supervisor)
	return s.previewRoute(ctx, row.PlanID, in.Kind, cast, row.Amount)
}

// previewRoute tells how a plan would sign a kind of subject.
func (s *server) previewRoute(ctx context.Context, planID, kind string, cast approval.Cast, amount *int64) (*one[preview], error) {
	signing, err := s.signing(ctx, planID, kind)
	if err != nil {
		return nil, err
	}
	template := approval.Default(kind)
	if signing.Template != nil {
		template = *signing.Template
	}
	return s.planned(ctx, template.Route(cast), kind, approval.Facts{Amount: amount, UnitLevel: signing.UnitLevel})
}

func (s *server) planned(ctx context.Context, route approval.Route, kind string, facts approval.Facts) (*one[preview], error) {
	days, err := s.store.Calendar(ctx, "")
	if err != nil {
		return nil, err
	}
	zone, err := calendar.Zone(calendar.DefaultZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", calendar.DefaultZone, err)
	}
	steps, err := approval.Preview(route, kind, facts, calendar.DateOf(time.Now(), zone), days.Calendar)
	if err != nil {
		return nil, err
	}
	return single(preview{Steps: steps}), nil
}
