package dispatch_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
)

// ladders are what a plan may change to: more rungs, fewer, earlier, renamed.
func ladders() []deadline.Ladder {
	head := []deadline.Audience{deadline.ResponsibleHead}
	more, earlier, renamed := deadline.Default(), without("supervise"), deadline.Default()
	more.Rungs = append(more.Rungs,
		deadline.Rung{Key: "before-10", Days: -10, Action: deadline.Remind, To: head},
		deadline.Rung{Key: "lead-5", Days: -5, Action: deadline.Remind, To: []deadline.Audience{deadline.LeadOperator}},
		deadline.Rung{Key: "supervise-again", Days: 10, Working: true, Action: deadline.Supervise, To: head})
	earlier.Rungs = append(earlier.Rungs, deadline.Rung{Key: "supervise", Days: 1, Action: deadline.Supervise, To: head})
	renamed.Rungs = slices.Clone(renamed.Rungs)
	for i := range renamed.Rungs {
		renamed.Rungs[i].Key += "-b"
	}
	return []deadline.Ladder{deadline.Default(), without("summon"), more, earlier, renamed}
}

// calendars are what loads of 2026 may lead to: as it is, weekends only, and a
// year with long holidays around the dates that the law plays with.
func calendars(t require.TestingT) []calendar.Calendar {
	known := calendar.Builtin()[:1]
	asItIs, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	weekends, err := calendar.New(known...)
	require.NoError(t, err)
	long, err := calendar.New(append(known, calendar.Year{Year: 2026, Source: "测试用", Holidays: []calendar.Holiday{
		{Name: "甲", Start: date(2026, time.May, 25), End: date(2026, time.June, 8)},
		{Name: "乙", Start: date(2026, time.June, 15), End: date(2026, time.July, 3)},
		{Name: "丙", Start: date(2026, time.August, 3), End: date(2026, time.August, 28)},
	}})...)
	require.NoError(t, err)
	return []calendar.Calendar{asItIs, weekends, long}
}

// rung is one rung of one due date.
type rung struct {
	key   string
	round int
}

// watched is an assignment whose rungs are watched through random acts.
type watched struct {
	a      dispatch.Assignment
	now    time.Time
	ladder int // version, and place in ladders() modulo their number
	loads  int // of calendars, and place in calendars() modulo their number
	came   map[rung]int
	late   map[int]int // announcements of the due moment, by round
}

func (w *watched) take(t *rapid.T, before dispatch.Assignment, out dispatch.Outcome) {
	for _, e := range out.Events {
		if e.Type == "assignment.overdue" {
			w.late[w.a.Schedule.Round]++
		}
		action := deadline.Action(e.Type[len("assignment."):])
		if !slices.Contains([]deadline.Action{deadline.Remind, deadline.Urge, deadline.Supervise, deadline.Circulate, deadline.Summon}, action) {
			continue
		}
		require.False(t, before.IsClosed(), "nothing after the close")
		require.False(t, before.Arming, "nothing by a ladder of a date that does not bind any more")
		var m deadline.Moment
		require.NoError(t, json.Unmarshal(e.Data, &m))
		require.False(t, m.At.After(w.now), "nothing before its time")
		toUnit := action.Escalates() || slices.Contains(m.To, deadline.ResponsibleOperator) || slices.Contains(m.To, deadline.ResponsibleHead)
		require.False(t, toUnit && before.Status == dispatch.AssignmentSubmitted, "nothing reaches the unit during a review")
		for _, key := range append(slices.Clone(m.Also), m.Key) {
			w.came[rung{key, w.a.Schedule.Round}]++
		}
	}
	for r, times := range w.came {
		require.Equal(t, 1, times, "%s of due date %d came more than once", r.key, r.round)
	}
	for round, times := range w.late {
		require.LessOrEqual(t, times, 1, "due date %d passed more than once", round)
	}
}

// does tries a command; what the assignment refuses changes nothing.
func (w *watched) does(t *rapid.T, by act.Actor, name string, payload any) {
	before := w.a
	next, out, err := w.a.Apply(command(t, name, by, payload), w.now)
	if err != nil {
		return
	}
	w.a = next
	w.take(t, before, out)
}

// waits lets time pass; the clock looks at every moment that is asked for, or
// once at the end, as after a server that was down.
func (w *watched) waits(t *rapid.T, until time.Time, down bool) {
	for {
		next, armed := w.a.Next()
		if !armed || next.After(until) {
			w.now = until
			return
		}
		if down {
			w.now = until
		} else if next.After(w.now) {
			w.now = next
		}
		before := w.a
		var out dispatch.Outcome
		w.a, out = w.a.Wake(w.now)
		require.True(t, len(out.Events) > 0 || w.a.Schedule.Overdue != before.Schedule.Overdue, "whoever wakes up finds something to do")
		w.take(t, before, out)
	}
}

func (w *watched) days(t require.TestingT) calendar.Calendar {
	all := calendars(t)
	return all[w.loads%len(all)]
}

func (w *watched) armed(t *rapid.T) dispatch.Armed {
	all := ladders()
	armed := armedBy(t, w.ladder, all[w.ladder%len(all)], w.a.Due)
	armed.Moments = all[w.ladder%len(all)].Moments(w.a.Due, w.days(t), shanghai)
	armed.Unit, armed.Calendar = w.a.Unit.ID, int64(w.loads)
	return armed
}

// recalculates tells the assignment of the last load, and gives it the answer
// that it asks for, once for each time that it was told.
func (w *watched) recalculates(t *rapid.T) {
	why := calendar.Load{Year: 2026, Version: int64(w.loads), Source: "测试用"}
	_, out, err := w.a.Apply(command(t, dispatch.Recalculate, act.Process(), why), w.now)
	if err != nil {
		return
	}
	for range out.Effects {
		armed := w.armed(t)
		armed.Why = &why
		for range rapid.IntRange(1, 2).Draw(t, "times") {
			w.does(t, act.Process(), dispatch.ArmLadder, armed)
		}
	}
	require.False(t, w.a.Arming)
	require.EqualValues(t, w.loads, w.a.Calendar, "it goes by the last load")
	_, again, err := w.a.Apply(command(t, dispatch.Recalculate, act.Process(), why), w.now)
	require.NoError(t, err)
	require.Empty(t, again.Effects, "and needs not be told again")
}

func TestLawsOfTheLadderOfAnAssignment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &watched{now: morning, came: map[rung]int{}, late: map[int]int{}}
		w.does(t, act.Process(), dispatch.Open, opening(t, heping))
		w.does(t, operatorOf(heping), dispatch.Acknowledge, struct{}{})
		t.Repeat(map[string]func(*rapid.T){
			"wait": func(t *rapid.T) {
				hours := rapid.IntRange(1, 40*24).Draw(t, "hours")
				w.waits(t, w.now.Add(time.Duration(hours)*time.Hour), rapid.Bool().Draw(t, "down"))
			},
			"submit": func(t *rapid.T) {
				w.does(t, operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "已办", Amount: amount(1)})
			},
			"return": func(t *rapid.T) {
				w.does(t, operatorOf(education), dispatch.Review, dispatch.Verdict{Comment: "退回"})
			},
			"accept": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
					w.does(t, operatorOf(education), dispatch.Review, dispatch.Verdict{Accept: true})
				}
			},
			"prolong": func(t *rapid.T) {
				due := calendar.DateOf(w.now, shanghai).AddDays(rapid.IntRange(2, 60).Draw(t, "days"))
				w.does(t, supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: due, Reason: "延期"})
			},
			"arm": func(t *rapid.T) { w.does(t, act.Process(), dispatch.ArmLadder, w.armed(t)) },
			"change the ladder": func(t *rapid.T) {
				w.ladder++
				w.does(t, act.Process(), dispatch.ArmLadder, w.armed(t))
			},
			"load a year": func(t *rapid.T) {
				w.loads++
				w.recalculates(t)
			},
			"settle": func(t *rapid.T) {
				w.does(t, act.Process(), dispatch.SettleSupervision, dispatch.Settled{N: len(w.a.Supervisions), Outcome: dispatch.SettledAccepted})
			},
		})
		if w.a.IsClosed() {
			_, armed := w.a.Next()
			require.False(t, armed)
			return
		}
		w.runsOut(t)
	})
}

// runsOut returns what is in review, arms what waits for it and lets all time
// pass: every rung of the date that binds has then come, unless it was over
// before the ladder was armed.
func (w *watched) runsOut(t *rapid.T) {
	w.does(t, operatorOf(education), dispatch.Review, dispatch.Verdict{Comment: "退回"})
	w.does(t, act.Process(), dispatch.ArmLadder, w.armed(t))
	w.waits(t, w.now.AddDate(3, 0, 0), false)
	require.Empty(t, w.a.Schedule.Moments)
	require.True(t, w.a.Overdue)
	require.Equal(t, 1, w.late[w.a.Schedule.Round], "the due moment was announced")
	became := map[string]deadline.Passage{}
	for _, p := range w.a.Schedule.Passed {
		if p.Round == w.a.Schedule.Round {
			became[p.Key] = p
		}
	}
	all := ladders()
	for _, m := range all[w.a.Ladder%len(all)].Moments(w.a.Due, w.days(t), shanghai) {
		for _, key := range append(slices.Clone(m.Also), m.Key) {
			passage, passed := became[key]
			require.True(t, passed, "%s was lost", key)
			switch passage.Outcome {
			case deadline.Skipped:
				require.False(t, passage.At.After(passage.On), "%s was left out although it lay ahead", key)
			default:
				require.Contains(t, []deadline.Outcome{deadline.Delivered, deadline.Merged}, passage.Outcome, key)
				require.Equal(t, 1, w.came[rung{key, w.a.Schedule.Round}], key)
			}
		}
	}
	for _, r := range all[w.a.Ladder%len(all)].Rungs {
		if r.Action == deadline.Supervise && became[r.Key].Outcome == deadline.Delivered {
			require.NotEmpty(t, w.a.Supervisions, "an order was issued")
		}
	}
}
