package dispatch

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/light"
)

// A light is judged when somebody looks and is stored nowhere. Where a plan makes
// orders of lights, the process looks itself: whenever it wakes up, and before and
// after each act that changes what the light is judged by. So a light that came
// with time alone is seen at the latest when an act ends it.

// Episodes are the times at which an assignment's light turned to the one that
// its plan counts. An episode lasts until the light turns again: one that stays
// yellow for a month is one.
type Episodes struct {
	Light light.Colour `json:"light"` // as last seen
	Begun []time.Time  `json:"begun,omitempty"`
	// Spent is how many of them have already led to an order.
	Spent int `json:"spent,omitempty"`
}

// see takes in the light of the moment and reports whether an episode of the
// counted one begins.
func (e Episodes) see(shown light.Colour, rule EpisodeRule, now time.Time) (next Episodes, begins bool) {
	turned := shown != e.Light
	e.Light = shown
	if !turned || shown != rule.Light {
		return e, false
	}
	e.Begun = append(slices.Clone(e.Begun), now)
	return e, true
}

// reached reports whether the episodes that led to no order yet are enough for
// one.
func (e Episodes) reached(rule EpisodeRule) bool { return len(e.Begun)-e.Spent >= rule.Count }

// LightQuestion asks which light an assignment shows. The day of the dispatch is
// known where the plan's zone is.
type LightQuestion struct {
	DispatchedAt time.Time   `json:"dispatchedAt"`
	Facts        light.Facts `json:"facts"`
}

// Lit is the payload of NoteLight: which light the assignment shows.
type Lit struct {
	Light light.Colour `json:"light"`
}

// look asks which light is shown, where the plan's rule depends on it.
func (a Assignment) look(out Outcome) Outcome {
	if a.Rules.Episodes.Count == 0 || a.IsClosed() {
		return out
	}
	out.Effects = append(out.Effects, a.judging())
	return out
}

// judging asks which light the assignment shows.
func (a Assignment) judging() Effect {
	return Effect{JudgeLight: &LightQuestion{DispatchedAt: a.DispatchedAt, Facts: a.facts()}}
}

// facts are what the light is judged by, without the day of the dispatch.
func (a Assignment) facts() light.Facts {
	return light.Facts{Due: a.Due, Percent: a.percent(), Returns: a.Returns,
		Orders: len(a.Supervisions), Extended: a.extended(), Late: a.Overdue, InReview: a.Status == AssignmentSubmitted}
}

// lookBothWays asks, where an act changed what the light is judged by, which one
// was shown before it and which one is shown after it.
func (a Assignment) lookBothWays(before Assignment, c act.Command, out Outcome) Outcome {
	if a.Edition < 4 || before.Status == "" || a.IsClosed() || a.Rules.Episodes.Count == 0 || a.facts() == before.facts() {
		return out
	}
	looks := slices.ContainsFunc(out.Effects, func(e Effect) bool { return e.JudgeLight != nil })
	if c.Name != NoteLight { // which has just told it
		out.Effects = append([]Effect{before.judging()}, out.Effects...)
	}
	if looks {
		return out
	}
	return a.look(out)
}

// noteLight takes in the light that the assignment shows now. The plan's rule may
// make an order of it, also where the due date has not passed.
func (a Assignment) noteLight(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in Lit
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	rule := a.Rules.Episodes
	episodes, begins := a.Episodes.see(in.Light, rule, now)
	a.Episodes = episodes
	if !begins {
		return a, Outcome{}, nil
	}
	n := len(episodes.Begun)
	out := Outcome{Events: []act.Event{act.Happened("assignment.light-episode", map[string]any{"light": in.Light, "n": n})}}
	if a.underOrder() || !episodes.reached(rule) {
		return a, out, nil
	}
	a.Episodes.Spent = n
	reason := fmt.Sprintf("同一事项累计%d次%s", rule.Count, in.Light.Zh())
	a, ordered := a.order(Issuing{Reason: reason}, act.Clock())
	return a, join(out, ordered), nil
}
