package policy

// NoTasksError says that a document holds nothing that units answer for.
type NoTasksError struct {
	// Paragraphs and Tables are how much was looked through.
	Paragraphs int
	Tables     int
	// Doubts tell why something that looks like a task was not read.
	Doubts []Doubt
}

// Error says in Chinese and English what was looked for.
func (e *NoTasksError) Error() string {
	doubts := ""
	for _, d := range e.Doubts {
		doubts += "\n" + d.Reason + " / " + d.ReasonEn
	}
	return "文件中没有找到任务。查找的内容：带责任分工的编号条目（如“（牵头单位：…，配合单位：…）”“（某局负责）”“责任单位：…”），" +
		"或含“责任单位”“牵头单位”列的表格。请确认选择的是任务分工类文件，且正文完整。" +
		" / No tasks were found. Looked for numbered items with a responsibility note" +
		" (牵头单位：…, 配合单位：…, …负责, 责任单位：…) and for tables with a column of responsible units." +
		" Check that the document assigns tasks and is complete." + doubts
}
