package rehearsal

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"duban/calendar"
)

// Excel writes the result as a workbook: a sheet for each part of it.
func (r Result) Excel(w io.Writer, lang Lang) (err error) {
	file := excelize.NewFile()
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	b, err := newBook(file)
	if err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	for i, s := range sheets(r, lang) {
		if i == 0 {
			err = file.SetSheetName(file.GetSheetName(0), s.name)
		} else {
			_, err = file.NewSheet(s.name)
		}
		if err != nil {
			return fmt.Errorf("add the sheet %s: %w", s.name, err)
		}
		if err := b.write(s); err != nil {
			return fmt.Errorf("write the sheet %s: %w", s.name, err)
		}
	}
	if err := file.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// sheet is a table with heads.
type sheet struct {
	name   string
	heads  []string
	widths []float64 // of the columns; the last goes for all that follow
	rows   [][]any
	// warm colours the figures right of so many columns by their size.
	warm int
}

// book writes sheets, in a style for each kind of cell.
type book struct {
	file             *excelize.File
	head, text, date int
}

func newBook(file *excelize.File) (book, error) {
	b := book{file: file}
	var err error
	b.head, err = file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}}})
	if err != nil {
		return b, err
	}
	body := &excelize.Alignment{Vertical: "top", WrapText: true}
	if b.text, err = file.NewStyle(&excelize.Style{Alignment: body}); err != nil {
		return b, err
	}
	asDate := "yyyy-mm-dd"
	b.date, err = file.NewStyle(&excelize.Style{Alignment: body, CustomNumFmt: &asDate})
	return b, err
}

func (b book) write(s sheet) error {
	stream, err := b.file.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	for i := range s.heads {
		if err := stream.SetColWidth(i+1, i+1, s.widths[min(i, len(s.widths)-1)]); err != nil {
			return err
		}
	}
	pane := "bottomLeft"
	if s.warm > 0 {
		pane = "bottomRight"
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: s.warm, YSplit: 1, TopLeftCell: topLeft(s.warm), ActivePane: pane}); err != nil {
		return err
	}
	heads := make([]any, len(s.heads))
	for i, head := range s.heads {
		heads[i] = head
	}
	if err := stream.SetRow("A1", heads, excelize.RowOpts{StyleID: b.head}); err != nil {
		return err
	}
	for i, row := range s.rows {
		if err := stream.SetRow(fmt.Sprint("A", i+2), b.cells(row), excelize.RowOpts{StyleID: b.text}); err != nil {
			return err
		}
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	return b.finish(s)
}

// cells are a row as the file keeps it: dates are dates, not text.
func (b book) cells(row []any) []any {
	cells := slices.Clone(row)
	for i, value := range cells {
		switch value := value.(type) {
		case calendar.Date:
			cells[i] = excelize.Cell{StyleID: b.date, Value: value.Start(time.UTC)}
		case *calendar.Date:
			cells[i] = nil
			if value != nil {
				cells[i] = excelize.Cell{StyleID: b.date, Value: value.Start(time.UTC)}
			}
		}
	}
	return cells
}

// topLeft is the first cell that scrolls.
func topLeft(fixed int) string { return string(rune('A'+fixed)) + "2" }

// a4 is the size's number in the file format.
const a4 = 9

// finish sets up the printed page and adds the filter over the heads, or the
// colours of a sheet of figures.
func (b book) finish(s sheet) error {
	size, orientation, wide, high, fit := a4, "landscape", 1, 0, true
	if err := b.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	if err := b.file.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: s.name, RefersTo: fmt.Sprintf("'%s'!$1:$1", s.name)}); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(s.heads), len(s.rows)+1)
	if err != nil {
		return err
	}
	if s.warm == 0 {
		return b.file.AutoFilter(s.name, "A1:"+last, nil)
	}
	return b.file.SetConditionalFormat(s.name, topLeft(s.warm)+":"+last, []excelize.ConditionalFormatOptions{{Type: "2_color_scale", Criteria: "=",
		MinType: "min", MaxType: "max", MinColor: "FFFFFF", MaxColor: "F8696B"}})
}

func sheets(r Result, lang Lang) []sheet {
	all := []sheet{overviewSheet(r, lang), sentSheet(r, lang), weeksSheet(r, lang), loadSheet(r, lang), redSheet(r, lang), busiestSheet(r, lang), targetsSheet(r, lang)}
	if problems := problemsSheet(r, lang); len(problems.rows) > 0 {
		all = append(all, problems)
	}
	return all
}

func overviewSheet(r Result, lang Lang) sheet {
	s := sheet{name: lang.say("概况", "Summary"), heads: []string{lang.say("项目", "figure"), lang.say("数值", "value")}, widths: []float64{32, 60}}
	add := func(zh, en string, value any) { s.rows = append(s.rows, []any{lang.say(zh, en), value}) }
	f := r.Summary
	add("方案", "plan", r.Plan)
	add("年度", "year", r.Year)
	add("起", "from", r.From)
	add("止", "to", r.To)
	add("随机种子", "seed", r.Seed)
	add("未计入", "left out", lang.say(r.LeftOut, r.LeftOutEn))
	if r.Provisional != "" {
		add("注意", "note", lang.say(r.Provisional, r.ProvisionalEn))
	}
	add("年度目标", "annual targets", f.Targets)
	add("已交办", "dispatched", f.Dispatched)
	add("年度目标办结", "annual targets closed", f.Closed)
	add("任务单", "assignments", f.Assignments)
	add("任务单办结", "assignments closed", f.Delivered)
	add("延期", "extended", f.Extended)
	add("曾逾期", "once overdue", f.WereOverdue)
	add("期末亮红灯", "red at the end", f.EndRed)
	add("督办单份数", "orders issued", f.Orders)
	add("报送期数", "report rounds", f.Rounds)
	add("报送定稿", "report rounds frozen", f.RoundsFrozen)
	for _, kind := range r.kinds() {
		s.rows = append(s.rows, []any{lang.kind(kind), f.Sent[kind]})
	}
	add("通知", "notices", f.Notices)
	add("人员操作", "acts of people", f.Acts)
	add("期末待办", "inbox entries left", f.Waiting)
	return s
}

func sentSheet(r Result, lang Lang) sheet {
	s := sheet{name: lang.say("提醒与升级", "Reminders and escalations"), widths: []float64{12, 14, 8, 24, 50, 12, 12, 60},
		heads: lang.heads("日期", "date", "类别", "kind", "任务", "task", "责任单位", "unit", "内容", "content", "期限", "due", "距期限天数", "days left", "发送对象", "to")}
	for _, one := range r.Sent {
		var left any
		if one.DaysLeft != nil {
			left = *one.DaysLeft
		}
		s.rows = append(s.rows, []any{one.Date, lang.kind(one.Kind), one.TaskNo, one.UnitName, one.Content, one.Due, left, lang.seats(one.To)})
	}
	return s
}

func (l Lang) seats(seats []Seat) string {
	names := make([]string, len(seats))
	for i, s := range seats {
		names[i] = s.UnitName + " " + l.role(s.Role)
	}
	return strings.Join(names, l.say("、", ", "))
}

// weeksSheet has a row for each unit and a column for each week: what arrived.
func weeksSheet(r Result, lang Lang) sheet {
	s := sheet{name: lang.say("每周负荷", "Load by week"), heads: []string{lang.say("单位", "unit")}, widths: []float64{28, 6}, warm: 1}
	mondays := r.mondays()
	for _, m := range mondays {
		s.heads = append(s.heads, weekOf(m)[5:])
	}
	var unit string
	for _, week := range r.Load {
		if len(s.rows) == 0 || week.Unit != unit {
			unit = week.Unit
			s.rows = append(s.rows, append([]any{week.UnitName}, make([]any, len(mondays))...))
		}
		if i := slices.Index(mondays, week.Monday); i >= 0 {
			s.rows[len(s.rows)-1][i+1] = week.Arrived
		}
	}
	return s
}

func loadSheet(r Result, lang Lang) sheet {
	s := sheet{name: lang.say("负荷明细", "Load"), widths: []float64{28, 12, 14, 10},
		heads: lang.heads("单位", "unit", "周", "week", "周一", "Monday", "新到待办", "arrived", "办理", "done", "周末待办", "waiting", "通知", "notices")}
	for _, w := range r.Load {
		s.rows = append(s.rows, []any{w.UnitName, w.Week, w.Monday, w.Arrived, w.Done, w.Waiting, w.Notices})
	}
	return s
}

func redSheet(r Result, lang Lang) sheet {
	s := sheet{name: lang.say("逾期", "Overdue"), widths: []float64{12, 8, 8, 24, 50, 12, 12, 12, 14, 12, 12, 40},
		heads: lang.heads("期末亮灯", "light at the end", "任务", "task", "分解项", "item", "责任单位", "unit", "内容", "content", "原期限", "first due", "期限", "due",
			"逾期日", "since", "最高措施", "highest", "状态", "status", "办结日", "closed on", "亮灯依据", "why")}
	for _, one := range r.Red {
		s.rows = append(s.rows, []any{lang.light(one.Light), one.TaskNo, one.Item, one.UnitName, one.Content, one.FirstDue, one.Due, one.Since,
			lang.kind(one.Height), lang.status(one.Status), one.Closed, lang.say(one.Reason, one.ReasonEn)})
	}
	return s
}

func busiestSheet(r Result, lang Lang) sheet {
	s := sheet{name: lang.say("最忙的日子", "Busiest days"), widths: []float64{12}, heads: lang.heads("日期", "date", "通知", "notices", "新到待办", "arrived", "办理", "done")}
	for _, d := range r.Busiest {
		s.rows = append(s.rows, []any{d.Date, d.Notices, d.Arrived, d.Done})
	}
	return s
}

func targetsSheet(r Result, lang Lang) sheet {
	s := sheet{name: lang.say("年度目标", "Annual targets"), widths: []float64{8, 50, 24, 20, 10, 10, 10, 12},
		heads: lang.heads("任务", "task", "标题", "title", "牵头单位", "lead", "状态", "status", "任务单", "assignments", "办结", "closed", "逾期", "overdue",
			"启动", "opened", "交办", "dispatched", "办结日", "closed on")}
	for _, o := range r.Targets {
		s.rows = append(s.rows, []any{o.TaskNo, o.Title, o.LeadName, lang.status(o.Status), o.Assignments, o.Delivered, o.Overdue, o.Opened, o.Dispatched, o.Closed})
	}
	return s
}

func problemsSheet(r Result, lang Lang) sheet {
	s := sheet{name: lang.say("问题", "Problems"), widths: []float64{24, 12, 28, 20, 60}, heads: lang.heads("问题", "problem", "日期", "date", "单位", "unit", "事项", "what", "说明", "details")}
	for _, one := range r.Unheld {
		s.rows = append(s.rows, []any{lang.say("角色无人担任", "role that nobody holds"), "", one.UnitName, lang.role(one.Role), ""})
	}
	for _, one := range r.Refused {
		s.rows = append(s.rows, []any{lang.say("操作被拒绝", "act turned down"), one.Date, one.UnitName, lang.act(one.Act), one.Subject + "  " + one.Reason})
	}
	for _, kind := range sortedKeys(r.Unanswered) {
		s.rows = append(s.rows, []any{lang.say("待办无人办理", "entries on which nobody acts"), "", "", kind, r.Unanswered[kind]})
	}
	return s
}
