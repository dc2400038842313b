package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
)

func meeting() *dispatch.Meeting {
	return &dispatch.Meeting{At: day(2026, time.June, 26, 15), Place: "市政府三楼会议室", People: []string{"和平县教育局局长 张某"}}
}

func circular() dispatch.Raising {
	return dispatch.Raising{Level: dispatch.LevelCircular, Ground: "逾期七个工作日仍未办结。"}
}

func summons() dispatch.Raising {
	return dispatch.Raising{Level: dispatch.LevelSummons, Ground: "多次督办无进展。", ReplyWorkingDays: 5, Talk: meeting()}
}

func summoned(t *testing.T) *life[dispatch.Supervision] {
	t.Helper()
	l := issued(t)
	l.does(supervisorOf(inspector), dispatch.Raise, summons())
	l.does(act.Process(), dispatch.SetReplyDue, dispatch.ReplyDueSet{ReplyDue: day(2026, time.June, 25, 0)})
	return l
}

func TestAnOrderIsRaisedByHand(t *testing.T) {
	l := answered(t)
	l.does(supervisorOf(inspector), dispatch.Raise, circular())
	require.Equal(t, dispatch.LevelCircular, l.state.Level)
	require.Equal(t, []string{"heping operator answer"}, l.waitsFor(), "each level is answered for itself")
	require.Nil(t, l.state.Promise, "the earlier answer binds no more")
	require.Equal(t, 3, l.effects[len(l.effects)-1].ReplyDue)
	_, waits := l.state.Next()
	require.False(t, waits, "until the new term is known there is none to pass")
	due := day(2026, time.June, 27, 0)
	l.does(act.Process(), dispatch.SetReplyDue, dispatch.ReplyDueSet{ReplyDue: due})

	steps := l.state.Steps
	require.Len(t, steps, 2)
	require.Equal(t, dispatch.LevelOrder, steps[0].Level)
	require.Equal(t, "逾期未办结", steps[0].Ground)
	require.True(t, steps[0].ReplyDue.Equal(day(2026, time.June, 24, 0)))
	require.Equal(t, supervisorOf(inspector), steps[1].By, "who raised it is on record, with ground, date and term")
	require.Equal(t, circular().Ground, steps[1].Ground)
	require.True(t, steps[1].ReplyDue.Equal(due))
	var told []string
	for _, n := range l.notices[len(l.notices)-4:] {
		told = append(told, n.To.Unit+" "+string(n.To.Role))
	}
	require.ElementsMatch(t, []string{"heping head", "heping operator", "inspector supervisor", "education head"}, told)

	l.does(headOf(heping), dispatch.Answer, reply())
	l.does(supervisorOf(inspector), dispatch.Raise, summons())
	require.Equal(t, dispatch.LevelSummons, l.state.Level)
	require.Equal(t, 5, l.effects[len(l.effects)-1].ReplyDue, "a term of its own")
}

func TestRaisingIsRefused(t *testing.T) {
	with := func(change func(*dispatch.Raising)) dispatch.Raising {
		r := summons()
		change(&r)
		return r
	}
	for _, c := range []struct {
		name string
		code string
		by   act.Actor
		in   dispatch.Raising
	}{
		{"by the unit", "not-the-supervisor", headOf(heping), circular()},
		{"by another supervisor", "not-the-supervisor", supervisorOf(education), circular()},
		{"to the same level", "not-higher", supervisorOf(inspector), dispatch.Raising{Level: dispatch.LevelOrder, Ground: "x"}},
		{"to no level", "level", supervisorOf(inspector), dispatch.Raising{Level: "prison", Ground: "x"}},
		{"without a ground", "required", supervisorOf(inspector), dispatch.Raising{Level: dispatch.LevelCircular}},
		{"with a term that is over", "reply-working-days", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.ReplyWorkingDays = -3 })},
		{"with a term of a year", "reply-working-days", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.ReplyWorkingDays = 250 })},
		{"a summons without a talk", "required", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.Talk = nil })},
		{"a circular with a talk", "talk", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.Level = dispatch.LevelCircular })},
		{"a talk in the past", "talk-not-ahead", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.Talk.At = morning })},
		{"a talk at no time", "required", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.Talk.At = time.Time{} })},
		{"a talk in a mistyped year", "talk-too-far", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.Talk.At = day(2206, time.June, 26, 15) })},
		{"a talk with nobody", "required", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.Talk.People = nil })},
		{"a talk with a blank", "people", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.Talk.People = []string{" "} })},
		{"a talk with a crowd", "too-many-people", supervisorOf(inspector), with(func(r *dispatch.Raising) { r.Talk.People = make([]string, 51) })},
	} {
		t.Run(c.name, func(t *testing.T) { issued(t).refused(c.code, c.by, dispatch.Raise, c.in) })
	}
}

func TestTheLadderRaises(t *testing.T) {
	rung := func(level dispatch.Level) dispatch.Raising {
		return dispatch.Raising{Level: level, Ground: "逾期未办结"}
	}
	t.Run("a unit that is silent", func(t *testing.T) {
		l := issued(t)
		l.does(act.Clock(), dispatch.Raise, rung(dispatch.LevelCircular))
		require.Equal(t, dispatch.LevelCircular, l.state.Level)
		require.False(t, l.state.Steps[1].By.IsPerson(), "what the clock decides is labelled so")
		l.does(act.Clock(), dispatch.Raise, rung(dispatch.LevelSummons))
		require.Contains(t, l.waitsFor(), "inspector supervisor arrange-talk", "the ladder does not know when anybody has time")
		l.refused("not-higher", act.Clock(), dispatch.Raise, rung(dispatch.LevelCircular))
	})
	t.Run("not a unit that has answered, until the answer is sent back", func(t *testing.T) {
		l := answered(t)
		l.does(act.Clock(), dispatch.Raise, rung(dispatch.LevelCircular))
		require.Equal(t, dispatch.LevelOrder, l.state.Level)
		require.Equal(t, dispatch.SupervisionAnswered, l.state.Status)
		l.refused("not-higher", act.Clock(), dispatch.Raise, rung(dispatch.LevelCircular))
		l.does(supervisorOf(inspector), dispatch.SendBack, dispatch.Because{Reason: "措施不具体。"})
		require.Equal(t, dispatch.LevelCircular, l.state.Level)
		require.Empty(t, l.state.Held)
		require.Equal(t, dispatch.SupervisionReturned, l.state.Status)
	})
	t.Run("not a unit that keeps its promise", func(t *testing.T) {
		l := accepted(t)
		l.does(act.Clock(), dispatch.Raise, rung(dispatch.LevelCircular))
		l.does(act.Process(), dispatch.NoteClosed, struct{}{})
		require.Equal(t, dispatch.LevelOrder, l.state.Level)
	})
	t.Run("a unit that breaks its promise", func(t *testing.T) {
		l := accepted(t)
		l.does(act.Clock(), dispatch.Raise, rung(dispatch.LevelCircular))
		l.does(act.Clock(), dispatch.Raise, rung(dispatch.LevelSummons))
		l.passes(day(2026, time.July, 3, 23))
		require.Equal(t, dispatch.LevelOrder, l.state.Level)
		l.passes(day(2026, time.July, 4, 1))
		require.Equal(t, dispatch.LevelSummons, l.state.Level)
		require.Equal(t, 1, count(l.types, "supervision.promise-broken"))
		require.Contains(t, l.waitsFor(), "heping operator answer")
	})
	t.Run("a unit that has broken its promise before", func(t *testing.T) {
		l := accepted(t)
		l.passes(day(2026, time.July, 4, 1))
		l.does(act.Clock(), dispatch.Raise, rung(dispatch.LevelCircular))
		require.Equal(t, dispatch.LevelCircular, l.state.Level)
	})
	t.Run("less than what was done by hand", func(t *testing.T) {
		l := accepted(t)
		l.does(act.Clock(), dispatch.Raise, rung(dispatch.LevelCircular))
		l.does(supervisorOf(inspector), dispatch.Raise, summons())
		require.Empty(t, l.state.Held, "the rung is overtaken")
	})
}

func TestAnOrderIsLowered(t *testing.T) {
	l := summoned(t)
	l.refused("not-the-supervisor", headOf(heping), dispatch.Lower, dispatch.Because{Reason: "x"})
	l.refused("required", supervisorOf(inspector), dispatch.Lower, dispatch.Because{})
	l.does(supervisorOf(inspector), dispatch.Lower, dispatch.Because{Reason: "已有实质进展。"})
	require.Equal(t, dispatch.LevelCircular, l.state.Level)
	require.True(t, l.state.Talks[0].Cancelled, "the talk is off")
	require.Equal(t, []string{"heping operator acknowledge"}, l.waitsFor(), "it is still to be answered")
	require.True(t, l.state.Steps[2].Lowered)
	l.does(supervisorOf(inspector), dispatch.Lower, dispatch.Because{Reason: "进展良好。"})
	l.does(supervisorOf(inspector), dispatch.Lower, dispatch.Because{Reason: "发出有误，撤销。"})
	require.Equal(t, dispatch.SettledLifted, settledAs(t, l).Outcome, "below the lowest it is taken back")
}

func TestATalkAndItsMinutes(t *testing.T) {
	minutes := dispatch.Minutes{HeldAt: day(2026, time.June, 26, 15), Present: []string{"张某", "督查室李某"}, Text: "承诺七月底前完成。"}
	t.Run("are recorded", func(t *testing.T) {
		l := summoned(t)
		require.Contains(t, l.waitsFor(), "inspector supervisor record-minutes")
		l.refused("held-at", supervisorOf(inspector), dispatch.RecordMinutes, minutes)
		later := meeting()
		later.At = later.At.Add(24 * time.Hour)
		l.refused("not-the-supervisor", headOf(heping), dispatch.ArrangeTalk, later)
		l.does(supervisorOf(inspector), dispatch.ArrangeTalk, later)
		l.does(supervisorOf(inspector), dispatch.ArrangeTalk, meeting())
		l.passes(day(2026, time.June, 26, 17))
		l.refused("minutes-missing", supervisorOf(inspector), dispatch.ArrangeTalk, later)
		l.refused("minutes-missing", supervisorOf(inspector), dispatch.Lower, dispatch.Because{Reason: "x"})
		l.refused("minutes-missing", supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "x"})
		l.refused("not-the-supervisor", headOf(heping), dispatch.RecordMinutes, minutes)
		before := minutes
		before.HeldAt = day(2026, time.June, 1, 9)
		l.refused("held-at", supervisorOf(inspector), dispatch.RecordMinutes, before)
		l.refused("required", supervisorOf(inspector), dispatch.RecordMinutes, dispatch.Minutes{HeldAt: minutes.HeldAt, Present: minutes.Present})
		l.does(supervisorOf(inspector), dispatch.RecordMinutes, minutes)
		require.Equal(t, minutes.Text, l.state.Talks[0].Minutes.Text)
		require.Equal(t, supervisorOf(inspector), l.state.Talks[0].RecordedBy)
		l.refused("no-talk", supervisorOf(inspector), dispatch.RecordMinutes, minutes)
		l.does(supervisorOf(inspector), dispatch.Lower, dispatch.Because{Reason: "已有实质进展。"})
		require.False(t, l.state.Talks[0].Cancelled)
	})
	t.Run("keep the order open when the work is done meanwhile", func(t *testing.T) {
		l := summoned(t)
		l.passes(day(2026, time.June, 26, 17))
		l.does(act.Process(), dispatch.NoteClosed, struct{}{})
		require.Equal(t, dispatch.SupervisionMinutes, l.state.Status)
		require.Equal(t, []string{"inspector supervisor record-minutes"}, l.waitsFor())
		l.refused("minutes-missing", headOf(heping), dispatch.Answer, reply())
		l.does(supervisorOf(inspector), dispatch.RecordMinutes, minutes)
		require.True(t, l.state.IsClosed())
		require.Equal(t, dispatch.SettledCompleted, l.state.Outcome)
		require.Empty(t, l.told(dispatch.SettleSupervision), "the assignment knows")
	})
	t.Run("are not needed of a talk that did not take place", func(t *testing.T) {
		l := summoned(t)
		l.does(act.Process(), dispatch.NoteClosed, struct{}{})
		require.True(t, l.state.IsClosed())
		require.True(t, l.state.Talks[0].Cancelled)
	})
	t.Run("come with an order that is a summons from the start", func(t *testing.T) {
		opening := orderOpening()
		opening.Level, opening.Talk = dispatch.LevelSummons, meeting()
		l := issuedAs(t, opening)
		require.Equal(t, meeting().People, l.state.Talks[0].Meeting.People)
	})
}

func TestAPromiseIsWatched(t *testing.T) {
	l := accepted(t)
	l.passes(day(2026, time.July, 2, 10))
	require.Equal(t, 1, count(l.types, "supervision.promise-remind"), "on the working day before")
	require.Zero(t, count(l.types, "supervision.promise-broken"))
	l.passes(day(2026, time.July, 4, 0))
	require.True(t, l.state.Promise.Broken)
	require.Equal(t, []string{"inspector supervisor decide"}, l.waitsFor())
	row := l.state.View().Supervisions[0]
	require.True(t, row.PromiseBroken)
	require.Equal(t, promised.String(), row.PromiseDate)
	require.Equal(t, "decide", row.NextStep)
	l.passes(day(2026, time.December, 31, 0))
	require.Equal(t, 1, count(l.types, "supervision.promise-broken"))
	l.does(supervisorOf(inspector), dispatch.Conclude, dispatch.Because{Reason: "虽迟已落实。"})
	require.True(t, l.state.IsClosed())
}

func TestABrokenPromiseIsNotAccepted(t *testing.T) {
	l := answered(t)
	l.passes(day(2026, time.July, 4, 1))
	l.refused("promise-passed", supervisorOf(inspector), dispatch.Accept, dispatch.Because{})
	l.does(supervisorOf(inspector), dispatch.SendBack, dispatch.Because{Reason: "请重新承诺。"})
	l.refused("stale", act.Process(), dispatch.ArmPromise, promiseArmed(t, promised))
}
