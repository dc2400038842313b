package act_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/org"
)

// The same act for another user is another act; what was asked for before there
// were stand-ins is what it was.
func TestDigestTellsForWhom(t *testing.T) {
	own := act.Command{Name: "sign", Actor: act.Actor{User: "li", Unit: org.UnitRef{ID: "finance"}}, Payload: []byte(`{}`)}
	forWang := own
	forWang.Actor.OnBehalfOf = "wang"
	require.Equal(t, "dbb96f40ab2a21f4d246626f", own.Digest())
	require.NotEqual(t, own.Digest(), forWang.Digest())
	process := act.Command{Name: "told", Actor: act.Actor{Name: "王", OnBehalfOf: "wang"}}
	silent := act.Command{Name: "told", Actor: act.Actor{Name: "王"}}
	require.Equal(t, silent.Digest(), process.Digest())
}

func TestActorFor(t *testing.T) {
	head := act.Actor{User: "wang", Name: "王五", Unit: org.UnitRef{ID: "finance"}, Roles: []org.Role{org.Head, org.Admin}, Merged: []string{"tax"}}
	li := act.Actor{User: "li", Name: "李四", Unit: org.UnitRef{ID: "office"}, Roles: []org.Role{org.Operator}, Merged: []string{"grain"}}
	require.Equal(t, act.Actor{User: "li", Name: "李四", Unit: org.UnitRef{ID: "finance"}, Roles: []org.Role{org.Head}, Merged: []string{"tax"}, OnBehalfOf: "wang"},
		li.For(head), "in the other's unit, never as administrator, and with nothing of his own")
}

func TestActorIs(t *testing.T) {
	head := act.Actor{User: "wang", Unit: org.UnitRef{ID: "finance"}, Roles: []org.Role{org.Head}, Merged: []string{"tax"}}
	standIn := act.Actor{User: "li", Unit: org.UnitRef{ID: "finance"}, Roles: []org.Role{org.Head}, OnBehalfOf: "wang"}
	for name, c := range map[string]struct {
		actor act.Actor
		party org.Party
		is    bool
	}{
		"unit and role":                       {head, org.Party{Unit: "finance", Role: org.Head}, true},
		"another role":                        {head, org.Party{Unit: "finance", Role: org.Supervisor}, false},
		"another unit":                        {head, org.Party{Unit: "education", Role: org.Head}, false},
		"a unit merged into his":              {head, org.Party{Unit: "tax", Role: org.Head}, true},
		"a role of any unit":                  {head, org.Party{Role: org.Head}, true},
		"a role of any unit, not his":         {head, org.Party{Role: org.Supervisor}, false},
		"the user in the unit":                {head, org.Party{Unit: "finance", User: "wang"}, true},
		"the user who left the unit":          {head, org.Party{Unit: "education", User: "wang"}, false},
		"another user of the unit":            {head, org.Party{Unit: "finance", User: "li"}, false},
		"a stand-in for the user":             {standIn, org.Party{Unit: "finance", User: "wang"}, true},
		"a stand-in acts not in his own name": {standIn, org.Party{Unit: "finance", User: "li"}, false},
		"the clock is nobody":                 {act.Clock(), org.Party{}, false},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.is, c.actor.Is(c.party)) })
	}
	require.True(t, head.WorksFor("tax"))
	require.False(t, head.WorksFor("education"))
}
