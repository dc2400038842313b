package approval_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/org"
)

func TestSequenceAsksOneAfterTheOther(t *testing.T) {
	s := start(t, approval.Step{Mode: approval.Sequence, OnDisagree: approval.Veto, Then: approval.ThenReturn, Signers: signers(3)})
	refused(t, s, head(1), approval.Act{Action: "agree"}, act.Forbidden, "not-your-turn")
	for i := range 3 {
		require.Equal(t, []string{unit(i)}, waiting(s))
		s = agrees(t, s, i)
	}
	require.Equal(t, approval.Approved, s.Status)
}

func TestAnyNeedsOne(t *testing.T) {
	step := approval.Step{Mode: approval.Any, OnDisagree: approval.Veto, Then: approval.ThenReject, Signers: signers(3)}
	s := disagrees(t, start(t, step), 0)
	require.Equal(t, approval.Open, s.Status, "a single disagreement does not end it")
	require.Equal(t, approval.Approved, agrees(t, s, 1).Status)
	require.Equal(t, approval.Rejected, disagrees(t, disagrees(t, s, 1), 2).Status)
}

func TestVetoAndCollect(t *testing.T) {
	for _, c := range []struct {
		onDisagree approval.OnDisagree
		then       approval.Then
		first      approval.Status // after one of two disagrees
		last       approval.Status
	}{
		{approval.Veto, approval.ThenReturn, approval.Returned, approval.Returned},
		{approval.Veto, approval.ThenReject, approval.Rejected, approval.Rejected},
		{approval.Collect, approval.ThenReturn, approval.Open, approval.Returned},
		{approval.Collect, approval.ThenReject, approval.Open, approval.Rejected},
	} {
		step := all(c.onDisagree, 2)
		step.Then = c.then
		s := disagrees(t, start(t, step), 0)
		require.Equal(t, c.first, s.Status, "%s, %s", c.onDisagree, c.then)
		if s.Status == approval.Open {
			s = agrees(t, s, 1)
		}
		require.Equal(t, c.last, s.Status, "%s, %s", c.onDisagree, c.then)
	}
}

func TestEverybodyAbstains(t *testing.T) {
	s := start(t, all(approval.Veto, 2))
	for i := range 2 {
		s = does(t, s, head(i), approval.Act{Action: "abstain"})
	}
	require.Equal(t, approval.Returned, s.Status, "nobody's consent is no consent")
}

func TestOpinionsThatAreRefused(t *testing.T) {
	operator := head(0)
	operator.Roles = []org.Role{org.Operator}
	left := head(0)
	left.Unit = org.UnitRef{ID: "elsewhere"}
	for name, c := range map[string]struct {
		actor act.Actor
		in    approval.Act
		kind  act.Kind
		code  string
	}{
		"another unit":                 {headOf("elsewhere"), approval.Act{Action: "agree"}, act.Forbidden, "not-a-signer"},
		"left the unit":                {left, approval.Act{Action: "agree"}, act.Forbidden, "not-a-signer"},
		"without the role":             {operator, approval.Act{Action: "agree"}, act.Forbidden, "not-a-signer"},
		"disagreement without reason":  {head(0), approval.Act{Action: "disagree"}, act.Invalid, "comment-required"},
		"reservations without reason":  {head(0), approval.Act{Action: "agree-with-reservations"}, act.Invalid, "comment-required"},
		"unknown opinion":              {head(0), approval.Act{Action: "maybe"}, act.Invalid, "unknown-action"},
		"a book":                       {head(0), approval.Act{Action: "agree", Comment: strings.Repeat("字", 2001)}, act.Invalid, "too-long"},
		"a library":                    {head(0), approval.Act{Action: "agree", Attachments: make([]act.Attachment, 21)}, act.Invalid, "too-many"},
		"another content":              {head(0), approval.Act{Action: "agree", Digest: "old"}, act.Conflict, "subject-changed"},
		"another's entry":              {head(0), approval.Act{Action: "agree", Entry: 2}, act.Forbidden, "not-a-signer"},
		"in stead, not a supervisor":   {head(1), approval.Act{Action: "agree", Comment: "代", InSteadOf: unit(0)}, act.Forbidden, "not-a-signer"},
		"in stead without a reason":    {supervising(), approval.Act{Action: "agree", InSteadOf: unit(0)}, act.Invalid, "comment-required"},
		"withdrawn by a signer":        {head(0), approval.Act{Action: "withdraw"}, act.Forbidden, "not-the-initiator"},
		"terminated by a signer":       {head(0), approval.Act{Action: "terminate", Comment: "不办了"}, act.Forbidden, "not-the-initiator"},
		"submitted where it is hosted": {initiator(), approval.Act{Action: "resubmit"}, act.Conflict, "hosted"},
		"names others for nothing":     {head(0), approval.Act{Action: "agree", To: signers(1)}, act.Invalid, "to-unused"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, start(t, all(approval.Collect, 2)), c.actor, c.in, c.kind, c.code) })
	}
	t.Run("signed already", func(t *testing.T) {
		s := agrees(t, start(t, all(approval.Collect, 2)), 0)
		refused(t, s, head(0), approval.Act{Action: "disagree", Comment: "改主意"}, act.Conflict, "already-signed")
	})
	t.Run("closed", func(t *testing.T) {
		s := does(t, start(t, all(approval.Collect, 2)), initiator(), approval.Act{Action: "withdraw", Comment: "有误"})
		require.Equal(t, approval.Withdrawn, s.Status)
		refused(t, s, head(0), approval.Act{Action: "agree"}, act.Conflict, "sign-off-closed")
	})
}

func TestWhoMaySign(t *testing.T) {
	person := approval.Signer{Party: org.Party{Unit: "finance", User: "wang"}, Name: "市财政局 王"}
	role := approval.Signer{Party: org.Party{Role: org.Supervisor}, Name: "督查人员"}
	desk := approval.Signer{Party: org.Party{Unit: "education", Role: org.Operator}, Name: "市教育局"}
	s := start(t, approval.Step{Mode: approval.All, OnDisagree: approval.Collect, Then: approval.ThenReturn, Signers: []approval.Signer{person, role, desk}})
	wang := act.Actor{User: "wang", Unit: org.UnitRef{ID: "finance"}, Roles: []org.Role{org.Viewer}}
	gone := act.Actor{User: "wang", Unit: org.UnitRef{ID: "tax"}, Roles: []org.Role{org.Head}}
	refused(t, s, gone, approval.Act{Action: "agree"}, act.Forbidden, "not-a-signer")
	refused(t, s, headOf("finance"), approval.Act{Action: "agree"}, act.Forbidden, "not-a-signer")
	s = does(t, s, wang, approval.Act{Action: "agree"})
	s = does(t, s, supervising(), approval.Act{Action: "agree"})
	s = does(t, s, headOf("education"), approval.Act{Action: "agree"})
	require.Equal(t, approval.Approved, s.Status, "the head may sign what his operator may")
}

func TestAStandInIsNamedWithWhomHeStandsFor(t *testing.T) {
	deputy := head(0)
	deputy.User, deputy.OnBehalfOf = "li", "head@"+unit(0)
	s := does(t, start(t, all(approval.Collect, 2)), deputy, approval.Act{Action: "agree"})
	require.Equal(t, "li", s.Entries[0].By.User)
	require.Equal(t, "head@"+unit(0), s.Entries[0].By.OnBehalfOf)
}

func TestAUnitThatWasMergedIsSignedForByItsSuccessor(t *testing.T) {
	successor := headOf("bureau")
	successor.Merged = []string{unit(0)}
	s := does(t, start(t, all(approval.Collect, 2)), successor, approval.Act{Action: "agree"})
	require.Equal(t, unit(0), s.Entries[0].Signer.Party.Unit, "the entry keeps whom it asked")
	require.Equal(t, "bureau", s.Entries[0].By.Unit.ID)
}

func TestTheSupervisorDecidesInStead(t *testing.T) {
	s := does(t, start(t, all(approval.Veto, 2)), supervising(), approval.Act{Action: "agree", InSteadOf: unit(1), Comment: "多次催办未签"})
	require.True(t, s.Entries[1].InStead)
	require.Equal(t, "du", s.Entries[1].By.User)
	refused(t, s, head(1), approval.Act{Action: approval.Retract}, act.Forbidden, "nothing-to-retract")
}

func TestRetract(t *testing.T) {
	s := agrees(t, start(t, all(approval.Collect, 3)), 0)
	s = does(t, s, head(0), approval.Act{Action: approval.Retract, Comment: "数字看错"})
	require.Equal(t, approval.Retracted, s.Entries[0].Status)
	require.Equal(t, approval.Agree, s.Entries[0].Opinion, "the opinion stays in the record")
	require.Equal(t, []string{unit(1), unit(2), unit(0)}, waiting(s))
	s = disagrees(t, s, 0)
	s = agrees(t, s, 1, 2)
	require.Equal(t, approval.Returned, s.Status, "only the second opinion counts")
}

func TestRetractInASequence(t *testing.T) {
	step := approval.Step{Mode: approval.Sequence, OnDisagree: approval.Veto, Then: approval.ThenReturn, Signers: signers(3)}
	s := agrees(t, start(t, step), 0)
	s = does(t, s, head(0), approval.Act{Action: approval.Retract})
	require.Equal(t, []string{unit(0)}, waiting(s), "the next one is no longer asked")
	s = agrees(t, s, 0, 1)
	refused(t, s, head(0), approval.Act{Action: approval.Retract}, act.Conflict, "signed-after")
	s = does(t, s, head(1), approval.Act{Action: approval.Retract})
	require.Equal(t, []string{unit(1)}, waiting(s))
}
