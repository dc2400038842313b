package deadline_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/deadline"
)

func TestSpreadStaysInItsWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id, window := rapid.String().Draw(t, "id"), time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "window"))
		offset := deadline.Spread(id, window)
		require.GreaterOrEqual(t, offset, time.Duration(0))
		require.Less(t, offset, window)
		require.Equal(t, offset, deadline.Spread(id, window))
	})
	require.Zero(t, deadline.Spread("a", 0))
	require.Zero(t, deadline.Spread("a", -time.Second))
}

// Ids that differ in their last digits only still fill the window evenly: of
// 10,000 over 100 slots, none gets twice its share.
func TestSpreadIsEven(t *testing.T) {
	slots := make([]int, 100)
	for i := range 10_000 {
		slots[deadline.Spread(fmt.Sprintf("assignment/target/heyuan/7/2026/%d", i), 100*time.Second)/time.Second]++
	}
	for slot, n := range slots {
		require.Less(t, n, 200, "slot %d", slot)
		require.Greater(t, n, 30, "slot %d", slot)
	}
}
