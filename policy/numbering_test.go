package policy_test

import (
	"testing"

	"duban/document"

	"github.com/stretchr/testify/require"
)

// Word prints numbers that are not in the text; spans count the text alone.
func TestAutomaticNumbers(t *testing.T) {
	doc := document.Document{Name: "方案.docx"}
	for _, p := range []document.Paragraph{
		{Text: "滨海市工作方案"},
		{Number: "一、", Text: "重点任务"},
		{Number: "（一）", Text: "基础工程", Heading: 2},
		{Number: "1.", Text: "建设平台。2027年底前建成3个平台。（市数据局牵头，市财政局配合）"},
		{Number: "2.", Text: "完善制度。修订制度。（市司法局负责）"},
		{Number: "二、", Text: "保障措施"},
		{Number: "（一）", Text: "加强领导。落实责任。（市政府办公室负责）"},
	} {
		doc.Blocks = append(doc.Blocks, document.Block{Paragraph: &p})
	}
	draft := parsed(t, doc)
	require.Len(t, draft.Tasks, 3)
	first := draft.Tasks[0]
	require.Equal(t, "1", first.No)
	require.Equal(t, "一、重点任务", first.Section)
	require.Equal(t, "（一）基础工程", first.Programme)
	require.Equal(t, "建设平台", cut(t, doc, first.Fields["title"].Spans[0]))
	require.Equal(t, "2027年底前建成3个平台", cut(t, doc, first.Fields["targets.1"].Spans[0]))
	require.Equal(t, "（一）", draft.Tasks[2].No)
	require.Equal(t, "二、保障措施", draft.Tasks[2].Section)
}
