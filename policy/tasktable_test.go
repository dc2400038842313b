package policy_test

import (
	"testing"

	"duban/document"
	"duban/policy"

	"github.com/stretchr/testify/require"
)

// grid makes a table of rows of cells; "^" repeats the cell above and "<" the
// one to the left, as merged cells do.
func grid(rows ...[]string) document.Document {
	var table document.Table
	for i, cells := range rows {
		var row document.Row
		for j, text := range cells {
			switch text {
			case "^":
				c := table.Rows[i-1].Cells[j]
				c.Merged = true
				row.Cells = append(row.Cells, c)
			case "<":
				c := row.Cells[j-1]
				c.Merged = true
				row.Cells = append(row.Cells, c)
			default:
				var c document.Cell
				if text != "" {
					c.Paragraphs = []document.Paragraph{{Text: text}}
				}
				row.Cells = append(row.Cells, c)
			}
		}
		table.Rows = append(table.Rows, row)
	}
	return document.Document{Name: "表格.docx", Blocks: []document.Block{
		{Paragraph: &document.Paragraph{Text: "滨海市重点任务分工方案"}},
		{Table: &table},
	}}
}

// lines puts several lines into a cell.
func lines(doc document.Document, row, cell int, texts ...string) document.Document {
	c := &doc.Blocks[1].Table.Rows[row].Cells[cell]
	c.Paragraphs = nil
	for _, text := range texts {
		c.Paragraphs = append(c.Paragraphs, document.Paragraph{Text: text})
	}
	return doc
}

func parsed(t *testing.T, doc document.Document) policy.Draft {
	t.Helper()
	draft, err := policy.Parse(doc)
	require.NoError(t, err)
	check(t, doc, draft)
	return draft
}

func TestTableWithAHeadOfTwoRows(t *testing.T) {
	draft := parsed(t, grid(
		[]string{"序号", "工作任务", "责任分工", "<", "完成时限"},
		[]string{"^", "^", "牵头单位", "配合单位", "^"},
		[]string{"1", "建设平台", "市数据局", "市财政局、市审计局", "2026年底前"},
		[]string{"2", "完善制度", "市司法局", "/", "长期坚持"},
	))
	require.Len(t, draft.Tasks, 2)
	require.Equal(t, []string{"市数据局"}, draft.Tasks[0].Lead)
	require.Equal(t, []string{"市财政局", "市审计局"}, draft.Tasks[0].Support)
	require.Equal(t, "2026-12-31", day(draft.Tasks[0].Deadline))
	require.Equal(t, []string{}, draft.Tasks[1].Support)
	require.Equal(t, policy.Continuous, draft.Tasks[1].Deadlines[0].Kind)
}

func TestTableWhoseTaskHasSeveralMeasures(t *testing.T) {
	draft := parsed(t, grid(
		[]string{"类别", "重点任务", "具体措施", "责任单位"},
		[]string{"产业", "壮大集群", "引进企业20家。", "市工业和信息化局"},
		[]string{"^", "^", "建设园区3个。", "市自然资源局、市财政局"},
		[]string{"民生", "改善就业", "提供岗位5000个。", "市人力资源和社会保障局"},
	))
	require.Len(t, draft.Tasks, 3)
	require.Equal(t, "引进企业20家", draft.Tasks[0].Title)
	require.Equal(t, "壮大集群", draft.Tasks[0].Programme)
	require.Equal(t, "建设园区3个", draft.Tasks[1].Title)
	require.Equal(t, "壮大集群", draft.Tasks[1].Programme)
	require.Equal(t, policy.Joint, draft.Tasks[1].Mode)
	require.Equal(t, "改善就业", draft.Tasks[2].Title)
	require.Equal(t, "民生", draft.Tasks[2].Programme)
	require.Len(t, draft.Tasks[2].Targets, 1)
}

func TestTableWithHeadingsAcrossIt(t *testing.T) {
	draft := parsed(t, grid(
		[]string{"配合单位", "时限", "事项", "牵头单位"},
		[]string{"一、产业发展", "<", "<", "<"},
		[]string{"无", "2026年", "引进企业", "市商务局"},
		[]string{"二、民生保障", "<", "<", "<"},
		[]string{"—", "2027年", "改善就业", "市民政局"},
		[]string{"配合单位", "时限", "事项", "牵头单位"},
		[]string{"市财政局", "2028年", "扶助困难", "市民政局"},
	))
	require.Len(t, draft.Tasks, 3)
	require.Equal(t, "一、产业发展", draft.Tasks[0].Programme)
	require.Equal(t, "二、民生保障", draft.Tasks[1].Programme)
	require.Equal(t, "二、民生保障", draft.Tasks[2].Programme)
	require.Equal(t, []string{"市财政局"}, draft.Tasks[2].Support)
}

func TestNamesOverSeveralLinesOfACell(t *testing.T) {
	doc := grid(
		[]string{"任务", "责任单位"},
		[]string{"甲任务", ""},
		[]string{"乙任务", ""},
	)
	doc = lines(doc, 1, 1, "市人力资源和", "社会保障局")
	doc = lines(doc, 2, 1, "市教育局", "市财政局")
	draft := parsed(t, doc)
	require.Equal(t, []string{"市人力资源和社会保障局"}, draft.Tasks[0].Lead)
	require.Equal(t, []string{"市教育局", "市财政局"}, draft.Tasks[1].Lead)
}

func TestOneSlipDoesNotRefuseATable(t *testing.T) {
	rows := [][]string{{"任务", "责任单位"}}
	for range 8 {
		rows = append(rows, []string{"做好工作", "市教育局、市财政局"})
	}
	rows = append(rows, []string{"做好总结", "市教育局市财政局"})
	draft := parsed(t, grid(rows...))
	require.Len(t, draft.Tasks, 9)
	require.Equal(t, policy.NeedsDecision, draft.Tasks[8].Entries[0].Origin.Certainty)
	require.Empty(t, draft.Doubts)
}

func TestTableThatRunsTogetherIsRefused(t *testing.T) {
	_, err := policy.Parse(grid(
		[]string{"任务", "责任单位"},
		[]string{"甲任务", "市教育局市财政局"},
		[]string{"乙任务", "市民政局"},
	))
	var none *policy.NoTasksError
	require.ErrorAs(t, err, &none)
	require.Len(t, none.Doubts, 1)
	require.ErrorContains(t, err, "没有分隔")
	require.Equal(t, 1, none.Tables)
}
