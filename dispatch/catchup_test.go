package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
	"duban/org"
)

// noticesOf lists what each party is told by the events, by party.
func noticesOf(events []act.Event) map[org.Party][]act.Notice {
	told := map[org.Party][]act.Notice{}
	for _, e := range events {
		for _, n := range e.Notices {
			told[n.To] = append(told[n.To], n)
		}
	}
	return told
}

// The server was down from a week before the due date, 12 June, until three weeks
// after it: everything goes on record, everybody is told once, and one order is
// issued, at the level that was reached.
func TestAServerThatWasDownTellsEverybodyOnce(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 4, 12))
	state, out := l.state.Wake(day(2026, time.July, 6, 12))

	var types []string
	for _, e := range out.Events {
		types = append(types, e.Type)
	}
	require.Equal(t, []string{"assignment.overdue", "assignment.remind", "assignment.urge", "assignment.supervise", "assignment.circulate", "assignment.summon"}, types)
	told := noticesOf(out.Events)
	require.Len(t, told, 5, "operators and heads of unit and lead unit, supervisor")
	for party, notices := range told {
		require.Len(t, notices, 1, "%+v", party)
	}
	operator := told[org.Party{Unit: "heping", Role: org.Operator}][0]
	require.Equal(t, "已逾期、逾期催办、逾期督办、逾期通报（期限2026-06-12）：任务7 建成城乡教育共同体", operator.Title)
	require.Equal(t, "Overdue; Overdue, urged; Overdue, under supervision; Overdue, circulated (due 2026-06-12): 任务7 建成城乡教育共同体", operator.TitleEn)
	require.Equal(t, "summon", told[org.Party{Unit: "heping", Role: org.Head}][0].Kind)

	orders := 0
	for _, e := range out.Effects {
		require.False(t, e.Tell != nil && e.Tell.Command.Name == dispatch.Raise, "issued at its level at once")
		if e.StartSupervision != nil {
			orders++
			require.Equal(t, dispatch.LevelSummons, e.StartSupervision.Level)
		}
	}
	require.Equal(t, 1, orders)
	next, again := state.Wake(day(2026, time.July, 7, 12))
	require.Empty(t, again.Events)
	_, waits := next.Next()
	require.False(t, waits)
}

// Somebody who would have got one notice gets that one.
func TestTheOnlyNoticeStaysAsItIs(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 12, 12))
	_, out := l.state.Wake(day(2026, time.June, 15, 12)) // overdue and urged
	told := noticesOf(out.Events)
	require.Equal(t, "和平县逾期：任务7 建成城乡教育共同体", told[org.Party{Unit: "inspector", Role: org.Supervisor}][0].Title)
	require.Equal(t, "已逾期、逾期催办（期限2026-06-12）：任务7 建成城乡教育共同体", told[org.Party{Unit: "heping", Role: org.Operator}][0].Title)
	require.Len(t, out.Events, 2)
}

// Reminders of a date that is still ahead come as one, in their own words.
func TestRemindersOfAWeekAway(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 4, 12))
	_, out := l.state.Wake(day(2026, time.June, 11, 20))
	require.Len(t, out.Events, 1)
	told := noticesOf(out.Events)
	require.Equal(t, "到期提醒（期限2026-06-12）：任务7 建成城乡教育共同体", told[org.Party{Unit: "heping", Role: org.Operator}][0].Title)
}
