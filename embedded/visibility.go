package embedded

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	enumsspb "go.temporal.io/server/api/enums/v1"
	persistencespb "go.temporal.io/server/api/persistence/v1"
	"go.temporal.io/server/api/visibilityservice/v1"
	"go.temporal.io/server/chasm"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/namespace"
	"go.temporal.io/server/common/persistence"
	"go.temporal.io/server/common/persistence/serialization"
	"go.temporal.io/server/common/persistence/visibility/manager"
	"go.temporal.io/server/common/persistence/visibility/store"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/common/searchattribute"
	"google.golang.org/protobuf/proto"
)

// visibilityFactory makes the server's visibility store.
//
// Temporal keeps a second, searchable copy of every execution. On one machine
// that copy costs a third of all capacity, and nothing here searches it: lists
// for people come from the application's own tables. So this store writes
// nothing and answers list queries from the server's own records of its
// executions, which also makes every answer exact.
type visibilityFactory struct {
	db *sql.DB
}

func newVisibilityFactory(path string) (*visibilityFactory, error) {
	db, err := openDatabase(path, "ro")
	if err != nil {
		return nil, err
	}
	return &visibilityFactory{db: db}, nil
}

func (f *visibilityFactory) close() error { return f.db.Close() }

// NewVisibilityStore implements visibility.VisibilityStoreFactory.
func (f *visibilityFactory) NewVisibilityStore(
	config.CustomDatastoreConfig, searchattribute.Provider, searchattribute.MapperProvider, namespace.Registry,
	*chasm.Registry, resolver.ServiceResolver, log.Logger, metrics.Handler,
) (store.VisibilityStore, error) {
	return &executionLists{db: f.db, serializer: serialization.NewSerializer()}, nil
}

// executionLists answers list queries from the tables of executions.
type executionLists struct {
	db         *sql.DB
	serializer serialization.Serializer
}

var _ store.VisibilityStore = (*executionLists)(nil)

func (*executionLists) Close()               {}
func (*executionLists) GetName() string      { return visibilityStore }
func (*executionLists) GetIndexName() string { return visibilityStore }

func (*executionLists) ValidateCustomSearchAttributes(attributes map[string]any) (map[string]any, error) {
	return attributes, nil
}

func (*executionLists) RecordWorkflowExecutionStarted(context.Context, *store.InternalRecordWorkflowExecutionStartedRequest) error {
	return nil
}

func (*executionLists) RecordWorkflowExecutionClosed(context.Context, *store.InternalRecordWorkflowExecutionClosedRequest) error {
	return nil
}

func (*executionLists) UpsertWorkflowExecution(context.Context, *store.InternalUpsertWorkflowExecutionRequest) error {
	return nil
}

func (*executionLists) DeleteWorkflowExecution(context.Context, *manager.VisibilityDeleteWorkflowExecutionRequest) error {
	return nil
}

func (*executionLists) AddSearchAttributes(context.Context, *manager.AddSearchAttributesRequest) error {
	return serviceerror.NewUnimplemented("the embedded server has no search attributes")
}

func (*executionLists) CountChasmExecutions(context.Context, *visibilityservice.CountChasmExecutionsRequest) (*store.InternalCountExecutionsResponse, error) {
	return nil, serviceerror.NewUnimplemented("the embedded server counts workflows only")
}

// position is where the next page of a list starts: after this execution.
type position struct {
	WorkflowID string `json:"w"`
	RunID      []byte `json:"r"`
}

// ListWorkflowExecutions lists in the order of workflow ids, not of times.
func (l *executionLists) ListWorkflowExecutions(
	ctx context.Context, request *manager.ListWorkflowExecutionsRequestV2,
) (*store.InternalListExecutionsResponse, error) {
	query, err := parseListQuery(request.Query)
	if err != nil {
		return nil, err
	}
	var after position
	if len(request.NextPageToken) > 0 {
		if err := json.Unmarshal(request.NextPageToken, &after); err != nil {
			return nil, serviceerror.NewInvalidArgumentf("not a page token of this server: %v", err)
		}
	}
	page := &store.InternalListExecutionsResponse{}
	err = l.scan(ctx, request.NamespaceID, query.openOnly, after, func(e *execution, at position) (bool, error) {
		if !query.matches(e) {
			return true, nil
		}
		page.Executions = append(page.Executions, e)
		if len(page.Executions) < request.PageSize {
			return true, nil
		}
		token, err := json.Marshal(at)
		page.NextPageToken = token
		return false, err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

func (l *executionLists) CountWorkflowExecutions(
	ctx context.Context, request *manager.CountWorkflowExecutionsRequest,
) (*store.InternalCountExecutionsResponse, error) {
	query, err := parseListQuery(request.Query)
	if err != nil {
		return nil, err
	}
	found := &store.InternalCountExecutionsResponse{}
	err = l.scan(ctx, request.NamespaceID, query.openOnly, position{}, func(e *execution, _ position) (bool, error) {
		if query.matches(e) {
			found.Count++
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (l *executionLists) GetWorkflowExecution(
	ctx context.Context, request *manager.GetWorkflowExecutionRequest,
) (*store.InternalGetWorkflowExecutionResponse, error) {
	namespaceID, err := primitives.ParseUUID(request.NamespaceID.String())
	if err != nil {
		return nil, serviceerror.NewInvalidArgument(err.Error())
	}
	runID, err := primitives.ParseUUID(request.RunID)
	if err != nil {
		return nil, serviceerror.NewInvalidArgument(err.Error())
	}
	var r record
	err = l.db.QueryRowContext(ctx, `SELECT e.workflow_id, e.run_id, e.data, e.data_encoding, e.state, e.state_encoding
		FROM executions e WHERE e.namespace_id = ? AND e.workflow_id = ? AND e.run_id = ?`,
		[]byte(namespaceID), request.WorkflowID, []byte(runID)).Scan(r.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, serviceerror.NewNotFoundf("workflow execution %s/%s not found", request.WorkflowID, request.RunID)
	}
	if err != nil {
		return nil, fmt.Errorf("read execution %s: %w", request.WorkflowID, err)
	}
	e, err := l.decode(&r)
	if err != nil {
		return nil, err
	}
	return &store.InternalGetWorkflowExecutionResponse{Execution: e}, nil
}

// record is one row of the server's executions.
type record struct {
	workflowID          string
	runID               []byte
	data, state         []byte
	dataCode, stateCode string
}

func (r *record) columns() []any {
	return []any{&r.workflowID, &r.runID, &r.data, &r.dataCode, &r.state, &r.stateCode}
}

const (
	allExecutions = `SELECT e.workflow_id, e.run_id, e.data, e.data_encoding, e.state, e.state_encoding
		FROM executions e
		WHERE e.shard_id = 1 AND e.namespace_id = ? AND (e.workflow_id, e.run_id) > (?, ?)
		ORDER BY e.workflow_id, e.run_id`

	// The small table of current executions finds the open ones without
	// reading the records of the closed.
	openExecutions = `SELECT e.workflow_id, e.run_id, e.data, e.data_encoding, e.state, e.state_encoding
		FROM current_executions c CROSS JOIN executions e
			ON e.shard_id = c.shard_id AND e.namespace_id = c.namespace_id
			AND e.workflow_id = c.workflow_id AND e.run_id = c.run_id
		WHERE c.shard_id = 1 AND c.namespace_id = ? AND (c.workflow_id, c.run_id) > (?, ?) AND c.status = ?
		ORDER BY c.workflow_id`
)

// scan reads the executions of a namespace behind a position, until visit
// returns false.
func (l *executionLists) scan(
	ctx context.Context, id namespace.ID, openOnly bool, after position, visit func(*execution, position) (bool, error),
) (err error) {
	namespaceID, err := primitives.ParseUUID(id.String())
	if err != nil {
		return serviceerror.NewInvalidArgument(err.Error())
	}
	if after.RunID == nil {
		after.RunID = []byte{} // NULL would compare with nothing
	}
	statement, args := allExecutions, []any{[]byte(namespaceID), after.WorkflowID, after.RunID}
	if openOnly {
		statement, args = openExecutions, append(args, int(enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING))
	}
	rows, err := l.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("list executions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r record
		if err := rows.Scan(r.columns()...); err != nil {
			return fmt.Errorf("list executions: %w", err)
		}
		e, err := l.decode(&r)
		if err != nil {
			return err
		}
		if e.TypeName == "" {
			continue // the server's own records that are no workflows
		}
		more, err := visit(e, position{WorkflowID: r.workflowID, RunID: r.runID})
		if err != nil || !more {
			return err
		}
	}
	return rows.Err()
}

func (l *executionLists) decode(r *record) (*execution, error) {
	info, err := l.serializer.WorkflowExecutionInfoFromBlob(persistence.NewDataBlob(r.data, r.dataCode))
	if err != nil {
		return nil, fmt.Errorf("decode execution %s: %w", r.workflowID, err)
	}
	state, err := l.serializer.WorkflowExecutionStateFromBlob(persistence.NewDataBlob(r.state, r.stateCode))
	if err != nil {
		return nil, fmt.Errorf("decode the state of execution %s: %w", r.workflowID, err)
	}
	return describe(info, state)
}

func describe(info *persistencespb.WorkflowExecutionInfo, state *persistencespb.WorkflowExecutionState) (*execution, error) {
	e := &execution{
		WorkflowID:           info.GetWorkflowId(),
		RunID:                state.GetRunId(),
		TypeName:             info.GetWorkflowTypeName(),
		StartTime:            info.GetStartTime().AsTime(),
		ExecutionTime:        info.GetExecutionTime().AsTime(),
		Status:               state.GetStatus(),
		HistorySizeBytes:     info.GetExecutionStats().GetHistorySize(),
		StateTransitionCount: info.GetStateTransitionCount(),
		TaskQueue:            info.GetTaskQueue(),
		SearchAttributes:     &commonpb.SearchAttributes{IndexedFields: info.GetSearchAttributes()},
		ParentWorkflowID:     info.GetParentWorkflowId(),
		ParentRunID:          info.GetParentRunId(),
		RootWorkflowID:       info.GetRootWorkflowId(),
		RootRunID:            info.GetRootRunId(),
	}
	if len(info.GetMemo()) > 0 {
		memo, err := proto.Marshal(&commonpb.Memo{Fields: info.GetMemo()})
		if err != nil {
			return nil, fmt.Errorf("memo of execution %s: %w", e.WorkflowID, err)
		}
		e.Memo = &commonpb.DataBlob{Data: memo, EncodingType: enumspb.ENCODING_TYPE_PROTO3}
	}
	if state.GetState() == enumsspb.WORKFLOW_EXECUTION_STATE_COMPLETED {
		e.CloseTime = info.GetCloseTime().AsTime()
		e.ExecutionDuration = e.CloseTime.Sub(e.ExecutionTime)
		e.HistoryLength = lastEvent(info)
	}
	return e, nil
}

// lastEvent is the number of the last event, which is also how many there are.
func lastEvent(info *persistencespb.WorkflowExecutionInfo) int64 {
	histories := info.GetVersionHistories()
	current := int(histories.GetCurrentVersionHistoryIndex())
	if current >= len(histories.GetHistories()) {
		return 0
	}
	items := histories.GetHistories()[current].GetItems()
	if len(items) == 0 {
		return 0
	}
	return items[len(items)-1].GetEventId()
}
