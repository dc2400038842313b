package api

import (
	"bytes"
	"context"

	"duban/plan"
	"duban/store"
)

// rulesInput sets rules of a plan: its ladder, its lights, those of supervision.
type rulesInput[T any] struct {
	ByID
	Match string `header:"If-Match" doc:"The version that was read, as its ETag"`
	Body  body[T]
}

// wantedRules reads the rules that somebody sets, if he may.
func wantedRules[T any](ctx context.Context, s *server, in *rulesInput[T]) (T, error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return wanted, err
	}
	return wanted, s.maySetRules(ctx, in.ID)
}

// maySetRules refuses whoever may not set the rules of a plan.
func (s *server) maySetRules(ctx context.Context, id string) error {
	row, err := s.readablePlanRow(ctx, id)
	if err != nil {
		return err
	}
	return plan.MaySetRules(actor(ctx), row.SupervisorUnitID)
}

// differing reports which version of the rules was seen, and whether there is
// anything to save: the same rules again make no version.
func differing[T any](match string, version int, wanted, now T) (seen int, differ bool, err error) {
	seen, err = versionOr(match, version)
	return seen, seen != version || !sameRules(wanted, now), err
}

// sameRules reports whether two rules say the same.
func sameRules[T any](a, b T) bool {
	textA, errA := store.NewJSON(a)
	textB, errB := store.NewJSON(b)
	return errA == nil && errB == nil && bytes.Equal(textA, textB)
}
