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

// laterDate refuses a new due date that does not lie ahead, that cannot be meant,
// or that nobody explains. midnight is one of the plan's zone, see today; before
// edition 4 the day was that of UTC.
func laterDate(edition int, due calendar.Date, reason string, now, midnight time.Time) error {
	if err := written("reason", reason, longestText); err != nil {
		return err
	}
	if edition < 4 {
		midnight = time.Time{}
	}
	if err := ahead(due, now, midnight); err != nil {
		return err
	}
	return notTooFar(edition, due, now)
}

func otherUnit(edition int, in NewUnit, current org.UnitRef, now, midnight time.Time) error {
	if in.Unit.ID == "" {
		return required("unit")
	}
	if in.Unit.ID == current.ID {
		return act.Malformed("same-unit", "任务单已在该单位，请选择其他单位。", "The assignment is at this unit already; choose another.",
			act.Fault{Field: "unit", Code: "same", Zh: "请选择其他单位", En: "choose another unit"})
	}
	return laterDate(edition, in.Due, in.Reason, now, midnight)
}
