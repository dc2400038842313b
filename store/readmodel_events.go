package store

import (
	"context"
	"time"

	"duban/act"
)

// EventFilter chooses events for a list; zero fields choose all.
type EventFilter struct {
	PageRequest
	Instance string
	PlanID   string
	Type     string
	User     string    // id of the user who acted
	From, To time.Time // From included, To not
}

// Events lists the record: of one instance in its order, of several by time.
func (s *Store) Events(ctx context.Context, scope Scope, filter EventFilter) (Page[act.Event], error) {
	query := scope.of(s.read(ctx), "events")
	query = equal(query, "instance", filter.Instance)
	query = equal(query, "plan_id", filter.PlanID)
	query = equal(query, "type", filter.Type)
	query = equal(query, "user_id", filter.User)
	if !filter.From.IsZero() {
		query = query.Where("at >= ?", filter.From)
	}
	if !filter.To.IsZero() {
		query = query.Where("at < ?", filter.To)
	}
	seq := ascending("seq", func(e *KeptEvent) int64 { return e.Seq })
	order := []sortKey[KeptEvent]{seq}
	if filter.Instance == "" {
		order = []sortKey[KeptEvent]{
			ascending("at", func(e *KeptEvent) time.Time { return e.At }),
			ascending("instance", func(e *KeptEvent) string { return e.Instance }),
			seq,
		}
	}
	kept, err := paginate(query, filter.PageRequest, order...)
	if err != nil {
		return Page[act.Event]{}, err
	}
	page := Page[act.Event]{Items: make([]act.Event, len(kept.Items)), Next: kept.Next}
	for i, k := range kept.Items {
		if page.Items[i], err = k.Event(); err != nil {
			return Page[act.Event]{}, err
		}
	}
	return page, nil
}

// CountEvents counts the events of a type.
func (s *Store) CountEvents(ctx context.Context, kind string) (int64, error) {
	var count int64
	err := s.read(ctx).Model(&KeptEvent{}).Where("type = ?", kind).Count(&count).Error
	return count, err
}
