package dispatch

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/org"
	"duban/projection"
	"duban/target"
)

// NewLine is the line of an assignment on a sheet, filled in with what its unit
// has said last: its last report, or its submission where that came later.
func NewLine(a projection.Assignment, item projection.Item, last *projection.Report, period calendar.Period, zone *time.Location) (Line, error) {
	due, err := calendar.ParseDate(a.DueDate)
	if err != nil {
		return Line{}, fmt.Errorf("due date of assignment %s: %w", a.ID, err)
	}
	line := Line{Assignment: a.ID, Target: a.TargetID, Due: due, Status: a.Status, Overdue: a.Overdue,
		Closed: a.Status == string(AssignmentClosed), Accepted: a.Outcome == OutcomeAccepted,
		Item: target.Item{Key: a.ItemKey, Unit: org.UnitRef{ID: a.UnitID, Name: a.UnitName}, Content: a.Content, TargetKey: item.TargetKey,
			Amount: (*target.Amount)(a.Amount), Measure: a.Measure}}
	if line.Item.Due, err = calendar.ParseDate(a.FirstDueDate); err != nil {
		return Line{}, fmt.Errorf("first due date of assignment %s: %w", a.ID, err)
	}
	line.Said, line.Source = lastSaid(a, last)
	if !line.Source.At.IsZero() {
		line.Source.InPeriod = period.Contains(calendar.DateOf(line.Source.At, zone))
	}
	return line, nil
}

// lastSaid is what the unit said of an assignment last, and where.
func lastSaid(a projection.Assignment, last *projection.Report) (Said, Source) {
	var said Said
	var source Source
	if last != nil {
		said = Said{Text: last.Text, Percent: last.Percent, Amount: (*target.Amount)(last.Amount), Evidence: last.Evidence}
		source = Source{Report: last.N, Round: last.RoundID, At: last.At}
	}
	if a.SubmittedAt != nil && a.SubmittedAt.After(source.At) && a.Evidence != "" {
		said = Said{Text: a.Evidence, Percent: 100, Amount: (*target.Amount)(a.Reached)}
		source = Source{At: *a.SubmittedAt}
	}
	return said, source
}

// RoundPlan is what a report round needs to know of its plan.
type RoundPlan struct {
	ID         string
	Title      string
	Supervisor org.UnitRef
	Rules      deadline.Rounds
	// RulesVersion is that of the rule; 0 is the default one.
	RulesVersion int
	Calendar     calendar.Calendar
	// CalendarVersion is the last load of a calendar that is known.
	CalendarVersion int64
	Zone            *time.Location
}

// Reporters are the units that are asked for what some units have to do, each
// once and in their order: themselves, or the ones that act for them. Where nobody
// does, the unit is asked all the same, so that it is missed.
func Reporters(units []org.UnitRef, acting func(id string) (org.UnitRef, bool)) (asked []org.UnitRef, merged []MergedUnit) {
	for _, unit := range units {
		reporter, acts := acting(unit.ID)
		if !acts {
			reporter = unit
		}
		if reporter.ID != unit.ID {
			merged = append(merged, MergedUnit{Unit: unit.ID, Into: reporter.ID})
		}
		if !slices.ContainsFunc(asked, func(u org.UnitRef) bool { return u.ID == reporter.ID }) {
			asked = append(asked, reporter)
		}
	}
	return asked, merged
}

// UnitIDs are the ids of the units whose assignments stand on the sheets that are
// asked for.
func (g GatherRequest) UnitIDs() []string {
	var ids []string
	for _, unit := range g.Units {
		ids = append(ids, unit.ID)
	}
	for _, m := range g.Merged {
		ids = append(ids, m.Unit)
	}
	return ids
}

// Reporter is the id of the unit on whose sheet the assignments of one stand.
func (g GatherRequest) Reporter(unit string) string {
	for _, m := range g.Merged {
		if m.Unit == unit {
			return m.Into
		}
	}
	return unit
}

// NewRound is the command content with which the units of a plan are asked for a
// period, and have their time to fill from a moment on. Units are those that have
// something to do, and acting tells who acts for them.
func NewRound(p RoundPlan, period calendar.Period, from time.Time, units []org.UnitRef, acting func(id string) (org.UnitRef, bool)) RoundOpening {
	asked, merged := Reporters(units, acting)
	opening := RoundOpening{ID: RoundID(p.ID, period, 1), Plan: p.ID, PlanTitle: p.Title, Period: period, Supervisor: p.Supervisor, Asked: asked, Merged: merged, Version: 1}
	return opening.placed(p.Place(RoundDaysRequest{Plan: p.ID, Period: period, From: from, Rules: p.RulesVersion}))
}

// placed is the opening with its days.
func (in RoundOpening) placed(days RoundDays) RoundOpening {
	in.Armed, in.CompileDue, in.Placing = days.Armed, days.CompileDue, &days.Placing
	return in
}

// NewCorrection is the command content with which a frozen round is corrected: the
// units that are asked again have the plan's time to fill from today.
func NewCorrection(p RoundPlan, of RoundOpening, correction Correction, now time.Time) RoundOpening {
	// Who was asked is asked again; a successor fills in the sheet of who is gone.
	next := NewRound(p, of.Period, now, of.Asked, func(string) (org.UnitRef, bool) { return org.UnitRef{}, false })
	next = next.placed(p.Place(RoundDaysRequest{Plan: p.ID, Period: of.Period, From: now, Again: true, Rules: p.RulesVersion}))
	next.Version = of.Version + 1
	next.ID = RoundID(p.ID, of.Period, next.Version)
	next.Correction = &correction
	return next
}

// Reopened is a sheet of a frozen round as its correction begins with it: open
// for the units that are asked again, as it was for the others.
func (c Correction) Reopened(s Sheet) Sheet {
	s.Version = 1
	if slices.Contains(c.Again, s.Unit.ID) {
		s.Status, s.Late, s.Returned, s.SubmittedBy, s.SubmittedAt = SheetOpen, false, "", act.Actor{}, time.Time{}
	}
	return s
}

// Correctable is the opening of a frozen round as far as its correction needs it.
// It is refused where the round is not frozen, was corrected already, or never
// asked one of the units.
func Correctable(round projection.Round, sheets []projection.Sheet, corrected string, again []string) (RoundOpening, error) {
	if round.Status != string(RoundFrozen) {
		return RoundOpening{}, act.NotNow("not-frozen", "本期报送尚未定稿，可直接退回报表修改。", "The round is not frozen; send the sheet back instead.")
	}
	if corrected != "" {
		return RoundOpening{}, act.NotNow("already-corrected", "本版已有更正版，请在最新版上更正。", "The version was corrected already; correct the newest one.")
	}
	plan, period, version, ok := ParseRoundID(round.ID)
	if !ok {
		return RoundOpening{}, notOpened()
	}
	of := RoundOpening{ID: round.ID, Plan: plan, Period: period, Version: version}
	var faults []act.Fault
	for i, unit := range again {
		if !slices.ContainsFunc(sheets, func(s projection.Sheet) bool { return s.UnitID == unit }) {
			faults = append(faults, act.Fault{Field: fmt.Sprintf("units[%d]", i), Code: "not-asked", Zh: "该单位不在本期报送之列", En: "was not asked in this round"})
		}
	}
	if len(faults) > 0 {
		return of, act.Malformed("units", "单位有误，请按提示修改。", "Some units are wrong; correct them.", faults...)
	}
	for _, s := range sheets {
		of.Asked = append(of.Asked, org.UnitRef{ID: s.UnitID, Name: s.UnitName})
	}
	return of, nil
}

// MayReadSection reports whether somebody may read what all units say of a task:
// its lead unit and supervisors, and once it is frozen whom the round concerns.
func MayReadSection(actor act.Actor, lead string, frozen bool) bool {
	return frozen || actor.In(lead) || actor.Has(org.Supervisor) || actor.Has(org.Admin)
}

// ReadableLines are the lines of a unit's sheet that somebody may read: his own
// unit's all, others' where he may read the section. Leads are the lead units of the
// sections by annual target.
func ReadableLines(actor act.Actor, unit string, lines []Line, leads map[string]string, frozen bool) []Line {
	if actor.In(unit) {
		return lines
	}
	var readable []Line
	for _, line := range lines {
		if lead, known := leads[line.Target]; known && MayReadSection(actor, lead, frozen) {
			readable = append(readable, line)
		}
	}
	return readable
}
