package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/deadline"
	"duban/dispatch"
)

// Orders before edition 4 take any date ahead, however far.
func TestDatesOfEarlierEditions(t *testing.T) {
	o := orderOpening()
	o.Edition = 3
	l := issuedAs(t, o)
	raise := summons()
	raise.Talk.At = day(2206, time.June, 26, 15)
	l.does(supervisorOf(inspector), dispatch.Raise, raise)
	r := reply()
	r.Due = date(2206, time.July, 3)
	l.does(headOf(heping), dispatch.Answer, r)
}

// Before edition 4 a new date was compared with the day of UTC, where the morning
// of a day in China is the day before.
func TestTheDayOfANewDate(t *testing.T) {
	today := dispatch.NewDue{Due: date(2026, time.June, 18), Reason: "雨季。"}
	for edition, code := range map[int]string{3: "", 4: "date-not-ahead"} {
		o := orderOpening()
		o.Edition = edition
		l := issuedAs(t, o)
		l.now = day(2026, time.June, 18, 3)
		if code != "" {
			l.refused(code, supervisorOf(inspector), dispatch.Prolong, today)
			continue
		}
		l.does(supervisorOf(inspector), dispatch.Prolong, today)
	}
}

// What was opened under the first rules lives by them to its end.
func TestTheFirstEdition(t *testing.T) {
	early := func(t *testing.T) *life[dispatch.Supervision] {
		o := orderOpening()
		o.Edition = 0
		return issuedAs(t, o)
	}
	later := date(2026, time.July, 20)
	t.Run("an answer is a text, and its acceptance ends the order", func(t *testing.T) {
		l := early(t)
		l.does(headOf(heping), dispatch.Answer, dispatch.Reply{Text: "已整改。"})
		require.Empty(t, l.effects)
		l.does(supervisorOf(inspector), dispatch.Accept, dispatch.Because{})
		require.Equal(t, dispatch.SettledAccepted, settledAs(t, l).Outcome)
	})
	t.Run("an order reassigns at once", func(t *testing.T) {
		l := early(t)
		l.does(supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Unit: dongyuan, Due: later, Reason: "调整。"})
		require.Equal(t, &dongyuan, settledAs(t, l).Unit)
	})
	assigned := func(t *testing.T) *life[dispatch.Assignment] {
		l := &life[dispatch.Assignment]{t: t, now: morning}
		o := opening(t, heping)
		o.Edition = 0
		l.does(process, dispatch.Open, o)
		return l
	}
	t.Run("so does an assignment", func(t *testing.T) {
		l := assigned(t)
		l.does(supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Unit: dongyuan, Due: later, Reason: "调整。"})
		require.Equal(t, dongyuan, l.state.Unit)
	})
	t.Run("circular and summons of the ladder are notices", func(t *testing.T) {
		l := assigned(t)
		l.passes(day(2026, time.December, 31, 0))
		require.Len(t, started(l), 1)
		require.Zero(t, started(l)[0].Edition, "its orders are of the same edition")
		require.Empty(t, l.told(dispatch.Raise))
	})
	t.Run("the channels of what the ladder says are left open", func(t *testing.T) {
		for edition, channels := range map[int][]string{0: nil, 1: nil, 2: {deadline.Email, deadline.Webhook}} {
			l := &life[dispatch.Assignment]{t: t, now: morning}
			o := opening(t, heping)
			o.Edition = edition
			l.does(process, dispatch.Open, o)
			_, out := l.state.Wake(day(2026, time.June, 11, 12))
			require.NotEmpty(t, noticesOf(out.Events))
			for _, notices := range noticesOf(out.Events) {
				require.Equal(t, channels, notices[0].Channels, "edition %d", edition)
			}
		}
	})
}
