package approval_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/approval"
	"duban/org"
)

var modes = []approval.Mode{approval.All, approval.Any, approval.Sequence, approval.Quorum}

func drawRoute(t *rapid.T) approval.Route {
	route := approval.Route{}
	for i := range rapid.IntRange(1, 3).Draw(t, "steps") {
		n := rapid.IntRange(1, 5).Draw(t, "signers")
		step := approval.Step{
			Name:       fmt.Sprint(i),
			Mode:       rapid.SampledFrom(modes).Draw(t, "mode"),
			OnDisagree: rapid.SampledFrom([]approval.OnDisagree{approval.Veto, approval.Collect}).Draw(t, "onDisagree"),
			Then:       rapid.SampledFrom([]approval.Then{approval.ThenReturn, approval.ThenReject}).Draw(t, "then"),
			Signers:    signers(n),
		}
		if step.Mode == approval.Quorum {
			drawQuorum(t, &step)
		}
		if i > 0 && rapid.IntRange(0, 3).Draw(t, "conditional") == 0 {
			step.When = &approval.Condition{Kinds: []string{rapid.SampledFrom([]string{"general", "extension"}).Draw(t, "kind")}}
		}
		if rapid.Bool().Draw(t, "timed") {
			step.Within = &approval.Within{Days: 3}
			step.OnTimeout = rapid.SampledFrom([]approval.OnTimeout{"", approval.Escalate, approval.Consent, approval.Reject, approval.None}).Draw(t, "onTimeout")
		}
		route = append(route, step)
	}
	return route
}

func drawQuorum(t *rapid.T, step *approval.Step) {
	sum := 0
	for i := range step.Signers {
		step.Signers[i].Weight = rapid.IntRange(0, 3).Draw(t, "weight")
		sum += max(step.Signers[i].Weight, 1)
	}
	if rapid.Bool().Draw(t, "byShare") {
		step.Percent = rapid.IntRange(1, 100).Draw(t, "percent")
	} else {
		step.Needed = rapid.IntRange(1, sum).Draw(t, "needed")
	}
}

// attempt is one act of somebody, some of them nonsense.
type attempt struct {
	actor act.Actor
	in    approval.Act
}

func drawAttempt(t *rapid.T, s approval.SignOff) attempt {
	who := rapid.IntRange(0, 9).Draw(t, "who")
	a := attempt{actor: head(who), in: approval.Act{SignOff: "s", Comment: "理由",
		Digest: rapid.SampledFrom([]string{"", "", s.Digest, "other"}).Draw(t, "digest")}}
	if waiting := s.WaitingEntries(); len(waiting) > 0 && rapid.IntRange(0, 3).Draw(t, "meant") > 0 {
		a.actor = headOf(rapid.SampledFrom(waiting).Draw(t, "asked").Signer.Party.Unit)
	}
	a.in.Action = rapid.SampledFrom([]string{"agree", "agree", "agree", "agree", "disagree", "abstain", "agree-with-reservations", "return",
		"transfer", "delegate", "recall", "add-signers", "add-signers", "remove-signer", "retract", "withdraw", "terminate", "urge", "copy",
		"reassign", "prolong", "nonsense"}).Draw(t, "action")
	switch a.in.Action {
	case approval.Transfer, approval.Delegate, approval.Reassign:
		a.in.To = []approval.Signer{signer(rapid.IntRange(0, 9).Draw(t, "to"))}
	case approval.AddSigners, approval.CopyTo:
		a.in.Place = rapid.SampledFrom([]approval.Relation{approval.Before, approval.With, approval.After}).Draw(t, "place")
		for range rapid.IntRange(1, 2).Draw(t, "added") {
			a.in.To = append(a.in.To, signer(rapid.IntRange(0, 9).Draw(t, "to")))
		}
	case approval.Return:
		if rapid.Bool().Draw(t, "toStep") {
			step := rapid.IntRange(0, 2).Draw(t, "step")
			a.in.ToStep = &step
		}
	case approval.Prolong:
		a.in.DueAt = s.DueAt.Add(24 * time.Hour)
	}
	if a.in.Action == approval.RemoveSigner || a.in.Action == approval.Reassign {
		a.in.Entry = rapid.IntRange(1, len(s.Entries)).Draw(t, "entry")
	}
	switch a.in.Action {
	case approval.RemoveSigner, approval.Withdraw, approval.Terminate:
		if rapid.Bool().Draw(t, "byInitiator") {
			a.actor = initiator()
		}
	case approval.Reassign, approval.Prolong:
		a.actor = supervising()
	}
	if a.in.Action == "agree" && rapid.IntRange(0, 9).Draw(t, "inStead") == 0 {
		a.actor, a.in.InSteadOf = supervising(), a.actor.Unit.ID
	}
	return a
}

// next draws one thing that may happen: an act, the clock, another round.
func next(t *rapid.T, s approval.SignOff, now time.Time) (approval.SignOff, []act.Event, error) {
	switch rapid.IntRange(0, 19).Draw(t, "what") {
	case 0:
		return s.Resubmit(approval.Subject{Title: "方案", Digest: s.Digest + "x", Parts: drawParts(t)}, now)
	case 1:
		due := approval.DueSet{DueRequest: approval.DueRequest{SignOff: "s", Round: s.Round, Step: s.Step}, DueAt: now.Add(time.Hour)}
		return s.SetDue(due)
	case 2:
		woken, events := s.Wake(s.DueAt)
		if len(events) == 0 {
			return s, nil, act.NotNow("silent", "无", "nothing to do")
		}
		return woken, events, nil
	}
	a := drawAttempt(t, s)
	return s.Do(a.actor, a.in, now)
}

func drawParts(t *rapid.T) []approval.Part {
	var parts []approval.Part
	for i := range 5 {
		parts = append(parts, approval.Part{Key: unit(i), Name: unit(i), Digest: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "part")})
	}
	return parts
}

// obeysLaws checks what must hold in every state.
func obeysLaws(t *rapid.T, s approval.SignOff) {
	waiting := map[org.Party]int{}
	for i, e := range s.Entries {
		open := slices.Contains([]approval.EntryStatus{approval.Waiting, approval.Pending, approval.Held}, e.Status)
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
		if e.Status == approval.Signed || e.Status == approval.Retracted {
			require.NotEmpty(t, e.Digest, "an opinion binds a content")
			require.NotEmpty(t, e.Opinion)
		}
		require.Less(t, e.Origin, i+1, "an entry comes from an earlier one")
	}
	for party, n := range waiting {
		require.Equal(t, 1, n, "one entry for %v", party)
	}
	if s.Status == approval.Open {
		require.NotEmpty(t, waiting, "an open sign-off waits for somebody")
		require.False(t, everybodyHeard(s), "a step that has heard everybody is decided")
	}
}

// everybodyHeard reports whether no opinion that counts is missing.
func everybodyHeard(s approval.SignOff) bool {
	return !slices.ContainsFunc(s.Entries, func(e *approval.Entry) bool {
		return !e.Advice && e.Round == s.Round && e.Step == s.Step &&
			slices.Contains([]approval.EntryStatus{approval.Waiting, approval.Pending, approval.Held}, e.Status)
	})
}

func opinions(s approval.SignOff) int {
	n := 0
	for _, e := range s.Entries {
		if (e.Status == approval.Signed || e.Status == approval.Retracted) && !e.ByClock && e.CarriedFrom == 0 {
			n++
		}
	}
	return n
}

// keepsEverything checks what no change may touch: entries stay in their place,
// and what was said stays as it was said.
func keepsEverything(t *rapid.T, before, after approval.SignOff) {
	require.GreaterOrEqual(t, len(after.Entries), len(before.Entries), "no entry disappears")
	for i, e := range before.Entries {
		kept := *after.Entries[i]
		if e.Status == approval.Signed && kept.Status == approval.Retracted {
			kept.Status = approval.Signed
		}
		if e.Status == approval.Signed || e.Status == approval.Retracted {
			require.Equal(t, *e, kept, "no opinion changes")
		}
		require.Equal(t, e.Signer, kept.Signer, "who was asked stays")
	}
}

// Random acts of random people, the clock, and other rounds between them.
func TestLawsUnderRandomActs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := subject(drawRoute(t))
		s.CarryOver, s.Parts = rapid.Bool().Draw(t, "carryOver"), drawParts(t)
		s, _, err := approval.Start(s, nil, noon)
		require.NoError(t, err)
		obeysLaws(t, s)
		signed := 0
		now := noon
		for range rapid.IntRange(1, 40).Draw(t, "acts") {
			now = now.Add(time.Duration(rapid.IntRange(1, 30).Draw(t, "minutes")) * time.Minute)
			before, err := json.Marshal(s)
			require.NoError(t, err)
			after, events, err := next(t, s, now)
			untouched, marshalErr := json.Marshal(s)
			require.NoError(t, marshalErr)
			require.Equal(t, string(before), string(untouched), "an act leaves the state it was tried on alone")
			if err != nil {
				continue
			}
			require.NotEmpty(t, events, "what happened is recorded")
			for _, e := range events {
				if e.Type == "sign-off.signed" {
					signed++
				}
			}
			keepsEverything(t, s, after)
			after, _ = after.AskDue()
			s = after
			obeysLaws(t, s)
			require.Equal(t, signed, opinions(s), "each accepted opinion is counted once")
		}
	})
}

// A state comes back from the record as it was written.
func TestAStateSurvivesItsEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := start(t, drawRoute(t)...)
		for range rapid.IntRange(0, 20).Draw(t, "acts") {
			if after, _, err := next(t, s, noon.Add(time.Hour)); err == nil {
				s = after
			}
		}
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var read approval.SignOff
		require.NoError(t, json.Unmarshal(text, &read))
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}

// Whoever is waited for answers: in the end every sign-off is decided, whoever
// was added, delegated to or given the entry before.
func TestNoOpenSignOffWithAllOpinionsIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := start(t, drawRoute(t)...)
		for range rapid.IntRange(0, 6).Draw(t, "before") {
			a := drawAttempt(t, s)
			if a.in.Action == approval.Return {
				continue // would go round for ever
			}
			if after, _, err := s.Do(a.actor, a.in, noon); err == nil {
				s = after
			}
		}
		for s.Status == approval.Open {
			e := rapid.SampledFrom(s.WaitingEntries()).Draw(t, "next")
			opinion := rapid.SampledFrom([]string{"agree", "disagree", "abstain"}).Draw(t, "opinion")
			s = does(t, s, headOf(e.Signer.Party.Unit), approval.Act{SignOff: "s", Action: opinion, Comment: "理由"})
		}
	})
}

// The order in which parallel signers answer does not matter when all opinions
// are heard, wherever they want the subject back.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "n")
		first := all(approval.Veto, 1)
		step := all(approval.Collect, n)
		step.Then = rapid.SampledFrom([]approval.Then{approval.ThenReturn, approval.ThenReject}).Draw(t, "then")
		acts := make([]approval.Act, n)
		order := make([]int, n)
		zero := 0
		for i := range n {
			acts[i] = rapid.SampledFrom([]approval.Act{{Action: "agree"}, {Action: "agree"}, {Action: "abstain"}, {Action: "disagree"},
				{Action: "return"}, {Action: "return", ToStep: &zero}}).Draw(t, "act")
			acts[i].Comment = "理由"
			order[i] = i
		}
		result := func(order []int) (approval.Status, int, int) {
			s := agrees(t, start(t, first, step), 0)
			for _, i := range order {
				s = does(t, s, head(i), acts[i])
			}
			return s.Status, s.Round, s.Step
		}
		status, round, at := result(order)
		shuffledStatus, shuffledRound, shuffledAt := result(rapid.Permutation(order).Draw(t, "order"))
		require.Equal(t, []any{status, round, at}, []any{shuffledStatus, shuffledRound, shuffledAt})
	})
}

// A quorum passes with the vote that reaches its threshold, and fails with the
// one that puts it out of reach, whatever the votes weigh and whoever is added.
func TestQuorumPassesAtItsThreshold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "n")
		step := approval.Step{Mode: approval.Quorum, OnDisagree: approval.Veto, Then: approval.ThenReject, Signers: signers(n)}
		drawQuorum(t, &step)
		sum := 0
		for _, s := range step.Signers {
			sum += max(s.Weight, 1)
		}
		needed := step.Needed
		if step.Percent > 0 {
			needed = (sum*step.Percent + 99) / 100
		}
		s := start(t, step)
		agreed, against := 0, 0
		for i := range n {
			if rapid.IntRange(0, 3).Draw(t, "adds") == 0 {
				s = does(t, s, head(i), approval.Act{Action: approval.AddSigners, Place: approval.With, To: []approval.Signer{signer(100 + i)}})
				if rapid.Bool().Draw(t, "adviserDisagrees") {
					s = disagrees(t, s, 100+i)
				}
			}
			weight := max(step.Signers[i].Weight, 1)
			if rapid.Bool().Draw(t, "agrees") {
				s, agreed = agrees(t, s, i), agreed+weight
			} else {
				s, against = disagrees(t, s, i), against+weight
			}
			switch {
			case agreed >= needed:
				require.Equal(t, approval.Approved, s.Status)
			case sum-against < needed:
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

// Two states share the entries that are alike in both, so that what is unchanged
// can be told without a look inside.
func TestUnchangedEntriesAreShared(t *testing.T) {
	before := start(t, all(approval.Collect, 5))
	after := agrees(t, before, 2)
	for i := range before.Entries {
		require.Equal(t, i != 2, before.Entries[i] == after.Entries[i], "entry %d", i+1)
		require.Equal(t, i == 2, !reflect.DeepEqual(before.Entries[i], after.Entries[i]))
	}
}
