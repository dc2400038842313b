// Package terminal lays text out in columns for terminals, where a Chinese
// character takes two.
package terminal

import (
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"
	"golang.org/x/text/width"
)

// Align pads the cells of rows to columns of the same width, two spaces apart.
func Align(rows [][]string) string {
	widths := widthsOf(rows)
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			line.WriteString(strings.Repeat(" ", widths[i]-Columns(cell)+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// Fit clips the cells of the widest columns so that Align makes no line wider than
// so many columns of the terminal, as far as that leaves enough to be read.
func Fit(rows [][]string, columns int) {
	const enough = 10
	widths := widthsOf(rows)
	if len(widths) == 0 {
		return
	}
	total := 2 * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for ; total > columns; total-- {
		widest := slices.Index(widths, slices.Max(widths))
		if widths[widest] <= enough {
			break
		}
		widths[widest]--
	}
	for _, row := range rows {
		for i := range row {
			if Columns(row[i]) > widths[i] {
				row[i] = Clip(row[i], widths[i])
			}
		}
	}
}

// widthsOf are the widths of the columns.
func widthsOf(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Columns(cell))
		}
	}
	return widths
}

// Wrap writes words one after the other, joined by a separator, and begins a new
// line behind an indent where the next one would reach beyond the columns; 0 is
// no bound. at is the column at which the first word begins.
func Wrap(words []string, separator string, at, columns, indent int) string {
	var b strings.Builder
	for i, word := range words {
		if i < len(words)-1 {
			word += strings.TrimRight(separator, " ")
		}
		space := separator[len(strings.TrimRight(separator, " ")):]
		switch {
		case i == 0:
		case columns > 0 && at+Columns(space+word) > columns:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			b.WriteString(space)
			at += Columns(space)
		}
		b.WriteString(word)
		at += Columns(word)
	}
	return b.String()
}

// Width is how many columns the terminal shows to which is written, and 0 where
// that is none.
func Width(w io.Writer) int {
	file, is := w.(*os.File)
	if !is || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// Clip shortens text to at most limit columns, the last one an ellipsis; line
// breaks become spaces.
func Clip(text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	if Columns(text) <= limit {
		return text
	}
	used := 0
	for i, r := range text {
		if used += runeColumns(r); used > limit-1 {
			return text[:i] + "…"
		}
	}
	return text
}

// Columns is how wide a terminal shows text: Chinese characters take two.
func Columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
