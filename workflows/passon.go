package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

const (
	// firstPause and longestPause bound how long to wait before it is looked again
	// for processes that have not taken in what they were told.
	firstPause   = 2 * time.Second
	longestPause = 5 * time.Minute
	// settlePause is how long nobody must be found behind before it is over: a
	// process that was opened by the old rule may not be visible yet.
	settlePause = time.Minute
)

// passOn tells all processes that are behind, and looks again until all have
// taken it in, however long one of them is held up. It settles when nobody is
// behind, and goes on where something new is to be passed on by then.
func passOn(ctx workflow.Context, renew func() error, tellAll func() (told int, err error), settle func() (settled bool, err error)) error {
	pause, quiet := firstPause, false
	for {
		told, err := tellAll()
		if err != nil {
			return err
		}
		if told == 0 && quiet {
			if settled, err := settle(); err != nil || settled {
				return err
			}
		}
		quiet = told == 0
		wait := settlePause
		if !quiet {
			wait, pause = pause, min(2*pause, longestPause)
		}
		if err := workflow.Sleep(ctx, wait); err != nil {
			return err
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return renew()
		}
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
