package activities

import (
	"context"
	"encoding/json"
	"fmt"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/projection"
	"duban/store"
	"duban/workflows"
)

// ArmPage tells a page of a plan's open assignments, those that go by an older
// ladder, what their moments are by the newest one. A process that was told
// before recognises it.
func (a *Activities) ArmPage(ctx context.Context, request workflows.ArmPageRequest) (workflows.ArmPageResult, error) {
	ladder, err := a.Plans.Ladder(ctx, request.Plan)
	if err != nil {
		return workflows.ArmPageResult{}, fmt.Errorf("ladder of plan %s: %w", request.Plan, err)
	}
	result := workflows.ArmPageResult{Version: ladder.Version}
	behind, err := a.Plans.BehindLadder(ctx, request.Plan, ladder.Version, request.After, workflows.ArmWindow)
	if err != nil || len(behind) == 0 {
		return result, err
	}
	days, err := a.calendars(ctx, behind)
	if err != nil {
		return result, err
	}
	err = inLanes(ctx, behind, func(row projection.Assignment) error { return a.tellArmed(ctx, ladder, days, row) })
	if err != nil {
		return result, err
	}
	result.Told = len(behind)
	if len(behind) == workflows.ArmWindow {
		result.Next = behind[len(behind)-1].ID
	}
	return result, nil
}

// calendars are those of the units of the assignments, by unit.
func (a *Activities) calendars(ctx context.Context, behind []projection.Assignment) (map[string]store.WorkingDays, error) {
	days := map[string]store.WorkingDays{}
	for _, row := range behind {
		if _, known := days[row.UnitID]; known {
			continue
		}
		of, err := a.Plans.Calendar(ctx, row.UnitID)
		if err != nil {
			return nil, fmt.Errorf("calendar of unit %s: %w", row.UnitID, err)
		}
		days[row.UnitID] = of
	}
	return days, nil
}

func (a *Activities) tellArmed(ctx context.Context, ladder store.PlanLadder, days map[string]store.WorkingDays, row projection.Assignment) error {
	due, err := calendar.ParseDate(row.DueDate)
	if err != nil {
		return fmt.Errorf("due date of assignment %s: %w", row.ID, err)
	}
	payload, err := json.Marshal(armed(ladder, days[row.UnitID], row.UnitID, due))
	if err != nil {
		return fmt.Errorf("encode the ladder of assignment %s: %w", row.ID, err)
	}
	c := act.Command{ID: fmt.Sprintf("arm-anew:%d:%s", ladder.Version, due), Name: dispatch.ArmLadder, Actor: act.Process(), Payload: payload}
	if err := a.Teller.Tell(ctx, dispatch.AssignmentWorkflow(row.ID), c); err != nil {
		return fmt.Errorf("tell assignment %s its ladder: %w", row.ID, err)
	}
	return nil
}

// SettleLadder notes that all open assignments of a plan go by a version of its
// ladder.
func (a *Activities) SettleLadder(ctx context.Context, request workflows.SettleRequest) error {
	if err := a.Plans.SettleLadder(ctx, request.Plan, request.Version); err != nil {
		return fmt.Errorf("settle ladder %d of plan %s: %w", request.Version, request.Plan, err)
	}
	return nil
}
