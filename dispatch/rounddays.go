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
)

// Placing says how the days of a report round were found, so that they can be
// found again when a year is loaded. By which calendar stands in Armed.
type Placing struct {
	From  time.Time `json:"from"`            // since when units have their time to fill
	Rules int       `json:"rules,omitempty"` // version of the plan's rule; 0 is the default one
	// DueProvisional and CompileProvisional are the years without a notice on which
	// the last day to answer and, given that, the last day to compile depend.
	DueProvisional     []int `json:"dueProvisional,omitempty"`
	CompileProvisional []int `json:"compileProvisional,omitempty"`
}

// RoundDaysRequest asks for the days of a report round.
type RoundDaysRequest struct {
	Plan   string          `json:"plan"`
	Period calendar.Period `json:"period"`
	From   time.Time       `json:"from"`
	Again  bool            `json:"again,omitempty"` // it is a correction
	Rules  int             `json:"rules,omitempty"`
	// Due is the last day to answer where that stays, as it has passed; nil where it
	// is to be found.
	Due *calendar.Date `json:"due,omitempty"`
}

// RoundDays are the days of a report round by one calendar, and the payload of
// SetRoundDays.
type RoundDays struct {
	Armed
	CompileDay calendar.Date `json:"compileDay"` // the last day on which lead units compile
	CompileDue time.Time     `json:"compileDue"`
	Placing    Placing       `json:"placing"`
}

// Place finds the days of a round by the plan's rule and calendar.
func (p RoundPlan) Place(request RoundDaysRequest) RoundDays {
	asked := deadline.RoundAsked{Period: request.Period, On: calendar.DateOf(request.From, p.Zone), Again: request.Again}
	due := p.Rules.DueOf(asked, p.Calendar)
	placing := Placing{From: request.From.UTC(), Rules: request.Rules, DueProvisional: p.Rules.DueProvisional(asked, p.Calendar)}
	if request.Due != nil {
		due, placing.DueProvisional = *request.Due, nil
	}
	placing.CompileProvisional = p.Rules.CompileProvisional(due, p.Calendar)
	last := p.Rules.CompileDue(due, p.Calendar)
	return RoundDays{CompileDay: last, CompileDue: deadline.Due(last, p.Zone), Placing: placing,
		Armed: Armed{Due: due, DueAt: deadline.Due(due, p.Zone), Moments: p.Rules.Ladder.Moments(due, p.Calendar, p.Zone), Calendar: p.CalendarVersion}}
}

// fillingOver reports whether the time to answer is over, announced or not.
func (r ReportRound) fillingOver(now time.Time) bool {
	return r.Schedule.Overdue || !now.Before(r.Schedule.Due)
}

// recalculate asks for the days again. The last day to answer stays where it has
// passed; what follows from it may still move.
func (r ReportRound) recalculate(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	why, err := loaded(c)
	if err != nil || r.Placing == nil || r.Armed.Calendar >= why.Version {
		return r, Outcome{}, err
	}
	request := RoundDaysRequest{Plan: r.Plan, Period: r.Period, From: r.Placing.From, Again: r.Correction != nil, Rules: r.Placing.Rules}
	if r.fillingOver(now) {
		due := r.Armed.Due
		request.Due = &due
	}
	return r, Outcome{Effects: []Effect{{PlaceRound: &request, Asking: Asking{Why: &why}}}}, nil
}

// setDays takes the days in that a loaded year gives. Who still has to answer, or to
// compile, is told where his own time moved.
func (r ReportRound) setDays(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return r, Outcome{}, err
	}
	var in RoundDays
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	if r.Placing == nil || in.Why == nil || in.Calendar <= r.Armed.Calendar || r.fillingOver(now) && in.Due != r.Armed.Due {
		return r, Outcome{}, countedAlready()
	}
	before := r
	r.Schedule = before.Schedule.Retime(in.DueAt, in.Moments, now)
	r.Armed, r.Armed.Why, r.Placing = in.Armed, nil, &in.Placing
	if now.Before(before.CompileDue) {
		r.CompileDue = in.CompileDue
	}
	happened := map[string]any{"due": in.Due, "dueAt": in.DueAt, "compileDueAt": r.CompileDue, "why": in.Why}
	if moves := before.Schedule.MovesTo(r.Schedule); len(moves) > 0 {
		happened["moved"] = moves
	}
	var notices []act.Notice
	if before.Armed.Due != in.Due {
		happened["from"] = before.Armed.Due
		notices = append(notices, r.daysMoved(*in.Why, "报送", "to report", in.Due, before.lateUnits())...)
	}
	if !before.CompileDue.Equal(r.CompileDue) {
		happened["compileFrom"] = before.CompileDue
		notices = append(notices, r.daysMoved(*in.Why, "汇总", "to compile", in.CompileDay, r.toCompile())...)
	}
	return r, Outcome{Events: []act.Event{act.Happened("round.days-set", happened, notices...)}}, nil
}

// toCompile are the lead units that have something to compile, now or when all have
// answered.
func (r ReportRound) toCompile() []org.UnitRef {
	var units []org.UnitRef
	for _, s := range r.Sections {
		if s.Compiled == nil && !slices.Contains(units, s.Leads[0]) {
			units = append(units, s.Leads[0])
		}
	}
	return units
}

// daysMoved tells units that a year moved the last day that they have.
func (r ReportRound) daysMoved(why calendar.Load, zh, en string, last calendar.Date, units []org.UnitRef) []act.Notice {
	var notices []act.Notice
	for _, unit := range units {
		notices = append(notices, act.Notice{To: operator(unit), Kind: "due-moved",
			Title:   fmt.Sprintf("因 %d 年节假日安排，%s期限调整为%s：%s", why.Year, zh, last, short(r.Title())),
			TitleEn: fmt.Sprintf("The holidays of %d moved the last day %s to %s: %s", why.Year, en, last, short(r.Title()))})
	}
	return notices
}

// basis is that of what lies ahead: the last day to answer, the last day to compile
// while anything is left to, and the rungs.
func (r ReportRound) basis() projection.Basis {
	if r.IsClosed() || r.Placing == nil {
		return basis(false, 0, nil)
	}
	years := r.Schedule.Provisional()
	if !r.Schedule.Overdue {
		years = slices.Concat(years, r.Placing.DueProvisional)
	}
	if !r.compileOver() {
		years = slices.Concat(years, r.Placing.CompileProvisional)
	}
	slices.Sort(years)
	return basis(true, r.Armed.Calendar, slices.Compact(years))
}

// compileOver reports whether the time to compile is known to be over, or of no use
// any more.
func (r ReportRound) compileOver() bool {
	return r.Status() == RoundCompiled || slices.ContainsFunc(r.Schedule.Passed, func(p deadline.Passage) bool { return !p.On.Before(r.CompileDue) })
}
