package deadline_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/deadline"
)

// newYear is a calendar that also knows when people rest at New Year 2027.
type newYear struct {
	t   require.TestingT
	cal calendar.Calendar
}

func withNewYear(t require.TestingT) newYear {
	cal, err := calendar.New(append(calendar.Builtin(), calendar.Year{Year: 2027, Source: "测试用", Holidays: []calendar.Holiday{
		{Name: "元旦", Start: calendar.NewDate(2027, time.January, 1), End: calendar.NewDate(2027, time.January, 3)},
		{Name: "春节", Start: calendar.NewDate(2027, time.February, 5), End: calendar.NewDate(2027, time.February, 12)},
	}})...)
	require.NoError(t, err)
	return newYear{t, cal}
}

func (n newYear) moments(due string) []deadline.Moment {
	return deadline.Default().Moments(date(n.t, due), n.cal, shanghai(n.t))
}

// armed is one rung for one due date.
type armed struct {
	key   string
	round int
}

// life is a schedule that lives through random acts, and what the laws need to
// remember of it.
type life struct {
	s         deadline.Schedule
	now       time.Time
	zone      *time.Location
	calendars []calendar.Calendar
	armed     map[armed]bool
	announced map[int]bool // rounds whose due moment was announced
	firstDue  time.Time
}

func begin(t *rapid.T, zone *time.Location, calendars []calendar.Calendar) *life {
	l := &life{zone: zone, calendars: calendars, armed: map[armed]bool{}, announced: map[int]bool{}}
	l.now = calendar.NewDate(2025, time.January, 1).Start(zone).Add(time.Duration(rapid.IntRange(0, 1_000*24*60).Draw(t, "start")) * time.Minute)
	due, moments := l.draw(t)
	l.s = deadline.Arm(due, moments, l.now)
	l.firstDue = due
	l.arms(moments)
	return l
}

// draw draws a due date near now, and its moments by one ladder and calendar.
func (l *life) draw(t *rapid.T) (time.Time, []deadline.Moment) {
	due := calendar.DateOf(l.now, l.zone).AddDays(rapid.IntRange(-10, 50).Draw(t, "due"))
	cal := l.calendars[rapid.IntRange(0, len(l.calendars)-1).Draw(t, "calendar")]
	return deadline.Due(due, l.zone), drawLadder(t).Moments(due, cal, l.zone)
}

func (l *life) arms(moments []deadline.Moment) {
	for _, key := range keysOf(moments) {
		l.armed[armed{key, l.s.Round}] = true
	}
}

func (l *life) pass(t *rapid.T) {
	before := l.s
	s, passing := l.s.Pass(l.now)
	l.s = s

	require.False(t, before.Stopped && (passing.Overdue || len(passing.Deliver) > 0), "nothing happens after a stop")
	if passing.Overdue {
		require.False(t, l.now.Before(s.Due), "the due moment is not announced before its time")
		require.False(t, l.announced[s.Round], "and once for each due date")
		l.announced[s.Round] = true
	}
	require.Equal(t, !before.Stopped && !before.Overdue && !l.now.Before(before.Due), passing.Overdue, "nor is it left out")

	passed := map[armed]bool{}
	for _, p := range before.Passed {
		if sent(p.Outcome) {
			passed[armed{p.Key, p.Round}] = true
		}
	}
	reminders := map[bool]int{}
	for i, m := range passing.Deliver {
		require.False(t, m.At.After(l.now), "nothing comes before its time")
		require.True(t, i == 0 || !m.At.Before(passing.Deliver[i-1].At), "and all in order of time")
		for _, key := range append(slices.Clone(m.Also), m.Key) {
			require.False(t, passed[armed{key, s.Round}], "nothing is sent twice")
			passed[armed{key, s.Round}] = true
		}
		require.False(t, before.Held && concernsUnit(m), "nothing reaches the unit during a review")
		if !m.Action.Escalates() {
			reminders[concernsUnit(m)]++
		}
		require.Equal(t, deadline.Delivered, outcomes(s, s.Round)[m.Key])
	}
	require.LessOrEqual(t, reminders[true], 1, "of several reminders one is sent")
	require.LessOrEqual(t, reminders[false], 1)
	for _, m := range before.Moments {
		if !before.Stopped && m.Action.Escalates() && !m.At.After(l.now) && !before.Held {
			require.Contains(t, delivered(passing), m.Key, "no escalation is left out")
		}
	}

	again, nothing := s.Pass(l.now)
	quiet(t, nothing)
	require.Equal(t, s, again)
	if next, waits := s.Next(); waits {
		require.True(t, next.After(l.now), "what is waited for lies ahead")
	}
}

func concernsUnit(m deadline.Moment) bool {
	return m.Action.Escalates() || slices.Contains(m.To, deadline.ResponsibleOperator) || slices.Contains(m.To, deadline.ResponsibleHead)
}

// laws holds the schedule to what must be true after every act.
func (l *life) laws(t *rapid.T) {
	ahead, last, entries := map[armed]bool{}, map[armed]deadline.Outcome{}, map[armed]int{}
	for _, key := range keysOf(l.s.Moments) {
		require.False(t, ahead[armed{key, l.s.Round}], "%s is ahead twice", key)
		ahead[armed{key, l.s.Round}] = true
	}
	for _, p := range l.s.Passed {
		rung := armed{p.Key, p.Round}
		require.False(t, sent(last[rung]), "%s of due date %d was sent, and that is the end of it", p.Key, p.Round)
		last[rung] = p.Outcome
		entries[rung]++
		require.Equal(t, p.Outcome == deadline.Merged, p.Into != "")
	}
	for rung := range l.armed {
		require.True(t, ahead[rung] || entries[rung] > 0, "%s of due date %d was lost", rung.key, rung.round)
		require.False(t, ahead[rung] && sent(last[rung]), "%s of due date %d was sent and is ahead", rung.key, rung.round)
	}
	for rung := range ahead {
		require.True(t, l.armed[rung], "nothing comes from nowhere")
	}
	for rung := range entries {
		require.True(t, l.armed[rung], "nothing comes from nowhere")
	}
	require.True(t, slices.IsSortedFunc(l.s.Moments, func(a, b deadline.Moment) int { return a.At.Compare(b.At) }))
	require.Equal(t, l.firstDue, l.s.FirstDue)

	data, err := json.Marshal(l.s)
	require.NoError(t, err)
	var back deadline.Schedule
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, l.s, back, "it is the same after it was stored")
}

func sent(o deadline.Outcome) bool { return o == deadline.Delivered || o == deadline.Merged }

func TestScheduleLaws(t *testing.T) {
	zone, calendars := shanghai(t), []calendar.Calendar{working(t), withNewYear(t).cal}
	rapid.Check(t, func(t *rapid.T) {
		l := begin(t, zone, calendars)
		// act runs one act and makes sure that it changed neither the record
		// nor the schedule that it was called on.
		act := func(do func(*rapid.T)) func(*rapid.T) {
			return func(t *rapid.T) {
				before := l.s
				was, err := json.Marshal(before)
				require.NoError(t, err)
				do(t)
				is, err := json.Marshal(before)
				require.NoError(t, err)
				require.JSONEq(t, string(was), string(is), "a schedule is a value")
				require.True(t, slices.Equal(before.Passed, l.s.Passed[:len(before.Passed)]), "the record only grows")
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": l.laws,
			"wait": act(func(t *rapid.T) {
				l.now = l.now.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "minutes")) * time.Minute)
				l.pass(t)
			}),
			"wake": act(func(t *rapid.T) {
				next, waits := l.s.Next()
				if !waits {
					t.Skip("nothing is waited for")
				}
				if next.After(l.now) {
					l.now = next
				}
				record, overdue := len(l.s.Passed), l.s.Overdue
				l.pass(t)
				require.True(t, len(l.s.Passed) > record || l.s.Overdue != overdue, "whoever wakes up finds something to do")
			}),
			"hold":   act(func(*rapid.T) { l.s = l.s.Hold() }),
			"resume": act(func(*rapid.T) { l.s = l.s.Resume() }),
			"rearm": act(func(t *rapid.T) {
				due, moments := l.draw(t)
				l.s = l.s.Rearm(due, moments, l.now)
				if !l.s.Stopped {
					l.arms(moments)
				}
			}),
			"retime": act(func(t *rapid.T) {
				due, moments := l.draw(t)
				passed := outcomes(l.s, l.s.Round)
				l.s = l.s.Retime(due, moments, l.now)
				if l.s.Stopped {
					return
				}
				for _, m := range moments {
					for _, key := range keysOf([]deadline.Moment{m}) {
						if !sent(passed[key]) && m.At.After(l.now) {
							require.Contains(t, keysOf(l.s.Moments), key, "what has not passed and lies ahead will come")
						}
					}
				}
				l.arms(moments)
				if l.s.Round == 1 {
					l.firstDue = due
				}
				if due.After(l.now) {
					delete(l.announced, l.s.Round) // it is another due moment, and not over
				}
			}),
			"stop": act(func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "close") == 0 {
					l.s = l.s.Stop(l.now)
				}
			}),
		})
	})
}

// However often the clock looks, the same escalations are delivered, and every
// rung is accounted for.
func TestLookingMoreOftenChangesNoEscalation(t *testing.T) {
	zone, calendars := shanghai(t), []calendar.Calendar{working(t)}
	rapid.Check(t, func(t *rapid.T) {
		l := begin(t, zone, calendars)
		end := l.now.AddDate(0, 6, 0)
		_, once := l.s.Pass(end)

		var often []string
		s, now := l.s, l.now
		for now.Before(end) {
			now = now.Add(time.Duration(rapid.IntRange(1, 40*24*60).Draw(t, "minutes")) * time.Minute)
			if now.After(end) {
				now = end
			}
			var passing deadline.Passing
			s, passing = s.Pass(now)
			often = append(often, escalations(passing)...)
		}
		require.Equal(t, escalations(once), often)
		require.True(t, s.Overdue)
		require.Empty(t, s.Moments)
	})
}

func escalations(p deadline.Passing) []string {
	var keys []string
	for _, m := range p.Deliver {
		if m.Action.Escalates() {
			keys = append(keys, m.Key)
		}
	}
	return keys
}
