package dispatch

import (
	"reflect"
	"slices"
	"time"

	"duban/act"
)

// RoundReport is the payload of NoteReport: what the unit said of the assignment
// in a report round.
type RoundReport struct {
	Round string    `json:"round"`
	By    act.Actor `json:"by"` // who submitted the sheet
	Progress
}

// noteReport takes a report in that the unit gave in a report round, as if it had
// been made here. The same report again is none. One that comes while the
// assignment is in review stays on record, and leaves the submitted figure alone.
func (a Assignment) noteReport(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in RoundReport
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if slices.ContainsFunc(a.Reports, func(r Reported) bool { return r.Round == in.Round && reflect.DeepEqual(r.Progress, in.Progress) }) {
		return a, Outcome{}, nil
	}
	a.Reports = append(slices.Clone(a.Reports), Reported{N: len(a.Reports) + 1, By: in.By, At: now, Round: in.Round, Progress: in.Progress})
	if in.Amount != nil && a.Status != AssignmentSubmitted {
		a.Reached = in.Amount
	}
	if a.Status == AssignmentAcknowledged {
		a.Status = AssignmentInProgress
	}
	return a, a.told(act.Happened("assignment.reported", in)), nil
}
