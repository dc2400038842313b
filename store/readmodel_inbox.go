package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
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

// Inbox lists what is waited for from any of the addressees: what is due first,
// then what has waited longest. What two of them share is of the first.
func (s *Store) Inbox(ctx context.Context, of []Addressee, filter InboxFilter) (Page[Addressed[projection.Todo]], error) {
	rows, err := mergePages(s.read(ctx), "todos", filter.PageRequest, addresses(of),
		func(a address) *gorm.DB { return equal(a.of(s.read(ctx)), "kind", filter.Kind) },
		ascending("due_order", func(t *todoRow) time.Time { return t.DueOrder }),
		ascending("since", func(t *todoRow) time.Time { return t.Since }),
		ascending("id", func(t *todoRow) string { return t.ID }))
	if err != nil {
		return Page[Addressed[projection.Todo]]{}, err
	}
	return Page[Addressed[projection.Todo]]{Next: rows.Next, Items: convert(rows.Items, func(row Addressed[todoRow]) Addressed[projection.Todo] {
		return Addressed[projection.Todo]{Item: row.Item.Todo, To: row.To}
	})}, nil
}

// Notices lists what any of the addressees was told, newest first.
func (s *Store) Notices(ctx context.Context, of []Addressee, request PageRequest) (Page[Addressed[Notice]], error) {
	return mergePages(s.read(ctx), "notices", request, addresses(of),
		func(a address) *gorm.DB { return a.of(s.read(ctx)) },
		descending("at", func(n *Notice) time.Time { return n.At }),
		descending("id", func(n *Notice) string { return n.ID }))
}

// Addressee is whom todos and notices reach: one user himself, and whoever holds
// one of the roles, in the units or wherever.
type Addressee struct {
	User string
	// Units are ids: that of his unit, and of those that were merged into it.
	Units []string
	Roles []org.Role
}

// Addressed is an entry of an inbox with the user whom it reaches.
type Addressed[T any] struct {
	Item T
	To   string
}

// address is one range of an inbox's index: what is for one user of a unit, or
// for whoever holds a role there or, without a unit, anywhere.
type address struct {
	unit, user string
	role       org.Role
	to         string // the addressee
}

// addresses lists what reaches the addressees, each range once.
func addresses(of []Addressee) []address {
	var all []address
	seen := map[address]bool{}
	add := func(a address, to string) {
		if !seen[a] {
			seen[a] = true
			a.to = to
			all = append(all, a)
		}
	}
	for _, who := range of {
		for _, unit := range who.Units {
			if unit == "" {
				continue
			}
			if who.User != "" {
				add(address{unit: unit, user: who.User}, who.User)
			}
			for _, role := range who.Roles {
				add(address{unit: unit, role: role}, who.User)
			}
		}
		for _, role := range who.Roles {
			add(address{role: role}, who.User)
		}
	}
	return all
}

func (a address) of(query *gorm.DB) *gorm.DB {
	if a.user != "" {
		return query.Where("user_id = ? AND unit_id = ?", a.user, a.unit)
	}
	return query.Where("unit_id = ? AND role = ? AND user_id = ?", a.unit, a.role, "")
}

// ranged is a row with the place of its range in a list of ranges.
type ranged[T any] struct {
	Row   T `gorm:"embedded"`
	Range int
}

// mergePages reads one page of a table that is made of several ranges of an
// index. Each is read by itself in the order of the index, and the database
// merges the beginnings: a condition that covers all would sort all their rows.
// Only the rows of the page are then looked up in the table. The last key is id.
func mergePages[T any](db *gorm.DB, table string, request PageRequest, ranges []address, rows func(address) *gorm.DB, keys ...sortKey[T]) (Page[Addressed[T]], error) {
	page := Page[Addressed[T]]{Items: []Addressed[T]{}}
	if len(ranges) == 0 {
		return page, nil
	}
	parts := make([]*gorm.DB, len(ranges))
	for i, one := range ranges {
		part, err := pageQuery(rows(one).Table(table).Select(columnsOf(keys)+", ? AS `range`", i), request, keys)
		if err != nil {
			return page, err
		}
		parts[i] = part
	}
	var found []ranged[T]
	query := db.Raw("SELECT "+table+".*, page.`range` FROM (?) AS page JOIN "+table+" ON "+table+".id = page.id ORDER BY "+orderOf("page.", keys),
		union(db, parts, request, keys))
	// gorm translates no errors of Scan.
	if err := translate(query.Scan(&found).Error); err != nil {
		return page, err
	}
	for _, row := range found {
		page.Items = append(page.Items, Addressed[T]{Item: row.Row, To: ranges[row.Range].to})
	}
	limit := request.limit()
	if len(page.Items) <= limit {
		return page, nil
	}
	page.Items = page.Items[:limit]
	var err error
	page.Next, err = encodeCursor(&page.Items[limit-1].Item, keys)
	return page, err
}

// mostParts is how many queries SQLite puts together in one.
const mostParts = 500

// union merges ordered parts into one list with the same order and limit.
func union[T any](db *gorm.DB, parts []*gorm.DB, request PageRequest, keys []sortKey[T]) *gorm.DB {
	if len(parts) > mostParts {
		var larger []*gorm.DB
		for some := range slices.Chunk(parts, mostParts) {
			larger = append(larger, union(db, some, request, keys))
		}
		return union(db, larger, request, keys)
	}
	queries, args := make([]string, len(parts)), make([]any, 0, len(parts)+1)
	for i, part := range parts {
		queries[i] = fmt.Sprintf("SELECT * FROM (?) AS part%d", i)
		args = append(args, part)
	}
	return db.Raw(strings.Join(queries, " UNION ALL ")+" ORDER BY "+orderOf("", keys)+" LIMIT ?", append(args, request.limit()+1)...)
}

// columnsOf lists the columns of keys.
func columnsOf[T any](keys []sortKey[T]) string {
	columns := make([]string, len(keys))
	for i, k := range keys {
		columns[i] = quote(k.column)
	}
	return strings.Join(columns, ", ")
}

// orderOf writes the order of keys.
func orderOf[T any](prefix string, keys []sortKey[T]) string {
	order := make([]string, len(keys))
	for i, k := range keys {
		order[i] = prefix + k.order()
	}
	return strings.Join(order, ", ")
}
