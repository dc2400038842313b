package org_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/org"
)

// city is a registry of full names without aliases.
func city(t require.TestingT, names ...string) *org.Registry {
	var units []org.Unit
	for i, name := range names {
		units = append(units, org.Unit{ID: name, Name: name, Position: i + 1, Active: true})
	}
	groups := []org.Group{{ID: "counties", Name: "各县（区）党（工）委、人民政府（管委会）"}, {ID: "schools", Name: "市直各学校"}}
	r, err := org.NewRegistry(units, groups, []org.Alias{{Alias: "各县（区）", Group: "counties"}})
	require.NoError(t, err)
	return r
}

var bureaus = []string{
	"市教育局", "市发展改革局", "市发展研究中心", "市人力资源和社会保障局", "市文化广电旅游体育局", "市卫生健康局", "市住房城乡建设局", "市住房公积金管理中心",
	"市市场监管局", "市工业和信息化局", "市政务服务和数据管理局", "市科学技术局", "市交通运输局", "市城市管理和综合执法局", "市国有资产监督管理委员会",
	"市委网络安全和信息化委员会办公室", "市委机构编制委员会办公室", "市委社会工作部", "市委外事工作委员会办公室", "市委教育工委", "市中级人民法院", "市人民检察院",
	"市妇女联合会", "市科学技术协会", "市委教育工作领导小组办公室", "市民政局", "和平县", "源城区", "江东新区", "市农业农村局", "市应急管理局", "市自然资源局",
}

// said is what was proposed, in short.
func said(proposals []org.Proposal) []string {
	list := []string{}
	for _, p := range proposals {
		var name string
		if p.Unit != nil {
			name = p.Unit.Name
		} else {
			name = p.Group.Name
		}
		list = append(list, name+" "+string(p.Confidence))
	}
	return list
}

func TestPropose(t *testing.T) {
	r := city(t, bureaus...)
	for written, want := range map[string][]string{
		"市发改局":         {"市发展改革局 high"},
		"市发展和改革局":      {"市发展改革局 high"},
		"市人社局":         {"市人力资源和社会保障局 high"},
		"市人力资源社会保障局":   {"市人力资源和社会保障局 high"},
		"市文广旅体局":       {"市文化广电旅游体育局 high"},
		"市文体局":         {"市文化广电旅游体育局 high"},
		"市卫健局":         {"市卫生健康局 high"},
		"市卫生局":         {"市卫生健康局 low"},
		"市住建局":         {"市住房城乡建设局 high"},
		"市住房和城乡建设局":    {"市住房城乡建设局 high"},
		"市市场监督管理局":     {"市市场监管局 high"},
		"市场监管局":        {"市市场监管局 medium"},
		"市场监督管理局":      {"市市场监管局 medium"},
		"市工信局":         {"市工业和信息化局 high"},
		"市政数局":         {"市政务服务和数据管理局 high"},
		"市政务和数据局":      {"市政务服务和数据管理局 medium"},
		"市科技局":         {"市科学技术局 high"},
		"市交通局":         {"市交通运输局 low"},
		"市城管局":         {"市城市管理和综合执法局 high"},
		"市国资委":         {"市国有资产监督管理委员会 high"},
		"市委网信办":        {"市委网络安全和信息化委员会办公室 high"},
		"市网信办":         {"市委网络安全和信息化委员会办公室 medium"},
		"市委社工部":        {"市委社会工作部 high"},
		"市委外办":         {"市委外事工作委员会办公室 high"},
		"市委教育工作委员会":    {"市委教育工委 high"},
		"市法院":          {"市中级人民法院 medium"},
		"市检察院":         {"市人民检察院 medium"},
		"市妇联":          {"市妇女联合会 high"},
		"市科协":          {"市科学技术协会 medium"},
		"河源市教育局":       {"市教育局 high"},
		"教育局":          {"市教育局 medium"},
		"发改局":          {"市发展改革局 medium"},
		"和平县人民政府":      {"和平县 high"},
		"江东新区管委会":      {"江东新区 high"},
		"各县〔区〕":        {"各县（区）党（工）委、人民政府（管委会） high"},
		"各县（区）政府":      {"各县（区）党（工）委、人民政府（管委会） medium"},
		"各县区人民政府":      {"各县（区）党（工）委、人民政府（管委会） medium"},
		"市教育局":         {},
		" 市教育 局":       {},
		"市发改委":         {},
		"省教育厅":         {},
		"县教育局":         {},
		"省发展改革局":       {},
		"财政部":          {},
		"国家发展改革委":      {},
		"市建设局":         {},
		"市教育考试院":       {},
		"市体育局":         {},
		"市水务局":         {},
		"市改革局":         {},
		"市民族宗教局":       {},
		"和平县教育局":       {},
		"和平小学":         {},
		"各镇人民政府":       {},
		"局":            {},
		"":             {},
		"各成员单位":        {},
		"市农业局":         {"市农业农村局 low"},
		"市应急局":         {"市应急管理局 medium"},
		"市委编办":         {"市委机构编制委员会办公室 high"},
		"市委教育办":        {"市委教育工作领导小组办公室 medium"},
		"市教育局（市委教育工委）": {},
	} {
		require.Equal(t, want, said(org.Propose(written, r)), written)
	}
}

func TestProposalsGivePreciseReasons(t *testing.T) {
	r := city(t, bureaus...)
	p := org.Propose("市发改局", r)
	require.Equal(t, "是简称（发＝发展，改＝改革）。", p[0].Reason)
	require.Equal(t, "It is a short form (发＝发展, 改＝改革).", p[0].ReasonEn)
	require.Equal(t, "市发展改革局", p[0].Name)
	require.Equal(t, &org.UnitRef{ID: "市发展改革局", Name: "市发展改革局"}, p[0].Unit)
	require.Nil(t, p[0].Group)
	require.Contains(t, org.Propose("教育局", r)[0].Reason, "没有写级别")
	require.Contains(t, org.Propose("市网信办", r)[0].Reason, "市委")
}

func TestAmbiguousNamesListSeveral(t *testing.T) {
	r := city(t, "市文化旅游局", "市文物旅游局", "市教育局", "县教育局")
	for written, want := range map[string][]string{
		"市文旅局": {"市文化旅游局 medium", "市文物旅游局 medium"},
		"教育局":  {"市教育局 medium", "县教育局 medium"},
	} {
		require.Equal(t, want, said(org.Propose(written, r)), written)
	}
	require.Contains(t, org.Propose("市文旅局", r)[0].Reason, "另有单位同样符合")
}

// What was abolished is proposed to nobody.
func TestNobodyIsSentToAnAbolishedUnit(t *testing.T) {
	r, err := org.NewRegistry([]org.Unit{{ID: "a", Name: "市发展改革局"}, {ID: "b", Name: "郊区"}}, nil, nil)
	require.NoError(t, err)
	require.Empty(t, org.Propose("市发改局", r))
	require.Empty(t, org.Propose("郊区人民政府", r))
}

// A proposal never changes the registry, names only what is in it, and keeps
// its order.
func TestProposeLaws(t *testing.T) {
	r := city(t, bureaus...)
	name := rapid.StringOfN(rapid.SampledFrom([]rune("市县省委发展改革人力资源社会保障文化广电和（）局厅办部教育")), 0, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		written := name.Draw(t, "written")
		first := org.Propose(written, r)
		require.Equal(t, first, org.Propose(written, r))
		_, known := r.Resolve(written)
		require.False(t, known && len(first) > 0, "what is known needs no proposal")
		rank := 0
		for _, p := range first {
			require.NotEqual(t, p.Unit == nil, p.Group == nil)
			require.NotEmpty(t, p.Reason)
			require.NotEmpty(t, p.ReasonEn)
			at := map[org.Confidence]int{org.High: 0, org.Medium: 1, org.Low: 2}[p.Confidence]
			require.GreaterOrEqual(t, at, rank, "the surest first")
			rank = at
		}
	})
}

// shared reads a file that is kept beside the repository, not in it.
func shared(t *testing.T, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", path))
	if os.IsNotExist(err) {
		t.Skipf("SKIPPED: ../shared/ is absent (%s), so proposals are not tried on real names", path)
	}
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, v))
}

// The units of a real document are proposed for its own short forms and for no
// other unit of it.
func TestProposeOnRealUnits(t *testing.T) {
	var seed struct {
		Units   []struct{ Unit string }
		Aliases struct {
			InText []struct {
				Canonical string
				Aliases   []string
			} `json:"in_text"`
		}
	}
	shared(t, "seed/units.json", &seed)
	var names []string
	for _, u := range seed.Units {
		if !strings.HasPrefix(u.Unit, "各") {
			names = append(names, u.Unit)
		}
	}
	short := map[string]string{}
	for _, a := range seed.Aliases.InText {
		for _, alias := range a.Aliases {
			if strings.HasPrefix(alias, "市") {
				short[alias] = a.Canonical
			}
		}
	}
	require.NotEmpty(t, short)
	for written, full := range short {
		var without []string
		for _, name := range names {
			if name != written {
				without = append(without, name)
			}
		}
		require.Equal(t, []string{full + " high"}, said(org.Propose(written, city(t, without...))), written)
	}
	// With one unit taken away, its name is proposed to be at most a short or
	// a long form of a unit that the document means by it.
	for i, name := range names {
		without := append(append([]string{}, names[:i]...), names[i+1:]...)
		for _, p := range org.Propose(name, city(t, without...)) {
			require.True(t, short[name] == p.Unit.Name || short[p.Unit.Name] == name, "%s is not %s", name, p.Unit.Name)
		}
	}
}

// Ministries of national documents are not taken for bureaus of a city; a city's
// own documents find theirs.
func TestProposeOnOtherDocuments(t *testing.T) {
	r := city(t, bureaus...)
	want := map[string]string{
		"市人社局": "市人力资源和社会保障局", "市人力资源社会保障局": "市人力资源和社会保障局", "市卫健局": "市卫生健康局", "市委编办": "市委机构编制委员会办公室", "市文广旅体局": "市文化广电旅游体育局",
		"国资委":     "市国有资产监督管理委员会", // without a level, and so for a person to judge
		"各县（区）政府": "各县（区）党（工）委、人民政府（管委会）", "各县（区）人民政府（管委会）": "各县（区）党（工）委、人民政府（管委会）", "各县（区）党委、政府": "各县（区）党（工）委、人民政府（管委会）",
		"各县（区）人民政府": "各县（区）党（工）委、人民政府（管委会）", "各县〔区〕": "各县（区）党（工）委、人民政府（管委会）",
	}
	for _, document := range []string{"02", "05", "07", "19"} {
		var corpus struct {
			Tasks []struct{ Lead, Support, Guide []string }
		}
		shared(t, "corpus/"+document+".json", &corpus)
		for _, task := range corpus.Tasks {
			for _, name := range append(append(task.Lead, task.Support...), task.Guide...) {
				for _, p := range org.Propose(name, r) {
					got := p.Unit
					if got == nil {
						got = p.Group
					}
					require.Equal(t, want[name], got.Name, "%s: %s", document, name)
				}
			}
		}
	}
}
