package store

import (
	"context"

	"duban/projection"
)

// Todos lists what is waited for from anybody, by id.
func (s *Store) Todos(ctx context.Context, request PageRequest) (Page[projection.Todo], error) {
	rows, err := paginate(s.read(ctx), request, ascending("id", func(t *todoRow) string { return t.ID }))
	if err != nil {
		return Page[projection.Todo]{}, err
	}
	return Page[projection.Todo]{Items: convert(rows.Items, func(t todoRow) projection.Todo { return t.Todo }), Next: rows.Next}, nil
}
