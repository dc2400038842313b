package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"duban/projection"
)

// project sends what happened to the read model, in order, one change at a
// time. Acts that come in while one is being written go together in the next.
func (p *process[S]) project(ctx workflow.Context) {
	for {
		if err := workflow.Await(ctx, func() bool { return p.ledger.Version > p.projected }); err != nil {
			return // the run ends
		}
		state := p.state
		change := p.change(workflow.Now(ctx))
		p.events = nil
		if err := write(ctx, change); err != nil {
			return // cancelled: the run ends
		}
		p.shown, p.projected = state, change.To
	}
}

func (p *process[S]) change(now time.Time) projection.Change {
	kind, plan := p.state.Kind()
	upserts, gone := projection.Diff(p.views())
	return projection.Change{Instance: p.ledger.Instance, Kind: kind, PlanID: plan,
		From: p.projected, To: p.ledger.Version, Seq: p.ledger.Seq, Hash: p.ledger.Hash,
		Closed: p.state.IsClosed(), At: now.UTC(), Upserts: upserts, Gone: gone, Events: p.events}
}

// views are what readers were shown last, and what they are to be shown now.
func (p *process[S]) views() (before, after projection.View) {
	if m, is := any(p.state).(sparing[S]); is {
		return m.Views(p.shown)
	}
	return p.shown.View(), p.state.View()
}

// write applies a change at once where the database answers at once. Where it
// does not, the change is handed to the engine, which keeps trying: the act is
// durable from then on, however long the database is away.
func write(ctx workflow.Context, change projection.Change) error {
	if err := workflow.ExecuteLocalActivity(quickly(ctx), ActivityProject, change).Get(ctx, nil); err == nil {
		return nil
	}
	return workflow.ExecuteActivity(untilDone(ctx), ActivityProject, change).Get(ctx, nil)
}

// quickly are the options of an activity that is tried once, beside the process.
func quickly(ctx workflow.Context) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: 2 * time.Second,
		RetryPolicy:            &temporal.RetryPolicy{MaximumAttempts: 1},
	})
}

// untilDone are the options of an activity that must succeed in the end.
func untilDone(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 15 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 1.5, MaximumInterval: 5 * time.Second,
		},
	})
}
