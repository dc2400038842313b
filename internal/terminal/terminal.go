// Package terminal lays text out in columns for terminals, where a Chinese
// character takes two.
package terminal

import (
	"strings"

	"golang.org/x/text/width"
)

// Align pads the cells of rows to columns of the same width, two spaces apart.
func Align(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Columns(cell))
		}
	}
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
