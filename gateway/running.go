package gateway

import (
	"context"
	"fmt"

	"go.temporal.io/api/workflowservice/v1"

	"duban/workflows"
)

// Running lists the workflow ids of all processes that are open in the engine.
func (g Gateway) Running(ctx context.Context) ([]string, error) {
	var ids []string
	// ArmAnew is at work for processes and none itself.
	query := fmt.Sprintf("ExecutionStatus = 'Running' AND WorkflowType != '%s'", workflows.TypeArmAnew)
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
