package document

import (
	"context"
	"errors"
	"time"
)

// maxTime is how long reading one file may take.
const maxTime = 30 * time.Second

// Read turns the bytes of the file called name into a document. The reader is
// chosen from the bytes first and from the name's ending where the bytes do
// not tell. It fails with a *Error that says in Chinese and English what to do,
// or with the context's error if ctx ends first.
func Read(ctx context.Context, name string, data []byte) (Document, error) {
	if len(data) > MaxBytes {
		return Document{}, tooLarge(name)
	}
	return readWithin(ctx, maxTime, name, data)
}

// readWithin reads for as long as limit at most.
func readWithin(ctx context.Context, limit time.Duration, name string, data []byte) (Document, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	doc, err := read(limited, name, data)
	switch {
	case err == nil:
		return doc, nil
	case ctx.Err() != nil:
		return Document{}, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return Document{}, tooSlow(name, err)
	}
	return Document{}, err
}

// read hands the bytes to the reader of their format.
func read(ctx context.Context, name string, data []byte) (Document, error) {
	switch f := sniff(name, data); f {
	case textFormat:
		return readText(ctx, name, data)
	case csvFormat:
		return readCSV(ctx, name, data)
	case htmlFormat:
		return readHTML(ctx, name, data)
	case zipFormat:
		return readArchive(ctx, name, data)
	default:
		return Document{}, refuse(name, f)
	}
}

// readArchive reads the formats that are zip files.
func readArchive(ctx context.Context, name string, data []byte) (Document, error) {
	a, err := openArchive(name, data)
	if err != nil {
		return Document{}, err
	}
	f, err := sniffArchive(a)
	if err != nil {
		return Document{}, err
	}
	switch f {
	case docxFormat:
		return readDocx(ctx, a)
	case xlsxFormat:
		return readXlsx(ctx, a, data)
	default:
		return Document{}, refuse(name, f)
	}
}
