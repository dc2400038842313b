package rehearsal

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"duban/calendar"
	"duban/internal/terminal"
)

// Text writes the result for a terminal of so many columns; 0 is no bound.
func (r Result) Text(w io.Writer, lang Lang, columns int) error {
	t := &text{Result: r, Lang: lang, columns: columns}
	for _, part := range []func(){t.overview, t.reds, t.busiest, t.units, t.weeks, t.targets, t.escalations, t.reminders, t.rounds, t.problems} {
		part()
	}
	_, err := io.WriteString(w, t.String())
	return err
}

type text struct {
	Result
	Lang
	strings.Builder
	columns int
}

func (t *text) line(zh, en string, args ...any) { fmt.Fprintf(t, t.say(zh, en)+"\n", args...) }

func (t *text) title(zh, en string, n int) { fmt.Fprintf(t, "\n■ %s (%d)\n", t.say(zh, en), n) }

func (t *text) overview() {
	s := t.Summary
	t.line("演练：%s", "Rehearsal: %s", t.Plan)
	t.line("%d 年，自 %s 至 %s，随机种子 %d", "%d, from %s to %s, seed %d", t.Year, t.From, t.To, t.Seed)
	t.line("未计入：%s", "Left out: %s", t.say(t.LeftOut, t.LeftOutEn))
	if t.Provisional != "" {
		head := t.say("注意：", "Note: ")
		t.WriteString(head + terminal.Wrap(strings.Fields(t.say(t.Provisional, t.ProvisionalEn)), " ", terminal.Columns(head), t.columns, 2) + "\n")
	}
	t.line("\n年度目标 %d 项，交办 %d 项，办结 %d 项", "\nAnnual targets: %d, dispatched %d, closed %d", s.Targets, s.Dispatched, s.Closed)
	t.line("任务单 %d 份，办结 %d 份，延期 %d 份，曾逾期 %d 份，期末亮红灯 %d 份", "Assignments: %d, closed %d, extended %d, once overdue %d, red at the end %d",
		s.Assignments, s.Delivered, s.Extended, s.WereOverdue, s.EndRed)
	var sent []string
	for _, kind := range t.kinds() {
		sent = append(sent, fmt.Sprintf("%s %d", t.kind(kind), s.Sent[kind]))
	}
	head := t.say("提醒与升级：", "Reminders and escalations: ")
	t.WriteString(head + terminal.Wrap(sent, t.say("，", ", "), terminal.Columns(head), t.columns, 2) + "\n")
	if s.Rounds > 0 {
		t.line("报送 %d 期，定稿 %d 期", "Report rounds: %d, frozen %d", s.Rounds, s.RoundsFrozen)
	}
	t.line("督办单 %d 份，通知 %d 条，人员操作 %d 次，期末待办 %d 项", "Orders: %d, notices %d, acts of people %d, inbox entries left %d", s.Orders, s.Notices, s.Acts, s.Waiting)
}

// kinds are the kinds that were sent, in their order and then by name.
func (r Result) kinds() []string {
	kinds := make([]string, 0, len(r.Summary.Sent))
	for kind := range r.Summary.Sent {
		kinds = append(kinds, kind)
	}
	place := func(kind string) int {
		if i := slices.Index(kindOrder(), kind); i >= 0 {
			return i
		}
		return len(kindOrder())
	}
	slices.SortFunc(kinds, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	return kinds
}

func (t *text) reds() {
	ends := slices.IndexFunc(t.Red, func(r Red) bool { return !r.EndsRed })
	if ends < 0 {
		ends = len(t.Red)
	}
	rows := [][]string{t.heads("任务", "task", "责任单位", "unit", "期限", "due", "最高措施", "highest", "状态", "status", "内容", "content")}
	for _, r := range t.Red[:ends] {
		rows = append(rows, []string{r.TaskNo, r.UnitName, r.Due.String(), t.kind(r.Height), t.status(r.Status), r.Content})
	}
	t.title("期末亮红灯", "Red at the end", ends)
	t.table(rows)
}

func (t *text) escalations() {
	rows := [][]string{t.heads("日期", "date", "措施", "what", "任务", "task", "责任单位", "unit", "期限", "due", "内容", "content")}
	for _, s := range t.Sent {
		if s.Kind == remind || strings.HasPrefix(s.Kind, roundPrefix) {
			continue
		}
		due := ""
		if s.Due != nil {
			due = s.Due.String()
		}
		rows = append(rows, []string{s.Date.String(), t.kind(s.Kind), s.TaskNo, s.UnitName, due, s.Content})
	}
	t.title("升级措施", "Escalations", len(rows)-1)
	t.table(rows)
}

// remind is the kind of what is sent before a due date.
const remind = "remind"

// reminders lists for each day who is reminded of which tasks.
func (t *text) reminders() {
	type reminded struct{ name, unit string }
	days := map[calendar.Date]map[reminded][]string{}
	total := 0
	for _, s := range t.Sent {
		if s.Kind != remind {
			continue
		}
		if days[s.Date] == nil {
			days[s.Date] = map[reminded][]string{}
		}
		who := reminded{s.UnitName, s.Unit}
		days[s.Date][who] = append(days[s.Date][who], s.TaskNo)
		total++
	}
	t.title("提醒", "Reminders", total)
	for _, date := range sortedDates(days) {
		units := slices.SortedFunc(maps.Keys(days[date]), func(a, b reminded) int { return cmp.Compare(a.unit, b.unit) })
		sent := 0
		for _, who := range units {
			sent += len(days[date][who])
		}
		t.line("  %s：%d 条，%d 个单位", "  %s: %d, to %d units", date, sent, len(units))
		for _, who := range units {
			tasks := days[date][who]
			head := fmt.Sprintf("    %s (%d)%s", who.name, len(tasks), t.say("：", ": "))
			t.WriteString(head + terminal.Wrap(counted(tasks), t.say("、", ", "), terminal.Columns(head), t.columns, 6) + "\n")
		}
	}
}

// rounds lists for each day which units are reminded of a report, or urged.
func (t *text) rounds() {
	type sending struct {
		date calendar.Date
		kind string
	}
	units := map[sending][]string{}
	total := 0
	for _, s := range t.Sent {
		if strings.HasPrefix(s.Kind, roundPrefix) {
			which := sending{s.Date, s.Kind}
			units[which] = append(units[which], s.UnitName)
			total++
		}
	}
	if total == 0 {
		return
	}
	t.title("报送提醒与催报", "Reminders of reports", total)
	sendings := slices.SortedFunc(maps.Keys(units), func(a, b sending) int { return cmp.Or(a.date.Compare(b.date), cmp.Compare(a.kind, b.kind)) })
	for _, s := range sendings {
		t.line("  %s %s (%d)", "  %s %s (%d)", s.date, t.kind(s.kind), len(units[s]))
		t.WriteString("    " + terminal.Wrap(units[s], t.say("、", ", "), 4, t.columns, 4) + "\n")
	}
}

// counted gives each task once, with how often where that is more: 6×3.
func counted(tasks []string) []string {
	var found []string
	times := map[string]int{}
	for _, task := range tasks {
		if times[task]++; times[task] == 1 {
			found = append(found, task)
		}
	}
	for i, task := range found {
		if times[task] > 1 {
			found[i] = fmt.Sprintf("%s×%d", task, times[task])
		}
	}
	return found
}

func sortedDates[V any](days map[calendar.Date]V) []calendar.Date {
	dates := make([]calendar.Date, 0, len(days))
	for date := range days {
		dates = append(dates, date)
	}
	slices.SortFunc(dates, calendar.Date.Compare)
	return dates
}

func (t *text) busiest() {
	rows := [][]string{t.heads("日期", "date", "通知", "notices", "新到待办", "arrived", "办理", "done")}
	for _, d := range t.Busiest {
		rows = append(rows, []string{d.Date.String(), fmt.Sprint(d.Notices), fmt.Sprint(d.Arrived), fmt.Sprint(d.Done)})
	}
	t.title("最忙的日子", "Busiest days", len(t.Busiest))
	t.table(rows)
}

// unitSum is what one unit had in all weeks.
type unitSum struct {
	name             string
	arrived, notices int
	worst, last      UnitWeek
	arrivedIn        map[calendar.Date]int // by the Monday
}

// unitSums are those of all units, the busiest first.
func (r Result) unitSums() []*unitSum {
	var sums []*unitSum
	byUnit := map[string]*unitSum{}
	for _, week := range r.Load {
		s, known := byUnit[week.Unit]
		if !known {
			s = &unitSum{name: week.UnitName, arrivedIn: map[calendar.Date]int{}}
			byUnit[week.Unit] = s
			sums = append(sums, s)
		}
		s.arrived, s.notices, s.last = s.arrived+week.Arrived, s.notices+week.Notices, week
		s.arrivedIn[week.Monday] = week.Arrived
		if week.Arrived > s.worst.Arrived {
			s.worst = week
		}
	}
	slices.SortStableFunc(sums, func(a, b *unitSum) int { return cmp.Compare(b.arrived, a.arrived) })
	return sums
}

// units lists what each unit had in the year, and its worst week.
func (t *text) units() {
	sums := t.unitSums()
	rows := [][]string{t.heads("单位", "unit", "全年新到待办", "arrived", "通知", "notices", "最忙一周", "worst week", "当周新到", "in it", "期末待办", "left")}
	for _, s := range sums {
		rows = append(rows, []string{s.name, fmt.Sprint(s.arrived), fmt.Sprint(s.notices), s.worst.Week, fmt.Sprint(s.worst.Arrived), fmt.Sprint(s.last.Waiting)})
	}
	t.title("各单位负荷", "Load of units", len(sums))
	t.table(rows)
}

// weekWidth is what the figure of a week takes, with the space before it, and
// mostWeeks how many stand beside one another at most: a quarter of a year.
const weekWidth, mostWeeks = 5, 13

// weeks lists what arrived at each unit in each week, as many weeks beside one
// another as there is room for.
func (t *text) weeks() {
	sums := t.unitSums()
	name := 0
	for _, s := range sums {
		name = max(name, terminal.Columns(s.name))
	}
	beside := mostWeeks
	if t.columns > 0 {
		beside = min(max((t.columns-name-2)/weekWidth, 1), mostWeeks)
	}
	t.title("每周新到待办", "Arrived by week", len(sums))
	for mondays := range slices.Chunk(t.mondays(), beside) {
		if rows := t.inWeeks(sums, mondays); len(rows) > 1 {
			t.line("  自 %s 起", "  from %s", mondays[0])
			t.table(rows)
		}
	}
}

// inWeeks are the rows of the units at which something arrived in some weeks,
// under their heads.
func (t *text) inWeeks(sums []*unitSum, mondays []calendar.Date) [][]string {
	head := []string{t.say("单位", "unit")}
	for _, m := range mondays {
		head = append(head, weekOf(m)[5:])
	}
	rows := [][]string{head}
	for _, s := range sums {
		row, busy := []string{s.name}, false
		for _, m := range mondays {
			row = append(row, figure(s.arrivedIn[m]))
			busy = busy || s.arrivedIn[m] > 0
		}
		if busy {
			rows = append(rows, row)
		}
	}
	return rows
}

// figure leaves nothing where there is nothing, so that the rest is seen.
func figure(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func (t *text) targets() {
	rows := [][]string{t.heads("任务", "task", "牵头单位", "lead", "状态", "status", "任务单", "total", "办结", "closed", "逾期", "overdue", "交办", "dispatched", "办结日", "closed on")}
	for _, o := range t.Targets {
		rows = append(rows, []string{o.TaskNo, o.LeadName, t.status(o.Status), fmt.Sprint(o.Assignments), fmt.Sprint(o.Delivered), fmt.Sprint(o.Overdue), day(o.Dispatched), day(o.Closed)})
	}
	t.title("年度目标", "Annual targets", len(t.Targets))
	t.table(rows)
}

func day(d *calendar.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// problems lists what kept the play from going as the file says.
func (t *text) problems() {
	if len(t.Unheld) > 0 {
		t.title("无人担任的角色（由演练人员代办）", "Roles that nobody holds (a stand-in acted)", len(t.Unheld))
		for _, s := range t.Unheld {
			t.line("  %s %s", "  %s %s", s.UnitName, t.role(s.Role))
		}
	}
	if len(t.Refused) > 0 {
		t.title("被拒绝的操作", "Acts that were turned down", len(t.Refused))
		for _, r := range t.Refused {
			t.line("  %s %s %s %s\n    %s", "  %s %s %s %s\n    %s", r.Date, r.UnitName, t.act(r.Act), r.Subject, r.Reason)
		}
	}
	if len(t.Unanswered) > 0 {
		t.title("演练中无人办理的待办类别", "Kinds of entries on which nobody acts in a rehearsal", len(t.Unanswered))
		for _, kind := range sortedKeys(t.Unanswered) {
			t.line("  %s %d", "  %s %d", kind, t.Unanswered[kind])
		}
	}
}

// widest bounds a column of the terminal.
const widest = 60

// table writes rows below one another, padded to the same width and no wider
// than the terminal.
func (t *text) table(rows [][]string) {
	if len(rows) < 2 {
		return
	}
	for _, row := range rows {
		for i := range row {
			row[i] = terminal.Clip(row[i], widest)
		}
	}
	if t.columns > 0 {
		terminal.Fit(rows, t.columns-2)
	}
	for _, row := range rows {
		row[0] = "  " + row[0]
	}
	t.WriteString(terminal.Align(rows))
}
