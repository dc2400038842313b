package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// Folder is a Storage in a folder of the file system: the content with the hash
// abcdef… is the file ab/abcdef…. Several machines may share it over a network.
type Folder struct {
	dir string
	now func() time.Time
	// swept is when leftovers were last looked for, in Unix seconds.
	swept atomic.Int64
}

const (
	// uploads is the folder in which contents are written until they are whole.
	uploads = "tmp"
	// abandonedAfter is how long nobody has written to an upload that is taken
	// for a leftover of a process that was killed. If somebody writes again after
	// all, he gets an error and no harm is done.
	abandonedAfter = time.Hour
)

// OpenFolder opens the storage in a folder, which is made if it is not there,
// and removes what killed processes have left behind.
func OpenFolder(dir string) (*Folder, error) {
	return openFolder(dir, time.Now)
}

func openFolder(dir string, now func() time.Time) (*Folder, error) {
	f := &Folder{dir: dir, now: now}
	if err := os.MkdirAll(filepath.Join(dir, uploads), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	if err := f.sweep(); err != nil {
		return nil, err
	}
	return f, nil
}

// Put stores what it reads; see Storage.
func (f *Folder) Put(ctx context.Context, content io.Reader, most int64) (Stored, error) {
	if f.now().Unix()-f.swept.Load() >= int64(abandonedAfter/time.Second) {
		if err := f.sweep(); err != nil {
			return Stored{}, err
		}
	}
	stored, err := f.put(ctx, content, most)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return Stored{}, fmt.Errorf("%w: %w", ErrFull, err)
	}
	return stored, err
}

// put writes an upload and gives it the name of its hash when it is whole and on
// the disk. A file of that name holds the same content, and may be damaged: it
// is replaced.
func (f *Folder) put(ctx context.Context, content io.Reader, most int64) (_ Stored, err error) {
	upload, err := os.CreateTemp(filepath.Join(f.dir, uploads), "upload-")
	if err != nil {
		return Stored{}, fmt.Errorf("begin a file: %w", err)
	}
	kept := false
	defer func() {
		if !kept {
			err = errors.Join(err, removed(os.Remove(upload.Name())))
		}
	}()
	stored, err := write(ctx, upload, content, most)
	if err = errors.Join(err, upload.Close()); err != nil {
		return Stored{}, err
	}
	shard := filepath.Join(f.dir, stored.SHA256[:2])
	if err := os.Mkdir(shard, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return Stored{}, fmt.Errorf("make a folder for files: %w", err)
	}
	if err := os.Rename(upload.Name(), filepath.Join(shard, stored.SHA256)); err != nil {
		return Stored{}, fmt.Errorf("finish a file: %w", err)
	}
	kept = true
	// Both folders, as somebody else may have made the inner one just before.
	return stored, errors.Join(syncFolder(shard), syncFolder(f.dir))
}

// write copies a content to the disk.
func write(ctx context.Context, to *os.File, content io.Reader, most int64) (Stored, error) {
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(to, hash), io.LimitReader(reader{ctx, content}, most+1))
	switch {
	case err != nil:
		return Stored{}, fmt.Errorf("store a file: %w", err)
	case size > most:
		return Stored{}, fmt.Errorf("store a file of more than %d bytes: %w", most, ErrTooLarge)
	}
	if err := to.Sync(); err != nil {
		return Stored{}, fmt.Errorf("flush a file: %w", err)
	}
	return Stored{SHA256: hex.EncodeToString(hash.Sum(nil)), Size: size}, nil
}

// Open returns a content after it was compared with its hash; see Storage.
func (f *Folder) Open(ctx context.Context, sum string) (io.ReadCloser, error) {
	file, err := f.open(sum)
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	_, err = io.Copy(hash, reader{ctx, file})
	if err == nil && hex.EncodeToString(hash.Sum(nil)) != sum {
		err = ErrDamaged
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the file %s: %w", sum, err), file.Close())
	}
	return file, nil
}

// Stat returns the size of a content; see Storage.
func (f *Folder) Stat(_ context.Context, sum string) (int64, error) {
	file, err := f.open(sum)
	if err != nil {
		return 0, err
	}
	info, err := file.Stat()
	if err = errors.Join(err, file.Close()); err != nil {
		return 0, fmt.Errorf("look at the file %s: %w", sum, err)
	}
	return info.Size(), nil
}

func (f *Folder) open(sum string) (*os.File, error) {
	if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size || hex.EncodeToString(raw) != sum {
		return nil, fmt.Errorf("%q is no hash: %w", sum, ErrNotFound)
	}
	file, err := os.Open(filepath.Join(f.dir, sum[:2], sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", err)
	}
	return file, nil
}

// sweep removes uploads that nobody finishes any more.
func (f *Folder) sweep() error {
	f.swept.Store(f.now().Unix())
	dir := filepath.Join(f.dir, uploads)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for leftovers among the files: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("look at a leftover: %w", err)
		}
		if f.now().Sub(info.ModTime()) < abandonedAfter {
			continue
		}
		if err := removed(os.Remove(filepath.Join(dir, entry.Name()))); err != nil {
			return fmt.Errorf("remove a leftover: %w", err)
		}
	}
	return nil
}

// removed is the error of taking away a file, which another process may have
// finished or taken away meanwhile.
func removed(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// syncFolder makes the names in a folder survive a power cut, as far as the file
// system can do that: some of those on a network do not know how.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open the folder for files: %w", err)
	}
	err = folder.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	if err = errors.Join(err, folder.Close()); err != nil {
		return fmt.Errorf("flush the folder for files: %w", err)
	}
	return nil
}

// reader reads until its context ends.
type reader struct {
	ctx  context.Context
	from io.Reader
}

// Read reads from the reader below.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
