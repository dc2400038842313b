package policy

import (
	"regexp"
	"strings"

	"duban/document"
)

// columnWords are the heads of columns that are not for units or deadlines.
var columnWords = []struct {
	kind    labelKind
	pattern *regexp.Regexp
}{
	{numberLabel, regexp.MustCompile(`^(?:序号|编号|序|项次|号|任务编号|任务序号)$`)},
	{targetLabel, regexp.MustCompile(`^(?:工作|预期|主要|年度|任务|目标|考核|量化|绩效|阶段|发展|具体|完成|建设|总体)*(?:目标|指标|成果|成效|要求|标准)(?:任务|要求|值)?$`)},
	{measureLabel, regexp.MustCompile(`^(?:具体|主要|工作|推进|落实|重点|实施|细化|改革)*(?:措施|举措|内容|任务分解|事项内容|做法|建设内容|实施内容)$`)},
	{taskLabel, regexp.MustCompile(`^(?:重点|主要|具体|工作|目标|改革|建设|细化|分解|年度|二级|三级|任务|实施)*(?:任务|事项|工作|项目|条目|内容|任务名称|项目名称|事项名称|名称|清单)$`)},
	{programmeLabel, regexp.MustCompile(`^(?:.{0,6}(?:类别|领域|工程|板块|分类|专项|行动|方面|维度|一级任务|一级指标))$`)},
}

// columnOf returns what the head of a column means.
func columnOf(head string) labelKind {
	if kind := labelOf(head); kind != noLabel && kind != otherLabel {
		return kind
	}
	head = strings.Trim(trailingBracket.ReplaceAllString(head, ""), "*★▲")
	for _, c := range columnWords {
		if c.pattern.MatchString(head) {
			return c.kind
		}
	}
	return noLabel
}

// taskTable is a table whose columns name tasks and units.
type taskTable struct {
	content
	columns []labelKind
	first   int // the first row below the head
}

const headRows = 4 // how far down the head of a table is looked for

// readTaskTable recognises a table of tasks by its head: a column of tasks and
// one of units, in any order. It returns nil for any other table.
func readTaskTable(c content) *taskTable {
	rows := c.table.Rows
	for i := 0; i < len(rows) && i < headRows; i++ {
		t := taskTable{content: c, columns: headOf(rows[i]), first: i + 1}
		if !t.assigns() {
			continue
		}
		// A head of two rows: 责任分工 above 牵头单位 and 配合单位.
		if i+1 < len(rows) {
			if below := headOf(rows[i+1]); units(below) > 0 && known(below) > len(below)/2 {
				for j, kind := range below {
					if kind != noLabel {
						t.columns[j] = kind
					}
				}
				t.first++
			}
		}
		return &t
	}
	return nil
}

func headOf(row document.Row) []labelKind {
	kinds := make([]labelKind, len(row.Cells))
	for j, cell := range row.Cells {
		kinds[j] = columnOf(cellText(cell))
	}
	return kinds
}

// assigns reports whether the columns name tasks and units.
func (t taskTable) assigns() bool {
	tasks := 0
	for _, kind := range t.columns {
		if kind == taskLabel || kind == measureLabel || kind == targetLabel {
			tasks++
		}
	}
	return tasks > 0 && units(t.columns) > 0
}

func units(columns []labelKind) int {
	n := 0
	for _, kind := range columns {
		if kind == leadLabel || kind == supportLabel || kind == dutyLabel {
			n++
		}
	}
	return n
}

func known(columns []labelKind) int {
	n := 0
	for _, kind := range columns {
		if kind != noLabel {
			n++
		}
	}
	return n
}

// column returns the first column of one of the kinds, in the order of the
// kinds; -1 if there is none.
func (t taskTable) column(kinds ...labelKind) int {
	for _, kind := range kinds {
		for j, k := range t.columns {
			if k == kind {
				return j
			}
		}
	}
	return -1
}
