package api

import (
	"context"
	"net/http"
	"time"

	"duban/dispatch"
	"duban/store"
)

// planSupervision is a version of a plan's rules of supervision.
type planSupervision struct {
	dispatch.Rules
	Version   int        `json:"version" doc:"1, 2, …; 0 are the default rules of a plan that sets none"`
	ChangedBy string     `json:"changedBy,omitempty" doc:"Name of who set them"`
	ChangedAt *time.Time `json:"changedAt"`
}

func (s *server) supervisionRulesRoutes() {
	path := base + "/plans/{id}/supervision-rules"
	register(s, operation{method: http.MethodGet, path: path, id: "get-supervision-rules", tag: "plans", summary: "Get a plan's rules of supervision",
		description: "consentWorkingDays is the time in which a unit says whether it takes an assignment over. episodes makes an order of so many " +
			"episodes of a light on one assignment; a count of 0 makes none."}, s.getSupervisionRules)
	register(s, operation{method: http.MethodPut, path: path, id: "put-supervision-rules", tag: "plans", summary: "Set a plan's rules of supervision",
		description: "For the supervisors of the plan and administrators. They hold for assignments that are dispatched from then on. " +
			"The same rules again make no version.", roles: planners(), conflicts: true}, s.putSupervisionRules)
}

func (s *server) getSupervisionRules(ctx context.Context, in *ByID) (*one[planSupervision], error) {
	if _, err := s.readablePlanRow(ctx, in.ID); err != nil {
		return nil, err
	}
	rules, err := s.store.SupervisionRules(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return showSupervisionRules(rules), nil
}

func showSupervisionRules(r store.PlanSupervision) *one[planSupervision] {
	shown := planSupervision{Rules: r.Rules, Version: r.Version, ChangedBy: r.By.Name}
	if !r.At.IsZero() {
		shown.ChangedAt = &r.At
	}
	return versioned(shown, int64(r.Version))
}

func (s *server) putSupervisionRules(ctx context.Context, in *rulesInput[dispatch.Rules]) (*one[planSupervision], error) {
	wanted, err := wantedRules(ctx, s, in)
	if err != nil {
		return nil, err
	}
	now, err := s.store.SupervisionRules(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	seen, differ, err := differing(in.Match, now.Version, wanted, now.Rules)
	switch {
	case err != nil:
		return nil, err
	case !differ:
		return showSupervisionRules(now), nil
	}
	if _, err := s.store.SaveSupervisionRules(ctx, in.ID, seen, wanted, actor(ctx)); err != nil {
		return nil, err
	}
	return s.getSupervisionRules(ctx, &in.ByID)
}
