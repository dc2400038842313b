package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"duban/act"
)

// Meeting is when, where and with whom a talk is to be held.
type Meeting struct {
	At     time.Time `json:"at"`
	Place  string    `json:"place,omitempty"`
	People []string  `json:"people"` // who is summoned, by name and post
}

// Minutes (纪要) is the payload of RecordMinutes: what came of a talk. The signed
// sheet is attached as a file.
type Minutes struct {
	HeldAt      time.Time        `json:"heldAt"`
	Present     []string         `json:"present"`
	Text        string           `json:"text"`
	Attachments []act.Attachment `json:"attachments,omitempty"`
}

// Talk is a talk to which a unit was summoned (约谈).
type Talk struct {
	N int `json:"n"`
	// Meeting is nil as long as the supervisor has not arranged it: the ladder
	// summons without knowing when anybody has time.
	Meeting    *Meeting  `json:"meeting,omitempty"`
	Minutes    *Minutes  `json:"minutes,omitempty"`
	RecordedBy act.Actor `json:"recordedBy,omitzero"`
	RecordedAt time.Time `json:"recordedAt,omitzero"`
	// Cancelled: the order was lowered or settled before the talk was held.
	Cancelled bool `json:"cancelled,omitempty"`
}

const (
	mostPeople    = 50  // at one talk
	longestPerson = 100 // characters of a name with its post
	longestPlace  = 200
)

func newTalk(n int, m *Meeting) Talk { return Talk{N: n, Meeting: m} }

// check refuses a meeting that nobody could come to. Fields are named below the
// prefix. Orders of the earlier editions took one at any time ahead.
func (m Meeting) check(edition int, prefix string, now time.Time) error {
	if m.At.IsZero() {
		return required(prefix + "at")
	}
	if !m.At.After(now) {
		return act.Malformed("talk-not-ahead", "约谈时间应晚于现在。", "The talk must lie ahead.",
			act.Fault{Field: prefix + "at", Code: "not-ahead", Zh: "应晚于现在", En: "must lie ahead"})
	}
	if edition >= 4 && m.At.After(now.AddDate(1, 0, 0)) {
		return act.Malformed("talk-too-far", "约谈时间过远，请核对年份（最多一年后）。", "The talk lies too far ahead; check the year (at most one year from now).",
			act.Fault{Field: prefix + "at", Code: "too-far", Zh: "最多一年后", En: "at most one year from now"})
	}
	if err := notTooLong(prefix+"place", m.Place, longestPlace); err != nil {
		return err
	}
	return checkPeople(prefix+"people", m.People)
}

func checkPeople(field string, people []string) error {
	if len(people) == 0 {
		return required(field)
	}
	zh, en := fmt.Sprintf("最多 %d 人，每人最多 %d 字", mostPeople, longestPerson), fmt.Sprintf("at most %d people of %d characters each", mostPeople, longestPerson)
	if len(people) > mostPeople {
		return act.Malformed("too-many-people", "参加约谈的人员过多。", "Too many people are named.", act.Fault{Field: field, Code: "too-many", Zh: zh, En: en})
	}
	for i, person := range people {
		if strings.TrimSpace(person) == "" || utf8.RuneCountInString(person) > longestPerson {
			return act.Malformed("people", "人员姓名不能为空，也不能过长。", "A name must not be blank, nor too long.",
				act.Fault{Field: fmt.Sprintf("%s[%d]", field, i), Code: "name", Zh: zh, En: en})
		}
	}
	return nil
}

// talk is the index of the talk that is to be held or has no minutes yet.
func (s Supervision) talk() (int, bool) {
	i := len(s.Talks) - 1
	return i, i >= 0 && s.Talks[i].Minutes == nil && !s.Talks[i].Cancelled
}

// owesMinutes reports whether a talk was held of which there are no minutes.
func (s Supervision) owesMinutes(now time.Time) bool {
	i, open := s.talk()
	return open && s.Talks[i].Meeting != nil && !now.Before(s.Talks[i].Meeting.At)
}

func minutesMissing() error {
	return act.NotNow("minutes-missing", "约谈已举行，请先补录约谈纪要。", "The talk was held; record its minutes first.")
}

// withoutTalk cancels the talk that is still to be held, if there is one.
func (s Supervision) withoutTalk() []Talk {
	i, open := s.talk()
	if !open {
		return s.Talks
	}
	talks := slices.Clone(s.Talks)
	talks[i].Cancelled = true
	return talks
}

// arrangeTalk says when and with whom the talk is held, or changes it as long as
// it lies ahead.
func (s Supervision) arrangeTalk(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	i, open := s.talk()
	if !open {
		return s, Outcome{}, noTalk()
	}
	if s.owesMinutes(now) {
		return s, Outcome{}, minutesMissing()
	}
	var in Meeting
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := in.check(s.Edition, "", now); err != nil {
		return s, Outcome{}, err
	}
	s.Talks = slices.Clone(s.Talks)
	s.Talks[i].Meeting = &in
	zh, en := "约谈已安排，请准时参加："+s.Title, "The talk is arranged; please attend: "+s.Title
	return s, Outcome{Events: []act.Event{act.Happened("supervision.talk-arranged", in,
		act.Notice{To: head(s.Unit), Kind: "talk", Title: zh, TitleEn: en},
		act.Notice{To: operator(s.Unit), Kind: "talk", Title: zh, TitleEn: en})}}, nil
}

func noTalk() error {
	return act.NotNow("no-talk", "该督办单没有待举行或待补录纪要的约谈。", "There is no talk that is to be held or has no minutes.")
}

// recordMinutes keeps what came of the talk. It is the last act of an order that
// is otherwise settled.
func (s Supervision) recordMinutes(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	i, open := s.talk()
	if !open {
		return s, Outcome{}, noTalk()
	}
	var in Minutes
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := in.check(s.IssuedAt, now); err != nil {
		return s, Outcome{}, err
	}
	s.Talks = slices.Clone(s.Talks)
	s.Talks[i].Minutes, s.Talks[i].RecordedBy, s.Talks[i].RecordedAt = &in, c.Actor, now
	notice := act.Notice{To: head(s.Unit), Kind: "minutes", Title: "约谈纪要已录入：" + s.Title, TitleEn: "The minutes of the talk were recorded: " + s.Title}
	out := Outcome{Events: []act.Event{act.Happened("supervision.minutes-recorded", in, notice)}}
	if s.Status == SupervisionMinutes {
		s.Status, s.ClosedAt = SupervisionClosed, now
		out.Events = append(out.Events, act.Happened("supervision.closed", Settled{Supervision: s.ID, N: s.N, Outcome: s.Outcome}))
	}
	return s, out, nil
}

func (m Minutes) check(issued, now time.Time) error {
	if m.HeldAt.IsZero() {
		return required("heldAt")
	}
	if m.HeldAt.After(now) || m.HeldAt.Before(issued) {
		return act.Malformed("held-at", "约谈时间应在督办单发出之后、现在之前。", "The talk must have been held after the order was issued, and before now.",
			act.Fault{Field: "heldAt", Code: "range", Zh: "应在督办单发出之后、现在之前", En: "must lie between the order and now"})
	}
	if err := checkPeople("present", m.Present); err != nil {
		return err
	}
	if err := act.FewFiles(m.Attachments); err != nil {
		return err
	}
	return written("text", m.Text, longestText)
}
