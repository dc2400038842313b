package dispatch

import (
	"time"

	"duban/act"
)

// arm takes in the moments of the due date: those of a new date, which begin a
// ladder of their own, or those of the same date by a changed ladder or calendar,
// which change only what has not passed yet. Moments for a date that was changed
// again meanwhile, or by a ladder that is older than the one they would replace,
// are of no use.
func (a Assignment) arm(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in Armed
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if in.Due != a.Due {
		return a, Outcome{}, act.NotNow("stale", "期限已再次调整。", "The due date changed again.")
	}
	if !a.Arming && in.Ladder < a.Ladder {
		return a, Outcome{}, act.NotNow("stale", "催办规则已再次调整。", "The ladder changed again.")
	}
	happened := map[string]any{"due": in.Due, "dueAt": in.DueAt}
	if in.Ladder > 0 {
		happened["ladder"] = in.Ladder
	}
	if a.Arming {
		// What passed since the date was set is not over: it comes now.
		a.Schedule = a.Schedule.Rearm(in.DueAt, in.Moments, a.DueSetAt)
	} else {
		a.Schedule = a.Schedule.Retime(in.DueAt, in.Moments, now)
		happened["sameDue"] = true
	}
	a.Arming, a.Ladder = false, in.Ladder
	if in.ReplyWorkingDays > 0 {
		a.ReplyWorkingDays = in.ReplyWorkingDays
	}
	return a, Outcome{Events: []act.Event{act.Happened("assignment.ladder-armed", happened)}}, nil
}
