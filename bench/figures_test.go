package bench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	ms := func(n ...int) []time.Duration {
		values := make([]time.Duration, len(n))
		for i, v := range n {
			values[i] = time.Duration(v) * time.Millisecond
		}
		return values
	}
	for _, c := range []struct {
		name   string
		values []time.Duration
		share  float64
		want   int
	}{
		{"none", nil, 0.5, 0},
		{"one", ms(7), 0.99, 7},
		{"median of two is the lower", ms(9, 1), 0.5, 1},
		{"median of three", ms(3, 1, 2), 0.5, 2},
		{"99th of a hundred", ms(counting(100)...), 0.99, 99},
		{"99th of two hundred", ms(counting(200)...), 0.99, 198},
		{"all", ms(counting(10)...), 1, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, time.Duration(c.want)*time.Millisecond, percentile(c.values, c.share))
		})
	}
}

func counting(to int) []int {
	numbers := make([]int, to)
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

func TestThisMachineSaysWhatMatters(t *testing.T) {
	m := ThisMachine()
	require.Positive(t, m.Cores)
	require.NotEmpty(t, m.Processor)
	require.Contains(t, m.Versions, "go")
}
