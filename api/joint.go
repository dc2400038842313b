package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"duban/act"
	"duban/dispatch"
	"duban/store"
)

// jointSupervision is an order to several units.
type jointSupervision struct {
	ID       string        `json:"id"`
	Number   string        `json:"number" doc:"Of all its parts"`
	Plan     string        `json:"plan"`
	Reason   string        `json:"reason"`
	Status   string        `json:"status" enum:"open,closed" doc:"closed when all parts are"`
	Parts    int           `json:"parts"`
	Open     int           `json:"open" doc:"Parts that are not closed"`
	IssuedAt time.Time     `json:"issuedAt"`
	ClosedAt *time.Time    `json:"closedAt" doc:"Of the last part, of those that are listed"`
	Orders   []Supervision `json:"orders" nullable:"false" doc:"Its parts, by unit; units see their own"`
}

// newJoint is an order on the assignments of several units.
type newJoint struct {
	Assignments []string `json:"assignments" nullable:"false" doc:"Of one task, all of them overdue; 2 to 200"`
	NewOrder
}

// issuedJoint is what became of a joint order.
type issuedJoint struct {
	ID       string `json:"id"`
	Location string `json:"location"`
	BatchAnswer
}

type jointAnswer struct {
	Status   int
	Location string `header:"Location"`
	Body     issuedJoint
}

func (s *server) jointRoutes() {
	register(s, operation{method: http.MethodPost, path: base + "/supervisions", id: "issue-joint-supervision", tag: "supervisions",
		summary: "Issue one order to several units (联合督办)", roles: supervisors(), status: http.StatusCreated, conflicts: true,
		description: "Each assignment gets a part of the order under one number, which its unit answers for itself. " +
			"Nothing is issued unless it can be on all; should one refuse nevertheless, its result says why, and the order has the other parts. " +
			"Send it again with the same key to issue what is missing."}, s.issueJoint)
	register(s, operation{method: http.MethodGet, path: base + "/joint-supervisions/{id}", id: "get-joint-supervision", tag: "supervisions",
		summary: "Get an order to several units with its parts"}, s.getJoint)
}

type jointInput struct {
	Behalf
	Idempotency string `header:"Idempotency-Key" doc:"Names the act: 1 to 128 visible ASCII characters, new for every act, the same on every retry"`
	Body        body[newJoint]
}

func (s *server) issueJoint(ctx context.Context, in *jointInput) (*jointAnswer, error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	acting := Acting{Idempotency: in.Idempotency}
	named, err := command(ctx, acting, dispatch.IssueSupervision, nil)
	if err != nil {
		return nil, err
	}
	id := idOf(named)
	if err := dispatch.CheckJointSize(len(wanted.Assignments)); err != nil {
		return nil, err
	}
	found, err := s.store.Supervisable(ctx, scope(ctx), wanted.Assignments, id)
	if err != nil {
		return nil, err
	}
	if err := dispatch.CheckJoint(id, parts(found)); err != nil {
		return nil, err
	}
	if err := s.sameJoint(ctx, id, wanted.Assignments); err != nil {
		return nil, err
	}
	order := dispatch.Issuing{Reason: wanted.Reason, Level: wanted.Level, ReplyWorkingDays: wanted.ReplyWorkingDays, Talk: wanted.Talk,
		Joint: &dispatch.Joint{ID: id, Parts: len(found)}}
	if err := order.Check(s.now()); err != nil {
		return nil, err
	}
	acts, settled := make([]batchedAct, len(found)), map[string]bool{}
	for i, one := range found {
		acts[i] = batchedAct{ID: one.ID, Key: in.Idempotency}
		settled[one.ID] = one.Order != nil && one.Order.JointID == id && one.Order.ClosedAt != nil
	}
	results := s.performAll(ctx, acts, func(ctx context.Context, assignment string, in Acting, _ []byte) (*done, error) {
		location := base + "/assignments/" + assignment
		if settled[assignment] { // its process may have ended, and would not know the act any more
			return &done{Status: http.StatusOK, Body: actAnswer{ID: assignment, Status: "done", Location: location}}, nil
		}
		c, err := command(ctx, in, dispatch.IssueSupervision, order)
		if err != nil {
			return nil, err
		}
		return s.send(ctx, destination{workflow: dispatch.AssignmentWorkflow(assignment), id: assignment, location: location}, c)
	})
	location := base + "/joint-supervisions/" + id
	answer := &jointAnswer{Status: http.StatusCreated, Location: location, Body: issuedJoint{ID: id, Location: location, BatchAnswer: summed(results)}}
	if answer.Body.Done == 0 {
		answer.Status = http.StatusOK // every part refused: nothing was made
	}
	return answer, nil
}

// sameJoint refuses a joint order that was issued on others than those that are
// named: its id is that of the act, and would get more parts than it was said to
// have.
func (s *server) sameJoint(ctx context.Context, id string, named []string) error {
	issued, err := s.store.JointSupervision(ctx, scope(ctx), id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, part := range issued.Parts {
		if !slices.Contains(named, part.AssignmentID) {
			return act.IDReused()
		}
	}
	return nil
}

// parts are the assignments as a joint order is checked by them.
func parts(found []store.Supervisable) []dispatch.Part {
	parts := make([]dispatch.Part, len(found))
	for i, a := range found {
		parts[i] = dispatch.Part{Assignment: a.ID, Plan: a.PlanID, Target: a.TargetID, Overdue: a.Overdue}
		if a.Order != nil {
			parts[i].UnderOrder, parts[i].Joint = a.Order.ClosedAt == nil, a.Order.JointID
		}
	}
	return parts
}

func (s *server) getJoint(ctx context.Context, in *ByID) (*one[jointSupervision], error) {
	found, err := s.store.JointSupervision(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	first := found.Parts[0]
	joint := jointSupervision{ID: in.ID, Number: first.Number, Plan: first.PlanID, Reason: first.Reason, Status: "open", Parts: found.Total, Open: found.Open,
		IssuedAt: first.IssuedAt, Orders: each(found.Parts, showSupervision)}
	if found.Open > 0 {
		return single(joint), nil
	}
	joint.Status = "closed"
	for _, part := range found.Parts {
		if joint.ClosedAt == nil || part.ClosedAt.After(*joint.ClosedAt) {
			joint.ClosedAt = part.ClosedAt
		}
	}
	return single(joint), nil
}
