package target_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/org"
	"duban/target"
)

func result(unit org.UnitRef, asked string, done bool, reached string) target.ItemResult {
	return target.ItemResult{Item: item(1, unit, asked), Done: done, Reached: figure(reached)}
}

func TestResults(t *testing.T) {
	a, b := unit("a"), unit("b")
	yearTarget := func(kind target.Kind, value string) target.YearTarget {
		return target.YearTarget{TargetKey: "1", Kind: kind, Amount: figure(value)}
	}
	for name, c := range map[string]struct {
		target target.YearTarget
		done   []target.ItemResult
		want   target.Rollup
	}{
		"a unit's items of a sum are added": {yearTarget(target.Sum, "7"),
			[]target.ItemResult{result(a, "2", true, "2"), result(b, "2", true, "3"), result(a, "3", true, "2")},
			target.Rollup{Value: figure("7"), Done: 2, Of: 2, Met: true}},
		"accepted without a figure is as asked": {yearTarget(target.Sum, "7"),
			[]target.ItemResult{result(a, "4", true, ""), result(b, "3", true, "2")},
			target.Rollup{Value: figure("6"), Done: 2, Of: 2}},
		"neither accepted nor reported is missing": {yearTarget(target.Sum, "7"),
			[]target.ItemResult{result(a, "4", true, "4"), result(b, "3", false, "")},
			target.Rollup{Value: figure("4"), Done: 1, Of: 2, Missing: []string{"b"}}},
		"what was delivered of an item that was not finished counts": {yearTarget(target.Sum, "7"),
			[]target.ItemResult{result(a, "4", true, "4"), result(b, "3", false, "2")},
			target.Rollup{Value: figure("6"), Done: 2, Of: 2}},
		"a unit that reported on one item only": {yearTarget(target.Sum, "7"),
			[]target.ItemResult{result(a, "4", false, ""), result(a, "3", true, "3"), result(b, "2", true, "2"), result(b, "1", false, "")},
			target.Rollup{Value: figure("5"), Done: 2, Of: 2}},
		"a unit's worst figure is its level": {yearTarget(target.Level, "95"),
			[]target.ItemResult{result(a, "95", true, "99"), result(a, "95", true, "91"), result(b, "95", true, "99")},
			target.Rollup{Value: figure("95"), Done: 1, Of: 2, Worst: ref("a"), WorstAt: figure("91"), Met: true}},
		"a figure that is missing leaves the unit's level open": {yearTarget(target.Level, "95"),
			[]target.ItemResult{result(a, "95", true, "99"), result(a, "95", false, "")},
			target.Rollup{Of: 1, Missing: []string{"a"}}},
		"a unit's worst figure is what it holds": {yearTarget(target.Bound, "0.15"),
			[]target.ItemResult{result(a, "0.15", true, "0.1"), result(a, "0.15", true, "0.2")},
			target.Rollup{Of: 1, Worst: ref("a"), WorstAt: figure("0.2")}},
		"each item is a place": {yearTarget(target.Each, "1"),
			[]target.ItemResult{result(a, "1", true, "1"), result(a, "1", true, "0"), result(b, "1", true, ""), result(b, "1", false, "1")},
			target.Rollup{Done: 2, Of: 4}},
		"a milestone is done when all items of a unit are": {yearTarget(target.Milestone, ""),
			[]target.ItemResult{result(a, "", true, ""), result(a, "", false, ""), result(b, "", true, "")},
			target.Rollup{Done: 1, Of: 2}},
		"a level without a value is met when it is done": {yearTarget(target.Level, ""),
			[]target.ItemResult{result(a, "", true, ""), result(b, "", true, "98")},
			target.Rollup{Done: 2, Of: 2, Met: true}},
		"nobody was asked": {yearTarget(target.Milestone, ""), nil, target.Rollup{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := target.Results(target.Requirement{Year: 2026, Targets: []target.YearTarget{c.target}}, c.done)
			require.Len(t, got, 1)
			require.Equal(t, c.want, got[0].Rollup)
		})
	}
}

func TestResultsKeepTheTargetsApart(t *testing.T) {
	sum, level := communities(), kindergartens()
	level.TargetKey = "2"
	other := result(unit("a"), "95", true, "")
	other.Item.TargetKey = "2"
	supports := target.ItemResult{Item: support(3, unit("c"))}
	got := target.Results(target.Requirement{Year: 2026, Targets: []target.YearTarget{sum, level}},
		[]target.ItemResult{result(unit("a"), "7", true, ""), other, supports})
	require.Len(t, got, 2)
	require.True(t, got[0].Met)
	require.True(t, got[1].Met)

	data, err := json.Marshal(got[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"targetKey":"1","kind":"sum","text":"至2030年底全市建成35个城乡教育共同体","metric":"城乡教育共同体","measure":"个",
		"op":">=","asked":7,"value":7,"done":1,"of":1,"met":true}`, string(data), "the roll-up stands beside what was asked")
}

func TestReached(t *testing.T) {
	year := func(kind target.Kind, asked, value string, met bool) []target.TargetResult {
		return []target.TargetResult{{TargetKey: "1", Kind: kind, Asked: figure(asked), Rollup: target.Rollup{Value: figure(value), Met: met}}}
	}
	for name, c := range map[string]struct {
		years [][]target.TargetResult
		want  string // "": not known
	}{
		"sums are added":                {[][]target.TargetResult{year(target.Sum, "7", "5", false), year(target.Sum, "8", "8", true)}, "13"},
		"a silent year adds nothing":    {[][]target.TargetResult{year(target.Sum, "7", "5", false), year(target.Sum, "8", "", false)}, "5"},
		"a level counts when it is met": {[][]target.TargetResult{year(target.Level, "95", "97", true)}, "95"},
		"a level that was lost again":   {[][]target.TargetResult{year(target.Level, "95", "97", true), year(target.Level, "95", "90", false)}, ""},
		"a milestone that is done":      {[][]target.TargetResult{year(target.Milestone, "", "", true)}, "1"},
		"a milestone that is not":       {[][]target.TargetResult{year(target.Milestone, "", "", false)}, ""},
		"nothing before the first year": {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, known := target.Reached(c.years...)["1"]
			require.Equal(t, c.want != "", known)
			if known {
				require.Equal(t, amount(c.want), got)
			}
		})
	}
}

// Whoever does all that is proposed has met what the year asked for.
func TestDoingAllThatIsProposedMeetsTheYear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequirement(t)
		var done []target.ItemResult
		for _, item := range target.Propose(r) {
			done = append(done, target.ItemResult{Item: item, Done: true})
		}
		for i, result := range target.Results(r, rapid.Permutation(done).Draw(t, "order")) {
			asked := r.Targets[i]
			strict := asked.Kind == target.Sum && (asked.Op == target.MoreThan || asked.Op == target.LessThan)
			nothing := asked.Kind == target.Sum && asked.Amount != nil && *asked.Amount == 0
			if !strict && !nothing {
				require.True(t, result.Met, "%+v", result)
			}
		}
	})
}
