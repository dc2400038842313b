package document

import "context"

func readPDF(_ context.Context, name string, _ []byte) (Document, error) {
	return Document{}, refuse(name, pdfFormat)
}
