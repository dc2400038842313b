package store_test

import (
	"testing"

	"duban/org"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestGroups(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		units := saveUnits(t, s, "和平县", "安宁区", "长乐县")
		members := []string{units[2].ID, units[0].ID, units[1].ID}
		saved, err := s.SaveGroups(ctx, []store.Group{{Name: "各县（区）", Members: members}, {Name: "空组"}})
		require.NoError(t, err)
		group, err := s.Group(ctx, saved[0].ID)
		require.NoError(t, err)
		require.Equal(t, store.Group{ID: saved[0].ID, Name: "各县（区）", Members: members}, group)

		again, err := s.SaveGroups(ctx, []store.Group{{Name: "各县（区）", Members: members}})
		require.NoError(t, err)
		require.Equal(t, group, again[0], "found by name")

		group.Name, group.Members = "各县区", []string{units[1].ID}
		_, err = s.SaveGroups(ctx, []store.Group{group})
		require.NoError(t, err)
		page, err := s.Groups(ctx, store.GroupFilter{Search: "县"})
		require.NoError(t, err)
		require.Equal(t, []store.Group{group}, page.Items)

		_, err = s.SaveGroups(ctx, []store.Group{{Name: "重复", Members: []string{units[0].ID, units[0].ID}}})
		requireInvalid(t, err, "members")
		_, err = s.SaveGroups(ctx, []store.Group{{Name: "无此单位", Members: []string{"nobody"}}})
		require.ErrorIs(t, err, store.ErrReference)
		_, err = s.SaveGroups(ctx, []store.Group{{ID: group.ID, Name: "空组"}})
		requireConflict(t, err, "name")
		_, err = s.SaveGroups(ctx, []store.Group{{Name: "和平县"}})
		requireConflict(t, err, "name")
		_, err = s.SaveGroups(ctx, []store.Group{{}})
		requireInvalid(t, err, "name")
		_, err = s.Group(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestDeleteGroup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		unit := saveUnits(t, s, "和平县")[0]
		saved, err := s.SaveGroups(ctx, []store.Group{{Name: "各县", Members: []string{unit.ID}}})
		require.NoError(t, err)
		require.NoError(t, s.SaveAliases(ctx, []store.Alias{{Alias: "县级", GroupID: &saved[0].ID}}))

		require.ErrorIs(t, s.DeleteGroup(ctx, saved[0].ID), store.ErrReference)
		group, err := s.Group(ctx, saved[0].ID)
		require.NoError(t, err)
		require.Equal(t, []string{unit.ID}, group.Members, "a refused deletion leaves the members")

		require.NoError(t, s.DeleteAlias(ctx, "县级"))
		require.NoError(t, s.DeleteGroup(ctx, saved[0].ID))
		require.ErrorIs(t, s.DeleteGroup(ctx, saved[0].ID), store.ErrNotFound)
	})
}

func TestAliases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		units := saveUnits(t, s, "市发展和改革局", "市财政局")
		groups, err := s.SaveGroups(ctx, []store.Group{{Name: "市直部门", Members: []string{units[0].ID}}})
		require.NoError(t, err)
		aliases := []store.Alias{
			{Alias: "市发改局", UnitID: &units[0].ID, Reason: "简称"},
			{Alias: "有关部门", GroupID: &groups[0].ID, Reason: "泛指"},
		}
		for range 2 { // saving twice changes nothing
			require.NoError(t, s.SaveAliases(ctx, aliases))
		}
		page, err := s.Aliases(ctx, store.AliasFilter{})
		require.NoError(t, err)
		require.Equal(t, aliases, page.Items)
		page, err = s.Aliases(ctx, store.AliasFilter{UnitID: units[0].ID, Search: "发改"})
		require.NoError(t, err)
		require.Equal(t, aliases[:1], page.Items)
		page, err = s.Aliases(ctx, store.AliasFilter{GroupID: groups[0].ID})
		require.NoError(t, err)
		require.Equal(t, aliases[1:], page.Items)

		requireInvalid(t, s.SaveAliases(ctx, []store.Alias{{Alias: "无"}}), "alias")
		requireInvalid(t, s.SaveAliases(ctx, []store.Alias{{Alias: "俱", UnitID: &units[0].ID, GroupID: &groups[0].ID}}), "alias")
		requireInvalid(t, s.SaveAliases(ctx, []store.Alias{{UnitID: &units[0].ID}}), "alias")
		requireConflict(t, s.SaveAliases(ctx, []store.Alias{{Alias: "市财政局", UnitID: &units[0].ID}}), "name")
		err = s.SaveAliases(ctx, []store.Alias{{Alias: "无主", UnitID: pointer("nobody")}})
		require.ErrorIs(t, err, store.ErrReference)

		aliases[0].UnitID = &units[1].ID
		require.NoError(t, s.SaveAliases(ctx, aliases), "an alias may come to mean another unit")
		require.NoError(t, s.DeleteAlias(ctx, "有关部门"))
		require.ErrorIs(t, s.DeleteAlias(ctx, "有关部门"), store.ErrNotFound)
		registry, err := s.Registry(ctx)
		require.NoError(t, err)
		found, ok := registry.Resolve("市发改局")
		require.True(t, ok)
		require.Equal(t, org.UnitRef{ID: units[1].ID, Name: "市财政局"}, *found.Unit)
		_, ok = registry.Resolve("有关部门")
		require.False(t, ok)
	})
}

func TestRegistry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		units := saveUnits(t, s, "和平县", "安宁区")
		_, err := s.SaveUnits(ctx, []store.Unit{{Name: "旧局", Position: 9}})
		require.NoError(t, err)
		groups, err := s.SaveGroups(ctx, []store.Group{{Name: "各县（区）", Members: []string{units[1].ID, units[0].ID}}})
		require.NoError(t, err)
		require.NoError(t, s.SaveAliases(ctx, []store.Alias{{Alias: "旧局", UnitID: &units[0].ID, Reason: "并入"}}))
		registry, err := s.Registry(ctx)
		require.NoError(t, err)
		require.Len(t, registry.Units(), 3)
		found, ok := registry.Resolve("各县(区)")
		require.True(t, ok)
		require.Equal(t, groups[0].ID, found.Group.ID)
		require.Equal(t, []org.UnitRef{units[1].Ref(), units[0].Ref()}, found.Members)
		found, ok = registry.Resolve("旧局")
		require.True(t, ok)
		require.Equal(t, units[0].Ref(), *found.Unit, "the name of an abolished unit is its successor's alias")
	})
}
