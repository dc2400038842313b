package store

import (
	"context"
	"time"

	"duban/projection"

	"gorm.io/gorm"
)

// SignOffFilter chooses sign-offs for a list; zero fields choose all.
type SignOffFilter struct {
	PageRequest
	Kind      string
	Status    string
	Initiator string // unit
}

// SignOffs lists sign-offs, newest first, without Content and Route, which may
// be large: see SignOff.
func (s *Store) SignOffs(ctx context.Context, scope Scope, filter SignOffFilter) (Page[projection.SignOff], error) {
	query := scope.of(s.read(ctx), "sign_offs").Omit("content", "route")
	query = equal(query, "kind", filter.Kind)
	query = equal(query, "status", filter.Status)
	query = equal(query, "initiator", filter.Initiator)
	return paginate(query, filter.PageRequest,
		descending("opened_at", func(r *projection.SignOff) time.Time { return r.OpenedAt }),
		descending("id", func(r *projection.SignOff) string { return r.ID }))
}

// SignOffDetail is a sign-off with the version of the process that hosts it.
type SignOffDetail struct {
	projection.SignOff
	Version int64 `json:"version"`
}

// SignOff returns one sign-off, or ErrNotFound.
func (s *Store) SignOff(ctx context.Context, scope Scope, id string) (SignOffDetail, error) {
	var detail SignOffDetail
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		if err := scope.of(tx, "sign_offs").Take(&detail.SignOff, "id = ?", id).Error; err != nil {
			return err
		}
		var err error
		detail.Version, err = versionOf(tx, detail.Instance)
		return err
	})
	return detail, err
}

// Signers lists the signers of a sign-off in their order, with their opinions,
// or returns ErrNotFound as SignOff does.
func (s *Store) Signers(ctx context.Context, scope Scope, signOff string, request PageRequest) (Page[projection.Signer], error) {
	if err := scope.of(s.read(ctx), "sign_offs").Take(&projection.SignOff{}, "id = ?", signOff).Error; err != nil {
		return Page[projection.Signer]{}, err
	}
	query := s.read(ctx).Where("sign_off_id = ?", signOff)
	return paginate(query, request, ascending("n", func(r *projection.Signer) int { return r.N }))
}
