package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/pprof"
	"time"

	"duban/app"
	"duban/bench"
	"duban/notify"
	"duban/store"
)

type benchCommand struct {
	Sign      benchSignCommand      `cmd:"" help:"Start sign-offs and sign them all through the API."`
	Reminders benchRemindersCommand `cmd:"" help:"Open thousands of assignments whose reminders are due at one instant, and wait for them."`
	Step      benchStepCommand      `cmd:"" help:"Open one sign-off with thousands of signers in one step and have them all sign through the API."`
}

// measured is what the measurements have in common.
type measured struct {
	sources `embed:""`
	Format  string `help:"text or json." enum:"text,json" default:"text"`
	Profile string `help:"File that gets a processor profile of the measurement." type:"path" placeholder:"FILE"`
}

type benchSignCommand struct {
	measured    `embed:""`
	SignOffs    int    `help:"How many sign-offs." default:"1000"`
	Signers     int    `help:"Signers of each." default:"5"`
	Concurrency int    `help:"Sign-offs under way at the same time." default:"8"`
	AtOnce      bool   `help:"All signers of a sign-off at the same instant; otherwise in turn."`
	Ahead       bool   `help:"Start all sign-offs before the time is taken, so that signing alone is measured."`
	URL         string `help:"Measure a server that runs already, whose database --database names; units and people are entered there." placeholder:"URL"`
}

// Run measures, and fails where anything was lost or refused.
func (c benchSignCommand) Run(ctx context.Context, out io.Writer, logger *slog.Logger) error {
	options := bench.Options{SignOffs: c.SignOffs, Signers: c.Signers, Concurrency: c.Concurrency, AtOnce: c.AtOnce, Ahead: c.Ahead}
	if err := options.Validate(); err != nil {
		return err
	}
	measure := func(opened *store.Store, url string) error {
		cast, err := bench.Register(ctx, opened, url, c.Signers)
		if err != nil {
			return err
		}
		figures, err := bench.Sign(ctx, cast, options)
		if err != nil {
			return err
		}
		return c.report(out, figures)
	}
	if c.URL != "" {
		return c.elsewhere(ctx, logger, func(opened *store.Store) error { return measure(opened, c.URL) })
	}
	return c.onServer(ctx, logger, notify.Settings{}, func(running *app.App) error { return measure(running.Store, running.URL()) })
}

// elsewhere measures a server that runs in another process.
func (c benchSignCommand) elsewhere(ctx context.Context, logger *slog.Logger, measure func(*store.Store) error) (err error) {
	config, err := c.in("", logger)
	if err != nil {
		return err
	}
	if config.Database == "" {
		return errors.New("a server elsewhere needs --database, where units and people are entered")
	}
	opened, err := app.OpenStore(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	return c.profiled(func() error { return measure(opened) })
}

type benchStepCommand struct {
	measured    `embed:""`
	Signers     int `help:"Signers of the step, each of a unit of its own." default:"5000"`
	Concurrency int `help:"Who sign at the same time." default:"8"`
}

// Run measures, and fails where anything was lost or refused.
func (c benchStepCommand) Run(ctx context.Context, out io.Writer, logger *slog.Logger) error {
	options := bench.StepOptions{Signers: c.Signers, Concurrency: c.Concurrency}
	if err := options.Validate(); err != nil {
		return err
	}
	return c.onServer(ctx, logger, notify.Settings{}, func(running *app.App) error {
		options.Store, options.Runs = running.Store, running.Gateway.Runs
		cast, err := bench.Register(ctx, running.Store, running.URL(), c.Signers)
		if err != nil {
			return err
		}
		figures, err := bench.Step(ctx, cast, options)
		if err != nil {
			return err
		}
		return c.report(out, figures)
	})
}

type benchRemindersCommand struct {
	measured  `embed:""`
	Count     int `help:"How many reminders, each of an assignment of its own." default:"10000"`
	Receivers int `help:"Units that they go to." default:"100"`
}

// Run measures, and fails where a reminder did not come, or came twice.
func (c benchRemindersCommand) Run(ctx context.Context, out io.Writer, logger *slog.Logger) (err error) {
	options := bench.ReminderOptions{Count: c.Count, Units: c.Receivers}
	if err = options.Validate(); err != nil {
		return err
	}
	if options.Receiver, err = bench.Receive(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, options.Receiver.Close()) }()
	return c.onServer(ctx, logger, options.Receiver.Settings(), func(running *app.App) error {
		options.Store, options.Open = running.Store, running.Gateway.Open
		figures, err := bench.Reminders(ctx, options)
		if err != nil {
			return err
		}
		return c.report(out, figures)
	})
}

// onServer measures on a server of its own, in a folder that is removed
// afterwards.
func (c measured) onServer(ctx context.Context, logger *slog.Logger, channels notify.Settings, measure func(*app.App) error) (err error) {
	folder, err := os.MkdirTemp("", "duban-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the measurement: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	config, err := c.in(folder, logger)
	if err != nil {
		return err
	}
	config.Listen, config.Notify = "127.0.0.1:0", channels
	running, err := app.Start(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err = errors.Join(err, running.Stop(stopping))
	}()
	return c.profiled(func() error { return measure(running) })
}

// profiled measures, and keeps a processor profile where one is wanted.
func (c measured) profiled(measure func() error) (err error) {
	if c.Profile == "" {
		return measure()
	}
	file, err := os.Create(c.Profile)
	if err != nil {
		return fmt.Errorf("keep a profile: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := pprof.StartCPUProfile(file); err != nil {
		return fmt.Errorf("keep a profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	return measure()
}

// figures are what a measurement found out.
type figures interface {
	Text() string
	Err() error
}

// report prints figures, and fails where they are not sound.
func (c measured) report(out io.Writer, found figures) error {
	if c.Format == "json" {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return errors.Join(encoder.Encode(found), found.Err())
	}
	_, err := fmt.Fprint(out, found.Text())
	return errors.Join(err, found.Err())
}
