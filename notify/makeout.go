package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/org"
	"duban/store"
)

// batch is how many notices are made out at a time.
const batch = 500

// makeOut makes messages of one batch of the outbox and returns how many notices
// that were.
func (d *Dispatcher) makeOut(ctx context.Context) (int, error) {
	pending, err := d.Store.Outbox(ctx, batch)
	if err != nil || len(pending) == 0 {
		return 0, err
	}
	parties := make([]org.Party, len(pending))
	ids := make([]string, len(pending))
	for i, p := range pending {
		parties[i], ids[i] = partyOf(p.Notice), p.ID
	}
	reached, err := d.Store.Recipients(ctx, parties, d.Now())
	if err != nil {
		return 0, fmt.Errorf("look up who is reached: %w", err)
	}
	moments, err := d.moments(ctx, pending)
	if err != nil {
		return 0, err
	}
	var letters []store.Letter
	told := map[telling]bool{}
	for i, p := range pending {
		for _, user := range reached[parties[i]] {
			t := telling{user: user.ID, instance: p.Instance, seq: p.Seq, title: p.Title}
			if told[t] { // he has several of the roles that are told
				continue
			}
			told[t] = true
			letters = append(letters, d.letters(p, user, moments[i])...)
		}
	}
	if err := d.Store.MakeOut(ctx, ids, letters); err != nil {
		return 0, fmt.Errorf("make notices out: %w", err)
	}
	return len(pending), nil
}

// telling is one event as one person is told of it.
type telling struct {
	user, instance, title string
	seq                   int64
}

func partyOf(n store.Notice) org.Party {
	return org.Party{Unit: n.UnitID, Role: org.Role(n.Role), User: n.UserID}
}

// letters are those of a notice to one user, by each channel that reaches him.
func (d *Dispatcher) letters(p store.Pending, user store.User, moment time.Time) []store.Letter {
	var letters []store.Letter
	for _, channel := range d.Channels {
		name := channel.Name()
		if len(p.Channels) > 0 && !slices.Contains(p.Channels, name) || user.Contact.Declines(name) || !channel.Reaches(user) {
			continue
		}
		l := store.Letter{NoticeID: p.ID, UserID: user.ID, Channel: name, Text: textSum(p.Notice), Moment: moment, ReadyAt: moment.Add(d.Delay)}
		if p.Clock && !user.Contact.SingleNotices {
			l.Digest, l.ReadyAt = true, later(moment, d.Now()).Add(d.Gather)
		}
		letters = append(letters, l)
	}
	return letters
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// textSum is the sum of what a notice tells.
func textSum(n store.Notice) string {
	sum := sha256.Sum256([]byte(n.Kind + "\x00" + n.Title))
	return hex.EncodeToString(sum[:])
}

// moments are when notices may go out: at once, and what the clock has to tell
// in the quiet time of its plan after that.
func (d *Dispatcher) moments(ctx context.Context, pending []store.Pending) ([]time.Time, error) {
	moments := make([]time.Time, len(pending))
	ladders := map[string]store.PlanLadder{}
	for i, p := range pending {
		moments[i] = p.At
		if !p.Clock || p.PlanID == "" {
			continue
		}
		ladder, known := ladders[p.PlanID]
		if !known {
			var err error
			// What belongs to a plan that is not there must not hold up the rest: it
			// has no quiet time.
			if ladder, err = d.Store.Ladder(ctx, p.PlanID); err != nil && !errors.Is(err, store.ErrNotFound) {
				return nil, fmt.Errorf("quiet time of plan %s: %w", p.PlanID, err)
			}
			ladders[p.PlanID] = ladder
		}
		if err := d.readDays(ctx); err != nil {
			return nil, err
		}
		if ladder.Zone != nil {
			moments[i] = ladder.SendableAt(p.At, d.days, ladder.Zone)
		}
	}
	return moments, nil
}

// daysFor is how long a calendar that was read is good for quiet time.
const daysFor = time.Minute

func (d *Dispatcher) readDays(ctx context.Context) error {
	if time.Since(d.daysRead) < daysFor {
		return nil
	}
	days, err := d.Store.Calendar(ctx, "")
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	d.days, d.daysRead = days.Calendar, time.Now()
	return nil
}
