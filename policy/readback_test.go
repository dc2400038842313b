package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/document"
	"duban/policy"
)

// gridOf makes a table of rows of cells.
func gridOf(rows ...[]string) document.Block {
	t := &document.Table{}
	for _, row := range rows {
		var r document.Row
		for _, text := range row {
			cell := document.Cell{}
			if text != "" {
				cell.Paragraphs = []document.Paragraph{{Text: text}}
			}
			r.Cells = append(r.Cells, cell)
		}
		t.Rows = append(t.Rows, r)
	}
	return document.Block{Table: t}
}

func taskHeads() []string {
	return []string{policy.HeadNo, policy.HeadProgramme, policy.HeadTask, policy.HeadText, policy.HeadLead, policy.HeadSupport,
		policy.HeadDue, policy.HeadTargets, policy.HeadRemarks}
}

func targetHeads() []string {
	return []string{policy.HeadTaskNo, policy.HeadKind, policy.HeadWords, policy.HeadMetric, policy.HeadOp, policy.HeadValue,
		policy.HeadValueMax, policy.HeadDue, policy.HeadYear}
}

func TestUnitsOfOwnTablesKeepTheirPlaces(t *testing.T) {
	doc := document.Document{Blocks: []document.Block{gridOf(taskHeads(),
		[]string{"1", "", "建设平台", "建设平台。", "市教育局（市委教育工委、教育办）、市财政局", "市委、市政府；市人社局；", "2027年底前（2027年12月31日）", "", ""})}}
	draft, err := policy.Parse(doc)
	require.NoError(t, err)
	task := draft.Tasks[0]
	require.Equal(t, []string{"市教育局（市委教育工委、教育办）", "市财政局"}, task.Lead)
	require.Equal(t, []string{"市委、市政府", "市人社局"}, task.Support)
	require.Equal(t, "2027年底前", task.DeadlineText)
	require.Equal(t, "2027-12-31", task.Deadline.String())
	require.Equal(t, document.Span{Row: 2, Cell: 5, Start: 17, End: 21}, task.Entries[1].Origin.Spans[0])
	check(t, doc, draft)
}

func TestUnitsNotation(t *testing.T) {
	for want, names := range map[string][]string{
		"":             nil,
		"市教育局":         {"市教育局"},
		"市教育局、市财政局":    {"市教育局", "市财政局"},
		"各县（区、市）、市财政局": {"各县（区、市）", "市财政局"},
		"市委、市政府；市财政局；": {"市委、市政府", "市财政局"},
		"市委、市政府；":      {"市委、市政府"},
	} {
		require.Equal(t, want, policy.UnitsNotation(names))
	}
}

// Whatever stands in the cells of such tables, what is read of them keeps the
// laws of every draft.
func TestOwnTablesOfAnyContent(t *testing.T) {
	cell := rapid.OneOf(rapid.SampledFrom([]string{"", "1", "2", "市教育局", "市教育局、市财政局；", "；、", "2027年底前（2027年12月31日）", "（2027年13月31日）",
		"2027-02-30", "总量", "≥", "35", "三", "总体目标", policy.JointRemark, policy.CheckMark + "谁", policy.HeadTaskNo}), rapid.StringN(0, 12, -1))
	rapid.Check(t, func(rt *rapid.T) {
		fill := func(heads []string) document.Block {
			rows := [][]string{heads}
			for range rapid.IntRange(1, 6).Draw(rt, "rows") {
				rows = append(rows, rapid.SliceOfN(cell, 0, len(heads)).Draw(rt, "cells"))
			}
			return gridOf(rows...)
		}
		doc := document.Document{Blocks: []document.Block{fill(taskHeads()), fill(targetHeads())}}
		draft, err := policy.Parse(doc)
		if err != nil {
			var none *policy.NoTasksError
			require.ErrorAs(rt, err, &none)
			return
		}
		require.NotEmpty(rt, draft.Tasks)
		for i, task := range draft.Tasks {
			require.Equal(rt, i+1, task.Key)
			require.NotEmpty(rt, task.Entries)
			require.NotEmpty(rt, task.Title)
			for _, e := range task.Entries {
				s := e.Origin.Spans[0]
				words := []rune(doc.Blocks[s.Block].Table.Rows[s.Row-1].Cells[s.Cell-1].Text())
				require.Equal(rt, e.Written, withoutSpaces(string(words[s.Start:s.End])))
			}
			for _, g := range task.Targets {
				require.NotEmpty(rt, g.Text)
				require.NotEmpty(rt, g.Kind)
			}
		}
	})
}
