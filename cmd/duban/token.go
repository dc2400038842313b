package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"duban/app"
	"duban/store"
)

type tokenCommand struct {
	parts `embed:""`
	Login string `help:"Login of the user." required:""`
	Days  int    `help:"How many days the token is good." default:"90"`
}

// Run prints a new token; it is kept as a hash only and cannot be shown again.
func (c tokenCommand) Run(ctx context.Context, out io.Writer, logger *slog.Logger) (err error) {
	if c.Days < 1 || c.Days > 3660 {
		return errors.New("--days must be between 1 and 3660")
	}
	config, err := c.config(logger)
	if err != nil {
		return err
	}
	opened, err := app.OpenStore(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	user, err := opened.UserByLogin(ctx, c.Login)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no user with the login %q", c.Login)
	}
	if err != nil {
		return err
	}
	token, err := opened.CreateToken(ctx, user.ID, "command line", time.Duration(c.Days)*24*time.Hour)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, token)
	return err
}
