package dispatch_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/org"
)

func TestWhoMayUrgeWhom(t *testing.T) {
	leadsOwn := func(t *testing.T) *life[dispatch.Assignment] {
		l := dispatchedTo(t, education)
		l.does(operatorOf(education), dispatch.Acknowledge, struct{}{})
		l.does(operatorOf(education), dispatch.Submit, dispatch.Submission{Evidence: "x", Amount: amount(2)})
		return l
	}
	nobody := ""
	for _, c := range []struct {
		name string
		at   func(*testing.T) *life[dispatch.Assignment]
		by   act.Actor
		unit string // named in the urge
		to   string // the unit that is told; nobody: it is refused
	}{
		{"the lead unit the unit that has not acknowledged", dispatched, operatorOf(education), "", "heping"},
		{"the supervisor the unit that has not acknowledged", dispatched, supervisorOf(inspector), "", "heping"},
		{"the lead unit the unit", acknowledged, operatorOf(education), "", "heping"},
		{"the supervisor the unit", acknowledged, supervisorOf(inspector), "", "heping"},
		{"the unit, with nothing submitted", acknowledged, headOf(heping), "", nobody},
		{"an outsider", acknowledged, operatorOf(dongyuan), "", nobody},
		{"a viewer of the lead unit", acknowledged, actor("v", education, org.Viewer), "", nobody},
		{"the lead unit itself", submitted, operatorOf(education), "", nobody},
		{"the unit its reviewer", submitted, operatorOf(heping), "", "education"},
		{"the supervisor the reviewer", submitted, supervisorOf(inspector), "", "education"},
		{"the lead unit the supervisor who reviews it", leadsOwn, headOf(education), "", "inspector"},
		{"the supervisor the unit that is asked to take over", proposed, supervisorOf(inspector), "dongyuan", "dongyuan"},
		{"the unit that has it the one that is asked", proposed, operatorOf(heping), "", "dongyuan"},
		{"the supervisor the present unit meanwhile", proposed, supervisorOf(inspector), "", "heping"},
		{"a unit that is not waited for", proposed, supervisorOf(inspector), "planning", nobody},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.at(t)
			in := dispatch.Urging{Unit: c.unit}
			if c.to == nobody {
				l.refused("may-not-urge", c.by, dispatch.Urge, in)
				return
			}
			before := len(l.notices)
			l.does(c.by, dispatch.Urge, in)
			require.NotEmpty(t, l.notices[before:])
			for _, n := range l.notices[before:] {
				require.Equal(t, c.to, n.To.Unit)
				require.Contains(t, n.Title, c.by.Unit.Name, "the urged sees who")
				require.Contains(t, n.Title, c.by.Name)
			}
		})
	}
}

func TestUrgingIsThrottledPerPair(t *testing.T) {
	l := acknowledged(t)
	l.does(operatorOf(education), dispatch.Urge, struct{}{})
	l.does(supervisorOf(inspector), dispatch.Urge, struct{}{})
	l.now = l.now.Add(9 * time.Minute)
	require.Contains(t, l.refused("urged-lately", headOf(education), dispatch.Urge, struct{}{}).Zh, "请 1 分钟后再催")
	l.now = l.now.Add(time.Minute)
	l.does(headOf(education), dispatch.Urge, struct{}{})
	row := l.state.View().Assignments[0]
	require.Equal(t, 3, row.Urges)
	require.True(t, row.UrgedAt.Equal(l.now))
	require.Equal(t, 3, count(l.types, "assignment.urged"))
}

func TestUrgingOnAnOrder(t *testing.T) {
	l := issued(t)
	l.refused("may-not-urge", headOf(heping), dispatch.Urge, struct{}{})
	l.does(supervisorOf(inspector), dispatch.Urge, struct{}{})
	l.does(operatorOf(education), dispatch.Urge, struct{}{})
	l.does(headOf(heping), dispatch.Answer, reply())
	l.refused("may-not-urge", supervisorOf(inspector), dispatch.Urge, struct{}{})
	l.does(headOf(heping), dispatch.Urge, struct{}{})
	last := l.notices[len(l.notices)-1]
	require.Equal(t, org.Party{Unit: "inspector", Role: org.Supervisor}, last.To)
	require.Equal(t, 3, l.state.View().Supervisions[0].Urges)
}

func TestUrgingTheLeadUnit(t *testing.T) {
	l := drafted(t)
	l.refused("may-not-urge", operatorOf(education), dispatch.Urge, struct{}{})
	for _, by := range []act.Actor{supervisorOf(inspector), headOf(planning), operatorOf(heping)} {
		l.does(by, dispatch.Urge, struct{}{})
		require.Equal(t, "education", l.notices[len(l.notices)-1].To.Unit)
	}
	l.refused("urged-lately", headOf(heping), dispatch.Urge, struct{}{})

	inSignOff(t).refused("nobody-waits", operatorOf(heping), dispatch.Urge, struct{}{})
	l = approved(t)
	l.refused("nobody-waits", supervisorOf(inspector), dispatch.Urge, struct{}{})
	l.does(process, dispatch.TrackAssignment, closedAssignment(1, heping, 3))
	l.does(process, dispatch.TrackAssignment, closedAssignment(2, dongyuan, 2))
	l.does(operatorOf(dongyuan), dispatch.Urge, struct{}{})
}

// A refusal says when one may urge again: then one may, and no minute earlier.
func TestARefusalSaysWhenOneMayUrgeAgain(t *testing.T) {
	for passed, wait := range map[time.Duration]int{0: 10, time.Second: 10, time.Minute: 9, 9 * time.Minute: 1, 9*time.Minute + 59*time.Second: 1} {
		l := acknowledged(t)
		l.does(operatorOf(education), dispatch.Urge, struct{}{})
		l.now = l.now.Add(passed)
		refusal := l.refused("urged-lately", operatorOf(education), dispatch.Urge, struct{}{})
		require.Contains(t, refusal.Zh, fmt.Sprintf("请 %d 分钟后再催", wait), passed)
		require.Contains(t, refusal.En, fmt.Sprintf("again in %d min", wait), passed)
		l.now = l.now.Add(time.Duration(wait-1) * time.Minute)
		l.refused("urged-lately", operatorOf(education), dispatch.Urge, struct{}{})
		l.now = l.now.Add(time.Minute)
		l.does(operatorOf(education), dispatch.Urge, struct{}{})
	}
}

// Whoever put something to sign waits for the signers: the unit for the answer to
// its request for a later date, the lead unit for a decomposition and for the
// year's report. So do the supervisor and signers of a later step.
func TestUrgingSigners(t *testing.T) {
	urge := func(signOff string) approval.Act { return approval.Act{SignOff: signOff, Action: approval.Urge} }
	t.Run("of an extension", func(t *testing.T) {
		l := extensionAsked(t)
		in := urge(l.state.Extensions[0].SignOff.ID)
		l.refused("may-not-urge", operatorOf(dongyuan), dispatch.Sign, in)
		l.refused("may-not-urge", headOf(education), dispatch.Sign, in)
		l.does(operatorOf(heping), dispatch.Sign, in)
		require.Equal(t, org.Party{Unit: "education", Role: org.Head}, l.notices[len(l.notices)-1].To)
		l.refused("urged-lately", operatorOf(heping), dispatch.Sign, in)
		l.now = l.now.Add(10 * time.Minute)
		l.does(headOf(education), dispatch.Sign, agree(l, 1))
		l.does(operatorOf(heping), dispatch.Sign, in)
		require.Equal(t, org.Party{Unit: "inspector", Role: org.Supervisor}, l.notices[len(l.notices)-1].To, "who is asked now")
		require.Equal(t, 2, count(l.types, "sign-off.urged"))
	})
	t.Run("of a decomposition", func(t *testing.T) {
		l := inSignOff(t)
		in := urge(l.state.Draft.ID)
		l.refused("may-not-urge", headOf(heping), dispatch.Sign, in)
		told := len(l.notices)
		l.does(operatorOf(education), dispatch.Sign, in)
		require.Len(t, l.notices, told+3, "all who are asked")
		l.now = l.now.Add(10 * time.Minute)
		l.does(supervisorOf(inspector), dispatch.Sign, in)
		require.Equal(t, 2, count(l.types, "sign-off.urged"))
	})
	t.Run("of the year's report", func(t *testing.T) {
		l := approved(t)
		l.does(process, dispatch.TrackAssignment, closedAssignment(1, heping, 3))
		l.does(process, dispatch.TrackAssignment, closedAssignment(2, dongyuan, 2))
		l.does(operatorOf(education), dispatch.SubmitCompletion, dispatch.Completion{Summary: "均已完成。"})
		l.does(operatorOf(education), dispatch.Sign, urge(l.state.Completion.ID))
		require.Equal(t, 1, count(l.types, "sign-off.urged"))
	})
}

func TestUrgingTheLeadUnitToConfirm(t *testing.T) {
	l := inProposal(t)
	l.refused("may-not-urge", operatorOf(education), dispatch.Urge, struct{}{})
	l.does(operatorOf(heping), dispatch.Urge, struct{}{})
	l.does(supervisorOf(inspector), dispatch.Urge, struct{}{})
	require.Equal(t, "education", l.notices[len(l.notices)-1].To.Unit)
}

// An order waits for its answer before and after it is acknowledged.
func TestUrgingForAnAnswer(t *testing.T) {
	l := issued(t)
	l.does(operatorOf(heping), dispatch.Acknowledge, struct{}{})
	l.does(operatorOf(education), dispatch.Urge, struct{}{})
	require.Equal(t, "heping", l.notices[len(l.notices)-1].To.Unit)
	l.refused("urged-lately", headOf(education), dispatch.Urge, struct{}{})
	l.does(headOf(heping), dispatch.Answer, reply())
	l.does(supervisorOf(inspector), dispatch.SendBack, dispatch.Because{Reason: "不具体"})
	l.now = l.now.Add(10 * time.Minute)
	l.does(operatorOf(education), dispatch.Urge, struct{}{})
	require.Equal(t, 2, count(l.types, "supervision.urged"))
}
