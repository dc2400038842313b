package dispatch_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
)

func unitNo(i int) org.UnitRef {
	return org.UnitRef{ID: fmt.Sprint("u", i), Name: fmt.Sprintf("单位%d", i)}
}

func askedNo(i int) approval.Signer {
	return approval.Signer{Party: org.Party{Unit: unitNo(i).ID, Role: org.Head}, Name: unitNo(i).Name}
}

func allOf(signers ...approval.Signer) approval.Step {
	return approval.Step{Name: "会签", Mode: approval.All, OnDisagree: approval.Collect, Then: approval.ThenReturn, Signers: signers}
}

func openedByEducation(t require.TestingT, route approval.Route) dispatch.GeneralSignOff {
	g, _, err := dispatch.GeneralSignOff{}.Apply(command(t, dispatch.Open, operatorOf(education), dispatch.SignOffOpening{
		ID: "abc", Title: "关于经费的意见", Content: "请予会签。", Supervisor: inspector, Route: route}), morning)
	require.NoError(t, err)
	return g
}

// drawSigning draws an act on a general sign-off, or its due moment.
func drawSigning(t *rapid.T, g dispatch.GeneralSignOff) act.Command {
	s := g.SignOff
	if rapid.IntRange(0, 9).Draw(t, "clock") == 0 {
		return command(t, dispatch.SetSignOffDue, act.Process(), approval.DueSet{
			DueRequest: approval.DueRequest{SignOff: s.ID, Round: s.Round, Step: s.Step}, DueAt: morning.Add(time.Hour)})
	}
	by, in := headOf(unitNo(rapid.IntRange(0, 7).Draw(t, "who"))), approval.Act{SignOff: s.ID, Comment: "理由"}
	in.Action = rapid.SampledFrom([]string{"agree", "agree", "disagree", "abstain", "transfer", "add-signers", "retract", "copy",
		"withdraw", "terminate", "resubmit", "resubmit"}).Draw(t, "action")
	switch in.Action {
	case approval.Transfer, approval.AddSigners, approval.CopyTo:
		in.Place = rapid.SampledFrom([]approval.Relation{approval.Before, approval.With, approval.After}).Draw(t, "place")
		in.To = []approval.Signer{askedNo(rapid.IntRange(0, 7).Draw(t, "to"))}
	case approval.Withdraw, approval.Terminate:
		by = operatorOf(education)
	case approval.Resubmit:
		by, in.Title, in.Content = operatorOf(education), rapid.SampledFrom([]string{"关于经费的意见", "再次征求"}).Draw(t, "title"), "修改稿"
		if rapid.Bool().Draw(t, "withFile") {
			in.Attachments = []act.Attachment{{File: "f", Name: "表.xlsx", Size: 1, SHA256: "a"}}
		}
	}
	return command(t, dispatch.Sign, by, in)
}

// What is left out of the views of two states makes no difference between them,
// however many acts lie between the two.
func TestViewsHoldTheWholeDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		second := allOf(askedNo(3), askedNo(4))
		if rapid.Bool().Draw(t, "timed") {
			second.Within = &approval.Within{Days: 3}
		}
		g := openedByEducation(t, approval.Route{allOf(askedNo(0), askedNo(1), askedNo(2)), second})
		states := []dispatch.GeneralSignOff{{}, g}
		for range rapid.IntRange(1, 30).Draw(t, "acts") {
			next, _, err := states[len(states)-1].Apply(drawSigning(t, states[len(states)-1]), morning)
			if err == nil {
				states = append(states, next)
			}
		}
		to := rapid.IntRange(1, len(states)-1).Draw(t, "to")
		from := rapid.IntRange(0, to-1).Draw(t, "from")
		up, gone := projection.Diff(states[from].View(), states[to].View())
		before, after := states[to].Views(states[from])
		fewUp, fewGone := projection.Diff(before, after)
		require.Equal(t, up, fewUp)
		require.Equal(t, gone, fewGone)
	})
}

func TestViewsAreSmallWhereThousandsSign(t *testing.T) {
	signers := make([]approval.Signer, 1000)
	for i := range signers {
		signers[i] = askedNo(i)
	}
	g := openedByEducation(t, approval.Route{allOf(signers...)})
	next, _, err := g.Apply(command(t, dispatch.Sign, headOf(unitNo(500)), approval.Act{SignOff: g.SignOff.ID, Action: "agree"}), morning)
	require.NoError(t, err)
	before, after := next.Views(g)
	require.Len(t, before.Signers, 1)
	require.Len(t, before.Todos, 1)
	require.Len(t, after.Signers, 1)
	require.Empty(t, after.Todos)
	require.Empty(t, after.SignOffs)
	require.Empty(t, after.Parties)
}
