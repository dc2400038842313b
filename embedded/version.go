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
var ErrVersion = errors.New("the data folder belongs to another version of the Temporal server")

// stamp says which server wrote a data folder. SQLite schemas of Temporal
// carry no version, so it is kept beside the database.
type stamp struct {
	server semver.Version
	schema string // digest of the statements that made the tables
}

const stampFormat = "server %s\nschema %s\n"

func (s stamp) String() string { return fmt.Sprintf(stampFormat, s.server, s.schema) }

func parseStamp(text string) (stamp, error) {
	var version, schema string
	if _, err := fmt.Sscanf(text, stampFormat, &version, &schema); err != nil {
		return stamp{}, fmt.Errorf("not a version stamp: %q", text)
	}
	v, err := semver.Parse(version)
	if err != nil {
		return stamp{}, fmt.Errorf("version %q: %w", version, err)
	}
	return stamp{server: v, schema: schema}, nil
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
		return fmt.Errorf("%w: %s was written by version %s, this program carries %s: run it with a program as new as the folder",
			ErrVersion, dir, found.server, now.server)
	case found.schema != now.schema:
		return fmt.Errorf("%w: %s was written by version %s, this program carries %s with other tables: "+
			"let the older program finish its open work, or move it to an external Temporal cluster, then start with an empty folder",
			ErrVersion, dir, found.server, now.server)
	default:
		return nil
	}
}

// checkVersion compares the folder's stamp with this program's and brings an
// older one with the same tables up to date. A new folder gets its stamp
// before its database, so that a database without one is always a foreign one.
func (d *folder) checkVersion(now stamp) error {
	text, err := os.ReadFile(d.path(versionFile))
	if errors.Is(err, fs.ErrNotExist) {
		foreign, err := d.has(databaseFile)
		if err != nil {
			return fmt.Errorf("look for the database: %w", err)
		}
		if foreign {
			return fmt.Errorf("%w: %s has a %s but no %s to say which version wrote it: restore the missing file from the backup, or use another folder",
				ErrVersion, d.dir, databaseFile, versionFile)
		}
		return d.writeStamp(now)
	}
	if err != nil {
		return fmt.Errorf("read the folder's version: %w", err)
	}
	found, err := parseStamp(string(text))
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrVersion, d.path(versionFile), err)
	}
	if err := admit(d.dir, found, now); err != nil {
		return err
	}
	if found.server.EQ(now.server) {
		return nil
	}
	return d.writeStamp(now)
}

// writeStamp replaces the stamp in one step, on the disk before it returns.
func (d *folder) writeStamp(s stamp) error {
	temporary := d.path(versionFile + ".new")
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write the folder's version: %w", err)
	}
	_, err = strings.NewReader(s.String()).WriteTo(f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the folder's version: %w", err)
	}
	if err := os.Rename(temporary, d.path(versionFile)); err != nil {
		return fmt.Errorf("write the folder's version: %w", err)
	}
	return nil
}
