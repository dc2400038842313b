package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// ArmWindow is how many processes are told at most by one activity.
const ArmWindow = 500

const (
	// firstArmPause and longestArmPause bound how long ArmAnew waits before it
	// looks again for processes that have not taken in what they were told.
	firstArmPause   = 2 * time.Second
	longestArmPause = 5 * time.Minute
	// settlePause is how long nobody must be found behind before it is over: a
	// process that was opened by the old ladder may not be visible yet.
	settlePause = time.Minute
)

// Arming is the input of ArmAnew.
type Arming struct {
	Plan string `json:"plan"`
}

// ArmPageRequest asks the activity ArmPage to tell the processes after an id.
type ArmPageRequest struct {
	Plan  string `json:"plan"`
	After string `json:"after"`
}

// ArmPageResult says how many were told, by which version of the ladder, and
// after which id the next page begins; empty after the last one.
type ArmPageResult struct {
	Version int    `json:"version"`
	Told    int    `json:"told"`
	Next    string `json:"next"`
}

// SettleRequest tells the activity SettleLadder that nobody is behind a version.
type SettleRequest struct {
	Plan    string `json:"plan"`
	Version int    `json:"version"`
}

// ArmAnewWorkflow is the workflow id of ArmAnew for a plan: one at a time.
func ArmAnewWorkflow(plan string) string { return "arm-anew/" + plan }

// ArmAnew lets every open assignment of a plan go by its newest ladder. It tells
// those that are behind, page by page, and looks again until all have taken it
// in, however long one of them is held up.
func ArmAnew(ctx workflow.Context, in Arming) error {
	pause, settled := firstArmPause, false
	for {
		told, version, err := armAll(ctx, in.Plan)
		if err != nil {
			return err
		}
		if told == 0 && settled {
			return workflow.ExecuteActivity(untilDone(ctx), ActivitySettleLadder, SettleRequest{Plan: in.Plan, Version: version}).Get(ctx, nil)
		}
		settled = told == 0
		wait := settlePause
		if !settled {
			wait, pause = pause, min(2*pause, longestArmPause)
		}
		if err := workflow.Sleep(ctx, wait); err != nil {
			return err
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return workflow.NewContinueAsNewError(ctx, ArmAnew, in)
		}
	}
}

// armAll tells all pages once, and returns how many processes were behind which
// version.
func armAll(ctx workflow.Context, plan string) (told, version int, err error) {
	for after := ""; ; {
		var page ArmPageResult
		if err := workflow.ExecuteActivity(whilePaging(ctx), ActivityArmPage, ArmPageRequest{Plan: plan, After: after}).Get(ctx, &page); err != nil {
			return 0, 0, err
		}
		told, version = told+page.Told, page.Version
		if page.Next == "" {
			return told, version, nil
		}
		after = page.Next
	}
}

// whilePaging are the options of an activity that tells a page of processes.
func whilePaging(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 5 * time.Minute,
		HeartbeatTimeout:    30 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 1.5, MaximumInterval: time.Minute,
		},
	})
}
