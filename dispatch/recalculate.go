package dispatch

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/org"
	"duban/projection"
)

// What a year moves. A process that is told of a newly loaded year asks for its
// moments again, by the calendar as it is then, and takes them in like any other
// answer. What people have set, such as the due date of an assignment, stays;
// what is counted in working days, or sent on one, may move.

// loaded reads which year was loaded.
func loaded(c act.Command) (calendar.Load, error) {
	var why calendar.Load
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return why, err
	}
	return why, c.Decode(&why)
}

// recalculate asks for the ladder again, and for the due moments of the steps of
// sign-offs.
func (a Assignment) recalculate(c act.Command) (Assignment, Outcome, error) {
	why, err := loaded(c)
	if err != nil {
		return a, Outcome{}, err
	}
	out := recount(why, a.signOffs()...)
	if h, open := a.handover(); open && h.Status == HandoverProposed && h.Counted.before(why) {
		out.Effects = append(out.Effects, Effect{ConsentDue: h.Counted.WorkingDays, Asking: h.Counted.again(h.Unit, why)})
	}
	if a.Arming || a.Calendar < why.Version || a.dueMayMove() && a.DueCounted.before(why) {
		due := a.Due
		asking := Asking{Unit: a.Unit.ID, Why: &why}
		if a.dueMayMove() {
			asking.From, asking.WorkingDays = a.DueCounted.From, a.DueCounted.WorkingDays
		}
		out.Effects = append(out.Effects, Effect{ArmLadder: &due, Asking: asking})
	}
	return a, out, nil
}

// dueMayMove reports whether the due date is counted and lies ahead.
func (a Assignment) dueMayMove() bool { return a.DueCounted != nil && !a.Schedule.Overdue && !a.Arming }

// recalculate asks again for the reply deadline, or for the moments of what the
// unit has promised.
func (s Supervision) recalculate(c act.Command) (Supervision, Outcome, error) {
	why, err := loaded(c)
	if err != nil {
		return s, Outcome{}, err
	}
	switch {
	case s.waitsForAnswer():
		if !s.Raised && s.Counted.before(why) {
			return s, Outcome{Effects: []Effect{{ReplyDue: s.Counted.WorkingDays, Asking: s.Counted.again(s.Unit, why)}}}, nil
		}
	case s.Promise != nil && s.Promise.Schedule.Round > 0 && s.Promise.Calendar < why.Version:
		date := s.Promise.Date
		return s, Outcome{Effects: []Effect{{ArmPromise: &date, Asking: Asking{Unit: s.Unit.ID, Why: &why}}}}, nil
	}
	return s, Outcome{}, nil
}

// moveReplyDue sets a reply deadline again because a year was loaded. The unit
// is told where it moves.
func (s Supervision) moveReplyDue(in ReplyDueSet) (Supervision, Outcome, error) {
	if !s.waitsForAnswer() || s.Raised || !in.Counted.follows(s.Counted) {
		return s, Outcome{}, countedAlready()
	}
	var notices []act.Notice
	if !in.ReplyDue.Equal(s.ReplyDue) {
		notices = append(notices, movedNotice(operator(s.Unit), "督办单"+s.Number+"答复", "to answer order "+s.Number, in, s.Title))
	}
	if last := len(s.Steps) - 1; last >= 0 && s.Steps[last].ReplyDue.Equal(s.ReplyDue) {
		s.Steps = slices.Clone(s.Steps)
		s.Steps[last].ReplyDue = in.ReplyDue
	}
	s.ReplyDue, s.Counted = in.ReplyDue, in.Counted
	return s, Outcome{Events: []act.Event{act.Happened("supervision.reply-due-set", in, notices...)}}, nil
}

// movedNotice tells a party that a year moved the time that it has.
func movedNotice(to org.Party, zh, en string, in ReplyDueSet, title string) act.Notice {
	return act.Notice{To: to, Kind: "due-moved",
		Title:   fmt.Sprintf("因 %d 年节假日安排，%s期限调整为%s：%s", in.Why.Year, zh, in.Counted.Last, title),
		TitleEn: fmt.Sprintf("The holidays of %d moved the last day %s to %s: %s", in.Why.Year, en, in.Counted.Last, title)}
}

// Counted says how a due moment was found that is so many working days away.
type Counted struct {
	From        time.Time     `json:"from"` // since when
	WorkingDays int           `json:"workingDays"`
	Last        calendar.Date `json:"last"` // the day with which the time ends
	// Calendar is the last load of a calendar that was known, and Provisional are
	// the years without a notice on which the moment depends.
	Calendar    int64 `json:"calendar,omitempty"`
	Provisional []int `json:"provisional,omitempty"`
}

// Count finds the day that lies so many working days after a moment, by the
// calendar of a unit as it was after a load.
func Count(from time.Time, workingDays int, days calendar.Calendar, version int64, zone *time.Location) *Counted {
	begins := calendar.DateOf(from, zone)
	last := days.AddWorkingDays(begins, workingDays)
	return &Counted{From: from.UTC(), WorkingDays: workingDays, Last: last, Calendar: version,
		Provisional: days.ProvisionalYears(begins.AddDays(1), last)}
}

// before reports whether the moment is known and was found before a load.
func (c *Counted) before(why calendar.Load) bool { return c != nil && c.Calendar < why.Version }

// follows reports whether c counts the same time by a newer calendar.
func (c *Counted) follows(other *Counted) bool {
	return c != nil && other != nil && c.From.Equal(other.From) && c.Calendar > other.Calendar
}

// again asks for the moment once more.
func (c *Counted) again(unit org.UnitRef, why calendar.Load) Asking {
	return Asking{Unit: unit.ID, From: c.From, Why: &why}
}

func countedAlready() error {
	return act.NotNow("stale", "期限已按更新的日历计算，或已不再适用。", "The moment was computed by a newer calendar, or is of no use any more.")
}

// recalculate asks again by when a proposal must be confirmed, and for the due
// moments of the steps of sign-offs.
func (t AnnualTarget) recalculate(c act.Command) (AnnualTarget, Outcome, error) {
	why, err := loaded(c)
	if err != nil {
		return t, Outcome{}, err
	}
	out := recount(why, t.signOffs()...)
	if t.Status == TargetProposed && t.Proposal.Armed.Counted.before(why) {
		armed, asking := t.Proposal.Armed, Asking{Why: &why}
		if !t.Confirm.Overdue {
			asking.From, asking.WorkingDays = armed.Counted.From, armed.Counted.WorkingDays
		}
		out.Effects = append(out.Effects, Effect{ArmConfirm: &armed.Due, Asking: asking})
	}
	return t, out, nil
}

func (g GeneralSignOff) recalculate(c act.Command) (GeneralSignOff, Outcome, error) {
	why, err := loaded(c)
	return g, recount(why, g.SignOff), err
}

// recount asks again when the open steps of sign-offs are due.
func recount(why calendar.Load, signOffs ...approval.SignOff) Outcome {
	var out Outcome
	for _, s := range signOffs {
		if request := s.Recount(why); request != nil {
			out.Effects = append(out.Effects, Effect{SignOffDue: request, Asking: Asking{Why: &why}})
		}
	}
	return out
}

// uncounted is the version of the calendar that a row names where none has a
// bearing on what is ahead.
const uncounted = -1

// basis says by which calendar what is ahead was found, if anything is.
func basis(ahead bool, version int64, provisional []int) projection.Basis {
	if !ahead {
		return projection.Basis{CalendarVersion: uncounted}
	}
	return projection.Basis{ProvisionalYears: provisional, CalendarVersion: version}
}

// basis is that of the ladder, of a due date that is counted, and of a consent
// that is waited for.
func (a Assignment) basis() projection.Basis {
	all := basis(len(a.Schedule.Moments) > 0, a.Calendar, a.Schedule.Provisional())
	if a.dueMayMove() && !a.IsClosed() {
		all = withCounted(all, a.DueCounted)
	}
	if h, open := a.handover(); open && h.Status == HandoverProposed && h.Counted != nil {
		all = withCounted(all, h.Counted)
	}
	return all
}

// withCounted is the basis of what was known and of one moment more: as old as the
// older, and provisional where one is.
func withCounted(known projection.Basis, c *Counted) projection.Basis {
	if known.CalendarVersion == uncounted {
		return basis(true, c.Calendar, c.Provisional)
	}
	years := slices.Sorted(slices.Values(slices.Concat(known.ProvisionalYears, c.Provisional)))
	return basis(true, min(known.CalendarVersion, c.Calendar), slices.Compact(years))
}

// basis is that of the reply deadline or of what was promised, whichever is
// ahead.
func (s Supervision) basis() projection.Basis {
	switch {
	case s.IsClosed() || s.Status == SupervisionMinutes:
	case s.waitsForAnswer():
		if !s.Raised && s.Counted != nil {
			return basis(true, s.Counted.Calendar, s.Counted.Provisional)
		}
	case s.Promise != nil && len(s.Promise.Schedule.Moments) > 0:
		return basis(true, s.Promise.Calendar, s.Promise.Schedule.Provisional())
	}
	return basis(false, 0, nil)
}

// signOffBasis is that of the open step of a sign-off.
func signOffBasis(s approval.SignOff) projection.Basis {
	if s.Status != approval.Open || s.Overdue || s.Counted == nil || !s.Counted.Working {
		return basis(false, 0, nil)
	}
	return basis(true, s.Counted.Calendar, s.Counted.Provisional)
}
