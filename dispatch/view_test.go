package dispatch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
)

// Todos say whom they wait for; a unit whose member is asked reads the subject,
// and so does whoever holds a role that is asked wherever he is.
func TestTodosOfASignOff(t *testing.T) {
	signers := []approval.Signer{
		{Party: org.Party{Unit: heping.ID, Role: org.Head}, Name: heping.Name},
		{Party: org.Party{Role: org.Supervisor}, Name: "督查人员"},
		{Party: org.Party{Unit: dongyuan.ID, User: "li"}, Name: dongyuan.Name},
		{Party: org.Party{Unit: dongyuan.ID, Role: org.Head}, Name: dongyuan.Name},
	}
	g := openedByEducation(t, approval.Route{allOf(signers...)})
	todos := g.View().Todos
	require.Len(t, todos, len(signers))
	for i, todo := range todos {
		asked := org.Party{Unit: todo.UnitID, Role: org.Role(todo.Role), User: todo.UserID}
		require.Equal(t, signers[i].Party, asked)
	}
	const host = "signoff/abc"
	require.Equal(t, []projection.Party{
		{ID: host + "#education", Instance: host, UnitID: education.ID},
		{ID: host + "#inspector", Instance: host, UnitID: inspector.ID},
		{ID: host + "#heping", Instance: host, UnitID: heping.ID},
		{ID: host + "#role/supervisor", Instance: host, Role: "supervisor"},
		{ID: host + "#dongyuan", Instance: host, UnitID: dongyuan.ID},
	}, g.View().Parties)

	// Somebody of the county's successor signs for its head: the entry still names
	// the county, and for whom and for which unit the opinion was given.
	standIn := act.Actor{User: "zhao", Name: "赵六", Unit: planning, Roles: []org.Role{org.Head}, Merged: []string{heping.ID}, OnBehalfOf: "wang"}
	signed, _, err := g.Apply(command(t, dispatch.Sign, standIn, approval.Act{SignOff: g.SignOff.ID, Action: "agree"}), morning)
	require.NoError(t, err)
	row := signed.View().Signers[0]
	require.Equal(t, []string{heping.ID, heping.Name, "zhao", "赵六", planning.Name, "wang"},
		[]string{row.UnitID, row.UnitName, row.UserID, row.UserName, row.ByUnit, row.OnBehalfOf})
	require.Len(t, signed.View().Todos, len(signers)-1)
}
