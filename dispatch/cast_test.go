package dispatch_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
	"duban/target"
)

// The units of every test: one leads, three support, one supervises.
var (
	education = org.UnitRef{ID: "education", Name: "市教育局"}
	planning  = org.UnitRef{ID: "planning", Name: "市发展改革局"}
	heping    = org.UnitRef{ID: "heping", Name: "和平县"}
	dongyuan  = org.UnitRef{ID: "dongyuan", Name: "东源县"}
	inspector = org.UnitRef{ID: "inspector", Name: "市督查室"}
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// morning is Monday, 5 January 2026, 09:00 in the plan's zone.
var morning = time.Date(2026, 1, 5, 9, 0, 0, 0, shanghai)

func operatorOf(u org.UnitRef) act.Actor { return actor("op", u, org.Operator) }
func headOf(u org.UnitRef) act.Actor     { return actor("head", u, org.Head) }
func supervisorOf(u org.UnitRef) act.Actor {
	return actor("sup", u, org.Supervisor)
}

func actor(name string, u org.UnitRef, role org.Role) act.Actor {
	return act.Actor{User: name + "@" + u.ID, Name: name, Unit: u, Roles: []org.Role{role}}
}

func command(t require.TestingT, name string, by act.Actor, payload any) act.Command {
	text, err := json.Marshal(payload)
	require.NoError(t, err)
	return act.Command{Name: name, Actor: by, Payload: text}
}

// state is what every life in the package has in common.
type state[S any] interface {
	Apply(act.Command, time.Time) (S, dispatch.Outcome, error)
	Next() (time.Time, bool)
	Wake(time.Time) (S, dispatch.Outcome)
	View() projection.View
	IsClosed() bool
}

// life leads one state through commands and keeps what followed.
type life[S state[S]] struct {
	t       *testing.T
	now     time.Time
	state   S
	types   []string // of all events
	notices []act.Notice
	effects []dispatch.Effect
}

func (l *life[S]) take(out dispatch.Outcome) {
	for _, e := range out.Events {
		l.types = append(l.types, e.Type)
		l.notices = append(l.notices, e.Notices...)
	}
	l.effects = append(l.effects, out.Effects...)
}

// does carries out a command that must be accepted.
func (l *life[S]) does(by act.Actor, name string, payload any) {
	l.t.Helper()
	next, out, err := l.state.Apply(command(l.t, name, by, payload), l.now)
	require.NoError(l.t, err, "%s by %s", name, by.User)
	l.state = next
	l.take(out)
}

// refused tries a command that must be turned down with the code, and checks
// that nothing changed by it.
func (l *life[S]) refused(code string, by act.Actor, name string, payload any) *act.Refusal {
	l.t.Helper()
	before := asJSON(l.t, l.state)
	_, _, err := l.state.Apply(command(l.t, name, by, payload), l.now)
	refusal, ok := errors.AsType[*act.Refusal](err)
	require.True(l.t, ok, "%s by %s was not refused but: %v", name, by.User, err)
	require.Equal(l.t, code, refusal.Code)
	require.NotEmpty(l.t, refusal.Zh)
	require.NotEmpty(l.t, refusal.En)
	require.Equal(l.t, before, asJSON(l.t, l.state), "a refusal changed the state")
	return refusal
}

// passes lets time pass until then, waking the state at every moment it asks for.
func (l *life[S]) passes(until time.Time) {
	l.t.Helper()
	for range 1000 {
		next, armed := l.state.Next()
		if !armed || next.After(until) {
			l.now = until
			return
		}
		if next.After(l.now) {
			l.now = next
		}
		var out dispatch.Outcome
		l.state, out = l.state.Wake(l.now)
		l.take(out)
	}
	l.t.Fatal("the clock never comes to rest")
}

// told returns the commands of a name that were sent to other processes.
func (l *life[S]) told(name string) []dispatch.Message {
	var messages []dispatch.Message
	for _, e := range l.effects {
		if e.Tell != nil && e.Tell.Command.Name == name {
			messages = append(messages, *e.Tell)
		}
	}
	return messages
}

// waitsFor returns who is waited for and for what, as "unit role kind".
func (l *life[S]) waitsFor() []string {
	var waiting []string
	for _, todo := range l.state.View().Todos {
		waiting = append(waiting, todo.UnitID+" "+todo.Role+" "+todo.Kind)
	}
	return waiting
}

func asJSON(t require.TestingT, v any) string {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func date(year int, month time.Month, day int) calendar.Date {
	return calendar.NewDate(year, month, day)
}

func day(year int, month time.Month, day, hour int) time.Time {
	return time.Date(year, month, day, hour, 0, 0, 0, shanghai)
}

// armed is the default ladder of a due date, by the built-in calendar.
func armed(t require.TestingT, due calendar.Date) dispatch.Armed {
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	return dispatch.Armed{Due: due, DueAt: deadline.Due(due, shanghai), Moments: deadline.Default().Moments(due, days, shanghai)}
}

func amount(n int64) *target.Amount {
	a := target.Whole(n)
	return &a
}
