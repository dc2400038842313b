package api

import (
	"context"
	"net/http"
	"time"

	"duban/deadline"
	"duban/store"
)

// planLadder is a version of a plan's ladder.
type planLadder struct {
	deadline.Ladder
	Version int `json:"version" doc:"1, 2, …; 0 is the default ladder of a plan that sets none"`
	// Settled tells whether assignments that were open when it was set go by it.
	Settled   bool       `json:"settled" doc:"Every open assignment of the plan goes by this version, or by a newer one"`
	ChangedBy string     `json:"changedBy,omitempty" doc:"Name of who set it"`
	ChangedAt *time.Time `json:"changedAt"`
}

func (s *server) ladderRoutes() {
	path := base + "/plans/{id}/ladder"
	register(s, operation{method: http.MethodGet, path: path, id: "get-ladder", tag: "plans", summary: "Get a plan's ladder of reminders and escalations",
		description: "The newest version, or the one that is asked for: an assignment names the version that it goes by."}, s.getLadder)
	register(s, operation{method: http.MethodPut, path: path, id: "put-ladder", tag: "plans", summary: "Set a plan's ladder",
		description: "Makes a new version, for the supervisors of the plan and administrators. Open assignments take it over one after the other: " +
			"what is still ahead changes, what has passed does not come again, and a rung that is new and lies in the past is left out. " +
			"The same ladder again makes no version.", roles: planners(), conflicts: true}, s.putLadder)
}

type ladderInput struct {
	ByID
	Version int `query:"version" minimum:"1" doc:"The newest if left out"`
}

func (s *server) getLadder(ctx context.Context, in *ladderInput) (*one[planLadder], error) {
	if _, err := s.readablePlanRow(ctx, in.ID); err != nil {
		return nil, err
	}
	ladder, err := s.store.LadderVersion(ctx, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	return showLadder(ladder), nil
}

// readablePlanRow returns a plan that the reader may see, without what belongs
// to it.
func (s *server) readablePlanRow(ctx context.Context, id string) (store.Plan, error) {
	row, err := s.store.Plan(ctx, id)
	if err != nil {
		return row, err
	}
	if !mayReadPlan(ctx, row.Status == store.PlanPublished) {
		return row, missing()
	}
	return row, nil
}

func showLadder(l store.PlanLadder) *one[planLadder] {
	shown := planLadder{Ladder: l.Ladder, Version: l.Version, Settled: l.Settled, ChangedBy: l.By.Name}
	shown.Rungs = all(l.Rungs)
	if !l.At.IsZero() {
		shown.ChangedAt = &l.At
	}
	return versioned(shown, int64(l.Version))
}

func (s *server) putLadder(ctx context.Context, in *rulesInput[deadline.Ladder]) (*one[planLadder], error) {
	wanted, err := wantedRules(ctx, s, in)
	if err != nil {
		return nil, err
	}
	now, err := s.store.Ladder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	seen, differ, err := differing(in.Match, now.Version, wanted, now.Ladder)
	switch {
	case err != nil:
		return nil, err
	case !differ:
		return showLadder(now), nil
	}
	if _, err := s.store.SaveLadder(ctx, in.ID, seen, wanted, actor(ctx)); err != nil {
		return nil, err
	}
	if err := s.gateway.ArmAnew(ctx, in.ID); err != nil {
		// The ladder holds already, and every worker looks for such plans.
		s.log.WarnContext(ctx, "a ladder is still to be passed on", "plan", in.ID, "error", err, "request", requestOf(ctx).id)
	}
	if now, err = s.store.Ladder(ctx, in.ID); err != nil {
		return nil, err
	}
	return showLadder(now), nil
}
