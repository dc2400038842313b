package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/deadline"
	"duban/store"
)

// ErrPermanent says that a message will never be taken: its address does not
// exist, or the receiver wants nothing any more.
var ErrPermanent = errors.New("the message was refused for good")

const (
	// claimed is how many messages are sent at a time.
	claimed = 100
	// mostAttempts is how often a message is tried: for two days.
	mostAttempts = 20
	// firstPause and longestPause bound the time between two attempts.
	firstPause   = 30 * time.Second
	longestPause = 4 * time.Hour
)

// send sends the messages that are ready, one batch of them, and returns how many
// that were.
func (d *Dispatcher) send(ctx context.Context) (int, error) {
	names := make([]string, len(d.Channels))
	for i, c := range d.Channels {
		names[i] = c.Name()
	}
	now := d.Now()
	ready, err := d.Store.ClaimMessages(ctx, store.Claim{By: d.By, Channels: names, Limit: claimed, Now: now, Until: now.Add(d.Claim)})
	if err != nil || len(ready) == 0 {
		return 0, err
	}
	byChannel, settled, err := d.load(ctx, ready)
	if err != nil {
		return 0, err // they are claimed again when the time is over
	}
	attempts := make(map[string]int, len(ready))
	for _, m := range ready {
		attempts[m.ID] = m.Attempts
	}
	sending, cancel := context.WithTimeout(ctx, d.Claim*9/10)
	defer cancel()
	for _, channel := range d.Channels {
		messages := byChannel[channel.Name()]
		if len(messages) == 0 {
			continue
		}
		for i, err := range channel.Send(sending, messages) {
			settled = append(settled, d.outcome(ctx, channel.Name(), messages[i], attempts[messages[i].ID], err))
		}
	}
	// What was sent must be known, also when the process is being stopped.
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := d.Store.SettleMessages(noting, d.By, settled); err != nil {
		return 0, fmt.Errorf("note what was sent: %w", err)
	}
	return len(ready), nil
}

// load completes claimed messages, by channel. One that has nothing to tell any
// more, or nobody to go to, is dropped.
func (d *Dispatcher) load(ctx context.Context, ready []store.Message) (map[string][]Message, []store.Settled, error) {
	ids, users := make([]string, len(ready)), make([]string, len(ready))
	for i, m := range ready {
		ids[i], users[i] = m.ID, m.UserID
	}
	notices, err := d.Store.NoticesOf(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("read the notices of messages: %w", err)
	}
	people, err := d.Store.UsersByID(ctx, users)
	if err != nil {
		return nil, nil, fmt.Errorf("read to whom messages go: %w", err)
	}
	byChannel := map[string][]Message{}
	var dropped []store.Settled
	for _, m := range ready {
		user := people[m.UserID]
		switch {
		case len(notices[m.ID]) == 0:
			dropped = append(dropped, store.Settled{ID: m.ID, State: store.MessageDropped, Reason: "the notices were taken back"})
		case !user.Active || user.Contact.Declines(m.Channel) || !d.reaches(m.Channel, user):
			dropped = append(dropped, store.Settled{ID: m.ID, State: store.MessageDropped, Reason: "the person cannot be reached by it any more"})
		default:
			byChannel[m.Channel] = append(byChannel[m.Channel], Message{ID: m.ID, To: user, Digest: m.Digest, Notices: notices[m.ID]})
		}
	}
	return byChannel, dropped, nil
}

func (d *Dispatcher) reaches(name string, user store.User) bool {
	for _, c := range d.Channels {
		if c.Name() == name {
			return c.Reaches(user)
		}
	}
	return false
}

// outcome decides what becomes of a message after an attempt.
func (d *Dispatcher) outcome(ctx context.Context, channel string, m Message, attempts int, err error) store.Settled {
	switch {
	case err == nil:
		return store.Settled{ID: m.ID, State: store.MessageSent, At: d.Now()}
	case errors.Is(err, ErrPermanent) || attempts >= mostAttempts:
		d.Logger.WarnContext(ctx, "a message cannot be sent", "message", m.ID, "channel", channel, "user", m.To.ID, "attempts", attempts, "error", err)
		return store.Settled{ID: m.ID, State: store.MessageFailed, Reason: err.Error()}
	default:
		return store.Settled{ID: m.ID, State: store.MessageWaiting, At: d.Now().Add(pause(m.ID, attempts)), Reason: err.Error()}
	}
}

// pause is how long to wait after so many attempts: twice as long each time, and
// a little more by the message's id, so that not all come back at once.
func pause(id string, attempts int) time.Duration {
	wait := firstPause
	for range attempts - 1 {
		if wait *= 2; wait > longestPause {
			wait = longestPause
			break
		}
	}
	return wait + deadline.Spread(id, wait/4)
}
