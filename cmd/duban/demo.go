package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"duban/demo"
)

type demoCommand struct{}

// Run plays the demo in a folder that is removed afterwards.
func (demoCommand) Run(ctx context.Context, out io.Writer, logger *slog.Logger) (err error) {
	folder, err := os.MkdirTemp("", "duban-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	began := time.Now()
	if err := demo.Play(ctx, out, demo.Options{DataDir: folder, Version: version(), Logger: logger}); err != nil {
		return fmt.Errorf("the demo stopped: %w", err)
	}
	_, err = fmt.Fprintf(out, "\n全部符合预期，用时 %.0[1]f 秒。Everything was as it should be, in %.0[1]f s.\n", time.Since(began).Seconds())
	return err
}
