package approval

import (
	"duban/calendar"
)

// Planned is one step as it would go: who is asked, in which order, by when.
type Planned struct {
	Name       string     `json:"name"`
	Mode       Mode       `json:"mode"`
	Signers    []Signer   `json:"signers"`
	Needed     int        `json:"needed,omitempty"` // votes that must agree in a quorum
	OnDisagree OnDisagree `json:"onDisagree"`
	Then       Then       `json:"then"`
	OnTimeout  OnTimeout  `json:"onTimeout,omitempty"`
	// Skipped: the step is not meant for this subject.
	Skipped bool `json:"skipped,omitempty"`
	// DueBy is the latest day on which the step is due, if every step before it
	// takes all its time; the zero date where no due moment is set so far.
	DueBy calendar.Date `json:"dueBy,omitzero"`
}

// Preview tells how a sign-off would go that starts on a day.
func Preview(route Route, kind string, facts Facts, start calendar.Date, days calendar.Calendar) ([]Planned, error) {
	if err := route.Validate(); err != nil {
		return nil, err
	}
	planned := make([]Planned, 0, len(route))
	day, known := start, true
	for _, step := range route {
		p := Planned{Name: step.Name, Mode: step.Mode, Signers: step.Signers, OnDisagree: step.OnDisagree, Then: step.Then,
			OnTimeout: step.OnTimeout, Skipped: !step.When.holds(kind, facts)}
		if step.Mode == Quorum {
			p.Needed = step.needed(weightOf(step.Signers))
		}
		if !p.Skipped {
			known = known && step.Within != nil
			if known {
				day = step.Within.Due(day, days)
				p.DueBy = day
			}
		}
		planned = append(planned, p)
	}
	return planned, nil
}

// Due is the last day of a time that begins on a day.
func (w Within) Due(start calendar.Date, days calendar.Calendar) calendar.Date {
	if w.Working {
		return days.AddWorkingDays(start, w.Days)
	}
	return start.AddDays(w.Days)
}
