package embedded

import (
	"context"
	"path"
	"strings"

	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// passive are the beginnings of the names of calls that change no workflow.
var passive = []string{"Poll", "Get", "List", "Describe", "Count", "Query", "Scan"}

// intercept tells the workload of the calls that may change a workflow, while
// they are served, and translates times for the worker.
func (c *Clock) intercept(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	method := path.Base(info.FullMethod)
	for _, prefix := range passive {
		if strings.HasPrefix(method, prefix) {
			response, err := handler(ctx, request)
			if task, ok := response.(*workflowservice.PollActivityTaskQueueResponse); ok {
				c.toWallClock(task)
			}
			return response, err
		}
	}
	served := newCall(method, request)
	c.load.beginCall(served)
	defer c.load.endCall(served)
	return handler(ctx, request)
}

func newCall(method string, request any) *call {
	served := &call{method: method}
	if named, ok := request.(interface{ GetWorkflowId() string }); ok {
		served.workflowID = named.GetWorkflowId()
	}
	switch r := request.(type) {
	case *workflowservice.UpdateWorkflowExecutionRequest:
		served.nameUpdate(r)
	case *workflowservice.ExecuteMultiOperationRequest:
		for _, operation := range r.GetOperations() {
			if update := operation.GetUpdateWorkflow(); update != nil {
				served.nameUpdate(update)
			}
		}
	}
	return served
}

func (c *call) nameUpdate(r *workflowservice.UpdateWorkflowExecutionRequest) {
	c.workflowID = r.GetWorkflowExecution().GetWorkflowId()
	c.updateID = r.GetRequest().GetMeta().GetUpdateId()
}

// toWallClock puts an activity's times on the worker's clock, by which the
// worker counts its deadline: with a clock in the past every activity would
// be late before it starts.
func (c *Clock) toWallClock(task *workflowservice.PollActivityTaskQueueResponse) {
	offset := c.offset()
	for _, t := range []**timestamppb.Timestamp{&task.ScheduledTime, &task.StartedTime, &task.CurrentAttemptScheduledTime} {
		if *t != nil {
			*t = timestamppb.New((*t).AsTime().Add(-offset))
		}
	}
}
