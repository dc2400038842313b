package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"duban/embedded"
)

const (
	signers = 5
	clients = 8
)

// collect is the smallest process that does what a sign-off does: it takes the
// opinions of so many signers and ends with the last.
func collect(ctx workflow.Context, wanted int) (int, error) {
	var opinions []string
	err := workflow.SetUpdateHandlerWithOptions(ctx, "sign", func(_ workflow.Context, signer string) (int, error) {
		opinions = append(opinions, signer)
		return len(opinions), nil
	}, workflow.UpdateHandlerOptions{Validator: func(signer string) error {
		if signer == "" {
			return fmt.Errorf("nobody signs")
		}
		return nil
	}})
	if err != nil {
		return 0, err
	}
	err = workflow.SetQueryHandler(ctx, "opinions", func() ([]string, error) { return opinions, nil })
	if err != nil {
		return 0, err
	}
	err = workflow.Await(ctx, func() bool { return len(opinions) == wanted && workflow.AllHandlersFinished(ctx) })
	return len(opinions), err
}

// nap waits.
func nap(ctx workflow.Context, d time.Duration) error { return workflow.Sleep(ctx, d) }

// office is a server as in production, with a worker for collect.
type office struct {
	client client.Client
	worker worker.Worker
}

// close ends the worker and the connection; the server goes on.
func (o office) close() {
	o.worker.Stop()
	o.client.Close()
}

func newOffice(tb testing.TB, s *embedded.Server) office {
	tb.Helper()
	o, err := dialOffice(tb.Context(), s)
	require.NoError(tb, err)
	return o
}

func dialOffice(ctx context.Context, s *embedded.Server) (office, error) {
	c, err := s.Dial(ctx, client.Options{Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		return office{}, err
	}
	// Without a timeout a stop lets go of workflow tasks in hand, which then
	// block their workflows until the server has given up on them.
	w := worker.New(c, queue, worker.Options{WorkerStopTimeout: 10 * time.Second})
	w.RegisterWorkflow(collect)
	w.RegisterWorkflow(nap)
	return office{client: c, worker: w}, w.Start()
}

func (o office) open(ctx context.Context, id string, wanted int) (client.WorkflowRun, error) {
	return o.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: queue,
		// A task that was handed to a worker which is gone comes again after this.
		WorkflowTaskTimeout:                      3 * time.Second,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
	}, collect, wanted)
}

func (o office) sign(ctx context.Context, id, signer string) error {
	handle, err := o.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateID: signer, UpdateName: "sign", Args: []any{signer},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

// signOff leads one process from its start to its end; the signers act at the
// same instant or one after the other.
func (o office) signOff(ctx context.Context, id string, atOnce bool) error {
	run, err := o.open(ctx, id, signers)
	if err != nil {
		return err
	}
	hands := 1
	if atOnce {
		hands = signers
	}
	err = together(hands, signers, func(n int) error { return o.sign(ctx, id, fmt.Sprint("signer-", n)) })
	if err != nil {
		return err
	}
	return run.Get(ctx, nil)
}

// together does jobs 1 to n with so many hands and returns all that failed.
func together(hands, n int, job func(int) error) error {
	var begun atomic.Int64
	failed := make([]error, hands)
	var all sync.WaitGroup
	for hand := range hands {
		all.Go(func() {
			for i := int(begun.Add(1)); i <= n; i = int(begun.Add(1)) {
				failed[hand] = errors.Join(failed[hand], job(i))
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}
