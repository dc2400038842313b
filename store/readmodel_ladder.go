package store

import (
	"context"
	"fmt"
	"time"

	"duban/deadline"
)

// Ladder returns the ladder of a plan's settings, under the key "ladder", or
// the default one if they have none, and the plan's time zone.
func (s *Store) Ladder(ctx context.Context, plan string) (deadline.Ladder, *time.Location, error) {
	row, err := s.Plan(ctx, plan)
	if err != nil {
		return deadline.Ladder{}, nil, err
	}
	zone, err := time.LoadLocation(row.TimeZone)
	if err != nil {
		return deadline.Ladder{}, nil, fmt.Errorf("time zone of plan %s: %w", plan, err)
	}
	var settings struct {
		Ladder *deadline.Ladder `json:"ladder"`
	}
	if err := row.Settings.Decode(&settings); err != nil {
		return deadline.Ladder{}, nil, fmt.Errorf("settings of plan %s: %w", plan, err)
	}
	if settings.Ladder == nil {
		return deadline.Default(), zone, nil
	}
	if err := settings.Ladder.Validate(); err != nil {
		return deadline.Ladder{}, nil, fmt.Errorf("ladder of plan %s: %w", plan, err)
	}
	return *settings.Ladder, zone, nil
}
