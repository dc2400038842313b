package deadline

import (
	"slices"
	"time"
)

// Schedule is what a process remembers about its due date and ladder. It is a
// value: every method returns the schedule that follows and leaves the receiver
// as it was.
//
// The laws, whatever the order of calls:
//
//   - Every rung that was ever armed is either still ahead in Moments or has
//     passed, and its last entry in Passed says what became of it: nothing is
//     lost. A rung that was sent has no entry after that; one that was left out
//     may come after all when it moves to a moment ahead.
//   - A rung is delivered at most once for each due date it was armed for, and
//     the due moment is announced once for each due date.
//   - What Pass delivers is in order of time and never before its time.
//   - After a long stop, of several reminders passed at once only the latest is
//     delivered and the others are recorded as merged into it; escalations are
//     all delivered, in order, as each opens something.
//   - While the assignment is held for review, nothing reaches the unit that
//     delivers and nothing is opened against it. After a return what lies ahead
//     comes at its time; of what fell into the review Pass delivers what it
//     delivers after a stop. A return that should not bring every missed
//     escalation at once names a new due date: Rearm.
//   - A new due date arms a new ladder. The record of the old one stays.
//   - After Stop nothing is delivered or announced.
type Schedule struct {
	Due      time.Time `json:"due"`               // 24:00 of the due date, UTC
	FirstDue time.Time `json:"firstDue"`          // as it was before any extension
	Round    int       `json:"round"`             // which due date this is: 1, then one more with every Rearm
	Moments  []Moment  `json:"moments,omitempty"` // what lies ahead, in order of time
	Overdue  bool      `json:"overdue,omitempty"` // the due moment has been announced
	Held     bool      `json:"held,omitempty"`    // submitted, waiting for review
	Stopped  bool      `json:"stopped,omitempty"` // closed
	Passed   []Passage `json:"passed,omitempty"`  // the record, in the order in which it was written
}

// Outcome is what became of a rung.
type Outcome string

const (
	// Delivered rungs were handed out by Pass.
	Delivered Outcome = "delivered"
	// Merged reminders were delivered as part of a later one.
	Merged Outcome = "merged"
	// Skipped rungs were in the past already when the ladder was armed.
	Skipped Outcome = "skipped"
	// Superseded rungs were ahead when another due date or ladder took over.
	Superseded Outcome = "superseded"
	// Cancelled rungs were ahead when the process closed.
	Cancelled Outcome = "cancelled"
)

// sent reports whether people were told.
func (o Outcome) sent() bool { return o == Delivered || o == Merged }

// Passage records what became of one rung.
type Passage struct {
	Key     string    `json:"key"`
	Round   int       `json:"round"`
	At      time.Time `json:"at"` // when it was to be sent
	Outcome Outcome   `json:"outcome"`
	Into    string    `json:"into,omitempty"` // key of the rung it was merged into
	On      time.Time `json:"on"`             // when this was recorded
}

// Passing is what happens as time passes.
type Passing struct {
	Overdue bool     // the due moment has just been passed
	Deliver []Moment // what must now be done, in order
}

// Arm returns the schedule of something that starts at now and is due at due.
// Rungs that are in the past already are skipped: who is given a task two weeks
// before its date does not need the reminder of a month before.
func Arm(due time.Time, moments []Moment, now time.Time) Schedule {
	due = due.UTC()
	return Schedule{Due: due, FirstDue: due, Round: 1}.arm(moments, now)
}

// arm replaces what lies ahead by the moments after now and records the others.
func (s Schedule) arm(moments []Moment, now time.Time) Schedule {
	s.Moments = nil
	for _, m := range byTime(moments) {
		if m.At.After(now) {
			s.Moments = append(s.Moments, m)
		} else {
			s = s.record(now, Skipped, m)
		}
	}
	return s
}

// Next returns the moment to wait for: that of the next rung or the due moment
// itself. It may be in the past, after a stop or a return: then Pass is due now.
// There is none when everything has passed, is held or was stopped.
func (s Schedule) Next() (time.Time, bool) {
	var next time.Time
	found := false
	consider := func(at time.Time) {
		if !found || at.Before(next) {
			next, found = at, true
		}
	}
	if s.Stopped {
		return next, false
	}
	if !s.Overdue {
		consider(s.Due)
	}
	for _, m := range s.Moments {
		if !s.holds(m) {
			consider(m.At)
		}
	}
	return next, found
}

func (s Schedule) holds(m Moment) bool { return s.Held && m.concernsResponsible() }

// Pass moves the schedule to now. It hands out every rung whose time has come
// and that is not held, and tells whether the due moment has come.
func (s Schedule) Pass(now time.Time) (Schedule, Passing) {
	var passing Passing
	if s.Stopped {
		return s, passing
	}
	if !s.Overdue && !now.Before(s.Due) {
		s.Overdue, passing.Overdue = true, true
	}
	var come, ahead []Moment
	for _, m := range s.Moments {
		if m.At.After(now) || s.holds(m) {
			ahead = append(ahead, m)
		} else {
			come = append(come, m)
		}
	}
	s.Moments = ahead
	times := keyTimes(come)
	passing.Deliver = joined(come, func(Moment, Moment) bool { return true })
	for _, m := range passing.Deliver {
		s = s.delivered(now, m, times)
	}
	return s, passing
}

// Hold keeps everything that concerns the unit that delivers back while what it
// submitted is under review. The due moment is still announced.
func (s Schedule) Hold() Schedule {
	s.Held = !s.Stopped
	return s
}

// Resume ends a hold, when the submission was returned. What was held and is in
// the past comes with the next Pass.
func (s Schedule) Resume() Schedule {
	s.Held = false
	return s
}

// Rearm sets a new due date, as an extension does, with its own ladder. What
// was ahead for the old one is recorded as superseded, and rungs of the new
// ladder that are in the past at now as skipped. FirstDue stays.
func (s Schedule) Rearm(due time.Time, moments []Moment, now time.Time) Schedule {
	if s.Stopped {
		return s
	}
	s = s.record(now, Superseded, s.Moments...)
	s.Due, s.Overdue = due.UTC(), false
	s.Round++
	return s.arm(moments, now)
}

// Retime moves the same due date and ladder to other times, as a newly loaded
// calendar or a changed ladder does. Rungs that were sent for this due date do
// not come again. A rung that was ahead and now lies in the past comes with the
// next Pass; one that is new to the ladder and lies in the past is skipped.
// Before any extension FirstDue moves along: it was never granted, only found.
func (s Schedule) Retime(due time.Time, moments []Moment, now time.Time) Schedule {
	if s.Stopped {
		return s
	}
	if s.Round == 1 {
		s.FirstDue = due.UTC()
	}
	s.Due = due.UTC()
	s.Overdue = s.Overdue && !s.Due.After(now)

	old := s.Moments
	wasAhead, became := keyTimes(old), s.outcomes()
	s.Moments = nil
	for _, m := range byTime(moments) {
		keys := slices.DeleteFunc(m.keys(), func(key string) bool { return became[key].sent() })
		if len(keys) == 0 {
			continue
		}
		if m.At.After(now) || anyKey(wasAhead, keys) {
			s.Moments = append(s.Moments, m.named(keys))
			continue
		}
		keys = slices.DeleteFunc(keys, func(key string) bool { return became[key] == Skipped })
		if len(keys) > 0 {
			s = s.record(now, Skipped, m.named(keys))
		}
	}
	return s.supersede(now, old)
}

// Move is a rung ahead that was given another moment.
type Move struct {
	Key  string    `json:"key"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// MovesTo returns the rungs that are ahead in both schedules at other moments,
// in the order in which they now come.
func (s Schedule) MovesTo(next Schedule) []Move {
	var moves []Move
	was := keyTimes(s.Moments)
	for _, m := range next.Moments {
		for _, key := range m.keys() {
			if from, ahead := was[key]; ahead && !from.Equal(m.At) {
				moves = append(moves, Move{Key: key, From: from, To: m.At})
			}
		}
	}
	return moves
}

// supersede records those of the old moments' keys that have no place any more.
func (s Schedule) supersede(now time.Time, old []Moment) Schedule {
	ahead := keyTimes(s.Moments)
	for _, m := range old {
		for _, key := range m.keys() {
			if _, placed := ahead[key]; !placed {
				s = s.write(Passage{Key: key, Round: s.Round, At: m.At, Outcome: Superseded, On: now})
			}
		}
	}
	return s
}

// Stop ends the schedule, when the process closes. What was ahead is recorded
// as cancelled.
func (s Schedule) Stop(now time.Time) Schedule {
	if s.Stopped {
		return s
	}
	s = s.record(now, Cancelled, s.Moments...)
	s.Moments, s.Held, s.Stopped = nil, false, true
	return s
}

// Provisional returns, in ascending order, the years without a notice on which
// moments ahead depend, so that they may still move.
func (s Schedule) Provisional() []int {
	var years []int
	for _, m := range s.Moments {
		years = append(years, m.Provisional...)
	}
	slices.Sort(years)
	return slices.Compact(years)
}
