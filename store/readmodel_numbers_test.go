package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSupervisionNumbers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		const orders = 20
		numbers := make([]store.OrderNumber, orders)
		errs := make([]error, orders)
		var wg sync.WaitGroup
		for n := range orders {
			wg.Go(func() { numbers[n], errs[n] = s.SupervisionNumber(t.Context(), fmt.Sprintf("a.%d", n), 2026) })
		}
		wg.Wait()
		want := make([]store.OrderNumber, orders)
		for n := range orders {
			require.NoError(t, errs[n])
			want[n] = store.OrderNumber{Year: 2026, Number: n + 1}
			again, err := s.SupervisionNumber(t.Context(), fmt.Sprintf("a.%d", n), 2027)
			require.NoError(t, err)
			require.Equal(t, numbers[n], again, "a number stays, in whatever year it is asked for again")
		}
		require.ElementsMatch(t, want, numbers, "no number twice and none left out")
		first, err := s.SupervisionNumber(t.Context(), "b.1", 2027)
		require.NoError(t, err)
		require.Equal(t, store.OrderNumber{Year: 2027, Number: 1}, first)
	})
}

// Fifty orders ask at once while the year ends: half of them in each year, each of
// them twice, and some asks are given up.
func TestSupervisionNumbersOverANewYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		const orders = 50
		year := func(n int) int { return 2026 + n%2 }
		name := func(n int) string { return fmt.Sprintf("a.%d", n) }
		var numbers [2][orders]store.OrderNumber
		var wg sync.WaitGroup
		for n := range orders {
			for ask := range numbers {
				wg.Go(func() {
					var err error
					numbers[ask][n], err = s.SupervisionNumber(t.Context(), name(n), year(n))
					assert.NoError(t, err)
				})
			}
			wg.Go(func() {
				given, cancel := context.WithCancel(t.Context())
				cancel()
				_, err := s.SupervisionNumber(given, fmt.Sprintf("given-up.%d", n), year(n))
				assert.Error(t, err)
				_, err = s.SupervisionNumber(t.Context(), strings.Repeat("x", 65), year(n))
				assert.Error(t, err, "an id that cannot be kept")
			})
		}
		wg.Wait()
		require.Equal(t, numbers[0], numbers[1], "asked twice at once, an order has one number")
		var want []store.OrderNumber
		for n := range orders {
			want = append(want, store.OrderNumber{Year: year(n), Number: n/2 + 1})
		}
		require.ElementsMatch(t, want, numbers[0][:], "no number twice, and no gap by what was refused")
	})
}

// The parts of a joint order ask at the same time, and have one number.
func TestPartsHaveOneNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		numbers := make([]store.OrderNumber, 10)
		errs := make([]error, len(numbers))
		var wg sync.WaitGroup
		for n := range numbers {
			wg.Go(func() { numbers[n], errs[n] = s.SupervisionNumber(t.Context(), "joint", 2026) })
		}
		wg.Wait()
		for n := range numbers {
			require.NoError(t, errs[n])
			require.Equal(t, store.OrderNumber{Year: 2026, Number: 1}, numbers[n])
		}
	})
}
