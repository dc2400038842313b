package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
)

func issued(t *testing.T) *life[dispatch.Supervision] {
	t.Helper()
	l := &life[dispatch.Supervision]{t: t, now: day(2026, time.June, 17, 9)}
	l.does(act.Process(), dispatch.Open, dispatch.SupervisionOpening{
		ID: "plan-7-2026-1.1", N: 1, Number: "督〔2026〕1号", Assignment: "plan-7-2026-1", Target: "plan-7-2026", Plan: "plan",
		Title: "任务7 建成城乡教育共同体", Unit: heping, Lead: education, Supervisor: inspector, Reason: "逾期未办结",
		IssuedBy: act.Clock(), ReplyWorkingDays: 3, ReplyDue: day(2026, time.June, 24, 0),
	})
	return l
}

func answered(t *testing.T) *life[dispatch.Supervision] {
	t.Helper()
	l := issued(t)
	l.does(headOf(heping), dispatch.Answer, dispatch.Reply{Text: "6月底前完成。"})
	return l
}

func settledAs(t *testing.T, l *life[dispatch.Supervision]) dispatch.Settled {
	t.Helper()
	require.True(t, l.state.IsClosed())
	messages := l.told(dispatch.SettleSupervision)
	require.Len(t, messages, 1)
	require.Equal(t, "assignment/plan-7-2026-1", messages[0].Workflow)
	require.False(t, messages[0].Command.Actor.IsPerson(), "it comes from the process")
	require.NotEmpty(t, messages[0].Command.Actor.OnBehalfOf, "and names who decided")
	var s dispatch.Settled
	require.NoError(t, messages[0].Command.Decode(&s))
	return s
}

func TestAnAnsweredOrderIsAccepted(t *testing.T) {
	l := issued(t)
	require.Equal(t, []string{"heping operator answer"}, l.waitsFor())
	l.refused("not-the-responsible-unit", operatorOf(education), dispatch.Answer, dispatch.Reply{Text: "x"})
	l.refused("required", operatorOf(heping), dispatch.Answer, dispatch.Reply{})
	l.refused("not-answered", supervisorOf(inspector), dispatch.Accept, dispatch.Because{})
	l.does(operatorOf(heping), dispatch.Answer, dispatch.Reply{Text: "已整改。"})
	require.Equal(t, []string{"inspector supervisor decide"}, l.waitsFor())
	l.refused("already-answered", operatorOf(heping), dispatch.Answer, dispatch.Reply{Text: "x"})
	l.refused("not-the-supervisor", headOf(heping), dispatch.Accept, dispatch.Because{})
	l.does(supervisorOf(inspector), dispatch.Accept, dispatch.Because{Reason: "可。"})
	require.Equal(t, dispatch.SettledAccepted, settledAs(t, l).Outcome)
	l.refused("closed", operatorOf(heping), dispatch.Answer, dispatch.Reply{Text: "x"})
}

func TestAnAnswerIsSentBack(t *testing.T) {
	l := answered(t)
	l.refused("required", supervisorOf(inspector), dispatch.SendBack, dispatch.Because{})
	l.does(supervisorOf(inspector), dispatch.SendBack, dispatch.Because{Reason: "措施不具体。"})
	require.Equal(t, 3, l.effects[len(l.effects)-1].ReplyDue, "a new term is set")
	_, waits := l.state.Next()
	require.False(t, waits)
	l.does(act.Process(), dispatch.SetReplyDue, dispatch.ReplyDueSet{ReplyDue: day(2026, time.June, 27, 0)})
	l.passes(day(2026, time.June, 26, 0))
	require.False(t, l.state.Raised)
	l.passes(day(2026, time.June, 28, 0))
	require.True(t, l.state.Raised)
}

func TestAnOrderWithoutAnAnswerIsRaisedOnce(t *testing.T) {
	l := issued(t)
	l.passes(day(2026, time.June, 23, 23))
	require.False(t, l.state.Raised)
	l.passes(day(2026, time.December, 31, 0))
	require.True(t, l.state.Raised)
	require.Equal(t, 1, count(l.types, "supervision.raised"))
	l.does(operatorOf(heping), dispatch.Answer, dispatch.Reply{Text: "迟到的答复。"})
	require.Equal(t, dispatch.SupervisionAnswered, l.state.Status, "it can still be answered")
}

func TestAnAnsweredOrderIsNotRaised(t *testing.T) {
	l := answered(t)
	l.passes(day(2026, time.December, 31, 0))
	require.False(t, l.state.Raised)
}

func TestTheSupervisorDecides(t *testing.T) {
	later := date(2026, time.July, 20)
	t.Run("prolong", func(t *testing.T) {
		l := issued(t)
		l.refused("due-not-later", supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2026, time.June, 17), Reason: "x"})
		l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: later, Reason: "雨季。"})
		s := settledAs(t, l)
		require.Equal(t, dispatch.SettledProlonged, s.Outcome)
		require.Equal(t, &later, s.Due)
	})
	t.Run("reassign", func(t *testing.T) {
		l := answered(t)
		l.refused("required", supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Due: later, Reason: "x"})
		l.does(supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Unit: dongyuan, Due: later, Reason: "调整。"})
		s := settledAs(t, l)
		require.Equal(t, &dongyuan, s.Unit)
	})
	t.Run("strike off", func(t *testing.T) {
		l := answered(t)
		l.does(supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "政策调整。"})
		require.Equal(t, dispatch.SettledStruckOff, settledAs(t, l).Outcome)
	})
	t.Run("the assignment is finished", func(t *testing.T) {
		l := issued(t)
		l.refused("internal", operatorOf(heping), dispatch.NoteClosed, struct{}{})
		l.does(act.Process(), dispatch.NoteClosed, struct{}{})
		require.True(t, l.state.IsClosed())
		require.Equal(t, dispatch.SettledCompleted, l.state.Outcome)
		require.Empty(t, l.told(dispatch.SettleSupervision))
	})
}
