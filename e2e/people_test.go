package e2e_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/client"
	"duban/org"
	"duban/store"
)

// bureau is a server with three units and people who come, go and represent each
// other.
type bureau struct {
	t      *testing.T
	ctx    context.Context
	app    *app.App
	people map[string]client.Client // by login, which is the id as well
}

// newBureau registers planning, finance with two heads and an operator, taxes,
// and an administrator.
func newBureau(t *testing.T) *bureau {
	b := &bureau{t: t, ctx: within(t), app: serve(t, nil), people: map[string]client.Client{}}
	_, err := b.app.Store.SaveUnits(b.ctx, []store.Unit{{ID: "planning", Name: "市发展改革局", Active: true},
		{ID: "finance", Name: "市财政局", Position: 1, Active: true}, {ID: "taxes", Name: "市地税局", Position: 2, Active: true}})
	require.NoError(t, err)
	for login, c := range map[string]struct {
		unit string
		role org.Role
	}{
		"operator": {"planning", org.Operator}, "admin": {"planning", org.Admin}, "auditor": {"planning", org.Supervisor},
		"wang": {"finance", org.Head}, "zhou": {"finance", org.Head}, "li": {"finance", org.Operator}, "sun": {"taxes", org.Head},
	} {
		_, err := b.app.Store.SaveUsers(b.ctx, []store.User{{ID: login, Login: login, Name: "某" + login, UnitID: c.unit, Active: true, Roles: []org.Role{c.role}}})
		require.NoError(t, err)
		token, err := b.app.Store.CreateToken(b.ctx, login, "test", time.Hour)
		require.NoError(t, err)
		b.people[login] = client.New(b.app.URL(), token)
	}
	return b
}

// asks puts a subject to sign to the heads of units and returns its id.
func (b *bureau) asks(units ...string) string {
	b.t.Helper()
	signers := make([]map[string]string, len(units))
	for i, unit := range units {
		signers[i] = map[string]string{"unit": unit, "role": "head"}
	}
	var opened struct{ ID string }
	require.NoError(b.t, b.people["operator"].Post(b.ctx, "sign-offs", map[string]any{"title": "关于经费的意见", "content": "请予会签。",
		"route": []any{map[string]any{"name": "会签", "mode": "all", "onDisagree": "collect", "then": "return", "signers": signers}}}, &opened, client.Key("open")))
	return opened.ID
}

func (b *bureau) signs(login, signOff, key string, options ...client.Option) error {
	return b.people[login].Post(b.ctx, "sign-offs/"+signOff+"/actions", agree, nil, append(options, client.Key(key))...)
}

// waits reports whether an inbox has entries, and for whom.
func (b *bureau) waits(login string) []string {
	b.t.Helper()
	var page struct {
		Items []struct {
			Unit           string
			OnBehalfOfName string
		}
	}
	require.NoError(b.t, b.people[login].Get(b.ctx, "inbox", &page))
	entries := []string{}
	for _, e := range page.Items {
		entries = append(entries, e.Unit+e.OnBehalfOfName)
	}
	return entries
}

// signer is an entry of a sign-off.
type signer struct {
	Unit, UnitName, User, ByUnit, OnBehalfOf, Status string
}

func (b *bureau) signers(signOff string) []signer {
	b.t.Helper()
	var page struct{ Items []signer }
	require.NoError(b.t, b.people["auditor"].Get(b.ctx, "sign-offs/"+signOff+"/signers", &page))
	return page.Items
}

func (b *bureau) change(path string, fields map[string]any) {
	b.t.Helper()
	require.NoError(b.t, b.people["admin"].Put(b.ctx, path, fields, nil))
}

// A head who was moved to another unit signs for the old one no more, with the
// very next request; the unit's other head still does.
func TestAHeadWhoWasMoved(t *testing.T) {
	b := newBureau(t)
	id := b.asks("finance")
	require.Equal(t, []string{"finance"}, b.waits("wang"))
	b.change("users/wang", map[string]any{"login": "wang", "name": "某wang", "unit": "taxes", "roles": []string{"head"}})
	require.True(t, client.IsProblem(b.signs("wang", id, "late"), http.StatusForbidden))
	require.Empty(t, b.waits("wang"))
	require.Equal(t, []string{"finance"}, b.waits("zhou"))
	require.NoError(t, b.signs("zhou", id, "in-time"))
	require.Len(t, events(b.ctx, t, b.people["auditor"], "sign-off.approved"), 1)
	verified(t, b.app)
}

// The head of a successor signs for a unit that was merged into his: the entry
// still names that unit, and the opinion was given for the successor. A unit that
// is renamed meanwhile keeps what was recorded under its old name.
func TestASuccessorSigns(t *testing.T) {
	b := newBureau(t)
	id := b.asks("taxes", "planning")
	require.True(t, client.IsProblem(b.signs("wang", id, "early"), http.StatusForbidden))
	require.NoError(t, b.people["admin"].Post(b.ctx, "units/taxes/merge", map[string]string{"into": "finance", "reason": "机构改革"}, nil))
	require.Equal(t, []string{"taxes"}, b.waits("wang"))
	require.NoError(t, b.people["wang"].Get(b.ctx, "sign-offs/"+id, nil), "the successor reads its records")
	require.NoError(t, b.signs("wang", id, "after"))
	b.change("units/finance", map[string]any{"name": "市财政税务局"})

	want := signer{Unit: "taxes", UnitName: "市地税局", User: "wang", ByUnit: "市财政局", Status: "signed"}
	require.Equal(t, want, b.signers(id)[0])
	given := events(b.ctx, t, b.people["auditor"], "sign-off.signed")
	require.Len(t, given, 1)
	require.Equal(t, "finance", given[0].Actor.Unit.ID)
	require.True(t, client.IsProblem(b.signs("sun", id, "too"), http.StatusConflict), "its own head counts as the successor's, which has signed")
	verified(t, b.app)
}

// A stand-in signs on behalf of a head: the record shows both. It ends when the
// head comes back.
func TestAStandInSigns(t *testing.T) {
	b := newBureau(t)
	first := b.asks("finance", "planning")
	require.True(t, client.IsProblem(b.signs("li", first, "early", client.OnBehalfOf("wang")), http.StatusForbidden))
	var arranged struct{ ID string }
	require.NoError(t, b.people["wang"].Post(b.ctx, "stand-ins", map[string]any{"standIn": "li", "until": time.Now().Add(24 * time.Hour), "reason": "出差"}, &arranged))
	require.Equal(t, []string{"finance某wang"}, b.waits("li"))
	require.NoError(t, b.signs("li", first, "k", client.OnBehalfOf("wang")))
	require.NoError(t, b.signs("li", first, "k", client.OnBehalfOf("wang")), "the same act again")
	require.True(t, client.IsProblem(b.signs("li", first, "k"), http.StatusUnprocessableEntity), "the same key for another act, which is his own")
	require.True(t, client.IsProblem(b.signs("li", first, "own"), http.StatusForbidden), "an operator signs nothing in his own name")
	require.Equal(t, signer{Unit: "finance", UnitName: "市财政局", User: "li", ByUnit: "市财政局", OnBehalfOf: "wang", Status: "signed"}, b.signers(first)[0])
	var record struct {
		Items []struct {
			Actor struct{ User, Name, OnBehalfOf string }
		}
	}
	require.NoError(t, b.people["auditor"].Get(b.ctx, "events?type=sign-off.signed", &record))
	require.Len(t, record.Items, 1)
	require.Equal(t, struct{ User, Name, OnBehalfOf string }{"li", "某li", "wang"}, record.Items[0].Actor)

	require.NoError(t, b.people["wang"].Post(b.ctx, "stand-ins/"+arranged.ID+"/end", nil, nil))
	require.True(t, client.IsProblem(b.signs("li", first, "after", client.OnBehalfOf("wang")), http.StatusForbidden))
	verified(t, b.app)
}
