package policy

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	fusedHead = regexp.MustCompile(`^(?:序号|编号|重点|主要|具体|工作|任务|事项|措施|内容|目标|指标|项目|名称|类别|备注|完成|办理|时限|时间|期限|要求|牵头|配合|责任|协办|主办|单位|部门|领导|分工|落实)+$`)
	unitHeads = regexp.MustCompile(`(?:牵头|责任|配合|主办|协办)(?:单位|部门)`)
)

// doubtLostTables finds tables that lost their divisions when the document was
// made into text: a head such as 序号重点任务牵头单位配合单位 in one line, or each cell on a line
// of its own. Which word belongs to which column is then a guess, so nothing
// is read from them.
func (p *parser) doubtLostTables() {
	alone := 0
	for _, l := range p.lines {
		if l == nil {
			alone = 0
			continue
		}
		text := strings.Join(strings.FieldsFunc(l.text, isSpace), "")
		if utf8.RuneCountInString(text) > 60 || !fusedHead.MatchString(text) {
			alone = 0
			continue
		}
		if unitHeads.MatchString(text) && len(text) > len("牵头单位配合单位") {
			p.doubtLost(l, "各列连写在一起")
		}
		if columnOf(text) != noLabel {
			alone++
		}
		if alone == 3 {
			p.doubtLost(l, "每个单元格单独成行")
		}
	}
}

func (p *parser) doubtLost(l *line, how string) {
	p.doubt(l.span(0, len(l.text)), "此处似为转换成文字的表格，"+how+"，无法确定各列内容，未导入。请改用原始 Word 或 Excel 文件。",
		"A table seems to have lost its columns when it was made into text, so it was not imported. Import the original Word or Excel file.")
}
