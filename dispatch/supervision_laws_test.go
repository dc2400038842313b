package dispatch_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
)

// drawOrderCommand draws any command of an order with a payload that is at least
// well formed.
func drawOrderCommand(t *rapid.T, now time.Time) act.Command {
	reason := rapid.SampledFrom([]string{"", "理由", "理由"}).Draw(t, "reason")
	due := calendar.DateOf(now, shanghai).AddDays(rapid.IntRange(-2, 12).Draw(t, "days"))
	hours := func(label string) time.Duration {
		return time.Duration(rapid.IntRange(-24, 96).Draw(t, label)) * time.Hour
	}
	talk := &dispatch.Meeting{At: now.Add(hours("talk")), People: []string{"张某"}}
	level := rapid.SampledFrom([]dispatch.Level{dispatch.LevelOrder, dispatch.LevelCircular, dispatch.LevelSummons}).Draw(t, "level")
	if level != dispatch.LevelSummons {
		talk = nil
	}
	payloads := map[string]any{
		dispatch.Acknowledge:   struct{}{},
		dispatch.Answer:        dispatch.Reply{Text: reason, Measures: reason, Due: due},
		dispatch.Accept:        dispatch.Because{Reason: reason},
		dispatch.SendBack:      dispatch.Because{Reason: reason},
		dispatch.Conclude:      dispatch.Because{Reason: reason},
		dispatch.Raise:         dispatch.Raising{Level: level, Ground: reason, Talk: talk},
		dispatch.Lower:         dispatch.Because{Reason: reason},
		dispatch.ArrangeTalk:   dispatch.Meeting{At: now.Add(hours("at")), People: []string{"张某"}},
		dispatch.RecordMinutes: dispatch.Minutes{HeldAt: now.Add(hours("held")), Present: []string{"张某"}, Text: reason},
		dispatch.Prolong:       dispatch.NewDue{Due: due, Reason: reason},
		dispatch.Reassign:      dispatch.NewUnit{Unit: dongyuan, Due: due, Reason: reason},
		dispatch.Close:         dispatch.Because{Reason: reason},
		dispatch.Urge:          dispatch.Urging{},
		dispatch.SetReplyDue:   dispatch.ReplyDueSet{ReplyDue: due.End(shanghai)},
		dispatch.NoteClosed:    struct{}{},
	}
	names := make([]string, 0, len(payloads))
	for name := range payloads {
		names = append(names, name)
	}
	slices.Sort(names)
	ends := []string{dispatch.Prolong, dispatch.Close, dispatch.NoteClosed, dispatch.Conclude}
	weighted := append(slices.Repeat(slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(ends, n) }), 5), names...)
	name := rapid.SampledFrom(weighted).Draw(t, "command")
	actors := []act.Actor{headOf(heping), supervisorOf(inspector), supervisorOf(inspector), act.Clock(), operatorOf(education), headOf(dongyuan)}
	return command(t, name, rapid.SampledFrom(actors).Draw(t, "actor"), payloads[name])
}

func TestLawsOfAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := day(2026, time.June, 17, 9)
		s, _, err := dispatch.Supervision{}.Apply(command(t, dispatch.Open, act.Process(), orderOpening()), now)
		require.NoError(t, err)
		settled := 0
		take := func(out dispatch.Outcome) {
			for _, e := range out.Effects {
				if e.Tell != nil && e.Tell.Command.Name == dispatch.SettleSupervision {
					settled++
				}
				// What is asked of the outside comes back at once.
				switch {
				case e.ArmPromise != nil:
					armed := dispatch.Armed{Due: *e.ArmPromise, DueAt: deadline.Due(*e.ArmPromise, shanghai)}
					s, _, err = s.Apply(command(t, dispatch.ArmPromise, act.Process(), armed), now)
					require.NoError(t, err)
				case e.ReplyDue > 0 && rapid.Bool().Draw(t, "known"):
					due := calendar.DateOf(now, shanghai).AddDays(e.ReplyDue).End(shanghai)
					s, _, err = s.Apply(command(t, dispatch.SetReplyDue, act.Process(), dispatch.ReplyDueSet{ReplyDue: due}), now)
					require.NoError(t, err)
				}
			}
		}
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			before := s
			if next, waits := s.Next(); waits && rapid.Bool().Draw(t, "wait") {
				if next.After(now) {
					now = next
				}
				woken, out := s.Wake(now)
				require.NotEmpty(t, out.Events, "the clock wakes nobody for nothing")
				s = woken
				take(out)
				checkOrder(t, before, s, settled, now)
				continue
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "hours")) * time.Hour)
			text := asJSON(t, s)
			next, out, err := s.Apply(drawOrderCommand(t, now), now)
			require.Equal(t, text, asJSON(t, s), "a command must not touch the state it was called on")
			if err != nil {
				refusal, ok := errors.AsType[*act.Refusal](err)
				require.True(t, ok, "%v", err)
				require.NotEmpty(t, refusal.Zh)
				continue
			}
			require.False(t, s.IsClosed(), "a closed order takes nothing")
			require.NotEmpty(t, out.Events, "an accepted command is recorded")
			s = next
			take(out)
			checkOrder(t, before, s, settled, now)
		}
	})
}

// checkOrder holds an order to what must always be true.
func checkOrder(t *rapid.T, before, s dispatch.Supervision, settled int, now time.Time) {
	require.LessOrEqual(t, settled, 1, "the assignment is told once")
	require.GreaterOrEqual(t, len(s.Answers), len(before.Answers), "no answer disappears")
	require.Equal(t, before.Steps[0].By, s.Steps[0].By)
	rank := func(l dispatch.Level) int {
		return slices.Index([]dispatch.Level{dispatch.LevelOrder, dispatch.LevelCircular, dispatch.LevelSummons}, l)
	}
	for i, step := range s.Steps[1:] {
		if step.Lowered {
			require.Equal(t, rank(s.Steps[i].Level)-1, rank(step.Level), "lowered by one")
		} else {
			require.Greater(t, rank(step.Level), rank(s.Steps[i].Level), "raised")
		}
		require.NotEmpty(t, step.Ground, "with a ground")
	}
	require.Equal(t, s.Level, s.Steps[len(s.Steps)-1].Level, "the record tells the level")
	if s.Held != "" {
		require.Greater(t, rank(s.Held), rank(s.Level), "what is held is higher")
	}
	for i, talk := range s.Talks {
		require.False(t, talk.Cancelled && talk.Minutes != nil)
		if i < len(s.Talks)-1 {
			require.True(t, talk.Cancelled || talk.Minutes != nil, "one talk at a time")
		}
	}
	if s.Promise != nil && s.Promise.Broken {
		require.False(t, now.Before(s.Promise.Date.End(shanghai)), "no promise is broken before its day is over")
	}
	var main []string
	for _, todo := range s.View().Todos {
		if todo.Kind != "arrange-talk" && todo.Kind != "record-minutes" {
			main = append(main, todo.Kind)
		}
	}
	next, waits := s.Next()
	switch s.Status {
	case dispatch.SupervisionClosed:
		require.Empty(t, s.View().Todos, "nobody is waited for any more")
		require.False(t, waits)
		require.NotEmpty(t, s.Outcome)
	case dispatch.SupervisionMinutes:
		require.Empty(t, main)
		require.Len(t, s.View().Todos, 1)
	case dispatch.SupervisionAccepted:
		require.Equal(t, !s.Promise.Broken, waits, "a promise is watched until it is broken")
		require.Equal(t, s.Promise.Broken, len(main) == 1)
	default:
		require.Len(t, main, 1, "exactly one party is waited for")
	}
	if waits && s.Status == before.Status && s.Raised && !before.Raised {
		require.True(t, next.After(now), "a term is passed once")
	}
}
