package activities

import (
	"context"
	"sync"

	"go.temporal.io/sdk/activity"
)

// tellAtOnce bounds how many processes of a page are told at the same time.
const tellAtOnce = 8

// inLanes does something with each row, a few at a time, until all are done or
// one of them fails.
func inLanes[T any](ctx context.Context, rows []T, do func(T) error) error {
	dealt := make(chan T)
	failed := make(chan error, tellAtOnce)
	var lanes sync.WaitGroup
	for range tellAtOnce {
		lanes.Go(func() {
			for row := range dealt {
				if err := do(row); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	err := deal(ctx, rows, dealt, failed)
	close(dealt)
	lanes.Wait()
	if err == nil && len(failed) > 0 {
		err = <-failed
	}
	return err
}

// deal hands the rows out until one lane fails.
func deal[T any](ctx context.Context, rows []T, dealt chan<- T, failed <-chan error) error {
	for i, row := range rows {
		select {
		case dealt <- row:
			activity.RecordHeartbeat(ctx, i)
		case err := <-failed:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
