package light_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/light"
)

func TestPresetsAreValid(t *testing.T) {
	for _, name := range light.Presets() {
		table := preset(t, name)
		require.Equal(t, name, table.Preset)
		require.NotEmpty(t, table.Rules)
	}
	_, known := light.Preset("nowhere")
	require.False(t, known)
	require.Equal(t, preset(t, light.PresetDefault), light.Default())
	require.NoError(t, light.Table{}.Validate(), "a plan may do without lights")
}

func TestValidateRefuses(t *testing.T) {
	when := func(c light.Condition) func(*light.Table) {
		return func(t *light.Table) { t.Rules[1].When = []light.Condition{c} }
	}
	for name, c := range map[string]struct {
		change func(*light.Table)
		field  string
	}{
		"no key":                       {func(t *light.Table) { t.Rules[1].Key = " " }, "rules[1].key"},
		"a long key":                   {func(t *light.Table) { t.Rules[1].Key = strings.Repeat("k", 65) }, "rules[1].key"},
		"a key twice":                  {func(t *light.Table) { t.Rules[1].Key = t.Rules[0].Key }, "rules[1].key"},
		"an unknown light":             {func(t *light.Table) { t.Rules[1].Light = "purple" }, "rules[1].light"},
		"a rule for green":             {func(t *light.Table) { t.Rules[1].Light = light.Green }, "rules[1].light"},
		"a long name":                  {func(t *light.Table) { t.Rules[1].Zh = strings.Repeat("牌", 41) }, "rules[1].zh"},
		"a long English name":          {func(t *light.Table) { t.Rules[1].En = strings.Repeat("c", 41) }, "rules[1].en"},
		"no condition":                 {func(t *light.Table) { t.Rules[1].When = nil }, "rules[1].when"},
		"an unknown condition":         {when(light.Condition{Kind: "raining"}), "rules[1].when[0].kind"},
		"days out of bounds":           {when(light.Condition{Kind: light.Overdue, Days: 367}), "rules[1].when[0].days"},
		"days below 0":                 {when(light.Condition{Kind: light.DueWithin, Days: -1}), "rules[1].when[0].days"},
		"no points":                    {when(light.Condition{Kind: light.Behind}), "rules[1].when[0].points"},
		"points out of bounds":         {when(light.Condition{Kind: light.Below, Points: 101}), "rules[1].when[0].points"},
		"no count":                     {when(light.Condition{Kind: light.Returned}), "rules[1].when[0].count"},
		"a figure of another kind":     {when(light.Condition{Kind: light.Ordered, Count: 1, Days: 3}), "rules[1].when[0].days"},
		"working days where none are":  {when(light.Condition{Kind: light.Extended, Count: 1, Working: true}), "rules[1].when[0].working"},
		"too many conditions":          {func(t *light.Table) { t.Rules[1].When = make([]light.Condition, 6); fill(t.Rules[1].When) }, "rules[1].when"},
		"too many rules, each its own": {func(t *light.Table) { many(t, 41) }, "rules"},
	} {
		t.Run(name, func(t *testing.T) {
			table := light.Default()
			c.change(&table)
			var refusal *act.Refusal
			require.ErrorAs(t, table.Validate(), &refusal)
			require.Len(t, refusal.Faults, 1, "%v", refusal)
			require.Equal(t, c.field, refusal.Faults[0].Field)
			require.NotEmpty(t, refusal.Faults[0].Zh)
			require.NotEmpty(t, refusal.Faults[0].En)
		})
	}
}

func fill(conditions []light.Condition) {
	for i := range conditions {
		conditions[i] = light.Condition{Kind: light.Overdue}
	}
}

func many(table *light.Table, n int) {
	table.Rules = nil
	for i := range n {
		table.Rules = append(table.Rules, light.Rule{Key: strings.Repeat("r", i+1), Light: light.Red, When: []light.Condition{{Kind: light.Overdue}}})
	}
}

func TestRollUp(t *testing.T) {
	lit := func(c light.Colour) light.Light {
		return light.Light{Colour: c, Rule: "of " + string(c), Zh: string(c) + "之由", En: "why " + string(c)}
	}
	var r light.RollUp
	require.Equal(t, light.Light{Colour: light.Green, Zh: "尚未下达任务单", En: "nothing is dispatched yet"}, r.Light())
	r.AddClosed(3)
	require.Equal(t, light.Light{Colour: light.Green, Zh: "3 件任务单全部办结", En: "all 3 assignments are closed"}, r.Light())
	r.Add(lit(light.Green), 4)
	require.Equal(t, light.Light{Colour: light.Green, Rule: "of green", Zh: "未办结 4 件：绿灯 4 件", En: "4 open: 4 green"}, r.Light())
	r.Add(lit(light.Yellow), 2)
	r.Add(light.Light{Colour: light.Yellow, Zh: "后来者"}, 1)
	r.Add(lit(light.Blue), 1)
	require.Equal(t, light.Light{Colour: light.Yellow, Rule: "of yellow", Zh: "未办结 8 件：黄灯 3 件，蓝灯 1 件，绿灯 4 件；最重者yellow之由",
		En: "8 open: 3 yellow, 1 blue, 4 green; the gravest: why yellow"}, r.Light())
	r.Add(lit(light.Red), 1)
	r.Add(lit(light.Orange), 1)
	require.Equal(t, light.Red, r.Light().Colour)
	require.Equal(t, light.Counts{Green: 4, Blue: 1, Yellow: 3, Orange: 1, Red: 1, Closed: 3}, r.Counts)
}
