package rehearsal

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"duban/calendar"
	"duban/internal/terminal"
)

// Text writes the result for a terminal. Reminders of a day are one line there,
// escalations one each; JSON and the workbook have them all.
func (r Result) Text(w io.Writer, lang Lang) error {
	t := &text{Result: r, Lang: lang}
	for _, part := range []func(){t.overview, t.reds, t.escalations, t.reminders, t.busiest, t.units, t.targets, t.problems} {
		part()
	}
	_, err := io.WriteString(w, t.String())
	return err
}

type text struct {
	Result
	Lang
	strings.Builder
}

func (t *text) line(zh, en string, args ...any) { fmt.Fprintf(t, t.say(zh, en)+"\n", args...) }

func (t *text) title(zh, en string, n int) { fmt.Fprintf(t, "\n■ %s (%d)\n", t.say(zh, en), n) }

func (t *text) overview() {
	s := t.Summary
	t.line("演练：%s", "Rehearsal: %s", t.Plan)
	t.line("%d 年，自 %s 至 %s，随机种子 %d", "%d, from %s to %s, seed %d", t.Year, t.From, t.To, t.Seed)
	if t.Provisional != "" {
		t.line("注意：%s", "Note: %s", t.say(t.Provisional, t.ProvisionalEn))
	}
	t.line("\n年度目标 %d 项，交办 %d 项，办结 %d 项", "\nAnnual targets: %d, dispatched %d, closed %d", s.Targets, s.Dispatched, s.Closed)
	t.line("任务单 %d 份，办结 %d 份，延期 %d 份，曾逾期 %d 份，期末亮红灯 %d 份", "Assignments: %d, closed %d, extended %d, once overdue %d, red at the end %d",
		s.Assignments, s.Delivered, s.Extended, s.WereOverdue, s.EndRed)
	var sent []string
	for _, kind := range t.kinds() {
		sent = append(sent, fmt.Sprintf("%s %d", t.kind(kind), s.Sent[kind]))
	}
	t.line("提醒与升级：%s", "Reminders and escalations: %s", strings.Join(sent, t.say("，", ", ")))
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
		if s.Kind == remind {
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

// reminders lists the days on which reminders are sent, with their number.
func (t *text) reminders() {
	type onDay struct {
		sent  int
		units map[string]bool
	}
	days := map[calendar.Date]onDay{}
	total := 0
	for _, s := range t.Sent {
		if s.Kind != remind {
			continue
		}
		day := days[s.Date]
		if day.units == nil {
			day.units = map[string]bool{}
		}
		day.sent, total = day.sent+1, total+1
		day.units[s.Unit] = true
		days[s.Date] = day
	}
	rows := [][]string{t.heads("日期", "date", "提醒", "reminders", "单位", "units")}
	for _, date := range sortedDates(days) {
		rows = append(rows, []string{date.String(), fmt.Sprint(days[date].sent), fmt.Sprint(len(days[date].units))})
	}
	t.title("提醒", "Reminders", total)
	t.table(rows)
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

// units lists what each unit had in the year, and its worst week.
func (t *text) units() {
	type sum struct {
		name             string
		arrived, notices int
		worst, last      UnitWeek
	}
	var sums []*sum
	byUnit := map[string]*sum{}
	for _, week := range t.Load {
		s, known := byUnit[week.Unit]
		if !known {
			s = &sum{name: week.UnitName}
			byUnit[week.Unit] = s
			sums = append(sums, s)
		}
		s.arrived, s.notices, s.last = s.arrived+week.Arrived, s.notices+week.Notices, week
		if week.Arrived > s.worst.Arrived {
			s.worst = week
		}
	}
	slices.SortStableFunc(sums, func(a, b *sum) int { return cmp.Compare(b.arrived, a.arrived) })
	rows := [][]string{t.heads("单位", "unit", "全年新到待办", "arrived", "通知", "notices", "最忙一周", "worst week", "当周新到", "in it", "期末待办", "left")}
	for _, s := range sums {
		rows = append(rows, []string{s.name, fmt.Sprint(s.arrived), fmt.Sprint(s.notices), s.worst.Week, fmt.Sprint(s.worst.Arrived), fmt.Sprint(s.last.Waiting)})
	}
	t.title("各单位负荷", "Load of units", len(sums))
	t.table(rows)
}

func (t *text) targets() {
	rows := [][]string{t.heads("任务", "task", "牵头单位", "lead", "状态", "status", "任务单", "assignments", "办结", "closed", "逾期", "overdue", "交办", "dispatched", "办结日", "closed on")}
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
			t.line("  %s %s %s %s：%s", "  %s %s %s %s: %s", r.Date, r.Unit, r.Act, r.Subject, r.Reason)
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

// table writes rows below one another, padded to the same width.
func (t *text) table(rows [][]string) {
	if len(rows) < 2 {
		return
	}
	for _, row := range rows {
		for i := range row {
			row[i] = terminal.Clip(row[i], widest)
		}
		row[0] = "  " + row[0]
	}
	t.WriteString(terminal.Align(rows))
}
