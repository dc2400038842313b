package api

import (
	"context"
	"fmt"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
)

// laterDue are the fields of a later due date.
type laterDue struct {
	Due         calendar.Date `json:"due,omitzero" doc:"The new date; left out where working days are given"`
	WorkingDays int           `json:"workingDays,omitempty" minimum:"1" maximum:"366" doc:"So many working days from today, by the calendar of the unit; the date moves when a year is loaded"`
	Reason      string        `json:"reason"`
}

// mostWorkingDays bounds a prolongation.
const mostWorkingDays = 366

// prolongment finds the date of so many working days.
func (s *server) prolongment(ctx context.Context, id string, fields laterDue) (any, error) {
	given := dispatch.Prolongment{NewDue: dispatch.NewDue{Due: fields.Due, Reason: fields.Reason}}
	if fields.WorkingDays == 0 {
		return given, nil
	}
	if fields.WorkingDays < 0 || fields.WorkingDays > mostWorkingDays || fields.Due.Valid() {
		zh, en := fmt.Sprintf("工作日数应在 1 至 %d 之间，且不能同时填写日期", mostWorkingDays), fmt.Sprintf("must be 1 to %d, and not together with a date", mostWorkingDays)
		return nil, act.Malformed("working-days", "期限有误，请按提示修改。", "The due date has faults; correct it.",
			act.Fault{Field: "workingDays", Code: "range", Zh: zh, En: en})
	}
	row, err := s.store.Assignment(ctx, scope(ctx), id)
	if err != nil {
		return nil, err
	}
	ladder, err := s.store.Ladder(ctx, row.PlanID)
	if err != nil {
		return nil, err
	}
	days, err := s.store.Calendar(ctx, row.UnitID)
	if err != nil {
		return nil, err
	}
	// The same act sent again on the same day is the same: it begins with the day.
	today := calendar.DateOf(s.now(), ladder.Zone).Start(ladder.Zone)
	given.Counted = dispatch.Count(today, fields.WorkingDays, days.Calendar, days.Version, ladder.Zone)
	given.Due = given.Counted.Last
	return given, nil
}
