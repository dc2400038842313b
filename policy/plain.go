package policy

import (
	"regexp"
	"strings"

	"duban/target"
)

var (
	covering   = regexp.MustCompile(`^(.*?)(?:(?:基本|全面|逐步|力争|率先|力争)*(?:实现|达到)(.*?)全覆盖|全覆盖)$`)
	allOf      = regexp.MustCompile(`^(?:.*?实现)?(\p{Han}{2,20})全部((?:纳入|接入|达到|完成|实行|落实)\p{Han}{1,12}|达标)$`)
	relative   = regexp.MustCompile(`^(.*?)((?:不低于|不高于|高于|优于|不少于|低于|超过|好于)(?:或(?:高于|优于))?)([^，。；]*?(?:水平|平均值?|均值|标准|平均数))(?:.{0,3})$`)
	onlyGrow   = regexp.MustCompile(`^(.*?)“?(?:[一二两三]个)?只(?:增不减|减不增)”?$`)
	whichPlace = regexp.MustCompile(`^((?:[^，。；]*?)[0-9]+万?(?:人|名|个|所|亩|户)(?:口)?(?:及)?以[上下]的[^，。；在须应要需举建设办完配]{2,14}?)(?:在|须|应|要|需|举办|建成|建有|建设|设有|设置|设立|完成|配备|办)`)
	recurring  = regexp.MustCompile(`^(每(?:年|季度|月|学期|半年|学年))[^0-9]{0,8}(?:开展|举办|组织|召开|评选|进行|发布|通报)(.+)$`)
	hardVerb   = regexp.MustCompile(`(?:建成|建有|完成|设有|设置|设立|举办|配备|办好|达到|通过)`)
)

// plainTargets reads what a clause without a goal in figures asks for.
func (s sentence) plainTargets(c piece) []reading {
	text := c.text()
	from := c.start - s.start
	due, stretch := s.due(from, from, from+len(text))
	r := reading{at: c.span(), target: target.Target{Kind: target.Narrative, Text: text, Deadline: due}}
	t := &r.target
	switch m, quoted := []string(nil), quotedAll(text); {
	case strings.Contains(text, "全覆盖") && match(covering, text, &m) && !quoted:
		t.Kind, t.Op, t.Value, t.Measure = target.Level, target.Exactly, hundred(), "%"
		t.Metric = strings.TrimSpace(cleanMetric(m[1]) + m[2] + "覆盖率")
		r.infer("由“全覆盖”推断为100%。", "“Full coverage” was read as 100%.")
	case strings.Contains(text, "全部") && match(allOf, text, &m):
		t.Kind, t.Op, t.Value, t.Measure = target.Level, target.Exactly, hundred(), "%"
		t.Metric = cleanMetric(m[1]) + m[2] + "比例"
		r.infer("由“全部”推断为100%。", "“All” was read as 100%.")
	case containsAny(text, standards[:]) && match(relative, text, &m) && len(quantities(text)) == 0:
		t.Metric = cleanMetric(m[1])
		r.infer("与“"+m[3]+"”比较，没有具体数值。", "Compared with something else; there is no figure.")
	case strings.Contains(text, "只") && match(onlyGrow, text, &m):
		t.Metric = cleanMetric(m[1])
		r.infer("没有具体数值。", "There is no figure.")
	case strings.HasPrefix(text, "每") && match(recurring, text, &m):
		t.Metric, t.Scope = m[2], m[1]
		r.infer("没有写明次数。", "How often is not said.")
	case strings.Contains(text, "以") && strings.ContainsAny(text, "0123456789") && match(whichPlace, text, &m) && hardVerb.MatchString(text):
		t.Scope = cleanMetric(m[1])
		t.Metric = strings.TrimLeft(strings.TrimPrefix(s.undated(c), m[1]), "须应当要")
		if due != nil {
			t.Kind = target.Milestone
		}
		r.infer("数字是适用条件，不是指标。", "The figure is a condition, not a goal.")
	case due != nil && milestone.MatchString(s.undated(c)) && !noObject.MatchString(s.undated(c)):
		t.Kind, t.Metric = target.Milestone, s.undated(c)
	default:
		return nil
	}
	if t.Scope == "" {
		t.Scope = wideScope.FindString(strings.ReplaceAll(text, "全国平均", ""))
	}
	if stretch {
		r.infer("文件写的是“力争”，请确认是否按此考核。", "The document only aims at this; please confirm that it counts.")
	}
	return []reading{r}
}

// undated returns a clause without the dates in it.
func (s sentence) undated(c piece) string {
	text, from := c.text(), c.start-s.start
	for i := len(s.dates) - 1; i >= 0; i-- {
		start, end := s.dates[i].start-from, s.dates[i].end-from
		if start >= 0 && end <= len(text) {
			text = text[:start] + text[end:]
		}
	}
	return strings.TrimPrefix(strings.Trim(text, spaces+"、，,：:在于"), "其中")
}

var milestone = regexp.MustCompile(`(?:建成|完成|达到|达标|实现|通过|出台|印发|制定|消除|启动|投入使用|开工|竣工|成立|全面推行|办结|创成|验收|挂牌|基本建立|建立|进入.{2,20}行列)`)

// standards are the words with which a standard of comparison ends.
var standards = [...]string{"水平", "平均", "均值", "标准"}

// noObject is a verb alone, whose object stands in the clause before it; the
// date is the task's own deadline.
var noObject = regexp.MustCompile(`^(?:全部|全面|基本|按期|如期|须|要|应)*(?:完成|实现|启动|落实|办结|通过|建成|到位|出台|印发)+$`)

func match(pattern *regexp.Regexp, text string, m *[]string) bool {
	*m = pattern.FindStringSubmatch(text)
	return *m != nil
}

// quotedAll reports whether 全覆盖 stands in quotes: a principle, not a goal.
func quotedAll(text string) bool {
	at := strings.Index(text, "全覆盖")
	return at >= 0 && depth(text[:at]) > 0
}

func hundred() *target.Amount {
	v := target.Whole(100)
	return &v
}
