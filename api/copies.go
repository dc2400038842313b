package api

import (
	"context"
	"net/http"
	"time"

	"duban/projection"
	"duban/store"
)

func (s *server) copyRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/copies", id: "list-copies", tag: "inbox", summary: "List what the signed-in user was let know (抄送), newest first"}, s.listCopiesToMe)
	register(s, operation{method: http.MethodGet, path: base + "/sign-offs/{id}/copies", id: "list-copies-of-sign-off", tag: "sign-offs",
		summary: "List who was let know, and who has read it"}, s.listCopies)
	register(s, operation{method: http.MethodPost, path: base + "/sign-offs/{id}/read", id: "read-copy", tag: "sign-offs",
		summary: "Mark the signed-in user's copy as read", description: "Also when the sign-off is decided. The first reading counts."}, s.readCopy)
}

// reader is whose copies the signed-in user reads.
func reader(ctx context.Context) store.CopyReader {
	who := actor(ctx)
	return store.CopyReader{User: who.User, Units: append([]string{who.Unit.ID}, who.Merged...), Roles: who.Roles}
}

type copiesInput struct {
	Paging
	Unread string `query:"unread" enum:"true,false" doc:"Only what the user has not read"`
}

func (s *server) listCopiesToMe(ctx context.Context, in *copiesInput) (*page[projection.Copy], error) {
	rows, err := s.store.CopiesTo(ctx, reader(ctx), in.Unread == "true", in.request())
	if err != nil {
		return nil, err
	}
	return pageOf(rows, same[projection.Copy]), nil
}

func (s *server) listCopies(ctx context.Context, in *ByID) (*one[[]store.CopyWithReads], error) {
	copies, err := s.store.Copies(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return single(all(copies)), nil
}

// copyReads says how many copies were marked.
type copyReads struct {
	Read int `json:"read" doc:"Copies of the user that are read now"`
}

func (s *server) readCopy(ctx context.Context, in *ByID) (*one[copyReads], error) {
	n, err := s.store.ReadCopies(ctx, reader(ctx), in.ID, time.Now())
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, missing()
	}
	return single(copyReads{Read: n}), nil
}
