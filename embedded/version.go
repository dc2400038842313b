package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/blang/semver/v4"
	"go.temporal.io/server/common/headers"
)

// ErrVersion says that the data folder was written by another version of the
// Temporal server, which this one must not touch.
var ErrVersion = errors.New("数据目录属于另一版本的引擎 the data folder belongs to another version of the Temporal server")

// stamp says which server wrote a data folder. SQLite schemas of Temporal
// carry no version, so it is kept beside the database.
type stamp struct {
	server semver.Version
	schema string // digest of the statements that made the tables
	tables bool   // the database has its tables: an empty one has lost them
}

const stampFormat = "server %s\nschema %s\ntables %t\n"

func (s stamp) String() string { return fmt.Sprintf(stampFormat, s.server, s.schema, s.tables) }

func parseStamp(text string) (stamp, error) {
	var (
		version, schema string
		tables          bool
	)
	if _, err := fmt.Sscanf(text, stampFormat, &version, &schema, &tables); err != nil {
		return stamp{}, fmt.Errorf("not a version stamp: %q", text)
	}
	v, err := semver.Parse(version)
	if err != nil {
		return stamp{}, fmt.Errorf("version %q: %w", version, err)
	}
	return stamp{server: v, schema: schema, tables: tables}, nil
}

// currentStamp is the stamp of the server that is linked into this program.
func currentStamp() (stamp, error) {
	v, err := semver.Parse(headers.ServerVersion)
	if err != nil {
		return stamp{}, fmt.Errorf("version of the linked Temporal server: %w", err)
	}
	digest, err := schemaDigest()
	if err != nil {
		return stamp{}, err
	}
	return stamp{server: v, schema: digest}, nil
}

// admit decides whether a server of version now may run on a folder written by
// version found. The tables must be the same, and the folder not newer: the
// server reads what older ones wrote, not the other way round.
func admit(dir string, found, now stamp) error {
	order := found.server.Compare(now.server)
	switch {
	case order == 0 && found.schema == now.schema:
		return nil
	case order > 0:
		return fmt.Errorf("%w: %s 由 %s 版写入，本程序为 %s 版：请用不旧于该版本的程序打开 "+
			"(written by version %[3]s, this program carries %[4]s: run it with a program as new as the folder)",
			ErrVersion, dir, found.server, now.server)
	case found.schema != now.schema:
		return fmt.Errorf("%w: %s 由 %s 版写入，本程序 %s 版的表结构不同：请用旧程序办完在办事项，或迁往外部 Temporal 集群，再从空目录开始 "+
			"(written by version %[3]s, this program carries %[4]s with other tables: let the older program finish its open work, "+
			"or move it to an external Temporal cluster, then start with an empty folder)",
			ErrVersion, dir, found.server, now.server)
	default:
		return nil
	}
}

// checkVersion compares the folder's stamp with this program's and brings an
// older one with the same tables up to date. A new folder gets its stamp
// before its database, so that a database without one is always a foreign one.
// It returns the stamp that the folder has now.
func (d *folder) checkVersion(now stamp) (stamp, error) {
	exists, err := d.has(databaseFile)
	if err != nil {
		return stamp{}, fmt.Errorf("look for the database: %w", err)
	}
	text, err := os.ReadFile(d.path(versionFile))
	switch {
	case errors.Is(err, fs.ErrNotExist) && exists:
		return stamp{}, fmt.Errorf("%w: %s 有 %s 而没有 %s，无法判断版本：请从备份恢复该文件，或换一个目录 "+
			"(the file that says which version wrote it is missing: restore it from the backup, or use another folder)",
			ErrVersion, d.dir, databaseFile, versionFile)
	case errors.Is(err, fs.ErrNotExist):
		return now, d.writeStamp(now)
	case err != nil:
		return stamp{}, fmt.Errorf("read the folder's version: %w", err)
	}
	found, err := parseStamp(string(text))
	if err != nil {
		return stamp{}, fmt.Errorf("%w: %s：请从备份恢复该文件 (restore this file from the backup): %w", ErrVersion, d.path(versionFile), err)
	}
	if err := admit(d.dir, found, now); err != nil {
		return stamp{}, err
	}
	if found.tables && !exists {
		return stamp{}, fmt.Errorf("%w: %s", ErrDamaged, d.path(databaseFile))
	}
	now.tables = found.tables
	if found.String() == now.String() {
		return now, nil
	}
	return now, d.writeStamp(now)
}

// writeStamp replaces the stamp in one step: whoever reads it finds the old or
// the new one, whole.
func (d *folder) writeStamp(s stamp) error {
	temporary := d.path(versionFile + ".new")
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotWritable, err)
	}
	_, err = strings.NewReader(s.String()).WriteTo(f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%w: %w", ErrNotWritable, err)
	}
	if err := os.Rename(temporary, d.path(versionFile)); err != nil {
		return fmt.Errorf("%w: %w", ErrNotWritable, err)
	}
	return nil
}
