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
	_, err := g.engine.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: workflows.ArmAnewWorkflow(plan), TaskQueue: workflows.TaskQueue,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
	}, workflows.TypeArmAnew, workflows.Arming{Plan: plan})
	if err != nil {
		return fmt.Errorf("%w: arm the assignments of plan %s anew: %w", ErrUnavailable, plan, err)
	}
	return nil
}
