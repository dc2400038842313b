package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"duban/app"
	"duban/verify"
)

type verifyCommand struct {
	parts  `embed:""`
	Repair bool   `help:"Project what processes show again where the read model differs."`
	Format string `help:"text or json." enum:"text,json" default:"text"`
}

// errNotClean makes the exit code tell that something is left to be put right.
var errNotClean = errors.New("the verification found differences")

// Run verifies; with the embedded engine the server itself must be stopped, as
// only one process may use its files.
func (c verifyCommand) Run(ctx context.Context, out io.Writer, logger *slog.Logger) (err error) {
	config, err := c.config(logger)
	if err != nil {
		return err
	}
	running, err := app.Start(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err = errors.Join(err, running.Stop(stopping))
	}()
	known, err := running.Gateway.Running(ctx)
	if err != nil {
		return err
	}
	report, err := verify.Run(ctx, running.Gateway, verify.Options{Store: running.Store, Instances: known, Repair: c.Repair})
	if err != nil {
		return err
	}
	if err := c.print(out, report); err != nil {
		return err
	}
	if report.Repaired < len(report.Findings) {
		return errNotClean
	}
	return nil
}

func (c verifyCommand) print(out io.Writer, report verify.Report) error {
	if c.Format == "json" {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(report)
	}
	_, err := fmt.Fprint(out, report.Text())
	return err
}
