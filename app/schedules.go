package app

import (
	"context"
	"time"

	"duban/api"
	"duban/schedules"
)

// scheduleEvery is how often the schedules are compared with the plans: for those
// that could not be set while the engine was away, and for plans that have ended.
const scheduleEvery = 10 * time.Minute

func (a *App) keeper() schedules.Keeper {
	return schedules.Keeper{Engine: a.Engine, Plans: a.Store, Now: a.now}
}

// schedules keeps the schedules for the API.
func (a *App) schedules() api.Schedules {
	if a.config.NoRounds {
		return noSchedules{}
	}
	return a.keeper()
}

// ApplySchedules brings the schedules of one plan into line with its rule now.
func (a *App) ApplySchedules(ctx context.Context, plan string) error {
	return a.keeper().Apply(ctx, plan)
}

// noSchedules keeps none.
type noSchedules struct{}

// Apply does nothing.
func (noSchedules) Apply(context.Context, string) error { return nil }

// keepSchedules keeps the schedules as the plans' rules say, until the context
// ends.
func (a *App) keepSchedules(ctx context.Context) {
	tick := time.NewTicker(scheduleEvery)
	defer tick.Stop()
	for {
		if err := a.keeper().Reconcile(ctx); err != nil && ctx.Err() == nil {
			a.config.Logger.WarnContext(ctx, "the schedules of some plans are still to be set", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
