package store_test

import (
	"testing"
	"time"

	"duban/approval"
	"duban/org"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestRouteTemplates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		_, err := s.RouteTemplate(ctx, "p1", "review")
		require.ErrorIs(t, err, store.ErrNotFound)
		wanted := store.RouteTemplate{PlanID: "p1", Kind: "review", CarryOver: true, Comment: "试行", CreatedBy: "admin", CreatedAt: noon,
			Steps: []approval.TemplateStep{{Name: "审核", Mode: approval.All, OnDisagree: approval.Veto, Then: approval.ThenReturn,
				Signers: []approval.TemplateSigner{{Place: approval.Lead}}}},
			CopyTo: []approval.Signer{{Party: org.Party{Unit: "u1", Role: org.Head}, Name: "单位"}}}
		first, err := s.AddRouteTemplate(ctx, wanted, 0)
		require.NoError(t, err)
		require.Equal(t, 1, first.Version)
		_, err = s.AddRouteTemplate(ctx, wanted, 0)
		require.ErrorIs(t, err, store.ErrStale, "nobody's change is lost")
		wanted.CarryOver = false
		_, err = s.AddRouteTemplate(ctx, wanted, 1)
		require.NoError(t, err)
		newest, err := s.RouteTemplate(ctx, "p1", "review")
		require.NoError(t, err)
		wanted.Version = 2
		require.Equal(t, wanted, newest)
		all, err := s.RouteTemplates(ctx, "p1", "review")
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, first, all[1], "each version is kept")
		require.Equal(t, approval.TemplateRef{ID: "p1/review", Version: 2}, newest.Template().TemplateRef)
	})
}

func TestCopies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		const instance, id = "signoff/a", "signoff.a.1"
		p := newProcess("signoff", instance)
		v := signOffView(instance, id, 2, 0)
		for i, party := range []org.Party{{Unit: "u3", Role: org.Head}, {Unit: "u4", User: "wang"}, {Role: org.Supervisor}} {
			v.Copies = append(v.Copies, projection.Copy{ID: id + "/" + string(rune('1'+i)), SignOffID: id, N: i + 1, Title: "函", UnitID: party.Unit,
				Role: string(party.Role), UserID: party.User, Name: "某", ByID: "zhang", ByName: "张三", At: noon.Add(time.Duration(i) * time.Minute)})
		}
		require.NoError(t, s.Project(ctx, p.next(t, v, "sign-off.opened")))
		readers := map[string]store.CopyReader{
			"the head of the unit":  {User: "li", Units: []string{"u3"}, Roles: []org.Role{org.Head}},
			"its operator":          {User: "zhao", Units: []string{"u3"}, Roles: []org.Role{org.Operator}},
			"the person":            {User: "wang", Units: []string{"u9"}, Roles: []org.Role{org.Viewer}},
			"another of the unit":   {User: "qian", Units: []string{"u4"}, Roles: []org.Role{org.Head}},
			"a supervisor anywhere": {User: "sun", Units: []string{"u7"}, Roles: []org.Role{org.Supervisor}},
		}
		for who, want := range map[string]int{"the head of the unit": 1, "its operator": 0, "the person": 1, "another of the unit": 0, "a supervisor anywhere": 1} {
			page, err := s.CopiesTo(ctx, readers[who], true, store.PageRequest{})
			require.NoError(t, err)
			require.Len(t, page.Items, want, who)
			n, err := s.ReadCopies(ctx, readers[who], id, noon.Add(time.Hour))
			require.NoError(t, err)
			require.Equal(t, want, n, who)
			page, err = s.CopiesTo(ctx, readers[who], true, store.PageRequest{})
			require.NoError(t, err)
			require.Empty(t, page.Items, who)
		}
		_, err := s.ReadCopies(ctx, readers["the person"], id, noon.Add(2*time.Hour))
		require.NoError(t, err)
		copies, err := s.Copies(ctx, store.Scope{All: true}, id)
		require.NoError(t, err)
		require.Len(t, copies, 3)
		require.Equal(t, []store.CopyRead{{UserID: "wang", ReadAt: noon.Add(time.Hour)}}, copies[1].Reads, "the first reading counts")
		_, err = s.Copies(ctx, store.Scope{Units: []string{"u8"}}, id)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
