package approval_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/org"
)

func resubmits(t *testing.T, s approval.SignOff, subject approval.Subject) (approval.SignOff, []act.Event) {
	t.Helper()
	next, events, err := s.Resubmit(subject, noon.Add(2*time.Hour))
	require.NoError(t, err)
	return next, events
}

// lastOf reads the data of the last event of a kind.
func lastOf[T any](t *testing.T, events []act.Event, kind string) T {
	t.Helper()
	var data T
	found := false
	for _, e := range events {
		if e.Type == kind {
			found = true
			require.NoError(t, json.Unmarshal(e.Data, &data))
		}
	}
	require.True(t, found, "no event %s", kind)
	return data
}

func TestWithdrawAndSecondRound(t *testing.T) {
	s := disagrees(t, start(t, all(approval.Collect, 2)), 0)
	require.Equal(t, approval.Open, s.Status, "collect waits for all opinions")
	s, events, err := s.Do(head(1), approval.Act{Action: "agree"}, noon)
	require.NoError(t, err)
	require.Equal(t, approval.Returned, s.Status)
	require.Equal(t, []string{"单位unit-0：指标偏高"}, lastOf[approval.Decided](t, events, "sign-off.returned").Reasons, "the reason reaches the lead unit")

	s, _ = resubmits(t, s, approval.Subject{Title: "方案（改）", Digest: "d2"})
	require.Equal(t, 2, s.Round)
	require.Len(t, s.WaitingEntries(), 2, "everybody signs the changed subject anew")
	require.Len(t, s.Entries, 4, "the first round stays")
}

func TestReturnToAnEarlierStep(t *testing.T) {
	zero, one := 0, 1
	s := start(t, all(approval.Collect, 2), all(approval.Veto, 1), all(approval.Veto, 1))
	s = agrees(t, s, 0, 1, 0)
	refused(t, s, head(0), approval.Act{Action: approval.Return, Comment: "退", ToStep: new(2)}, act.Invalid, "to-step")
	refused(t, s, head(0), approval.Act{Action: approval.Return}, act.Invalid, "comment-required")
	toSecond := does(t, s, head(0), approval.Act{Action: approval.Return, Comment: "退", ToStep: &one})
	require.Equal(t, 1, toSecond.Step)
	require.Equal(t, 2, toSecond.Round, "a return opens a new round")
	require.Equal(t, []string{unit(0)}, waiting(toSecond))

	toFirst := does(t, s, head(0), approval.Act{Action: approval.Return, Comment: "退", ToStep: &zero})
	require.Equal(t, []string{unit(0), unit(1)}, waiting(toFirst))
	require.Equal(t, approval.Approved, agrees(t, toFirst, 0, 1, 0, 0).Status)
	require.Len(t, toFirst.Entries, 6, "nothing of the first round disappears")

	toInitiator := does(t, s, head(0), approval.Act{Action: approval.Return, Comment: "退"})
	require.Equal(t, approval.Returned, toInitiator.Status)
}

// A step that collects hears everybody; the earliest place that anybody wants
// the subject back at is where it goes, and a plain disagreement leaves that to
// the step.
func TestReturnsAreCollected(t *testing.T) {
	zero := 0
	back := approval.Act{Action: approval.Return, Comment: "退", ToStep: &zero}
	s := agrees(t, start(t, all(approval.Veto, 1), all(approval.Collect, 2)), 0)
	s = does(t, s, head(0), back)
	require.Equal(t, 1, s.Step, "the other one is heard first")
	require.Equal(t, 0, agrees(t, s, 1).Step)
	require.Equal(t, approval.Returned, disagrees(t, s, 1).Status)
}

func TestASkippedStepCannotBeReturnedTo(t *testing.T) {
	skipped := all(approval.Veto, 1)
	skipped.When = &approval.Condition{Kinds: []string{"extension"}}
	s := start(t, skipped, all(approval.Veto, 1))
	require.Equal(t, 1, s.Step)
	refused(t, s, head(0), approval.Act{Action: approval.Return, Comment: "退", ToStep: new(0)}, act.Invalid, "to-step")
}

func parts(digests ...string) []approval.Part {
	var list []approval.Part
	for i, d := range digests {
		list = append(list, approval.Part{Key: unit(i), Name: "单位" + unit(i), Digest: d})
	}
	return list
}

func withParts(t *testing.T, digests ...string) approval.SignOff {
	t.Helper()
	whole := all(approval.Veto, 1)
	whole.Signers = []approval.Signer{{Party: org.Party{Unit: supervisors, Role: org.Supervisor}, Name: "督查室"}}
	s := subject(approval.Route{all(approval.Collect, len(digests)), whole})
	s.Parts, s.CarryOver = parts(digests...), true
	s, _, err := approval.Start(s, json.RawMessage(`"一"`), noon)
	require.NoError(t, err)
	return s
}

func TestOpinionsOnUnchangedPartsCarryOver(t *testing.T) {
	s := withParts(t, "a", "b", "c")
	s = agrees(t, s, 0, 2)
	s = disagrees(t, s, 1)
	s, events := resubmits(t, s, approval.Subject{Title: "方案", Digest: "d2", Parts: parts("a", "b2", "c2")})
	require.Equal(t, []string{unit(1), unit(2)}, waiting(s), "who disagreed and who has another part are asked again")
	require.Equal(t, []int{4}, lastOf[approval.Numbers](t, events, "sign-off.carried").Entries)
	carried := s.Entries[3]
	require.Equal(t, 1, carried.CarriedFrom)
	require.Equal(t, "d1", carried.Digest, "it binds what was signed")
	require.Equal(t, approval.Agree, carried.Opinion)
	s = agrees(t, s, 1, 2)
	require.Equal(t, 1, s.Step, "the supervisor signs for the whole and is asked anew")
	s = does(t, s, supervising(), approval.Act{Action: "return", Comment: "退"})
	s, _ = resubmits(t, s, approval.Subject{Title: "方案", Digest: "d3", Parts: parts("a", "b2", "c3")})
	require.Equal(t, []string{unit(2)}, waiting(s))
	require.Equal(t, 1, s.Entries[7].CarriedFrom, "it says in which round it was given")
	require.Equal(t, 2, s.Entries[8].CarriedFrom)
}

func TestNothingCarriesOverUnlessThePlanSaysSo(t *testing.T) {
	s := withParts(t, "a", "b")
	s.CarryOver = false
	s = disagrees(t, agrees(t, s, 0), 1)
	s, _ = resubmits(t, s, approval.Subject{Title: "方案", Digest: "d2", Parts: parts("a", "b2")})
	require.Len(t, s.WaitingEntries(), 2)
}

func TestACommonPartConcernsEverybody(t *testing.T) {
	s := withParts(t, "a", "b")
	s = does(t, agrees(t, s, 0), initiator(), approval.Act{Action: approval.Withdraw})
	s, _ = resubmits(t, s, approval.Subject{Title: "方案", Digest: "d2", Parts: append(parts("a", "b"), approval.Part{Name: "总则", Digest: "x"})})
	require.Len(t, s.WaitingEntries(), 2)
}

func TestTransferredOpinionsCarryOverWithWhoGaveThem(t *testing.T) {
	s := withParts(t, "a", "b")
	s = does(t, s, head(0), approval.Act{Action: approval.Transfer, To: to(1 + 4)})
	s = disagrees(t, agrees(t, s, 5), 1)
	s, _ = resubmits(t, s, approval.Subject{Title: "方案", Digest: "d1", Parts: parts("a", "b")})
	require.Equal(t, unit(5), s.Entries[3].Signer.Party.Unit)
	require.Equal(t, 1, s.Entries[3].CarriedFrom)
}

func TestAChangeOfAnOpenSubjectLapsesOpinions(t *testing.T) {
	s := agrees(t, withParts(t, "a", "b"), 0)
	_, _, err := s.Resubmit(approval.Subject{Title: "方案", Digest: "d1"}, noon)
	requireRefusal(t, err, act.Conflict, "unchanged")
	s, events := resubmits(t, s, approval.Subject{Title: "方案", Digest: "d2", Parts: parts("a2", "b"), Comment: "按意见修改"})
	require.Equal(t, approval.Signed, s.Entries[0].Status, "what was said on the former content stays")
	require.Equal(t, []string{unit(0), unit(1)}, waiting(s))
	again := lastOf[approval.Resubmitted](t, events, "sign-off.resubmitted")
	require.Equal(t, []approval.Difference{{Key: unit(0), Name: "单位unit-0", Change: approval.PartChanged}}, again.Differences)

	_, _, err = s.Do(head(1), approval.Act{Action: "agree", Digest: "d1"}, noon)
	requireRefusal(t, err, act.Conflict, "subject-changed")
	var refusal *act.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Len(t, refusal.Faults, 1, "it says what has changed")
	require.Equal(t, "parts."+unit(0), refusal.Faults[0].Field)
	require.Equal(t, approval.PartChanged, refusal.Faults[0].Code)
}

func TestTheRecordKeepsEachContent(t *testing.T) {
	s, events, err := approval.Start(subject(approval.Route{all(approval.Veto, 1)}), json.RawMessage(`"一"`), noon)
	require.NoError(t, err)
	require.JSONEq(t, `"一"`, string(lastOf[approval.Stated](t, events, "sign-off.content").Content))
	s = disagrees(t, s, 0)
	s, events = resubmits(t, s, approval.Subject{Title: "方案", Digest: "d2", Body: json.RawMessage(`"二"`)})
	stated := lastOf[approval.Stated](t, events, "sign-off.content")
	require.JSONEq(t, `"二"`, string(stated.Content))
	require.Equal(t, 2, stated.Round)
	s = disagrees(t, s, 0)
	_, events = resubmits(t, s, approval.Subject{Title: "方案", Digest: "d2"})
	for _, e := range events {
		require.NotEqual(t, "sign-off.content", e.Type, "one that did not change is there once")
	}
}

func TestDifferences(t *testing.T) {
	before := parts("a", "b", "c")
	after := append(parts("a", "x"), approval.Part{Key: "new", Name: "新", Digest: "n"})
	require.Equal(t, []approval.Difference{
		{Key: unit(1), Name: "单位unit-1", Change: approval.PartChanged},
		{Key: "new", Name: "新", Change: approval.PartAdded},
		{Key: unit(2), Name: "单位unit-2", Change: approval.PartRemoved},
	}, approval.Differences(before, after))
}

func TestTerminate(t *testing.T) {
	s := start(t, all(approval.Collect, 2))
	refused(t, s, initiator(), approval.Act{Action: approval.Terminate}, act.Invalid, "comment-required")
	for _, actor := range []act.Actor{initiator(), supervising()} {
		ended := does(t, s, actor, approval.Act{Action: approval.Terminate, Comment: "政策调整"})
		require.Equal(t, approval.Terminated, ended.Status)
		_, _, err := ended.Resubmit(approval.Subject{Digest: "d2"}, noon)
		requireRefusal(t, err, act.Conflict, "sign-off-closed")
		refused(t, ended, actor, approval.Act{Action: approval.Terminate, Comment: "再次"}, act.Conflict, "sign-off-closed")
	}
	withdrawn := does(t, s, initiator(), approval.Act{Action: approval.Withdraw})
	require.Equal(t, approval.Terminated, does(t, withdrawn, initiator(), approval.Act{Action: approval.Terminate, Comment: "不办了"}).Status)
}

func TestRoundsAreBounded(t *testing.T) {
	s := start(t, all(approval.Veto, approval.MaxSigners))
	for range 2 {
		s, _ = resubmits(t, s, approval.Subject{Digest: s.Digest + "x"})
	}
	_, _, err := s.Resubmit(approval.Subject{Digest: "last"}, noon)
	requireRefusal(t, err, act.Conflict, "too-many-rounds")
	require.Equal(t, approval.Terminated, does(t, s, initiator(), approval.Act{Action: approval.Terminate, Comment: "另行发起"}).Status)
}
