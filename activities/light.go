package activities

import (
	"context"
	"fmt"
	"time"

	"duban/calendar"
	"duban/dispatch"
	"duban/light"
	"duban/workflows"
)

// JudgeLight says which light an assignment shows at a moment, by the rules that
// its plan has then.
func (a *Activities) JudgeLight(ctx context.Context, request workflows.LightRequest) (dispatch.Lit, error) {
	rules, err := a.Plans.Lights(ctx, []string{request.Plan})
	if err != nil {
		return dispatch.Lit{}, fmt.Errorf("lights of plan %s: %w", request.Plan, err)
	}
	zone, err := time.LoadLocation(rules[request.Plan].TimeZone)
	if err != nil {
		return dispatch.Lit{}, fmt.Errorf("time zone of plan %s: %w", request.Plan, err)
	}
	days, err := a.Plans.Calendar(ctx, "")
	if err != nil {
		return dispatch.Lit{}, fmt.Errorf("calendar: %w", err)
	}
	facts := request.Question.Facts
	facts.From = calendar.DateOf(request.Question.DispatchedAt, zone)
	judge := light.NewJudge(rules[request.Plan].Table, calendar.DateOf(request.At, zone), days.Calendar)
	return dispatch.Lit{Light: judge.Of(facts).Colour}, nil
}
