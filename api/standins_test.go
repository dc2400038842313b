package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/org"
	"duban/projection"
)

// entry is an entry of an inbox as far as these tests need it.
type entry struct {
	ID             string `json:"id"`
	OnBehalfOf     string `json:"onBehalfOf"`
	OnBehalfOfName string `json:"onBehalfOfName"`
}

// waiting projects a sign-off that waits for the parties, by their names.
func (b *bundle) waiting(id string, parties map[string]org.Party) {
	b.t.Helper()
	now := time.Date(2026, 5, 6, 1, 0, 0, 0, time.UTC)
	instance := "signoff/" + id
	ledger, events, err := act.Ledger{Instance: instance}.Record(act.Command{ID: "c", Actor: act.Process()}, []act.Event{act.Happened("sign-off.asked", nil)}, now)
	require.NoError(b.t, err)
	view := projection.View{SignOffs: []projection.SignOff{{ID: "signoff." + id + ".1", Instance: instance, Kind: "general", Route: "[]", Content: `"正文"`, Status: "open", OpenedAt: now}}}
	units := map[string]bool{}
	for name, p := range parties {
		view.Todos = append(view.Todos, projection.Todo{ID: name, Instance: instance, UnitID: p.Unit, Role: string(p.Role), UserID: p.User, Kind: "sign",
			Title: "会签", Resource: "sign-offs/signoff." + id + ".1", Since: now})
		if !units[p.Unit] {
			units[p.Unit] = true
			view.Parties = append(view.Parties, projection.Party{ID: instance + "#" + p.Unit, Instance: instance, UnitID: p.Unit})
		}
	}
	require.NoError(b.t, b.store.Project(b.t.Context(), projection.Change{Instance: instance, Kind: "signoff", To: 1,
		Seq: ledger.Seq, Hash: ledger.Hash, At: now, Events: events, Upserts: view}))
}

// inbox lists the entries of somebody as "id" or "id for somebody".
func (b *bundle) inbox(role org.Role) []string {
	b.t.Helper()
	var page struct{ Items []entry }
	b.get(role, "inbox", &page)
	ids := []string{}
	for _, e := range page.Items {
		id := e.ID
		if e.OnBehalfOf != "" {
			id += " for " + e.OnBehalfOf + " " + e.OnBehalfOfName
		}
		ids = append(ids, id)
	}
	return ids
}

func behalf(user string) header { return header{"On-Behalf-Of": user} }

// arrange lets one stand in for another for a week, and returns its id.
func (b *bundle) arrange(by, user, standIn org.Role) string {
	b.t.Helper()
	a := b.call(by, http.MethodPost, "stand-ins", map[string]any{"user": b.users[user].ID, "standIn": b.users[standIn].ID,
		"until": time.Now().Add(7 * 24 * time.Hour), "reason": "出差"})
	require.Equal(b.t, http.StatusCreated, a.status, a.text)
	var made struct{ ID, Status string }
	a.into(b.t, &made)
	require.Equal(b.t, "in-force", made.Status)
	return made.ID
}

// Somebody of another unit, who may only read, stands in for a head: he signs in
// the head's unit with the head's role, finds his entries and reads his records,
// from the next request on and until it is ended.
func TestAStandInActs(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.waiting("a", map[string]org.Party{"of education's head": {Unit: education, Role: org.Head}, "of the head alone": {Unit: education, User: b.users[org.Head].ID}})
	b.waiting("b", map[string]org.Party{"of a viewer of finance": {Unit: finance, Role: org.Viewer}, "of finance's head": {Unit: finance, Role: org.Head}})
	const sign, body = "sign-offs/signoff.a.1/actions", `{"action":"agree"}`
	head := b.users[org.Head]
	requireNot := func(k string) {
		t.Helper()
		a := b.call(org.Viewer, http.MethodPost, sign, body, key(k), behalf(head.ID))
		require.Equal(t, http.StatusForbidden, a.status, a.text)
		p := a.problem(t)
		require.Equal(t, "not-a-stand-in", p.Code)
		require.Contains(t, p.Detail, "AB角")
		require.Equal(t, http.StatusNotFound, b.call(org.Viewer, http.MethodGet, "sign-offs/signoff.a.1", nil).status)
		require.Equal(t, []string{"of a viewer of finance"}, b.inbox(org.Viewer))
	}
	requireNot("before")

	id := b.arrange(org.Head, org.Head, org.Viewer)
	a := b.call(org.Viewer, http.MethodPost, sign, body, key("k"), behalf(head.ID))
	require.Equal(t, http.StatusOK, a.status, a.text)
	c := b.gateway.last(t).command
	viewer := b.users[org.Viewer]
	require.Equal(t, act.Actor{User: viewer.ID, Name: viewer.Name, Unit: org.UnitRef{ID: education, Name: "市教育局"}, Roles: []org.Role{org.Head},
		OnBehalfOf: head.ID}, c.Actor)
	require.Equal(t, viewer.ID+"/k", c.ID)
	require.Equal(t, "role", b.call(org.Viewer, http.MethodPost, sign, body, key("own")).problem(t).Code, "in his own name he still only reads")

	require.ElementsMatch(t, []string{"of a viewer of finance", "of education's head for u-head 某head", "of the head alone for u-head 某head"}, b.inbox(org.Viewer))
	require.Equal(t, http.StatusOK, b.call(org.Viewer, http.MethodGet, "sign-offs/signoff.a.1", nil).status)
	require.ElementsMatch(t, []string{"of education's head", "of the head alone"}, b.inbox(org.Head), "who is represented has them too")
	var me struct{ StandsInFor []struct{ User, Name string } }
	b.get(org.Viewer, "me", &me)
	require.Len(t, me.StandsInFor, 1)
	require.Equal(t, head.Name, me.StandsInFor[0].Name)

	// What is done in one's own name only takes no header.
	for _, e := range []endpoint{{method: http.MethodGet, path: "inbox"}, {method: http.MethodPost, path: "stand-ins", body: `{}`}} {
		a := b.call(org.Viewer, e.method, e.path, e.body, behalf(head.ID))
		require.Equal(t, http.StatusBadRequest, a.status, a.text)
		require.Equal(t, "not-on-behalf", a.problem(t).Code)
	}
	require.Equal(t, http.StatusOK, b.call(org.Head, http.MethodPost, sign, body, key("self"), behalf(head.ID)).status, "oneself needs no stand-in")
	require.Empty(t, b.gateway.last(t).command.Actor.OnBehalfOf)

	a = b.call(org.Head, http.MethodPost, "stand-ins/"+id+"/end", `{}`)
	require.Equal(t, http.StatusOK, a.status, a.text)
	var ended struct {
		Status  string
		EndedBy struct{ ID, Name string }
	}
	a.into(t, &ended)
	require.Equal(t, "ended", ended.Status)
	require.Equal(t, head.Name, ended.EndedBy.Name)
	requireNot("after")
}

// A stand-in of a supervisor reads all that he reads, and acts on orders; in a
// batch, too.
func TestAStandInOfASupervisor(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.waiting("a", map[string]org.Party{"x": {Unit: education, Role: org.Head}})
	supervisor := b.users[org.Supervisor].ID
	require.Equal(t, "role", b.call(org.Viewer, http.MethodGet, "policies", nil).problem(t).Code)
	b.arrange(org.Admin, org.Supervisor, org.Viewer)
	require.Equal(t, http.StatusOK, b.call(org.Viewer, http.MethodGet, "policies", nil).status)
	require.Equal(t, http.StatusOK, b.call(org.Viewer, http.MethodGet, "sign-offs/signoff.a.1", nil).status)
	batch := `{"acts":[{"id":"x-1-2026-1","key":"k","act":{"action":"urge"}}]}`
	require.Equal(t, "role", b.call(org.Viewer, http.MethodPost, "assignments/actions", batch).problem(t).Code)
	a := b.call(org.Viewer, http.MethodPost, "assignments/actions", batch, behalf(supervisor))
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, supervisor, b.gateway.last(t).command.Actor.OnBehalfOf)
	require.Equal(t, []org.Role{org.Supervisor}, b.gateway.last(t).command.Actor.Roles)
}

// Who stands in for a stand-in acts for both.
func TestAChainOfStandIns(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.arrange(org.Head, org.Head, org.Operator)
	b.arrange(org.Operator, org.Operator, org.Viewer)
	for _, user := range []org.Role{org.Head, org.Operator} {
		a := b.call(org.Viewer, http.MethodPost, "sign-offs/signoff.a.1/actions", `{"action":"agree"}`, key(string(user)), behalf(b.users[user].ID))
		require.Equal(t, http.StatusOK, a.status, a.text)
		require.Equal(t, []org.Role{user}, b.gateway.last(t).command.Actor.Roles)
	}
	a := b.call(org.Head, http.MethodPost, "stand-ins", map[string]any{"user": b.users[org.Head].ID, "standIn": b.users[org.Viewer].ID,
		"until": time.Now().Add(time.Hour), "reason": "出差"})
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Equal(t, "overlap", a.problem(t).Code)
	require.Equal(t, "from", a.problem(t).Errors[0].Field)
}

func TestWhoArrangesStandIns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by, of org.Role
		code   string // of the refusal
	}{
		"he himself":                {org.Operator, org.Operator, ""},
		"a head of his unit":        {org.Head, org.Operator, ""},
		"an administrator":          {org.Admin, org.Operator, ""},
		"somebody of his unit":      {org.Operator, org.Head, "not-yours"},
		"somebody of another unit":  {org.Supervisor, org.Operator, "not-yours"},
		"who is never represented":  {org.Admin, org.Admin, "nothing-to-represent"},
		"who only reads":            {org.Admin, org.Viewer, "nothing-to-represent"},
		"the stand-in for somebody": {org.Viewer, org.Head, "not-yours"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBundle(t)
			standIn := org.Viewer
			if c.of == org.Viewer {
				standIn = org.Head
			}
			wanted := map[string]any{"user": b.users[c.of].ID, "standIn": b.users[standIn].ID, "until": time.Now().Add(time.Hour), "reason": "出差"}
			a := b.call(c.by, http.MethodPost, "stand-ins", wanted)
			if c.code != "" {
				require.Equal(t, c.code, a.problem(t).Code, a.text)
				return
			}
			require.Equal(t, http.StatusCreated, a.status, a.text)
			var made struct{ ID string }
			a.into(t, &made)
			require.Equal(t, "not-yours", b.call(org.Supervisor, http.MethodPost, "stand-ins/"+made.ID+"/end", `{}`).problem(t).Code)
			require.Equal(t, http.StatusOK, b.call(c.by, http.MethodPost, "stand-ins/"+made.ID+"/end", `{}`).status)
		})
	}
}

func TestStandInsAreSeenByTheirUnits(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.arrange(org.Head, org.Head, org.Operator)
	for role, sees := range map[org.Role]int{org.Operator: 1, org.Head: 1, org.Admin: 1, org.Supervisor: 0, org.Viewer: 0} {
		var page struct {
			Items []struct {
				User, StandIn, CreatedBy struct{ ID, Name string }
				Reason                   string
			}
		}
		b.get(role, "stand-ins?open=true", &page)
		require.Len(t, page.Items, sees, role)
		if sees > 0 {
			require.Equal(t, "某head", page.Items[0].User.Name)
			require.Equal(t, "某operator", page.Items[0].StandIn.Name)
			require.Equal(t, "某head", page.Items[0].CreatedBy.Name)
		}
	}
	var people struct{ Items []map[string]any }
	b.get(org.Viewer, "people?search=head", &people)
	require.Len(t, people.Items, 1)
	require.NotContains(t, people.Items[0], "login")
}
