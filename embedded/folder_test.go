package embedded_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/server/common/headers"

	"duban/embedded"
)

const (
	databaseFile = "temporal.db"
	versionFile  = "temporal.version"
)

func TestStartRefusesAFolderInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := play(t, "hold", dir)
	require.Equal(t, "holding", other.line(t))

	_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir})
	require.ErrorIs(t, err, embedded.ErrInUse)
	require.ErrorContains(t, err, dir)
	require.ErrorContains(t, err, "process "+strconv.Itoa(other.cmd.Process.Pid))

	other.kill(t)
	s := start(t, embedded.Options{DataDir: dir})
	_, err = embedded.Start(t.Context(), embedded.Options{DataDir: dir})
	require.ErrorIs(t, err, embedded.ErrInUse, "nor twice in one process")
	require.NoError(t, s.Stop(t.Context()))
	require.NoError(t, s.Stop(t.Context()), "stopping again does nothing")
}

// TestStartLooksAtTheFolder changes what a clean stop left and starts again.
func TestStartLooksAtTheFolder(t *testing.T) {
	t.Parallel()
	used := t.TempDir()
	s, err := embedded.Start(t.Context(), embedded.Options{DataDir: used, Sync: embedded.SyncOff})
	require.NoError(t, err)
	require.NoError(t, s.Stop(t.Context()))

	// editVersion replaces a part of the version file.
	editVersion := func(before, after string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, versionFile)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Contains(t, string(text), before)
			require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), before, after, 1)), 0o600))
		}
	}
	remove := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, name))) }
	}
	// overwrite puts text at an offset of the database.
	overwrite := func(offset int64, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			f, err := os.OpenFile(filepath.Join(dir, databaseFile), os.O_WRONLY, 0)
			require.NoError(t, err)
			_, err = f.WriteAt([]byte(text), offset)
			require.NoError(t, err)
			require.NoError(t, f.Close())
		}
	}
	server := "server " + headers.ServerVersion
	for name, c := range map[string]struct {
		change func(*testing.T, string)
		err    error // nil: it starts
		says   string
	}{
		"as it was":          {func(*testing.T, string) {}, nil, ""},
		"older, same tables": {editVersion(server, "server 1.31.0"), nil, ""},
		"newer":              {editVersion(server, "server 9.0.0"), embedded.ErrVersion, "as new as the folder"},
		"older, other tables": {func(t *testing.T, dir string) {
			editVersion(server, "server 1.31.0")(t, dir)
			editVersion("schema ", "schema 0")(t, dir)
		}, embedded.ErrVersion, "let the older program finish"},
		"version file missing": {remove(versionFile), embedded.ErrVersion, "restore it from the backup"},
		"version file unclear": {editVersion("server", "client"), embedded.ErrVersion, "restore this file"},
		"database missing":     {remove(databaseFile), embedded.ErrDamaged, "restore the whole folder"},
		"database empty":       {func(t *testing.T, dir string) { require.NoError(t, os.Truncate(filepath.Join(dir, databaseFile), 0)) }, embedded.ErrDamaged, "restore the whole folder"},
		"database is another":  {overwrite(0, "a letter to the editor"), embedded.ErrDamaged, "restore the whole folder"},
		"database is cut short": {func(t *testing.T, dir string) {
			require.NoError(t, os.Truncate(filepath.Join(dir, databaseFile), 10_000))
		}, embedded.ErrDamaged, "restore the whole folder"},
		"pages are overwritten": {overwrite(8*4096, strings.Repeat("not a page ", 16*4096)), embedded.ErrDamaged, "restore the whole folder"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(used)))
			c.change(t, dir)
			s, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, Sync: embedded.SyncOff})
			if c.err == nil {
				require.NoError(t, err)
				require.NoError(t, s.Stop(context.Background()))
				text, err := os.ReadFile(filepath.Join(dir, versionFile))
				require.NoError(t, err)
				require.Contains(t, string(text), server, "the folder is this version's now")
				return
			}
			require.ErrorIs(t, err, c.err)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, dir)
		})
	}
}

func TestStartSaysWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	const says = "check the disk's free space and the folder's permissions"
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	blocked := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(blocked, "temporal.lock"), 0o700))
	dirs := map[string]string{
		"a file":               file,
		"below a file":         filepath.Join(file, "data"),
		"a folder in the way":  blocked,
		"not there to be made": "/proc/duban",
	}
	if os.Geteuid() != 0 { // permissions do not bind the superuser
		closed := t.TempDir()
		require.NoError(t, os.Chmod(closed, 0o500)) //nolint:gosec // a folder that may be entered
		dirs["not permitted"] = closed
	}
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir})
			require.ErrorIs(t, err, embedded.ErrNotWritable)
			require.ErrorContains(t, err, says)
			require.ErrorContains(t, err, dir)
		})
	}
}

func TestStartRefusesOptions(t *testing.T) {
	t.Parallel()
	for says, o := range map[string]embedded.Options{
		"DataDir is not set": {},
		"retention":          {DataDir: t.TempDir(), Retention: 1},
		"sync":               {DataDir: t.TempDir(), Sync: "sometimes"},
	} {
		_, err := embedded.Start(t.Context(), o)
		require.ErrorContains(t, err, says)
	}
}
