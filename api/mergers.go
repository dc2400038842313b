package api

import (
	"context"
	"net/http"
	"time"

	"duban/store"
)

// merger is what was declared about a unit.
type merger struct {
	ID     string    `json:"id"`
	Unit   string    `json:"unit"`
	Into   string    `json:"into" doc:"Id of the successor; empty where a merger was taken back"`
	Reason string    `json:"reason"`
	By     named     `json:"by"`
	At     time.Time `json:"at"`
}

func (s *server) mergerRoutes() {
	path := base + "/units/{id}"
	register(s, operation{method: http.MethodPost, path: path + "/merge", id: "merge-unit", tag: "registry", summary: "Declare that a unit was merged into another",
		description: "The unit becomes inactive and keeps its id, its name and its records. The successor's users act for it from now on: " +
			"they find its open work in their inboxes and read its records. Users still registered in it count as the successor's, with their roles. " +
			"Without a successor a merger that was a mistake is taken back.",
		roles: admins(), conflicts: true}, s.mergeUnit)
	register(s, operation{method: http.MethodGet, path: path + "/mergers", id: "list-mergers", tag: "registry",
		summary: "List the mergers of a unit as they were declared, newest first"}, s.listMergers)
}

// newMerger says into which unit one was merged.
type newMerger struct {
	Into   unitID `json:"into,omitempty" doc:"Id of the successor, which must be active; left out to take a merger back"`
	Reason string `json:"reason" doc:"Such as the document that ordered it"`
}

type mergeInput struct {
	ByID
	Body body[newMerger]
}

func (s *server) mergeUnit(ctx context.Context, in *mergeInput) (*one[unit], error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	who := actor(ctx)
	row := store.UnitMerger{UnitID: in.ID, Reason: wanted.Reason, UserID: who.User, UserName: who.Name}
	if into := string(wanted.Into); into != "" {
		row.IntoID = &into
	}
	merged, err := s.store.Merge(ctx, row)
	if err != nil {
		return nil, err
	}
	s.sessions.forgetAll()
	return single(showUnit(merged)), nil
}

type mergersInput struct {
	ByID
	Paging
}

func (s *server) listMergers(ctx context.Context, in *mergersInput) (*page[merger], error) {
	if _, err := s.store.Unit(ctx, in.ID); err != nil {
		return nil, err
	}
	rows, err := s.store.UnitMergers(ctx, in.ID, in.request())
	if err != nil {
		return nil, err
	}
	return pageOf(rows, func(m store.UnitMerger) merger {
		shown := merger{ID: m.ID, Unit: m.UnitID, Reason: m.Reason, By: named{ID: m.UserID, Name: m.UserName}, At: m.At}
		set(&shown.Into, m.IntoID)
		return shown
	}), nil
}
