package target_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/calendar"
	"duban/org"
	"duban/target"
)

func day(month time.Month, n int) calendar.Date { return calendar.NewDate(2026, month, n) }

// counties are the supporting units a, b and c.
func counties() []org.UnitRef { return []org.UnitRef{unit("a"), unit("b"), unit("c")} }

// communities asks for 7 of the 35 城乡教育共同体 in 2026.
func communities() target.YearTarget {
	return target.YearTarget{TargetKey: "1", Kind: target.Sum, Metric: "城乡教育共同体", Text: "至2030年底全市建成35个城乡教育共同体",
		Op: target.AtLeast, Amount: figure("7"), Measure: "个", Deadline: calendar.NewDate(2030, time.December, 31)}
}

func kindergartens() target.YearTarget {
	return target.YearTarget{TargetKey: "1", Kind: target.Level, Metric: "规范化幼儿园比例", Op: target.AtLeast,
		Amount: figure("95"), Measure: "%", Units: counties()[:2]}
}

func item(key int, unit org.UnitRef, value string) target.Item {
	return target.Item{Key: key, Unit: unit, Content: "按要求完成", TargetKey: "1", Amount: figure(value), Due: day(time.November, 30)}
}

func support(key int, unit org.UnitRef) target.Item {
	return target.Item{Key: key, Unit: unit, Content: "配合", Due: day(time.November, 30)}
}

// decomposition is what a lead unit submits.
type decomposition struct {
	targets []target.YearTarget
	items   []target.Item
	excuses []target.Excuse
}

func (d decomposition) check() []target.Fault {
	return target.Check(target.Requirement{Year: 2026, Targets: d.targets, Units: counties()}, d.items, d.excuses)
}

// found is where a fault is and which.
func found(faults []target.Fault) []string {
	var all []string
	for _, f := range faults {
		all = append(all, f.Field()+" "+f.Code)
	}
	return all
}

func sumOf(values ...string) decomposition {
	d := decomposition{targets: []target.YearTarget{communities()}}
	for i, v := range values {
		d.items = append(d.items, item(i+1, counties()[i], v))
	}
	return d
}

func levelOf(values ...string) decomposition {
	d := sumOf(values...)
	d.targets = []target.YearTarget{kindergartens()}
	return d
}

func (d decomposition) with(change func(d *decomposition)) decomposition {
	d.items, d.targets = slices.Clone(d.items), slices.Clone(d.targets)
	change(&d)
	return d
}

func TestCheck(t *testing.T) {
	milestone := target.YearTarget{TargetKey: "1", Kind: target.Milestone, Text: "2026年9月底前完成标准化建设", Deadline: day(time.September, 30)}
	schedule := target.YearTarget{TargetKey: "1", Kind: target.Schedule, Metric: "优均", Places: []string{"a", "和平县"}}
	narrative := target.YearTarget{TargetKey: "1", Kind: target.Narrative, Text: "持续推进"}
	bound := target.YearTarget{TargetKey: "1", Kind: target.Bound, Metric: "校际差异系数", Amount: figure("0.15")}
	only := func(t target.YearTarget, items ...target.Item) decomposition {
		return decomposition{targets: []target.YearTarget{t}, items: items}
	}
	a, b, c := unit("a"), unit("b"), unit("c")
	due := func(d calendar.Date) func(*decomposition) {
		return func(to *decomposition) { to.items[0].Due = d }
	}

	for name, one := range map[string]struct {
		decomposition
		want []string
	}{
		"a sum that adds up":             {sumOf("3", "2", "2"), nil},
		"one too few":                    {sumOf("2", "2", "2"), []string{"targets[0] does-not-add-up"}},
		"one too many":                   {sumOf("4", "2", "2"), []string{"targets[0] does-not-add-up"}},
		"a little too many":              {sumOf("3.0001", "2", "2"), []string{"targets[0] does-not-add-up"}},
		"nothing yet":                    {decomposition{targets: []target.YearTarget{communities()}}, []string{"targets[0] does-not-add-up", " unit-not-covered", " unit-not-covered", " unit-not-covered"}},
		"a negative amount evens it out": {sumOf("6", "2", "-1"), []string{"items[2].amount amount-not-positive"}},
		"a share of zero":                {sumOf("4", "3", "0"), []string{"items[2].amount amount-not-positive"}},
		"an amount is missing":           {sumOf("4", "3", ""), []string{"items[2].amount amount-missing"}},
		"amounts too large to add": {sumOf("922337203685477.5807", "922337203685477.5807", "8"),
			[]string{"targets[0] does-not-add-up"}},
		"another measure": {sumOf("3", "2", "2").with(func(d *decomposition) { d.items[1].Measure = "所" }), []string{"items[1].measure measure"}},
		"a unit has an item of another kind": {decomposition{targets: []target.YearTarget{communities()},
			items: []target.Item{item(1, a, "7"), support(2, b), support(3, c)}}, nil},
		"a unit outside the supporting ones delivers": {sumOf("3", "2", "1").with(func(d *decomposition) { d.items = append(d.items, item(4, unit("lead"), "1")) }), nil},

		"the same key twice":  {sumOf("3", "2", "2").with(func(d *decomposition) { d.items[2].Key = 1 }), []string{"items[2].key key-twice"}},
		"a key below 1":       {sumOf("3", "2", "2").with(func(d *decomposition) { d.items[0].Key = 0 }), []string{"items[0].key key"}},
		"no content":          {sumOf("3", "2", "2").with(func(d *decomposition) { d.items[1].Content = " \n" }), []string{"items[1].content content-missing"}},
		"no responsible unit": {sumOf("3", "2", "2").with(func(d *decomposition) { d.items[1].Unit = org.UnitRef{} }), []string{"items[1].unit unit-missing", " unit-not-covered"}},
		"an unknown target": {sumOf("3", "4").with(func(d *decomposition) { d.items = append(d.items, support(3, c)); d.items[2].TargetKey = "9" }),
			[]string{"items[2].targetKey target-unknown"}},

		"no date":              {sumOf("3", "2", "2").with(due(calendar.Date{})), []string{"items[0].due due-missing"}},
		"a date that is none":  {sumOf("3", "2", "2").with(due(calendar.Date{Year: 2026, Month: 2, Day: 29})), []string{"items[0].due due-missing"}},
		"the year before":      {sumOf("3", "2", "2").with(due(calendar.NewDate(2025, 12, 31))), []string{"items[0].due due-not-in-year"}},
		"the year after":       {sumOf("3", "2", "2").with(due(calendar.NewDate(2027, 1, 1))), []string{"items[0].due due-not-in-year"}},
		"the year's last day":  {sumOf("3", "2", "2").with(due(day(time.December, 31))), nil},
		"the deadline's day":   {only(milestone, item(1, a, ""), support(2, b), support(3, c)).with(due(day(time.September, 30))), nil},
		"after the deadline":   {only(milestone, item(1, a, ""), support(2, b), support(3, c)).with(due(day(time.October, 1))), []string{"items[0].due due-after-deadline"}},
		"nobody does it":       {only(milestone, support(1, a), support(2, b), support(3, c)), []string{"targets[0] no-item"}},
		"a deadline long past": {only(milestone, item(1, a, ""), support(2, b), support(3, c)).with(func(d *decomposition) { d.targets[0].Deadline = calendar.NewDate(2024, 1, 1) }), nil},

		"a level for the units it concerns": {levelOf("95", "100", "95"), nil},
		"a level that is too low":           {levelOf("94.9999", "100", "95"), []string{"items[0].amount amount-does-not-meet"}},
		"a level without a figure":          {levelOf("", "100", "95"), []string{"items[0].amount amount-missing"}},
		"a unit that it concerns is left out": {levelOf("95").with(func(d *decomposition) { d.items = append(d.items, support(2, b), support(3, c)) }),
			[]string{"targets[0] unit-without-item"}},
		"a unit that it concerns is excused": {levelOf("95").with(func(d *decomposition) {
			d.items = append(d.items, support(2, c))
			d.excuses = []target.Excuse{{Unit: b, Reason: "本年度无幼儿园"}}
		}), nil},
		"a bound that is held":   {only(bound, item(1, a, "0.15"), support(2, b), support(3, c)), nil},
		"a bound that is broken": {only(bound, item(1, a, "0.16"), support(2, b), support(3, c)), []string{"items[0].amount amount-does-not-meet"}},
		"a bound for nobody":     {only(bound, support(1, a), support(2, b), support(3, c)), []string{"targets[0] no-item"}},

		"a schedule whose places are served": {only(schedule, item(1, a, ""), item(2, unit("和平县"), ""), support(3, b), support(4, c)), nil},
		"a schedule's place is left out":     {only(schedule, item(1, a, ""), support(2, b), support(3, c)), []string{"targets[0] place-without-item"}},
		"a place that is no unit is named":   {only(schedule, item(1, a, ""), item(2, b, ""), support(3, c)).with(func(d *decomposition) { d.items[1].Content = "指导和平县创建" }), nil},
		"a place's unit cannot be replaced by words": {only(schedule, item(1, b, ""), item(2, c, ""), support(3, a)).with(func(d *decomposition) { d.items[0].Content, d.items[1].Content = "a 单位a", "和平县" }),
			[]string{"targets[0] place-without-item"}},
		"a schedule of another year": {only(target.YearTarget{TargetKey: "1", Kind: target.Schedule}, support(1, a), support(2, b), support(3, c)), nil},
		"a narrative with one item":  {only(narrative, item(1, a, ""), support(2, b), support(3, c)), nil},
		"a narrative with none":      {only(narrative, support(1, a), support(2, b), support(3, c)), []string{"targets[0] no-item"}},

		"an excuse with a reason": {sumOf("3", "4").with(func(d *decomposition) { d.excuses = []target.Excuse{{Unit: c, Reason: "已全部建成"}} }), nil},
		"an excuse without one":   {sumOf("3", "4").with(func(d *decomposition) { d.excuses = []target.Excuse{{Unit: c, Reason: " "}} }), []string{"excuses[0].reason reason-missing"}},
		"an item and an excuse":   {sumOf("3", "2", "2").with(func(d *decomposition) { d.excuses = []target.Excuse{{Unit: c, Reason: "无"}} }), []string{"excuses[0].unit item-and-excuse"}},
		"excused twice": {sumOf("3", "4").with(func(d *decomposition) {
			d.excuses = []target.Excuse{{Unit: c, Reason: "无"}, {Unit: c, Reason: "无"}}
		}), []string{"excuses[1].unit excuse-twice"}},
		"an excuse that nobody asked for": {sumOf("3", "2", "2").with(func(d *decomposition) { d.excuses = []target.Excuse{{Unit: unit("z"), Reason: "无"}} }), []string{"excuses[0].unit excuse-not-asked"}},
		"a unit is passed over":           {sumOf("3", "4"), []string{" unit-not-covered"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, one.want, found(one.check()))
		})
	}
}

func TestCheckSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	few := sumOf("2", "2", "1").check()
	require.Len(t, few, 1)
	require.Equal(t, "“城乡教育共同体”今年应分解 7 个，现合计 5 个，少 2 个，请补足。", few[0].Zh)
	require.Equal(t, `"城乡教育共同体" asks for 7 个 this year; the items add up to 5 个: 2 个 too few.`, few[0].En)

	many := sumOf("5", "2", "1").check()
	require.Len(t, many, 1)
	require.Equal(t, "“城乡教育共同体”今年应分解 7 个，现合计 8 个，多 1 个，请减少。", many[0].Zh)

	low := levelOf("90", "95", "95").check()
	require.Len(t, low, 1)
	require.Equal(t, "“规范化幼儿园比例”要求不低于 95%，现填 90%，请修改。", low[0].Zh)
}
