package embedded

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.temporal.io/api/serviceerror"
	enumsspb "go.temporal.io/server/api/enums/v1"
	persistencespb "go.temporal.io/server/api/persistence/v1"
	"go.temporal.io/server/chasm"
	"go.temporal.io/server/common"
	"go.temporal.io/server/common/persistence"
	persistenceclient "go.temporal.io/server/common/persistence/client"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// recordingFactory makes execution managers that tell the workload what they
// write.
type recordingFactory struct {
	persistenceclient.Factory
	load *workload
}

func (f recordingFactory) NewExecutionManager() (persistence.ExecutionManager, error) {
	manager, err := f.Factory.NewExecutionManager()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	if err := f.load.recall(ctx, manager); err != nil {
		return nil, err
	}
	return recorder{ExecutionManager: manager, load: f.load}, nil
}

// writeTimeout bounds the writing of one record. The server derives the time
// it allows from its clock and the caller's deadline, which is the wall
// clock's: with a clock that is ahead, two seconds are left of it, too few on
// a busy machine.
const writeTimeout = 30 * time.Second

// recorder is an execution manager that tells the workload what it writes.
type recorder struct {
	persistence.ExecutionManager
	load *workload
}

func (r recorder) CreateWorkflowExecution(
	ctx context.Context, request *persistence.CreateWorkflowExecutionRequest,
) (*persistence.CreateWorkflowExecutionResponse, error) {
	ctx, cancel := patient(ctx)
	defer cancel()
	r.load.beginWrite()
	response, err := r.ExecutionManager.CreateWorkflowExecution(ctx, request)
	refreshed := r.reread(ctx, err, request.ShardID, &request.NewWorkflowSnapshot)
	r.load.endWrite(func() {
		if err == nil {
			r.load.putSnapshot(&request.NewWorkflowSnapshot)
		}
		refreshed()
	})
	return response, err
}

func (r recorder) UpdateWorkflowExecution(
	ctx context.Context, request *persistence.UpdateWorkflowExecutionRequest,
) (*persistence.UpdateWorkflowExecutionResponse, error) {
	ctx, cancel := patient(ctx)
	defer cancel()
	r.load.beginWrite()
	response, err := r.ExecutionManager.UpdateWorkflowExecution(ctx, request)
	mutated := &persistence.WorkflowSnapshot{
		ExecutionInfo:  request.UpdateWorkflowMutation.ExecutionInfo,
		ExecutionState: request.UpdateWorkflowMutation.ExecutionState,
	}
	refreshed := r.reread(ctx, err, request.ShardID, mutated, request.NewWorkflowSnapshot)
	r.load.endWrite(func() {
		if err == nil {
			r.load.putMutation(&request.UpdateWorkflowMutation)
			r.load.putSnapshot(request.NewWorkflowSnapshot)
		}
		refreshed()
	})
	return response, err
}

func (r recorder) ConflictResolveWorkflowExecution(
	ctx context.Context, request *persistence.ConflictResolveWorkflowExecutionRequest,
) (*persistence.ConflictResolveWorkflowExecutionResponse, error) {
	ctx, cancel := patient(ctx)
	defer cancel()
	r.load.beginWrite()
	response, err := r.ExecutionManager.ConflictResolveWorkflowExecution(ctx, request)
	r.load.endWrite(func() {
		if err != nil {
			return
		}
		r.load.putSnapshot(&request.ResetWorkflowSnapshot)
		r.load.putSnapshot(request.NewWorkflowSnapshot)
		if request.CurrentWorkflowMutation != nil {
			r.load.putMutation(request.CurrentWorkflowMutation)
		}
	})
	return response, err
}

func (r recorder) SetWorkflowExecution(
	ctx context.Context, request *persistence.SetWorkflowExecutionRequest,
) (*persistence.SetWorkflowExecutionResponse, error) {
	ctx, cancel := patient(ctx)
	defer cancel()
	r.load.beginWrite()
	response, err := r.ExecutionManager.SetWorkflowExecution(ctx, request)
	r.load.endWrite(func() {
		if err == nil {
			r.load.putSnapshot(&request.SetWorkflowSnapshot)
		}
	})
	return response, err
}

func (r recorder) DeleteWorkflowExecution(ctx context.Context, request *persistence.DeleteWorkflowExecutionRequest) error {
	r.load.beginWrite()
	err := r.ExecutionManager.DeleteWorkflowExecution(ctx, request)
	r.load.endWrite(func() {
		if err == nil {
			r.load.put(request.RunID, nil)
		}
	})
	return err
}

// patient gives a write its own time: see writeTimeout.
func patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
}

// reread looks up what the records are after a write that failed in a way
// that leaves it open whether it was done, and returns what to tell the
// workload.
func (r recorder) reread(ctx context.Context, err error, shard int32, written ...*persistence.WorkflowSnapshot) func() {
	var found []*persistence.WorkflowSnapshot
	if err != nil && !isRefusal(err) {
		for _, s := range written {
			if s == nil {
				continue
			}
			response, err := r.ExecutionManager.GetWorkflowExecution(ctx, &persistence.GetWorkflowExecutionRequest{
				ShardID:     shard,
				NamespaceID: s.ExecutionInfo.GetNamespaceId(),
				WorkflowID:  s.ExecutionInfo.GetWorkflowId(),
				RunID:       s.ExecutionState.GetRunId(),
			})
			if err != nil {
				continue // not written, or nothing can be read now: the server tries again itself
			}
			found = append(found, snapshotOf(response.State))
		}
	}
	return func() {
		for _, s := range found {
			r.load.putSnapshot(s)
		}
	}
}

// snapshotOf is all of a run as it was read.
func snapshotOf(state *persistencespb.WorkflowMutableState) *persistence.WorkflowSnapshot {
	return &persistence.WorkflowSnapshot{
		ExecutionInfo:       state.GetExecutionInfo(),
		ExecutionState:      state.GetExecutionState(),
		ActivityInfos:       state.GetActivityInfos(),
		TimerInfos:          state.GetTimerInfos(),
		ChildExecutionInfos: state.GetChildExecutionInfos(),
		RequestCancelInfos:  state.GetRequestCancelInfos(),
		SignalInfos:         state.GetSignalInfos(),
		ChasmNodes:          state.GetChasmNodes(),
	}
}

// isRefusal reports whether the store refused a write, and so did not do it.
func isRefusal(err error) bool {
	if _, ok := errors.AsType[*persistence.CurrentWorkflowConditionFailedError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*persistence.WorkflowConditionFailedError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*persistence.ConditionFailedError](err); ok {
		return true
	}
	_, ok := errors.AsType[*serviceerror.ResourceExhausted](err)
	return ok
}

// putSnapshot tells the workload all of a run; nil is no run. The lock is held.
func (w *workload) putSnapshot(s *persistence.WorkflowSnapshot) {
	if s == nil {
		return
	}
	r := &run{
		timers:     map[string]time.Time{},
		activities: map[int64]activity{},
		children:   map[int64]child{},
		signals:    map[int64]struct{}{},
		cancels:    map[int64]struct{}{},
		components: map[string]component{},
	}
	r.apply(&persistence.WorkflowMutation{
		UpsertTimerInfos:          s.TimerInfos,
		UpsertActivityInfos:       s.ActivityInfos,
		UpsertChildExecutionInfos: s.ChildExecutionInfos,
		UpsertSignalInfos:         s.SignalInfos,
		UpsertRequestCancelInfos:  s.RequestCancelInfos,
		UpsertChasmNodes:          s.ChasmNodes,
	})
	w.putRun(r, s.ExecutionInfo, s.ExecutionState)
}

// putMutation tells the workload what changed in a run. The lock is held.
func (w *workload) putMutation(m *persistence.WorkflowMutation) {
	r, known := w.runs[m.ExecutionState.GetRunId()]
	if !known {
		return // closed already, or of a kind that is not followed
	}
	r.apply(m)
	w.putRun(r, m.ExecutionInfo, m.ExecutionState)
}

func (w *workload) putRun(r *run, info *persistencespb.WorkflowExecutionInfo, state *persistencespb.WorkflowExecutionState) {
	w.accepted(info.GetWorkflowId(), func(updateID string) bool {
		switch info.GetUpdateInfos()[updateID].GetValue().(type) {
		case *persistencespb.UpdateInfo_Acceptance, *persistencespb.UpdateInfo_Completion:
			return true
		default:
			return false
		}
	})
	switch state.GetState() {
	case enumsspb.WORKFLOW_EXECUTION_STATE_CREATED, enumsspb.WORKFLOW_EXECUTION_STATE_RUNNING:
		r.setInfo(info)
		w.put(state.GetRunId(), r)
	default:
		w.put(state.GetRunId(), r.closed(info))
	}
}

// closed is what is left of a run that has ended: the callbacks that tell a
// schedule of its end, while they are under way; nil without any.
func (r *run) closed(info *persistencespb.WorkflowExecutionInfo) *run {
	left := &run{workflowID: info.GetWorkflowId(), components: r.components}
	if left.stirs(nil) == "" && left.next().IsZero() {
		return nil
	}
	return left
}

// setInfo takes over what the execution's own record says.
func (r *run) setInfo(info *persistencespb.WorkflowExecutionInfo) {
	r.workflowID = info.GetWorkflowId()
	if info.GetWorkflowTypeName() == "" {
		return // a schedule: its components tell all
	}
	r.parent = info.GetParentRunId()
	r.task = info.GetWorkflowTaskScheduledEventId() != common.EmptyEventID
	r.firstTask = time.Time{}
	if !r.task && info.GetLastCompletedWorkflowTaskStartedEventId() == common.EmptyEventID {
		r.firstTask = moment(info.GetExecutionTime())
	}
	r.expires = moment(info.GetWorkflowRunExpirationTime())
	if t := moment(info.GetWorkflowExecutionExpirationTime()); !t.IsZero() && (r.expires.IsZero() || t.Before(r.expires)) {
		r.expires = t
	}
}

// apply takes over what a mutation says of the run's parts.
func (r *run) apply(m *persistence.WorkflowMutation) {
	merge(r.timers, m.UpsertTimerInfos, m.DeleteTimerInfos, func(i *persistencespb.TimerInfo) time.Time {
		return i.GetExpiryTime().AsTime()
	})
	merge(r.activities, m.UpsertActivityInfos, m.DeleteActivityInfos, func(i *persistencespb.ActivityInfo) activity {
		return activity{retry: retryMoment(i)}
	})
	merge(r.children, m.UpsertChildExecutionInfos, m.DeleteChildExecutionInfos, func(i *persistencespb.ChildExecutionInfo) child {
		return child{started: i.GetStartedEventId() != common.EmptyEventID, run: i.GetStartedRunId()}
	})
	merge(r.signals, m.UpsertSignalInfos, m.DeleteSignalInfos, func(*persistencespb.SignalInfo) struct{} { return struct{}{} })
	merge(r.components, m.UpsertChasmNodes, m.DeleteChasmNodes, newComponent)
	merge(r.cancels, m.UpsertRequestCancelInfos, m.DeleteRequestCancelInfos, func(*persistencespb.RequestCancelInfo) struct{} { return struct{}{} })
}

// listing is the task by which a component is listed for searches. It stays in
// the record when it is done, and nothing follows from it.
var listing = chasm.GenerateTypeID("core.visTask")

func newComponent(node *persistencespb.ChasmNode) component {
	var c component
	attributes := node.GetMetadata().GetComponentAttributes()
	for _, task := range slices.Concat(attributes.GetPureTasks(), attributes.GetSideEffectTasks()) {
		switch at := moment(task.GetScheduledTime()); {
		case task.GetTypeId() == listing:
		case at.IsZero():
			c.stirs = true
		default:
			c.waits = append(c.waits, at)
		}
	}
	return c
}

func merge[K comparable, V, I any](into map[K]V, upserted map[K]I, deleted map[K]struct{}, convert func(I) V) {
	for key, info := range upserted {
		into[key] = convert(info)
	}
	for key := range deleted {
		delete(into, key)
	}
}

// retryMoment is when an activity that failed is tried again; zero if it is
// not waiting for that.
func retryMoment(i *persistencespb.ActivityInfo) time.Time {
	waits := i.GetHasRetryPolicy() && i.GetAttempt() > 1 && i.GetStartedEventId() == common.EmptyEventID &&
		!i.GetCancelRequested() && !i.GetPaused()
	if !waits {
		return time.Time{}
	}
	return moment(i.GetScheduledTime())
}

// moment converts a time that may be missing, which is written as none or as
// the beginning of 1970.
func moment(t *timestamppb.Timestamp) time.Time {
	if t == nil || t.AsTime().Unix() <= 0 {
		return time.Time{}
	}
	return t.AsTime()
}
