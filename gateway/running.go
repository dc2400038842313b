package gateway

import (
	"context"
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"

	"duban/workflows"
)

// Running lists the workflow ids of all processes that are open in the engine.
func (g Gateway) Running(ctx context.Context) ([]string, error) {
	var ids []string
	// These are at work for processes and none themselves.
	query := fmt.Sprintf("ExecutionStatus = 'Running' AND WorkflowType NOT IN ('%s', '%s', '%s', '%s')",
		workflows.TypeArmAnew, workflows.TypeCalendarChange, workflows.TypeStartRound, workflows.TypeTurnYear)
	request := &workflowservice.ListWorkflowExecutionsRequest{Query: query}
	for {
		page, err := g.engine.ListWorkflow(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("list the open processes: %w", err)
		}
		for _, execution := range page.GetExecutions() {
			ids = append(ids, execution.GetExecution().GetWorkflowId())
		}
		if len(page.GetNextPageToken()) == 0 {
			return ids, nil
		}
		request.NextPageToken = page.GetNextPageToken()
	}
}

// Runs counts the runs of a process: the first, and each that continued it.
func (g Gateway) Runs(ctx context.Context, workflow string) (int, error) {
	runs := 0
	for run := ""; ; {
		first, err := g.engine.GetWorkflowHistory(ctx, workflow, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT).Next()
		if err != nil {
			return 0, fmt.Errorf("read the beginning of a run of %s: %w", workflow, err)
		}
		runs++
		run = first.GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId()
		if run == "" {
			return runs, nil
		}
	}
}
