package org_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/org"
)

// town is a small administration: two bureaus, one of which was renamed, three
// areas and the groups that they form.
type town struct {
	units   []org.Unit
	groups  []org.Group
	aliases []org.Alias
}

func newTown() town {
	return town{
		units: []org.Unit{
			{ID: "education", Name: "市教育局", Active: true},
			{ID: "planning", Name: "市发展改革局", Active: true},
			{ID: "planning-old", Name: "市发展计划局", Active: false},
			{ID: "heping", Name: "和平县", Level: "county", Active: true},
			{ID: "yuancheng", Name: "源城区", Level: "county", Active: true},
			{ID: "county-old", Name: "郊区", Level: "county", Active: false},
		},
		groups: []org.Group{
			{ID: "counties", Name: "各县（区）人民政府（管委会）", Members: []string{"yuancheng", "county-old", "heping"}},
			{ID: "schools", Name: "市直各学校"},
		},
		aliases: []org.Alias{
			{Alias: "市发改局", Unit: "planning", Reason: "简称"},
			{Alias: "市发展计划局", Unit: "planning", Reason: "更名"},
			{Alias: "各县（区）", Group: "counties", Reason: "简称"},
		},
	}
}

func (w town) registry(t *testing.T) *org.Registry {
	t.Helper()
	r, err := org.NewRegistry(w.units, w.groups, w.aliases)
	require.NoError(t, err)
	return r
}

func TestResolve(t *testing.T) {
	r := newTown().registry(t)
	planning := org.UnitRef{ID: "planning", Name: "市发展改革局"}
	counties := org.UnitRef{ID: "counties", Name: "各县（区）人民政府（管委会）"}
	areas := []org.UnitRef{{ID: "yuancheng", Name: "源城区"}, {ID: "heping", Name: "和平县"}}

	for written, want := range map[string]org.Resolution{
		"市发展改革局":             {Unit: &planning, Members: []org.UnitRef{planning}, Via: org.ViaName},
		" 市发展 改革局\n":         {Unit: &planning, Members: []org.UnitRef{planning}, Via: org.ViaName},
		"市发\u200b展改革局\ufeff": {Unit: &planning, Members: []org.UnitRef{planning}, Via: org.ViaName},
		"市发改局":               {Unit: &planning, Members: []org.UnitRef{planning}, Via: org.ViaAlias},
		"市发展计划局":             {Unit: &planning, Members: []org.UnitRef{planning}, Via: org.ViaAlias},
		"各县（区）人民政府（管委会）":     {Group: &counties, Members: areas, Via: org.ViaGroup},
		"各县(区)人民政府(管委会)":     {Group: &counties, Members: areas, Via: org.ViaGroup},
		"各县（区)":              {Group: &counties, Members: areas, Via: org.ViaGroupAlias},
		"市直各学校":              {Group: &org.UnitRef{ID: "schools", Name: "市直各学校"}, Members: []org.UnitRef{}, Via: org.ViaGroup},
	} {
		got, found := r.Resolve(written)
		require.True(t, found, written)
		want.Written = written
		require.Equal(t, want, got)
	}
	for _, written := range []string{"", "（）", "市发展", "市发展改革局办公室", "发展改革局", "郊区", "各县区", "市教育局、市发改局"} {
		_, found := r.Resolve(written)
		require.False(t, found, "%q is nobody's name", written)
	}
}

func TestAUnitKeepsItsIDWhenItIsNoLongerActive(t *testing.T) {
	r := newTown().registry(t)
	old, known := r.Unit("planning-old")
	require.True(t, known, "records still name it")
	require.False(t, old.Active)
	require.Equal(t, org.UnitRef{ID: "planning-old", Name: "市发展计划局"}, old.Ref())
	_, known = r.Unit("nobody")
	require.False(t, known)
	require.Len(t, r.Units(), 6)
	require.Equal(t, "education", r.Units()[0].ID)
}

func TestNewRegistryRefusesAClash(t *testing.T) {
	for name, c := range map[string]struct {
		change        func(*town)
		first, second string
	}{
		"two units of one name":                         {func(w *town) { w.units = append(w.units, org.Unit{ID: "other", Name: "市教育 局", Active: true}) }, "市教育局", "市教育 局"},
		"a group named as a unit":                       {func(w *town) { w.groups[1].Name = "和平县" }, "和平县", "和平县"},
		"two groups that differ in their brackets only": {func(w *town) { w.groups[1].Name = "各县(区)人民政府(管委会)" }, "各县（区）人民政府（管委会）", "各县(区)人民政府(管委会)"},
		"an alias that is another unit's name":          {func(w *town) { w.aliases[0].Alias = "市教育局" }, "市教育局", "市发展改革局"},
		"an alias of two":                               {func(w *town) { w.aliases = append(w.aliases, org.Alias{Alias: "市发改局", Unit: "education"}) }, "市发展改革局", "市教育局"},
		"an alias of a unit and a group":                {func(w *town) { w.aliases = append(w.aliases, org.Alias{Alias: "各县(区)", Unit: "heping"}) }, "各县（区）人民政府（管委会）", "和平县"},
		"a name that came back to life":                 {func(w *town) { w.units[2].Active = true }, "市发展计划局", "市发展改革局"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown()
			c.change(&w)
			_, err := org.NewRegistry(w.units, w.groups, w.aliases)
			var clash *org.ClashError
			require.ErrorAs(t, err, &clash)
			require.Equal(t, c.first, clash.First)
			require.Equal(t, c.second, clash.Second)
			require.ErrorContains(t, err, "同时指向")
		})
	}
}

func TestNewRegistryRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*town)
		says   string
	}{
		"a unit without an id":     {func(w *town) { w.units[0].ID = "" }, "no id"},
		"a unit's id twice":        {func(w *town) { w.units[0].ID = "planning" }, "twice"},
		"a unit without a name":    {func(w *town) { w.units[0].Name = "\u3000 " }, "blank"},
		"a group without an id":    {func(w *town) { w.groups[1].ID = "" }, "no id"},
		"a group's id twice":       {func(w *town) { w.groups[1].ID = "counties" }, "twice"},
		"a member that is no unit": {func(w *town) { w.groups[1].Members = []string{"nobody"} }, "unknown member"},
		"a member twice":           {func(w *town) { w.groups[1].Members = []string{"heping", "heping"} }, "twice"},
		"an alias of nobody":       {func(w *town) { w.aliases[0].Unit = "nobody" }, "no one unit or group"},
		"an alias without a unit":  {func(w *town) { w.aliases[0].Unit = "" }, "no one unit or group"},
		"an alias of both":         {func(w *town) { w.aliases[0].Group = "counties" }, "no one unit or group"},
		"an alias that is blank":   {func(w *town) { w.aliases[0].Alias = "" }, "blank"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown()
			c.change(&w)
			_, err := org.NewRegistry(w.units, w.groups, w.aliases)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestWhatIsNoClash(t *testing.T) {
	w := newTown()
	w.aliases = append(w.aliases,
		org.Alias{Alias: "市发改局", Unit: "planning", Reason: "重复登记"},
		org.Alias{Alias: "各县(区)人民政府(管委会)", Group: "counties", Reason: "半角括号"},
		org.Alias{Alias: "郊区管委会", Unit: "county-old", Reason: "已撤销"},
		org.Alias{Alias: "郊区", Unit: "yuancheng", Reason: "并入"})
	r := w.registry(t)
	got, _ := r.Resolve("各县（区）人民政府（管委会）")
	require.Equal(t, org.ViaGroup, got.Via, "it is found by its own name")
	got, _ = r.Resolve("郊区")
	require.Equal(t, "yuancheng", got.Unit.ID, "the name lives on as its successor's alias")
	_, found := r.Resolve("郊区管委会")
	require.False(t, found, "a unit that is gone is not found by its aliases")
}

func TestARegistryDoesNotChange(t *testing.T) {
	w := newTown()
	r := w.registry(t)
	w.units[0].Name, w.groups[0].Members[0] = "无", "education"
	r.Units()[1].Name, r.Groups()[0].Members[1] = "无", "education"

	require.Equal(t, newTown().units, r.Units())
	require.Equal(t, newTown().groups, r.Groups())
}

func TestNormalize(t *testing.T) {
	for written, want := range map[string]string{
		"各县（区）":                "各县(区)",
		"　市 教　育局 ":             "市教育局",
		"ＡＢ１２！":                "AB12!",
		"China  Mobile 河源 分公司": "China Mobile河源分公司",
		"China\nMobile":        "China Mobile",
		"\ufeff市\u00ad教育局":     "市教育局",
		"第 3 中学":               "第3中学",
		" \t\r\n":              "",
	} {
		require.Equal(t, want, org.Normalize(written))
	}
}

func TestNormalizeLaws(t *testing.T) {
	written := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("市局（）() 　\u200bAＡ1１"))))
	rapid.Check(t, func(t *rapid.T) {
		name := written.Draw(t, "name")
		got := org.Normalize(name)
		require.Equal(t, got, org.Normalize(got), "once is enough")
		require.Equal(t, got, org.Normalize(" "+name+"\u3000"), "what stands around it does not count")
		require.Equal(t, got, org.Normalize(strings.NewReplacer("(", "（", ")", "）").Replace(name)), "nor the width of brackets")
		for _, c := range got {
			require.False(t, unicode.IsSpace(c) && c != ' ', "%q", c)
		}
	})
}

func TestRoles(t *testing.T) {
	for _, role := range org.Roles() {
		require.True(t, role.Valid())
	}
	org.Roles()[0] = "mayor"
	require.Equal(t, org.Operator, org.Roles()[0])
	for _, role := range []org.Role{"", "mayor", "Head"} {
		require.False(t, role.Valid())
	}
}
