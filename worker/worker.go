// Package worker runs the processes: it registers workflows and activities with
// the engine and sets how many of them run at once.
package worker

import (
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"duban/activities"
	"duban/workflows"
)

// stopWithin is how long a worker that stops lets what it has begun finish.
const stopWithin = 5 * time.Second

// stepWithin is how long one step of a process may compute before it is taken for
// stuck: below the time after which the engine gives the step to another worker.
// The largest sign-offs take a good part of a second to be read and written.
const stepWithin = 3 * time.Second

// New returns a worker of the task queue; the caller starts and stops it. A
// worker that cannot go on tells failed and stops.
func New(engine client.Client, a *activities.Activities, failed func(error)) worker.Worker {
	w := worker.New(engine, workflows.TaskQueue, worker.Options{
		MaxConcurrentWorkflowTaskPollers: 8,
		MaxConcurrentActivityTaskPollers: 4,
		WorkerStopTimeout:                stopWithin,
		DeadlockDetectionTimeout:         stepWithin,
		OnFatalError:                     failed,
	})
	RegisterWorkflows(w)
	RegisterActivities(w, a)
	return w
}

// RegisterWorkflows names every workflow type as the engine's records do.
func RegisterWorkflows(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(workflows.AnnualTarget, workflow.RegisterOptions{Name: workflows.TypeAnnualTarget})
	r.RegisterWorkflowWithOptions(workflows.Assignment, workflow.RegisterOptions{Name: workflows.TypeAssignment})
	r.RegisterWorkflowWithOptions(workflows.Supervision, workflow.RegisterOptions{Name: workflows.TypeSupervision})
	r.RegisterWorkflowWithOptions(workflows.SignOff, workflow.RegisterOptions{Name: workflows.TypeSignOff})
	r.RegisterWorkflowWithOptions(workflows.ArmAnew, workflow.RegisterOptions{Name: workflows.TypeArmAnew})
	r.RegisterWorkflowWithOptions(workflows.CalendarChange, workflow.RegisterOptions{Name: workflows.TypeCalendarChange})
	r.RegisterWorkflowWithOptions(workflows.ReportRound, workflow.RegisterOptions{Name: workflows.TypeReportRound})
	r.RegisterWorkflowWithOptions(workflows.StartRound, workflow.RegisterOptions{Name: workflows.TypeStartRound})
	r.RegisterWorkflowWithOptions(workflows.TurnYear, workflow.RegisterOptions{Name: workflows.TypeTurnYear})
}

// RegisterActivities names every activity as workflows call it.
func RegisterActivities(r worker.ActivityRegistry, a *activities.Activities) {
	for name, fn := range map[string]any{
		workflows.ActivityProject:          a.Project,
		workflows.ActivityStartAssignment:  a.StartAssignment,
		workflows.ActivityStartSupervision: a.StartSupervision,
		workflows.ActivityArmLadder:        a.ArmLadder,
		workflows.ActivityReplyDue:         a.ReplyDue,
		workflows.ActivitySignOffDue:       a.SignOffDue,
		workflows.ActivityArmPage:          a.ArmPage,
		workflows.ActivitySettleLadder:     a.SettleLadder,
		workflows.ActivityMovePage:         a.MovePage,
		workflows.ActivitySettleCalendar:   a.SettleCalendar,
		workflows.ActivityArmPromise:       a.ArmPromise,
		workflows.ActivityArmConfirm:       a.ArmConfirm,
		workflows.ActivityJudgeLight:       a.JudgeLight,
		workflows.ActivityPlaceRound:       a.PlaceRound,
		workflows.ActivityOpenRound:        a.OpenRound,
		workflows.ActivityGatherSheets:     a.GatherSheets,
		workflows.ActivityRoundDays:        a.RoundDays,
		workflows.ActivityPlaceTurn:        a.PlaceTurn,
		workflows.ActivityProposeTarget:    a.ProposeTarget,
	} {
		r.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: name})
	}
}
