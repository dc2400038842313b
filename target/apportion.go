package target

import (
	"cmp"
	"math/big"
	"slices"
)

// Apportion splits a total by weights with the method of the largest remainder
// (最大余额法). The shares are multiples of step (One for things that come whole,
// such as 个 and 所) and add up to the total exactly: first every share gets its
// quota rounded down, then the largest remainders get one step more each, equal
// ones in the order of the weights.
//
// A weight below zero counts as zero, and if no weight is above zero all are
// equal. What a total that is no multiple of step leaves over goes to the share
// that would have been next. A step of zero or less is the smallest amount. No
// weights give no shares.
func Apportion(total Amount, weights []int64, step Amount) []Amount {
	if len(weights) == 0 {
		return nil
	}
	if total < 0 {
		shares := Apportion(-total, weights, step)
		for i := range shares {
			shares[i] = -shares[i]
		}
		return shares
	}
	step = max(step, 1)
	weights, sum := positive(weights)

	shares := make([]Amount, len(weights))
	remainders := make([]*big.Int, len(weights))
	steps := big.NewInt(int64(total / step))
	left := int64(total / step)
	for i, weight := range weights {
		product := new(big.Int).Mul(steps, big.NewInt(weight))
		quota, remainder := product.QuoRem(product, sum, new(big.Int))
		shares[i] = Amount(quota.Int64()) * step
		remainders[i] = remainder
		left -= quota.Int64()
	}

	order := make([]int, 0, len(weights))
	for i, weight := range weights {
		if weight > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(remainders[b].Cmp(remainders[a]), cmp.Compare(a, b)) })
	for i := range left {
		shares[order[i]] += step
	}
	// left is below the number of weights that have a remainder, so there is a
	// next one in the order, or the first when all came out even.
	shares[order[left]] += total % step
	return shares
}

// positive returns the weights without negative ones, and their sum.
func positive(weights []int64) ([]int64, *big.Int) {
	clean := make([]int64, len(weights))
	sum := new(big.Int)
	for i, weight := range weights {
		clean[i] = max(weight, 0)
		sum.Add(sum, big.NewInt(clean[i]))
	}
	if sum.Sign() == 0 {
		for i := range clean {
			clean[i] = 1
		}
		sum.SetInt64(int64(len(clean)))
	}
	return clean, sum
}

// YearShare returns what the year should deliver of a total that is to be
// reached by the end of lastYear: what remains, split evenly over the years
// left, in multiples of step and rounded up, so that the larger shares come
// first and nothing is left to the end. In lastYear and after it that is all
// that remains; it is zero when the total is reached. What one year misses is
// in the next one's share.
func YearShare(total, reached Amount, year, lastYear int, step Amount) Amount {
	remaining := total - reached
	if remaining <= 0 {
		return 0
	}
	step = max(step, 1)
	years := Amount(max(lastYear-year, 0)) + 1
	perYear := ceil(remaining, years)
	share := ceil(perYear, step)
	if share > remaining/step {
		return remaining
	}
	return share * step
}

// ceil divides positive amounts and rounds up.
func ceil(a, b Amount) Amount { return (a-1)/b + 1 }
