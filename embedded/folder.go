package embedded

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Files in the data folder.
const (
	databaseFile = "temporal.db"
	versionFile  = "temporal.version"
	lockFileName = "temporal.lock"
)

// ErrInUse says that another process, or another server in this one, runs on
// the data folder.
var ErrInUse = errors.New("数据目录正在使用 the data folder is in use")

// folder is a data folder that this process holds.
type folder struct {
	dir  string
	lock *os.File
}

// openFolder creates the folder if needed and takes its lock.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotWritable, err)
	}
	path := filepath.Join(dir, lockFileName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotWritable, err)
	}
	held, err := lockFile(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	if !held {
		holder, readErr := io.ReadAll(io.LimitReader(f, 32))
		who := strings.TrimSpace(string(holder))
		if readErr != nil || who == "" {
			who = "unknown"
		}
		return nil, errors.Join(
			fmt.Errorf("%w: %s 由进程 %s 占用：请先停止它，或换一个目录 "+
				"(held by process %[3]s: stop that one first, or use another folder)", ErrInUse, dir, who),
			f.Close())
	}
	if err := noteHolder(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: write %s: %w", ErrNotWritable, path, err), f.Close())
	}
	return &folder{dir: dir, lock: f}, nil
}

// noteHolder writes this process's id into the lock file, for the message that
// the next one will get.
func noteHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// close lets go of the folder.
func (d *folder) close() error { return d.lock.Close() }

func (d *folder) path(name string) string { return filepath.Join(d.dir, name) }

// has reports whether the folder holds a file of that name.
func (d *folder) has(name string) (bool, error) {
	_, err := os.Stat(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
