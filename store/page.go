package store

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

const (
	// DefaultLimit is the number of items on a page when none is asked for.
	DefaultLimit = 50
	// MaxLimit bounds the number of items on a page.
	MaxLimit = 200
)

// PageRequest asks for one page of a list.
type PageRequest struct {
	// Limit is the most items wanted: DefaultLimit if not positive, at most MaxLimit.
	Limit int
	// Cursor is the Next of the page before; empty for the first page.
	Cursor string
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is the cursor of the following page; empty on the last.
	Next string `json:"next,omitempty"`
}

func (r PageRequest) limit() int {
	switch {
	case r.Limit <= 0:
		return DefaultLimit
	case r.Limit > MaxLimit:
		return MaxLimit
	default:
		return r.Limit
	}
}

// sortKey is one column of a list's order, with the way to read it from an item.
// The column must not be null.
type sortKey[T any] struct {
	column     string
	descending bool
	value      func(*T) any
	decode     func(json.RawMessage) (any, error)
}

// ascending orders by a column of text, numbers or times, smallest first.
func ascending[T any, V string | int | int64 | time.Time](column string, value func(*T) V) sortKey[T] {
	return sortKey[T]{
		column: column,
		value:  func(item *T) any { return value(item) },
		decode: func(raw json.RawMessage) (any, error) {
			var v V
			err := json.Unmarshal(raw, &v)
			return v, err
		},
	}
}

// descending orders by a column of text, numbers or times, largest first.
func descending[T any, V string | int | int64 | time.Time](column string, value func(*T) V) sortKey[T] {
	key := ascending(column, value)
	key.descending = true
	return key
}

// paginate reads one page of query in the order of keys, which together must be
// unique. A page continues after the last item of the one before, so rows that
// come and go meanwhile neither repeat nor hide others.
func paginate[T any](query *gorm.DB, request PageRequest, keys ...sortKey[T]) (Page[T], error) {
	query, err := pageQuery(query, request, keys)
	if err != nil {
		return Page[T]{}, err
	}
	limit := request.limit()
	items := make([]T, 0, limit+1)
	if err := query.Find(&items).Error; err != nil {
		return Page[T]{}, err
	}
	if len(items) <= limit {
		return Page[T]{Items: items}, nil
	}
	items = items[:limit]
	next, err := encodeCursor(&items[limit-1], keys)
	return Page[T]{Items: items, Next: next}, err
}

// pageQuery asks for the rows of one page, and one more if there is any.
func pageQuery[T any](query *gorm.DB, request PageRequest, keys []sortKey[T]) (*gorm.DB, error) {
	if request.Cursor != "" {
		after, err := decodeCursor(request.Cursor, keys)
		if err != nil {
			return nil, err
		}
		where, args := following(keys, after)
		query = query.Where(where, args...)
	}
	for _, k := range keys {
		query = query.Order(k.order())
	}
	return query.Limit(request.limit() + 1), nil
}

func (k sortKey[T]) order() string {
	if k.descending {
		return quote(k.column) + " DESC"
	}
	return quote(k.column) + " ASC"
}

// following writes the condition for rows after the given ones as
// a >= ? AND (a > ? OR (b >= ? AND (b > ? OR ...))): MySQL finds its way into an
// index by the first comparison, which it does not with a row comparison.
func following[T any](keys []sortKey[T], after []any) (string, []any) {
	column, strict := quote(keys[0].column), ">"
	if keys[0].descending {
		strict = "<"
	}
	if len(keys) == 1 {
		return column + " " + strict + " ?", after
	}
	rest, args := following(keys[1:], after[1:])
	where := fmt.Sprintf("%[1]s %[2]s= ? AND (%[1]s %[2]s ? OR (%[3]s))", column, strict, rest)
	return where, append([]any{after[0], after[0]}, args...)
}

// quote puts `backticks`, which both dialects read, around a column that may
// carry its table: tasks.key.
func quote(column string) string {
	return "`" + strings.ReplaceAll(column, ".", "`.`") + "`"
}

// cursor is what an opaque cursor holds: the values of the last item, and a sum
// over them and the list that they belong to. Whoever computes the sum himself
// gets no more than another place in the same list.
type cursor struct {
	Sum    string            `json:"s"`
	Values []json.RawMessage `json:"v"`
}

func cursorSum[T any](keys []sortKey[T], values []json.RawMessage) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%T", *new(T))
	for i, k := range keys {
		fmt.Fprintf(hash, "|%s %t %s", k.column, k.descending, values[i])
	}
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:6])
}

func encodeCursor[T any](last *T, keys []sortKey[T]) (string, error) {
	var c cursor
	for _, k := range keys {
		value, err := json.Marshal(k.value(last))
		if err != nil {
			return "", fmt.Errorf("cursor of %s: %w", k.column, err)
		}
		c.Values = append(c.Values, value)
	}
	c.Sum = cursorSum(keys, c.Values)
	data, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(data), nil
}

func decodeCursor[T any](text string, keys []sortKey[T]) ([]any, error) {
	invalid := &InvalidError{Field: "cursor", Reason: "游标不属于此列表，请从第一页重新查询 (not a cursor of this list: start from the first page)"}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, invalid
	}
	var c cursor
	if json.Unmarshal(data, &c) != nil || len(c.Values) != len(keys) || c.Sum != cursorSum(keys, c.Values) {
		return nil, invalid
	}
	values := make([]any, len(keys))
	for i, k := range keys {
		if values[i], err = k.decode(c.Values[i]); err != nil {
			return nil, invalid
		}
	}
	return values, nil
}
