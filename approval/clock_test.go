package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
)

func timed(mode approval.OnTimeout, n int) approval.Step {
	step := all(approval.Collect, n)
	step.Within, step.OnTimeout = &approval.Within{Days: 3, Working: true}, mode
	return step
}

// withDue asks for the due moment as a host does, and answers.
func withDue(t *testing.T, s approval.SignOff, due time.Time) approval.SignOff {
	t.Helper()
	s, asked := s.AskDue()
	require.NotNil(t, asked)
	_, again := s.AskDue()
	require.Nil(t, again, "it is asked for once")
	s, events, err := s.SetDue(approval.DueSet{DueRequest: *asked, DueAt: due})
	require.NoError(t, err)
	require.Len(t, events, 1)
	return s
}

func TestWhatTheClockDoes(t *testing.T) {
	due := noon.Add(72 * time.Hour)
	for mode, want := range map[approval.OnTimeout]struct {
		status  approval.Status
		opinion approval.Opinion
	}{
		"":                {approval.Open, ""},
		approval.Escalate: {approval.Open, ""},
		approval.None:     {approval.Open, ""},
		approval.Consent:  {approval.Approved, approval.Agree},
		approval.Reject:   {approval.Returned, approval.Disagree},
	} {
		t.Run(string(mode), func(t *testing.T) {
			s := agrees(t, withDue(t, start(t, timed(mode, 3)), due), 0)
			early, events := s.Wake(due.Add(-time.Second))
			require.Empty(t, events)
			require.Equal(t, s, early)
			late, events := s.Wake(due)
			require.Equal(t, "sign-off.overdue", events[0].Type)
			require.Equal(t, want.status, late.Status)
			require.False(t, late.Entries[0].Overdue)
			for _, e := range late.Entries[1:] {
				require.True(t, e.Overdue)
				require.Equal(t, want.opinion, e.Opinion)
				require.Equal(t, want.opinion != "", e.ByClock, "what the clock decided is marked so")
			}
			_, armed := late.Next()
			require.False(t, armed, "it passes once")
			again, events := late.Wake(due.Add(time.Hour))
			require.Empty(t, events)
			require.Equal(t, late, again)
		})
	}
}

func TestWhomTheClockTells(t *testing.T) {
	due := noon.Add(72 * time.Hour)
	for mode, want := range map[approval.OnTimeout][]string{
		approval.Escalate: {"lead", supervisors}, approval.None: {"lead"},
	} {
		_, events := withDue(t, start(t, timed(mode, 1)), due).Wake(due)
		var told []string
		for _, notice := range events[0].Notices {
			told = append(told, notice.To.Unit)
		}
		require.Equal(t, want, told, mode)
	}
}

func TestAQuorumIsCountedWhenTheClockRejects(t *testing.T) {
	due := noon.Add(72 * time.Hour)
	step := timed(approval.Reject, 3)
	step.Mode, step.Needed, step.Then = approval.Quorum, 2, approval.ThenReject
	s := agrees(t, withDue(t, start(t, step), due), 0, 1)
	require.Equal(t, approval.Open, s.Status, "collect waits for the third")
	s, _ = s.Wake(due)
	require.Equal(t, approval.Approved, s.Status)
}

func TestAReturnArmsTheDueMomentAgain(t *testing.T) {
	due := noon.Add(72 * time.Hour)
	s := withDue(t, start(t, timed(approval.Escalate, 1)), due)
	s, _ = s.Wake(due)
	s = disagrees(t, s, 0)
	_, armed := s.Next()
	require.False(t, armed, "nothing is due while it is with the initiator")
	s, _ = resubmits(t, s, approval.Subject{Title: "方案", Digest: "d2"})
	require.False(t, s.Overdue)
	later := due.Add(72 * time.Hour)
	s = withDue(t, s, later)
	at, armed := s.Next()
	require.True(t, armed)
	require.Equal(t, later, at)
}

func TestAnAnswerForAStepThatIsOverIsOfNoUse(t *testing.T) {
	s, asked := start(t, timed(approval.Escalate, 1), all(approval.Veto, 1)).AskDue()
	s = agrees(t, s, 0)
	_, _, err := s.SetDue(approval.DueSet{DueRequest: *asked, DueAt: noon.Add(time.Hour)})
	requireRefusal(t, err, act.Conflict, "stale")
}

func TestProlong(t *testing.T) {
	due := noon.Add(72 * time.Hour)
	s := withDue(t, start(t, timed(approval.Escalate, 1)), due)
	in := approval.Act{Action: approval.Prolong, DueAt: due.Add(24 * time.Hour), Comment: "汛期"}
	refused(t, s, head(0), in, act.Forbidden, "not-the-supervisor")
	early := in
	early.DueAt = due
	refused(t, s, supervising(), early, act.Invalid, "due-not-later")
	refused(t, start(t, all(approval.Veto, 1)), supervising(), in, act.Invalid, "due-not-later")
	s, _ = s.Wake(due)
	s = does(t, s, supervising(), in)
	require.False(t, s.Overdue)
	at, armed := s.Next()
	require.True(t, armed)
	require.Equal(t, in.DueAt, at)
}
