package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"duban/app"
	"duban/bench"
)

type benchCommand struct {
	Sign benchSignCommand `cmd:"" help:"Start sign-offs and sign them all through the API."`
}

type benchSignCommand struct {
	sources     `embed:""`
	SignOffs    int    `help:"How many sign-offs." default:"1000"`
	Signers     int    `help:"Signers of each." default:"5"`
	Concurrency int    `help:"Sign-offs under way at the same time." default:"8"`
	AtOnce      bool   `help:"All signers of a sign-off at the same instant; otherwise in turn."`
	Format      string `help:"text or json." enum:"text,json" default:"text"`
}

// Run measures on a server of its own, in a folder that is removed afterwards.
func (c benchSignCommand) Run(ctx context.Context, out io.Writer, logger *slog.Logger) (err error) {
	options := bench.Options{SignOffs: c.SignOffs, Signers: c.Signers, Concurrency: c.Concurrency, AtOnce: c.AtOnce}
	if err := options.Validate(); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "duban-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the measurement: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	config, err := c.in(folder, logger)
	if err != nil {
		return err
	}
	config.Listen = "127.0.0.1:0"
	running, err := app.Start(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err = errors.Join(err, running.Stop(stopping))
	}()
	cast, err := bench.Register(ctx, running.Store, running.URL(), c.Signers)
	if err != nil {
		return err
	}
	figures, err := bench.Sign(ctx, cast, options)
	if err != nil {
		return err
	}
	if err := c.print(out, figures); err != nil {
		return err
	}
	if !figures.Sound() {
		return fmt.Errorf("%d stuck, %d errors, %d lost; the first error: %s", figures.Stuck, figures.Errors, figures.Lost, figures.FirstError)
	}
	return nil
}

func (c benchSignCommand) print(out io.Writer, figures bench.Figures) error {
	if c.Format == "json" {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(figures)
	}
	_, err := fmt.Fprint(out, figures.Text())
	return err
}
