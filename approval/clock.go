package approval

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/org"
)

// DueRequest asks for the moment at which an open step is due.
type DueRequest struct {
	SignOff string `json:"signOff"`
	Round   int    `json:"round"`
	Step    int    `json:"step"`
	Within  Within `json:"within"`
	// From is since when the time runs: zero for a step that opens now.
	From time.Time `json:"from,omitzero"`
}

// DueSet answers a DueRequest.
type DueSet struct {
	DueRequest
	DueAt time.Time `json:"dueAt"`
	// Calendar is the last load of a calendar that was known, and Provisional are
	// the years without a notice on which the moment depends.
	Calendar    int64 `json:"calendar,omitempty"`
	Provisional []int `json:"provisional,omitempty"`
	// Why a moment that was known is set again: a year was loaded.
	Why *calendar.Load `json:"why,omitempty"`
}

// Counted says how the due moment of a step was found.
type Counted struct {
	From        time.Time `json:"from"`              // since when the time runs
	Working     bool      `json:"working,omitempty"` // in working days, so that a calendar has a bearing on it
	Calendar    int64     `json:"calendar,omitempty"`
	Provisional []int     `json:"provisional,omitempty"`
}

// AskDue returns what the host has to ask the calendar for, once per step that
// was opened.
func (s SignOff) AskDue() (SignOff, *DueRequest) {
	if s.Status != Open || !s.DueWanted {
		return s, nil
	}
	s.DueWanted = false
	return s, &DueRequest{SignOff: s.ID, Round: s.Round, Step: s.Step, Within: *s.Route[s.Step].Within}
}

// Recount asks again when the open step is due, because a year was loaded. There
// is nothing to ask where no working days are counted, or where a person set the
// moment.
func (s SignOff) Recount(why calendar.Load) *DueRequest {
	if s.Status != Open || s.Overdue || s.Counted == nil || !s.Counted.Working || s.Counted.Calendar >= why.Version {
		return nil
	}
	return &DueRequest{SignOff: s.ID, Round: s.Round, Step: s.Step, Within: *s.Route[s.Step].Within, From: s.Counted.From}
}

// SetDue takes in when the open step is due. An answer for a step that is no
// longer open is of no use, nor is one for a step that a supervisor prolonged
// meanwhile.
func (s SignOff) SetDue(in DueSet) (SignOff, []act.Event, error) {
	if s.Status != Open || in.Round != s.Round || in.Step != s.Step || s.Overdue {
		return s, nil, act.NotNow("stale", "该步骤已不再进行。", "The step is no longer open.")
	}
	if in.Why != nil && (s.Counted == nil || in.Calendar <= s.Counted.Calendar) {
		return s, nil, act.NotNow("stale", "期限已按更新的日历计算或已由督查调整。", "The due moment was computed by a newer calendar, or set by the supervisor.")
	}
	moved := DueMoved{SignOff: s.ID, Round: s.Round, Step: s.Step, From: s.DueAt, DueAt: in.DueAt, Why: in.Why}
	events := []act.Event{act.Happened("sign-off.due-set", moved)}
	if in.Why != nil && !in.DueAt.Equal(s.DueAt) {
		events = append(events, s.tellDue(in.DueAt, *in.Why)...)
	}
	s.DueAt = in.DueAt
	if !in.From.IsZero() {
		s.Counted = &Counted{From: in.From, Working: in.Within.Working, Calendar: in.Calendar, Provisional: in.Provisional}
	}
	return s, events, nil
}

// tellDue tells those who are asked that a newly loaded year moved the due moment
// of the step. The moment itself stands in their inbox.
func (s SignOff) tellDue(due time.Time, why calendar.Load) []act.Event {
	zh := fmt.Sprintf("因 %d 年节假日安排，会签期限已调整：%s", why.Year, s.Title)
	en := fmt.Sprintf("The holidays of %d moved the due moment of the sign-off: %s", why.Year, s.Title)
	var events []act.Event
	for some := range slices.Chunk(s.WaitingEntries(), askedAtOnce) {
		notices := make([]act.Notice, len(some))
		for i, e := range some {
			notices[i] = act.Notice{To: e.Signer.Party, Kind: "sign-off-due-moved", Title: zh, TitleEn: en}
		}
		events = append(events, act.Happened("sign-off.due-moved", DueTold{SignOff: s.ID, Signers: len(some), DueAt: due}, notices...))
	}
	return events
}

// prolong moves the due moment of the open step; only a supervisor may.
func (s SignOff) prolong(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	if !s.supervisedBy(actor) {
		return s, nil, notTheSupervisor()
	}
	if !in.DueAt.After(now) || s.DueAt.IsZero() || !in.DueAt.After(s.DueAt) {
		return s, nil, act.Malformed("due-not-later", "新的期限应晚于现在和原期限；没有期限的步骤不能延长。",
			"The new moment must lie after now and after the present one; a step without a due moment cannot be prolonged.",
			act.Fault{Field: "dueAt", Code: "not-later", Zh: "应晚于原期限", En: "must lie after the present one"})
	}
	moved := DueMoved{SignOff: s.ID, Round: s.Round, Step: s.Step, From: s.DueAt, DueAt: in.DueAt, Reason: in.Comment}
	s.DueAt, s.Counted, s.Overdue = in.DueAt, nil, false
	return s, []act.Event{act.Happened("sign-off.prolonged", moved)}, nil
}

// Next is the moment at which the clock has something to do.
func (s SignOff) Next() (time.Time, bool) {
	return s.DueAt, s.Status == Open && !s.DueAt.IsZero() && !s.Overdue
}

// Wake does what the open step says when its due moment has passed.
func (s SignOff) Wake(now time.Time) (SignOff, []act.Event) {
	due, armed := s.Next()
	if !armed || now.Before(due) {
		return s, nil
	}
	rule := s.Route[s.Step]
	action := cmp.Or(rule.OnTimeout, Escalate)
	s, late := s.markLate(action, now)
	passed := act.Happened("sign-off.overdue", Numbers{SignOff: s.ID, Round: s.Round, Step: s.Step, Entries: late, OnTimeout: action}, s.lateNotices(action)...)
	if action == Escalate || action == None {
		return s, []act.Event{passed}
	}
	s, more := s.advance(now)
	return s, append([]act.Event{passed}, more...)
}

// markLate marks everybody who is open as overdue and, where the step says so,
// gives his opinion for him. It returns their numbers, the first few of many.
func (s SignOff) markLate(action OnTimeout, now time.Time) (SignOff, []int) {
	s.Overdue = true
	from, to := s.current()
	entries := slices.Clone(s.Entries)
	var late []int
	for i := from; i < to; i++ {
		if !entries[i].open() {
			continue
		}
		e := *entries[i]
		e.Overdue = true
		switch action {
		case Consent:
			e.Status, e.Opinion, e.Comment = Signed, Agree, "逾期视为同意"
		case Reject:
			e.Status, e.Opinion, e.Comment = Signed, Disagree, "逾期视为不同意"
		}
		if e.Status == Signed {
			e.ByClock, e.By, e.At, e.Digest = true, act.Clock(), now.UTC(), s.Digest
		}
		entries[i] = &e
		if len(late) < askedAtOnce {
			late = append(late, i+1)
		}
	}
	s.Entries = entries
	return s, late
}

// lateNotices tell the initiator, and the supervisor where he is to act.
func (s SignOff) lateNotices(action OnTimeout) []act.Notice {
	zh, en := "会签逾期："+s.Title, "The sign-off is overdue: "+s.Title
	notices := []act.Notice{{To: operatorOf(s.Initiator), Kind: "sign-off-overdue", Title: zh, TitleEn: en}}
	if action == Escalate && s.Supervisor.ID != "" {
		notices = append(notices, act.Notice{To: org.Party{Unit: s.Supervisor.ID, Role: org.Supervisor}, Kind: "sign-off-overdue", Title: zh, TitleEn: en})
	}
	return notices
}
