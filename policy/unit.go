package policy

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// unitEndings are the words with which names of units end.
var unitEndings = [...]string{
	"局", "部", "委", "办", "厅", "院", "署", "会", "社", "行", "所", "队", "站", "联", "组", "科", "处", "室", "馆", "协", "司",
	"区", "县", "市", "镇", "乡", "州", "盟", "旗", "省", "街道", "村", "中心", "集团", "公司", "政府", "大学", "学院", "学校", "中学", "小学",
	"单位", "部门", "校区", "银行", "专班", "指挥部", "企业", "机构", "高校", "院校", "幼儿园", "基金", "各地", "电视台", "广播电台",
	"烟草", "移动", "联通", "电信", "铁塔", "邮政", "供电", "海关", "工商联", "关工委", "院系", "地方", "地区", "街办", "园区", "办公厅",
	"公安", "海事", "气象", "税务", "民航", "铁路", "支行", "分行", "总行", "人行", "医院", "党校", "团", "场", "总站", "运营商",
}

// wordsNotUnits end like units but are ordinary words.
var wordsNotUnits = [...]string{
	"社会", "机会", "全部", "内部", "外部", "干部", "格局", "布局", "实行", "执行", "推行", "运行", "先行", "进行", "举办", "平台",
	"关联", "互联", "城市", "场所", "市场", "现场", "农场", "立场", "改组", "重组", "流行", "可行", "集市", "校办", "承办", "主办",
	"协办", "合办", "创办", "开办", "督办", "交办", "转办", "催办", "社区", "乡村", "农村", "一村", "本科", "专科", "学科", "团队", "社团",
}

// commonNouns name any unit and so none, unless something stands before them.
var commonNouns = [...]string{
	"学校", "政府", "人民政府", "部门", "企业", "单位", "党委", "医院", "公司", "机构", "家庭", "教育", "管委会", "村委会", "居委会",
	"街道", "区", "县", "市", "镇", "乡", "省", "州", "地方", "高校", "院校", "大学", "学院", "小学", "中学", "幼儿园", "集团", "行业协会", "协会", "中心",
	"司法", "公安", "基金", "园区", "地区", "气象", "铁路", "邮政", "团", "村", "场",
}

// levelPrefix is how a unit's name begins where its level is named.
var levelPrefix = regexp.MustCompile(`^(?:市|省|县|区|州|盟|旗|镇|乡|各|国家|中央|国务院|全国|中国|自治区|自治州|兵团|团[省市县区州]委|全市|全省|全县|全区|驻|属地|试点)`)

// trailingBracket is a remark at the end of a name: （管委会）.
var trailingBracket = regexp.MustCompile(`(?:[（(〔\[][^（）()〔〕\[\]]*[)）〕\]])+$`)

// unitLike reports whether s looks like the name of a unit or of a group of
// units. It judges the form only; whether the unit exists the registry knows.
func unitLike(s string) bool {
	if n := utf8.RuneCountInString(s); n < 2 || n > 45 {
		return false
	}
	if strings.ContainsAny(s, "：:。！？!?；;%％=＝+") {
		return false
	}
	if startsLikeRemark(s) || depth(s) != 0 {
		return false
	}
	core := s
	if strings.HasPrefix(core, "各") {
		core = trailingBracket.ReplaceAllString(core, "")
		return core != "各" && endsLikeUnit(core) || groupTail.MatchString(s)
	}
	if endsLikeUnit(s) {
		return true
	}
	core = trailingBracket.ReplaceAllString(s, "")
	return core != s && endsLikeUnit(core)
}

var groupTail = regexp.MustCompile(`^各(?:省|市|县|区|州|盟|旗|镇|乡|地|校|方|级)`)

var remark = regexp.MustCompile(`^(?:含|包括|不含|如|即|指|以下|详见|见|其中|另|注|附|按|以|对|在|从|为|把|将|与|除|不|未|已|可|应|要|需|加强|推进|推动|完善|健全|深化|落实|建立|建设|开展|实施|组织实施|提高|提升|强化|鼓励|支持)`)

// startsLikeRemark reports whether s begins as sentences and remarks do.
func startsLikeRemark(s string) bool { return remark.MatchString(s) && !nameNotRemark.MatchString(s) }

// nameNotRemark are names that begin with the characters of a remark.
var nameNotRemark = regexp.MustCompile(`^(?:应急|应城|应县|如皋|如东|即墨|从化|从江|可克达拉|对外|对台|指挥|指导组|建设[局厅委部银集])`)

func endsLikeUnit(s string) bool {
	if strings.HasSuffix(s, "部署") {
		return false // 市政府统一部署
	}
	for _, word := range wordsNotUnits {
		if s == word || strings.HasSuffix(s, word) && !strings.HasSuffix(s, "委员会") && !levelPrefix.MatchString(s) {
			return false
		}
	}
	for _, ending := range unitEndings {
		if strings.HasSuffix(s, ending) {
			return true
		}
	}
	return false
}

// commonNoun reports whether s names no unit in particular.
func commonNoun(s string) bool {
	for _, noun := range commonNouns {
		if s == noun {
			return true
		}
	}
	return false
}

// namedUnit reports whether s is unit-like and names somebody in particular.
func namedUnit(s string) bool { return unitLike(s) && !commonNoun(s) }

var anonymous = regexp.MustCompile(`^(?:各|其他|市直|省直|县直|区直|相关|有关|各级)*(?:有关|相关|职能|责任|市直|省直|直属|成员|各)*(?:部门|单位|方面|地方|地区|机构)(?:[、和及与]?(?:部门|单位|机构))?(?:（单位）|\(单位\))?$`)

// anonymousGroup reports whether s means units without saying which:
// 各有关部门和单位. Such a group cannot lead.
func anonymousGroup(s string) bool { return anonymous.MatchString(s) }

var group = regexp.MustCompile(`^各|各成员单位|成员单位$|各(?:有关|相关|县|区|市|镇|乡)|有关(?:部门|单位)|相关(?:部门|单位)|^所有|^其他|^全[市省县区]各|^(?:市|省|县|区)(?:[直属]|级各)|^县(?:（|\()`)

// IsGroup reports whether the words of a unit look like several units: 各县（区）,
// 各成员单位, 有关部门.
func IsGroup(written string) bool {
	return strings.ContainsAny(written, "各关员所其全直属（(") && group.MatchString(written)
}

var (
	partyCommittee = regexp.MustCompile(`(?:党（工）委|党\(工\)委|党工委|党委|党组|（党委）|[县区市省州镇乡](?:（[^）]*）|\([^)]*\))?委)$`)
	bareGovernment = regexp.MustCompile(`^(?:人民政府|政府|管委会|办事处|行政公署|管理委员会)(?:[（(][^（）()]*[)）])?$`)
	bareLevel      = regexp.MustCompile(`^各(?:省|市|县|区|州|盟|旗|镇|乡|地区|乡镇|县区|区县|市县|地市|地|街镇)(?:[（(〔][^（）()〔〕]*[)）〕])?$`)
	levelTail      = regexp.MustCompile(`^(?:省|自治区|直辖市|市|自治州|州|盟|地区|县|区|旗|镇|乡|街道|县区|区县|乡镇)(?:[（(〔][^（）()〔〕]*[)）〕])?(?:党委|党工委|党（工）委|委|人民政府|政府|管委会|办事处|政府办|人民政府办公厅)?(?:[（(][^（）()]*[)）])?$`)
)

// governmentWords are the words one of which is in every bareGovernment.
var governmentWords = [...]string{"政府", "管委会", "办事处", "公署", "管理委员会"}

// sameUnit reports whether the words after an enumeration comma go on with the
// unit before it: 各县（区）党（工）委、人民政府（管委会); 各省、自治区、直辖市人民政府.
func sameUnit(before, after string) bool {
	if containsAny(after, governmentWords[:]) && bareGovernment.MatchString(after) && (partyCommittee.MatchString(before) || strings.HasPrefix(before, "各")) {
		return !anonymousGroup(before)
	}
	if !strings.HasPrefix(before, "各") {
		return false
	}
	last := before
	if cut := strings.LastIndexAny(before, "、"); cut >= 0 {
		last = "各" + before[cut+len("、"):]
	}
	return bareLevel.MatchString(last) && levelTail.MatchString(after)
}
