package bench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRatesOfTenths(t *testing.T) {
	began := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	var moments []time.Time
	at := began
	for i := range 40 { // four a second in the first half, two in the second
		pause := 250 * time.Millisecond
		if i >= 20 {
			pause = 500 * time.Millisecond
		}
		at = at.Add(pause)
		moments = append(moments, at)
	}
	require.InDeltaSlice(t, []float64{4, 4, 4, 4, 4, 2, 2, 2, 2, 2}, rates(began, moments), 1e-9)
	require.Empty(t, rates(began, moments[:9]))
}
