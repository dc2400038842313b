package document

import "context"

// Read turns the bytes of the file called name into a document. The reader is
// chosen from the bytes first and from the name's ending where the bytes do
// not tell. It fails with a *Error that says in Chinese and English what to do.
func Read(ctx context.Context, name string, data []byte) (Document, error) {
	if len(data) > MaxBytes {
		return Document{}, tooLarge(name)
	}
	return readText(ctx, name, data)
}
