// Package files keeps the bytes of the files that people attach, under the hash
// of their content, and says which files are taken.
package files

import (
	"context"
	"errors"
	"io"
)

// DefaultLimit is the size of the largest file that is taken, in bytes, unless
// the configuration says otherwise.
const DefaultLimit = 20 << 20

// The errors of a storage. Match them with errors.Is.
var (
	// ErrTooLarge says that a content is larger than the bound that was given.
	ErrTooLarge = errors.New("the file is too large")
	// ErrNotFound says that there is no content of that hash.
	ErrNotFound = errors.New("no such file in the storage")
	// ErrDamaged says that what is kept is not what was stored. Storing the same
	// content once more puts it right.
	ErrDamaged = errors.New("the file in the storage is damaged")
	// ErrFull says that there is no room for the content. Nothing is wrong with
	// it.
	ErrFull = errors.New("the file storage is full")
)

// Stored says what was stored.
type Stored struct {
	// SHA256 is the hash of the content in lower-case hex, by which it is found.
	SHA256 string
	// Size is its length in bytes.
	Size int64
}

// Storage keeps contents by their hash, each once. It is safe for concurrent
// use, also by several processes.
type Storage interface {
	// Put stores what it reads and returns when that survives a power cut. It
	// holds a small part of the content in memory at a time. More than most bytes
	// are refused with ErrTooLarge; errors of the reader come back wrapped. In
	// both cases nothing is kept.
	Put(ctx context.Context, content io.Reader, most int64) (Stored, error)
	// Open returns the content with that hash, to be closed by the caller, or
	// ErrNotFound or ErrDamaged. Nothing is ever read that was not stored.
	Open(ctx context.Context, sha256 string) (io.ReadCloser, error)
	// Stat returns the size of the content with that hash in bytes, or
	// ErrNotFound. It does not look for damage.
	Stat(ctx context.Context, sha256 string) (int64, error)
}
