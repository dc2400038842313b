package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// audited is what the comparison of acts and record shows.
type audited struct{ stuck, lost int }

// settleWithin is how long the record may take to hold the last acts.
const settleWithin = 30 * time.Second

// audit compares the accepted signs with the audit record: each must stand in
// it exactly once. A sign-off in which everybody signed must be approved.
func (r *run) audit(ctx context.Context) (audited, error) {
	deadline := time.Now().Add(settleWithin)
	for {
		result, err := r.compare(ctx)
		if err != nil || (result.stuck == 0 && result.lost == 0) || time.Now().After(deadline) {
			return result, err
		}
		select {
		case <-ctx.Done():
			return result, fmt.Errorf("read the audit record: %w", ctx.Err())
		case <-time.After(time.Second):
		}
	}
}

func (r *run) compare(ctx context.Context) (audited, error) {
	recorded := map[sent]int{}
	err := r.events(ctx, "sign-off.signed", func(data json.RawMessage) error {
		var given struct {
			SignOff string `json:"signOff"`
			Signer  struct {
				Party struct {
					Unit string `json:"unit"`
				} `json:"party"`
			} `json:"signer"`
		}
		if err := json.Unmarshal(data, &given); err != nil {
			return fmt.Errorf("read an event: %w", err)
		}
		recorded[sent{given.SignOff, given.Signer.Party.Unit}]++
		return nil
	})
	if err != nil {
		return audited{}, err
	}
	approved := map[string]bool{}
	err = r.events(ctx, "sign-off.approved", func(data json.RawMessage) error {
		var decided struct {
			SignOff string `json:"signOff"`
		}
		if err := json.Unmarshal(data, &decided); err != nil {
			return fmt.Errorf("read an event: %w", err)
		}
		approved[decided.SignOff] = true
		return nil
	})
	if err != nil {
		return audited{}, err
	}
	return r.judge(recorded, approved), nil
}

func (r *run) judge(recorded map[sent]int, approved map[string]bool) audited {
	var result audited
	signed := map[string]int{}
	for _, one := range r.accepted {
		signed[one.signOff]++
		if recorded[one] != 1 {
			result.lost++
		}
	}
	for _, id := range r.signOffs {
		if signed[id] == r.options.Signers && !approved[id] {
			result.stuck++
		}
	}
	return result
}

// events reads all events of a type, page by page.
func (r *run) events(ctx context.Context, kind string, each func(json.RawMessage) error) error {
	cursor := ""
	for {
		var page struct {
			Items []struct {
				Data json.RawMessage `json:"data"`
			} `json:"items"`
			Next string `json:"next"`
		}
		path := "events?limit=200&type=" + url.QueryEscape(kind) + "&cursor=" + url.QueryEscape(cursor)
		if err := r.cast.Auditor.Get(ctx, path, &page); err != nil {
			return fmt.Errorf("read the audit record: %w", err)
		}
		for _, e := range page.Items {
			if err := each(e.Data); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		cursor = page.Next
	}
}
