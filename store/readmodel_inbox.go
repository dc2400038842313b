package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"duban/org"
	"duban/projection"

	"gorm.io/gorm"
)

// InboxFilter chooses entries of an inbox; zero fields choose all.
type InboxFilter struct {
	PageRequest
	Kind string // sign, acknowledge, submit, review, …
}

// Inbox lists what is waited for from anyone in the unit with one of the roles:
// what is due first, then what has waited longest.
func (s *Store) Inbox(ctx context.Context, unit string, roles []org.Role, filter InboxFilter) (Page[projection.Todo], error) {
	rows, err := mergePages(filter.PageRequest, roles,
		func(role org.Role) *gorm.DB {
			return equal(s.read(ctx).Where("unit_id = ? AND role = ?", unit, role), "kind", filter.Kind)
		},
		ascending("due_order", func(t *todoRow) time.Time { return t.DueOrder }),
		ascending("since", func(t *todoRow) time.Time { return t.Since }),
		ascending("id", func(t *todoRow) string { return t.ID }))
	if err != nil {
		return Page[projection.Todo]{}, err
	}
	return Page[projection.Todo]{Items: convert(rows.Items, func(t todoRow) projection.Todo { return t.Todo }), Next: rows.Next}, nil
}

// Notices lists what anyone in the unit with one of the roles was told, newest
// first.
func (s *Store) Notices(ctx context.Context, unit string, roles []org.Role, request PageRequest) (Page[Notice], error) {
	return mergePages(request, roles,
		func(role org.Role) *gorm.DB { return s.read(ctx).Where("unit_id = ? AND role = ?", unit, role) },
		descending("at", func(n *Notice) time.Time { return n.At }),
		descending("id", func(n *Notice) string { return n.ID }))
}

// mergePages reads one page of a list that is made of one range of an index per
// role. Reading the ranges one by one keeps each in the order of the index,
// where a single query for all roles would sort all their rows.
func mergePages[T any](request PageRequest, roles []org.Role, ofRole func(org.Role) *gorm.DB, keys ...sortKey[T]) (Page[T], error) {
	merged := Page[T]{Items: []T{}}
	for _, role := range distinct(roles) {
		page, err := paginate(ofRole(role), request, keys...)
		if err != nil {
			return Page[T]{}, err
		}
		merged.Items = append(merged.Items, page.Items...)
		merged.Next = cmp.Or(merged.Next, page.Next)
	}
	slices.SortFunc(merged.Items, func(a, b T) int { return inOrder(&a, &b, keys) })
	limit := request.limit()
	if len(merged.Items) <= limit && merged.Next == "" {
		return merged, nil
	}
	merged.Items = merged.Items[:limit] // a range that goes on has filled a page by itself
	var err error
	merged.Next, err = encodeCursor(&merged.Items[limit-1], keys)
	return merged, err
}

func distinct(roles []org.Role) []org.Role {
	return slices.Compact(slices.Sorted(slices.Values(roles)))
}

// inOrder compares items as the database orders them.
func inOrder[T any](a, b *T, keys []sortKey[T]) int {
	for _, k := range keys {
		order := compareValues(k.value(a), k.value(b))
		if k.descending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

// compareValues compares two values of one of the types that keys may have.
func compareValues(a, b any) int {
	switch a := a.(type) {
	case string:
		return cmp.Compare(a, as[string](b))
	case int:
		return cmp.Compare(a, as[int](b))
	case int64:
		return cmp.Compare(a, as[int64](b))
	case time.Time:
		return a.Compare(as[time.Time](b))
	default:
		return 0
	}
}

// as gives a value the type of its neighbour, which it always has.
func as[T any](value any) T {
	typed, _ := value.(T)
	return typed
}
