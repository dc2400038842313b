package approval_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/org"
)

func to(units ...int) []approval.Signer {
	var list []approval.Signer
	for _, i := range units {
		list = append(list, signer(i))
	}
	return list
}

func adds(t *testing.T, s approval.SignOff, by int, place approval.Relation, units ...int) approval.SignOff {
	t.Helper()
	return does(t, s, head(by), approval.Act{Action: approval.AddSigners, Place: place, To: to(units...)})
}

func TestTransfer(t *testing.T) {
	s := does(t, start(t, all(approval.Collect, 2)), head(0), approval.Act{Action: approval.Transfer, To: to(5), Comment: "属其职责"})
	require.Equal(t, approval.Transferred, s.Entries[0].Status)
	require.Equal(t, []string{unit(1), unit(5)}, waiting(s))
	refused(t, s, head(0), approval.Act{Action: "agree"}, act.Forbidden, "not-a-signer")
	s = does(t, s, head(5), approval.Act{Action: approval.Transfer, To: to(0)})
	require.Equal(t, approval.Approved, agrees(t, s, 1, 0).Status, "it may come back")
}

func TestAHeadTransfersTheEntryOfAPersonWhoLeft(t *testing.T) {
	person := approval.Signer{Party: org.Party{Unit: "finance", User: "wang"}, Name: "王"}
	s := start(t, approval.Step{Mode: approval.All, OnDisagree: approval.Veto, Then: approval.ThenReturn, Signers: []approval.Signer{person}})
	s = does(t, s, headOf("finance"), approval.Act{Action: approval.Transfer, To: to(3)})
	require.Equal(t, []string{unit(3)}, waiting(s))
}

func TestDelegateAndGetBack(t *testing.T) {
	s := start(t, all(approval.Veto, 2))
	s = does(t, s, head(0), approval.Act{Action: approval.Delegate, To: to(5)})
	require.Equal(t, []string{unit(1), unit(5)}, waiting(s))
	refused(t, s, head(0), approval.Act{Action: "agree"}, act.Conflict, "waits-for-added")
	refused(t, s, head(1), approval.Act{Action: approval.Recall}, act.Forbidden, "nothing-to-recall")

	advised := disagrees(t, s, 5)
	require.Equal(t, approval.Open, advised.Status, "what a delegate says is advice")
	require.Equal(t, []string{unit(0), unit(1)}, waiting(advised))
	require.Equal(t, approval.Approved, agrees(t, advised, 0, 1).Status)

	recalled := does(t, s, head(0), approval.Act{Action: approval.Recall})
	require.Equal(t, []string{unit(0), unit(1)}, waiting(recalled))
	require.Equal(t, approval.Removed, recalled.Entries[2].Status)
}

func TestAddBefore(t *testing.T) {
	s := adds(t, start(t, all(approval.Collect, 1)), 0, approval.Before, 5, 6)
	require.Equal(t, []string{unit(5), unit(6)}, waiting(s))
	require.Equal(t, approval.Held, s.Entries[0].Status)
	s = agrees(t, s, 5)
	require.Equal(t, []string{unit(6)}, waiting(s))
	s = agrees(t, s, 6)
	require.Equal(t, []string{unit(0)}, waiting(s))
	require.Equal(t, approval.Approved, agrees(t, s, 0).Status)
}

func TestAddWithAndAfter(t *testing.T) {
	s := adds(t, start(t, all(approval.Collect, 2)), 0, approval.With, 5)
	s = adds(t, s, 0, approval.After, 6)
	require.Equal(t, []string{unit(0), unit(1), unit(5)}, waiting(s))
	s = agrees(t, s, 0)
	require.Equal(t, []string{unit(1), unit(5), unit(6)}, waiting(s))
	s = agrees(t, s, 1, 5)
	require.Equal(t, approval.Open, s.Status, "who was added after is heard too")
	require.Equal(t, approval.Approved, agrees(t, s, 6).Status)
}

func TestNestedAdditionsInASequence(t *testing.T) {
	step := approval.Step{Mode: approval.Sequence, OnDisagree: approval.Veto, Then: approval.ThenReturn, Signers: signers(2)}
	s := adds(t, start(t, step), 0, approval.After, 5)
	s = adds(t, s, 0, approval.Before, 6)
	s = adds(t, s, 6, approval.With, 7)
	for _, asked := range [][]string{{unit(6), unit(7)}, {unit(7)}, {unit(0)}, {unit(5)}, {unit(1)}} {
		require.Equal(t, asked, waiting(s))
		next := s.WaitingEntries()[0]
		s = does(t, s, headOf(next.Signer.Party.Unit), approval.Act{Action: "agree"})
	}
	require.Equal(t, approval.Approved, s.Status)
}

func TestAddedSignersDoNotTiltAVote(t *testing.T) {
	step := approval.Step{Mode: approval.Quorum, Needed: 2, OnDisagree: approval.Veto, Then: approval.ThenReject, Signers: signers(3)}
	s := adds(t, start(t, step), 0, approval.With, 5, 6)
	s = disagrees(t, disagrees(t, s, 5), 6)
	require.Equal(t, approval.Open, s.Status)
	require.Equal(t, approval.Approved, agrees(t, s, 0, 1).Status)
}

// The question on which engines disagree: what happens to an open added signer
// when somebody rejects.
func TestRejectWhileAnAddedSignerIsOpen(t *testing.T) {
	s := adds(t, start(t, all(approval.Veto, 2)), 0, approval.Before, 5)
	vetoed := disagrees(t, s, 1)
	require.Equal(t, approval.Returned, vetoed.Status)
	require.Equal(t, approval.Unneeded, vetoed.Entries[2].Status)

	byTheAdder := does(t, s, head(0), approval.Act{Action: approval.Return, Comment: "方案不成熟"})
	require.Equal(t, approval.Returned, byTheAdder.Status, "who waits for those he added may still return it")
	require.Equal(t, approval.Unneeded, byTheAdder.Entries[2].Status)

	byTheAdded := disagrees(t, s, 5)
	require.Equal(t, approval.Returned, byTheAdded.Status, "an added signer has a veto like the others")
}

func TestRemoveSigner(t *testing.T) {
	s := start(t, all(approval.Collect, 3))
	remove := func(n int) approval.Act {
		return approval.Act{Action: approval.RemoveSigner, Entry: n, Comment: "与其无关"}
	}
	refused(t, s, head(1), remove(1), act.Forbidden, "may-not-remove")
	refused(t, s, initiator(), remove(9), act.Missing, "no-such-entry")
	refused(t, s, initiator(), approval.Act{Action: approval.RemoveSigner, Entry: 1}, act.Invalid, "comment-required")
	s = does(t, s, initiator(), remove(1))
	s = agrees(t, s, 1)
	refused(t, s, initiator(), remove(2), act.Conflict, "not-open")
	require.Equal(t, approval.Approved, does(t, s, initiator(), remove(3)).Status, "without the last one the step is decided")
}

func TestTheLastSignerCannotVanish(t *testing.T) {
	remove := approval.Act{Action: approval.RemoveSigner, Entry: 1, Comment: "与其无关"}
	refused(t, start(t, all(approval.Collect, 1)), initiator(), remove, act.Conflict, "last-signer")
	abstained := does(t, start(t, all(approval.Collect, 2)), head(1), approval.Act{Action: "abstain"})
	refused(t, abstained, initiator(), remove, act.Conflict, "last-signer")
	vote := approval.Step{Mode: approval.Quorum, Needed: 2, OnDisagree: approval.Veto, Then: approval.ThenReject, Signers: signers(2)}
	refused(t, start(t, vote), initiator(), remove, act.Conflict, "quorum-out-of-reach")
}

func TestWhoAddedASignerMayRemoveHim(t *testing.T) {
	s := adds(t, start(t, all(approval.Collect, 2)), 0, approval.Before, 5)
	remove := approval.Act{Action: approval.RemoveSigner, Entry: 3, Comment: "不必了"}
	refused(t, s, head(1), remove, act.Forbidden, "may-not-remove")
	s = does(t, s, head(0), remove)
	require.Equal(t, []string{unit(0), unit(1)}, waiting(s))
}

func TestBringingOthersInIsBounded(t *testing.T) {
	s := start(t, all(approval.Collect, 2))
	bring := func(action string, signers ...approval.Signer) approval.Act {
		return approval.Act{Action: action, Place: approval.With, To: signers}
	}
	refused(t, s, head(0), bring(approval.Transfer, signer(1)), act.Conflict, "already-asked")
	refused(t, s, head(0), bring(approval.Transfer, signer(0)), act.Conflict, "already-asked")
	refused(t, s, head(0), bring(approval.Transfer), act.Invalid, "to-required")
	refused(t, s, head(0), bring(approval.Transfer, signer(5), signer(6)), act.Invalid, "too-many")
	refused(t, s, head(0), bring(approval.AddSigners, signer(5), signer(5)), act.Invalid, "signer-twice")
	refused(t, s, head(0), bring(approval.AddSigners, approval.Signer{Name: "谁"}), act.Invalid, "signer")
	refused(t, s, head(0), approval.Act{Action: approval.AddSigners, To: to(5)}, act.Invalid, "place")
	refused(t, s, head(7), bring(approval.AddSigners, signer(5)), act.Forbidden, "not-a-signer")
	for i := range 10 {
		s = does(t, s, headOf(s.WaitingEntries()[len(s.WaitingEntries())-1].Signer.Party.Unit), bring(approval.Transfer, signer(20+i)))
	}
	_, _, err := s.Do(head(29), bring(approval.Transfer, signer(40)), noon)
	requireRefusal(t, err, act.Conflict, "too-deep")
}

func TestReassignBySupervisor(t *testing.T) {
	s := adds(t, start(t, all(approval.Collect, 2)), 0, approval.Before, 5)
	in := approval.Act{Action: approval.Reassign, Entry: 1, To: to(8), Comment: "职能划转"}
	refused(t, s, head(0), in, act.Forbidden, "not-the-supervisor")
	s = does(t, s, supervising(), in)
	require.Equal(t, approval.ByReassignment, s.Entries[3].Relation)
	require.Equal(t, "du", s.Entries[3].AddedBy.User, "who reassigned stays visible")
	require.Equal(t, []string{unit(1), unit(8)}, waiting(s), "those whom the former signer asked first are not needed")
	require.Equal(t, approval.Approved, agrees(t, s, 1, 8).Status)
}

func TestUrge(t *testing.T) {
	s := adds(t, start(t, all(approval.Collect, 3)), 0, approval.Before, 5)
	s = does(t, s, head(1), approval.Act{Action: approval.Transfer, To: to(6)})
	refused(t, s, head(6), approval.Act{Action: approval.Urge}, act.Forbidden, "may-not-urge")
	next, events, err := s.Do(initiator(), approval.Act{Action: approval.Urge}, noon)
	require.NoError(t, err)
	var told []string
	for _, notice := range events[0].Notices {
		told = append(told, notice.To.Unit)
	}
	require.Equal(t, []string{unit(2), unit(5), unit(6)}, told, "whoever is asked now, added and transferred ones too")
	_, _, err = next.Do(head(0), approval.Act{Action: approval.Urge}, noon.Add(5e9))
	requireRefusal(t, err, act.Conflict, "urged-lately")
	does(t, s, head(0), approval.Act{Action: approval.Urge}) // who waits for those he added may urge
}

func TestCopies(t *testing.T) {
	s := does(t, start(t, all(approval.Veto, 2)), head(0), approval.Act{Action: approval.CopyTo, To: to(7, 8)})
	require.Len(t, s.Copies, 2)
	refused(t, s, initiator(), approval.Act{Action: approval.CopyTo, To: to(7)}, act.Conflict, "already-copied")
	refused(t, s, head(7), approval.Act{Action: approval.CopyTo, To: to(9)}, act.Forbidden, "not-a-signer")
	s = does(t, agrees(t, s, 0, 1), initiator(), approval.Act{Action: approval.CopyTo, To: to(7, 9)})
	require.Len(t, s.Copies, 3, "also when it is decided, each once")
	for i := range 24 {
		s = does(t, s, initiator(), approval.Act{Action: approval.CopyTo, To: many(1000+20*i, 20)})
	}
	refused(t, s, initiator(), approval.Act{Action: approval.CopyTo, To: many(5000, 20)}, act.Conflict, "too-many")
}

func many(from, n int) []approval.Signer {
	list := make([]approval.Signer, n)
	for i := range n {
		list[i] = approval.Signer{Party: org.Party{Unit: fmt.Sprint("many-", from+i), Role: org.Head}, Name: "单位"}
	}
	return list
}
