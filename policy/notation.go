package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"duban/calendar"
	"duban/target"
)

// The heads of the columns of a 任务分解表, the table of tasks that Duban writes
// and reads back. A person may change its cells and add rows; what the heads
// are called tells it from other tables.
const (
	HeadNo        = "序号"     // counted from 1; other tables refer to it
	HeadPrinted   = "原编号"    // Task.No; only where it is not the same as 序号
	HeadProgramme = "工程/专项"  // Task.Programme
	HeadTask      = "重点任务"   // Task.Title
	HeadText      = "主要内容"   // Task.Text
	HeadLead      = "牵头单位"   // units of role Lead
	HeadSupport   = "配合单位"   // units of role Support
	HeadGuide     = "指导单位"   // units of role Guide; only where there are any
	HeadDue       = "完成时限"   // DueNotation
	HeadTargets   = "目标（指标）" // the targets' words, for the eye only
	HeadRemarks   = "备注"     // JointRemark and lines that begin with CheckMark
)

// The heads of the table of targets, one row each.
const (
	HeadTaskNo   = "任务序号"
	HeadKind     = "类型"
	HeadWords    = "目标原文"
	HeadMetric   = "指标"
	HeadOp       = "比较"
	HeadValue    = "数值"
	HeadValueMax = "数值上限"
	HeadMeasure  = "计量单位"
	HeadScope    = "范围"
	HeadYear     = "年度"
	HeadPlace    = "地区（单位）"
)

// The heads of the table of deadlines, one row each, beside HeadTaskNo and HeadKind.
const (
	HeadTermWords = "时限原文"
	HeadFrom      = "起始日期"
	HeadUntil     = "截止日期"
	HeadWhere     = "出处"
)

const (
	// GoalsNo stands for a task's number with targets of the whole plan.
	GoalsNo = "总体目标"
	// NoSection is the band above tasks that stand in no section where others do.
	NoSection = "（未列部分）"
	// CheckMark begins a line about what a person must settle.
	CheckMark = "待核对："
	// JointRemark marks a task of Mode Joint.
	JointRemark = "共同负责，牵头单位待定。"
	// InNote and InText tell where a deadline stands.
	InNote = "责任分工"
	InText = "正文"
)

// word is a value of the program with the word that a table has for it.
type word struct{ value, shown string }

var kindWords = [...]word{
	{string(target.Sum), "总量"}, {string(target.Level), "水平"}, {string(target.Bound), "限值"}, {string(target.Each), "逐处"},
	{string(target.Milestone), "节点"}, {string(target.Schedule), "进度安排"}, {string(target.Narrative), "定性"},
}

var opWords = [...]word{
	{string(target.AtLeast), "≥"}, {string(target.AtMost), "≤"}, {string(target.Exactly), "＝"},
	{string(target.MoreThan), "＞"}, {string(target.LessThan), "＜"},
}

var termWordsShown = [...]word{
	{string(By), "到期"}, {string(Within), "期限内"}, {string(Between), "期间"}, {string(Yearly), "每年"},
	{string(Continuous), "持续"}, {string(Immediate), "立即"}, {string(Stretch), "力争"},
}

// KindWord returns the word that tables write for a kind, such as 总量. A value
// that has none stands for itself, here and in OpWord and TermWord.
func KindWord(k target.Kind) string { return shown(kindWords[:], string(k)) }

// OpWord is described at KindWord.
func OpWord(op target.Op) string { return shown(opWords[:], string(op)) }

// TermWord is described at KindWord.
func TermWord(k DeadlineKind) string { return shown(termWordsShown[:], string(k)) }

func shown(words []word, value string) string {
	for _, w := range words {
		if w.value == value {
			return w.shown
		}
	}
	return value
}

// meant returns the value for which a word or the value itself stands.
func meant(words []word, text string) (string, bool) {
	for _, w := range words {
		if w.shown == text || w.value == text {
			return w.value, true
		}
	}
	return "", text == ""
}

// UnitsNotation writes units into one cell: 市教育局、市财政局. Where a name would be
// cut at a sign of its own, ； divides them instead and stands at the end as well.
func UnitsNotation(names []string) string {
	usual := strings.Join(names, "、")
	if slices.Equal(cellUnits(usual), names) || len(names) == 0 {
		return usual
	}
	return strings.Join(names, "；") + "；"
}

// cellUnits reads what UnitsNotation wrote, or a person in its place.
func cellUnits(cell string) []string {
	names := []string{}
	for _, unit := range unitPieces(&line{text: cell}) {
		names = append(names, unitName(unit))
	}
	return names
}

// unitPieces returns the places of the units in a cell.
func unitPieces(l *line) []piece {
	separators := "、，,；;\n"
	if strings.HasSuffix(strings.TrimRight(l.text, spaces), "；") {
		separators = "；"
	}
	var units []piece
	for _, cut := range splitOutside(l.text, separators) {
		if unit := (piece{line: l, start: cut[0], end: cut[1]}).trim(separators); unit.start < unit.end {
			units = append(units, unit)
		}
	}
	return units
}

// unitName returns a unit's name without the line breaks of a narrow cell.
func unitName(p piece) string { return listed{piece: p}.written() }

// DueNotation writes the date by which a task is due: its words, followed by the
// date in brackets unless they are the date: 2027年底前（2027年12月31日）.
func DueNotation(words string, due *calendar.Date) string {
	if due == nil {
		return words
	}
	day := dayNotation(*due)
	if words == day {
		return words
	}
	return words + "（" + day + "）"
}

func dayNotation(d calendar.Date) string {
	return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day)
}

var (
	dueTail = regexp.MustCompile(`^((?s).*?)[（(]([0-9]{4}[-/年][0-9]{1,2}[-/月][0-9]{1,2}日?)[)）]$`)
	fullDay = regexp.MustCompile(`^([0-9]{4})[-/年]([0-9]{1,2})[-/月]([0-9]{1,2})日?$`)
)

// cellDue reads what DueNotation wrote. Words alone give no date.
func cellDue(cell string) (words string, due *calendar.Date) {
	if m := dueTail.FindStringSubmatch(cell); m != nil {
		if d := cellDay(m[2]); d != nil {
			return m[1], d
		}
	}
	return cell, cellDay(cell)
}

// cellDay reads a whole date in the notations of tables and spreadsheets.
func cellDay(cell string) *calendar.Date {
	m := fullDay.FindStringSubmatch(cell)
	if m == nil {
		return nil
	}
	return date(count(m[1]), count(m[2]), count(m[3]))
}

const (
	titleOpen, titleClose = "《", "》任务分解表"

	labelNumber = "文号："
	labelStatus = "稿次："
	labelIssuer = "发文单位："
	labelIssued = "印发日期："
	labelPeriod = "实施期限："
)

// TitleNotation is the title of the table of a plan.
func TitleNotation(title string) string {
	if title == "" {
		return "任务分解表"
	}
	return titleOpen + title + titleClose
}

func readTitleNotation(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, titleOpen)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, titleClose)
}

// HeadNotation is the line below the title with what else is known of the
// document: 文号：…　印发日期：…; empty if nothing is.
func HeadNotation(d Draft) string {
	var parts []string
	add := func(label, value string) {
		if value != "" {
			parts = append(parts, label+value)
		}
	}
	add(labelNumber, d.Number)
	add(labelStatus, d.Status)
	add(labelIssuer, d.Issuer)
	if d.Issued != nil {
		add(labelIssued, dayNotation(*d.Issued))
	}
	if d.Period.From > 0 || d.Period.To > 0 {
		add(labelPeriod, fmt.Sprintf("%d—%d年", d.Period.From, d.Period.To))
	}
	return strings.Join(parts, "\u3000")
}

var periodCell = regexp.MustCompile(`^([0-9]{1,4})[—\-–－~～至]+([0-9]{1,4})年?$`)

// readHeadNotation reads what HeadNotation wrote into d and returns the names of
// the fields that it found.
func readHeadNotation(text string, d *Draft) []string {
	var fields []string
	for part := range strings.SplitSeq(text, "\u3000") {
		label, value, found := strings.Cut(part, "：")
		if !found || value == "" {
			continue
		}
		switch label + "：" {
		case labelNumber:
			d.Number = value
			fields = append(fields, "number")
		case labelStatus:
			d.Status = value
			fields = append(fields, "status")
		case labelIssuer:
			d.Issuer = value
			fields = append(fields, "issuer")
		case labelIssued:
			if d.Issued = cellDay(value); d.Issued != nil {
				fields = append(fields, "issued")
			}
		case labelPeriod:
			if m := periodCell.FindStringSubmatch(value); m != nil {
				d.Period = Period{From: count(m[1]), To: count(m[2])}
				fields = append(fields, "period")
			}
		}
	}
	return fields
}

// cellYear reads a year; 0 for a blank cell.
func cellYear(cell string) (int, bool) {
	if cell == "" {
		return 0, true
	}
	year, err := strconv.Atoi(strings.TrimSuffix(cell, "年"))
	return year, err == nil && year > 0
}

// cellAmount reads a number; nil for a blank cell.
func cellAmount(cell string) (*target.Amount, bool) {
	if cell == "" {
		return nil, true
	}
	a, err := target.ParseAmount(strings.ReplaceAll(cell, ",", ""))
	return &a, err == nil
}
