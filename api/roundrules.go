package api

import (
	"context"
	"net/http"
	"time"

	"duban/deadline"
	"duban/store"
)

// roundRules is a version of a plan's rule of report rounds.
type roundRules struct {
	deadline.Rounds
	Version   int        `json:"version" doc:"1, 2, …; 0 is the default rule of a plan that sets none"`
	ChangedBy string     `json:"changedBy,omitempty" doc:"Name of who set it"`
	ChangedAt *time.Time `json:"changedAt"`
}

func (s *server) roundRuleRoutes() {
	path := base + "/plans/{id}/round-rules"
	register(s, operation{method: http.MethodGet, path: path, id: "get-round-rules", tag: "plans",
		summary: "Get the rule by which a plan's units report, and its year turns"}, s.getRoundRules)
	register(s, operation{method: http.MethodPut, path: path, id: "put-round-rules", tag: "plans", summary: "Set the rule by which a plan's units report, and its year turns",
		description: "For the supervisors of the plan and administrators. It holds for rounds that open from now on.", roles: planners(), conflicts: true}, s.putRoundRules)
}

func (s *server) getRoundRules(ctx context.Context, in *ByID) (*one[roundRules], error) {
	if _, err := s.readablePlanRow(ctx, in.ID); err != nil {
		return nil, err
	}
	rules, err := s.store.RoundRules(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return showRoundRules(rules), nil
}

func showRoundRules(r store.PlanRounds) *one[roundRules] {
	shown := roundRules{Rounds: r.Rounds, Version: r.Version, ChangedBy: r.By.Name}
	shown.Rules, shown.Ladder.Rungs, shown.YearTurn.Ladder.Rungs = all(r.Rules), all(r.Ladder.Rungs), all(r.YearTurn.Ladder.Rungs)
	if !r.ChangedAt.IsZero() {
		shown.ChangedAt = &r.ChangedAt
	}
	return versioned(shown, int64(r.Version))
}

func (s *server) putRoundRules(ctx context.Context, in *rulesInput[deadline.Rounds]) (*one[roundRules], error) {
	wanted, err := wantedRules(ctx, s, in)
	if err != nil {
		return nil, err
	}
	now, err := s.store.RoundRules(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	seen, differ, err := differing(in.Match, now.Version, wanted, now.Rounds)
	switch {
	case err != nil:
		return nil, err
	case !differ:
		return showRoundRules(now), nil
	}
	if _, err := s.store.SaveRounds(ctx, in.ID, seen, wanted, actor(ctx)); err != nil {
		return nil, err
	}
	s.schedule(ctx, in.ID)
	if now, err = s.store.RoundRules(ctx, in.ID); err != nil {
		return nil, err
	}
	return showRoundRules(now), nil
}

// scheduleWithin bounds how long somebody waits for the engine who changes a plan.
const scheduleWithin = 3 * time.Second

// schedule brings the schedules of a plan into line. If the engine is away they
// follow by themselves when it is back: what holds is the plan.
func (s *server) schedule(ctx context.Context, plan string) {
	ctx, cancel := context.WithTimeout(ctx, scheduleWithin)
	defer cancel()
	if err := s.schedules.Apply(ctx, plan); err != nil {
		s.log.WarnContext(ctx, "the schedules of a plan are still to be set", "plan", plan, "error", err, "request", requestOf(ctx).id)
	}
}
