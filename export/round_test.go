package export_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"duban/calendar"
	"duban/dispatch"
	"duban/export"
	"duban/org"
	"duban/target"
)

// january is a frozen round of one task that its lead unit compiled and one that
// went in with its figures alone.
func january() export.Round {
	two, one := target.Whole(2), target.One
	county := org.UnitRef{ID: "east", Name: "东县"}
	line := func(change func(*dispatch.LineContent)) dispatch.LineContent {
		l := dispatch.LineContent{Unit: county, Item: target.Item{Key: 1, Unit: county, Content: "建成共同体", Amount: &two, Measure: "个"}, Due: calendar.NewDate(2026, time.November, 30),
			Said: dispatch.Progress{Text: "选址完成。", Percent: 40, Amount: &one}}
		change(&l)
		return l
	}
	task := dispatch.TaskRef{Key: 7, No: "7", Title: "优质均衡"}
	return export.Round{Digest: strings.Repeat("0a", 32), FrozenAt: "2026-02-02", FrozenBy: "王督查", RoundContent: dispatch.RoundContent{
		PlanTitle: "教育强市方案", Period: calendar.Period{Every: calendar.Monthly, Year: 2026, N: 1}, Version: 2, Correction: &dispatch.Correction{Reason: "数据\n更正"},
		Sections: []dispatch.SectionContent{
			{Task: task, Year: 2026, Leads: []org.UnitRef{{Name: "市教育局"}, {Name: "市财政局"}}, ByLead: true,
				Compiled: dispatch.Compiled{Summary: "进展顺利。", Missing: []org.UnitRef{county}, Results: []target.TargetResult{
					{Metric: "共同体", Measure: "个", Asked: &two, Rollup: target.Rollup{Value: &two, Met: true}}, {Text: "落实年度工作", Rollup: target.Rollup{Done: 1, Of: 3}}}},
				Lines: []dispatch.LineContent{line(func(l *dispatch.LineContent) { l.Missing, l.Overdue = true, true }), line(func(l *dispatch.LineContent) { l.Accepted = true }),
					line(func(*dispatch.LineContent) {})}},
			{Task: task, Year: 2025, Leads: []org.UnitRef{{Name: "市教育局"}}},
		}}}
}

func TestARoundAsAWorkbook(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	require.NoError(t, export.RoundExcel(january(), &file))
	book, err := excelize.OpenReader(&file)
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	compiled, err := book.GetRows("汇总")
	require.NoError(t, err)
	require.Contains(t, compiled[0][0], "教育强市方案")
	require.Contains(t, compiled[1][0], strings.Repeat("0a", 32))
	require.Contains(t, compiled[1][0], "第2版，更正原因：数据 更正")
	require.Equal(t, []string{"7", "2026", "优质均衡", "市教育局、市财政局", "共同体：2/2个，已达标\n落实年度工作：1/3", "进展顺利。", "东县"}, compiled[3])
	require.Equal(t, "（牵头单位未汇总）", compiled[4][5])
	lines, err := book.GetRows("明细")
	require.NoError(t, err)
	require.Equal(t, []string{"7", "东县", "建成共同体", "2", "1", "个", "40", "选址完成。", "", "2026-11-30", "逾期、未报送"}, lines[3])
	require.Equal(t, "已办结", lines[4][10])
	require.Equal(t, "办理中", lines[5][10])
}

func TestATextThatIsTooLongForACell(t *testing.T) {
	t.Parallel()
	r := january()
	r.Sections[0].Compiled.Summary = strings.Repeat("长", 40_000)
	err := export.RoundExcel(r, &bytes.Buffer{})
	_, is := errors.AsType[*export.CellTooLongError](err)
	require.True(t, is, "%v", err)
}
