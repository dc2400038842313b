// Package gateway is the way of a command to the process that decides it, and
// of its answer back.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"duban/act"
	"duban/dispatch"
	"duban/projection"
	"duban/workflows"
)

// ErrPending says that a command was accepted and is durable, while readers
// cannot see it yet: the database is away. It will follow by itself.
var ErrPending = errors.New("the act is recorded and not yet visible")

// ErrUnavailable says that it is not known whether a command was accepted: the
// engine did not answer. Sending it again with the same id is safe.
var ErrUnavailable = errors.New("the engine does not answer")

const (
	// acceptWithin is how long the engine may take to accept a command.
	acceptWithin = 10 * time.Second
	// taskTimeout is after how long the engine gives a step of a process, which
	// a worker took and never finished, to another one. Below acceptWithin, so
	// that whoever waits for that step is still answered.
	taskTimeout = 4 * time.Second
	// renewalPause is how long to wait for the new run of a process.
	renewalPause = 20 * time.Millisecond
	// visibleWithin is how long an answer waits for the read model.
	visibleWithin = 3 * time.Second
)

// Gateway sends commands to processes.
type Gateway struct{ engine client.Client }

// New returns a gateway to the engine.
func New(engine client.Client) Gateway { return Gateway{engine: engine} }

// Do sends a command to a process that exists. The error is an *act.Refusal
// where the process turned it down, ErrPending or ErrUnavailable.
func (g Gateway) Do(ctx context.Context, workflow string, c act.Command) (act.Answer, error) {
	return g.answer(ctx, c, func(ctx context.Context) (client.WorkflowUpdateHandle, error) {
		return g.engine.UpdateWorkflow(ctx, update(workflow, c))
	})
}

// Open starts a process with the command that opens it. A process that exists
// already refuses, unless the command is the one that opened it.
func (g Gateway) Open(ctx context.Context, kind, workflow string, c act.Command) (act.Answer, error) {
	c.Name = dispatch.Open
	return g.answer(ctx, c, func(ctx context.Context) (client.WorkflowUpdateHandle, error) {
		start := g.engine.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
			ID: workflow, TaskQueue: workflows.TaskQueue, WorkflowTaskTimeout: taskTimeout,
			WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
			WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
		}, workflowType(kind), struct{}{})
		return g.engine.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
			StartWorkflowOperation: start, UpdateOptions: update(workflow, c)})
	})
}

// Snapshot asks a process, open or closed, what it shows.
func (g Gateway) Snapshot(ctx context.Context, workflow string) (projection.Snapshot, error) {
	var snapshot projection.Snapshot
	value, err := g.engine.QueryWorkflow(ctx, workflow, "", workflows.QuerySnapshot)
	if err != nil {
		return snapshot, fmt.Errorf("ask %s for its snapshot: %w", workflow, err)
	}
	if err := value.Get(&snapshot); err != nil {
		return snapshot, fmt.Errorf("read the snapshot of %s: %w", workflow, err)
	}
	return snapshot, nil
}

func update(workflow string, c act.Command) client.UpdateWorkflowOptions {
	return client.UpdateWorkflowOptions{WorkflowID: workflow, UpdateID: c.ID, UpdateName: c.Name,
		Args: []any{c}, WaitForStage: client.WorkflowUpdateStageAccepted}
}

// sender sends one command and waits until the process has accepted it.
type sender func(context.Context) (client.WorkflowUpdateHandle, error)

// answer sends a command, again where the process is just being renewed.
func (g Gateway) answer(ctx context.Context, c act.Command, send sender) (act.Answer, error) {
	accepting, cancel := context.WithTimeout(ctx, acceptWithin)
	defer cancel()
	answer, err := try(ctx, accepting, send)
	for renewing(err) && pause(accepting, renewalPause) {
		answer, err = try(ctx, accepting, send)
	}
	switch {
	case err != nil:
		return act.Answer{}, classify(err)
	case answer.Digest != c.Digest():
		return act.Answer{}, act.IDReused()
	}
	return answer, nil
}

// try waits until the process has accepted the command, and then a little for
// the read model.
func try(ctx, accepting context.Context, send sender) (act.Answer, error) {
	handle, err := send(accepting)
	if err != nil {
		return act.Answer{}, err
	}
	showing, cancel := context.WithTimeout(ctx, visibleWithin)
	defer cancel()
	var answer act.Answer
	err = handle.Get(showing, &answer)
	if err == nil {
		return answer, nil
	}
	if _, decided := errors.AsType[*temporal.ApplicationError](err); decided {
		return act.Answer{}, err
	}
	// It is accepted, and nobody can say more at the moment.
	return act.Answer{}, ErrPending
}

// renewing reports whether a process turned an act down only because it is
// about to continue as a new run.
func renewing(err error) bool {
	application, ok := errors.AsType[*temporal.ApplicationError](err)
	return ok && application.Type() == workflows.RenewingType
}

// pause waits a little; false when the time is over.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// classify tells refusals from failures.
func classify(err error) error {
	if errors.Is(err, ErrPending) {
		return err
	}
	if application, ok := errors.AsType[*temporal.ApplicationError](err); ok && application.Type() == workflows.RefusalType {
		var refusal act.Refusal
		if decodeErr := application.Details(&refusal); decodeErr != nil {
			return fmt.Errorf("read a refusal: %w", decodeErr)
		}
		return &refusal
	}
	if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
		return act.NotNow("closed", "该事项不存在或已办结，不能再操作。", "The record does not exist or is closed.")
	}
	if _, exists := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); exists {
		return act.NotNow("already-exists", "该事项已经存在，不能重复创建。", "The record exists already.")
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func workflowType(kind string) string {
	switch kind {
	case dispatch.KindTarget:
		return workflows.TypeAnnualTarget
	case dispatch.KindAssignment:
		return workflows.TypeAssignment
	case dispatch.KindSupervision:
		return workflows.TypeSupervision
	case dispatch.KindReport:
		return workflows.TypeReportRound
	default:
		return workflows.TypeSignOff
	}
}
