package org_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/org"
)

// sheet makes rows of cells from lines whose cells are divided by bars.
func sheet(lines ...string) [][]string {
	var rows [][]string
	for _, line := range lines {
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	return rows
}

func TestReadUnits(t *testing.T) {
	units, groups, aliases, faults := org.ReadUnits(sheet(
		"全市单位表",
		"类别   | 单位名称     | 级别 | 别名                | 编号      | 所属组          | 简称   | 成员",
		"政府   | 市发展改革局 | 市级 | 市发改局、市发展和改革局 | planning | 教育领导小组     | 发改局 |",
		"       |              |      |                     |           |                 |        |",
		"地区   | 和平县       | 县区 | 和平县人民政府       | heping    |                 |        |",
		"地区   | 源城区       | 县区 |                     |           | 教育领导小组；各区 |        |",
		"单位组 | 各县（区）   |      | 各县（区）人民政府（管委会、党工委） |   |          |        | 级别=县区；类别=地区",
		"单位组 | 牵头单位     |      |                     | leads     |                 |        | 市发改局、源城区",
	), nil)
	require.Empty(t, faults)
	require.Len(t, units, 3)
	require.Equal(t, org.Unit{ID: "planning", Name: "市发展改革局", ShortName: "发改局", Level: "city", Kind: "government", Position: 1, Active: true}, units[0])
	require.Equal(t, org.Unit{ID: "heping", Name: "和平县", Level: "county", Kind: "area", Position: 3, Active: true}, units[1])
	yuancheng := units[2].ID
	require.Regexp(t, `^u-[0-9a-f]{16}$`, yuancheng)
	require.Len(t, groups, 4)
	require.Equal(t, "各县（区）", groups[0].Name)
	require.Equal(t, []string{"heping", yuancheng}, groups[0].Members)
	require.Equal(t, org.Group{ID: "leads", Name: "牵头单位", Members: []string{"planning", yuancheng}}, groups[1])
	require.Equal(t, "教育领导小组", groups[2].Name)
	require.Equal(t, []string{"planning", yuancheng}, groups[2].Members)
	require.Equal(t, []string{yuancheng}, groups[3].Members)
	require.Equal(t, []org.Alias{{Alias: "市发改局", Unit: "planning", Reason: "单位导入"}, {Alias: "市发展和改革局", Unit: "planning", Reason: "单位导入"},
		{Alias: "和平县人民政府", Unit: "heping", Reason: "单位导入"}, {Alias: "各县（区）人民政府（管委会、党工委）", Group: groups[0].ID, Reason: "单位导入"}}, aliases)
	_, err := org.NewRegistry(units, groups, aliases)
	require.NoError(t, err)
}

func TestReadUnitsNamesRowAndColumn(t *testing.T) {
	for name, c := range map[string]struct {
		rows   [][]string
		row    int
		column string
		zh, en string
	}{
		"no heads":           {sheet("序|名", "1|市教育局"), 0, "单位名称", "没有找到“单位名称”一栏", "no column"},
		"no rows":            {nil, 0, "单位名称", "没有找到", "no column"},
		"nobody":             {sheet("编号|单位名称"), 0, "单位名称", "没有单位", "no units"},
		"blank name":         {sheet("编号|单位名称", "a|市教育局", "b|"), 3, "单位名称", "第 3 行“单位名称”：不能为空", "Row 3, column 单位名称"},
		"a name twice":       {sheet("编号|单位名称", "a|市教育局", "b|市 教育局"), 3, "单位名称", "与第 2 行重复", "row 2"},
		"an id twice":        {sheet("编号|单位名称", "a|市教育局", "a|市财政局"), 3, "编号", "编号“a”与第 2 行重复", "row 2"},
		"a broken id":        {sheet("编号|单位名称", "a b|市教育局"), 2, "编号", "只能是", "letters"},
		"a level":            {sheet("编号|单位名称|级别", "a|市教育局|国际"), 2, "级别", "不认识“国际”，可填：省、市、县、镇、学校", "not known"},
		"a kind":             {sheet("编号|单位名称|类别", "a|市教育局|什么"), 2, "类别", "不认识“什么”", "not known"},
		"an alias of two":    {sheet("单位名称|别名", "市教育局|教育", "市财政局|教育"), 3, "别名", "“教育”与第 2 行重复", "row 2"},
		"an alias and unit":  {sheet("单位名称|别名", "市教育局|市财政局", "市财政局|"), 3, "单位名称", "与第 2 行重复", "row 2"},
		"a rule of nothing":  {sheet("单位名称|类别|级别|成员", "市教育局|政府|市|", "各县|单位组||级别=县区"), 3, "成员", "没有符合", "No unit fits"},
		"no rule":            {sheet("单位名称|类别|成员", "市教育局|政府|", "各县|单位组|大小=县区"), 3, "成员", "看不懂“大小=县区”", "no rule"},
		"an unknown member":  {sheet("单位名称|类别|成员", "市教育局|政府|", "各局|单位组|市教育局、市水务局"), 3, "成员", "没有名为“市水务局”的单位", "no unit called"},
		"members of a unit":  {sheet("单位名称|类别|成员", "市教育局|政府|市财政局"), 2, "成员", "只有类别为“单位组”的行", "Only a row"},
		"a group and a unit": {sheet("单位名称|所属组", "市教育局|市财政局", "市财政局|"), 2, "所属组", "“市财政局”与第 3 行重复", "row 3"},
	} {
		t.Run(name, func(t *testing.T) {
			units, groups, aliases, faults := org.ReadUnits(c.rows, nil)
			require.Nil(t, units)
			require.Nil(t, groups)
			require.Nil(t, aliases)
			require.Len(t, faults, 1)
			require.Equal(t, c.row, faults[0].Row)
			require.Equal(t, c.column, faults[0].Column)
			require.Contains(t, faults[0].Zh, c.zh)
			require.Contains(t, faults[0].En, c.en)
		})
	}
}

func TestMerge(t *testing.T) {
	r := newTown().registry(t)
	units, groups, aliases, faults := org.ReadUnits(sheet(
		"单位名称|级别|别名|所属组",
		"市教育局|||",
		"和平县|县||",
		"源城区|||",
		"市水务局|市|市水利局|各县（区）",
		"市发展改革局||市发改局|",
	), r)
	require.Empty(t, faults)
	m := r.Merge(units, groups, aliases)
	changes := map[string]org.Change{}
	for _, u := range m.Units {
		changes[u.After.Name] = u.Change
		require.Equal(t, u.Change == org.Added, u.Before == nil)
	}
	require.Equal(t, map[string]org.Change{"市教育局": "unchanged", "和平县": "unchanged", "源城区": "unchanged", "市水务局": "new", "市发展改革局": "unchanged"}, changes)
	require.Equal(t, "heping", units[1].ID, "found by its name")
	require.Len(t, m.Groups, 1)
	require.Equal(t, org.Changed, m.Groups[0].Change)
	require.Equal(t, []string{"yuancheng", "county-old", "heping", units[3].ID}, m.Groups[0].After.Members, "joining takes nobody away")
	require.Equal(t, []string{"yuancheng", "county-old", "heping"}, m.Groups[0].Before.Members)
	require.Equal(t, []org.Change{org.Added, org.Unchanged}, []org.Change{m.Aliases[0].Change, m.Aliases[1].Change})
	require.Empty(t, m.Clashes)
}

func TestMergeFindsEveryClash(t *testing.T) {
	r := newTown().registry(t)
	units, groups, aliases, faults := org.ReadUnits(sheet("编号|单位名称|别名", "new|市发改局|", "other|市水务局|各县(区)、市教育局"), r)
	require.Empty(t, faults)
	var names []string
	for _, clash := range r.Merge(units, groups, aliases).Clashes {
		names = append(names, clash.Name)
	}
	require.ElementsMatch(t, []string{"市发改局", "各县(区)", "市教育局"}, names)
}

// What was imported is there: the same list again changes nothing, and the
// merged registry is one.
func TestImportingTwiceChangesNothing(t *testing.T) {
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`市[教财水农林]{1,3}局`), 1, 6, rapid.ID[string])
	rapid.Check(t, func(t *rapid.T) {
		rows := [][]string{{"单位名称", "级别", "别名", "所属组"}}
		for _, name := range names.Draw(t, "names") {
			rows = append(rows, []string{name, rapid.SampledFrom([]string{"", "市", "县区"}).Draw(t, "level"),
				"驻" + name, rapid.SampledFrom([]string{"", "各局", "各局、大组"}).Draw(t, "groups")})
		}
		units, groups, aliases, faults := org.ReadUnits(rows, nil)
		require.Empty(t, faults)
		r, err := org.NewRegistry(units, groups, aliases)
		require.NoError(t, err)
		units, groups, aliases, faults = org.ReadUnits(rows, r)
		require.Empty(t, faults)
		m := r.Merge(units, groups, aliases)
		require.Empty(t, m.Clashes)
		for _, c := range m.Units {
			require.Equal(t, org.Unchanged, c.Change)
		}
		for _, c := range m.Groups {
			require.Equal(t, org.Unchanged, c.Change)
		}
		for _, c := range m.Aliases {
			require.Equal(t, org.Unchanged, c.Change)
		}
	})
}
