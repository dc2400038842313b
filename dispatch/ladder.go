package dispatch

import (
	"fmt"
	"time"

	"duban/act"
)

// arm takes in the moments of the due date: those of a new date, which begin a
// ladder of their own, or those of the same date by a changed ladder or calendar,
// which change only what has not passed yet. Where the date itself is counted in
// working days, a calendar may have moved it.
func (a Assignment) arm(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in Armed
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	recounted := a.dueMayMove() && in.Why != nil && in.Counted.follows(a.DueCounted)
	if err := a.ofUse(in, recounted); err != nil {
		return a, Outcome{}, err
	}
	if !a.Arming && !recounted && in.Why != nil && in.Ladder == a.Ladder && in.Calendar == a.Calendar {
		return a, Outcome{}, nil // it was told twice
	}
	happened := map[string]any{"due": in.Due, "dueAt": in.DueAt}
	if in.Ladder > 0 {
		happened["ladder"] = in.Ladder
	}
	if in.Why != nil {
		happened["why"] = in.Why
	}
	if a.Arming {
		// What passed since the date was set is not over: it comes now.
		a.Schedule = a.Schedule.Rearm(in.DueAt, in.Moments, a.DueSetAt)
	} else {
		before := a.Schedule
		a.Schedule = before.Retime(in.DueAt, in.Moments, now)
		happened["sameDue"] = in.Due == a.Due
		if moves := before.MovesTo(a.Schedule); len(moves) > 0 {
			happened["moved"] = moves
		}
	}
	a.Arming, a.Ladder, a.Calendar = false, in.Ladder, in.Calendar
	if in.ReplyWorkingDays > 0 {
		a.ReplyWorkingDays = in.ReplyWorkingDays
	}
	if recounted {
		a.DueCounted = in.Counted
	}
	if in.Due == a.Due {
		return a, Outcome{Events: []act.Event{act.Happened("assignment.ladder-armed", happened)}}, nil
	}
	happened["from"], a.Due = a.Due, in.Due
	return a, a.told(act.Happened("assignment.ladder-armed", happened, act.Notice{To: operator(a.Unit), Kind: "due-moved",
		Title:   fmt.Sprintf("因 %d 年节假日安排，办理期限调整为%s：%s", in.Why.Year, in.Due, a.Title()),
		TitleEn: fmt.Sprintf("The holidays of %d moved the due date to %s: %s", in.Why.Year, in.Due, a.Title())})), nil
}

// ofUse refuses moments for a date that was changed again meanwhile, for a unit
// that is responsible no longer, or by a ladder or a calendar that is older than
// what they would replace.
func (a Assignment) ofUse(in Armed, recounted bool) error {
	switch {
	case in.Due != a.Due && !recounted:
		return act.NotNow("stale", "期限已再次调整。", "The due date changed again.")
	case in.Unit != "" && in.Unit != a.Unit.ID:
		return act.NotNow("stale", "任务单已改派。", "Another unit is responsible now.")
	case !a.Arming && (in.Ladder < a.Ladder || in.Calendar < a.Calendar):
		return act.NotNow("stale", "催办规则或日历已再次调整。", "The ladder or the calendar changed again.")
	}
	return nil
}
