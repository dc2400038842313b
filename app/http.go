package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"

	"duban/api"
	"duban/files"
)

func (a *App) listen(ctx context.Context) error {
	kept, err := files.OpenFolder(cmp.Or(a.config.Files, filepath.Join(a.config.DataDir, "files")))
	if err != nil {
		return err
	}
	handler := api.New(api.Config{Store: a.Store, Gateway: a.Gateway, Schedules: a.schedules(), Files: kept, FileLimit: a.config.FileLimit, Logger: a.config.Logger,
		Registry: prometheus.NewRegistry(), Version: a.config.Version, Ready: a.ready, Now: a.now})
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s (choose another address with --listen): %w", a.config.Listen, err)
	}
	a.listener = listener
	a.http = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	go func() {
		if err := a.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fmt.Errorf("http server: %w", err)
		}
	}()
	return nil
}

// now is the time: that of the engine's clock where it can be moved.
func (a *App) now() time.Time {
	if a.config.TimeSkipping && a.server != nil {
		return a.server.Clock().Now()
	}
	return time.Now()
}

// ready reports whether engine and database answer.
func (a *App) ready(ctx context.Context) error {
	if err := a.Store.Ping(ctx); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if _, err := a.Engine.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	return nil
}
