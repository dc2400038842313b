package dispatch

import (
	"time"

	"duban/act"
	"duban/calendar"
	"duban/org"
)

// What the decisions of a supervisor have in common.

func maySupervise(unit org.UnitRef, actor act.Actor) error {
	if actor.Is(supervisor(unit)) {
		return nil
	}
	return act.NotAllowed("not-the-supervisor", "只有督查人员可以进行此操作。", "Only the plan's supervisors may do this.")
}

func (s Supervision) maySupervise(actor act.Actor) error { return maySupervise(s.Supervisor, actor) }

func because(c act.Command) (Because, error) {
	var in Because
	if err := c.Decode(&in); err != nil {
		return in, err
	}
	return in, written("reason", in.Reason, longestText)
}

// laterDate refuses a date that does not lie ahead, or that nobody explains.
func laterDate(due calendar.Date, now time.Time, reason string) error {
	if err := written("reason", reason, longestText); err != nil {
		return err
	}
	if !due.Valid() {
		return required("due")
	}
	if !due.After(calendar.DateOf(now, time.UTC)) {
		return act.Malformed("due-not-later", "新的期限应晚于今天。", "The new date must lie after today.",
			act.Fault{Field: "due", Code: "not-later", Zh: "应晚于今天", En: "must lie after today"})
	}
	return nil
}

func otherUnit(in NewUnit, current org.UnitRef, now time.Time) error {
	if in.Unit.ID == "" {
		return required("unit")
	}
	if in.Unit.ID == current.ID {
		return act.Malformed("same-unit", "任务单已在该单位，请选择其他单位。", "The assignment is at this unit already; choose another.",
			act.Fault{Field: "unit", Code: "same", Zh: "请选择其他单位", En: "choose another unit"})
	}
	return laterDate(in.Due, now, in.Reason)
}
