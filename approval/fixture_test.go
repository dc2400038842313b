package approval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

func signers(n int) []approval.Signer {
	list := make([]approval.Signer, n)
	for i := range n {
		list[i] = signer(i)
	}
	return list
}

func headOf(u string) act.Actor {
	return act.Actor{User: "head@" + u, Name: "负责人", Unit: org.UnitRef{ID: u, Name: u}, Roles: []org.Role{org.Head}}
}

func head(i int) act.Actor { return headOf(unit(i)) }

func initiator() act.Actor {
	return act.Actor{User: "op@lead", Name: "经办人", Unit: org.UnitRef{ID: "lead"}, Roles: []org.Role{org.Operator}}
}

func supervising() act.Actor {
	return act.Actor{User: "du", Unit: org.UnitRef{ID: supervisors}, Roles: []org.Role{org.Supervisor}}
}

// all is a step that must hear everybody.
func all(onDisagree approval.OnDisagree, n int) approval.Step {
	return approval.Step{Name: "会签", Mode: approval.All, OnDisagree: onDisagree, Then: approval.ThenReturn, Signers: signers(n)}
}

func subject(route approval.Route) approval.SignOff {
	return approval.SignOff{ID: "s", Kind: "general", Title: "方案", Digest: "d1", Initiator: org.UnitRef{ID: "lead", Name: "牵头单位"},
		Supervisor: org.UnitRef{ID: supervisors}, Route: route}
}

func start(t require.TestingT, steps ...approval.Step) approval.SignOff {
	s, _, err := approval.Start(subject(steps), nil, noon)
	require.NoError(t, err)
	return s
}

// does carries an act out that must be accepted.
func does(t require.TestingT, s approval.SignOff, actor act.Actor, in approval.Act) approval.SignOff {
	next, events, err := s.Do(actor, in, noon.Add(time.Hour))
	require.NoError(t, err)
	require.NotEmpty(t, events)
	return next
}

func agrees(t require.TestingT, s approval.SignOff, units ...int) approval.SignOff {
	for _, i := range units {
		s = does(t, s, head(i), approval.Act{Action: "agree"})
	}
	return s
}

func disagrees(t require.TestingT, s approval.SignOff, i int) approval.SignOff {
	return does(t, s, head(i), approval.Act{Action: "disagree", Comment: "指标偏高"})
}

// refused tries an act that must be turned down.
func refused(t *testing.T, s approval.SignOff, actor act.Actor, in approval.Act, kind act.Kind, code string) {
	t.Helper()
	_, _, err := s.Do(actor, in, noon.Add(time.Hour))
	requireRefusal(t, err, kind, code)
}

func requireRefusal(t *testing.T, err error, kind act.Kind, code string) {
	t.Helper()
	var refusal *act.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code)
	require.Equal(t, kind, refusal.Kind)
	require.NotEmpty(t, refusal.Zh)
	require.NotEmpty(t, refusal.En)
}

// waiting are the units that are asked now.
func waiting(s approval.SignOff) []string {
	units := []string{}
	for _, e := range s.WaitingEntries() {
		units = append(units, e.Signer.Party.Unit)
	}
	return units
}
