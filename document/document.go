// Package document turns the bytes of an office document into paragraphs and
// tables, with enough of their origin kept that every word read from them can
// be shown in its place again.
package document

// Document is the content of one file in reading order, as somebody sees it
// who has the final text printed: tracked changes are taken as accepted; hidden
// words, comments, footnotes, page headers and tables of contents are left out.
type Document struct {
	Name   string  `json:"name"`
	Blocks []Block `json:"blocks"`
}

// Block is either a paragraph or a table; exactly one of the two is set.
type Block struct {
	Paragraph *Paragraph `json:"paragraph,omitempty"`
	Table     *Table     `json:"table,omitempty"`
}

// Paragraph is one line of text as a reader sees it.
type Paragraph struct {
	// Number is the number that the format prints by itself before the text,
	// such as "（一）" or "1."; it is not part of Text. Empty if there is none.
	// One that ends in a letter or a figure keeps a space after it, "1.1 ", so
	// that it does not run into the text.
	Number string `json:"number,omitempty"`
	Text   string `json:"text"`
	// Line is the line of a text file, counted from 1; 0 in other formats.
	Line int `json:"line,omitempty"`
	// Heading is the outline level of a heading, counted from 1; 0 for body
	// text or where the format does not tell.
	Heading int `json:"heading,omitempty"`
}

// Table is a grid in which every row has the same number of cells: a cell that
// spans several rows or columns is repeated in each, marked as Merged.
type Table struct {
	// Caption is the name of the worksheet, empty elsewhere.
	Caption string `json:"caption,omitempty"`
	Rows    []Row  `json:"rows"`
}

// Row is one row of a table.
type Row struct {
	Cells []Cell `json:"cells"`
}

// Cell is one cell of a table.
type Cell struct {
	// Paragraphs are the lines of the cell, without automatic numbers resolved
	// into them twice.
	Paragraphs []Paragraph `json:"paragraphs"`
	// Merged marks a repetition of the cell above or to the left.
	Merged bool `json:"merged,omitempty"`
}

// Text returns the cell's lines joined by line feeds, each with the number
// that is printed before it.
func (c Cell) Text() string {
	text := ""
	for i, p := range c.Paragraphs {
		if i > 0 {
			text += "\n"
		}
		text += p.Number + p.Text
	}
	return text
}

// Span is a stretch of a document's text. Start and End are offsets in runes:
// within the Text of a paragraph, or within Cell.Text in a table.
type Span struct {
	// Block is the index in Document.Blocks.
	Block int `json:"block"`
	// Row and Cell are counted from 1 in a table, 0 in a paragraph.
	Row   int `json:"row,omitempty"`
	Cell  int `json:"cell,omitempty"`
	Start int `json:"start"`
	End   int `json:"end"`
}
