package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

const (
	// readyTimeout bounds the wait for the first answer, also without a
	// deadline of the caller's: some damage shows only as a server that never
	// answers.
	readyTimeout = time.Minute
	// probeTimeout bounds one question to a server that is still starting.
	probeTimeout = time.Second
	// probePause lies between two such questions.
	probePause = 10 * time.Millisecond
)

// awaitReady asks until every part of the server answers, and settles the
// namespace's retention.
func (s *Server) awaitReady(ctx context.Context, o Options) (err error) {
	conn, err := grpc.NewClient(s.hostPort, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("connect to %s: %w", s.hostPort, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	frontend := workflowservice.NewWorkflowServiceClient(conn)
	for {
		last := s.probe(ctx, frontend)
		if last == nil {
			return s.applyRetention(ctx, frontend, o.Retention)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server did not get ready: %w: %w", ctx.Err(), last)
		case <-time.After(probePause):
		}
	}
}

// probe asks for an execution that does not exist: that it is not found is
// what the frontend can say only if the history service, its shard and the
// database have answered.
func (s *Server) probe(ctx context.Context, frontend workflowservice.WorkflowServiceClient) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	_, err := frontend.DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: s.namespace,
		Execution: &commonpb.WorkflowExecution{WorkflowId: "ready"},
	})
	if err == nil {
		return nil
	}
	err = serviceerror.FromStatus(status.Convert(err))
	// NotFound is also what an unknown namespace gets, as a type of its own.
	if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
		return nil
	}
	return err
}

// applyRetention changes the namespace's retention if the options ask for
// another than it was registered with.
func (s *Server) applyRetention(ctx context.Context, frontend workflowservice.WorkflowServiceClient, retention time.Duration) error {
	found, err := frontend.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: s.namespace})
	if err != nil {
		return fmt.Errorf("read namespace %s: %w", s.namespace, err)
	}
	if found.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration() == retention {
		return nil
	}
	_, err = frontend.UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: s.namespace,
		Config:    &namespacepb.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(retention)},
	})
	if err != nil {
		return fmt.Errorf("set the retention of namespace %s to %s: %w", s.namespace, retention, err)
	}
	return nil
}
