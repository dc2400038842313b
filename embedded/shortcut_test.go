package embedded

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/server/api/historyservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const method = "/temporal.api.workflowservice.v1.WorkflowService/DescribeWorkflowExecution"

// learned is a shortcut that knows one method.
func learned(t *testing.T, name string, handler grpc.UnaryHandler) *shortcut {
	t.Helper()
	s := &shortcut{}
	_, err := s.learn(t.Context(), nil, &grpc.UnaryServerInfo{FullMethod: name},
		func(context.Context, any) (any, error) { return nil, errors.New("the first call") })
	require.EqualError(t, err, "the first call")
	s.handlers.Store(name, handler)
	return s
}

// connection stands for the way through a connection, and counts its calls.
type connection struct{ calls int }

func (c *connection) invoke(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error {
	c.calls++
	return nil
}

func asking(workflow string) *workflowservice.DescribeWorkflowExecutionRequest {
	return &workflowservice.DescribeWorkflowExecutionRequest{Execution: &commonpb.WorkflowExecution{WorkflowId: workflow}}
}

func TestShortcutIsTakenOnceTheMethodIsKnown(t *testing.T) {
	var s shortcut
	var conn connection
	reply := &workflowservice.DescribeWorkflowExecutionResponse{}
	call := func() { require.NoError(t, s.call(t.Context(), method, asking("a"), reply, nil, conn.invoke)) }
	call()
	require.Equal(t, 1, conn.calls, "an unknown method goes through the connection")

	served := 0
	handler := func(context.Context, any) (any, error) {
		served++
		return &workflowservice.DescribeWorkflowExecutionResponse{}, nil
	}
	_, err := s.learn(t.Context(), asking("a"), &grpc.UnaryServerInfo{FullMethod: method}, handler)
	require.NoError(t, err)
	call()
	require.Equal(t, 1, conn.calls)
	require.Equal(t, 2, served)

	s.close()
	call()
	require.Equal(t, 2, conn.calls, "a server that stops is asked through its connections")
}

// All services answer to the same health check, so that its name does not tell
// which one is meant.
func TestShortcutKnowsNoMethodThatSeveralServicesServe(t *testing.T) {
	var s shortcut
	_, err := s.learn(t.Context(), nil, &grpc.UnaryServerInfo{FullMethod: "/grpc.health.v1.Health/Check"},
		func(context.Context, any) (any, error) { return nil, nil })
	require.NoError(t, err)
	var conn connection
	require.NoError(t, s.call(t.Context(), "/grpc.health.v1.Health/Check", asking("a"), asking("b"), nil, conn.invoke))
	require.Equal(t, 1, conn.calls)
}

func TestShortcutSharesNothingWithTheService(t *testing.T) {
	kept := &workflowservice.DescribeWorkflowExecutionResponse{
		WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{Execution: &commonpb.WorkflowExecution{WorkflowId: "a"}}}
	var seen *workflowservice.DescribeWorkflowExecutionRequest
	s := learned(t, method, func(_ context.Context, request any) (any, error) {
		seen = request.(*workflowservice.DescribeWorkflowExecutionRequest)
		return kept, nil
	})
	request, reply := asking("a"), &workflowservice.DescribeWorkflowExecutionResponse{}
	require.NoError(t, s.call(t.Context(), method, request, reply, nil, nil))
	require.Equal(t, "a", seen.GetExecution().GetWorkflowId())
	require.NotSame(t, request, seen)
	require.NotSame(t, request.GetExecution(), seen.GetExecution())
	require.Equal(t, "a", reply.GetWorkflowExecutionInfo().GetExecution().GetWorkflowId())
	require.NotSame(t, kept.GetWorkflowExecutionInfo(), reply.GetWorkflowExecutionInfo())
}

func TestShortcutCarriesMetadataBothWays(t *testing.T) {
	type secret struct{}
	s := learned(t, method, func(ctx context.Context, _ any) (any, error) {
		require.Nil(t, ctx.Value(secret{}), "the service sees nothing of the caller's context")
		_, outgoing := metadata.FromOutgoingContext(ctx)
		require.False(t, outgoing)
		md, _ := metadata.FromIncomingContext(ctx)
		require.Equal(t, []string{"duban"}, md.Get("client-name"))
		require.NoError(t, grpc.SetHeader(ctx, metadata.Pairs("h", "1")))
		require.NoError(t, grpc.SetTrailer(ctx, metadata.Pairs("t", "2")))
		return &workflowservice.DescribeWorkflowExecutionResponse{}, nil
	})
	ctx := metadata.AppendToOutgoingContext(context.WithValue(t.Context(), secret{}, "x"), "Client-Name", "duban")
	var header, trailer metadata.MD
	require.NoError(t, s.call(ctx, method, asking("a"), &workflowservice.DescribeWorkflowExecutionResponse{}, nil, nil,
		grpc.Header(&header), grpc.Trailer(&trailer)))
	require.Equal(t, []string{"1"}, header.Get("h"))
	require.Equal(t, []string{"2"}, trailer.Get("t"))
}

func TestShortcutEndsWithItsCaller(t *testing.T) {
	s := learned(t, method, func(ctx context.Context, _ any) (any, error) {
		_, ends := ctx.Deadline()
		require.True(t, ends)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	deadline, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := s.call(deadline, method, asking("a"), &workflowservice.DescribeWorkflowExecutionResponse{}, nil, nil)
	require.Equal(t, codes.DeadlineExceeded, status.Code(err))

	long, cancel := context.WithTimeout(t.Context(), time.Hour)
	time.AfterFunc(time.Millisecond, cancel)
	err = s.call(long, method, asking("a"), &workflowservice.DescribeWorkflowExecutionResponse{}, nil, nil)
	require.Equal(t, codes.Canceled, status.Code(err))
	err = s.call(long, method, asking("a"), &workflowservice.DescribeWorkflowExecutionResponse{}, nil, nil)
	require.Equal(t, codes.Canceled, status.Code(err), "one that has ended calls nobody")
}

func TestShortcutGivesErrorsAsAConnectionDoes(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want codes.Code
	}{
		"of the service": {status.Error(codes.NotFound, "workflow not found"), codes.NotFound},
		"of no kind":     {errors.New("disk"), codes.Unknown},
		"of a context":   {context.DeadlineExceeded, codes.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			s := learned(t, method, func(context.Context, any) (any, error) { return nil, c.err })
			err := s.call(t.Context(), method, asking("a"), &workflowservice.DescribeWorkflowExecutionResponse{}, nil, nil)
			require.Equal(t, c.want, status.Code(err))
		})
	}
}

// The history service answers with a message whose history is written out
// already, and which matching reads as another type.
func TestShortcutReadsAnAnswerOfAnotherType(t *testing.T) {
	const started = "/temporal.server.api.historyservice.v1.HistoryService/RecordWorkflowTaskStarted"
	s := learned(t, started, func(context.Context, any) (any, error) {
		return &historyservice.RecordWorkflowTaskStartedResponseWithRawHistory{WorkflowType: &commonpb.WorkflowType{Name: "SignOff"}, StartedEventId: 7}, nil
	})
	var reply historyservice.RecordWorkflowTaskStartedResponse
	require.NoError(t, s.call(t.Context(), started, asking("a"), &reply, nil, nil))
	require.Equal(t, "SignOff", reply.GetWorkflowType().GetName())
	require.Equal(t, int64(7), reply.GetStartedEventId())
}
