package target_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/target"
)

func amounts(texts ...string) []target.Amount {
	all := make([]target.Amount, 0, len(texts))
	for _, text := range texts {
		all = append(all, amount(text))
	}
	return all
}

func TestApportion(t *testing.T) {
	for name, c := range map[string]struct {
		total   string
		weights []int64
		step    target.Amount
		want    []target.Amount
	}{
		"35 communities over 7 counties":       {"35", []int64{1, 1, 1, 1, 1, 1, 1}, target.One, amounts("5", "5", "5", "5", "5", "5", "5")},
		"equal remainders go to the first":     {"7", []int64{1, 1, 1}, target.One, amounts("3", "2", "2")},
		"the largest remainder is served":      {"10", []int64{33, 33, 34}, target.One, amounts("3", "3", "4")},
		"weights decide":                       {"12", []int64{3, 2, 1}, target.One, amounts("6", "4", "2")},
		"a unit without weight gets none":      {"5", []int64{1, 0, 1}, target.One, amounts("3", "0", "2")},
		"a negative weight counts as zero":     {"4", []int64{-8, 1, 1}, target.One, amounts("0", "2", "2")},
		"no weight at all: all alike":          {"4", []int64{0, 0}, target.One, amounts("2", "2")},
		"fewer than there are units":           {"2", []int64{1, 1, 1, 1}, target.One, amounts("1", "1", "0", "0")},
		"what is no whole goes to the next":    {"3.5", []int64{1, 1}, target.One, amounts("2", "1.5")},
		"a share of everything":                {"3.5", []int64{1, 1, 1}, target.One / 10, amounts("1.2", "1.2", "1.1")},
		"without a step the smallest amount":   {"0.0003", []int64{1, 1}, 0, amounts("0.0002", "0.0001")},
		"less than nothing mirrors":            {"-7", []int64{1, 1, 1}, target.One, amounts("-3", "-2", "-2")},
		"nobody":                               {"7", nil, target.One, nil},
		"nothing":                              {"0", []int64{1, 1}, target.One, amounts("0", "0")},
		"weights whose product would overflow": {"9", []int64{1 << 62, 1 << 62, 1 << 62}, target.One, amounts("3", "3", "3")},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, target.Apportion(amount(c.total), c.weights, c.step))
		})
	}
}

var steps = rapid.SampledFrom([]target.Amount{target.One, 1_000, 100, 10, 1, 7, 0})

func TestApportionLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := target.Amount(rapid.Int64Range(0, 1e15).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1e12), 1, 40).Draw(t, "weights")
		step := steps.Draw(t, "step")
		shares := target.Apportion(total, weights, step)
		step = max(step, 1)

		require.Len(t, shares, len(weights))
		var sum target.Amount
		broken := 0
		for _, share := range shares {
			require.GreaterOrEqual(t, share, target.Amount(0), "no share is below zero")
			if share%step != 0 {
				broken++
			}
			sum += share
		}
		require.Equal(t, total, sum, "the shares add up")
		require.LessOrEqual(t, broken, 1, "only one share takes what is no multiple of the step")

		for i, w := range weights {
			for j, v := range weights {
				if w > v {
					require.GreaterOrEqual(t, shares[i]+step, shares[j], "a greater weight does not get less, save the odd rest")
				}
			}
			if w == 0 && slices.Max(weights) > 0 {
				require.Zero(t, shares[i], "no weight, no share")
			}
		}
	})
}

// The order decides between equal remainders who gets the odd step, and nothing
// else.
func TestApportionByOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := target.Whole(rapid.Int64Range(0, 100_000).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 50), 1, 20).Draw(t, "weights")
		order := rapid.Permutation(positions(len(weights))).Draw(t, "order")

		shuffled := make([]int64, len(weights))
		for to, from := range order {
			shuffled[to] = weights[from]
		}
		shares, others := target.Apportion(total, weights, target.One), target.Apportion(total, shuffled, target.One)
		for to, from := range order {
			require.LessOrEqual(t, max(shares[from], others[to])-min(shares[from], others[to]), target.One)
		}
	})
}

func positions(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestYearShare(t *testing.T) {
	for name, c := range map[string]struct {
		total, reached string
		year, last     int
		step           target.Amount
		want           string
	}{
		"35 by 2030, opened in 2026":   {"35", "0", 2026, 2030, target.One, "7"},
		"behind after one year":        {"35", "3", 2027, 2030, target.One, "8"},
		"ahead after one year":         {"35", "15", 2027, 2030, target.One, "5"},
		"the larger shares come first": {"10", "0", 2026, 2028, target.One, "4"},
		"the last year takes the rest": {"35", "30", 2030, 2030, target.One, "5"},
		"a year late takes the rest":   {"35", "30", 2033, 2030, target.One, "5"},
		"reached":                      {"35", "35", 2028, 2030, target.One, "0"},
		"more than reached":            {"35", "40", 2028, 2030, target.One, "0"},
		"no more than what remains":    {"1.5", "0", 2026, 2027, target.One, "1"},
		"a rest that is not whole":     {"1.5", "1", 2027, 2028, target.One, "0.5"},
		"fewer than years":             {"2", "0", 2026, 2030, target.One, "1"},
		"in tenths":                    {"3.5", "0", 2026, 2028, target.One / 10, "1.2"},
	} {
		t.Run(name, func(t *testing.T) {
			got := target.YearShare(amount(c.total), amount(c.reached), c.year, c.last, c.step)
			require.Equal(t, amount(c.want), got, "got %s", got)
		})
	}
}

func TestYearSharesAddUpToTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := target.Amount(rapid.Int64Range(0, 1e13).Draw(t, "total"))
		step := steps.Draw(t, "step")
		first := rapid.IntRange(2025, 2035).Draw(t, "first")
		last := first + rapid.IntRange(0, 15).Draw(t, "years")

		var reached target.Amount
		before := total
		for year := first; year <= last; year++ {
			share := target.YearShare(total, reached, year, last, step)
			require.GreaterOrEqual(t, share, target.Amount(0))
			require.LessOrEqual(t, share, total-reached)
			require.LessOrEqual(t, share, before, "the larger shares come first")
			reached, before = reached+share, share
		}
		require.Equal(t, total, reached)
	})
}

// What is delivered differs from what was asked; the last year still asks for
// exactly what remains.
func TestYearShareCarriesWhatWasMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := target.Whole(rapid.Int64Range(1, 1_000).Draw(t, "total"))
		var reached target.Amount
		for year := 2026; year < 2030; year++ {
			share := target.YearShare(total, reached, year, 2030, target.One)
			reached += target.Amount(rapid.Int64Range(0, 2*int64(share)).Draw(t, "delivered"))
		}
		require.Equal(t, max(total-reached, 0), target.YearShare(total, reached, 2030, 2030, target.One))
	})
}
