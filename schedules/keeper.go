package schedules

import (
	"context"
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"duban/store"
)

// Plans gives the rules that schedules are made from.
type Plans interface {
	// RoundRules returns the rule of one plan.
	RoundRules(ctx context.Context, plan string) (store.PlanRounds, error)
	// PublishedRounds returns those of all plans whose work is under way.
	PublishedRounds(ctx context.Context) ([]store.PlanRounds, error)
}

// Keeper keeps the schedules as the plans' rules say.
type Keeper struct {
	Engine client.Client
	Plans  Plans
	// Now is the engine's clock.
	Now func() time.Time
}

// Apply brings the schedules of one plan into line with its rule, when it is
// published or its rule has changed.
func (k Keeper) Apply(ctx context.Context, plan string) error {
	rules, err := k.Plans.RoundRules(ctx, plan)
	if err != nil {
		return fmt.Errorf("report rounds of plan %s: %w", plan, err)
	}
	all, err := of(rules, k.Now())
	if err != nil {
		return err
	}
	asked := make(map[string]bool, len(all))
	for _, w := range all {
		asked[w.id] = true
		if err := k.ensure(ctx, w); err != nil {
			return err
		}
	}
	return k.remove(ctx, func(id string) bool { return ofPlan(id, plan) && !asked[id] })
}

// Reconcile brings all schedules into line with the plans: those that are missing
// are made, those that differ are changed, those that no plan asks for are removed.
// A schedule that an operator has paused stays paused.
func (k Keeper) Reconcile(ctx context.Context) error {
	plans, err := k.Plans.PublishedRounds(ctx)
	if err != nil {
		return fmt.Errorf("report rounds of all plans: %w", err)
	}
	asked := map[string]bool{}
	for _, rules := range plans {
		all, err := of(rules, k.Now())
		if err != nil {
			return err
		}
		for _, w := range all {
			asked[w.id] = true
			if err := k.ensure(ctx, w); err != nil {
				return err
			}
		}
	}
	return k.remove(ctx, func(id string) bool { return ours(id) && !asked[id] })
}

// ensure makes or changes one schedule, unless it is as it should be.
func (k Keeper) ensure(ctx context.Context, w wanted) error {
	handle := k.Engine.ScheduleClient().GetHandle(ctx, w.id)
	described, err := handle.Describe(ctx)
	if _, missing := errors.AsType[*serviceerror.NotFound](err); missing {
		_, err := k.Engine.ScheduleClient().Create(ctx, w.options())
		if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
			return nil // another server was faster
		}
		return wrap(err, "make", w.id)
	}
	if err != nil {
		return wrap(err, "look up", w.id)
	}
	if same(described.Schedule.Action, w) {
		return nil
	}
	return wrap(handle.Update(ctx, client.ScheduleUpdateOptions{DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		schedule := in.Description.Schedule
		schedule.Spec, schedule.Action = &w.spec, &w.action
		return &client.ScheduleUpdate{Schedule: &schedule}, nil
	}}), "change", w.id)
}

// same reports whether a schedule was made from what is asked for now.
func same(action client.ScheduleAction, w wanted) bool {
	started, is := action.(*client.ScheduleWorkflowAction)
	if !is {
		return false
	}
	kept, is := started.Memo[memoKey].(*commonpb.Payload)
	if !is {
		return false
	}
	var digest string
	return converter.GetDefaultDataConverter().FromPayload(kept, &digest) == nil && digest == w.action.Memo[memoKey]
}

// remove deletes the schedules whose ids are not to be there.
func (k Keeper) remove(ctx context.Context, extra func(id string) bool) error {
	each, err := k.Engine.ScheduleClient().List(ctx, client.ScheduleListOptions{})
	if err != nil {
		return fmt.Errorf("list schedules: %w", err)
	}
	for each.HasNext() {
		entry, err := each.Next()
		if err != nil {
			return fmt.Errorf("list schedules: %w", err)
		}
		if !extra(entry.ID) {
			continue
		}
		err = k.Engine.ScheduleClient().GetHandle(ctx, entry.ID).Delete(ctx)
		if _, gone := errors.AsType[*serviceerror.NotFound](err); err != nil && !gone {
			return wrap(err, "remove", entry.ID)
		}
	}
	return nil
}

func wrap(err error, what, id string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s schedule %s: %w", what, id, err)
}
