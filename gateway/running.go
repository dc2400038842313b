package gateway

import (
	"context"
	"fmt"

	"go.temporal.io/api/workflowservice/v1"
)

// Running lists the workflow ids of all processes that are open in the engine.
func (g Gateway) Running(ctx context.Context) ([]string, error) {
	var ids []string
	request := &workflowservice.ListWorkflowExecutionsRequest{Query: `ExecutionStatus = "Running"`}
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
