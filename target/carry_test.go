package target_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/org"
	"duban/target"
)

func unfinished(kind target.Kind, key string, unit org.UnitRef, content, asked, reached string) target.Unfinished {
	u := target.Unfinished{Kind: kind, Item: target.Item{Key: 9, Unit: unit, Content: content, TargetKey: key, Due: calendar.NewDate(2025, time.November, 30)}}
	if asked != "" {
		u.Item.Amount, u.Item.Measure = figure(asked), "个"
	}
	if reached != "" {
		u.Reached = figure(reached)
	}
	return u
}

// line is what a test wants to know of an item.
type line struct{ unit, key, content, amount string }

func lines(items []target.Item) []line {
	var all []line
	for _, i := range items {
		one := line{unit: i.Unit.ID, key: i.TargetKey, content: i.Content}
		if i.Amount != nil {
			one.amount = i.Amount.String()
		}
		all = append(all, one)
	}
	return all
}

func TestCarryPutsWhatIsUnfinishedFirst(t *testing.T) {
	for _, c := range []struct {
		name       string
		targets    []target.YearTarget
		unfinished []target.Unfinished
		want       []line
	}{
		{"nothing is carried", []target.YearTarget{communities()}, nil,
			[]line{{"a", "1", "完成城乡教育共同体 3 个", "3"}, {"b", "1", "完成城乡教育共同体 2 个", "2"}, {"c", "1", "完成城乡教育共同体 2 个", "2"}}},
		{"what is missing of a sum", []target.YearTarget{communities()}, []target.Unfinished{unfinished(target.Sum, "1", unit("b"), "完成 5 个", "5", "3")},
			[]line{{"b", "1", "（结转）完成城乡教育共同体 2 个", "2"}, {"a", "1", "完成城乡教育共同体 2 个", "2"}, {"b", "1", "完成城乡教育共同体 2 个", "2"}, {"c", "1", "完成城乡教育共同体 1 个", "1"}}},
		{"no more than the year asks for", []target.YearTarget{communities()}, []target.Unfinished{
			unfinished(target.Sum, "1", unit("b"), "完成 5 个", "5", ""), unfinished(target.Sum, "1", unit("c"), "完成 5 个", "5", "0")},
			[]line{{"b", "1", "（结转）完成城乡教育共同体 5 个", "5"}, {"c", "1", "（结转）完成城乡教育共同体 2 个", "2"}, {"a", "", "配合牵头单位落实本任务", ""}}},
		{"more was delivered than asked", []target.YearTarget{communities()}, []target.Unfinished{unfinished(target.Sum, "1", unit("b"), "完成 2 个", "2", "4")},
			[]line{{"a", "1", "完成城乡教育共同体 3 个", "3"}, {"b", "1", "完成城乡教育共同体 2 个", "2"}, {"c", "1", "完成城乡教育共同体 2 个", "2"}}},
		{"a sum that others have reached", nil, []target.Unfinished{unfinished(target.Sum, "1", unit("b"), "完成 5 个", "5", "3")},
			[]line{{"a", "", "配合牵头单位落实本任务", ""}, {"b", "", "配合牵头单位落实本任务", ""}, {"c", "", "配合牵头单位落实本任务", ""}}},
		{"a level, at the value of the new year", []target.YearTarget{kindergartens()}, []target.Unfinished{unfinished(target.Level, "1", unit("b"), "比例达 90%", "90", "80")},
			[]line{{"b", "1", "（结转）规范化幼儿园比例不低于 95%", "95"}, {"a", "1", "规范化幼儿园比例不低于 95%", "95"}, {"c", "", "配合牵头单位落实本任务", ""}}},
		{"an entry of last year's schedule", nil, []target.Unfinished{unfinished(target.Schedule, "3", unit("c"), "开展创“优均”工作", "", "")},
			[]line{{"c", "", "（结转）开展创“优均”工作", ""}, {"a", "", "配合牵头单位落实本任务", ""}, {"b", "", "配合牵头单位落实本任务", ""}}},
		{"work in support, carried for the second time", nil, []target.Unfinished{unfinished("", "", unit("a"), "（结转）制定办法", "", "")},
			[]line{{"a", "", "（结转）制定办法", ""}, {"b", "", "配合牵头单位落实本任务", ""}, {"c", "", "配合牵头单位落实本任务", ""}}},
		{"what nobody was to deliver", nil, []target.Unfinished{unfinished(target.Schedule, "3", org.UnitRef{}, "开展", "", "")},
			[]line{{"a", "", "配合牵头单位落实本任务", ""}, {"b", "", "配合牵头单位落实本任务", ""}, {"c", "", "配合牵头单位落实本任务", ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := target.Requirement{Year: 2026, Targets: c.targets, Units: counties()}
			items, carried := target.Carry(r, c.unfinished)
			require.Equal(t, c.want, lines(items))
			for i, item := range items {
				require.Equal(t, i < carried, strings.HasPrefix(item.Content, "（结转）"))
			}
			require.Empty(t, target.Check(r, items, nil))
		})
	}
}

// 35 by 2030, of which 12 are reached in 2026: 23 are left for four years.
func TestCarryInTheSeedsKindOfTarget(t *testing.T) {
	thirtyFive := target.Target{Key: "1", Kind: target.Sum, Op: target.AtLeast, Value: figure("35"), Measure: "个", Metric: "城乡教育共同体", Deadline: yearEnd(2030)}
	year := target.ForYear([]target.Target{thirtyFive}, 2027, 2035, map[string]target.Amount{"1": *figure("12")}, places)
	require.Equal(t, figure("6"), year[0].Amount)
	items, _ := target.Carry(target.Requirement{Year: 2027, Targets: year, Units: counties()}, []target.Unfinished{unfinished(target.Sum, "1", unit("c"), "完成 2 个", "2", "")})
	require.Equal(t, []line{{"c", "1", "（结转）完成城乡教育共同体 2 个", "2"}, {"a", "1", "完成城乡教育共同体 2 个", "2"},
		{"b", "1", "完成城乡教育共同体 1 个", "1"}, {"c", "1", "完成城乡教育共同体 1 个", "1"}}, lines(items))
}

func TestWhatIsCarriedMayBeSubmitted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequirement(t)
		var left []target.Unfinished
		for range rapid.IntRange(0, 6).Draw(t, "unfinished") {
			u := target.Unfinished{Kind: rapid.SampledFrom(append([]target.Kind{""}, kinds...)).Draw(t, "kind"), Item: target.Item{
				Unit: rapid.SampledFrom(r.Units).Draw(t, "unit"), Content: "旧", TargetKey: rapid.SampledFrom([]string{"", "1", "2", "9"}).Draw(t, "key")}}
			if rapid.Bool().Draw(t, "figure") {
				asked := target.Amount(rapid.Int64Range(0, 1e9).Draw(t, "asked"))
				u.Item.Amount = &asked
			}
			left = append(left, u)
		}
		items, carried := target.Carry(r, left)
		require.Empty(t, target.Check(r, items, nil))
		for i, item := range items {
			require.Equal(t, i+1, item.Key)
			require.Equal(t, r.Year, item.Due.Year)
		}
		require.LessOrEqual(t, carried, len(left))
		if len(left) == 0 {
			require.Equal(t, target.Propose(r), items)
		}
	})
}
