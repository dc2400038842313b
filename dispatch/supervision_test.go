package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
)

// promised is the date that the unit names in its answers.
var promised = date(2026, time.July, 3)

func orderOpening() dispatch.SupervisionOpening {
	return dispatch.SupervisionOpening{
		ID: "plan-7-2026-1.1", N: 1, Number: "督〔2026〕1号", Assignment: "plan-7-2026-1", Target: "plan-7-2026", Plan: "plan",
		Title: "任务7 建成城乡教育共同体", Unit: heping, Lead: education, Supervisor: inspector, Reason: "逾期未办结",
		IssuedBy: act.Clock(), Edition: 4, ReplyWorkingDays: 3, ReplyDue: day(2026, time.June, 24, 0),
	}
}

func issued(t *testing.T) *life[dispatch.Supervision] { return issuedAs(t, orderOpening()) }

func issuedAs(t *testing.T, opening dispatch.SupervisionOpening) *life[dispatch.Supervision] {
	t.Helper()
	l := &life[dispatch.Supervision]{t: t, now: day(2026, time.June, 17, 9)}
	l.does(act.Process(), dispatch.Open, opening)
	return l
}

func reply() dispatch.Reply {
	return dispatch.Reply{Text: "选址已变更。", Measures: "增派施工队，每周调度。", Due: promised}
}

// promiseArmed is the ladder of a promised date, as the activity computes it.
func promiseArmed(t *testing.T, due calendar.Date) dispatch.Armed {
	t.Helper()
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	return dispatch.Armed{Due: due, DueAt: deadline.Due(due, shanghai), Moments: deadline.Default().ForPromise().Moments(due, days, shanghai)}
}

func answered(t *testing.T) *life[dispatch.Supervision] {
	t.Helper()
	l := issued(t)
	l.does(headOf(heping), dispatch.Answer, reply())
	l.does(act.Process(), dispatch.ArmPromise, promiseArmed(t, promised))
	return l
}

func accepted(t *testing.T) *life[dispatch.Supervision] {
	t.Helper()
	l := answered(t)
	l.does(supervisorOf(inspector), dispatch.Accept, dispatch.Because{Reason: "可。"})
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

func TestAnOrderFromIssueToConclusion(t *testing.T) {
	l := issued(t)
	require.Equal(t, []string{"heping operator acknowledge"}, l.waitsFor())
	l.refused("not-the-responsible-unit", operatorOf(education), dispatch.Acknowledge, struct{}{})
	l.does(operatorOf(heping), dispatch.Acknowledge, struct{}{})
	require.Equal(t, l.now, l.state.AcknowledgedAt)
	l.refused("already-acknowledged", headOf(heping), dispatch.Acknowledge, struct{}{})
	require.Equal(t, []string{"heping operator answer"}, l.waitsFor())

	l.refused("not-the-responsible-unit", operatorOf(education), dispatch.Answer, reply())
	l.refused("not-answered", supervisorOf(inspector), dispatch.Accept, dispatch.Because{})
	l.does(operatorOf(heping), dispatch.Answer, reply())
	require.Equal(t, &promised, l.effects[len(l.effects)-1].ArmPromise)
	l.does(act.Process(), dispatch.ArmPromise, promiseArmed(t, promised))
	require.Equal(t, []string{"inspector supervisor decide"}, l.waitsFor())
	l.refused("already-answered", operatorOf(heping), dispatch.Answer, reply())
	l.refused("not-the-supervisor", headOf(heping), dispatch.Accept, dispatch.Because{})
	l.refused("not-accepted", supervisorOf(inspector), dispatch.Conclude, dispatch.Because{Reason: "x"})

	l.does(supervisorOf(inspector), dispatch.Accept, dispatch.Because{Reason: "可。"})
	require.Equal(t, dispatch.SupervisionAccepted, l.state.Status, "what was promised is waited for")
	require.Empty(t, l.waitsFor())
	row := l.state.View().Supervisions[0]
	require.Equal(t, "deliver", row.NextStep)
	require.True(t, row.NextAt.Equal(day(2026, time.July, 4, 0)), "the end of the promised day")
	l.refused("already-accepted", operatorOf(heping), dispatch.Answer, reply())
	l.refused("required", supervisorOf(inspector), dispatch.Conclude, dispatch.Because{})
	l.does(supervisorOf(inspector), dispatch.Conclude, dispatch.Because{Reason: "已落实。"})
	require.Equal(t, dispatch.SettledAccepted, settledAs(t, l).Outcome)
	require.Equal(t, []string{"supervision.issued", "supervision.acknowledged", "supervision.answered", "supervision.promise-armed",
		"supervision.accepted", "supervision.closed"}, l.types)
	l.refused("closed", operatorOf(heping), dispatch.Answer, reply())
}

func TestWhatAnAnswerNeeds(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*dispatch.Reply)
		code   string
	}{
		"no text":          {func(r *dispatch.Reply) { r.Text = " " }, "required"},
		"no measures":      {func(r *dispatch.Reply) { r.Measures = "" }, "required"},
		"no date":          {func(r *dispatch.Reply) { r.Due = calendar.Date{} }, "required"},
		"today":            {func(r *dispatch.Reply) { r.Due = date(2026, time.June, 17) }, "date-not-ahead"},
		"the past":         {func(r *dispatch.Reply) { r.Due = date(2026, time.June, 1) }, "date-not-ahead"},
		"a mistyped year":  {func(r *dispatch.Reply) { r.Due = date(2206, time.July, 3) }, "date-too-far"},
		"too many files":   {func(r *dispatch.Reply) { r.Attachments = make([]act.Attachment, act.MostAttachments+1) }, "too-many"},
		"a book of a text": {func(r *dispatch.Reply) { r.Text = string(make([]rune, 4001)) }, "too-long"},
	} {
		t.Run(name, func(t *testing.T) {
			r := reply()
			c.change(&r)
			issued(t).refused(c.code, headOf(heping), dispatch.Answer, r)
		})
	}
	l := issued(t)
	l.now = day(2026, time.June, 18, 3) // the 17th in UTC
	r := reply()
	r.Due = date(2026, time.June, 18)
	l.refused("date-not-ahead", headOf(heping), dispatch.Answer, r)
	r.Due = date(2026, time.June, 19)
	l.does(headOf(heping), dispatch.Answer, r)
}

func TestWhoAnswersHasReceivedTheOrder(t *testing.T) {
	l := issued(t)
	l.does(headOf(heping), dispatch.Answer, reply())
	require.Equal(t, l.now, l.state.AcknowledgedAt)
	require.Equal(t, 1, count(l.types, "supervision.acknowledged"))
	l.refused("already-acknowledged", operatorOf(heping), dispatch.Acknowledge, struct{}{})
}

// The files of answers and minutes are shown beside the order, those of earlier
// answers as well.
func TestFilesOfAnOrder(t *testing.T) {
	file := func(id string) []act.Attachment {
		return []act.Attachment{{File: id, Name: id + ".pdf", Size: 7, SHA256: "aa"}}
	}
	l := issued(t)
	answer := func(id string) {
		r := reply()
		r.Attachments = file(id)
		l.does(headOf(heping), dispatch.Answer, r)
	}
	answer("f1")
	l.does(supervisorOf(inspector), dispatch.SendBack, dispatch.Because{Reason: "未盖章。"})
	answer("f2")
	raise := summons()
	l.does(supervisorOf(inspector), dispatch.Raise, raise)
	l.passes(raise.Talk.At.Add(time.Hour))
	minutes := dispatch.Minutes{HeldAt: raise.Talk.At, Present: []string{"张某"}, Text: "承诺七月底前完成。", Attachments: make([]act.Attachment, act.MostAttachments+1)}
	l.refused("too-many", supervisorOf(inspector), dispatch.RecordMinutes, minutes)
	minutes.Attachments = file("f3")
	l.does(supervisorOf(inspector), dispatch.RecordMinutes, minutes)
	var shown []string
	for _, a := range l.state.View().Attachments {
		require.Equal(t, "supervision/plan-7-2026-1/1", a.Instance)
		shown = append(shown, a.AttachedTo+" "+a.Kind+" "+a.FileID)
	}
	require.Equal(t, []string{"plan-7-2026-1.1/answer-1 answer f1", "plan-7-2026-1.1/answer-2 answer f2", "plan-7-2026-1.1/talk-1 minutes f3"}, shown)
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
	late := reply()
	late.Due = date(2027, time.January, 15)
	l.does(operatorOf(heping), dispatch.Answer, late)
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
		l.refused("date-not-ahead", supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2026, time.June, 17), Reason: "x"})
		l.refused("date-too-far", supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2206, time.July, 20), Reason: "雨季。"})
		l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: later, Reason: "雨季。"})
		s := settledAs(t, l)
		require.Equal(t, dispatch.SettledProlonged, s.Outcome)
		require.Equal(t, &later, s.Due)
	})
	t.Run("reassign", func(t *testing.T) {
		l := answered(t)
		l.refused("required", supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Due: later, Reason: "x"})
		l.refused("date-too-far", supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Unit: dongyuan, Due: date(2206, time.July, 20), Reason: "x"})
		l.does(supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Unit: dongyuan, Due: later, Reason: "调整。"})
		require.False(t, l.state.IsClosed(), "the other unit is asked first")
		proposals := l.told(dispatch.Reassign)
		require.Len(t, proposals, 1)
		require.Equal(t, "assignment/plan-7-2026-1", proposals[0].Workflow)
		require.Equal(t, supervisorOf(inspector).User, proposals[0].Command.Actor.OnBehalfOf)
		l.does(act.Process(), dispatch.NoteClosed, dispatch.OrderEnded{Outcome: dispatch.SettledReassigned})
		require.Equal(t, dispatch.SettledReassigned, l.state.Outcome)
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
