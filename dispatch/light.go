package dispatch

import (
	"fmt"
	"time"

	"duban/calendar"
	"duban/light"
	"duban/projection"
)

// LightFacts are what the light of an assignment is judged by, read from its row.
func LightFacts(a projection.Assignment, zone *time.Location) (light.Facts, error) {
	due, err := calendar.ParseDate(a.DueDate)
	if err != nil {
		return light.Facts{}, fmt.Errorf("due date of assignment %s: %w", a.ID, err)
	}
	return light.Facts{From: calendar.DateOf(a.DispatchedAt, zone), Due: due, Percent: a.Percent, Returns: a.Returns,
		Orders: a.Orders, Extended: a.Extended, Late: a.Overdue, InReview: a.Status == string(AssignmentSubmitted),
		Closed: a.Status == string(AssignmentClosed), Undone: a.Outcome == OutcomeStruckOff}, nil
}
