// Package app puts the parts together: engine, database, worker and API. The
// binary, the demo, the benchmark and the end-to-end tests all start it here.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	sdkworker "go.temporal.io/sdk/worker"

	"duban/activities"
	"duban/embedded"
	"duban/gateway"
	"duban/notify"
	"duban/payload"
	"duban/store"
	"duban/worker"
)

// Config says which parts run and where.
type Config struct {
	// DataDir holds everything of the embedded default: the engine's files and
	// the SQLite database.
	DataDir string
	// Listen is the address of the HTTP server; empty for none (worker only).
	Listen string
	// TemporalAddress is an external cluster; empty for the embedded server.
	TemporalAddress string
	Namespace       string
	// Database is a SQLite path or a MySQL URL or DSN; empty for SQLite in
	// DataDir.
	Database string
	// Files is the folder of attached files; empty for files in DataDir. Several
	// servers must share it.
	Files string
	// FileLimit is the size of the largest attached file, in bytes; 0 for 20 MiB.
	FileLimit int64
	// Notify says by which channels notices go out.
	Notify notify.Settings
	// NoWorker leaves the processes to other machines.
	NoWorker bool
	// TimeSkipping gives the embedded server a clock that can be moved, from
	// StartTime on. For rehearsals and tests only.
	TimeSkipping bool
	StartTime    time.Time
	// Sync is how safely the embedded engine writes; empty for the safest.
	Sync embedded.Sync
	// Throwaway is for data that nobody needs after a crash: the database in
	// DataDir then never waits for the disk.
	Throwaway bool
	// NoRounds leaves report rounds and year turns out: for a rehearsal, in which
	// nobody answers them.
	NoRounds bool
	// ReadOnly is for OpenStore: the database is there and is only read.
	ReadOnly bool
	Version  string
	Logger   *slog.Logger
}

// App is a running Duban.
type App struct {
	Store   *store.Store
	Gateway gateway.Gateway
	Engine  client.Client

	config   Config
	server   *embedded.Server
	worker   sdkworker.Worker
	http     *http.Server
	listener net.Listener
	failed   chan error

	// background is what runs beside the parts; stopBackground ends it.
	background     sync.WaitGroup
	stopBackground context.CancelFunc
}

// Start starts everything that the configuration names; on an error nothing
// keeps running.
func Start(ctx context.Context, config Config) (_ *App, err error) {
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	channels, err := config.Notify.Channels()
	if err != nil {
		return nil, err
	}
	a := &App{config: config, failed: make(chan error, 2)}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a.stopBackground = cancel
	defer func() {
		if err != nil {
			stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
			defer cancel()
			err = errors.Join(err, a.Stop(stopping))
		}
	}()
	if err := a.openStore(ctx); err != nil {
		return nil, err
	}
	if err := a.connectEngine(ctx); err != nil {
		return nil, err
	}
	if !config.NoWorker {
		if err := a.startWorker(); err != nil {
			return nil, err
		}
		a.background.Go(func() { a.keepArming(running) })
		if !config.NoRounds {
			a.background.Go(func() { a.keepSchedules(running) })
		}
		a.startNotifying(running, channels)
	}
	if config.Listen != "" {
		if err := a.listen(ctx); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *App) openStore(ctx context.Context) error {
	opened, err := OpenStore(ctx, a.config)
	if err != nil {
		return err
	}
	a.Store = opened
	return nil
}

// OpenStore opens the database that the configuration names, without starting
// anything else.
func OpenStore(ctx context.Context, config Config) (*store.Store, error) {
	database := config.Database
	if database == "" {
		if !config.ReadOnly {
			if err := os.MkdirAll(config.DataDir, 0o700); err != nil {
				return nil, fmt.Errorf("data folder: %w", err)
			}
		}
		database = filepath.Join(config.DataDir, "duban.db")
	}
	opened, err := store.Open(ctx, store.Options{URL: database, Throwaway: config.Throwaway, ReadOnly: config.ReadOnly, Logger: config.Logger})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return opened, nil
}

func (a *App) connectEngine(ctx context.Context) error {
	options := client.Options{Namespace: a.config.Namespace, DataConverter: payload.Converter(), Logger: sdklog.NewStructuredLogger(quiet(a.config.Logger))}
	if a.config.TemporalAddress != "" {
		options.HostPort = a.config.TemporalAddress
		engine, err := client.DialContext(ctx, options)
		if err != nil {
			return fmt.Errorf("connect to Temporal at %s: %w", a.config.TemporalAddress, err)
		}
		a.setEngine(engine)
		return nil
	}
	server, err := embedded.Start(ctx, embedded.Options{DataDir: filepath.Join(a.config.DataDir, "temporal"), Namespace: a.config.Namespace,
		TimeSkipping: a.config.TimeSkipping, StartTime: a.config.StartTime, Sync: a.config.Sync, Logger: a.config.Logger})
	if err != nil {
		return err
	}
	a.server = server
	engine, err := server.Dial(ctx, options)
	if err != nil {
		return err
	}
	a.setEngine(engine)
	return nil
}

func (a *App) setEngine(engine client.Client) {
	a.Engine, a.Gateway = engine, gateway.New(engine)
}

func (a *App) startWorker() error {
	a.worker = worker.New(a.Engine, &activities.Activities{Plans: a.Store, ReadModel: a.Store, Starter: a.Gateway, Teller: a.Gateway, Snapshots: a.Gateway, Rounds: a.Store}, func(err error) {
		a.failed <- fmt.Errorf("worker: %w", err)
	})
	if err := a.worker.Start(); err != nil {
		a.worker = nil
		return fmt.Errorf("start the worker: %w", err)
	}
	return nil
}

// Clock moves the time of an embedded server with time skipping.
func (a *App) Clock() *embedded.Clock { return a.server.Clock() }

// URL is where the API answers.
func (a *App) URL() string { return "http://" + a.listener.Addr().String() }

// Failed delivers an error when a part stops by itself.
func (a *App) Failed() <-chan error { return a.failed }

// stopWithin bounds a stop: requests and activities in flight may finish.
const stopWithin = 20 * time.Second

// Stop stops in order: HTTP, worker, client, server, database. It may be called
// on an app that started only in part.
func (a *App) Stop(ctx context.Context) error {
	var errs []error
	if a.http != nil {
		errs = append(errs, a.http.Shutdown(ctx))
	}
	a.stopBackground()
	a.background.Wait()
	if a.worker != nil {
		a.worker.Stop()
	}
	if a.Engine != nil {
		a.Engine.Close()
	}
	if a.server != nil {
		errs = append(errs, a.server.Stop(ctx))
	}
	if a.Store != nil {
		errs = append(errs, a.Store.Close())
	}
	return errors.Join(errs...)
}
