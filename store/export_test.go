package store

import "context"

// Models gives the tests the list of tables.
var Models = models

// ReadModels gives the tests the list of tables of the read model.
var ReadModels = readModels

// DownTo takes back the steps of the schema after a version.
func (s *Store) DownTo(ctx context.Context, version int64) error {
	_, err := s.migrations.DownTo(ctx, version)
	return err
}

// UpTo takes the steps of the schema up to a version.
func (s *Store) UpTo(ctx context.Context, version int64) error {
	_, err := s.migrations.UpTo(ctx, version)
	return err
}

// CopiedRows gives the tests one empty list of each table that CopyPlan copies.
func CopiedRows() []any {
	rows := []any{&[]policyRow{}, &[]User{}}
	for _, t := range copiedTables("", 0) {
		rows = append(rows, t.rows)
	}
	return rows
}
