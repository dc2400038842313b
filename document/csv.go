package document

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"strings"
)

// readCSV reads text in columns as one table. The sign that divides the columns
// is found out.
func readCSV(ctx context.Context, name string, data []byte) (Document, error) {
	text, err := decode(data)
	if err != nil {
		return Document{}, unknownEncoding(name, err)
	}
	text = normalLines(text)
	// Excel writes this line to say what it divides with.
	divider := dividerOf(name, text)
	if first, rest, _ := strings.Cut(text, "\n"); len(first) == 5 && strings.HasPrefix(first, "sep=") {
		divider, text = rune(first[4]), rest
	}
	b := builder{doc: Document{Name: name}}
	t, err := b.readColumns(ctx, text, divider)
	if err != nil {
		return Document{}, err
	}
	b.table(t)
	return b.document(ctx)
}

// readColumns reads text whose columns are divided by divider; a field in
// quotes may hold it and line feeds.
func (b *builder) readColumns(ctx context.Context, text string, divider rune) (Table, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = divider
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	var t Table
	cells := 0
	for {
		if len(t.Rows)%1024 == 0 && ctx.Err() != nil {
			return t, ctx.Err()
		}
		values, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, damaged(b.doc.Name, err)
		}
		values = withoutBlankEnd(values)
		if len(values) == 0 {
			continue
		}
		if cells += len(values); len(values) > maxColumns || cells > maxCells {
			return t, tooManyCells(b.doc.Name)
		}
		row := Row{Cells: make([]Cell, len(values))}
		for i, value := range values {
			row.Cells[i] = cell(strings.Clone(value))
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// dividerOf returns the sign that divides columns: the one that comes most often
// outside quotes in the first lines. The name's ending decides a draw.
func dividerOf(name, text string) rune {
	usual := ','
	if strings.EqualFold(path.Ext(name), ".tsv") {
		usual = '\t'
	}
	counts := map[rune]int{}
	quoted, lines := false, 0
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n':
			lines++
		default:
			counts[r]++
		}
		if lines == 20 {
			break
		}
	}
	best := usual
	for _, r := range []rune{',', '\t', ';', '|'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}
