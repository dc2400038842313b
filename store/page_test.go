package store_test

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// walk reads all pages of the units, and calls between after each.
func walk(t require.TestingT, list func(store.PageRequest) (store.Page[store.Unit], error), limit int, between func(page int)) []string {
	var names []string
	request := store.PageRequest{Limit: limit}
	for n := 0; ; n++ {
		page, err := list(request)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Items), limit)
		for _, u := range page.Items {
			names = append(names, u.Name)
		}
		if page.Next == "" {
			return names
		}
		require.Len(t, page.Items, limit, "only the last page may be short")
		request.Cursor = page.Next
		between(n)
	}
}

// TestPagesHoldEverythingOnce checks that pages of any size, joined, are the
// list, while rows before and after the place where the reader is come and go.
func TestPagesHoldEverythingOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		units := make([]store.Unit, 23)
		var want []string
		for i := range units { // many have the same position
			units[i] = store.Unit{ID: fmt.Sprintf("u%02d", i), Name: fmt.Sprintf("单位%02d", i), Position: i / 5, Active: true}
			want = append(want, units[i].Name)
		}
		_, err := s.SaveUnits(ctx, units)
		require.NoError(t, err)
		list := func(r store.PageRequest) (store.Page[store.Unit], error) {
			return s.Units(ctx, store.UnitFilter{PageRequest: r, Search: "单位"})
		}
		rapid.Check(t, func(t *rapid.T) {
			limit := rapid.IntRange(1, 30).Draw(t, "limit")
			require.Equal(t, want, walk(t, list, limit, func(int) {}))
		})

		everything := func(r store.PageRequest) (store.Page[store.Unit], error) {
			return s.Units(ctx, store.UnitFilter{PageRequest: r})
		}
		got := walk(t, everything, 4, func(page int) {
			_, err := s.SaveUnits(ctx, []store.Unit{
				{ID: fmt.Sprintf("a%d", page), Name: fmt.Sprintf("前%d", page), Position: 0}, // sorts before u00
			})
			require.NoError(t, err)
		})
		require.Equal(t, want, got, "rows inserted before the reader neither repeat nor hide others")
	})
}

// TestPagesInOrderOfTime walks lists that go by time and id, downwards, where
// several rows have the same time.
func TestPagesInOrderOfTime(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		var created []string
		for i := range 9 {
			if i%3 == 0 {
				c.move(time.Microsecond)
			}
			created = append(created, createPolicy(t, s).ID)
		}
		var got []string
		request := store.PageRequest{Limit: 2}
		for {
			page, err := s.Policies(ctx, store.PolicyFilter{PageRequest: request})
			require.NoError(t, err)
			for _, p := range page.Items {
				got = append(got, p.ID)
			}
			if page.Next == "" {
				break
			}
			request.Cursor = page.Next
			c.move(time.Second)
			createPolicy(t, s) // newer than where the reader is
		}
		require.ElementsMatch(t, created, got)
		require.ElementsMatch(t, created[6:], got[:3], "newest first")
		require.ElementsMatch(t, created[:3], got[6:])
	})
}

func TestPageLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		units := make([]store.Unit, store.MaxLimit+5)
		for i := range units {
			units[i] = store.Unit{Name: fmt.Sprintf("单位%d", i), Position: i, Active: true}
		}
		_, err := s.SaveUnits(t.Context(), units)
		require.NoError(t, err)
		for limit, want := range map[int]int{0: store.DefaultLimit, -1: store.DefaultLimit, 7: 7, store.MaxLimit + 1: store.MaxLimit} {
			page, err := s.Units(t.Context(), store.UnitFilter{PageRequest: store.PageRequest{Limit: limit}})
			require.NoError(t, err)
			require.Len(t, page.Items, want)
			require.NotEmpty(t, page.Next)
		}
	})
}

func TestCursorsAreChecked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		units := saveUnits(t, s, "甲", "乙", "丙")
		saveUser(t, s, "a", units[0])
		saveUser(t, s, "b", units[0])
		page, err := s.Units(ctx, store.UnitFilter{PageRequest: store.PageRequest{Limit: 1}})
		require.NoError(t, err)
		list := func(cursor string) error {
			_, err := s.Units(ctx, store.UnitFilter{PageRequest: store.PageRequest{Cursor: cursor}})
			return err
		}
		require.NoError(t, list(page.Next))

		_, err = s.Users(ctx, store.UserFilter{PageRequest: store.PageRequest{Cursor: page.Next}})
		requireInvalid(t, err, "cursor")
		for _, cursor := range []string{"x", "!", page.Next + page.Next, page.Next[1:], base64.RawURLEncoding.EncodeToString([]byte("{}"))} {
			requireInvalid(t, list(cursor), "cursor")
		}
		plain, err := base64.RawURLEncoding.DecodeString(page.Next)
		require.NoError(t, err)
		for i := range plain {
			plain[i] ^= 1
			if list(base64.RawURLEncoding.EncodeToString(plain)) == nil {
				t.Errorf("a cursor is taken with byte %d changed: %s", i, plain)
			}
			plain[i] ^= 1
		}
	})
}
