package app

import (
	"context"
	"time"
)

// armEvery is how often it is looked for ladders that were changed, and calendars
// that were loaded, by a server that could not tell the engine any more.
const armEvery = 30 * time.Second

// keepArming lets everything open go by the newest ladder of its plan and the last
// load of every calendar, until the context ends.
func (a *App) keepArming(ctx context.Context) {
	tick := time.NewTicker(armEvery)
	defer tick.Stop()
	for {
		if err := a.armUnsettled(ctx); err != nil && ctx.Err() == nil {
			a.config.Logger.WarnContext(ctx, "some ladders or calendars are still to be passed on", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *App) armUnsettled(ctx context.Context) error {
	plans, err := a.Store.UnsettledLadders(ctx)
	if err != nil {
		return err
	}
	for _, plan := range plans {
		if err := a.Gateway.ArmAnew(ctx, plan); err != nil {
			return err
		}
	}
	loads, err := a.Store.UnsettledCalendars(ctx)
	if err != nil {
		return err
	}
	for _, load := range loads {
		if err := a.Gateway.ChangeCalendar(ctx, load.UnitID, load.Year); err != nil {
			return err
		}
	}
	return nil
}
