package policy

import (
	"regexp"
	"strings"

	"duban/target"
)

var (
	leadIn = regexp.MustCompile(`^(?:其中[：:，]?|每年|逐年|同时|并且?|且|到|至|推进|促进|确保|实现|推动|力争|争取|使|让|帮助|努力|引导|支持|巩固|逐步|全面|进一步|稳步|持续|严格|保证|保障|不断|着力|各地|要|应|将|把|对照[^，]*?，)+`)
	// dateIn is a date within a metric, which is no part of it.
	dateIn    = regexp.MustCompile(`(?:到|至|于|在|截至)?(?:[0-9]{4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:底|末|初|上半年)?(?:之前|以前|前)?|“?十[一二三四五六七]五”?(?:期末|末|期间|时期)?)[，,]?`)
	wideScope = regexp.MustCompile(`(?:全市|全省|全县|全区|全国|全镇|全州|全旗|市域|县域内|各县（[^）]*）|各县(?:区|市)?|各地|各校|所有学校|各级各类学校|辖区内|城区|农村地区)`)
	timeScope = regexp.MustCompile(`(?:每(?:天|日|周|月|年|季度|学期|学年|半年|课|个?工作日|人)|年均|人均|生均|年度|月均|平均每年)`)
	fromValue = regexp.MustCompile(`(?:由|从)[^，]*$`)
	condition = regexp.MustCompile(`[0-9.]+万?(?:人|名|所|个|亩|平方米|户|岁)?(?:人口)?(?:及以上|以上|及以下|以下|以内)?的?`)
	measuring = regexp.MustCompile(`(?:要|应|须|需|力争|总体|均|都|分别|全部|基本|累计|也|则|年均|每年|逐年|再|平均|严格|必须|稳定|稳步|进一步|须|至少|合计|共计|共)+$`)
	placeEach = regexp.MustCompile(`每(?:个|一|所)?[^，]*?(?:乡镇|镇街|县区|县|区|市|镇|乡|街道|村|社区|校|学校|园|中心|班|园区|单位|企业)`)
)

// cleanMetric takes away what stands before and behind the words that say what
// is measured: aims, dates, scope.
func cleanMetric(text string) string {
	text = strings.Trim(text, spaces+"，,：:、")
	kept := ""
	if strings.HasPrefix(text, "其中") {
		kept = "其中"
	}
	text = dateIn.ReplaceAllString(fromValue.ReplaceAllString(text, ""), "")
	for old := ""; old != text; {
		old = text
		text = strings.TrimLeft(leadIn.ReplaceAllString(text, ""), spaces+"，,：:、")
		if scope := wideScope.FindStringIndex(text); scope != nil && scope[0] == 0 && scope[1] < len(text) {
			text = text[scope[1]:]
		}
		text = strings.TrimRight(measuring.ReplaceAllString(text, ""), spaces+"，,：:、")
	}
	return kept + text
}

// scopeOf returns where or how often a goal holds: 每个乡镇, 全市, 每年.
func scopeOf(left string) string {
	if at := strings.LastIndex(left, "每"); at >= 0 {
		scope := left[at:]
		if place := placeEach.FindString(scope); place != "" {
			return place + bracketAfter(scope[len(place):])
		}
		if often := timeScope.FindString(scope); often != "" {
			return often
		}
	}
	if often := timeScope.FindString(left); often != "" {
		return often
	}
	return wideScope.FindString(left)
}

// bracketAfter returns the bracket with which text begins: 每个县（区）.
func bracketAfter(text string) string {
	if b := outerBrackets(text); len(b) > 0 && b[0].start == 0 {
		return text[:b[0].end]
	}
	return ""
}

// partOf completes the metric of 其中女职工不低于15% from the target before it:
// 职工持证比例 gives 女职工持证比例.
func partOf(part string, before []reading) string {
	if len(before) == 0 || dimensionless.MatchString(part) || strings.HasSuffix(part, "比例") || strings.HasSuffix(part, "面积") {
		return part
	}
	whole := before[len(before)-1].target.Metric
	for i := range part {
		if tail, ok := strings.CutPrefix(whole, part[i:]); ok && len(part)-i >= 6 {
			return part + tail
		}
	}
	return part
}

// kindOf tells how a goal is split and counted.
func kindOf(g goal, q quantity) target.Kind {
	switch {
	case placeEach.MatchString(g.scope):
		return target.Each
	case g.op == target.AtMost || g.op == target.LessThan || q.max != nil || q.measure == "":
		return target.Bound
	case proportion(q.measure):
		return target.Level
	case daily.MatchString(g.scope) || timed.MatchString(q.measure):
		return target.Bound
	case strings.Contains(g.scope, "均") || strings.HasSuffix(g.scope, "人") || perHead.MatchString(g.metric):
		return target.Level
	}
	return target.Sum
}

var (
	perHead = regexp.MustCompile(`^(?:每[百千万十]|人均|生均|户均|平均)`)
	daily   = regexp.MustCompile(`每(?:天|日|周|课)`)
	timed   = regexp.MustCompile(`^(?:小时|分钟|课时|学时|天|个月|个?工作日)$`)
)
