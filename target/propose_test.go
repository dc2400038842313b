package target_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/org"
	"duban/target"
)

func propose(targets ...target.YearTarget) []target.Item {
	return target.Propose(target.Requirement{Year: 2026, Targets: targets, Units: counties()})
}

func TestProposeApportionsASum(t *testing.T) {
	items := propose(communities())
	require.Len(t, items, 3)
	for i, want := range []string{"3", "2", "2"} {
		require.Equal(t, target.Item{Key: i + 1, Unit: counties()[i], TargetKey: "1", Content: "完成城乡教育共同体 " + want + " 个",
			Amount: figure(want), Measure: "个", Due: day(time.November, 30)}, items[i])
	}
}

func TestProposeAsksAUnitWithoutAShareToSupport(t *testing.T) {
	two := communities()
	two.Amount = figure("2")
	items := propose(two)
	require.Len(t, items, 3)
	require.Equal(t, target.Item{Key: 3, Unit: unit("c"), Content: "配合牵头单位落实本任务", Due: day(time.November, 30)}, items[2])
}

func TestProposeGivesEveryUnitTheLevel(t *testing.T) {
	items := propose(kindergartens())
	require.Len(t, items, 3)
	for _, item := range items[:2] {
		require.Equal(t, figure("95"), item.Amount)
		require.Equal(t, "规范化幼儿园比例不低于 95%", item.Content)
	}
	require.Empty(t, items[2].TargetKey, "the level does not concern the third unit")
}

func TestProposeMeetsAStrictLimit(t *testing.T) {
	for value, want := range map[string]string{"95": "96", "0.15": "0.16", "0": "1"} {
		items := propose(target.YearTarget{TargetKey: "1", Kind: target.Level, Metric: "比例", Op: target.MoreThan, Amount: figure(value)})
		require.Equal(t, figure(want), items[0].Amount)
	}
	items := propose(target.YearTarget{TargetKey: "1", Kind: target.Bound, Metric: "系数", Op: target.LessThan, Amount: figure("0.15")})
	require.Equal(t, figure("0.14"), items[0].Amount)
}

func TestProposeFollowsTheSchedule(t *testing.T) {
	schedule := target.YearTarget{TargetKey: "1", Kind: target.Schedule, Text: "2026年单位b、大桂山开展创“优均”工作", Places: []string{"单位b", "大桂山"}, Deadline: day(time.June, 30)}
	items := propose(schedule)
	require.Len(t, items, 4)
	require.Equal(t, target.Item{Key: 1, Unit: unit("b"), TargetKey: "1", Content: schedule.Text, Due: day(time.June, 30)}, items[0])
	require.Equal(t, org.UnitRef{}, items[1].Unit, "a place that is no unit is left to the lead unit")
	require.Equal(t, "大桂山："+schedule.Text, items[1].Content)
	require.Equal(t, unit("a"), items[2].Unit)
	require.Equal(t, unit("c"), items[3].Unit)
}

func TestProposeNamesAUnitOnce(t *testing.T) {
	items := target.Propose(target.Requirement{Year: 2026, Targets: []target.YearTarget{communities()}, Units: append(counties(), counties()...)})
	require.Len(t, items, 3)
}

func TestProposeAsksNothingForWhatIsReached(t *testing.T) {
	reached := communities()
	reached.Amount = figure("0")
	for _, item := range propose(reached) {
		require.Empty(t, item.TargetKey)
	}
}

// drawRequirement draws a requirement with at least one unit, whose places are
// units.
func drawRequirement(t *rapid.T) target.Requirement {
	r := target.Requirement{Year: rapid.IntRange(2025, 2035).Draw(t, "year")}
	for i := range rapid.IntRange(1, 12).Draw(t, "units") {
		r.Units = append(r.Units, unit(fmt.Sprint(i)))
	}
	some := rapid.SliceOfN(rapid.SampledFrom(r.Units), 1, 5)
	for i := range rapid.IntRange(0, 5).Draw(t, "targets") {
		one := target.YearTarget{
			TargetKey: fmt.Sprint(i + 1), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Op: rapid.SampledFrom(ops).Draw(t, "op"),
			Text: "完成建设", Metric: rapid.SampledFrom([]string{"", "共同体"}).Draw(t, "metric"), Measure: rapid.SampledFrom([]string{"", "个", "%"}).Draw(t, "measure"),
		}
		if rapid.Bool().Draw(t, "figure") {
			value := target.Amount(rapid.Int64Range(0, 1e9).Draw(t, "amount"))
			one.Amount = &value
		}
		if rapid.Bool().Draw(t, "named") {
			one.Units = some.Draw(t, "concerned")
		}
		if one.Kind == target.Schedule || one.Kind == target.Milestone && rapid.Bool().Draw(t, "places") {
			for _, u := range some.Draw(t, "places") {
				one.Places = append(one.Places, rapid.SampledFrom([]string{u.ID, u.Name}).Draw(t, "written"))
			}
		}
		if rapid.Bool().Draw(t, "ends") {
			one.Deadline = calendar.NewDate(r.Year+rapid.IntRange(-2, 2).Draw(t, "in"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"))
		}
		r.Targets = append(r.Targets, one)
	}
	return r
}

func TestWhatIsProposedMayBeSubmitted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequirement(t)
		items := target.Propose(r)
		require.Empty(t, target.Check(r, items, nil))
		for i, item := range items {
			require.Equal(t, i+1, item.Key)
		}
	})
}

// Taking any item of a sum away, or adding one more, is noticed.
func TestCheckNoticesWhatIsTakenFromASum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sum := communities()
		value := target.Amount(rapid.Int64Range(1, 1e9).Draw(t, "amount"))
		sum.Amount = &value
		r := target.Requirement{Year: 2026, Targets: []target.YearTarget{sum}, Units: counties()}
		items := target.Propose(r)
		i := rapid.IntRange(0, len(items)-1).Filter(func(i int) bool { return items[i].Amount != nil }).Draw(t, "item")
		change := target.Amount(rapid.Int64Range(1, 1e9).Draw(t, "change"))
		changed := *items[i].Amount + change
		items[i].Amount = &changed
		require.Contains(t, found(target.Check(r, items, nil)), "targets[0] does-not-add-up")
	})
}
