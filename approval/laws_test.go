package approval_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/approval"
	"duban/org"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

const supervisors = "ducha"

func unit(i int) string { return fmt.Sprintf("unit-%d", i) }

func signer(i int) approval.Signer {
	return approval.Signer{Party: org.Party{Unit: unit(i), Role: org.Head}, Name: "单位" + unit(i)}
}

func headOf(u string) act.Actor {
	return act.Actor{User: "head@" + u, Name: "负责人", Unit: org.UnitRef{ID: u, Name: u}, Roles: []org.Role{org.Head}}
}

func supervisingActor() act.Actor {
	return act.Actor{User: "du", Unit: org.UnitRef{ID: supervisors}, Roles: []org.Role{org.Supervisor}}
}

func drawRoute(t *rapid.T) approval.Route {
	route := approval.Route{}
	for s := range rapid.IntRange(1, 3).Draw(t, "steps") {
		n := rapid.IntRange(1, 5).Draw(t, "signers")
		step := approval.Step{
			Name:       fmt.Sprint(s),
			Mode:       rapid.SampledFrom([]approval.Mode{approval.All, approval.Any, approval.Sequence, approval.Quorum}).Draw(t, "mode"),
			Needed:     rapid.IntRange(1, n).Draw(t, "needed"),
			OnDisagree: rapid.SampledFrom([]approval.OnDisagree{approval.Veto, approval.Collect}).Draw(t, "onDisagree"),
			Then:       rapid.SampledFrom([]approval.Then{approval.ThenReturn, approval.ThenReject}).Draw(t, "then"),
		}
		for i := range n {
			step.Signers = append(step.Signers, signer(i))
		}
		route = append(route, step)
	}
	return route
}

func start(t require.TestingT, route approval.Route) approval.SignOff {
	s, _, err := approval.Start(approval.SignOff{ID: "s", Title: "方案", Digest: "d1", Initiator: org.UnitRef{ID: "lead", Name: "牵头单位"},
		Supervisor: org.UnitRef{ID: supervisors}, Route: route}, noon)
	require.NoError(t, err)
	return s
}

// obeysLaws checks what must hold in every state.
func obeysLaws(t *rapid.T, s approval.SignOff) {
	waiting := map[org.Party]int{}
	for _, e := range s.Entries {
		open := e.Status == approval.Waiting || e.Status == approval.Pending
		if s.Status != approval.Open {
			require.False(t, open, "a sign-off that is not open waits for nobody")
		}
		if open {
			require.Equal(t, s.Round, e.Round, "only the present round waits")
			require.Equal(t, s.Step, e.Step, "only the open step waits")
		}
		if e.Status == approval.Waiting {
			waiting[e.Signer.Party]++
			require.False(t, e.AskedAt.IsZero())
		}
		if e.Status == approval.Signed {
			require.NotEmpty(t, e.Digest, "an opinion binds a content")
			require.NotEmpty(t, e.Opinion)
		}
	}
	for party, n := range waiting {
		require.Equal(t, 1, n, "one entry for %v", party)
	}
	if s.Status == approval.Open {
		require.NotEmpty(t, waiting, "an open sign-off waits for somebody")
	}
}

// Random acts of random people, some of them nonsense.
func TestLawsUnderRandomActs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := start(t, drawRoute(t))
		obeysLaws(t, s)
		accepted := 0
		for range rapid.IntRange(1, 40).Draw(t, "acts") {
			before, err := json.Marshal(s)
			require.NoError(t, err)
			actor := headOf(unit(rapid.IntRange(0, 5).Draw(t, "who")))
			in := approval.Act{SignOff: "s", Comment: "理由", Digest: rapid.SampledFrom([]string{"", s.Digest, "other"}).Draw(t, "digest"),
				Action: rapid.SampledFrom([]string{"agree", "agree", "agree", "disagree", "abstain", "agree-with-reservations", "nonsense", "withdraw", "resubmit"}).Draw(t, "action")}
			if rapid.IntRange(0, 9).Draw(t, "inStead") == 0 {
				actor, in.InSteadOf = supervisingActor(), actor.Unit.ID
			}
			var next approval.SignOff
			var events []act.Event
			if in.Action == "resubmit" {
				next, events, err = s.Resubmit("方案", s.Digest+"x", noon)
			} else {
				next, events, err = s.Do(actor, in, noon)
			}
			after, marshalErr := json.Marshal(s)
			require.NoError(t, marshalErr)
			require.Equal(t, string(before), string(after), "an act leaves the state it was tried on alone")
			if err != nil {
				continue
			}
			require.NotEmpty(t, events)
			require.GreaterOrEqual(t, len(next.Entries), len(s.Entries), "no entry disappears")
			for i, e := range s.Entries {
				if e.Status == approval.Signed {
					require.Equal(t, e, next.Entries[i], "no opinion changes")
				}
			}
			if in.Action != "resubmit" && in.Action != "withdraw" {
				accepted++
			}
			s = next
			obeysLaws(t, s)
		}
		signed := 0
		for _, e := range s.Entries {
			if e.Status == approval.Signed {
				signed++
			}
		}
		require.Equal(t, accepted, signed, "each accepted opinion is counted once")
	})
}

// Whoever is waited for answers: in the end every sign-off is decided.
func TestNoOpenSignOffWithAllOpinionsIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := start(t, drawRoute(t))
		for s.Status == approval.Open {
			waiting := s.WaitingEntries()
			e := waiting[rapid.IntRange(0, len(waiting)-1).Draw(t, "next")]
			opinion := rapid.SampledFrom([]string{"agree", "disagree", "abstain"}).Draw(t, "opinion")
			next, _, err := s.Do(headOf(e.Signer.Party.Unit), approval.Act{SignOff: "s", Action: opinion, Comment: "理由"}, noon)
			require.NoError(t, err)
			s = next
		}
		require.Contains(t, []approval.Status{approval.Approved, approval.Returned, approval.Rejected}, s.Status)
	})
}

// The order in which parallel signers answer does not matter when all opinions
// are heard.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "n")
		step := approval.Step{Mode: approval.All, OnDisagree: approval.Collect, Then: approval.ThenReturn}
		opinions := make([]string, n)
		order := make([]int, n)
		for i := range n {
			step.Signers = append(step.Signers, signer(i))
			opinions[i] = rapid.SampledFrom([]string{"agree", "agree", "disagree", "abstain"}).Draw(t, "opinion")
			order[i] = i
		}
		result := func(order []int) approval.Status {
			s := start(t, approval.Route{step})
			for _, i := range order {
				next, _, err := s.Do(headOf(unit(i)), approval.Act{SignOff: "s", Action: opinions[i], Comment: "理由"}, noon)
				require.NoError(t, err)
				s = next
			}
			return s.Status
		}
		shuffled := rapid.Permutation(order).Draw(t, "order")
		require.Equal(t, result(order), result(shuffled))
	})
}

// A quorum passes exactly at its threshold.
func TestQuorumPassesAtItsThreshold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "n")
		step := approval.Step{Mode: approval.Quorum, Needed: rapid.IntRange(1, n).Draw(t, "needed"), OnDisagree: approval.Veto, Then: approval.ThenReject}
		for i := range n {
			step.Signers = append(step.Signers, signer(i))
		}
		s := start(t, approval.Route{step})
		agreed, against := 0, 0
		for i := range n {
			agrees := rapid.Bool().Draw(t, "agrees")
			action := "disagree"
			if agrees {
				action = "agree"
				agreed++
			} else {
				against++
			}
			next, _, err := s.Do(headOf(unit(i)), approval.Act{SignOff: "s", Action: action, Comment: "理由"}, noon)
			require.NoError(t, err)
			s = next
			switch {
			case agreed >= step.Needed:
				require.Equal(t, approval.Approved, s.Status)
			case n-against < step.Needed:
				require.Equal(t, approval.Rejected, s.Status)
			default:
				require.Equal(t, approval.Open, s.Status)
			}
			if s.Status != approval.Open {
				return
			}
		}
	})
}

func TestSequenceAsksOneAfterTheOther(t *testing.T) {
	s := start(t, approval.Route{{Mode: approval.Sequence, OnDisagree: approval.Veto, Then: approval.ThenReturn,
		Signers: []approval.Signer{signer(0), signer(1), signer(2)}}})
	_, _, err := s.Do(headOf(unit(1)), approval.Act{SignOff: "s", Action: "agree"}, noon)
	requireRefusal(t, err, act.Forbidden, "not-a-signer")
	for i := range 3 {
		require.Len(t, s.WaitingEntries(), 1)
		require.Equal(t, unit(i), s.WaitingEntries()[0].Signer.Party.Unit)
		s, _, err = s.Do(headOf(unit(i)), approval.Act{SignOff: "s", Action: "agree"}, noon.Add(time.Hour))
		require.NoError(t, err)
	}
	require.Equal(t, approval.Approved, s.Status)
}

func requireRefusal(t *testing.T, err error, kind act.Kind, code string) {
	t.Helper()
	var refusal *act.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, kind, refusal.Kind)
	require.Equal(t, code, refusal.Code)
	require.NotEmpty(t, refusal.Zh)
	require.NotEmpty(t, refusal.En)
}

func TestRefusals(t *testing.T) {
	all := approval.Route{{Mode: approval.All, OnDisagree: approval.Collect, Then: approval.ThenReturn, Signers: []approval.Signer{signer(0), signer(1)}}}
	operator := headOf(unit(0))
	operator.Roles = []org.Role{org.Operator}
	for name, c := range map[string]struct {
		actor act.Actor
		in    approval.Act
		kind  act.Kind
		code  string
	}{
		"another unit":                {headOf("elsewhere"), approval.Act{Action: "agree"}, act.Forbidden, "not-a-signer"},
		"without the role":            {operator, approval.Act{Action: "agree"}, act.Forbidden, "not-a-signer"},
		"disagreement without reason": {headOf(unit(0)), approval.Act{Action: "disagree"}, act.Invalid, "comment-required"},
		"unknown opinion":             {headOf(unit(0)), approval.Act{Action: "maybe"}, act.Invalid, "unknown-action"},
		"another content":             {headOf(unit(0)), approval.Act{Action: "agree", Digest: "old"}, act.Conflict, "subject-changed"},
		"in stead, not a supervisor":  {headOf(unit(1)), approval.Act{Action: "agree", Comment: "代", InSteadOf: unit(0)}, act.Forbidden, "not-a-signer"},
		"in stead without a reason":   {supervisingActor(), approval.Act{Action: "agree", InSteadOf: unit(0)}, act.Invalid, "comment-required"},
		"withdrawn by a signer":       {headOf(unit(0)), approval.Act{Action: "withdraw"}, act.Forbidden, "not-the-initiator"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := start(t, all).Do(c.actor, c.in, noon)
			requireRefusal(t, err, c.kind, c.code)
		})
	}
	t.Run("signed already", func(t *testing.T) {
		s, _, err := start(t, all).Do(headOf(unit(0)), approval.Act{Action: "agree"}, noon)
		require.NoError(t, err)
		_, _, err = s.Do(headOf(unit(0)), approval.Act{Action: "disagree", Comment: "改主意"}, noon)
		requireRefusal(t, err, act.Conflict, "already-signed")
	})
	t.Run("closed", func(t *testing.T) {
		s, _, err := start(t, all).Do(headOf("lead"), approval.Act{Action: "withdraw", Comment: "有误"}, noon)
		require.NoError(t, err)
		require.Equal(t, approval.Withdrawn, s.Status)
		_, _, err = s.Do(headOf(unit(0)), approval.Act{Action: "agree"}, noon)
		requireRefusal(t, err, act.Conflict, "sign-off-closed")
	})
}

func TestWithdrawAndSecondRound(t *testing.T) {
	route := approval.Route{{Mode: approval.All, OnDisagree: approval.Collect, Then: approval.ThenReturn, Signers: []approval.Signer{signer(0), signer(1)}}}
	s := start(t, route)
	s, _, err := s.Do(headOf(unit(0)), approval.Act{Action: "disagree", Comment: "指标偏高"}, noon)
	require.NoError(t, err)
	require.Equal(t, approval.Open, s.Status, "collect waits for all opinions")
	s, events, err := s.Do(headOf(unit(1)), approval.Act{Action: "agree"}, noon)
	require.NoError(t, err)
	require.Equal(t, approval.Returned, s.Status)
	last := events[len(events)-1]
	require.Equal(t, "sign-off.returned", last.Type)
	require.Contains(t, string(last.Data), "指标偏高", "the reason reaches the lead unit")
	s, _, err = s.Resubmit("方案（改）", "d2", noon)
	require.NoError(t, err)
	require.Equal(t, 2, s.Round)
	require.Len(t, s.WaitingEntries(), 2, "everybody signs the changed subject anew")
	require.Len(t, slices.DeleteFunc(slices.Clone(s.Entries), func(e approval.Entry) bool { return e.Round != 1 }), 2, "the first round stays")
}

func TestRouteValidate(t *testing.T) {
	good := approval.Step{Mode: approval.All, OnDisagree: approval.Veto, Then: approval.ThenReturn, Signers: []approval.Signer{signer(0)}}
	with := func(change func(*approval.Step)) approval.Route {
		s := good
		change(&s)
		return approval.Route{s}
	}
	require.NoError(t, approval.Route{good}.Validate())
	for name, route := range map[string]approval.Route{
		"no-steps":     {},
		"no-signers":   with(func(s *approval.Step) { s.Signers = nil }),
		"signer-twice": with(func(s *approval.Step) { s.Signers = []approval.Signer{signer(0), signer(0)} }),
		"mode":         with(func(s *approval.Step) { s.Mode = "most" }),
		"quorum":       with(func(s *approval.Step) { s.Mode, s.Needed = approval.Quorum, 2 }),
		"on-disagree":  with(func(s *approval.Step) { s.OnDisagree = "" }),
		"then":         with(func(s *approval.Step) { s.Then = "" }),
	} {
		var refusal *act.Refusal
		require.ErrorAs(t, route.Validate(), &refusal, name)
		require.Equal(t, name, refusal.Faults[0].Code)
	}
}
