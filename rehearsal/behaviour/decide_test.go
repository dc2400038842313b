package behaviour_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/org"
	"duban/rehearsal/behaviour"
	"duban/target"
)

func working(t require.TestingT) calendar.Calendar {
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	return days
}

func on(month time.Month, day int) calendar.Date { return calendar.NewDate(2026, month, day) }

func exactly(n int) behaviour.Days { return behaviour.Days{Min: n, Max: n} }

// punctual are habits without chance.
func punctual() behaviour.Habits {
	return behaviour.Habits{
		Decompose: behaviour.Plain{Days: exactly(5)}, Sign: behaviour.Opinion{Days: exactly(2)}, Approve: behaviour.Opinion{Days: exactly(1)},
		Acknowledge: behaviour.Plain{Days: exactly(1)}, Report: behaviour.Plain{Days: exactly(10)},
		Submit: behaviour.Submission{Before: exactly(3), LateBy: exactly(4)}, Extend: behaviour.Extension{Before: exactly(5), By: exactly(10)},
		Review: behaviour.Review{Days: exactly(2), Redo: exactly(3)}, Complete: behaviour.Plain{Days: exactly(1)},
		Answer: behaviour.Reply{Days: exactly(1), Promise: exactly(5)}, Decide: behaviour.Decision{Days: exactly(1), By: exactly(7), Talk: exactly(2)},
		Rounds: behaviour.Reporting{Fill: exactly(2), LateBy: exactly(2), Compile: exactly(1), Freeze: exactly(1)},
	}
}

// TestNext asks about one entry, with the working days of 2026: 1 to 5 May and 1
// to 7 October are days off, Sunday 20 September and Saturday 10 October are not.
func TestNext(t *testing.T) {
	monday := on(time.March, 2)
	assignment := behaviour.Assignment{FirstDue: on(time.September, 30)}
	for name, c := range map[string]struct {
		waiting behaviour.Waiting
		change  func(*behaviour.Habits)
		act     behaviour.Act
		never   bool
	}{
		"a decomposition": {behaviour.Waiting{Kind: "decompose", Since: monday}, nil, behaviour.Act{Name: behaviour.Decompose, On: on(time.March, 9)}, false},
		"a decomposition that was returned": {behaviour.Waiting{Kind: "decompose", Since: monday, Times: 1}, nil,
			behaviour.Act{Name: behaviour.Decompose, On: on(time.March, 5)}, false},
		"an opinion": {behaviour.Waiting{Kind: "sign", Since: on(time.April, 30)}, nil, behaviour.Act{Name: behaviour.Agree, On: on(time.May, 7)}, false},
		"the opinion of who always disagrees": {behaviour.Waiting{Kind: "sign", Since: monday}, func(h *behaviour.Habits) { h.Sign.Disagree = 1 },
			behaviour.Act{Name: behaviour.Disagree, On: on(time.March, 4)}, false},
		"the supervisor's opinion": {behaviour.Waiting{Kind: "sign", Supervises: true, Since: monday}, func(h *behaviour.Habits) { h.Sign.Disagree = 1 },
			behaviour.Act{Name: behaviour.Agree, On: on(time.March, 3)}, false},
		"at once": {behaviour.Waiting{Kind: "acknowledge", Since: on(time.March, 7)}, func(h *behaviour.Habits) { h.Acknowledge.Days = exactly(0) },
			behaviour.Act{Name: behaviour.Acknowledge, On: on(time.March, 9)}, false},
		"a report comes first": {behaviour.Waiting{Kind: "submit", Since: monday, Assignment: assignment}, nil,
			behaviour.Act{Name: behaviour.Report, On: on(time.March, 16)}, false},
		"then the submission": {behaviour.Waiting{Kind: "submit", Since: monday, Assignment: reported(assignment)}, nil,
			behaviour.Act{Name: behaviour.Submit, On: on(time.September, 24)}, false},
		"no report after the submission": {behaviour.Waiting{Kind: "submit", Since: monday, Assignment: assignment},
			func(h *behaviour.Habits) { h.Report.Days = exactly(300) }, behaviour.Act{Name: behaviour.Submit, On: on(time.September, 24)}, false},
		"late": {behaviour.Waiting{Kind: "submit", Since: monday, Assignment: reported(assignment)}, func(h *behaviour.Habits) { h.Submit.Late = 1 },
			behaviour.Act{Name: behaviour.Submit, On: on(time.October, 12)}, false},
		"an extension before the submission": {behaviour.Waiting{Kind: "submit", Since: monday, Assignment: reported(assignment)},
			func(h *behaviour.Habits) { h.Extend.Ask = 1 },
			behaviour.Act{Name: behaviour.Extend, On: on(time.September, 22), Due: on(time.October, 10)}, false},
		"in time for the date that was asked for": {behaviour.Waiting{Kind: "submit", Since: monday, Assignment: asked(reported(assignment))},
			func(h *behaviour.Habits) { h.Extend.Ask = 1 }, behaviour.Act{Name: behaviour.Submit, On: on(time.September, 30)}, false},
		"too late to ask": {behaviour.Waiting{Kind: "submit", Since: on(time.October, 8), Assignment: reported(assignment)},
			func(h *behaviour.Habits) { h.Extend.Ask = 1 }, behaviour.Act{Name: behaviour.Submit, On: on(time.October, 8)}, false},
		"acknowledged after the due date": {behaviour.Waiting{Kind: "submit", Since: on(time.October, 8), Assignment: reported(assignment)}, nil,
			behaviour.Act{Name: behaviour.Submit, On: on(time.October, 8)}, false},
		"silent, but it reports": {behaviour.Waiting{Kind: "submit", Since: monday, Assignment: assignment}, func(h *behaviour.Habits) { h.Submit.Never = 1 },
			behaviour.Act{Name: behaviour.Report, On: on(time.March, 16)}, false},
		"silent": {behaviour.Waiting{Kind: "submit", Since: monday, Assignment: reported(assignment)}, func(h *behaviour.Habits) { h.Submit.Never = 1 },
			behaviour.Act{}, true},
		"again after a return, also who is silent": {behaviour.Waiting{Kind: "submit", Since: on(time.December, 4), Times: 1, Assignment: assignment},
			func(h *behaviour.Habits) { h.Submit.Never = 1 }, behaviour.Act{Name: behaviour.Submit, On: on(time.December, 9)}, false},
		"a review":           {behaviour.Waiting{Kind: "review", Since: monday}, nil, behaviour.Act{Name: behaviour.Accept, On: on(time.March, 4)}, false},
		"a review: returned": {behaviour.Waiting{Kind: "review", Since: monday}, func(h *behaviour.Habits) { h.Review.Return = 1 }, behaviour.Act{Name: behaviour.Return, On: on(time.March, 4)}, false},
		"the year's report":  {behaviour.Waiting{Kind: "complete", Since: monday}, nil, behaviour.Act{Name: behaviour.Complete, On: on(time.March, 3)}, false},
		"an order":           {behaviour.Waiting{Kind: "answer", Since: monday}, nil, behaviour.Act{Name: behaviour.Answer, On: on(time.March, 3), Due: on(time.March, 9)}, false},
		"an order, ignored":  {behaviour.Waiting{Kind: "answer", Since: monday}, func(h *behaviour.Habits) { h.Answer.Never = 1 }, behaviour.Act{}, true},
		"an answer":          {behaviour.Waiting{Kind: "decide", Since: monday}, nil, behaviour.Act{Name: behaviour.Settle, On: on(time.March, 3)}, false},
		"an answer: later date": {behaviour.Waiting{Kind: "decide", Since: on(time.September, 22)}, func(h *behaviour.Habits) { h.Decide.Prolong = 1 },
			behaviour.Act{Name: behaviour.Prolong, On: on(time.September, 23), Due: on(time.September, 30)}, false},
		"an answer that was accepted and whose promise is broken": {behaviour.Waiting{Kind: "decide", Broken: true, Accepted: true, Since: monday}, nil, behaviour.Act{}, true},
		"the same, with a later date": {behaviour.Waiting{Kind: "decide", Broken: true, Accepted: true, Since: on(time.September, 22)}, func(h *behaviour.Habits) { h.Decide.Prolong = 1 },
			behaviour.Act{Name: behaviour.Prolong, On: on(time.September, 23), Due: on(time.September, 30)}, false},
		"an answer whose promise is broken": {behaviour.Waiting{Kind: "decide", Broken: true, Since: monday}, nil, behaviour.Act{Name: behaviour.SendBack, On: on(time.March, 3)}, false},
		"a talk to arrange":                 {behaviour.Waiting{Kind: "arrange-talk", Since: monday}, nil, behaviour.Act{Name: behaviour.ArrangeTalk, On: on(time.March, 3), Due: on(time.March, 5)}, false},
		"minutes of a talk":                 {behaviour.Waiting{Kind: "record-minutes", Since: monday, Due: on(time.March, 6)}, nil, behaviour.Act{Name: behaviour.Minutes, On: on(time.March, 9)}, false},
		"a sheet":                           {behaviour.Waiting{Kind: "report", Since: on(time.March, 20), Due: on(time.March, 27)}, nil, behaviour.Act{Name: behaviour.Fill, On: on(time.March, 24)}, false},
		"a sheet with too little time": {behaviour.Waiting{Kind: "report", Since: on(time.March, 27), Due: on(time.March, 28)}, nil,
			behaviour.Act{Name: behaviour.Fill, On: on(time.March, 27)}, false},
		"a late sheet": {behaviour.Waiting{Kind: "report", Since: on(time.March, 20), Due: on(time.March, 27)}, func(h *behaviour.Habits) { h.Rounds.Late = 1 },
			behaviour.Act{Name: behaviour.Fill, On: on(time.March, 31)}, false},
		"what is to be compiled":    {behaviour.Waiting{Kind: "compile", Since: monday}, nil, behaviour.Act{Name: behaviour.Compile, On: on(time.March, 3)}, false},
		"what is to be frozen":      {behaviour.Waiting{Kind: "freeze", Since: monday}, nil, behaviour.Act{Name: behaviour.Freeze, On: on(time.March, 3)}, false},
		"a late sign-off":           {behaviour.Waiting{Kind: "escalated", Since: monday}, nil, behaviour.Act{Name: behaviour.Urge, On: on(time.March, 3)}, false},
		"what nobody ever hears of": {behaviour.Waiting{Kind: "dance", Since: monday}, nil, behaviour.Act{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := behaviour.Behaviour{Habits: punctual()}
			if c.change != nil {
				c.change(&b.Habits)
			}
			act, acts, err := b.Next(c.waiting, working(t))
			require.NoError(t, err)
			require.Equal(t, !c.never, acts)
			if acts {
				require.Equal(t, c.act, act)
			}
		})
	}
}

func reported(a behaviour.Assignment) behaviour.Assignment { a.Reported = true; return a }
func asked(a behaviour.Assignment) behaviour.Assignment    { a.Asked = true; return a }

func TestExceptions(t *testing.T) {
	b := behaviour.Behaviour{Habits: punctual(), Exceptions: []behaviour.Exception{
		{Units: []string{"east", "西县"}, Habits: []byte(`{"acknowledge": {"days": 4}}`)},
		{Kinds: []target.Kind{target.Sum}, Habits: []byte(`{"acknowledge": {"days": 6}}`)},
		{Units: []string{"east"}, Kinds: []target.Kind{target.Level}, Habits: []byte(`{"acknowledge": {"days": 8}}`)},
	}}
	east, west, north := org.UnitRef{ID: "east", Name: "东县"}, org.UnitRef{ID: "west", Name: "西县"}, org.UnitRef{ID: "north", Name: "北县"}
	for _, c := range []struct {
		unit org.UnitRef
		kind target.Kind
		day  int
	}{
		{north, "", 3}, {east, "", 6}, {west, target.Level, 6}, {north, target.Sum, 10}, {west, target.Sum, 10}, {east, target.Level, 12},
	} {
		act, acts, err := b.Next(behaviour.Waiting{Kind: "acknowledge", Unit: c.unit, Target: c.kind, Since: on(time.March, 2)}, working(t))
		require.NoError(t, err)
		require.True(t, acts)
		require.Equal(t, on(time.March, c.day), act.On, "%s %s", c.unit.Name, c.kind)
	}
}

// TestLaws: acts are on working days, not before their entry, the same whenever
// they are asked for, and differ with seed and subject.
func TestLaws(t *testing.T) {
	days := working(t)
	kinds := []string{"decompose", "sign", "acknowledge", "submit", "review", "complete", "answer", "decide", "arrange-talk", "record-minutes", "escalated", "report", "compile", "freeze"}
	rapid.Check(t, func(t *rapid.T) {
		b := behaviour.Default()
		b.Seed = rapid.Int64().Draw(t, "seed")
		b.Habits.Submit.Late = behaviour.Share(rapid.Float64Range(0, 1).Draw(t, "late"))
		b.Habits.Extend.Ask = behaviour.Share(rapid.Float64Range(0, 1).Draw(t, "ask"))
		date := func(name string) calendar.Date {
			return on(time.January, 1).AddDays(rapid.IntRange(0, 364).Draw(t, name))
		}
		w := behaviour.Waiting{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Subject: rapid.StringMatching(`[a-z0-9/]{1,20}`).Draw(t, "subject"),
			Unit: org.UnitRef{ID: rapid.SampledFrom([]string{"east", "west"}).Draw(t, "unit")}, Times: rapid.IntRange(0, 2).Draw(t, "times"), Since: date("since"), Broken: rapid.Bool().Draw(t, "broken"),
			Assignment: behaviour.Assignment{FirstDue: date("due"), Reported: rapid.Bool().Draw(t, "reported"), Asked: rapid.Bool().Draw(t, "asked")}}
		w.Due = w.Since.AddDays(rapid.IntRange(0, 30).Draw(t, "ahead"))
		require.True(t, behaviour.Knows(w.Kind))
		act, acts, err := b.Next(w, days)
		require.NoError(t, err)
		again, stillActs, err := b.Next(w, days)
		require.NoError(t, err)
		require.Equal(t, act, again)
		require.Equal(t, acts, stillActs)
		if !acts {
			return
		}
		require.True(t, days.IsWorking(act.On), "%s on %s", act.Name, act.On)
		require.False(t, act.On.Before(w.Since), "%s before it is waited for", act.Name)
		switch act.Name {
		case behaviour.Extend:
			require.False(t, w.Assignment.Asked, "asked once")
			require.False(t, act.On.After(w.Assignment.FirstDue), "asked before the due date")
			require.True(t, act.Due.After(w.Assignment.FirstDue))
		case behaviour.Prolong, behaviour.Answer, behaviour.ArrangeTalk:
			require.True(t, act.Due.After(act.On))
		case behaviour.Report:
			require.False(t, w.Assignment.Reported, "the first report is one")
		}
	})
}

// TestShares: of many, about the share that the file says.
func TestShares(t *testing.T) {
	const many = 20_000
	b := behaviour.Behaviour{Habits: punctual()}
	b.Habits.Review.Return = 0.1
	b.Habits.Acknowledge.Days = behaviour.Days{Min: 1, Max: 3}
	days := working(t)
	returned, took := 0, map[calendar.Date]int{}
	for i := range many {
		act, _, err := b.Next(behaviour.Waiting{Kind: "review", Subject: fmt.Sprint(i), Since: on(time.March, 2)}, days)
		require.NoError(t, err)
		if act.Name == behaviour.Return {
			returned++
		}
		act, _, err = b.Next(behaviour.Waiting{Kind: "acknowledge", Subject: fmt.Sprint(i), Since: on(time.March, 2)}, days)
		require.NoError(t, err)
		took[act.On]++
	}
	require.InDelta(t, 0.1*many, returned, 0.01*many)
	require.Len(t, took, 3)
	for _, n := range took {
		require.InDelta(t, many/3, n, 0.02*many)
	}
}
