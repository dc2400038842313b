// Package rehearsal plays a year of a plan (演练) before it begins: the real
// processes on a throw-away server whose clock is moved, with units that act as a
// behaviour file says. It tells who is reminded when, where work piles up and
// what ends red.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"duban/app"
	"duban/calendar"
	"duban/embedded"
	"duban/rehearsal/behaviour"
)

// Options say what is rehearsed, and where.
type Options struct {
	// Source is where the plan comes from.
	Source Source
	Year   int
	// Tasks are the keys of the tasks to rehearse; none means all.
	Tasks     []int
	Behaviour behaviour.Behaviour
	// Rounds plays report rounds too.
	Rounds  bool
	DataDir string // an empty folder, for the caller to remove
	Version string
	Logger  *slog.Logger
	// Progress is told how far it is, from time to time; nil if nobody wants to
	// know.
	Progress func(Progress)
}

// Progress is how far a rehearsal has got.
type Progress struct {
	Day     calendar.Date
	Acts    int // that were done so far
	Waiting int // entries in all inboxes
}

// officeHour is the hour of the day at which people act: after the reminders of
// the day were sent.
const officeHour = 10

// together is how far apart things may be that happen in one stop of the clock:
// longer than the processes spread their wake-ups.
const together = time.Minute

// Run rehearses a year. An error means that it could not be played to its end;
// what went wrong in the play is in the result.
func Run(ctx context.Context, options Options) (_ Result, err error) {
	if err := options.Behaviour.Validate(); err != nil {
		return Result{}, fmt.Errorf("behaviour: %w", err)
	}
	first := calendar.NewDate(options.Year, time.January, 1)
	running, err := app.Start(ctx, app.Config{DataDir: options.DataDir, Listen: "127.0.0.1:0", Namespace: "rehearsal",
		TimeSkipping: true, StartTime: first.Start(time.UTC), Throwaway: true, NoRounds: true, // ApplySchedules has the last word
		Sync:    embedded.SyncOff,
		Version: options.Version, Logger: options.Logger})
	if err != nil {
		return Result{}, err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err = errors.Join(err, running.Stop(stopping))
	}()
	s, err := set(ctx, running, options)
	if err != nil {
		return Result{}, err
	}
	if options.Rounds {
		if err := s.askForReports(ctx); err != nil {
			return Result{}, err
		}
	}
	y := newYear(s, options)
	if err := y.play(ctx); err != nil {
		return Result{}, fmt.Errorf("on %s: %w", y.today(), err)
	}
	return y.result(ctx)
}
