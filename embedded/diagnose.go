package embedded

import (
	"context"
	"errors"
	"fmt"
)

var (
	// ErrDamaged says that the database in the data folder is missing or cannot
	// be read, though the folder was in use before.
	ErrDamaged = errors.New("引擎数据库已损坏或丢失 the database is damaged or missing")

	// ErrNotWritable says that the data folder cannot be written.
	ErrNotWritable = errors.New("数据目录不可写 the data folder cannot be written")
)

// Primary result codes of SQLite, see https://www.sqlite.org/rescode.html.
const (
	sqliteReadOnly = 8
	sqliteCorrupt  = 11
	sqliteFull     = 13
	sqliteCantOpen = 14
	sqliteNotADB   = 26
)

// diagnose says what to do about an error that comes from the state of the
// data folder; it leaves others as they are.
func diagnose(dir string, err error) error {
	switch {
	case errors.Is(err, ErrDamaged):
		return fmt.Errorf("%s：请用备份恢复整个目录，或改用空目录重新开始 "+
			"(restore the whole folder from the backup, or start anew in an empty one): %w", dir, err)
	case errors.Is(err, ErrNotWritable):
		return fmt.Errorf("%s：请检查磁盘空间和目录权限，或换一个目录 "+
			"(check the disk's free space and the folder's permissions, or use another folder): %w", dir, err)
	default:
		return err
	}
}

// classify marks the errors of SQLite that say what is wrong with the folder.
func classify(err error) error {
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		switch coded.Code() & 0xff { // the rest of the code is detail
		case sqliteCorrupt, sqliteNotADB:
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		case sqliteReadOnly, sqliteFull, sqliteCantOpen:
			return fmt.Errorf("%w: %w", ErrNotWritable, err)
		}
	}
	return err
}

// checkDatabase reads the whole database and reports damage. It takes too long
// for every start, and is asked when a start fails.
func checkDatabase(ctx context.Context, path string) (err error) {
	db, err := openDatabase(path, "ro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var finding string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&finding); err != nil {
		return fmt.Errorf("check %s: %w", path, err)
	}
	if finding != "ok" {
		return fmt.Errorf("%w: check %s: %s", ErrDamaged, path, finding)
	}
	return nil
}
