package deadline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/deadline"
)

// shanghai is the zone of every plan in these tests.
func shanghai(t require.TestingT) *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	return zone
}

// working is the calendar of 2025 and 2026; other years have weekends only.
func working(t require.TestingT) calendar.Calendar {
	cal, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	return cal
}

func date(t require.TestingT, text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return d
}

func defaultMoments(t require.TestingT, due string) []deadline.Moment {
	return deadline.Default().Moments(date(t, due), working(t), shanghai(t))
}

// The default ladder around every holiday of 2025 and 2026, the year ends and a
// 29 February: the days of the reminders with the number of days before the due
// date, those that are sent as one joined by +, the nearest first; then the days
// of 催办, 督办单, 通报 and 约谈.
func TestDefaultLadderAroundHolidays(t *testing.T) {
	cases := []struct{ due, reminders, escalations string }{
		{"2025-01-01", "30@12-02 14@12-18 7@12-25 3@12-27 0+1@12-31", "01-02 01-06 01-10 01-22"},
		{"2025-01-27", "30@12-27 14@01-13 7@01-20 3@01-24 1@01-26 0@01-27", "02-05 02-07 02-12 02-24"},
		{"2025-02-01", "30@01-02 14@01-17 7@01-24 0+1+3@01-27", "02-05 02-07 02-12 02-24"},
		{"2025-02-04", "30@01-03 14@01-21 0+1+3+7@01-27", "02-05 02-07 02-12 02-24"},
		{"2025-02-05", "30@01-06 14@01-22 1+3+7@01-27 0@02-05", "02-06 02-08 02-13 02-25"},
		{"2025-02-08", "30@01-09 14@01-24 7@01-27 3@02-05 1@02-07 0@02-08", "02-10 02-12 02-18 02-28"},
		{"2025-04-04", "30@03-05 14@03-21 7@03-28 3@04-01 0+1@04-03", "04-07 04-09 04-15 04-25"},
		{"2025-04-06", "30@03-07 14@03-21 7@03-28 0+1+3@04-03", "04-07 04-09 04-15 04-25"},
		{"2025-04-27", "30@03-28 14@04-11 7@04-18 3@04-24 1@04-25 0@04-27", "04-28 04-30 05-09 05-21"},
		{"2025-05-03", "30@04-03 14@04-18 7@04-25 0+1+3@04-30", "05-06 05-08 05-14 05-26"},
		{"2025-05-06", "30@04-03 14@04-22 7@04-29 1+3@04-30 0@05-06", "05-07 05-09 05-15 05-27"},
		{"2025-06-02", "30@04-30 14@05-19 7@05-26 0+1+3@05-30", "06-03 06-05 06-11 06-23"},
		{"2025-09-28", "30@08-29 14@09-12 7@09-19 3@09-25 1@09-26 0@09-28", "09-29 10-09 10-14 10-24"},
		{"2025-10-05", "30@09-05 14@09-19 7@09-28 0+1+3@09-30", "10-09 10-11 10-16 10-28"},
		{"2025-10-09", "30@09-09 14@09-25 1+3+7@09-30 0@10-09", "10-10 10-13 10-17 10-29"},
		{"2025-10-11", "30@09-11 14@09-26 3+7@09-30 1@10-10 0@10-11", "10-13 10-15 10-21 10-31"},
		{"2025-12-31", "30@12-01 14@12-17 7@12-24 3@12-26 1@12-30 0@12-31", "01-04 01-06 01-12 01-22"},
		{"2026-01-01", "30@12-02 14@12-18 7@12-25 3@12-29 0+1@12-31", "01-04 01-06 01-12 01-22"},
		{"2026-01-04", "30@12-05 14@12-19 7@12-26 1+3@12-31 0@01-04", "01-05 01-07 01-13 01-23"},
		{"2026-02-14", "30@01-15 14@01-30 7@02-06 3@02-11 1@02-13 0@02-14", "02-24 02-26 03-03 03-13"},
		{"2026-02-19", "30@01-20 14@02-05 7@02-12 0+1+3@02-14", "02-24 02-26 03-03 03-13"},
		{"2026-02-24", "30@01-23 14@02-10 1+3+7@02-14 0@02-24", "02-25 02-27 03-04 03-16"},
		{"2026-02-28", "30@01-29 7+14@02-14 3@02-25 1@02-27 0@02-28", "03-02 03-04 03-10 03-20"},
		{"2026-04-05", "30@03-06 14@03-20 7@03-27 3@04-02 0+1@04-03", "04-07 04-09 04-15 04-27"},
		{"2026-05-01", "30@04-01 14@04-17 7@04-24 3@04-28 0+1@04-30", "05-06 05-08 05-13 05-25"},
		{"2026-05-05", "30@04-03 14@04-21 7@04-28 0+1+3@04-30", "05-06 05-08 05-13 05-25"},
		{"2026-05-09", "30@04-09 14@04-24 7@04-30 3@05-06 1@05-08 0@05-09", "05-11 05-13 05-19 05-29"},
		{"2026-06-20", "30@05-21 14@06-05 7@06-12 3@06-17 0+1@06-18", "06-22 06-24 06-30 07-10"},
		{"2026-09-20", "30@08-21 14@09-04 7@09-11 3@09-17 1@09-18 0@09-20", "09-21 09-23 09-30 10-16"},
		{"2026-09-26", "30@08-27 14@09-11 7@09-18 3@09-23 0+1@09-24", "09-28 09-30 10-12 10-22"},
		{"2026-09-30", "30@08-31 14@09-16 7@09-23 3@09-24 1@09-29 0@09-30", "10-08 10-10 10-15 10-27"},
		{"2026-10-04", "30@09-04 14@09-20 7@09-24 0+1+3@09-30", "10-08 10-10 10-15 10-27"},
		{"2026-10-08", "30@09-08 14@09-24 1+3+7@09-30 0@10-08", "10-09 10-12 10-16 10-28"},
		{"2026-10-10", "30@09-10 14@09-24 3+7@09-30 1@10-09 0@10-10", "10-12 10-14 10-20 10-30"},
		{"2026-11-30", "30@10-30 14@11-16 7@11-23 1+3@11-27 0@11-30", "12-01 12-03 12-09 12-21"},
		{"2026-12-31", "30@12-01 14@12-17 7@12-24 3@12-28 1@12-30 0@12-31", "01-01 01-05 01-11 01-21"},
		{"2028-02-29", "30@01-28 14@02-15 7@02-22 3@02-25 1@02-28 0@02-29", "03-01 03-03 03-09 03-21"},
	}
	for _, year := range calendar.Builtin() {
		for _, holiday := range year.Holidays {
			require.True(t, slices.ContainsFunc(cases, func(c struct{ due, reminders, escalations string }) bool {
				due := date(t, c.due)
				return !due.Before(holiday.Start) && !due.After(holiday.End)
			}), "a date in %s %d has a case", holiday.Name, year.Year)
		}
	}
	for _, c := range cases {
		t.Run(c.due, func(t *testing.T) {
			var reminders, escalations []string
			for _, m := range defaultMoments(t, c.due) {
				day := m.At.In(shanghai(t)).Format("01-02")
				if m.Action.Escalates() {
					escalations = append(escalations, day)
					continue
				}
				keys := append([]string{m.Key}, reversed(m.Also)...)
				reminders = append(reminders, strings.NewReplacer("before-", "", "due-day", "0").Replace(strings.Join(keys, "+"))+"@"+day)
			}
			require.Equal(t, c.reminders, strings.Join(reminders, " "))
			require.Equal(t, c.escalations, strings.Join(escalations, " "))
		})
	}
}

func reversed(keys []string) []string {
	keys = slices.Clone(keys)
	slices.Reverse(keys)
	return keys
}

func TestDefaultLadderIsWhatTheDesignSays(t *testing.T) {
	l := deadline.Default()
	require.NoError(t, l.Validate())
	require.Equal(t, "09:00", l.SendAt)
	var before []int
	after := map[deadline.Action]int{}
	for _, r := range l.Rungs {
		if r.Action == deadline.Remind {
			require.False(t, r.Working)
			before = append(before, -r.Days)
			continue
		}
		require.True(t, r.Working)
		after[r.Action] = r.Days
	}
	require.Equal(t, []int{30, 14, 7, 3, 1, 0}, before)
	require.Equal(t, map[deadline.Action]int{deadline.Urge: 1, deadline.Supervise: 3, deadline.Circulate: 7, deadline.Summon: 15}, after)
	i := slices.IndexFunc(l.Rungs, func(r deadline.Rung) bool { return r.Action == deadline.Urge })
	require.Contains(t, l.Rungs[i].To, deadline.ResponsibleHead, "the unit's head is urged")
	require.Equal(t, deadline.Quiet{From: "20:00", Until: "08:00", DaysOff: true}, l.Quiet)
}

func TestActionsHaveTheirChineseNames(t *testing.T) {
	for action, want := range map[deadline.Action]string{
		deadline.Remind: "提醒", deadline.Urge: "催办", deadline.Supervise: "督办单", deadline.Circulate: "通报", deadline.Summon: "约谈", "other": "other",
	} {
		require.Equal(t, want, action.Zh())
	}
}

func TestEverythingIsSentAtNineAndDueAtMidnight(t *testing.T) {
	require.Equal(t, "2026-11-30T16:00:00Z", deadline.Due(date(t, "2026-11-30"), shanghai(t)).Format(time.RFC3339))
	for _, m := range defaultMoments(t, "2026-11-30") {
		require.Equal(t, "01:00:00Z", m.At.Format("15:04:05Z07:00"), m.Key)
	}
}

func TestRemindersForDifferentPeopleAreNotJoined(t *testing.T) {
	l := deadline.Ladder{SendAt: "09:00", ReplyWorkingDays: 3, Rungs: []deadline.Rung{
		{Key: "lead", Days: -2, Action: deadline.Remind, To: []deadline.Audience{deadline.LeadOperator}},
		{Key: "unit", Days: -1, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}},
		{Key: "head", Days: 0, Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleHead}},
	}}
	moments := l.Moments(date(t, "2026-10-04"), working(t), shanghai(t))
	require.Len(t, moments, 2)
	require.Equal(t, "lead", moments[0].Key)
	require.Equal(t, "head", moments[1].Key)
	require.Equal(t, []string{"unit"}, moments[1].Also)
	require.Equal(t, []deadline.Audience{deadline.ResponsibleOperator, deadline.ResponsibleHead}, moments[1].To, "one reminder for the people of both")
}

// drawLadder draws a valid ladder.
func drawLadder(t *rapid.T) deadline.Ladder {
	l := deadline.Ladder{SendAt: rapid.SampledFrom([]string{"09:00", "00:00", "17:30", "23:59"}).Draw(t, "sendAt"), ReplyWorkingDays: 3}
	for i := range rapid.IntRange(0, 8).Draw(t, "rungs") {
		r := deadline.Rung{Key: fmt.Sprint(i), Working: rapid.Bool().Draw(t, "working"),
			Action: rapid.SampledFrom([]deadline.Action{deadline.Remind, deadline.Urge, deadline.Supervise, deadline.Summon}).Draw(t, "action"),
			To: rapid.SampledFrom([][]deadline.Audience{{deadline.ResponsibleOperator}, {deadline.ResponsibleHead, deadline.Supervisor},
				{deadline.LeadOperator}, {deadline.Supervisor}}).Draw(t, "to")}
		if r.Action.Escalates() {
			r.Days = rapid.IntRange(1, 20).Draw(t, "after")
		} else {
			r.Days = -rapid.IntRange(0, 40).Draw(t, "before")
		}
		twin := slices.ContainsFunc(l.Rungs, func(o deadline.Rung) bool {
			return o.Days == r.Days && o.Working == r.Working && o.Action == r.Action
		})
		if !twin {
			l.Rungs = append(l.Rungs, r)
		}
	}
	require.NoError(t, l.Validate())
	return l
}

func drawDate(t *rapid.T, label string) calendar.Date {
	return calendar.NewDate(2025, time.January, 1).AddDays(rapid.IntRange(0, 1100).Draw(t, label))
}

// keysOf are the rungs that the moments stand for.
func keysOf(moments []deadline.Moment) []string {
	var keys []string
	for _, m := range moments {
		keys = append(append(keys, m.Also...), m.Key)
	}
	return keys
}

func TestMomentsLaws(t *testing.T) {
	cal, zone := working(t), shanghai(t)
	rapid.Check(t, func(t *rapid.T) {
		l, due := drawLadder(t), drawDate(t, "due")
		moments := l.Moments(due, cal, zone)

		var rungs []string
		escalates := map[string]bool{}
		for _, r := range l.Rungs {
			rungs = append(rungs, r.Key)
			escalates[r.Key] = r.Action.Escalates()
		}
		require.ElementsMatch(t, rungs, keysOf(moments), "every rung has its place, once")
		require.True(t, slices.IsSortedFunc(moments, func(a, b deadline.Moment) int { return a.At.Compare(b.At) }))
		for _, m := range moments {
			local := m.At.In(zone)
			require.Equal(t, l.SendAt, local.Format("15:04"))
			require.True(t, cal.IsWorking(calendar.DateOf(m.At, zone)), "sent on a working day")
			require.Equal(t, escalates[m.Key], !m.At.Before(deadline.Due(due, zone)), "reminders before the due moment, escalations after it")
			for _, key := range m.Also {
				require.False(t, escalates[key] || escalates[m.Key], "an escalation is never joined")
			}
		}
	})
}
