package target_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/org"
	"duban/target"
)

func unit(id string) org.UnitRef { return org.UnitRef{ID: id, Name: "单位" + id} }

// reported are results of units a, b, c, … in order.
func reported(values ...string) []target.Result {
	var all []target.Result
	for i, v := range values {
		all = append(all, target.Result{Unit: unit(string(rune('a' + i))), Value: figure(v)})
	}
	return all
}

func TestMeets(t *testing.T) {
	for op, want := range map[target.Op][3]bool{ // below, at, above the value
		target.AtLeast: {false, true, true}, target.AtMost: {true, true, false}, target.Exactly: {false, true, false},
		target.MoreThan: {false, false, true}, target.LessThan: {true, false, false}, "": {false, true, true},
	} {
		for i, result := range []string{"0.1499", "0.15", "0.1501"} {
			require.Equal(t, want[i], target.Meets(op, amount("0.15"), amount(result)), "%s %s", op, result)
		}
	}
}

func TestRollUp(t *testing.T) {
	weighted := reported("90", "100")
	weighted[0].Weight, weighted[1].Weight = 1, 3
	townships := []target.Result{{Unit: unit("a"), Places: 12, Reached: 12}, {Unit: unit("b"), Places: 8, Reached: 7}}
	done := []target.Result{{Unit: unit("a"), Done: true}, {Unit: unit("b")}}

	for name, c := range map[string]struct {
		kind    target.Kind
		op      target.Op
		value   string
		results []target.Result
		want    target.Rollup
	}{
		"sum reached": {target.Sum, "", "7", reported("3", "4"),
			target.Rollup{Value: figure("7"), Done: 2, Of: 2, Met: true}},
		"sum short, one silent": {target.Sum, target.AtLeast, "7", reported("3", ""),
			target.Rollup{Value: figure("3"), Done: 1, Of: 2, Missing: []string{"b"}}},
		"sum enough although one is silent": {target.Sum, "", "7", reported("7", ""),
			target.Rollup{Value: figure("7"), Done: 1, Of: 2, Missing: []string{"b"}, Met: true}},
		"sum of nobody": {target.Sum, "", "0", nil, target.Rollup{}},
		"level, the mean decides and the worst is shown": {target.Level, target.AtLeast, "95", weighted,
			target.Rollup{Value: figure("97.5"), Done: 1, Of: 2, Worst: ref("a"), WorstAt: figure("90"), Met: true}},
		"level, just short: what is shown is not rounded up": {target.Level, "", "95", reported("94.9999", "95", "95"),
			target.Rollup{Value: figure("94.9999"), Done: 2, Of: 3, Worst: ref("a"), WorstAt: figure("94.9999")}},
		"level with one silent is never met": {target.Level, "", "95", reported("100", ""),
			target.Rollup{Value: figure("100"), Done: 1, Of: 2, Worst: ref("a"), WorstAt: figure("100"), Missing: []string{"b"}}},
		"bound held by all": {target.Bound, "", "0.15", reported("0.15", "0.1"),
			target.Rollup{Done: 2, Of: 2, Worst: ref("a"), WorstAt: figure("0.15"), Met: true}},
		"bound broken by one": {target.Bound, target.AtMost, "0.15", reported("0.1", "0.1501"),
			target.Rollup{Done: 1, Of: 2, Worst: ref("b"), WorstAt: figure("0.1501")}},
		"each township": {target.Each, target.AtLeast, "1", townships, target.Rollup{Done: 19, Of: 20}},
		"each, more reached than there are": {target.Each, "", "1", []target.Result{{Unit: unit("a"), Places: 2, Reached: 5}},
			target.Rollup{Done: 2, Of: 2, Met: true}},
		"milestone half done":      {target.Milestone, "", "", done, target.Rollup{Done: 1, Of: 2}},
		"schedule done":            {target.Schedule, "", "", done[:1], target.Rollup{Done: 1, Of: 1, Met: true}},
		"nothing is met by nobody": {target.Narrative, "", "", nil, target.Rollup{}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, target.RollUp(c.kind, c.op, figure(c.value), c.results))
		})
	}
}

func ref(id string) *org.UnitRef {
	u := unit(id)
	return &u
}

var kinds = []target.Kind{target.Sum, target.Level, target.Bound, target.Each, target.Milestone, target.Schedule, target.Narrative}

var ops = []target.Op{"", target.AtLeast, target.AtMost, target.Exactly, target.MoreThan, target.LessThan}

// drawResults draws what units report; ids are distinct.
func drawResults(t *rapid.T) []target.Result {
	results := make([]target.Result, rapid.IntRange(0, 8).Draw(t, "units"))
	for i := range results {
		results[i] = target.Result{
			Unit: unit(fmt.Sprint(i)), Weight: rapid.Int64Range(0, 5).Draw(t, "weight"),
			Places: rapid.Int64Range(0, 4).Draw(t, "places"), Reached: rapid.Int64Range(0, 4).Draw(t, "reached"), Done: rapid.Bool().Draw(t, "done"),
		}
		if rapid.IntRange(0, 4).Draw(t, "reports") > 0 {
			value := target.Amount(rapid.Int64Range(0, 20).Draw(t, "value"))
			results[i].Value = &value
		}
	}
	return results
}

func TestRollUpLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, op := rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.SampledFrom(ops).Draw(t, "op")
		value := target.Amount(rapid.Int64Range(0, 20).Draw(t, "asked"))
		results := drawResults(t)
		got := target.RollUp(kind, op, &value, results)

		require.GreaterOrEqual(t, got.Done, int64(0))
		require.LessOrEqual(t, got.Done, got.Of)
		if len(results) == 0 {
			require.False(t, got.Met, "nothing is met by nobody")
		}
		if len(got.Missing) > 0 {
			require.False(t, got.Met && kind != target.Sum, "what is missing might break it")
		}
		if kind != target.Sum && kind != target.Level {
			require.Equal(t, got.Of > 0 && got.Done == got.Of, got.Met)
		}

		shuffled := target.RollUp(kind, op, &value, rapid.Permutation(results).Draw(t, "order"))
		require.ElementsMatch(t, got.Missing, shuffled.Missing)
		// Of units that are equally far behind, the first one is shown.
		got.Missing, got.Worst, shuffled.Missing, shuffled.Worst = nil, nil, nil, nil
		if op == target.Exactly {
			got.WorstAt, shuffled.WorstAt = nil, nil // as far above as below
		}
		require.Equal(t, got, shuffled, "the order does not matter")
	})
}

// The mean that is shown never claims more than the exact one.
func TestRollUpShowsNoMetFigureForAnUnmetLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.SampledFrom([]target.Op{target.AtLeast, target.AtMost}).Draw(t, "op")
		value := target.Amount(rapid.Int64Range(0, 20).Draw(t, "asked"))
		got := target.RollUp(target.Level, op, &value, drawResults(t))
		if got.Value != nil && len(got.Missing) == 0 {
			require.Equal(t, got.Met, target.Meets(op, value, *got.Value))
		}
	})
}
