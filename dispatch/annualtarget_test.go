package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/org"
	"duban/target"
)

// fiveCommunities is what task 7 asks for in 2026 in these tests.
func fiveCommunities() dispatch.TargetOpening {
	return dispatch.TargetOpening{
		ID: "plan-7-2026", Plan: "plan", Task: dispatch.TaskRef{Key: 7, No: "7", Title: "义务教育优质均衡", Programme: "基础教育扩优提质工程"}, Year: 2026,
		Leads: []org.UnitRef{education, planning}, Supports: []org.UnitRef{heping, dongyuan}, Supervisor: inspector,
		Requirement: target.Requirement{Year: 2026, Units: []org.UnitRef{planning, heping, dongyuan},
			Targets: []target.YearTarget{{TargetKey: "1", Kind: target.Sum, Text: "建成城乡教育共同体", Metric: "城乡教育共同体", Amount: amount(5), Measure: "个"}}},
	}
}

func item(key int, unit org.UnitRef, n int64) target.Item {
	return target.Item{Key: key, Unit: unit, Content: "建成城乡教育共同体", TargetKey: "1", Amount: amount(n), Measure: "个", Due: date(2026, time.November, 30)}
}

func decomposition() dispatch.Decomposition {
	return dispatch.Decomposition{Items: []target.Item{item(1, heping, 3), item(2, dongyuan, 2)},
		Excuses: []target.Excuse{{Unit: planning, Reason: "本年度仅提供规划支持。"}}}
}

func drafted(t *testing.T) *life[dispatch.AnnualTarget] {
	t.Helper()
	l := &life[dispatch.AnnualTarget]{t: t, now: morning}
	l.does(operatorOf(education), dispatch.Open, fiveCommunities())
	return l
}

func saveAt(l *life[dispatch.AnnualTarget], by act.Actor, d dispatch.Decomposition) {
	l.t.Helper()
	c := command(l.t, dispatch.SaveDecomposition, by, d)
	c.ExpectedVersion = 1
	next, out, err := l.state.Apply(c, l.now)
	require.NoError(l.t, err)
	l.state = next
	l.take(out)
}

func inSignOff(t *testing.T) *life[dispatch.AnnualTarget] {
	t.Helper()
	l := drafted(t)
	saveAt(l, operatorOf(education), decomposition())
	l.does(operatorOf(education), dispatch.SubmitDecomposition, struct{}{})
	return l
}

func opinion(n int, action, comment string) approval.Act {
	return approval.Act{SignOff: dispatch.SignOffID(dispatch.KindTarget, "plan-7-2026", n), Action: action, Comment: comment}
}

func approved(t *testing.T) *life[dispatch.AnnualTarget] {
	t.Helper()
	l := inSignOff(t)
	signAll(l, 1)
	return l
}

func signAll(l *life[dispatch.AnnualTarget], n int) {
	l.t.Helper()
	for _, unit := range []org.UnitRef{planning, heping, dongyuan} {
		l.does(headOf(unit), dispatch.Sign, opinion(n, "agree", ""))
	}
	l.does(supervisorOf(inspector), dispatch.Sign, opinion(n, "agree", ""))
}

func closedAssignment(n int, unit org.UnitRef, reached int64) dispatch.Tracked {
	return dispatch.Tracked{Assignment: dispatch.AssignmentID("plan-7-2026", n), Unit: unit, Status: string(dispatch.AssignmentClosed),
		Outcome: dispatch.OutcomeAccepted, Due: date(2026, time.November, 30), Reached: amount(reached)}
}

func TestAnnualTargetFromOpeningToClosing(t *testing.T) {
	l := drafted(t)
	require.Equal(t, []string{"education operator decompose"}, l.waitsFor())
	saveAt(l, operatorOf(education), decomposition())
	l.does(operatorOf(education), dispatch.SubmitDecomposition, struct{}{})
	require.ElementsMatch(t, []string{"planning head sign", "heping head sign", "dongyuan head sign"}, l.waitsFor())

	l.does(headOf(heping), dispatch.Sign, opinion(1, "disagree", "我县只能完成2个。"))
	require.Equal(t, dispatch.TargetInSignOff, l.state.Status, "all opinions are heard first")
	l.does(headOf(dongyuan), dispatch.Sign, opinion(1, "agree", ""))
	l.does(headOf(planning), dispatch.Sign, opinion(1, "agree", ""))
	require.Equal(t, dispatch.TargetDrafted, l.state.Status)
	require.Equal(t, []string{"education operator decompose"}, l.waitsFor())

	changed := decomposition()
	changed.Items = []target.Item{item(1, heping, 2), item(2, dongyuan, 3)}
	saveAt(l, operatorOf(education), changed)
	l.does(operatorOf(education), dispatch.SubmitDecomposition, struct{}{})
	require.Equal(t, 2, l.state.Draft.Round)
	signAll(l, 1)
	require.Equal(t, dispatch.TargetDispatched, l.state.Status)
	var started []string
	for _, e := range l.effects {
		if e.StartAssignment != nil {
			started = append(started, e.StartAssignment.ID+" "+e.StartAssignment.Item.Unit.ID)
		}
	}
	require.Equal(t, []string{"plan-7-2026-1 heping", "plan-7-2026-2 dongyuan"}, started)

	l.refused("assignments-open", operatorOf(education), dispatch.SubmitCompletion, dispatch.Completion{Summary: "x"})
	l.does(act.Process(), dispatch.TrackAssignment, closedAssignment(1, heping, 2))
	require.Empty(t, l.waitsFor())
	l.does(act.Process(), dispatch.TrackAssignment, closedAssignment(2, dongyuan, 3))
	require.Equal(t, []string{"education operator complete"}, l.waitsFor())

	l.does(operatorOf(education), dispatch.SubmitCompletion, dispatch.Completion{Summary: "全年建成5个。"})
	require.Len(t, l.state.Report.Results, 1)
	require.True(t, l.state.Report.Results[0].Met)
	l.does(headOf(planning), dispatch.Sign, opinion(2, "disagree", "缺资金说明。"))
	l.does(headOf(heping), dispatch.Sign, opinion(2, "agree", ""))
	l.does(headOf(dongyuan), dispatch.Sign, opinion(2, "agree", ""))
	require.Equal(t, dispatch.TargetDispatched, l.state.Status)
	l.does(operatorOf(education), dispatch.SubmitCompletion, dispatch.Completion{Summary: "全年建成5个，资金说明附后。"})
	signAll(l, 2)
	require.True(t, l.state.IsClosed())
	require.Empty(t, l.waitsFor())
	require.Equal(t, 1, count(l.types, "target.closed"))
}

func TestAnnualTargetRefusals(t *testing.T) {
	for _, c := range []struct {
		name    string
		at      func(*testing.T) *life[dispatch.AnnualTarget]
		code    string
		by      act.Actor
		command string
		payload any
	}{
		{"opened twice", drafted, "already-exists", operatorOf(education), dispatch.Open, fiveCommunities()},
		{"a co-lead decomposes", drafted, "not-the-lead-unit", operatorOf(planning), dispatch.SaveDecomposition, decomposition()},
		{"saved without a version", drafted, "version-required", operatorOf(education), dispatch.SaveDecomposition, decomposition()},
		{"submitted empty", drafted, "does-not-add-up", operatorOf(education), dispatch.SubmitDecomposition, struct{}{}},
		{"a supporting unit submits", drafted, "not-the-lead-unit", headOf(heping), dispatch.SubmitDecomposition, struct{}{}},
		{"changed while it is signed", inSignOff, "not-in-draft", operatorOf(education), dispatch.SaveDecomposition, decomposition()},
		{"submitted twice", inSignOff, "not-in-draft", operatorOf(education), dispatch.SubmitDecomposition, struct{}{}},
		{"signed by the lead unit", inSignOff, "not-a-signer", headOf(education), dispatch.Sign, opinion(1, "agree", "")},
		{"signed by an operator", inSignOff, "not-a-signer", operatorOf(heping), dispatch.Sign, opinion(1, "agree", "")},
		{"disagreed without a reason", inSignOff, "comment-required", headOf(heping), dispatch.Sign, opinion(1, "disagree", "")},
		{"another sign-off", inSignOff, "not-found", headOf(heping), dispatch.Sign, opinion(2, "agree", "")},
		{"completed before dispatch", inSignOff, "not-dispatched", operatorOf(education), dispatch.SubmitCompletion, dispatch.Completion{Summary: "x"}},
		{"a person tracks", approved, "internal", operatorOf(heping), dispatch.TrackAssignment, closedAssignment(1, heping, 3)},
		{"news of a stranger", approved, "not-found", act.Process(), dispatch.TrackAssignment, closedAssignment(9, heping, 3)},
		{"signed after approval", approved, "sign-off-closed", headOf(heping), dispatch.Sign, opinion(1, "agree", "")},
	} {
		t.Run(c.name, func(t *testing.T) { c.at(t).refused(c.code, c.by, c.command, c.payload) })
	}
}

func TestWhoMayOpen(t *testing.T) {
	l := &life[dispatch.AnnualTarget]{t: t, now: morning}
	l.refused("not-the-lead-unit", operatorOf(heping), dispatch.Open, fiveCommunities())
	l.refused("not-the-lead-unit", actor("v", education, org.Viewer), dispatch.Open, fiveCommunities())
	l.refused("not-found", operatorOf(education), dispatch.SubmitDecomposition, struct{}{})
	nobody := fiveCommunities()
	nobody.Leads = nil
	l.refused("no-lead-unit", operatorOf(education), dispatch.Open, nobody)
	l.does(supervisorOf(inspector), dispatch.Open, fiveCommunities())
}

func TestADraftNamesOnlyUnitsOfTheTask(t *testing.T) {
	l := drafted(t)
	stranger := decomposition()
	stranger.Items = append(stranger.Items, item(3, inspector, 1))
	stranger.Items = append(stranger.Items, item(3, heping, 1))
	c := command(t, dispatch.SaveDecomposition, operatorOf(education), stranger)
	c.ExpectedVersion = 1
	_, _, err := l.state.Apply(c, l.now)
	var refusal *act.Refusal
	require.ErrorAs(t, err, &refusal)
	var fields []string
	for _, f := range refusal.Faults {
		fields = append(fields, f.Field)
	}
	require.Equal(t, []string{"items[2].unit", "items[3].key"}, fields)
}

func TestTheLeadUnitWithdrawsItsDraft(t *testing.T) {
	l := inSignOff(t)
	l.does(headOf(heping), dispatch.Sign, opinion(1, "agree", ""))
	l.refused("not-the-initiator", headOf(heping), dispatch.Sign, opinion(1, "withdraw", "x"))
	l.does(operatorOf(education), dispatch.Sign, opinion(1, "withdraw", "数字有误。"))
	require.Equal(t, dispatch.TargetDrafted, l.state.Status)
	require.Equal(t, []string{"education operator decompose"}, l.waitsFor())
	l.does(operatorOf(education), dispatch.SubmitDecomposition, struct{}{})
	require.Equal(t, 2, l.state.Draft.Round)
	require.Len(t, l.waitsFor(), 3, "everybody is asked anew")
	require.Len(t, l.state.View().Signers, 6, "and the first round stays on record")
}

func TestTheSameNewsChangesNothing(t *testing.T) {
	l := approved(t)
	events := len(l.types)
	l.does(act.Process(), dispatch.TrackAssignment, closedAssignment(1, heping, 3))
	l.does(act.Process(), dispatch.TrackAssignment, closedAssignment(1, heping, 3))
	require.Len(t, l.types, events+1)
}

func TestWhatWasNotDeliveredIsReported(t *testing.T) {
	l := approved(t)
	l.does(act.Process(), dispatch.TrackAssignment, closedAssignment(1, heping, 1))
	struck := closedAssignment(2, dongyuan, 0)
	struck.Outcome, struck.Reached = dispatch.OutcomeStruckOff, nil
	l.does(act.Process(), dispatch.TrackAssignment, struck)
	l.does(operatorOf(education), dispatch.SubmitCompletion, dispatch.Completion{Summary: "未全部完成。"})
	require.False(t, l.state.Report.Results[0].Met)
}
