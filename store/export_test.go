package store

import "context"

// Models gives the tests the list of tables.
var Models = models

// DownTo takes back the steps of the schema after a version.
func (s *Store) DownTo(ctx context.Context, version int64) error {
	_, err := s.migrations.DownTo(ctx, version)
	return err
}
