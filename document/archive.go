package document

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	// maxUnpacked is how many bytes all parts of a file may unpack to.
	maxUnpacked = 200 << 20
	// maxPart is how many bytes one part of a file that is read may unpack to.
	maxPart = 64 << 20
	// maxEntries is how many parts a file may have.
	maxEntries = 10_000
	// maxRatio is how many times its packed size a file may unpack to; it is
	// asked for only beyond ratioFrom, because small files of blank tables pack
	// very well.
	maxRatio  = 150
	ratioFrom = 30 << 20
)

// archive is a zip file whose sizes were checked.
type archive struct {
	name  string
	files map[string]*zip.File
}

// openArchive opens a zip file and refuses one that unpacks to too much. It
// goes by what the directory declares; read holds every part to it.
func openArchive(name string, data []byte) (*archive, error) {
	reader, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	// An insecure path is no danger here: nothing is written to a disk.
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, damaged(name, fmt.Errorf("open the zip file: %w", err))
	}
	if len(reader.File) > maxEntries {
		return nil, unpacksTooLarge(name, fmt.Errorf("%d parts", len(reader.File)))
	}
	a := &archive{name: name, files: make(map[string]*zip.File, len(reader.File))}
	total := uint64(0)
	for _, f := range reader.File {
		if f.UncompressedSize64 > maxUnpacked {
			return nil, unpacksTooLarge(name, fmt.Errorf("part %q unpacks to %d bytes", f.Name, f.UncompressedSize64))
		}
		total += f.UncompressedSize64
		key := partName(f.Name)
		if a.files[key] != nil {
			return nil, damaged(name, fmt.Errorf("two parts are called %q", f.Name))
		}
		a.files[key] = f
	}
	if total > maxUnpacked || total > ratioFrom && total > maxRatio*uint64(len(data)) {
		return nil, unpacksTooLarge(name, fmt.Errorf("%d bytes unpack to %d", len(data), total))
	}
	return a, nil
}

// partName makes names comparable: some programs write backslashes or begin
// with a slash, and case does not count.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// has reports whether there is a part called name.
func (a *archive) has(name string) bool { return a.files[partName(name)] != nil }

// read unpacks one part. A part that is absent is empty.
func (a *archive) read(name string) ([]byte, error) {
	f := a.files[partName(name)]
	if f == nil {
		return nil, nil
	}
	if f.UncompressedSize64 > maxPart {
		return nil, unpacksTooLarge(a.name, fmt.Errorf("part %q unpacks to %d bytes", name, f.UncompressedSize64))
	}
	part, err := f.Open()
	if err != nil {
		return nil, damaged(a.name, fmt.Errorf("open part %q: %w", name, err))
	}
	defer part.Close() //nolint:errcheck // nothing was written
	data := make([]byte, f.UncompressedSize64)
	_, err = io.ReadFull(part, data)
	if err == nil {
		err = atEnd(part)
	}
	if err != nil {
		return nil, damaged(a.name, fmt.Errorf("unpack part %q: %w", name, err))
	}
	return data, nil
}

var errLonger = errors.New("it unpacks to more than it declares")

// atEnd reads on to the end, where the check sum is compared, and fails if
// anything comes before it.
func atEnd(r io.Reader) error {
	n, err := io.ReadFull(r, make([]byte, 1))
	switch {
	case n > 0:
		return errLonger
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// verify unpacks every part once and keeps none of it, for readers that trust
// the declared sizes.
func (a *archive) verify(ctx context.Context) error {
	for name, f := range a.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := verifyPart(f); err != nil {
			return damaged(a.name, fmt.Errorf("unpack part %q: %w", name, err))
		}
	}
	return nil
}

func verifyPart(f *zip.File) error {
	part, err := f.Open()
	if err != nil {
		return err
	}
	defer part.Close() //nolint:errcheck // nothing was written
	if _, err := io.CopyN(io.Discard, part, int64(f.UncompressedSize64)); err != nil {
		return err
	}
	return atEnd(part)
}
