package target

import (
	"math/big"

	"duban/org"
)

// Result is what one unit reports on a target. Which fields count depends on
// the kind.
type Result struct {
	Unit    org.UnitRef `json:"unit"`
	Value   *Amount     `json:"value,omitempty"`   // sum, level, bound: what was reached; nil: not reported
	Weight  int64       `json:"weight,omitempty"`  // level: how much the unit counts, such as its number of schools; 0: as 1
	Places  int64       `json:"places,omitempty"`  // each: how many places the unit has
	Reached int64       `json:"reached,omitempty"` // each: how many of them have what is asked for
	Done    bool        `json:"done,omitempty"`    // milestone, schedule, narrative: it is done
}

// Rollup is where a target stands over all units.
type Rollup struct {
	Value   *Amount      `json:"value,omitempty"` // sum: the sum; level: the weighted mean; nil: nothing reported
	Done    int64        `json:"done"`            // how many have it: places for each, units otherwise
	Of      int64        `json:"of"`              // out of how many
	Worst   *org.UnitRef `json:"worst,omitempty"` // level, bound: the unit that is furthest behind
	WorstAt *Amount      `json:"worstAt,omitempty"`
	Missing []string     `json:"missing,omitempty"` // ids of units whose figure is not reported yet
	Met     bool         `json:"met"`               // the target is reached
}

// RollUp adds the units' results up, as the kind says:
//
//   - sum: the sum meets the value; units not heard of count as nothing.
//   - level: the mean weighted by Weight meets the value; the worst unit is shown.
//   - bound: every unit holds it; the worst unit is shown.
//   - each: every place of every unit has what is asked for.
//   - milestone, schedule, narrative: done by all who were to do it.
//
// A level or bound with a unit missing is never met: the figure left out might
// be the one that breaks it. The mean is compared exactly; only the Value shown
// is rounded, away from the target. Nothing is met by nobody.
func RollUp(kind Kind, op Op, value *Amount, results []Result) Rollup {
	op = op.or(kind)
	var r Rollup
	switch kind {
	case Sum:
		r.sum(op, value, results)
	case Level:
		r.reported(op, value, results)
		r.mean(op, value, results)
	case Bound:
		r.reported(op, value, results)
		r.Met = r.Of > 0 && r.Done == r.Of
	case Each:
		for _, one := range results {
			places := max(one.Places, 0)
			r.Of += places
			r.Done += min(max(one.Reached, 0), places)
		}
		r.Met = r.Of > 0 && r.Done == r.Of
	default:
		for _, one := range results {
			r.Of++
			if one.Done {
				r.Done++
			}
		}
		r.Met = r.Of > 0 && r.Done == r.Of
	}
	return r
}

func (r *Rollup) sum(op Op, value *Amount, results []Result) {
	var sum Amount
	for _, one := range results {
		r.Of++
		if one.Value == nil {
			r.Missing = append(r.Missing, one.Unit.ID)
			continue
		}
		r.Done++
		sum += *one.Value
		r.Value = &sum
	}
	r.Met = r.Value != nil && value != nil && Meets(op, *value, sum)
}

// reported counts the units whose own figure meets the value, and finds the
// worst one and those that have none. Without a value all reported ones count.
func (r *Rollup) reported(op Op, value *Amount, results []Result) {
	for _, one := range results {
		r.Of++
		if one.Value == nil {
			r.Missing = append(r.Missing, one.Unit.ID)
			continue
		}
		if value == nil || Meets(op, *value, *one.Value) {
			r.Done++
		}
		if r.Worst == nil || worse(op, value, *one.Value, *r.WorstAt) {
			unit, at := one.Unit, *one.Value
			r.Worst, r.WorstAt = &unit, &at
		}
	}
}

// worse reports whether a is further from what is asked for than b.
func worse(op Op, value *Amount, a, b Amount) bool {
	switch {
	case op.downwards():
		return a > b
	case op == Exactly && value != nil:
		return distance(a, *value) > distance(b, *value)
	}
	return a < b
}

func distance(a, b Amount) Amount { return max(a, b) - min(a, b) }

// mean sets the weighted mean and whether it meets the value.
func (r *Rollup) mean(op Op, value *Amount, results []Result) {
	total, weights := new(big.Int), new(big.Int)
	for _, one := range results {
		if one.Value == nil {
			continue
		}
		weight := big.NewInt(max(one.Weight, 0))
		if weight.Sign() == 0 {
			weight.SetInt64(1)
		}
		weights.Add(weights, weight)
		total.Add(total, weight.Mul(weight, big.NewInt(int64(*one.Value))))
	}
	if weights.Sign() == 0 {
		return
	}
	// DivMod rounds down for a positive divisor; what counts downwards is
	// rounded up instead.
	mean, rest := new(big.Int).DivMod(total, weights, new(big.Int))
	shown := Amount(mean.Int64())
	if op.downwards() && rest.Sign() > 0 {
		shown++
	}
	r.Value = &shown
	if value != nil && len(r.Missing) == 0 {
		asked := new(big.Int).Mul(weights, big.NewInt(int64(*value)))
		r.Met = op.holds(total.Cmp(asked))
	}
}
