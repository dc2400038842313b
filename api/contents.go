package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"duban/approval"
	"duban/store"
)

// stated is what a subject said from a round on, as the record keeps it.
type stated struct {
	Round   int             `json:"round"`
	Title   string          `json:"title"`
	Digest  string          `json:"digest"`
	Parts   []approval.Part `json:"parts" nullable:"false"`
	Content json.RawMessage `json:"content"`
}

func (s *server) listContents(ctx context.Context, in *ByID) (*one[[]stated], error) {
	contents, err := s.contents(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return single(contents), nil
}

// contents reads from the record what a sign-off was about, round by round.
func (s *server) contents(ctx context.Context, signOff string) ([]stated, error) {
	row, err := s.store.SignOff(ctx, scope(ctx), signOff)
	if err != nil {
		return nil, err
	}
	contents := []stated{}
	filter := store.EventFilter{PageRequest: store.PageRequest{Limit: 200}, Instance: row.Instance, Type: "sign-off.content"}
	for {
		page, err := s.store.Events(ctx, scope(ctx), filter)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			var data approval.Stated
			if err := json.Unmarshal(e.Data, &data); err != nil {
				return nil, fmt.Errorf("content in event %d of %s: %w", e.Seq, e.Instance, err)
			}
			if data.SignOff == signOff {
				contents = append(contents, stated{data.Round, data.Title, data.Digest, all(data.Parts), data.Content})
			}
		}
		if page.Next == "" {
			return contents, nil
		}
		filter.Cursor = page.Next
	}
}

type changesInput struct {
	ByID
	From int `query:"from" minimum:"1" doc:"Round to compare; the content before the last one if left out"`
	To   int `query:"to" minimum:"1" doc:"Round to compare with; the last one if left out"`
}

// changes is what differs between the contents of two rounds.
type changes struct {
	From        stated                `json:"from"`
	To          stated                `json:"to"`
	Differences []approval.Difference `json:"differences" nullable:"false" doc:"Parts that were added, removed or changed"`
	// Text is a unified diff, line by line.
	Text string `json:"text" doc:"The difference line by line, as a unified diff; empty where nothing changed"`
}

func (s *server) compareContents(ctx context.Context, in *changesInput) (*one[changes], error) {
	contents, err := s.contents(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if len(contents) == 0 {
		return nil, missing()
	}
	last := len(contents) - 1
	from, to := max(last-1, 0), last
	if in.From > 0 {
		from = contentAt(contents, in.From)
	}
	if in.To > 0 {
		to = contentAt(contents, in.To)
	}
	before, after := contents[from], contents[to]
	old, err := readable(before.Content)
	if err != nil {
		return nil, err
	}
	fresh, err := readable(after.Content)
	if err != nil {
		return nil, err
	}
	return single(changes{From: before, To: after, Differences: all(approval.Differences(before.Parts, after.Parts)),
		Text: udiff.Unified(fmt.Sprintf("第%d轮", before.Round), fmt.Sprintf("第%d轮", after.Round), old, fresh)}), nil
}

// contentAt is the index of the content that a round was about.
func contentAt(contents []stated, round int) int {
	at := 0
	for i, c := range contents {
		if c.Round <= round {
			at = i
		}
	}
	return at
}

// readable is a content in lines: a text as it is, anything else as indented JSON.
func readable(content json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(content, &text) == nil {
		return strings.TrimRight(text, "\n") + "\n", nil
	}
	var value any
	if err := json.Unmarshal(content, &value); err != nil {
		return "", fmt.Errorf("read a content: %w", err)
	}
	indented, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return "", fmt.Errorf("write a content in lines: %w", err)
	}
	return string(indented) + "\n", nil
}
