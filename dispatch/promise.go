package dispatch

import (
	"fmt"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
)

// Promise is the date that a unit named in its answer, and what the clock does
// about it: a reminder before, a mark after.
type Promise struct {
	Date     calendar.Date     `json:"date"`
	Schedule deadline.Schedule `json:"schedule"`           // that of no round until it is known
	Calendar int64             `json:"calendar,omitempty"` // the last load of a calendar that Schedule was made by
	Broken   bool              `json:"broken,omitempty"`
}

// today is the day of now in the plan's zone, which a moment tells that is a
// midnight there, as all due moments are. Without one it is that of UTC.
func today(now, midnight time.Time) calendar.Date {
	const day = 24 * time.Hour
	if midnight.IsZero() {
		return calendar.DateOf(now, time.UTC)
	}
	east := day - midnight.UTC().Sub(midnight.UTC().Truncate(day))
	if east > day/2 {
		east -= day
	}
	return calendar.DateOf(now, time.FixedZone("", int(east.Seconds())))
}

// ahead refuses a due date that does not lie after today.
func ahead(due calendar.Date, now, midnight time.Time) error {
	if !due.Valid() {
		return required("due")
	}
	if !due.After(today(now, midnight)) {
		return act.Malformed("date-not-ahead", "时限应晚于今天。", "The date must lie after today.",
			act.Fault{Field: "due", Code: "not-later", Zh: "应晚于今天", En: "must lie after today"})
	}
	return nil
}

// farthest is how many years ahead a date may lie: as long as a plan runs. Beyond
// it the year is mistyped, and nobody would ever be reminded.
const farthest = 10

// notTooFar refuses a due date that cannot be meant. Processes of the earlier editions
// took any.
func notTooFar(edition int, due calendar.Date, now time.Time) error {
	if edition < 4 || due.Year <= now.Year()+farthest {
		return nil
	}
	return act.Malformed("date-too-far", fmt.Sprintf("时限过远，请核对年份（最多 %d 年后）。", farthest), fmt.Sprintf("The date lies too far ahead; check the year (at most %d years from now).", farthest),
		act.Fault{Field: "due", Code: "too-far", Zh: fmt.Sprintf("最多 %d 年后", farthest), En: fmt.Sprintf("at most %d years from now", farthest)})
}

// armPromise takes in the moments of the promised date. Those of a promise that
// was given up meanwhile are of no use.
func (s Supervision) armPromise(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	var in Armed
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if s.Promise == nil || s.Promise.Date != in.Due {
		return s, Outcome{}, act.NotNow("stale", "承诺时限已调整。", "The promised date changed.")
	}
	promise := *s.Promise
	happened := map[string]any{"due": in.Due, "dueAt": in.DueAt}
	switch {
	case in.Why == nil:
		promise.Schedule = deadline.Arm(in.DueAt, in.Moments, now)
	case promise.Schedule.Round == 0 || in.Calendar <= promise.Calendar:
		return s, Outcome{}, countedAlready()
	default:
		promise.Schedule = s.Promise.Schedule.Retime(in.DueAt, in.Moments, now)
		happened["why"], happened["moved"] = in.Why, s.Promise.Schedule.MovesTo(promise.Schedule)
	}
	promise.Calendar = in.Calendar
	s.Promise = &promise
	return s, Outcome{Events: []act.Event{act.Happened("supervision.promise-armed", happened)}}, nil
}

func (s Supervision) nextOfPromise() (time.Time, bool) {
	if s.Promise == nil || s.Promise.Schedule.Round == 0 || s.IsClosed() {
		return time.Time{}, false
	}
	return s.Promise.Schedule.Next()
}

// wakePromise reminds of the promised date, and marks the promise broken when it
// has passed with the order still open. A broken promise that was accepted lets
// the ladder have its way.
func (s Supervision) wakePromise(now time.Time) (Supervision, Outcome) {
	promise := *s.Promise
	schedule, passed := promise.Schedule.Pass(now)
	promise.Schedule = schedule
	var out Outcome
	for _, m := range passed.Deliver {
		zh, en := "承诺时限"+promise.Date.String()+"将到："+s.Title, "Promised by "+promise.Date.String()+": "+s.Title
		out.Events = append(out.Events, act.Happened("supervision.promise-remind", m,
			act.Notice{To: operator(s.Unit), Kind: "promise", Title: zh, TitleEn: en},
			act.Notice{To: head(s.Unit), Kind: "promise", Title: zh, TitleEn: en}))
	}
	if passed.Overdue {
		promise.Broken = true
		zh, en := s.Unit.Name+"未按承诺时限（"+promise.Date.String()+"）落实："+s.Title, s.Unit.Name+" did not keep its promise ("+promise.Date.String()+"): "+s.Title
		out.Events = append(out.Events, act.Happened("supervision.promise-broken", map[string]any{"due": promise.Date},
			act.Notice{To: head(s.Unit), Kind: "promise-broken", Title: zh, TitleEn: en},
			act.Notice{To: supervisor(s.Supervisor), Kind: "promise-broken", Title: zh, TitleEn: en}))
	}
	s.Promise = &promise
	if promise.Broken && passed.Overdue && s.Held != "" && s.Status == SupervisionAccepted {
		raised, more := s.raiseToHeld(now)
		return raised, join(out, more)
	}
	return s, out
}
