package app

import (
	"context"

	"duban/notify"
	"duban/store"
)

// startNotifying sends notices by the channels, until the context ends.
func (a *App) startNotifying(ctx context.Context, channels []notify.Channel) {
	dispatcher := notify.New(notify.Options{Store: a.Store, Channels: channels, Logger: a.config.Logger, By: store.NewID(), Now: a.now,
		Gather: a.config.Notify.Gather, Delay: a.config.Notify.Delay, Claim: a.config.Notify.Claim})
	a.background.Go(func() { dispatcher.Run(ctx) })
}
