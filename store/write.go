package store

import (
	"context"

	"gorm.io/gorm"
)

// Write runs fn in a transaction and returns when it is durable, or has left no
// trace. An error of fn undoes what fn did and nothing else, and comes back.
//
// On SQLite the functions that wait at the same moment share one transaction
// and one flush to disk, each behind its own savepoint; fn runs on the store's
// goroutine, one at a time. On MySQL functions run concurrently, and fn runs
// again from the start when the server picks it to end a deadlock. Therefore
// fn must
//   - read and write through tx only, and never call Write;
//   - return the errors it gets from tx;
//   - be quick, and start from a clean slate each time it is called.
//
// Once fn has started, Write waits for its outcome even if ctx ends: a caller
// always knows whether his change is there. If ctx ends before that, fn never
// runs and the context's error is returned. tx carries the values of ctx.
func (s *Store) Write(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return translate(s.writer.write(ctx, fn))
}
