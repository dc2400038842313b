// Package notify takes notices out of the house: by mail and by webhook, beside
// the inbox, in which every notice stands at once.
//
// A notice goes through three steps, each of them durable before the next:
//
//   - With the act itself it is put into the outbox.
//   - The Dispatcher makes it out: who is reached, by which channel, and when.
//     Reminders of the clock to one person for the same moment gather in one
//     message; in a plan's quiet time they wait.
//   - It claims messages that are ready, notes that it has begun, sends, and notes
//     how that ended. One that was begun and not finished is sent again, under
//     the same id: whoever receives it may tell.
//
// Several processes may do this on one database; each message is claimed by one.
package notify

import (
	"context"
	"log/slog"
	"time"

	"duban/calendar"
	"duban/org"
	"duban/store"
)

// Store keeps what is on its way; *store.Store does.
type Store interface {
	Outbox(ctx context.Context, limit int) ([]store.Pending, error)
	ForgetOutbox(ctx context.Context, before time.Time) (int64, error)
	MakeOut(ctx context.Context, notices []string, letters []store.Letter) error
	Recipients(ctx context.Context, parties []org.Party, at time.Time) (map[org.Party][]store.User, error)
	Ladder(ctx context.Context, plan string) (store.PlanLadder, error)
	Calendar(ctx context.Context, unit string) (store.WorkingDays, error)
	ClaimMessages(ctx context.Context, claim store.Claim) ([]store.Message, error)
	SettleMessages(ctx context.Context, by string, settled []store.Settled) error
	NoticesOf(ctx context.Context, messages []string) (map[string][]store.Notice, error)
	UsersByID(ctx context.Context, ids []string) (map[string]store.User, error)
}

// Message is what goes to one person by one channel.
type Message struct {
	ID      string // the same whenever it is sent again
	To      store.User
	Digest  bool
	Notices []store.Notice
}

// Channel is a way to people outside the house.
type Channel interface {
	// Name is what ladders and people call it: deadline.Email, deadline.Webhook.
	Name() string
	// Reaches reports whether a user can be reached.
	Reaches(user store.User) bool
	// Send sends messages and returns one error for each, nil where it was taken.
	// An error that wraps ErrPermanent is not tried again.
	Send(ctx context.Context, messages []Message) []error
}

// Options say how the dispatcher works; the zero values of the durations are the
// usual ones.
type Options struct {
	Store    Store
	Channels []Channel
	Logger   *slog.Logger
	// By names the process among those that work on the same database.
	By string
	// Now is the clock of the notices; nil means time.Now.
	Now func() time.Time
	// Gather is how long a digest waits after its last notice: 30 seconds, which is more
	// than wake-ups of one moment are spread over.
	Gather time.Duration
	// Delay is how long every other message waits, so that an act that a dying
	// worker did not finish is taken back before anybody hears of it: 5 seconds.
	Delay time.Duration
	// Claim is after how long another process may send what this one has claimed
	// and not finished: 5 minutes.
	Claim time.Duration
	// Poll is how often it is looked for something to do: 1 second.
	Poll time.Duration
}

// Dispatcher makes messages out and sends them.
type Dispatcher struct {
	Options
	// days is the calendar, as it was read last.
	days     calendar.Calendar
	daysRead time.Time
	forgot   time.Time // when the outbox was last cleared of what nobody sends
}

// New returns a dispatcher; Run makes it work.
func New(options Options) *Dispatcher {
	d := &Dispatcher{Options: options}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Logger == nil {
		d.Logger = slog.Default()
	}
	for _, c := range []struct {
		value *time.Duration
		usual time.Duration
	}{{&d.Gather, 30 * time.Second}, {&d.Delay, 5 * time.Second}, {&d.Claim, 5 * time.Minute}, {&d.Poll, time.Second}} {
		if *c.value == 0 {
			*c.value = c.usual
		}
	}
	return d
}

// Run works until the context ends. What goes wrong is logged and tried again.
func (d *Dispatcher) Run(ctx context.Context) {
	tick := time.NewTicker(d.Poll)
	defer tick.Stop()
	for {
		if err := d.Once(ctx); err != nil && ctx.Err() == nil {
			d.Logger.WarnContext(ctx, "notices are still to be sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Once makes out and sends all that is ready now.
func (d *Dispatcher) Once(ctx context.Context) error {
	if len(d.Channels) == 0 {
		return d.forget(ctx)
	}
	for {
		made, err := d.makeOut(ctx)
		if err != nil {
			return err
		}
		if made < batch {
			break
		}
	}
	for {
		sent, err := d.send(ctx)
		if err != nil || sent < claimed {
			return err
		}
	}
}

const (
	// keepFor is how long the outbox keeps notices where this process has no
	// channel to send them by: another one may have.
	keepFor = 24 * time.Hour
	// forgetEvery is how often it is cleared of older ones.
	forgetEvery = 10 * time.Minute
)

func (d *Dispatcher) forget(ctx context.Context) error {
	now := d.Now()
	if now.Sub(d.forgot) < forgetEvery {
		return nil
	}
	d.forgot = now
	_, err := d.Store.ForgetOutbox(ctx, now.Add(-keepFor))
	return err
}
