package behaviour

import (
	"fmt"

	"duban/calendar"
	"duban/org"
	"duban/target"
)

// Kinds of inbox entries that somebody acts on.
const (
	KindDecompose   = "decompose"
	KindSign        = "sign"
	KindAcknowledge = "acknowledge"
	KindSubmit      = "submit"
	KindReview      = "review"
	KindComplete    = "complete"
	KindAnswer      = "answer"
	KindDecide      = "decide"
	// KindArrangeTalk and KindMinutes are a talk that the supervisor is to arrange,
	// and to write minutes of.
	KindArrangeTalk = "arrange-talk"
	KindMinutes     = "record-minutes"
	// KindEscalated is a step of a sign-off whose time is over, at the supervisor.
	KindEscalated = "escalated"
	// KindFill, KindCompile and KindFreeze are of report rounds: a unit's sheet, a
	// lead unit's part, the whole.
	KindFill    = "report"
	KindCompile = "compile"
	KindFreeze  = "freeze"
)

// Knows reports whether anybody ever acts on entries of a kind.
func Knows(kind string) bool {
	switch kind {
	case KindDecompose, KindSign, KindAcknowledge, KindSubmit, KindReview, KindComplete, KindAnswer, KindDecide,
		KindArrangeTalk, KindMinutes, KindEscalated, KindFill, KindCompile, KindFreeze:
		return true
	}
	return false
}

// Waiting is one entry of an inbox, with what a decision about it depends on.
type Waiting struct {
	Kind string
	// Subject names what it is about, the same in every rehearsal of a plan.
	Subject string
	Unit    org.UnitRef // that is waited for
	// Supervises: the unit is waited for as the supervisor.
	Supervises bool
	// Target is the kind of target that an item serves; empty where none does.
	Target target.Kind
	// Times is how often the same was waited for before.
	Times int
	// Since is the day on which the entry appeared.
	Since calendar.Date
	// Due is the day on which something is due of which the entry tells: the talk
	// of which there are to be minutes, the sheet of a report round.
	Due calendar.Date
	// Broken: the date that a unit promised for an order has passed. Accepted: the
	// supervisor had accepted the answer with that date.
	Broken, Accepted bool
	// Assignment is what is known of one that is to be submitted.
	Assignment Assignment
}

// Assignment is where one stands.
type Assignment struct {
	FirstDue calendar.Date // before any extension
	Reported bool          // progress was reported
	Asked    bool          // a later date was asked for
}

// Act is what somebody will do.
type Act struct {
	Name Name
	// On is the working day on which he will do it, unless it has passed.
	On calendar.Date
	// Due is the date that the act names: of an extension, a prolongation, a
	// promise, a talk.
	Due calendar.Date
}

// Name names an act.
type Name string

// The acts of a rehearsal.
const (
	Decompose   Name = "decompose"
	Agree       Name = "agree"
	Disagree    Name = "disagree"
	Acknowledge Name = "acknowledge"
	Report      Name = "report"
	Submit      Name = "submit"
	Extend      Name = "request-extension"
	Accept      Name = "accept"
	Return      Name = "return"
	Complete    Name = "complete"
	Answer      Name = "answer"
	Settle      Name = "settle" // the answer to an order is accepted
	Prolong     Name = "prolong"
	SendBack    Name = "send-back"
	ArrangeTalk Name = "arrange-talk"
	Minutes     Name = "record-minutes"
	Urge        Name = "urge"
	Fill        Name = "submit-sheet"
	Compile     Name = "compile"
	Freeze      Name = "freeze"
)

// Next is what somebody does next about an entry of his inbox. There is nothing
// where he never will, or where the kind of entry is none that is known here.
func (b Behaviour) Next(w Waiting, days calendar.Calendar) (Act, bool, error) {
	habits, err := b.of(w.Unit, w.Target)
	if err != nil {
		return Act{}, false, err
	}
	c := chance{seed: b.Seed, unit: w.Unit.ID, key: fmt.Sprintf("%s#%s#%d", w.Subject, w.Kind, w.Times)}
	after := func(d Days) calendar.Date { return working(w.Since, c.days("days", d), days) }
	switch w.Kind {
	case KindDecompose:
		took := habits.Decompose.Days
		if w.Times > 0 {
			took = habits.Review.Redo
		}
		return Act{Name: Decompose, On: after(took)}, true, nil
	case KindSign:
		opinion := habits.Sign
		if w.Supervises {
			opinion = habits.Approve
		}
		return Act{Name: either(c.happens("disagree", opinion.Disagree), Disagree, Agree), On: after(opinion.Days)}, true, nil
	case KindAcknowledge:
		return Act{Name: Acknowledge, On: after(habits.Acknowledge.Days)}, true, nil
	case KindSubmit:
		act, does := delivery{Waiting: w, habits: habits, chance: c, days: days}.next()
		return act, does, nil
	case KindReview:
		return Act{Name: either(c.happens("return", habits.Review.Return), Return, Accept), On: after(habits.Review.Days)}, true, nil
	case KindComplete:
		return Act{Name: Complete, On: after(habits.Complete.Days)}, true, nil
	case KindAnswer:
		act := Act{Name: Answer, On: after(habits.Answer.Days)}
		act.Due = days.NextWorking(act.On.AddDays(c.days("promise", habits.Answer.Promise)))
		return act, !c.happens("never", habits.Answer.Never), nil
	case KindDecide:
		act, does := decision{c, habits.Decide, days}.on(w, after(habits.Decide.Days))
		return act, does, nil
	case KindArrangeTalk:
		act := Act{Name: ArrangeTalk, On: after(habits.Decide.Days)}
		act.Due = working(act.On, c.days("talk", habits.Decide.Talk), days)
		return act, true, nil
	case KindMinutes:
		return Act{Name: Minutes, On: working(w.Due, 1, days)}, true, nil
	case KindEscalated:
		return Act{Name: Urge, On: after(habits.Decide.Days)}, true, nil
	case KindFill:
		return Act{Name: Fill, On: habits.Rounds.filled(w, c, days)}, true, nil
	case KindCompile:
		return Act{Name: Compile, On: after(habits.Rounds.Compile)}, true, nil
	case KindFreeze:
		return Act{Name: Freeze, On: after(habits.Rounds.Freeze)}, true, nil
	}
	return Act{}, false, nil
}

// filled is the day on which a unit submits its sheet.
func (r Reporting) filled(w Waiting, c chance, days calendar.Calendar) calendar.Date {
	if c.happens("late", r.Late) {
		return working(w.Due, c.days("late by", r.LateBy), days)
	}
	on := working(w.Since, c.days("fill", r.Fill), days)
	if last := days.PreviousWorking(w.Due); on.After(last) && !last.Before(w.Since) {
		return last
	}
	return on
}

// decision is what a supervisor makes of an answer. One that he has accepted can
// no longer be sent back: where its promise was broken he sets a later date, or
// leaves the rest to the ladder.
type decision struct {
	chance chance
	habits Decision
	days   calendar.Calendar
}

func (d decision) on(w Waiting, day calendar.Date) (Act, bool) {
	switch {
	case d.chance.happens("prolong", d.habits.Prolong):
		return Act{Name: Prolong, On: day, Due: d.days.NextWorking(day.AddDays(d.chance.days("by", d.habits.By)))}, true
	case w.Accepted:
		return Act{}, false
	case w.Broken:
		return Act{Name: SendBack, On: day}, true
	}
	return Act{Name: Settle, On: day}, true
}

func either(first bool, a, b Name) Name {
	if first {
		return a
	}
	return b
}

// working is the nth working day after a date, or the date itself, if it is one,
// for none.
func working(from calendar.Date, n int, days calendar.Calendar) calendar.Date {
	return days.NextWorking(days.AddWorkingDays(from, n))
}

// delivery is the course of an assignment from its acknowledgement to its
// submission.
type delivery struct {
	Waiting
	habits Habits
	chance chance
	days   calendar.Calendar
}

// next is the earliest of what is still to be done before the submission, or the
// submission itself.
func (d delivery) next() (Act, bool) {
	if d.Times > 0 { // it was returned
		return Act{Name: Submit, On: working(d.Since, d.chance.days("redo", d.habits.Review.Redo), d.days)}, true
	}
	submit, submits := d.submission()
	before := func(on calendar.Date) bool { return !submits || on.Before(submit.On) }
	next, found := submit, submits
	if report := d.report(); !d.Assignment.Reported && before(report.On) {
		next, found = report, true
	}
	if ask, asks := d.extension(); asks && !d.Assignment.Asked && before(ask.On) && (!found || !ask.On.After(next.On)) {
		next, found = ask, true
	}
	return next, found
}

func (d delivery) report() Act {
	return Act{Name: Report, On: working(d.Since, d.chance.days("report", d.habits.Report.Days), d.days)}
}

// submission is when the unit submits, and whether it ever does.
func (d delivery) submission() (Act, bool) {
	if d.chance.happens("never", d.habits.Submit.Never) {
		return Act{}, false
	}
	meant := d.Assignment.FirstDue
	if ask, asks := d.extension(); asks {
		meant = ask.Due
	}
	on := d.before(meant, d.chance.days("before", d.habits.Submit.Before))
	if d.chance.happens("late", d.habits.Submit.Late) {
		on = working(meant, d.chance.days("late by", d.habits.Submit.LateBy), d.days)
	}
	return Act{Name: Submit, On: on}, true
}

// extension is the later date that the unit asks for, if it is one that asks and
// there is time left to ask.
func (d delivery) extension() (Act, bool) {
	if !d.chance.happens("ask", d.habits.Extend.Ask) {
		return Act{}, false
	}
	on := d.before(d.Assignment.FirstDue, d.chance.days("ask before", d.habits.Extend.Before))
	due := d.days.NextWorking(d.Assignment.FirstDue.AddDays(d.chance.days("by", d.habits.Extend.By)))
	return Act{Name: Extend, On: on, Due: due}, !on.After(d.Assignment.FirstDue)
}

// before is the nth working day before a date, and not before the work began.
func (d delivery) before(date calendar.Date, n int) calendar.Date {
	on := d.days.PreviousWorking(d.days.AddWorkingDays(date, -n))
	if on.Before(d.Since) {
		return d.days.NextWorking(d.Since)
	}
	return on
}
