package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
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
	l.refused("urged-lately", headOf(education), dispatch.Urge, struct{}{})
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
