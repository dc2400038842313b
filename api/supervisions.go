package api

import (
	"context"
	"net/http"

	"duban/dispatch"
	"duban/projection"
	"duban/store"
)

// supervisionDetail is an order with its version.
type supervisionDetail struct {
	projection.Supervision
	Version int64 `json:"version"`
}

func (s *server) supervisionRoutes() {
	path := base + "/supervisions"
	register(s, operation{method: http.MethodGet, path: path, id: "list-supervisions", tag: "supervisions", summary: "List supervision orders"}, s.listSupervisions)
	register(s, operation{method: http.MethodGet, path: path + "/{id}", id: "get-supervision", tag: "supervisions", summary: "Get a supervision order"}, s.getSupervision)
	taken := actions{of: "Supervision", each: []action{
		takes[dispatch.Reply](dispatch.Answer, "the supervised unit answers (答复)", workers()),
		takes[dispatch.Because](dispatch.Accept, "the supervisor accepts the answer; the work goes on", supervisors()),
		takes[dispatch.Because](dispatch.SendBack, "the supervisor sends the answer back (退回)", supervisors()),
		takes[dispatch.NewDue](dispatch.Prolong, "the supervisor sets a later date for the assignment (延期)", supervisors()),
		takesAs(dispatch.Reassign, "the supervisor gives the assignment to another unit (改派)", supervisors(), s.newUnit),
		takes[dispatch.Because](dispatch.Close, "the supervisor strikes the assignment off undone (销号)", supervisors()),
	}}
	to := func(id string) (destination, error) {
		return destination{workflow: dispatch.SupervisionWorkflow(id), id: id, location: path + "/" + id}, nil
	}
	s.registerActions(operation{path: path, id: "act-on-supervision", tag: "supervisions", summary: "Act on a supervision order"}, taken, to)
	s.registerBulkActions(operation{path: path, id: "act-on-supervisions", tag: "supervisions", summary: "Act on many supervision orders"}, taken, to)
}

type supervisionListInput struct {
	Paging
	Plan       string `query:"plan" maxLength:"64"`
	Assignment string `query:"assignment" maxLength:"200"`
	Unit       string `query:"unit" maxLength:"64"`
	Status     string `query:"status" maxLength:"32"`
}

func (s *server) listSupervisions(ctx context.Context, in *supervisionListInput) (*page[projection.Supervision], error) {
	rows, err := s.store.Supervisions(ctx, scope(ctx), store.SupervisionFilter{PageRequest: in.request(), PlanID: in.Plan,
		AssignmentID: in.Assignment, Unit: in.Unit, Status: in.Status})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, same[projection.Supervision]), nil
}

func (s *server) getSupervision(ctx context.Context, in *ByID) (*one[supervisionDetail], error) {
	row, err := s.store.Supervision(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return versioned(supervisionDetail{Supervision: row.Supervision, Version: row.Version}, row.Version), nil
}
