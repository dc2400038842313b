package dispatch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
	"duban/org"
)

func TestWhoReadsALineOfASheet(t *testing.T) {
	led, other := dispatch.Line{Assignment: "a", Target: "led"}, dispatch.Line{Assignment: "b", Target: "other"}
	leads := map[string]string{"led": planning.ID, "other": "somebody"}
	for name, c := range map[string]struct {
		who    act.Actor
		frozen bool
		want   []dispatch.Line
	}{
		"the unit":                    {operatorOf(heping), false, []dispatch.Line{led, other}},
		"a lead unit":                 {operatorOf(planning), false, []dispatch.Line{led}},
		"another unit":                {headOf(dongyuan), false, nil},
		"a supervisor":                {supervisorOf(inspector), false, []dispatch.Line{led, other}},
		"an administrator":            {actor("admin", dongyuan, org.Admin), false, []dispatch.Line{led, other}},
		"another unit when frozen":    {headOf(dongyuan), true, []dispatch.Line{led, other}},
		"the lead unit, merged since": {act.Actor{User: "op", Unit: dongyuan, Merged: []string{planning.ID}, Roles: []org.Role{org.Operator}}, false, []dispatch.Line{led}},
	} {
		require.Equal(t, c.want, dispatch.ReadableLines(c.who, heping.ID, []dispatch.Line{led, other}, leads, c.frozen), name)
	}
	require.Empty(t, dispatch.ReadableLines(supervisorOf(inspector), heping.ID, []dispatch.Line{led}, nil, true), "a line of no section is in nobody's part of the round")
}
