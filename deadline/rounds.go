package deadline

import (
	"slices"
	"time"

	"duban/calendar"
)

// Rounds is the plan's rule of its report rounds (月报、季报、年报): for which
// periods it asks, when units are asked and must have answered, and who is
// chased.
type Rounds struct {
	// Rules are at most one for each kind of period; none: the plan asks for no
	// reports.
	Rules []RoundRule `json:"rules"`
	// DayOff moves a due date that falls on a day off.
	DayOff DayOff `json:"dayOff"`
	// FillWorkingDays is the time that units have at least, also for a round that
	// opens late.
	FillWorkingDays int `json:"fillWorkingDays"`
	// CompileWorkingDays is the time that lead units have after the due date.
	CompileWorkingDays int `json:"compileWorkingDays"`
	// Ladder chases late units, and after the due date lead units that have not
	// compiled. It knows reminders and urging only.
	Ladder Ladder `json:"ladder"`
	// YearTurn proposes the annual targets of the next year.
	YearTurn YearTurn `json:"yearTurn"`
}

// RoundRule is what a plan asks for one kind of period.
type RoundRule struct {
	Every calendar.Every `json:"every"`
	Opens DayOfPeriod    `json:"opens"` // when units are asked; on a day off the working day after
	Due   DayOfPeriod    `json:"due"`   // the last day to answer
}

// DayOfPeriod is a day in the last month of a period, or in a month after it.
type DayOfPeriod struct {
	Month int `json:"month"` // 0: the period's last month; 1: the month after it
	Day   int `json:"day"`   // 1 to 31; a day that the month does not have is its last
}

// DayOff says where a due date goes that falls on a day off.
type DayOff string

const (
	Before DayOff = "before" // to the working day before
	After  DayOff = "after"  // to the working day after
	Stays  DayOff = "stays"
)

// YearTurn is when the next year's annual targets are proposed, and by when the
// lead units must have confirmed them.
type YearTurn struct {
	Month time.Month `json:"month"` // 0: nothing is proposed
	Day   int        `json:"day"`   // on a day off the working day after
	// ConfirmWorkingDays is the time that lead units have.
	ConfirmWorkingDays int `json:"confirmWorkingDays"`
	// Ladder chases them; to it a lead unit is the one that is responsible.
	Ladder Ladder `json:"ladder"`
}

// DefaultRounds returns the rule of a plan that sets none: months, quarters and
// years, asked on the 20th and due by the 28th, the day by which lead units
// commonly report; next year's targets are proposed on 1 November.
func DefaultRounds() Rounds {
	const opens, due = 20, 28
	rules := make([]RoundRule, 0, 3)
	for _, every := range []calendar.Every{calendar.Monthly, calendar.Quarterly, calendar.Yearly} {
		rules = append(rules, RoundRule{Every: every, Opens: DayOfPeriod{Day: opens}, Due: DayOfPeriod{Day: due}})
	}
	return Rounds{Rules: rules, DayOff: Before, FillWorkingDays: 3, CompileWorkingDays: 3, Ladder: roundsLadder(),
		YearTurn: YearTurn{Month: time.November, Day: 1, ConfirmWorkingDays: 20, Ladder: turnLadder()}}
}

// roundsLadder reminds 3 and 1 days before and on the day, and then urges the
// heads on every second working day.
func roundsLadder() Ladder {
	operator := []Audience{ResponsibleOperator}
	unit := []Audience{ResponsibleOperator, ResponsibleHead}
	heads := []Audience{ResponsibleOperator, ResponsibleHead, LeadOperator, LeadHead}
	above := append(slices.Clone(heads), Supervisor)
	return Ladder{SendAt: "09:00", Rungs: []Rung{
		{Key: "before-3", Days: -3, Action: Remind, To: operator},
		{Key: "before-1", Days: -1, Action: Remind, To: unit},
		{Key: "due-day", Days: 0, Action: Remind, To: unit},
		{Key: "urge-2", Days: 2, Working: true, Action: Urge, To: heads},
		{Key: "urge-4", Days: 4, Working: true, Action: Urge, To: heads},
		{Key: "urge-6", Days: 6, Working: true, Action: Urge, To: above},
		{Key: "urge-8", Days: 8, Working: true, Action: Urge, To: above},
		{Key: "urge-10", Days: 10, Working: true, Action: Urge, To: above},
	}}
}

// turnLadder reminds the lead unit before and on the day, then urges its head,
// then tells the supervisor.
func turnLadder() Ladder {
	unit := []Audience{ResponsibleOperator, ResponsibleHead}
	return Ladder{SendAt: "09:00", Rungs: []Rung{
		{Key: "before-5", Days: -5, Action: Remind, To: []Audience{ResponsibleOperator}},
		{Key: "due-day", Days: 0, Action: Remind, To: unit},
		{Key: "urge-1", Days: 1, Working: true, Action: Urge, To: unit},
		{Key: "urge-3", Days: 3, Working: true, Action: Urge, To: append(slices.Clone(unit), Supervisor)},
	}}
}

// Round is one report round at its place in time.
type Round struct {
	Period calendar.Period `json:"period"`
	Opens  time.Time       `json:"opens"` // UTC
	Due    calendar.Date   `json:"due"`
	// LeftTo is a longer period that ends with this one and is asked for on the
	// same days: its round takes the place of this one.
	LeftTo calendar.Period `json:"leftTo,omitzero"`
}

// At returns the round of a kind that should be open at a moment: the last whose
// day of opening has come. On a day off it opens later than it was to; then Opens
// is still ahead. What was missed before it is not asked for any more. False if
// the plan has no rule of the kind.
func (r Rounds) At(every calendar.Every, now time.Time, cal calendar.Calendar, zone *time.Location) (Round, bool) {
	rule, found := r.rule(every)
	if !found {
		return Round{}, false
	}
	period := calendar.PeriodOf(every, calendar.DateOf(now, zone)).Next()
	for r.Ladder.sentAt(rule.Opens.in(period), zone).After(now) {
		period = period.Previous()
	}
	opens := cal.NextWorking(rule.Opens.in(period))
	return Round{
		Period: period,
		Opens:  r.Ladder.sentAt(opens, zone),
		Due:    r.due(rule.Due.in(period), later(opens, calendar.DateOf(now, zone)), cal),
		LeftTo: r.leftTo(rule, period),
	}, true
}

func later(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

func (r Rounds) rule(every calendar.Every) (RoundRule, bool) {
	i := slices.IndexFunc(r.Rules, func(rule RoundRule) bool { return rule.Every == every })
	if i < 0 {
		return RoundRule{}, false
	}
	return r.Rules[i], true
}

// due moves a due date off a day off, and leaves units the time to fill.
func (r Rounds) due(day, opened calendar.Date, cal calendar.Calendar) calendar.Date {
	switch r.DayOff {
	case Before:
		day = cal.PreviousWorking(day)
	case After:
		day = cal.NextWorking(day)
	}
	return later(day, cal.AddWorkingDays(opened, r.FillWorkingDays))
}

// leftTo finds the longest period that ends with this one and whose units are
// asked while those of this one would be.
func (r Rounds) leftTo(rule RoundRule, period calendar.Period) calendar.Period {
	var left calendar.Period
	for _, other := range r.Rules {
		longer := calendar.PeriodOf(other.Every, period.Last())
		overlap := !other.Opens.in(longer).After(rule.Due.in(period)) && !other.Due.in(longer).Before(rule.Opens.in(period))
		if longer.Last() == period.Last() && longer.First().Before(period.First()) && overlap && (left == calendar.Period{} || longer.First().Before(left.First())) {
			left = longer
		}
	}
	return left
}

// in is the day for a period.
func (d DayOfPeriod) in(p calendar.Period) calendar.Date {
	end := p.Last()
	month := calendar.PeriodOf(calendar.Monthly, calendar.NewDate(end.Year, end.Month+time.Month(d.Month), 1))
	day := month.First().AddDays(d.Day - 1)
	if day.After(month.Last()) {
		return month.Last()
	}
	return day
}

// Fires are the days of a year, as months and a day, on which rounds of the rule
// open, for a scheduler that knows no periods.
func (rule RoundRule) Fires() (months []time.Month, day int) {
	for p := calendar.PeriodOf(rule.Every, calendar.NewDate(2001, time.January, 1)); p.Year == 2001; p = p.Next() {
		months = append(months, rule.Opens.in(p).Month)
	}
	slices.Sort(months)
	return months, rule.Opens.Day
}

// CompileDue is the last day on which lead units compile a round.
func (r Rounds) CompileDue(due calendar.Date, cal calendar.Calendar) calendar.Date {
	return cal.AddWorkingDays(due, r.CompileWorkingDays)
}

// Turn returns the year whose targets should be proposed at a moment, by the last
// day of the turn that has come, and when that is; on a day off it is still ahead.
// False if the plan proposes nothing.
func (r Rounds) Turn(now time.Time, cal calendar.Calendar, zone *time.Location) (year int, opens time.Time, turns bool) {
	y := r.YearTurn
	if y.Month == 0 {
		return 0, time.Time{}, false
	}
	year = calendar.DateOf(now, zone).Year
	if y.Ladder.sentAt(calendar.NewDate(year, y.Month, y.Day), zone).After(now) {
		year--
	}
	day := cal.NextWorking(calendar.NewDate(year, y.Month, y.Day))
	return year + 1, y.Ladder.sentAt(day, zone), true
}
