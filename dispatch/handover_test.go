package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
)

var process = act.Process()

func takeover() dispatch.NewUnit {
	return dispatch.NewUnit{Unit: dongyuan, Due: date(2026, time.July, 31), Reason: "区划调整。"}
}

// proposed is an assignment of heping that dongyuan is asked to take over.
func proposed(t *testing.T) *life[dispatch.Assignment] {
	t.Helper()
	l := acknowledged(t)
	l.does(supervisorOf(inspector), dispatch.Reassign, takeover())
	require.Equal(t, 3, l.effects[len(l.effects)-1].ConsentDue)
	l.does(process, dispatch.SetConsentDue, dispatch.ReplyDueSet{ReplyDue: day(2026, time.January, 9, 0)})
	return l
}

func readers(l *life[dispatch.Assignment]) []string {
	var units []string
	for _, p := range l.state.View().Parties {
		units = append(units, p.UnitID)
	}
	return units
}

func TestAnotherUnitTakesOver(t *testing.T) {
	l := proposed(t)
	require.Equal(t, heping, l.state.Unit, "until then the old unit stays responsible")
	require.ElementsMatch(t, []string{"heping operator submit", "dongyuan head consent"}, l.waitsFor())
	require.Contains(t, readers(l), "dongyuan", "who is asked may read what for")
	l.does(operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "照常办理。", Percent: 10})

	l.refused("not-asked", operatorOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
	l.refused("not-asked", headOf(heping), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
	l.refused("consent-pending", supervisorOf(inspector), dispatch.AnswerReassignment, dispatch.Consent{Consent: true, Reason: "x"})
	l.does(headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
	require.Equal(t, dongyuan, l.state.Unit)
	require.Equal(t, []string{"dongyuan operator acknowledge"}, l.waitsFor())
	l.refused("not-the-responsible-unit", operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "x"})
	l.does(operatorOf(dongyuan), dispatch.Acknowledge, struct{}{})
	require.Equal(t, date(2026, time.July, 31), l.state.Due)
	require.Equal(t, dueDate, l.state.FirstDue, "the first date stays in the record")
	require.ElementsMatch(t, []string{"dongyuan", "heping", "inspector", "education"}, readers(l), "the unit that had it may still read it")
	h := l.state.Handovers[0]
	require.Equal(t, dispatch.HandoverConsented, h.Status)
	require.Equal(t, supervisorOf(inspector), h.ProposedBy)
	require.Equal(t, headOf(dongyuan), h.AnsweredBy)
	l.refused("no-reassignment", headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
}

func TestAProposalIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		by     act.Actor
		code   string
		change func(*dispatch.NewUnit)
	}{
		"by the lead unit":        {headOf(education), "not-the-supervisor", func(*dispatch.NewUnit) {}},
		"to the unit that has it": {supervisorOf(inspector), "same-unit", func(in *dispatch.NewUnit) { in.Unit = heping }},
		"to no unit":              {supervisorOf(inspector), "required", func(in *dispatch.NewUnit) { in.Unit.ID = "" }},
		"for a day that is over":  {supervisorOf(inspector), "date-not-ahead", func(in *dispatch.NewUnit) { in.Due = date(2025, time.July, 31) }},
		"for a mistyped year":     {supervisorOf(inspector), "date-too-far", func(in *dispatch.NewUnit) { in.Due = date(2206, time.July, 31) }},
		"without a reason":        {supervisorOf(inspector), "required", func(in *dispatch.NewUnit) { in.Reason = " " }},
	} {
		t.Run(name, func(t *testing.T) {
			in := takeover()
			c.change(&in)
			acknowledged(t).refused(c.code, c.by, dispatch.Reassign, in)
		})
	}
}

func TestAUnitDeclines(t *testing.T) {
	l := proposed(t)
	l.refused("required", headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{})
	l.does(headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Reason: "不属于我县职责。"})
	require.Equal(t, heping, l.state.Unit)
	require.Equal(t, []string{"heping operator submit"}, l.waitsFor())
	require.NotContains(t, readers(l), "dongyuan")
	l.passes(day(2026, time.January, 31, 0))
	require.Zero(t, count(l.types, "assignment.reassignment-lapsed"))
	l.does(supervisorOf(inspector), dispatch.Reassign, takeover())
	require.Len(t, l.state.Handovers, 2, "it may be asked again, and both are on record")
}

func TestASilentUnitIsTheSupervisorsMatter(t *testing.T) {
	for name, consent := range map[string]bool{"who decides in its stead": true, "or against it": false} {
		t.Run(name, func(t *testing.T) {
			l := proposed(t)
			l.passes(day(2026, time.January, 8, 23))
			require.Contains(t, l.waitsFor(), "dongyuan head consent")
			l.passes(day(2026, time.January, 9, 0))
			require.Equal(t, 1, count(l.types, "assignment.reassignment-lapsed"))
			require.Contains(t, l.waitsFor(), "inspector supervisor decide-reassignment")
			require.Equal(t, heping, l.state.Unit)
			l.refused("required", supervisorOf(inspector), dispatch.AnswerReassignment, dispatch.Consent{Consent: consent})
			l.does(supervisorOf(inspector), dispatch.AnswerReassignment, dispatch.Consent{Consent: consent, Reason: "按职能分工。"})
			require.True(t, l.state.Handovers[0].InStead, "what another decided is labelled so")
			require.Equal(t, consent, l.state.Unit == dongyuan)
		})
	}
	t.Run("unless it answers late", func(t *testing.T) {
		l := proposed(t)
		l.passes(day(2026, time.January, 12, 0))
		l.does(headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
		require.False(t, l.state.Handovers[0].InStead)
	})
	t.Run("not after the date that it was to have", func(t *testing.T) {
		l := proposed(t)
		l.passes(day(2026, time.August, 3, 0))
		l.refused("due-passed", headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
	})
}

func TestAProposalIsTakenBack(t *testing.T) {
	l := proposed(t)
	l.refused("not-the-supervisor", headOf(heping), dispatch.DropReassignment, dispatch.Because{Reason: "x"})
	l.does(supervisorOf(inspector), dispatch.DropReassignment, dispatch.Because{Reason: "另行研究。"})
	l.refused("no-reassignment", headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
	l.refused("no-reassignment", supervisorOf(inspector), dispatch.DropReassignment, dispatch.Because{Reason: "x"})
	l.refused("no-reassignment", process, dispatch.SetConsentDue, dispatch.ReplyDueSet{ReplyDue: l.now})
}

func TestANewerProposalReplacesTheOlder(t *testing.T) {
	l := proposed(t)
	other := takeover()
	other.Unit = planning
	// It comes by way of an order: the process acts on behalf of the supervisor.
	l.does(act.Actor{Name: "sup", Unit: inspector, OnBehalfOf: "sup@inspector"}, dispatch.Reassign, other)
	require.Equal(t, dispatch.HandoverDropped, l.state.Handovers[0].Status)
	require.ElementsMatch(t, []string{"heping operator submit", "planning head consent"}, l.waitsFor())
	l.refused("not-asked", headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
}

func TestAProposalEndsWithTheAssignment(t *testing.T) {
	l := proposed(t)
	l.does(supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "任务取消。"})
	require.Equal(t, dispatch.HandoverObsolete, l.state.Handovers[0].Status)
	require.Empty(t, l.waitsFor())
	_, waits := l.state.Next()
	require.False(t, waits)
}

func TestAnOrderEndsWithTheReassignment(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 18, 12))
	require.Len(t, started(l), 1)
	l.does(supervisorOf(inspector), dispatch.Reassign, takeover())
	l.does(headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
	notes := l.told(dispatch.NoteClosed)
	require.Len(t, notes, 1)
	var ended dispatch.OrderEnded
	require.NoError(t, notes[0].Command.Decode(&ended))
	require.Equal(t, dispatch.SettledReassigned, ended.Outcome)
	require.Equal(t, dispatch.SettledReassigned, l.state.Supervisions[0].Outcome)
}
