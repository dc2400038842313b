package store_test

import (
	"fmt"
	"slices"
	"testing"

	"duban/projection"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestTodosOfEverybody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/a")
		view := projection.View{}
		for n := range 20 {
			view.Todos = append(view.Todos, projection.Todo{ID: fmt.Sprintf("t%02d", 19-n), Instance: "signoff/a", UnitID: fmt.Sprint("u", n%3),
				Role: "head", Kind: "sign", Title: "待办", Resource: "x", Since: noon})
		}
		project(t, s, p.next(t, view))
		all := walkPages(t, 7, func(todo projection.Todo) string { return todo.ID }, func(r store.PageRequest) (store.Page[projection.Todo], error) {
			return s.Todos(t.Context(), r)
		})
		require.Len(t, all, len(view.Todos))
		require.True(t, slices.IsSorted(all))
	})
}
