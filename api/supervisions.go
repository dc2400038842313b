package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"duban/calendar"
	"duban/dispatch"
	"duban/projection"
	"duban/store"
)

// Supervision is an order on a late assignment.
type Supervision struct {
	ID             string     `json:"id"`
	Assignment     string     `json:"assignment"`
	AnnualTarget   string     `json:"annualTarget"`
	Plan           string     `json:"plan"`
	N              int        `json:"n" doc:"1 for the first on the assignment"`
	Number         string     `json:"number" doc:"督〔2026〕3号; all parts of a joint order have one"`
	Joint          string     `json:"joint" doc:"Id of the joint order of which it is a part; empty for one of its own"`
	Unit           string     `json:"unit" doc:"That must answer"`
	UnitName       string     `json:"unitName"`
	SupervisorUnit string     `json:"supervisorUnit"`
	Title          string     `json:"title"`
	Reason         string     `json:"reason"`
	Level          string     `json:"level" enum:"order,circular,summons" doc:"督办单, 通报, 约谈"`
	Status         string     `json:"status" enum:"issued,answered,returned,accepted,minutes-due,closed"`
	Outcome        string     `json:"outcome" enum:",accepted,lifted,prolonged,reassigned,struck-off,completed"`
	Raised         bool       `json:"raised" doc:"Its reply deadline passed without an answer"`
	Answer         string     `json:"answer" doc:"The last one"`
	Measures       string     `json:"measures" doc:"Of the last answer"`
	PromiseDate    string     `json:"promiseDate" doc:"Of the last answer"`
	PromiseBroken  bool       `json:"promiseBroken"`
	Decision       string     `json:"decision" doc:"The supervisor's last words"`
	NextStep       string     `json:"nextStep" enum:",answer,decide,deliver,minutes" doc:"What is waited for"`
	NextAt         *time.Time `json:"nextAt" doc:"By when"`
	TalkAt         *time.Time `json:"talkAt" doc:"When a talk is to be held"`
	Urges          int        `json:"urges"`
	IssuedAt       time.Time  `json:"issuedAt"`
	AcknowledgedAt *time.Time `json:"acknowledgedAt"`
	ReplyDueAt     *time.Time `json:"replyDueAt"`
	AnsweredAt     *time.Time `json:"answeredAt"`
	ClosedAt       *time.Time `json:"closedAt"`
	Forecast
}

// supervisionDetail is an order with its levels, answers and talks.
type supervisionDetail struct {
	Supervision
	Version int64                `json:"version"`
	Steps   []dispatch.LevelStep `json:"steps" nullable:"false" doc:"The levels that it went through: who, why, when, and by when to answer"`
	Answers []dispatch.Answered  `json:"answers" nullable:"false"`
	Talks   []dispatch.Talk      `json:"talks" nullable:"false"`
}

func (s *server) supervisionRoutes() {
	path := base + "/supervisions"
	register(s, operation{method: http.MethodGet, path: path, id: "list-supervisions", tag: "supervisions", summary: "List supervision orders"}, s.listSupervisions)
	register(s, operation{method: http.MethodGet, path: path + "/{id}", id: "get-supervision", tag: "supervisions", summary: "Get a supervision order"}, s.getSupervision)
	taken := actions{of: "Supervision", each: []action{
		takes[nothing](dispatch.Acknowledge, "the supervised unit acknowledges (签收)", workers()),
		takesAs(dispatch.Answer, "the supervised unit answers, with measures and the date by which they lead to the result (答复)", workers(), s.reply),
		takes[dispatch.Because](dispatch.Accept, "the supervisor accepts the answer; what it promises is watched", supervisors()),
		takes[dispatch.Because](dispatch.SendBack, "the supervisor sends the answer back (退回)", supervisors()),
		takes[dispatch.Because](dispatch.Conclude, "the supervisor ends an order whose answer was accepted; the work goes on (督办办结)", supervisors()),
		takesAs(dispatch.Raise, "the supervisor raises it to a circular or a summons (通报、约谈)", supervisors(), raising),
		takes[dispatch.Because](dispatch.Lower, "the supervisor lowers it by one level; the lowest is taken back (降级、撤销)", supervisors()),
		takes[dispatch.Meeting](dispatch.ArrangeTalk, "the supervisor says when and with whom the talk is held (约谈安排)", supervisors()),
		takesAs(dispatch.RecordMinutes, "the supervisor records what came of the talk, with the signed sheet as a file (约谈纪要)", supervisors(), s.minutes),
		takesAs(dispatch.Urge, "whoever waits presses on whom he waits for, once in 10 minutes (催办)", deciders(), urging),
		takes[dispatch.NewDue](dispatch.Prolong, "the supervisor sets a later date for the assignment (延期)", supervisors()),
		takesAs(dispatch.Reassign, "the supervisor proposes to give the assignment to another unit, which is asked for its consent (改派)", supervisors(), s.newUnit),
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
	Level      string `query:"level" enum:"order,circular,summons"`
	Joint      string `query:"joint" maxLength:"64" doc:"Parts of this joint order"`
}

func (s *server) listSupervisions(ctx context.Context, in *supervisionListInput) (*page[Supervision], error) {
	rows, err := s.store.Supervisions(ctx, scope(ctx), store.SupervisionFilter{PageRequest: in.request(), PlanID: in.Plan,
		AssignmentID: in.Assignment, Unit: in.Unit, Status: in.Status, Level: in.Level, JointID: in.Joint})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showSupervision), nil
}

func showSupervision(o projection.Supervision) Supervision {
	return Supervision{ID: o.ID, Assignment: o.AssignmentID, AnnualTarget: o.TargetID, Plan: o.PlanID, N: o.N, Number: o.Number, Joint: o.JointID,
		Unit: o.UnitID, UnitName: o.UnitName, SupervisorUnit: o.SupervisorUnit, Title: o.Title, Reason: o.Reason, Level: o.Level,
		Status: o.Status, Outcome: o.Outcome, Raised: o.Raised, Answer: o.Answer, Measures: o.Measures, PromiseDate: o.PromiseDate,
		PromiseBroken: o.PromiseBroken, Decision: o.Decision, NextStep: o.NextStep, NextAt: o.NextAt, TalkAt: o.TalkAt, Urges: o.Urges,
		IssuedAt: o.IssuedAt, AcknowledgedAt: o.AcknowledgedAt, ReplyDueAt: o.ReplyDueAt, AnsweredAt: o.AnsweredAt, ClosedAt: o.ClosedAt,
		Forecast: forecast(o.Basis)}
}

func (s *server) getSupervision(ctx context.Context, in *ByID) (*one[supervisionDetail], error) {
	row, err := s.store.Supervision(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	var kept dispatch.SupervisionDetail
	if err := json.Unmarshal([]byte(row.Detail), &kept); err != nil {
		return nil, fmt.Errorf("detail of order %s: %w", in.ID, err)
	}
	return versioned(supervisionDetail{Supervision: showSupervision(row.Supervision), Version: row.Version,
		Steps: all(kept.Steps), Answers: all(kept.Answers), Talks: all(kept.Talks)}, row.Version), nil
}

// raised are the fields of a raising.
type raised struct {
	Level            dispatch.Level    `json:"level" enum:"circular,summons"`
	Ground           string            `json:"ground" doc:"Why"`
	ReplyWorkingDays int               `json:"replyWorkingDays,omitempty" minimum:"1" maximum:"60" doc:"The plan's if left out"`
	Talk             *dispatch.Meeting `json:"talk,omitempty" doc:"Of a summons: when and with whom"`
}

func raising(_ context.Context, fields raised) (any, error) { return dispatch.Raising(fields), nil }

// urged are the fields of an urge.
type urged struct {
	Unit unitID `json:"unit,omitempty" doc:"The unit that is urged, where several are waited for"`
}

func urging(_ context.Context, fields urged) (any, error) {
	return dispatch.Urging{Unit: string(fields.Unit)}, nil
}

// replyFields are the fields of a unit's answer.
type replyFields struct {
	Text        string        `json:"text" doc:"How the matter stands"`
	Measures    string        `json:"measures" doc:"What the unit does about it"`
	Due         calendar.Date `json:"due,omitzero" doc:"By when that will have led to the result"`
	Attachments []string      `json:"attachments,omitempty" doc:"Ids of uploaded files"`
}

func (s *server) reply(ctx context.Context, fields replyFields) (any, error) {
	files, err := s.attachments(ctx, fields.Attachments)
	return dispatch.Reply{Text: fields.Text, Measures: fields.Measures, Due: fields.Due, Attachments: files}, err
}

// minutesFields are the fields of the minutes of a talk.
type minutesFields struct {
	HeldAt      time.Time `json:"heldAt"`
	Present     []string  `json:"present" nullable:"false" doc:"Who was there, by name and post"`
	Text        string    `json:"text" doc:"What came of it"`
	Attachments []string  `json:"attachments,omitempty" doc:"Ids of uploaded files"`
}

func (s *server) minutes(ctx context.Context, fields minutesFields) (any, error) {
	files, err := s.attachments(ctx, fields.Attachments)
	return dispatch.Minutes{HeldAt: fields.HeldAt, Present: fields.Present, Text: fields.Text, Attachments: files}, err
}
