package deadline

import (
	"slices"
	"time"

	"duban/calendar"
)

// RoundAsked is what the days of a report round follow from, besides the rule and
// the calendar.
type RoundAsked struct {
	Period calendar.Period
	On     calendar.Date // the day after which units have their time to fill
	// Again: a correction is asked for, which has the time to fill and no day of its
	// period.
	Again bool
}

// DueOf returns the last day to answer of a round that was asked for. It depends
// on the rule and the calendar alone, so that it can be found again by another
// calendar.
func (r Rounds) DueOf(asked RoundAsked, cal calendar.Calendar) calendar.Date {
	rule, found := r.rule(asked.Period.Every)
	if asked.Again || !found {
		return cal.AddWorkingDays(asked.On, r.FillWorkingDays)
	}
	return r.due(rule.Due.in(asked.Period), asked.On, cal)
}

// span is the first and the last day of a calendar that was looked at to find a
// day, in either order.
type span [2]calendar.Date

// dueSpans are those of the due date: the time to fill, and the way off a day off.
func (r Rounds) dueSpans(asked RoundAsked, cal calendar.Calendar) []span {
	spans := []span{{asked.On.AddDays(1), cal.AddWorkingDays(asked.On, r.FillWorkingDays)}}
	rule, found := r.rule(asked.Period.Every)
	if asked.Again || !found {
		return spans
	}
	day := rule.Due.in(asked.Period)
	switch r.DayOff {
	case Before:
		spans = append(spans, span{cal.PreviousWorking(day), day})
	case After:
		spans = append(spans, span{day, cal.NextWorking(day)})
	}
	return spans
}

// compileSpan is that of the last day on which lead units compile.
func (r Rounds) compileSpan(due calendar.Date, cal calendar.Calendar) span {
	return span{due.AddDays(1), r.CompileDue(due, cal)}
}

// DueProvisional returns, in ascending order, the years without a notice on which
// the last day to answer depends.
func (r Rounds) DueProvisional(asked RoundAsked, cal calendar.Calendar) []int {
	var years []int
	for _, s := range r.dueSpans(asked, cal) {
		years = append(years, cal.ProvisionalYears(s[0], s[1])...)
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// CompileProvisional returns those on which the last day to compile depends, given
// the last day to answer.
func (r Rounds) CompileProvisional(due calendar.Date, cal calendar.Calendar) []int {
	s := r.compileSpan(due, cal)
	return cal.ProvisionalYears(s[0], s[1])
}

// DependsOn reports whether a day of a round, or a rung of its ladder, depends on
// the notice of a year. Due is its last day to answer as it stands.
func (r Rounds) DependsOn(year int, asked RoundAsked, due calendar.Date, cal calendar.Calendar) bool {
	spans := append(r.dueSpans(asked, cal), r.compileSpan(due, cal))
	return r.Ladder.DependsOn(year, due, cal) || slices.ContainsFunc(spans, func(s span) bool {
		return slices.Contains(calendar.Notices(s[0], s[1]), year)
	})
}

// Moves reports whether another calendar moves anything of a round that lies after
// now: its last day to answer, the last day to compile, or a rung of its ladder.
func (r Rounds) Moves(asked RoundAsked, due calendar.Date, before, after calendar.Calendar, zone *time.Location, now time.Time) bool {
	moved := due
	if Due(due, zone).After(now) {
		moved = r.DueOf(asked, after)
	}
	compile := r.CompileDue(due, before)
	return moved != due || Due(compile, zone).After(now) && r.CompileDue(moved, after) != compile ||
		r.Ladder.Moved(due, moved, before, after, zone, now) > 0
}
