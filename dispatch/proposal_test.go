package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/target"
)

// proposal is that of task 7 for 2026, made in November of the year before.
func proposal(t *testing.T) dispatch.TargetOpening {
	t.Helper()
	in := fiveCommunities()
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	turn := deadline.DefaultRounds().YearTurn
	left := []target.Unfinished{{Kind: target.Sum, Item: item(4, dongyuan, 2), Reached: amount(1)}}
	items, carried := target.Carry(in.Requirement, left)
	in.Proposal = &dispatch.Proposal{Reached: map[string]target.Amount{"1": target.Whole(12)}, Items: items, Carried: carried,
		Armed: confirmBy(t, dispatch.Count(day(2025, time.November, 3, 9), turn.ConfirmWorkingDays, days, 0, shanghai), days)}
	return in
}

// confirmBy is the ladder of the day by which a proposal must be confirmed.
func confirmBy(t *testing.T, counted *dispatch.Counted, days calendar.Calendar) dispatch.Armed {
	t.Helper()
	return dispatch.Armed{Due: counted.Last, DueAt: deadline.Due(counted.Last, shanghai), Counted: counted, Calendar: counted.Calendar,
		Moments: deadline.DefaultRounds().YearTurn.Ladder.Moments(counted.Last, days, shanghai)}
}

func inProposal(t *testing.T) *life[dispatch.AnnualTarget] {
	t.Helper()
	l := &life[dispatch.AnnualTarget]{t: t, now: day(2025, time.November, 3, 9)}
	l.does(act.Process(), dispatch.Open, proposal(t))
	return l
}

func (l *life[S]) noticesTo(p org.Party) (kinds []string) {
	for _, n := range l.notices {
		if n.To == p {
			kinds = append(kinds, n.Kind)
		}
	}
	return kinds
}

func TestAProposalIsConfirmed(t *testing.T) {
	l := inProposal(t)
	require.Equal(t, dispatch.TargetProposed, l.state.Status)
	require.Equal(t, []string{"education operator confirm"}, l.waitsFor())
	require.Equal(t, dongyuan, l.state.Items[0].Unit, "what was not finished comes first")
	l.refused("not-confirmed", operatorOf(education), dispatch.SubmitDecomposition, struct{}{})
	l.refused("not-the-lead-unit", operatorOf(planning), dispatch.ConfirmTarget, dispatch.Confirmation{})
	l.refused("not-the-lead-unit", supervisorOf(inspector), dispatch.ConfirmTarget, dispatch.Confirmation{})
	l.does(operatorOf(education), dispatch.ConfirmTarget, dispatch.Confirmation{})
	require.Equal(t, dispatch.TargetDrafted, l.state.Status)
	require.Equal(t, []string{"education operator decompose"}, l.waitsFor())
	require.Equal(t, []string{"target.proposed", "target.confirmed"}, l.types)
	_, armed := l.state.Next()
	require.False(t, armed, "nobody is chased any more")
	l.refused("already-confirmed", operatorOf(education), dispatch.ConfirmTarget, dispatch.Confirmation{})

	l.does(operatorOf(education), dispatch.SubmitDecomposition, dispatch.PutToSign{})
	require.Equal(t, dispatch.TargetInSignOff, l.state.Status, "what was proposed adds up")
}

func TestAProposalIsChanged(t *testing.T) {
	l := inProposal(t)
	four := fiveCommunities().Requirement.Targets
	four[0].Amount = amount(4)
	l.refused("required", operatorOf(education), dispatch.ConfirmTarget, dispatch.Confirmation{Targets: four})
	l.refused("targets", operatorOf(education), dispatch.ConfirmTarget, dispatch.Confirmation{Targets: append(four, four[0]), Reason: "资金减少。"})
	l.does(headOf(education), dispatch.ConfirmTarget, dispatch.Confirmation{Targets: four, Reason: "资金减少。"})
	require.Equal(t, amount(4), l.state.Requirement.Targets[0].Amount)
	require.Empty(t, target.Check(l.state.Requirement, l.state.Items, nil), "the draft was made anew and adds up")
	require.Equal(t, dongyuan, l.state.Items[0].Unit)
	require.Contains(t, l.noticesTo(org.Party{Unit: inspector.ID, Role: org.Supervisor}), "target-changed")
}

func TestAProposalIsChased(t *testing.T) {
	l := inProposal(t)
	l.passes(day(2025, time.December, 31, 9))
	require.Equal(t, dispatch.TargetProposed, l.state.Status, "the clock confirms nothing")
	require.Equal(t, []string{"target.proposed", "target.confirmation-remind", "target.confirmation-remind", "target.confirmation-overdue",
		"target.confirmation-urge", "target.confirmation-urge"}, l.types)
	require.Equal(t, []string{"confirm", "remind", "remind", "urge", "urge"}, l.noticesTo(org.Party{Unit: education.ID, Role: org.Operator}))
	require.Equal(t, []string{"remind", "overdue", "urge", "urge"}, l.noticesTo(org.Party{Unit: education.ID, Role: org.Head}))
	require.Equal(t, []string{"overdue", "urge"}, l.noticesTo(org.Party{Unit: inspector.ID, Role: org.Supervisor}), "the supervisor comes last")
	l.does(supervisorOf(inspector), dispatch.ConfirmTarget, dispatch.Confirmation{})
	require.Equal(t, dispatch.TargetDrafted, l.state.Status, "in the stead of a unit that does not answer")
}

func TestOnlyTheTurnOfTheYearProposes(t *testing.T) {
	l := &life[dispatch.AnnualTarget]{t: t, now: morning}
	l.refused("internal", operatorOf(education), dispatch.Open, proposal(t))
}
