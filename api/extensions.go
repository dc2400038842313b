package api

import (
	"context"
	"net/http"

	"duban/store"
)

// extensionTotals are the later dates of a unit in a plan, counted.
type extensionTotals struct {
	Unit          string `json:"unit"`
	UnitName      string `json:"unitName"`
	Asked         int    `json:"asked" doc:"All requests of the unit"`
	Pending       int    `json:"pending" doc:"Being signed off"`
	Granted       int    `json:"granted"`
	Refused       int    `json:"refused"`
	Obsolete      int    `json:"obsolete" doc:"The assignment was closed or got another date first"`
	Days          int    `json:"days" doc:"Natural days that were granted, in sum"`
	Prolonged     int    `json:"prolonged" doc:"Later dates that the supervisor set by himself"`
	ProlongedDays int    `json:"prolongedDays" doc:"Natural days of those, in sum"`
}

func (s *server) extensionRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/plans/{id}/extensions/summary", id: "summarize-extensions", tag: "plans",
		summary: "Count the extensions of a plan by unit", description: "The unit that asked most first. Units see what concerns them."}, s.summarizeExtensions)
}

type extensionsInput struct {
	ByID
	Paging
}

func (s *server) summarizeExtensions(ctx context.Context, in *extensionsInput) (*page[extensionTotals], error) {
	if _, err := s.readablePlanRow(ctx, in.ID); err != nil {
		return nil, err
	}
	rows, err := s.store.ExtensionSummary(ctx, scope(ctx), in.ID, in.request())
	if err != nil {
		return nil, err
	}
	return pageOf(rows, func(t store.ExtensionTotals) extensionTotals {
		return extensionTotals{Unit: t.UnitID, UnitName: t.UnitName, Asked: t.Asked, Pending: t.Pending, Granted: t.Granted, Refused: t.Refused,
			Obsolete: t.Obsolete, Days: t.Days, Prolonged: t.Prolonged, ProlongedDays: t.ProlongedDays}
	}), nil
}
