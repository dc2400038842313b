package export

import (
	"fmt"
	"io"
	"strings"

	"duban/policy"
)

// byteOrderMark tells Excel that a file is UTF-8.
const byteOrderMark = "\ufeff"

// CSV writes the table of tasks as text in columns, UTF-8 with a byte order
// mark, every cell in quotes. A cell that a spreadsheet would take for a formula
// gets an apostrophe before it. Targets and deadlines are in the other formats;
// who imports the text has them read from the words of the tasks.
func CSV(d policy.Draft, w io.Writer) error {
	s := taskSheet(d)
	var b strings.Builder
	b.WriteString(byteOrderMark)
	heads := make([]string, len(s.columns))
	for i, c := range s.columns {
		heads[i] = c.head
	}
	writeLine(&b, heads)
	for _, r := range s.rows {
		cells := r.cells
		if r.band != "" {
			cells = make([]string, len(s.columns))
			cells[0] = r.band
		}
		writeLine(&b, cells)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

func writeLine(b *strings.Builder, cells []string) {
	for i, cell := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		if formula(cell) {
			cell = "'" + cell
		}
		b.WriteByte('"')
		b.WriteString(strings.ReplaceAll(cell, `"`, `""`))
		b.WriteByte('"')
	}
	b.WriteString("\r\n")
}

// formula reports whether a spreadsheet that opens text would calculate with a
// cell rather than show it.
func formula(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0]))
}
