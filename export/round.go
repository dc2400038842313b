package export

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"duban/dispatch"
	"duban/org"
	"duban/target"
)

// Round is a frozen report round as it is written to a file.
type Round struct {
	dispatch.RoundContent
	Digest   string
	FrozenAt string // the day
	FrozenBy string
}

// RoundExcel writes a report round as a workbook of two sheets: 汇总 with a row for
// each task as its lead unit compiled it, 明细 with a row for each assignment. It
// fails with a *CellTooLongError if a text is longer than a cell may be.
func RoundExcel(r Round, w io.Writer) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	b := workbook{file: book}
	if err := b.addStyles(); err != nil {
		return fmt.Errorf("make the styles: %w", err)
	}
	if err := book.SetSheetName("Sheet1", "汇总"); err != nil {
		return fmt.Errorf("name the first sheet: %w", err)
	}
	zh, _ := r.Period.Title()
	for _, s := range []sheet{compiledSheet(r), lineSheet(r)} {
		if _, err := book.NewSheet(s.name); err != nil {
			return fmt.Errorf("add the sheet %s: %w", s.name, err)
		}
		if err := b.write(s, []string{r.PlanTitle + zh + s.name, r.known()}); err != nil {
			return fmt.Errorf("write the sheet %s: %w", s.name, err)
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// known is the line below the title: who froze it when, and by what it can be
// proven.
func (r Round) known() string {
	text := "定稿：" + r.FrozenBy + " " + r.FrozenAt + "　校验值：" + r.Digest
	if r.Correction != nil {
		text += fmt.Sprintf("　第%d版，更正原因：%s", r.Version, oneLine(r.Correction.Reason))
	}
	return text
}

func compiledSheet(r Round) sheet {
	s := sheet{name: "汇总", columns: []column{{"任务", 8, true}, {"年度", 7, true}, {"任务名称", 24, false}, {"牵头单位", 18, true},
		{"指标完成情况", 34, false}, {"进展综述", 60, false}, {"未报送单位", 20, false}}}
	for _, c := range r.Sections {
		summary := c.Compiled.Summary
		if !c.ByLead {
			summary = "（牵头单位未汇总）"
		}
		s.rows = append(s.rows, row{cells: []string{c.Task.No, strconv.Itoa(c.Year), c.Task.Title, names(c.Leads),
			results(c.Compiled.Results), summary, names(c.Compiled.Missing)}})
	}
	return s
}

func lineSheet(r Round) sheet {
	s := sheet{name: "明细", columns: []column{{"任务", 8, true}, {"责任单位", 18, true}, {"工作内容", 36, false}, {"计划", 10, true}, {"完成", 10, true}, {"计量单位", 9, true},
		{"进度%", 8, true}, {"进展情况", 50, false}, {"佐证", 24, false}, {"办理期限", 12, true}, {"状态", 12, true}}}
	for _, c := range r.Sections {
		for _, l := range c.Lines {
			s.rows = append(s.rows, row{cells: []string{c.Task.No, l.Unit.Name, l.Item.Content, amount(l.Item.Amount), amount(l.Said.Amount), l.Item.Measure,
				strconv.Itoa(l.Said.Percent), l.Said.Text, l.Said.Evidence, l.Due.String(), standing(l)}})
		}
	}
	return s
}

// standing is where an assignment stood when the round was frozen.
func standing(l dispatch.LineContent) string {
	var words []string
	if l.Accepted {
		words = append(words, "已办结")
	}
	if l.Overdue {
		words = append(words, "逾期")
	}
	if l.Missing {
		words = append(words, "未报送")
	}
	if len(words) == 0 {
		return "办理中"
	}
	return strings.Join(words, "、")
}

// results are the figures of a task, one line each.
func results(all []target.TargetResult) string {
	lines := make([]string, 0, len(all))
	for _, t := range all {
		name := t.Metric
		if name == "" {
			name = oneLine(t.Text)
		}
		line := name + "：" + fmt.Sprintf("%d/%d", t.Done, t.Of)
		if t.Asked != nil && t.Value != nil {
			line = fmt.Sprintf("%s：%s/%s%s", name, t.Value, t.Asked, t.Measure)
		}
		if t.Met {
			line += "，已达标"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func names(units []org.UnitRef) string {
	all := make([]string, len(units))
	for i, u := range units {
		all[i] = u.Name
	}
	return strings.Join(all, "、")
}
