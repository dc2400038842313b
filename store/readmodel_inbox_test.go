package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"duban/act"
	"duban/org"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func todoID(entry store.Addressed[projection.Todo]) string { return entry.Item.ID }

// inUnit is somebody of the unit with the roles.
func inUnit(unit string, roles ...org.Role) []store.Addressee {
	return []store.Addressee{{User: "somebody", Units: []string{unit}, Roles: roles}}
}

// TestInboxOrder compares inboxes of any roles and pages with a sorted list.
func TestInboxOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/a")
		view := projection.View{}
		for n := range 60 {
			todo := projection.Todo{ID: fmt.Sprintf("t%02d", n), Instance: "signoff/a", UnitID: []string{"u1", "u2"}[n%5/4], Role: string(org.Roles()[n%3]),
				Kind: []string{"sign", "review"}[n%2], Title: "待办", Resource: "x", Since: noon.Add(time.Duration(n%7) * time.Hour)}
			if n%4 != 0 {
				due := noon.Add(time.Duration(n*37%11) * time.Hour)
				todo.DueAt = &due
			}
			view.Todos = append(view.Todos, todo)
		}
		project(t, s, p.next(t, view))
		for _, roles := range [][]org.Role{nil, {org.Operator}, {org.Head, org.Operator, org.Head}, org.Roles()} {
			for _, kind := range []string{"", "sign"} {
				var want []string
				for _, todo := range sortedTodos(view.Todos) {
					if todo.UnitID == "u1" && slices.Contains(roles, org.Role(todo.Role)) && (kind == "" || todo.Kind == kind) {
						want = append(want, todo.ID)
					}
				}
				for _, limit := range []int{1, 7, 16, 200} {
					got := walkPages(t, limit, todoID, func(r store.PageRequest) (store.Page[store.Addressed[projection.Todo]], error) {
						return s.Inbox(t.Context(), inUnit("u1", roles...), store.InboxFilter{PageRequest: r, Kind: kind})
					})
					require.Equal(t, want, got, "%v %q in pages of %d", roles, kind, limit)
				}
			}
		}
		page, err := s.Inbox(t.Context(), inUnit("u1", org.Roles()...), store.InboxFilter{})
		require.NoError(t, err)
		for _, entry := range page.Items {
			todo := entry.Item
			i := slices.IndexFunc(view.Todos, func(o projection.Todo) bool { return o.ID == todo.ID })
			require.Equal(t, view.Todos[i], todo)
		}
	})
}

// sortedTodos sorts as an inbox does: due first, then what waits longest.
func sortedTodos(todos []projection.Todo) []projection.Todo {
	return slices.SortedFunc(slices.Values(todos), func(a, b projection.Todo) int {
		switch {
		case a.DueAt == nil && b.DueAt != nil:
			return 1
		case a.DueAt != nil && b.DueAt == nil:
			return -1
		case a.DueAt != nil && !a.DueAt.Equal(*b.DueAt):
			return a.DueAt.Compare(*b.DueAt)
		case !a.Since.Equal(b.Since):
			return a.Since.Compare(b.Since)
		case a.ID < b.ID:
			return -1
		default:
			return 1
		}
	})
}

func TestNoticeTellsWhereToLook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		fillReadModel(t, s)
		page, err := s.Notices(t.Context(), inUnit("u1", org.Operator), store.PageRequest{})
		require.NoError(t, err)
		where := map[string]string{}
		for _, n := range page.Items {
			where[n.Item.Instance] = n.Item.Resource
		}
		require.Equal(t, "annual-targets/p1-3-2026", where["target/p1/3/2026"])
		require.Equal(t, "assignments/p1-3-2026-1", where["assignment/p1-3-2026-1"])
		require.Equal(t, "supervisions/p1-3-2026-1.2", where["supervision/p1-3-2026-1/2"])
		require.Equal(t, "sign-offs/signoff.abc.1", where["signoff/abc"])
	})
}

// addressing is a read model with a todo and a notice for each party, named by
// what the party says.
func addressing(t *testing.T, s *store.Store, parties map[string]org.Party) {
	t.Helper()
	p := newProcess("signoff", "signoff/a")
	p.quiet = true
	var view projection.View
	event := act.Happened("asked", nil)
	for name, to := range parties {
		view.Todos = append(view.Todos, projection.Todo{ID: name, Instance: "signoff/a", UnitID: to.Unit, Role: string(to.Role), UserID: to.User,
			Kind: "sign", Title: "会签", Resource: "sign-offs/a", Since: noon})
		event.Notices = append(event.Notices, act.Notice{To: to, Kind: "asked", Title: name, TitleEn: name})
	}
	change := p.next(t, view)
	ledger, events, err := act.Ledger{Instance: "signoff/a"}.Record(act.Command{ID: "c", Actor: act.Process()}, []act.Event{event}, noon)
	require.NoError(t, err)
	change.Seq, change.Hash, change.Events = ledger.Seq, ledger.Hash, events
	project(t, s, change)
}

// Everybody finds what is for him, and nothing else: what is for his unit and
// role, for his role wherever, for himself while he is in the unit, and the same
// of units that were merged into his.
func TestInboxReachesWhomItIsAddressedTo(t *testing.T) {
	parties := map[string]org.Party{
		"head of finance":          {Unit: "finance", Role: org.Head},
		"head of tax":              {Unit: "tax", Role: org.Head},
		"head of education":        {Unit: "education", Role: org.Head},
		"operator of finance":      {Unit: "finance", Role: org.Operator},
		"any head":                 {Role: org.Head},
		"any supervisor":           {Role: org.Supervisor},
		"wang of finance":          {Unit: "finance", Role: org.Head, User: "wang"},
		"wang of finance, no role": {Unit: "finance", User: "wang"},
		"wang of tax":              {Unit: "tax", Role: org.Head, User: "wang"},
		"wang of education":        {Unit: "education", Role: org.Head, User: "wang"},
		"li of finance":            {Unit: "finance", Role: org.Head, User: "li"},
	}
	actors := map[string]act.Actor{
		"wang, head":            {User: "wang", Unit: org.UnitRef{ID: "finance"}, Roles: []org.Role{org.Head}},
		"wang, head, after tax": {User: "wang", Unit: org.UnitRef{ID: "finance"}, Merged: []string{"tax"}, Roles: []org.Role{org.Head}},
		"wang without a role":   {User: "wang", Unit: org.UnitRef{ID: "finance"}},
		"li, head and operator": {User: "li", Unit: org.UnitRef{ID: "finance"}, Roles: []org.Role{org.Head, org.Operator}},
		"zhao, supervisor":      {User: "zhao", Unit: org.UnitRef{ID: "office"}, Roles: []org.Role{org.Supervisor}},
		"chen for wang":         {User: "chen", OnBehalfOf: "wang", Unit: org.UnitRef{ID: "finance"}, Roles: []org.Role{org.Head}},
		"wang, moved":           {User: "wang", Unit: org.UnitRef{ID: "education"}, Roles: []org.Role{org.Operator}},
	}
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		addressing(t, s, parties)
		for who, actor := range actors {
			want := []string{}
			for name, party := range parties {
				if actor.Is(party) {
					want = append(want, name)
				}
			}
			slices.Sort(want)
			to := []store.Addressee{{User: actor.Principal(), Units: append([]string{actor.Unit.ID}, actor.Merged...), Roles: actor.Roles}}
			for _, limit := range []int{1, 3, 50} {
				todos := walkPages(t, limit, todoID, func(r store.PageRequest) (store.Page[store.Addressed[projection.Todo]], error) {
					return s.Inbox(t.Context(), to, store.InboxFilter{PageRequest: r})
				})
				require.Equal(t, want, todos, "%s, in pages of %d", who, limit)
				notices := walkPages(t, limit, func(n store.Addressed[store.Notice]) string { return n.Item.Title }, func(r store.PageRequest) (store.Page[store.Addressed[store.Notice]], error) {
					return s.Notices(t.Context(), to, r)
				})
				require.ElementsMatch(t, want, notices, who)
			}
		}
	})
}

// What two people share is in an inbox of both once, as the first one's.
func TestInboxOfTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		addressing(t, s, map[string]org.Party{
			"head of finance": {Unit: "finance", Role: org.Head}, "any head": {Role: org.Head}, "head of tax": {Unit: "tax", Role: org.Head},
			"wang": {Unit: "finance", User: "wang"}, "chen": {Unit: "tax", User: "chen"},
		})
		chen := store.Addressee{User: "chen", Units: []string{"tax"}, Roles: []org.Role{org.Head}}
		wang := store.Addressee{User: "wang", Units: []string{"finance"}, Roles: []org.Role{org.Head}}
		for _, limit := range []int{1, 2, 50} {
			got := walkPages(t, limit, func(e store.Addressed[projection.Todo]) string { return e.Item.ID + " of " + e.To },
				func(r store.PageRequest) (store.Page[store.Addressed[projection.Todo]], error) {
					return s.Inbox(t.Context(), []store.Addressee{chen, wang}, store.InboxFilter{PageRequest: r})
				})
			require.Equal(t, []string{"any head of chen", "chen of chen", "head of finance of wang", "head of tax of chen", "wang of wang"}, got)
		}
	})
}

func TestScopeOfARole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := newProcess("signoff", "signoff/abc")
		view := signOffView("signoff/abc", "signoff.abc.1", 1, 0)
		view.Parties = append(view.Parties, projection.Party{ID: "signoff/abc#role/head", Instance: "signoff/abc", Role: "head"})
		project(t, s, p.next(t, view))
		for name, c := range map[string]struct {
			scope store.Scope
			reads bool
		}{
			"a unit that signs":       {store.Scope{Units: []string{"u1"}}, true},
			"another":                 {store.Scope{Units: []string{"u2"}, Roles: []org.Role{org.Operator}}, false},
			"a head of another":       {store.Scope{Units: []string{"u2"}, Roles: []org.Role{org.Operator, org.Head}}, true},
			"after a merger":          {store.Scope{Units: []string{"u2", "u1"}}, true},
			"nobody":                  {store.Scope{}, false},
			"nobody with empty names": {store.Scope{Units: []string{""}, Roles: []org.Role{""}}, false},
		} {
			page, err := s.SignOffs(t.Context(), c.scope, store.SignOffFilter{})
			require.NoError(t, err)
			require.Len(t, page.Items, map[bool]int{true: 1, false: 0}[c.reads], name)
		}
	})
}

// Somebody may act for more units than a database puts together in one query.
func TestInboxOfManyUnits(t *testing.T) {
	const units = 260
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		parties := map[string]org.Party{}
		who := store.Addressee{User: "wang", Roles: []org.Role{org.Head}}
		for n := range units {
			who.Units = append(who.Units, fmt.Sprintf("u%d", n))
			parties[fmt.Sprintf("head of %03d", n)] = org.Party{Unit: fmt.Sprintf("u%d", n), Role: org.Head}
		}
		addressing(t, s, parties)
		got := walkPages(t, 150, todoID, func(r store.PageRequest) (store.Page[store.Addressed[projection.Todo]], error) {
			return s.Inbox(t.Context(), []store.Addressee{who}, store.InboxFilter{PageRequest: r})
		})
		require.Len(t, got, units)
		require.True(t, slices.IsSorted(got))
	})
}
