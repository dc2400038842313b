// Package migrations holds the steps that build the database schema, in goose's
// SQL form, once per dialect. Steps are numbered alike in both and are never
// changed after a release.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed mysql/*.sql sqlite/*.sql
var files embed.FS

// For returns the steps of a dialect: "mysql" or "sqlite".
func For(dialect string) (fs.FS, error) {
	if _, err := fs.Stat(files, dialect); err != nil {
		return nil, fmt.Errorf("no migrations for %q: %w", dialect, err)
	}
	return fs.Sub(files, dialect)
}
