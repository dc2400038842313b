package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"duban/act"
	"duban/org"
	"duban/projection"
	"duban/store"
)

func (s *server) inboxRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/me", id: "get-me", tag: "inbox", summary: "Who is signed in"}, s.getMe)
	register(s, operation{method: http.MethodGet, path: base + "/inbox", id: "list-inbox", tag: "inbox", summary: "List what is waited for from the signed-in user",
		description: "Due first, then oldest first."}, s.listInbox)
	register(s, operation{method: http.MethodGet, path: base + "/notices", id: "list-notices", tag: "inbox", summary: "List notices to the signed-in user, newest first"}, s.listNotices)
	register(s, operation{method: http.MethodGet, path: base + "/events", id: "list-events", tag: "inbox", summary: "List what happened",
		description: "The record: who did what when, each event chained to the one before by its hash. Units see what concerns them."}, s.listEvents)
}

// me is the signed-in user.
type me struct {
	ID    string      `json:"id"`
	Login string      `json:"login"`
	Name  string      `json:"name"`
	Unit  org.UnitRef `json:"unit"`
	Roles []org.Role  `json:"roles" nullable:"false"`
	// StandsInFor are those for whom he may act now.
	StandsInFor []represented `json:"standsInFor" nullable:"false" doc:"For whom the user may act now"`
	// Contact is how he is reached.
	Contact contact `json:"contact"`
}

func (s *server) getMe(ctx context.Context, _ *struct{}) (*one[me], error) {
	// What he has just changed is not in the session yet.
	user, err := s.store.User(ctx, requestOf(ctx).user.ID)
	if errors.Is(err, store.ErrUnavailable) {
		user, err = requestOf(ctx).user, nil
	}
	if err != nil {
		return nil, err
	}
	return single(showMe(ctx, user)), nil
}

func showMe(ctx context.Context, user store.User) me {
	return me{ID: user.ID, Login: user.Login, Name: user.Name, Unit: actor(ctx).Unit, Roles: all(user.Roles), StandsInFor: standsInFor(ctx),
		Contact: showContact(user.Contact)}
}

type inboxInput struct {
	Paging
	Kind string `query:"kind" maxLength:"32" doc:"sign, acknowledge, submit, review, …"`
}

// inboxEntry is a todo in the inbox of the signed-in user.
type inboxEntry struct {
	projection.Todo
	ForOther
}

// noticeEntry is a notice to the signed-in user.
type noticeEntry struct {
	store.Notice
	ForOther
}

func (s *server) listInbox(ctx context.Context, in *inboxInput) (*page[inboxEntry], error) {
	rows, err := s.store.Inbox(ctx, addressees(ctx), store.InboxFilter{PageRequest: in.request(), Kind: in.Kind})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, func(row store.Addressed[projection.Todo]) inboxEntry {
		return inboxEntry{Todo: row.Item, ForOther: entryOf(ctx, row.To)}
	}), nil
}

func (s *server) listNotices(ctx context.Context, in *struct{ Paging }) (*page[noticeEntry], error) {
	rows, err := s.store.Notices(ctx, addressees(ctx), in.request())
	if err != nil {
		return nil, err
	}
	return pageOf(rows, func(row store.Addressed[store.Notice]) noticeEntry {
		return noticeEntry{Notice: row.Item, ForOther: entryOf(ctx, row.To)}
	}), nil
}

type eventListInput struct {
	Paging
	Instance string    `query:"instance" maxLength:"200" doc:"Process, such as assignment/…"`
	Plan     string    `query:"plan" maxLength:"64"`
	Type     string    `query:"type" maxLength:"64" doc:"Such as assignment.submitted"`
	User     string    `query:"user" maxLength:"64"`
	From     time.Time `query:"from" doc:"Not before this moment"`
	To       time.Time `query:"to" doc:"Before this moment"`
}

func (s *server) listEvents(ctx context.Context, in *eventListInput) (*page[act.Event], error) {
	rows, err := s.store.Events(ctx, scope(ctx), store.EventFilter{PageRequest: in.request(), Instance: in.Instance, PlanID: in.Plan,
		Type: in.Type, User: in.User, From: in.From, To: in.To})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, same[act.Event]), nil
}
