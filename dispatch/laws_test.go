package dispatch_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/org"
)

// everybody who might act on an assignment of heping, and some who may not.
func everybody() []act.Actor {
	var all []act.Actor
	for _, u := range []org.UnitRef{education, planning, heping, dongyuan, inspector} {
		all = append(all, operatorOf(u), headOf(u), supervisorOf(u), actor("v", u, org.Viewer))
	}
	return append(all, act.Process())
}

// drawCommand draws any command with a payload that is at least well formed.
func drawCommand(t *rapid.T, a dispatch.Assignment, now time.Time) act.Command {
	later := a.Due.AddDays(rapid.IntRange(-20, 40).Draw(t, "days"))
	signOff := "none"
	if n := len(a.Extensions); n > 0 {
		signOff = a.Extensions[n-1].SignOff.ID
	}
	reason := rapid.SampledFrom([]string{"", "理由"}).Draw(t, "reason")
	payloads := map[string]any{
		dispatch.Acknowledge:      struct{}{},
		dispatch.Report:           dispatch.Progress{Text: reason, Percent: rapid.IntRange(-1, 101).Draw(t, "percent")},
		dispatch.Submit:           dispatch.Submission{Evidence: reason, Amount: amount(1)},
		dispatch.Review:           dispatch.Verdict{Accept: rapid.Bool().Draw(t, "accept"), Comment: reason},
		dispatch.RequestExtension: dispatch.ExtensionRequest{Due: later, Reason: reason, Progress: reason},
		dispatch.Sign: approval.Act{SignOff: signOff, Comment: reason,
			Action: rapid.SampledFrom([]string{"agree", "disagree", "abstain", "withdraw"}).Draw(t, "opinion")},
		dispatch.Urge:               struct{}{},
		dispatch.Prolong:            dispatch.NewDue{Due: later, Reason: reason},
		dispatch.Reassign:           dispatch.NewUnit{Unit: rapid.SampledFrom([]org.UnitRef{heping, dongyuan, education}).Draw(t, "unit"), Due: later, Reason: reason},
		dispatch.Close:              dispatch.Because{Reason: reason},
		dispatch.IssueSupervision:   dispatch.Because{Reason: reason},
		dispatch.AllowExtension:     dispatch.Because{Reason: reason},
		dispatch.AnswerReassignment: dispatch.Consent{Consent: rapid.Bool().Draw(t, "consent"), Reason: reason},
		dispatch.DropReassignment:   dispatch.Because{Reason: reason},
		dispatch.SetConsentDue:      dispatch.ReplyDueSet{ReplyDue: now.Add(time.Duration(rapid.IntRange(1, 72).Draw(t, "consentHours")) * time.Hour)},
		dispatch.ArmLadder:          armed(t, a.Due),
		dispatch.SettleSupervision:  dispatch.Settled{N: len(a.Supervisions), Outcome: dispatch.SettledProlonged, Due: &later},
	}
	names := make([]string, 0, len(payloads))
	for name := range payloads {
		names = append(names, name)
	}
	slices.Sort(names)
	// Closing is drawn rarely, so that most lives are long.
	weighted := append(slices.Repeat(slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == dispatch.Close }), 4), names...)
	name := rapid.SampledFrom(weighted).Draw(t, "command")
	return command(t, name, rapid.SampledFrom(everybody()).Draw(t, "actor"), payloads[name])
}

func TestLawsOfAnAssignment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := morning
		a, _, err := dispatch.Assignment{}.Apply(command(t, dispatch.Open, act.Process(), opening(t, heping)), now)
		require.NoError(t, err)
		orders := 0
		take := func(out dispatch.Outcome) {
			for _, e := range out.Effects {
				if e.StartSupervision != nil {
					orders++
				}
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			before := asJSON(t, a)
			if next, armed := a.Next(); armed && rapid.Bool().Draw(t, "wait") {
				if next.After(now) {
					now = next
				}
				woken, out := a.Wake(now)
				require.Equal(t, before, asJSON(t, a), "waking must not touch the state it was called on")
				a = woken
				take(out)
				check(t, a, orders)
				continue
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 72).Draw(t, "hours")) * time.Hour)
			next, out, err := a.Apply(drawCommand(t, a, now), now)
			require.Equal(t, before, asJSON(t, a), "a command must not touch the state it was called on")
			if err != nil {
				refusal, ok := errors.AsType[*act.Refusal](err)
				require.True(t, ok, "%v", err)
				require.NotEmpty(t, refusal.Zh)
				continue
			}
			require.NotEmpty(t, out.Events, "an accepted command is recorded")
			checkMove(t, a, next)
			a = next
			take(out)
			check(t, a, orders)
		}
	})
}

// check holds an assignment to what must always be true.
func check(t *rapid.T, a dispatch.Assignment, orders int) {
	view := a.View()
	require.Equal(t, dueDate, a.FirstDue, "the first date stays")
	require.Len(t, a.Supervisions, orders, "every order in the record was issued once")
	open := 0
	for _, o := range a.Supervisions {
		if o.Outcome == "" {
			open++
		}
	}
	require.LessOrEqual(t, open, 1, "one open order at most")
	var work, sign, consent int
	ids := map[string]bool{}
	for _, todo := range view.Todos {
		require.False(t, ids[todo.ID], "a todo stands twice: %s", todo.ID)
		ids[todo.ID] = true
		switch todo.Kind {
		case "sign":
			sign++
		case "consent", "decide-reassignment":
			consent++
		default:
			work++
		}
	}
	handovers := 0
	for _, h := range a.Handovers {
		if h.Status == dispatch.HandoverProposed || h.Status == dispatch.HandoverLapsed {
			handovers++
		}
	}
	require.LessOrEqual(t, handovers, 1, "one reassignment is open at most")
	require.Equal(t, handovers, consent, "and is waited for in one inbox")
	asked := slices.ContainsFunc(a.Extensions, func(e dispatch.Extension) bool { return e.Status == dispatch.ExtensionAsked })
	if a.IsClosed() {
		require.Empty(t, view.Todos, "nobody is waited for any more")
		require.False(t, asked)
		_, armed := a.Next()
		require.False(t, armed, "the clock has nothing to do any more")
		return
	}
	require.Equal(t, 1, work, "exactly one party is waited for in an open assignment")
	require.Equal(t, asked, sign == 1, "an extension that is asked for waits for exactly one signer")
	require.False(t, a.Overdue && a.Due.After(a.FirstDue) && a.Arming, "a new date makes it timely until it passes")
}

// checkMove: an assignment changes its unit by the word of that unit, or by the
// supervisor's in its stead after its time, and in no other way but an order of
// the first edition.
func checkMove(t *rapid.T, before, after dispatch.Assignment) {
	if before.Unit == after.Unit {
		return
	}
	h := after.Handovers[len(after.Handovers)-1]
	require.Equal(t, dispatch.HandoverConsented, h.Status)
	require.Equal(t, after.Unit, h.Unit)
	require.True(t, h.InStead || h.AnsweredBy.Is(org.Party{Unit: after.Unit.ID, Role: org.Head}))
	require.False(t, h.InStead && !h.AnsweredBy.Is(org.Party{Unit: inspector.ID, Role: org.Supervisor}))
	for _, o := range after.Supervisions {
		require.NotEmpty(t, o.Outcome, "no order on the old unit stays")
	}
}
