package files

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

// each runs a test on an empty storage of each kind.
func each(t *testing.T, test func(t *testing.T, s Storage)) {
	t.Run("folder", func(t *testing.T) {
		t.Parallel()
		s, err := OpenFolder(filepath.Join(t.TempDir(), "files"))
		require.NoError(t, err)
		test(t, s)
	})
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// random is content that nobody else has.
func random(size int) []byte {
	content := make([]byte, size)
	_, _ = rand.Read(content) // never fails
	return content
}

func put(t *testing.T, s Storage, content []byte) Stored {
	t.Helper()
	stored, err := s.Put(t.Context(), bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	require.Equal(t, Stored{SHA256: hashOf(content), Size: int64(len(content))}, stored)
	return stored
}

func requireHolds(t *testing.T, s Storage, content []byte) {
	t.Helper()
	size, err := s.Stat(t.Context(), hashOf(content))
	require.NoError(t, err)
	require.Equal(t, int64(len(content)), size)
	opened, err := s.Open(t.Context(), hashOf(content))
	require.NoError(t, err)
	read, err := io.ReadAll(opened)
	require.NoError(t, errors.Join(err, opened.Close()))
	require.Equal(t, hashOf(content), hashOf(read))
}

func TestContentIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Storage) {
		contents := [][]byte{{}, []byte("一"), random(1), random(40_000), random(1 << 20)}
		for _, content := range contents {
			put(t, s, content)
		}
		for _, content := range contents {
			requireHolds(t, s, content)
			put(t, s, content)
			requireHolds(t, s, content)
		}
	})
}

func TestUnknownContent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Storage) {
		known := put(t, s, []byte("一")).SHA256
		for _, sum := range []string{"", "..", "../" + known, known[:63], strings.ToUpper(known), known + "0", hashOf(nil), "zz" + known[2:],
			known[:2] + "/" + known} {
			_, err := s.Open(t.Context(), sum)
			require.ErrorIs(t, err, ErrNotFound, sum)
			_, err = s.Stat(t.Context(), sum)
			require.ErrorIs(t, err, ErrNotFound, sum)
		}
	})
}

// The bound holds exactly: that many bytes are taken, and one more is not.
func TestBound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s Storage) {
		content := random(DefaultLimit)
		put(t, s, content)
		requireHolds(t, s, content)
		more := append(bytes.Clone(content), 0)
		_, err := s.Put(t.Context(), bytes.NewReader(more), DefaultLimit)
		require.ErrorIs(t, err, ErrTooLarge)
		_, err = s.Stat(t.Context(), hashOf(more))
		require.ErrorIs(t, err, ErrNotFound)
		_, err = s.Put(t.Context(), iotest.DataErrReader(bytes.NewReader([]byte("ab"))), 1)
		require.ErrorIs(t, err, ErrTooLarge)
		_, err = s.Put(t.Context(), iotest.OneByteReader(bytes.NewReader([]byte("ab"))), 2)
		require.NoError(t, err)
	})
}

// endless reads zeros and counts them.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	clear(p)
	e.read += int64(len(p))
	return len(p), nil
}

// A content that never ends is refused at the bound and takes no memory. The
// test does not run beside others, as it counts what is allocated.
func TestMemoryIsBounded(t *testing.T) {
	s, err := OpenFolder(t.TempDir())
	require.NoError(t, err)
	content := &endless{}
	used := allocated(func() { _, err = s.Put(t.Context(), content, 64<<20) })
	require.ErrorIs(t, err, ErrTooLarge)
	require.Less(t, content.read, int64(65<<20))
	require.Less(t, used, uint64(1<<20))

	stored, err := s.Put(t.Context(), io.LimitReader(content, 64<<20), 64<<20)
	require.NoError(t, err)
	used = allocated(func() {
		var opened io.ReadCloser
		opened, err = s.Open(t.Context(), stored.SHA256)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, opened)
		err = errors.Join(err, opened.Close())
	})
	require.NoError(t, err)
	require.Less(t, used, uint64(1<<20))
}

// allocated counts the bytes that are allocated meanwhile.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestBrokenUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	s, err := OpenFolder(t.TempDir())
	require.NoError(t, err)
	broken := errors.New("the line is dead")
	_, err = s.Put(t.Context(), io.MultiReader(bytes.NewReader(random(100_000)), iotest.ErrReader(broken)), 1<<20)
	require.ErrorIs(t, err, broken)
	ctx, cancel := context.WithCancel(t.Context())
	cancelling := io.MultiReader(bytes.NewReader(random(100_000)), readerFunc(func(p []byte) (int, error) { cancel(); return 1, nil }))
	_, err = s.Put(ctx, cancelling, 1<<20)
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Put(t.Context(), &endless{}, 100_000)
	require.ErrorIs(t, err, ErrTooLarge)
	require.Empty(t, names(t, s))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// names lists the files in a folder, those under way as well.
func names(t *testing.T, f *Folder) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(f.dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, strings.TrimPrefix(path, f.dir+string(filepath.Separator)))
		}
		return err
	}))
	return found
}

// Writers of one content leave one file, and readers meanwhile read it whole.
func TestManyWritersOfOneContent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	content := random(3 << 20)
	first, err := OpenFolder(dir)
	require.NoError(t, err)
	put(t, first, content)
	var wg sync.WaitGroup
	failures := make(chan error, 64)
	for range 8 {
		s, err := OpenFolder(dir) // as another process has it
		require.NoError(t, err)
		wg.Go(func() {
			for range 4 {
				stored, err := s.Put(t.Context(), bytes.NewReader(content), int64(len(content)))
				if err == nil && stored.SHA256 != hashOf(content) {
					err = errors.New("another hash")
				}
				failures <- err
				opened, err := s.Open(t.Context(), stored.SHA256)
				if err == nil {
					err = opened.Close()
				}
				failures <- err
			}
		})
	}
	wg.Wait()
	close(failures)
	for err := range failures {
		require.NoError(t, err)
	}
	sum := hashOf(content)
	require.Equal(t, []string{filepath.Join(sum[:2], sum)}, names(t, first))
	requireHolds(t, first, content)
}

// Whatever happened to a file on the disk is noticed before it is read, and is
// put right by the same content.
func TestDamageIsNoticed(t *testing.T) {
	t.Parallel()
	content := random(100_000)
	for name, damage := range map[string]func(t *testing.T, path string){
		"a changed byte": func(t *testing.T, path string) {
			changed := bytes.Clone(content)
			changed[70_000] ^= 1
			require.NoError(t, os.WriteFile(path, changed, 0o600))
		},
		"cut off":         func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 99_999)) },
		"emptied":         func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 0)) },
		"something added": func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 100_001)) },
		"taken away":      func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := OpenFolder(t.TempDir())
			require.NoError(t, err)
			sum := put(t, s, content).SHA256
			damage(t, filepath.Join(s.dir, sum[:2], sum))
			want := ErrDamaged
			if name == "taken away" {
				want = ErrNotFound
			}
			_, err = s.Open(t.Context(), sum)
			require.ErrorIs(t, err, want)
			put(t, s, content)
			requireHolds(t, s, content)
		})
	}
}

// Uploads that nobody finishes are removed, at the start and while the program
// runs; those under way are left alone.
func TestLeftoversAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Now()
	s, err := openFolder(dir, func() time.Time { return now })
	require.NoError(t, err)
	leave := func(name string, age time.Duration) {
		path := filepath.Join(dir, uploads, name)
		require.NoError(t, os.WriteFile(path, []byte("half"), 0o600))
		require.NoError(t, os.Chtimes(path, now.Add(-age), now.Add(-age)))
	}
	leave("upload-old", abandonedAfter)
	leave("upload-young", abandonedAfter-time.Minute)
	put(t, s, []byte("一"))
	require.Len(t, names(t, s), 3, "looked for once an hour")
	s, err = openFolder(dir, func() time.Time { return now })
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"tmp/upload-young", "" + hashOf([]byte("一"))[:2] + "/" + hashOf([]byte("一"))}, names(t, s))
	now = now.Add(abandonedAfter)
	put(t, s, []byte("一"))
	require.Len(t, names(t, s), 1)
}

func TestFolderThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	require.NoError(t, os.WriteFile(dir, nil, 0o600))
	_, err := OpenFolder(dir)
	require.ErrorContains(t, err, "folder for files")
}
