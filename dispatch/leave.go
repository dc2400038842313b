package dispatch

import (
	"time"

	"duban/act"
)

// Leave is that of the supervisor to ask for an extension after the due moment.
// It is good for one request.
type Leave struct {
	By     act.Actor `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// allowExtension gives the responsible unit leave to ask late. The supervisor may
// as well prolong by himself.
func (a Assignment) allowExtension(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := maySupervise(a.Supervisor, c.Actor); err != nil {
		return a, Outcome{}, err
	}
	if !a.late(now) {
		return a, Outcome{}, act.NotNow("not-overdue", "任务单尚未逾期，责任单位可直接申请延期。", "The assignment is not overdue; the unit may ask without leave.")
	}
	if a.Leave != nil {
		return a, Outcome{}, act.NotNow("already-allowed", "已准许该单位补报延期申请。", "The unit has leave to ask already.")
	}
	in, err := because(c)
	if err != nil {
		return a, Outcome{}, err
	}
	a.Leave = &Leave{By: c.Actor, At: now, Reason: in.Reason}
	return a, Outcome{Events: []act.Event{act.Happened("assignment.extension-allowed", in, act.Notice{To: operator(a.Unit), Kind: "extension-allowed",
		Title: "督查部门准许补报延期申请：" + a.Title(), TitleEn: "You have leave to ask for an extension: " + a.Title()})}}, nil
}

// mayAsk refuses a request for a later date after the due moment without leave.
func (a Assignment) mayAsk(now time.Time) error {
	if !a.late(now) || a.Leave != nil {
		return nil
	}
	return act.NotNow("overdue", "已超过办理期限，须经督查部门准许才能申请延期。",
		"The due date has passed; an extension can be asked for only by the supervisor's leave.")
}

// late reports whether the due moment has passed. Processes of the same moment are
// woken one after the other, so it may not be announced yet.
func (a Assignment) late(now time.Time) bool {
	return a.Overdue || a.Edition > 2 && !a.Arming && !now.Before(a.Schedule.Due)
}
