package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/dispatch"
)

func TestAnExtensionByTheSupervisorsLeave(t *testing.T) {
	l := acknowledged(t)
	allowed := dispatch.Because{Reason: "汛期确有影响。"}
	l.refused("not-overdue", supervisorOf(inspector), dispatch.AllowExtension, allowed)
	l.passes(day(2026, time.June, 13, 12))
	l.refused("overdue", operatorOf(heping), dispatch.RequestExtension, askedFor)
	l.refused("not-the-supervisor", headOf(education), dispatch.AllowExtension, allowed)
	l.refused("required", supervisorOf(inspector), dispatch.AllowExtension, dispatch.Because{})
	l.does(supervisorOf(inspector), dispatch.AllowExtension, allowed)
	l.refused("already-allowed", supervisorOf(inspector), dispatch.AllowExtension, allowed)
	require.NotEmpty(t, l.state.View().Assignments[0].ExtensionLeave)

	l.does(operatorOf(heping), dispatch.RequestExtension, askedFor)
	require.Nil(t, l.state.Leave, "the leave is for one request")
	require.Contains(t, l.waitsFor(), "education head sign", "it is signed off like any other")
	row := l.state.View().Extensions[0]
	require.Equal(t, "heping", row.UnitID)
	require.Equal(t, dueDate.DaysUntil(askedFor.Due), row.Days)
}

func TestALeaveEndsWithANewDate(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 13, 12))
	l.does(supervisorOf(inspector), dispatch.AllowExtension, dispatch.Because{Reason: "x"})
	later := date(2026, time.July, 20)
	l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: later, Reason: "雨季停工。"})
	require.Nil(t, l.state.Leave)
	row := l.state.View().Extensions[0]
	require.Equal(t, "prolonged", row.Status, "what the supervisor sets by himself is counted as well")
	require.Equal(t, []string{"2026-06-12", "2026-07-20"}, []string{row.FromDate, row.ToDate})
	require.Equal(t, 38, row.Days)
}
