package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"duban/calendar"
	"duban/export"
	"duban/policy"
	"duban/target"
)

// plan is a small plan with one of everything.
func plan() policy.Draft {
	due, value := calendar.NewDate(2027, 12, 31), target.Whole(35)
	units := func(names ...string) (entries []policy.Entry) {
		for i, name := range names {
			entries = append(entries, policy.Entry{Written: name, Role: []policy.Role{policy.Lead, policy.Support, policy.Guide}[min(i, 2)]})
		}
		return entries
	}
	return policy.Draft{Title: "教育强市建设实施意见", Number: "某府〔2025〕1号", Period: policy.Period{From: 2025, To: 2035},
		Tasks: []policy.Task{
			{Key: 1, No: "（一）", Section: "二、重点任务", Programme: "（一）强基工程", Title: "建设共同体", Text: "建设共同体。\n=1+1", Lead: []string{"市教育局"},
				Support: []string{"市财政局", "省教育厅"}, Guide: []string{"省教育厅"}, Entries: units("市教育局", "市财政局", "省教育厅"),
				Deadline: &due, DeadlineText: "2027年底前", Deadlines: []policy.Deadline{{Kind: policy.By, Text: "2027年底前", Date: &due, Note: true}},
				Targets: []target.Target{{Key: "1", Kind: target.Sum, Text: "建成35个共同体", Metric: "共同体", Op: target.AtLeast, Value: &value, Measure: "个", Deadline: &due}}},
			{Key: 3, No: "（二）", Section: "二、重点任务", Programme: "（一）强基工程", Title: "扩大学位", Text: "扩大学位。", Lead: []string{"市教育局"},
				Entries: units("市教育局")},
			{Key: 4, No: "（三）", Section: "三、保障", Programme: "（二）保障", Title: "加强领导", Text: "加强领导。", Lead: []string{"市委办", "市府办"}, Mode: policy.Joint,
				Entries: []policy.Entry{{Written: "市委办", Role: policy.Lead}, {Written: "市府办", Role: policy.Lead}}},
		},
		Doubts: []policy.Doubt{{Reason: "附件缺失。", ReasonEn: "The annex is missing."}}}
}

func TestWorkbook(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(write(t, plan(), export.Excel)))
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	require.Equal(t, []string{"任务分解表", "目标", "时限"}, book.GetSheetList())
	rows, err := book.GetRows("任务分解表")
	require.NoError(t, err)
	require.Equal(t, "《教育强市建设实施意见》任务分解表", rows[0][0])
	require.Equal(t, "文号：某府〔2025〕1号\u3000实施期限：2025—2035年", rows[1][0])
	require.Equal(t, []string{"序号", "原编号", "工程/专项", "重点任务", "主要内容", "牵头单位", "配合单位", "指导单位", "完成时限", "目标（指标）", "备注"}, rows[2])
	require.Equal(t, "二、重点任务", rows[3][0])
	require.Equal(t, []string{"1", "（一）", "（一）强基工程", "建设共同体", "建设共同体。\n=1+1", "市教育局", "市财政局、省教育厅", "省教育厅",
		"2027年底前（2027年12月31日）", "建成35个共同体"}, rows[4])
	require.Equal(t, []string{"3", "（三）", "（二）保障", "加强领导", "加强领导。", "市委办、市府办", "", "", "", "", "共同负责，牵头单位待定。"}, rows[7])
	require.Equal(t, "待核对：附件缺失。", rows[8][0])
	targets, err := book.GetRows("目标")
	require.NoError(t, err)
	require.Equal(t, []string{"1", "建设共同体", "总量", "建成35个共同体", "共同体", "≥", "35", "", "个", "", "2027-12-31"}, targets[1])

	merged, err := book.GetMergeCells("任务分解表")
	require.NoError(t, err)
	areas := map[string]string{}
	for _, m := range merged {
		areas[m.GetStartAxis()+":"+m.GetEndAxis()] = m.GetCellValue()
	}
	require.Equal(t, "（一）强基工程", areas["C5:C6"])
	require.Equal(t, "三、保障", areas["A7:K7"])
	panes, err := book.GetPanes("任务分解表")
	require.NoError(t, err)
	require.True(t, panes.Freeze)
	require.Equal(t, 3, panes.YSplit)
	layout, err := book.GetPageLayout("任务分解表")
	require.NoError(t, err)
	require.Equal(t, 9, *layout.Size, "A4")
	require.Equal(t, "landscape", *layout.Orientation)
	names := map[string]string{}
	for _, n := range book.GetDefinedName() {
		names[n.Scope] = n.Name + " " + n.RefersTo
	}
	require.Equal(t, "_xlnm.Print_Titles '任务分解表'!$3:$3", names["任务分解表"])
	formula, err := book.GetCellFormula("任务分解表", "E5")
	require.NoError(t, err)
	require.Empty(t, formula)
	style, err := book.GetCellStyle("任务分解表", "E5")
	require.NoError(t, err)
	look, err := book.GetStyle(style)
	require.NoError(t, err)
	require.True(t, look.Alignment.WrapText)
	require.Equal(t, "仿宋_GB2312", look.Font.Family)
}

func TestATextThatACellWouldCutIsRefused(t *testing.T) {
	d := plan()
	d.Tasks[1].Text = strings.Repeat("字", excelize.TotalCellChars+1)
	err := export.Excel(d, io.Discard)
	var long *export.CellTooLongError
	require.ErrorAs(t, err, &long)
	require.Equal(t, "主要内容", long.Head)
	require.ErrorContains(t, err, "请改为导出 Word")
	require.Equal(t, d.Tasks[1].Text, read(t, "plan.docx", write(t, d, export.Word)).Tasks[1].Text)
}

// All parts of the document are well formed and each is named by its type and
// by the relation that leads to it.
func TestWordDocumentHoldsTogether(t *testing.T) {
	data := write(t, plan(), export.Word)
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	parts := map[string]string{}
	for _, f := range archive.File {
		opened, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(opened)
		require.NoError(t, err)
		parts[f.Name] = string(text)
	}
	require.Equal(t, "[Content_Types].xml", archive.File[0].Name, "types come first")
	reached := map[string]bool{"[Content_Types].xml": true}
	for name, text := range parts {
		var root struct {
			Relations []struct {
				Target string `xml:"Target,attr"`
			} `xml:"Relationship"`
			Types []struct {
				Part string `xml:"PartName,attr"`
			} `xml:"Override"`
		}
		require.NoError(t, xml.Unmarshal([]byte(text), &root), name)
		if strings.HasSuffix(name, ".rels") {
			reached[name] = true
		}
		for _, r := range root.Relations {
			target := path.Join(path.Dir(path.Dir(name)), r.Target)
			require.Contains(t, parts, target)
			reached[target] = true
		}
		for _, override := range root.Types {
			require.Contains(t, parts, strings.TrimPrefix(override.Part, "/"))
		}
	}
	require.Len(t, reached, len(parts))
	requireStylesDefined(t, parts["word/document.xml"]+parts["word/footer1.xml"], parts["word/styles.xml"])
	body := parts["word/document.xml"]
	require.Contains(t, body, `<w:tblHeader/>`)
	require.Contains(t, body, `<w:vMerge w:val="restart"/>`)
	require.Equal(t, 3, strings.Count(body, "<w:tbl>"))
	requireFullRows(t, body)
}

func requireStylesDefined(t *testing.T, used, defined string) {
	t.Helper()
	for _, mark := range []string{`<w:pStyle w:val="`, `<w:tblStyle w:val="`} {
		for _, part := range strings.Split(used, mark)[1:] {
			id, _, _ := strings.Cut(part, `"`)
			require.Contains(t, defined, `w:styleId="`+id+`"`)
		}
	}
}

// requireFullRows checks that the cells of every row cover the table's grid and
// that every cell ends with a paragraph, without which Word refuses a file.
func requireFullRows(t *testing.T, body string) {
	t.Helper()
	var document struct {
		Tables []struct {
			Grid []struct{} `xml:"tblGrid>gridCol"`
			Rows []struct {
				Cells []struct {
					Span struct {
						Val int `xml:"val,attr"`
					} `xml:"tcPr>gridSpan"`
					Paragraphs []struct{} `xml:"p"`
				} `xml:"tc"`
			} `xml:"tr"`
		} `xml:"body>tbl"`
	}
	require.NoError(t, xml.Unmarshal([]byte(body), &document))
	for _, table := range document.Tables {
		for _, row := range table.Rows {
			covered := 0
			for _, cell := range row.Cells {
				covered += max(1, cell.Span.Val)
				require.NotEmpty(t, cell.Paragraphs)
			}
			require.Len(t, table.Grid, covered)
		}
	}
}

func TestCSV(t *testing.T) {
	d := plan()
	d.Tasks[0].Text = `=HYPERLINK("http://example.org")`
	text, marked := strings.CutPrefix(string(write(t, d, export.CSV)), "\ufeff")
	require.True(t, marked, "the byte order mark tells Excel that it is UTF-8")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, "序号", rows[0][0])
	require.Equal(t, "二、重点任务", rows[1][0])
	require.Equal(t, `'=HYPERLINK("http://example.org")`, rows[2][4], "text, not a formula")
	require.Equal(t, "（一）强基工程", rows[3][2], "repeated where the other formats merge")
	require.Equal(t, "待核对：附件缺失。", rows[len(rows)-1][0])
}

var errFull = errors.New("the disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWhatCannotBeWrittenIsReported(t *testing.T) {
	require.ErrorIs(t, export.Excel(plan(), full{}), errFull)
	require.ErrorIs(t, export.Word(plan(), full{}), errFull)
	require.ErrorIs(t, export.CSV(plan(), full{}), errFull)
}

// A clerk changes the workbook: a unit, a target, a new row, and slips.
func TestAChangedWorkbookIsRead(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(write(t, plan(), export.Excel)))
	require.NoError(t, err)
	for cell, value := range map[string]any{"F6": "市教育局、市发改局；市人社局", "F8": "市委办", "G8": "市府办", "K8": "",
		"A9": "", "A10": 9, "D10": "新增任务", "F10": "市文旅局", "J10": "到2026年建成10个馆", "A11": 3, "D11": "重号", "F11": "市卫健局", "A12": 12, "D12": "没有单位"} {
		require.NoError(t, book.SetCellValue("任务分解表", cell, value))
	}
	require.NoError(t, book.SetCellValue("目标", "G2", "四十"))
	require.NoError(t, book.SetCellValue("目标", "A3", 99))
	require.NoError(t, book.SetCellValue("目标", "D3", "谁的目标"))
	var changed bytes.Buffer
	require.NoError(t, book.Write(&changed))
	require.NoError(t, book.Close())

	d := read(t, "改.xlsx", changed.Bytes())
	require.Len(t, d.Tasks, 5)
	require.Equal(t, []string{"市教育局", "市发改局", "市人社局"}, d.Tasks[1].Lead)
	require.Empty(t, d.Tasks[2].Mode, "the clerk chose who leads")
	require.Equal(t, policy.Certain, d.Tasks[2].Fields["lead"].Certainty)
	require.Equal(t, []string{"市府办"}, d.Tasks[2].Support)
	require.Equal(t, "新增任务", d.Tasks[3].Text)
	require.Len(t, d.Tasks[3].Targets, 1)
	require.Equal(t, target.Whole(10), *d.Tasks[3].Targets[0].Value)
	require.Nil(t, d.Tasks[0].Targets[0].Value)
	require.Equal(t, policy.NeedsDecision, d.Tasks[0].Fields["targets.1"].Certainty)
	require.Contains(t, d.Tasks[0].Fields["targets.1"].Reason, "四十")
	var doubts []string
	for _, doubt := range d.Doubts {
		doubts = append(doubts, doubt.Reason)
	}
	require.Equal(t, []string{"序号“3”重复，目标和时限只归入第一处，请改正后重新导入。", "表格第 11 行没有责任单位，未列为任务，请核对。",
		"第 3 行的任务序号“99”在任务分解表中没有，未读入，请核对。"}, doubts)
}
