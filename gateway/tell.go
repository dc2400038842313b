package gateway

import (
	"context"
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"duban/act"
	"duban/workflows"
)

// Tell tells a process something, without waiting for what it makes of it. One
// that has ended needs to hear nothing any more.
func (g Gateway) Tell(ctx context.Context, workflow string, c act.Command) error {
	err := g.engine.SignalWorkflow(ctx, workflow, "", workflows.SignalTell, c)
	if _, ended := errors.AsType[*serviceerror.NotFound](err); ended {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: tell %s: %w", ErrUnavailable, workflow, err)
	}
	return nil
}

// ArmAnew sees to it that every open assignment of a plan goes by its newest
// ladder. It returns when that is under way; asking again does no harm.
func (g Gateway) ArmAnew(ctx context.Context, plan string) error {
	return g.underWay(ctx, workflows.ArmAnewWorkflow(plan), workflows.TypeArmAnew, workflows.Arming{Plan: plan})
}

// ChangeCalendar sees to it that everything open that depends on a year goes by
// the last load of it, for everybody or for a unit. It returns when that is under
// way; asking again does no harm.
func (g Gateway) ChangeCalendar(ctx context.Context, unit string, year int) error {
	about := workflows.CalendarYear{Year: year, Unit: unit}
	return g.underWay(ctx, workflows.CalendarChangeWorkflow(about), workflows.TypeCalendarChange, about)
}

// underWay starts a workflow that runs at most once at a time, unless it runs.
func (g Gateway) underWay(ctx context.Context, id, kind string, in any) error {
	_, err := g.engine.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.TaskQueue,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
	}, kind, in)
	if err != nil {
		return fmt.Errorf("%w: start %s: %w", ErrUnavailable, id, err)
	}
	return nil
}
