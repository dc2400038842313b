package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/deadline"
	"duban/dispatch"
)

// movesStep plays that a year is loaded while a step of three working days is open
// that began on Wednesday, 30 December 2026: it was due with 4 January, and is due
// with the 5th by the notice.
func movesStep[S state[S]](t *testing.T, l *life[S], of func(S) approval.SignOff) {
	t.Helper()
	answer := func(asked approval.DueRequest, version int64, last int) approval.DueSet {
		asked.From = replaced(asked.From, l.now)
		in := approval.DueSet{DueRequest: asked, DueAt: deadline.Due(date(2027, time.January, last), shanghai), Calendar: version}
		if version > 0 {
			why := loadOf2027(version)
			in.Why = &why
		}
		return in
	}
	last := func() approval.DueRequest {
		t.Helper()
		asked := l.effects[len(l.effects)-1].SignOffDue
		require.NotNil(t, asked)
		return *asked
	}
	l.does(act.Process(), dispatch.SetSignOffDue, answer(last(), 0, 4))
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	again := last()
	require.True(t, again.From.Equal(l.now), "counted since the step opened")
	told := len(l.notices)
	l.does(act.Process(), dispatch.SetSignOffDue, answer(again, 1, 5))
	l.refused("stale", act.Process(), dispatch.SetSignOffDue, answer(again, 1, 5))
	require.True(t, of(l.state).DueAt.Equal(day(2027, time.January, 6, 0)))
	require.Greater(t, len(l.notices), told, "who is asked is told")
	for _, n := range l.notices[told:] {
		require.Equal(t, "sign-off-due-moved", n.Kind)
	}
	before := len(l.effects)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	for _, e := range l.effects[before:] {
		require.Nil(t, e.SignOffDue, "told twice, it is asked for once")
	}
	for _, row := range l.state.View().SignOffs {
		if row.ID == of(l.state).ID {
			require.EqualValues(t, 1, row.CalendarVersion)
		}
	}
	l.passes(day(2027, time.January, 5, 12))
	require.False(t, of(l.state).Overdue, "nothing at the old moment")
	l.passes(day(2027, time.January, 6, 0))
	require.True(t, of(l.state).Overdue)
}

// What is put to sign on an annual target or an assignment moves like a sign-off of
// its own.
func TestALoadedYearMovesStepsOfEveryProcess(t *testing.T) {
	opened := day(2026, time.December, 30, 10)
	t.Run("decomposition", func(t *testing.T) {
		l := drafted(t)
		saveAt(l, operatorOf(education), decomposition())
		l.now = opened
		l.does(operatorOf(education), dispatch.SubmitDecomposition, dispatch.PutToSign{Signing: timedTemplate("decomposition", approval.Escalate)})
		movesStep(t, l, func(s dispatch.AnnualTarget) approval.SignOff { return *s.Draft })
	})
	t.Run("completion", func(t *testing.T) {
		l := approved(t)
		l.does(process, dispatch.TrackAssignment, closedAssignment(1, heping, 3))
		l.does(process, dispatch.TrackAssignment, closedAssignment(2, dongyuan, 2))
		l.now = opened
		l.does(operatorOf(education), dispatch.SubmitCompletion, dispatch.Completion{Summary: "均已完成。",
			PutToSign: dispatch.PutToSign{Signing: timedTemplate("completion", approval.Escalate)}})
		movesStep(t, l, func(s dispatch.AnnualTarget) approval.SignOff { return *s.Completion })
	})
	t.Run("extension", func(t *testing.T) {
		l := yearEnd(t)
		l.now = opened
		in := askedFor
		in.Due = date(2027, time.March, 1)
		l.does(operatorOf(heping), dispatch.RequestExtension, dispatch.ExtensionAsking{ExtensionRequest: in, Signing: timedTemplate("extension", approval.Escalate)})
		l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 1, l.state.Due, notice2027))
		movesStep(t, l, func(s dispatch.Assignment) approval.SignOff { return s.Extensions[0].SignOff })
	})
	t.Run("review", func(t *testing.T) {
		l := yearEnd(t)
		l.now = opened
		l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "已建成。", Amount: amount(2), Signing: timedTemplate("review", approval.Escalate)})
		l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 1, l.state.Due, notice2027))
		movesStep(t, l, func(s dispatch.Assignment) approval.SignOff { return *s.Review })
	})
}
