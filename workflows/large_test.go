package workflows_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/example"
	"duban/org"
	"duban/payload"
	"duban/projection"
	"duban/workflows"
)

// writer writes what cannot be foreseen, out of the characters of the example's
// policy, as often as they stand there.
type writer struct {
	random *rand.Rand
	chars  []rune
}

func newWriter(t *testing.T) writer {
	t.Helper()
	plan, err := example.Load()
	require.NoError(t, err)
	w := writer{random: rand.New(rand.NewPCG(1, 2))}
	for _, c := range string(plan.Policy) {
		if c >= 0x4e00 && c < 0xa000 {
			w.chars = append(w.chars, c)
		}
	}
	return w
}

func (w writer) words(n int) string {
	text := make([]rune, n)
	for i := range text {
		text[i] = w.chars[w.random.IntN(len(w.chars))]
	}
	return string(text)
}

// id is like the ids that the store makes.
func (w writer) id() string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	text := make([]byte, 10)
	for i := range text {
		text[i] = letters[w.random.IntN(len(letters))]
	}
	return string(text)
}

// comment is what most write: a line; and one in 250: a page.
func (w writer) comment() string {
	if w.random.IntN(250) == 0 {
		return w.words(2000)
	}
	return w.words(30)
}

// large leads a sign-off with as many signers as one may have.
type large struct {
	t      *testing.T
	w      writer
	now    time.Time
	state  dispatch.GeneralSignOff
	ledger act.Ledger
	people []act.Actor
}

func newLarge(t *testing.T) (*large, act.Command) {
	t.Helper()
	l := &large{t: t, w: newWriter(t), now: time.Date(2026, 3, 2, 1, 0, 0, 123456789, time.UTC)}
	step := approval.Step{Name: "会签", Mode: approval.All, OnDisagree: approval.Collect, Then: approval.ThenReturn}
	for range approval.MaxSigners {
		unit := org.UnitRef{ID: l.w.id(), Name: l.w.words(3) + "县" + l.w.words(3) + "局"}
		step.Signers = append(step.Signers, approval.Signer{Party: org.Party{Unit: unit.ID, Role: org.Head}, Name: unit.Name})
		l.people = append(l.people, act.Actor{User: l.w.id(), Name: l.w.words(3), Unit: unit, Roles: []org.Role{org.Head}})
	}
	id := l.w.id()
	l.ledger.Instance = dispatch.SignOffWorkflow(id)
	return l, l.command(dispatch.Open, l.initiator(), dispatch.SignOffOpening{ID: id, Title: "关于" + l.w.words(20), Content: l.w.words(3000), Route: approval.Route{step}})
}

func (l *large) initiator() act.Actor {
	return act.Actor{User: "initiator", Name: "张三", Unit: org.UnitRef{ID: "initiating", Name: "市教育局"}, Roles: []org.Role{org.Operator}}
}

func (l *large) command(name string, by act.Actor, in any) act.Command {
	text, err := json.Marshal(in)
	require.NoError(l.t, err)
	return act.Command{ID: by.User + "/" + l.w.id() + l.w.id(), Name: name, Actor: by, Payload: text}
}

// does carries a command out and returns the change that goes to the read model.
func (l *large) does(c act.Command) projection.Change {
	l.t.Helper()
	l.now = l.now.Add(time.Duration(l.w.random.IntN(200_000_000)))
	next, out, err := l.state.Apply(c, l.now)
	require.NoError(l.t, err)
	ledger, events, err := l.ledger.Record(c, out.Events, l.now)
	require.NoError(l.t, err)
	up, gone := projection.Diff(next.Views(l.state))
	change := projection.Change{Instance: ledger.Instance, Kind: dispatch.KindSignOff, From: l.ledger.Version, To: ledger.Version, Seq: ledger.Seq,
		Hash: ledger.Hash, At: l.now, Upserts: up, Gone: gone, Events: events}
	l.state, l.ledger = next, ledger
	return change
}

// sign has everybody sign, or all but one.
func (l *large) sign(opinion string, people []act.Actor) {
	for i, by := range people {
		in := approval.Act{SignOff: l.state.SignOff.ID, Action: opinion, Comment: l.w.comment()}
		if i > 0 {
			in.Action = "agree"
		}
		l.does(l.command(dispatch.Sign, by, in))
	}
}

// The engine takes 2 MB at once. What a sign-off with 5,000 signers sends in its
// second round, all of them with a comment in both, must stay well below.
func TestTheLargestSignOffFitsIntoTheEngine(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const most = 1500 << 10
	l, opening := newLarge(t)
	sizes := map[string]any{"opening": opening, "change of the opening": l.does(opening)}
	l.sign("disagree", l.people)
	require.Equal(t, approval.Returned, l.state.SignOff.Status)
	sizes["change of the second round"] = l.does(l.command(dispatch.Sign, l.initiator(), approval.Act{SignOff: l.state.SignOff.ID,
		Action: approval.Resubmit, Title: l.state.SignOff.Title, Content: l.w.words(3000)}))
	l.sign("agree", l.people[1:])
	require.Equal(t, 2, l.state.SignOff.Round)
	require.Equal(t, approval.Open, l.state.SignOff.Status)
	carried := workflows.Carried[dispatch.GeneralSignOff]{State: l.state, Ledger: l.ledger}
	sizes["carried state"] = carried
	sizes["snapshot"] = projection.Snapshot{Kind: dispatch.KindSignOff, Ledger: l.ledger, View: l.state.View()}
	for name, value := range sizes {
		size, err := payload.Size(value)
		require.NoError(t, err)
		plain, err := json.Marshal(value)
		require.NoError(t, err)
		t.Logf("%s: %d kB, %d kB as it goes through the engine", name, len(plain)/1000, size/1000)
		require.Less(t, size, most, name)
	}
	comes := roundTrip(t, carried)
	require.Equal(t, carried.State, comes.State)
}

// roundTrip is what arrives in the next run.
func roundTrip(t *testing.T, carried workflows.Carried[dispatch.GeneralSignOff]) workflows.Carried[dispatch.GeneralSignOff] {
	t.Helper()
	sent, err := payload.Converter().ToPayload(carried)
	require.NoError(t, err)
	var comes workflows.Carried[dispatch.GeneralSignOff]
	require.NoError(t, payload.Converter().FromPayload(sent, &comes))
	return comes
}
