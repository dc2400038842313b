package policy

import (
	"regexp"
	"slices"
	"strings"

	"duban/calendar"
	"duban/target"
)

// figures reads the figures of a clause that are goals. before are the
// sentence's and paragraph's targets so far.
func (s sentence) figures(c piece, before []reading) []reading {
	text := c.text()
	if found := s.respectively(c); found != nil {
		return found
	}
	var found []reading
	var last earlier
	for _, q := range quantities(text) {
		if s.dated(c, q) {
			continue
		}
		g, ok := readGoal(text, q, last)
		if !ok {
			continue
		}
		last = earlier{end: q.end + g.tail, metric: g.metric}
		borrowed := g.complete(slices.Concat(before, found))
		r := s.reading(c, g, q)
		if borrowed {
			r.infer("没有写明指标，按前一个指标处理，请核对。", "What is measured is not said; it was read as the target before. Please check.")
		}
		found = append(found, r)
	}
	return found
}

// complete fills in what a goal leaves to the one before it: 其中技师不低于15% is part
// of a whole, and 年均增长8% says nothing of what grows. It reports whether the
// metric was taken over.
func (g *goal) complete(before []reading) bool {
	part, isPart := strings.CutPrefix(g.metric, "其中")
	if isPart {
		g.metric = partOf(strings.TrimLeft(part, "，"), before)
	}
	if len(before) == 0 {
		return false
	}
	whole := before[len(before)-1].target
	if isPart && g.scope == "" {
		g.scope = whole.Scope
	}
	if g.metric != "" || g.change == "" {
		return false
	}
	g.metric = whole.Metric + g.change
	return true
}

// dated reports whether a number is part of a date.
func (s sentence) dated(c piece, q quantity) bool {
	for _, d := range s.dates {
		if q.start+c.start-s.start < d.end && d.start < q.end+c.start-s.start && q.measure == "" {
			return true
		}
	}
	return false
}

// goal is what the words around a quantity make of it.
type goal struct {
	op     target.Op
	metric string
	scope  string
	about  bool
	change string // how the metric moves, see comparison
	// tail is how many bytes of words belong to the number behind it.
	tail int
}

// earlier is the goal before a quantity in the same clause, the zero value if
// there is none.
type earlier struct {
	end    int
	metric string
}

// readGoal decides whether a quantity is a goal.
func readGoal(text string, q quantity, last earlier) (goal, bool) {
	left, right := text[:q.start], text[q.end:]
	a := compareAfter(right)
	rest := right[a.size:]
	g := goal{about: a.about, tail: a.size}
	if head, ok := manyOfOne(left, q); ok {
		g.op, g.metric = target.Exactly, head
		return g.finish(left), true
	}
	if c, ok := compareBefore(left); ok {
		return g.compared(c, a, q, left, rest, last)
	}
	if all := q.measure == "%" && q.value == *hundred(); (all || a.op != "") && proportion(q.measure) && rateAtEnd.MatchString(left) {
		if g.op = a.op; all {
			g.op = target.Exactly
		}
		g.metric = cleanMetric(left[min(last.end, len(left)):])
		return g.finish(left), g.metric != "" && !alreadyDone.MatchString(left)
	}
	return g.achieved(a, q, left, rest, last)
}

// rateAtEnd is a rate right before its figure: 覆盖率95%以上, 占比100%.
var rateAtEnd = regexp.MustCompile(`(?:率|比例|占比|比重)$`)

var severalOf = regexp.MustCompile(`^(.*?)[0-9]{1,2}个$`)

// manyOfOne reads 防汛设施3个100%: several indicators of the same value.
func manyOfOne(left string, q quantity) (string, bool) {
	m := severalOf.FindStringSubmatch(left)
	if m == nil || q.measure != "%" {
		return "", false
	}
	return cleanMetric(m[1]), true
}

// compared reads a quantity behind comparing words.
func (g goal) compared(c comparison, a after, q quantity, left, rest string, last earlier) (goal, bool) {
	subject := strings.TrimRight(left[min(last.end, c.from):c.from], spaces)
	made := achieving.MatchString(subject)
	metric := cleanMetric(strings.TrimLeft(subject, "、且和并及或"))
	if metric == "" {
		metric = last.metric // 不少于5%且不低于3000平方米
	}
	switch {
	case strings.HasPrefix(rest, "的") && !made && !strings.HasPrefix(rest, "的水平"):
		return g, false // 不超过15万元的贷款 limits a loan, not the work
	case alreadyDone.MatchString(subject):
		return g, false
	case c.symbol:
	case q.measure == "" && !dimensionless.MatchString(metric):
		return g, false
	case c.loose && !proportion(q.measure) && !dimensionless.MatchString(metric):
		return g, false
	}
	g.op, g.metric, g.change = c.op, metric, c.change
	if c.change != "" && a.op == "" && !proportion(q.measure) {
		g.op = target.Exactly // 新增5000个
	}
	if a.op != "" && (c.change != "" || c.op == target.AtLeast || c.op == target.Exactly) {
		g.op = a.op
	}
	if noun := nounAfter(rest); noun != "" && (made || g.metric == "" || countsThings(c, q)) {
		if g.metric = noun; !made {
			g.metric = strings.TrimSpace(noun)
		}
		g.tail += len(noun)
	} else if made {
		g.metric = cleanMetric(achieving.ReplaceAllString(subject, ""))
	}
	if m := achievingNoun.FindStringSubmatch(subject); m != nil && !proportion(q.measure) {
		g.metric = cleanMetric(subject[len(subject)-len(m[0]):])
	}
	if c.change != "" && g.metric == metric && metric != "" {
		g.metric += c.change // 空置率每年下降0.4个百分点
	}
	return g.finish(left), true
}

// countsThings reports whether a quantity behind 新增, 超过 and the like counts the
// noun after it rather than measuring the one before.
func countsThings(c comparison, q quantity) bool {
	return !proportion(q.measure) && q.measure != "" && c.change != ""
}

// achieved reads a quantity behind a verb of making: 建成35个城乡教育共同体, 新增学位5000个.
func (g goal) achieved(a after, q quantity, left, rest string, last earlier) (goal, bool) {
	if q.measure == "" || proportion(q.measure) || durations.MatchString(q.measure) {
		return g, false
	}
	verb := achieving.FindStringIndex(left)
	noun := achievingNoun.FindStringSubmatchIndex(left)
	switch {
	case verb != nil:
		if alreadyDone.MatchString(left[:verb[0]]) {
			return g, false
		}
		g.metric = nounAfter(rest)
		g.tail += len(g.metric)
		if g.metric == "" {
			g.metric = cleanMetric(left[min(last.end, len(left)):]) // 开展培训10000人次
		}
		if personal.MatchString(left) {
			g.metric = cleanMetric(left) + g.metric
		}
	case noun != nil && !strings.HasPrefix(rest, "的") && nounAfter(rest) == "":
		if alreadyDone.MatchString(left[:noun[0]]) {
			return g, false
		}
		g.metric = cleanMetric(left[noun[0]:])
	case last.end > 0 && last.end <= q.start && enumerated.MatchString(left[last.end:]):
		if g.metric = nounAfter(rest); g.metric == "" {
			g.metric = strings.TrimLeft(left[last.end:], "、和及与以")
		} else {
			g.tail += len(g.metric)
		}
	default:
		return g, false
	}
	if figureFirst.MatchString(g.metric) {
		return g, false // 3个100%
	}
	g.op = a.op
	if g.op == "" {
		g.op = target.Exactly
		if q.many || q.max != nil || atLeastBefore.MatchString(left) {
			g.op = target.AtLeast
		}
	}
	return g.finish(left), g.metric != ""
}

var (
	durations  = regexp.MustCompile(`^(?:个月|天|周岁|分|度|小时|分钟)$`)
	enumerated = regexp.MustCompile(`^(?:、|和|及|与|以及)\p{Han}{0,16}$`)
	// figureFirst is a noun that is itself a figure.
	figureFirst = regexp.MustCompile(`^[0-9]`)
	personal    = regexp.MustCompile(`(?:掌握|完成|参加|接受)$`)
	nounHead    = regexp.MustCompile(`^(?:[“‘《]?(?:\p{Han}|[A-Za-z0-9+“”‘’《》（）()－-]){2,40})`)
	nounEnd     = regexp.MustCompile(`(?:、|和(?:[0-9])|(?:，|,)|并|且|用于)`)
	// dimensionless metrics need no measure.
	dimensionless = regexp.MustCompile(`(?:系数|指数|比|率|值|得分|评分)$`)
)

// nounAfter returns the noun at the begin of text: what is counted.
func nounAfter(text string) string {
	noun := nounHead.FindString(strings.TrimLeft(text, " "))
	if end := nounEnd.FindStringIndex(noun); end != nil {
		noun = noun[:end[0]]
	}
	return strings.TrimPrefix(noun, "的")
}

// proportion reports whether a measure is a part of a whole.
func proportion(measure string) bool {
	switch measure {
	case "%", "‰", "个百分点", "百分点", "倍":
		return true
	}
	return false
}

// finish separates the scope from the metric.
func (g goal) finish(left string) goal {
	g.scope = scopeOf(left)
	return g
}

// reading makes the target of a goal.
func (s sentence) reading(c piece, g goal, q quantity) reading {
	value := q.value
	r := reading{at: c.span(), target: target.Target{
		Text: c.text(), Metric: g.metric, Op: g.op, Value: &value, ValueMax: q.max, Measure: q.measure, Scope: g.scope,
	}}
	r.target.Kind = kindOf(g, q)
	from := c.start - s.start
	due, stretch := s.due(from, from+q.start, from+len(c.text()))
	if year := reachedIn(c.text()[:q.start]); year != nil {
		due, stretch = year, false
	}
	r.target.Deadline = due
	switch {
	case g.metric == "":
		r.certainty = NeedsDecision
		r.reason, r.reasonEn = "看不出考核的是什么指标，请补填。", "What is measured could not be read; please add it."
	case g.about:
		r.infer("“左右”没有准确界限，按所写数值处理，请核对。", "“About” sets no exact limit; the figure as written was taken. Please check.")
	case stretch:
		r.infer("文件写的是“力争”，请确认是否按此考核。", "The document only aims at this; please confirm that it counts.")
	}
	return r
}

var yearReached = regexp.MustCompile(`(?:到|至)([0-9]{4})年(?:底|末)?的?[ ]*$`)

// reachedIn returns the end of the year that stands right before a figure:
// 提高到2028年的61%.
func reachedIn(left string) *calendar.Date {
	m := yearReached.FindStringSubmatch(left)
	if m == nil {
		return nil
	}
	return date(count(m[1]), 12, 31)
}
