package embedded

import (
	"context"
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	schedulepb "go.temporal.io/api/schedule/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/server/api/visibilityservice/v1"
	"go.temporal.io/server/chasm"
	"go.temporal.io/server/common/payload"
	"go.temporal.io/server/common/persistence/visibility/store"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/service/worker/scheduler"
	"google.golang.org/protobuf/proto"
)

// openComponents finds the open records of a kind that are no workflows.
const openComponents = `SELECT c.business_id, c.run_id
	FROM current_chasm_executions c
	WHERE c.shard_id = 1 AND c.namespace_id = ? AND c.archetype_id = ? AND c.business_id > ? AND c.status = ?
	ORDER BY c.business_id LIMIT ?`

// ListChasmExecutions lists the schedules that exist by their ids, in the order
// of these; what a schedule does is asked of the schedule itself. Filters are
// refused.
func (l *executionLists) ListChasmExecutions(
	ctx context.Context, request *visibilityservice.ListChasmExecutionsRequest,
) (_ *store.InternalListExecutionsResponse, err error) {
	if request.GetArchetypeId() != chasm.SchedulerArchetypeID {
		return nil, serviceerror.NewUnimplemented("the embedded server lists workflows and schedules only")
	}
	if request.GetQuery() != scheduler.VisibilityListQueryChasm {
		return nil, serviceerror.NewInvalidArgument("the embedded server lists all schedules; it cannot filter them")
	}
	namespaceID, err := primitives.ParseUUID(request.GetNamespaceId())
	if err != nil {
		return nil, serviceerror.NewInvalidArgument(err.Error())
	}
	memo, err := emptyListing()
	if err != nil {
		return nil, err
	}
	rows, err := l.db.QueryContext(ctx, openComponents, []byte(namespaceID), chasm.SchedulerArchetypeID,
		string(request.GetNextPageToken()), int(enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING), request.GetPageSize())
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	page := &store.InternalListExecutionsResponse{}
	for rows.Next() {
		var id string
		var run []byte
		if err := rows.Scan(&id, &run); err != nil {
			return nil, fmt.Errorf("list schedules: %w", err)
		}
		page.Executions = append(page.Executions, &execution{WorkflowID: id, RunID: primitives.UUIDString(run), Memo: memo})
	}
	if len(page.Executions) == int(request.GetPageSize()) {
		page.NextPageToken = []byte(page.Executions[len(page.Executions)-1].WorkflowID)
	}
	return page, rows.Err()
}

// emptyListing is the memo of a listed schedule, where the server keeps what it
// shows of one: nothing.
func emptyListing() (*commonpb.DataBlob, error) {
	nothing, err := payload.Encode(&schedulepb.ScheduleListInfo{})
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	memo, err := proto.Marshal(&commonpb.Memo{Fields: map[string]*commonpb.Payload{chasm.ChasmMemoKey: nothing}})
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	return &commonpb.DataBlob{Data: memo, EncodingType: enumspb.ENCODING_TYPE_PROTO3}, nil
}
