package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"duban/app"
	"duban/client"
	"duban/embedded"
	"duban/example"
	"duban/setup"
)

// parts says where data are and which engine and database to use; commands that
// work on them share it.
type parts struct {
	Data    string `help:"Folder that holds everything of the embedded default." default:"./data" type:"path"`
	sources `embed:""`
}

// sources says which engine and database to use.
type sources struct {
	database        `embed:""`
	TemporalAddress string        `help:"host:port of an external Temporal cluster; default: the embedded server." placeholder:"ADDRESS"`
	Namespace       string        `help:"Namespace on the Temporal server." default:"duban"`
	Sync            embedded.Sync `help:"When the embedded engine's writes are on the disk: full survives a power cut." enum:"full,normal,off" default:"full"`
}

func (p parts) config(logger *slog.Logger) (app.Config, error) { return p.in(p.Data, logger) }

// database says which database to use.
type database struct {
	Database     string `help:"mysql://user:password@host:3306/name, a DSN, or a SQLite file; default: SQLite in the data folder." placeholder:"URL" xor:"database"`
	DatabaseFile string `help:"File that holds the value of --database, for passwords." type:"existingfile" placeholder:"FILE" xor:"database"`
}

// url is the database's address; empty for the default.
func (d database) url() (string, error) {
	if d.DatabaseFile == "" {
		return d.Database, nil
	}
	text, err := os.ReadFile(d.DatabaseFile)
	if err != nil {
		return "", fmt.Errorf("read the database's address: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// in is the configuration with its data in a folder.
func (s sources) in(data string, logger *slog.Logger) (app.Config, error) {
	url, err := s.url()
	if err != nil {
		return app.Config{}, err
	}
	return app.Config{DataDir: data, Database: url, TemporalAddress: s.TemporalAddress, Namespace: s.Namespace,
		Sync: s.Sync, Version: version(), Logger: logger}, nil
}

type serveCommand struct {
	parts     `embed:""`
	channels  `embed:""`
	Listen    string `help:"Address to listen on." default:"127.0.0.1:8080"`
	Files     string `help:"Folder of attached files, which several servers must share; default: files in the data folder." type:"path" placeholder:"DIR"`
	FileLimit int64  `help:"Largest file that may be attached, in MiB, from 1 to 1024." default:"20" placeholder:"MIB"`
	Example   bool   `help:"Load the example plan with its units and people at the first start."`
	NoWorker  bool   `help:"Leave the processes to duban worker, elsewhere."`
}

// Validate refuses a limit that nobody can mean.
func (c serveCommand) Validate() error {
	if c.FileLimit < 1 || c.FileLimit > 1024 {
		return fmt.Errorf("--file-limit must be from 1 to 1024 MiB, not %d", c.FileLimit)
	}
	return nil
}

// Run serves until it is told to stop.
func (c serveCommand) Run(ctx context.Context, out io.Writer, logger *slog.Logger) error {
	config, err := c.config(logger)
	if err != nil {
		return err
	}
	if config.Notify, err = c.channels.settings(); err != nil {
		return err
	}
	config.Listen, config.NoWorker = c.Listen, c.NoWorker
	config.Files, config.FileLimit = c.Files, c.FileLimit<<20
	return untilStopped(ctx, config, func(running *app.App) error {
		return c.welcome(ctx, out, running)
	})
}

// welcome sets an empty database up and says where to look.
func (c serveCommand) welcome(ctx context.Context, out io.Writer, running *app.App) error {
	signInFile := filepath.Join(c.Data, "sign-in.txt")
	first, err := c.firstStart(ctx, running, signInFile)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n督办 Duban %s\n\n  %s/docs   接口文档 API and how to call it\n", version(), running.URL())
	if len(first) > 0 {
		fmt.Fprintf(out, "\n访问令牌 Access tokens (Authorization: Bearer …):\n\n%s", setup.Table(first))
	}
	fmt.Fprintf(out, "\n  全部令牌保存在 %s；新建令牌：duban token --login NAME\n  All tokens are kept in that file; make another with duban token.\n\n", signInFile)
	return nil
}

// firstStart registers what a database without users needs, and returns the
// sign-ins to show.
func (c serveCommand) firstStart(ctx context.Context, running *app.App, signInFile string) ([]setup.SignIn, error) {
	empty, err := setup.Empty(ctx, running.Store)
	if err != nil || !empty {
		return nil, err
	}
	if !c.Example {
		signIns, err := setup.Administrator(ctx, running.Store)
		if err != nil {
			return nil, err
		}
		return signIns, setup.Keep(signInFile, signIns)
	}
	plan, err := example.Load()
	if err != nil {
		return nil, err
	}
	signIns, err := setup.Register(ctx, running.Store, plan)
	if err != nil {
		return nil, err
	}
	if err := setup.Keep(signInFile, signIns); err != nil {
		return nil, err
	}
	admin, err := setup.WithRole(signIns, "admin")
	if err != nil {
		return nil, err
	}
	if _, err := setup.ImportPlan(ctx, client.New(running.URL(), admin.Token), plan); err != nil {
		return nil, err
	}
	return setup.Cast(signIns), nil
}

type workerCommand struct {
	parts    `embed:""`
	channels `embed:""`
}

// Run carries out processes until it is told to stop.
func (c workerCommand) Run(ctx context.Context, logger *slog.Logger) error {
	config, err := c.config(logger)
	if err != nil {
		return err
	}
	if config.Notify, err = c.channels.settings(); err != nil {
		return err
	}
	if config.TemporalAddress == "" {
		return errors.New("a worker alone needs --temporal-address; without a cluster, duban serve runs everything")
	}
	return untilStopped(ctx, config, func(*app.App) error { return nil })
}

// stopWithin bounds a stop after a signal.
const stopWithin = 25 * time.Second

// untilStopped starts the app, and stops it when the context ends or a part of
// it fails.
func untilStopped(ctx context.Context, config app.Config, started func(*app.App) error) (err error) {
	running, err := app.Start(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err = errors.Join(err, running.Stop(stopping))
	}()
	if err := started(running); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		config.Logger.Info("stopping")
		return nil
	case err := <-running.Failed():
		return err
	}
}
