package app

import (
	"context"
	"time"
)

// armEvery is how often it is looked for plans whose ladder was changed by a
// server that could not tell the engine any more.
const armEvery = 30 * time.Second

// keepArming lets the open assignments of every plan go by its newest ladder,
// until the context ends.
func (a *App) keepArming(ctx context.Context) {
	tick := time.NewTicker(armEvery)
	defer tick.Stop()
	for {
		if err := a.armUnsettled(ctx); err != nil && ctx.Err() == nil {
			a.config.Logger.WarnContext(ctx, "the ladders of some plans are still to be passed on", "error", err)
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
	return nil
}
