package store_test

import (
	"testing"
	"time"

	"duban/org"
	"duban/store"

	"github.com/stretchr/testify/require"
)

// into is a merger as an administrator declares it; an empty successor takes one back.
func into(unit, successor string) store.UnitMerger {
	m := store.UnitMerger{UnitID: unit, Reason: "机构改革", UserID: "admin", UserName: "管理员"}
	if successor != "" {
		m.IntoID = &successor
	}
	return m
}

func TestMergers(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		units := saveUnits(t, s, "市地税局", "市税务局", "市财政局")
		old, tax, finance := units[0], units[1], units[2]
		clerk, head := saveUser(t, s, "clerk", old), saveUser(t, s, "head", finance)

		merged, err := s.Merge(ctx, into(old.ID, tax.ID))
		require.NoError(t, err)
		require.False(t, merged.Active)
		require.Equal(t, tax.ID, *merged.MergedInto)
		require.Equal(t, old.Name, merged.Name)
		c.move(time.Minute)
		_, err = s.Merge(ctx, into(tax.ID, finance.ID))
		require.NoError(t, err)

		who := signedIn(t, s, clerk)
		require.Equal(t, finance.ID, who.Unit.ID, "users of a merged unit count as the successor's")
		require.ElementsMatch(t, []string{old.ID, tax.ID}, who.Merged)
		require.Equal(t, old.ID, who.User.UnitID)
		actor := signedIn(t, s, head).Actor()
		require.Equal(t, finance.Ref(), actor.Unit)
		require.True(t, actor.Is(org.Party{Unit: old.ID, Role: org.Operator}))
		for _, unit := range units {
			users, err := s.UsersOf(ctx, org.Party{Unit: unit.ID, Role: org.Operator})
			require.NoError(t, err)
			require.Len(t, users, 2, unit.Name)
			one, err := s.UsersOf(ctx, org.Party{Unit: unit.ID, User: head.ID})
			require.NoError(t, err)
			require.Len(t, one, 1)
		}
		registry, err := s.Registry(ctx)
		require.NoError(t, err)
		acting, acts := registry.Acting(old.ID)
		require.True(t, acts)
		require.Equal(t, finance.Ref(), acting)

		for name, refused := range map[string]store.UnitMerger{
			"itself": into(finance.ID, finance.ID), "merged-itself": into(finance.ID, tax.ID), "unknown-unit": into(finance.ID, "nothing"), "not-merged": into(finance.ID, ""),
		} {
			_, err := s.Merge(ctx, refused)
			requireRule(t, err, name)
		}
		_, err = s.Merge(ctx, into("nothing", tax.ID))
		require.ErrorIs(t, err, store.ErrNotFound)

		old.Active, old.Name = true, "原市地税局"
		_, err = s.SaveUnits(ctx, []store.Unit{old})
		requireRule(t, err, "merged-unit")
		old.Active = false
		renamed, err := s.SaveUnits(ctx, []store.Unit{old})
		require.NoError(t, err)
		require.Equal(t, tax.ID, *renamed[0].MergedInto, "a merged unit stays merged when it is saved")

		c.move(time.Minute)
		back, err := s.Merge(ctx, into(tax.ID, ""))
		require.NoError(t, err)
		require.True(t, back.Active)
		require.Nil(t, back.MergedInto)
		require.Equal(t, tax.ID, signedIn(t, s, clerk).Unit.ID)
		page, err := s.UnitMergers(ctx, tax.ID, store.PageRequest{})
		require.NoError(t, err)
		require.Len(t, page.Items, 2)
		require.Nil(t, page.Items[0].IntoID, "newest first")
		require.Equal(t, finance.ID, *page.Items[1].IntoID)
		require.Equal(t, "管理员", page.Items[1].UserName)
	})
}

// A unit that is made active again may find its name taken.
func TestAMergerIsTakenBackUnderANewName(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		units := saveUnits(t, s, "市地税局", "市税务局")
		_, err := s.Merge(t.Context(), into(units[0].ID, units[1].ID))
		require.NoError(t, err)
		require.NoError(t, s.SaveAliases(t.Context(), []store.Alias{{Alias: "市地税局", UnitID: &units[1].ID, Reason: "原名"}}))
		_, err = s.Merge(t.Context(), into(units[0].ID, ""))
		requireConflict(t, err, "name")
		unit, err := s.Unit(t.Context(), units[0].ID)
		require.NoError(t, err)
		require.False(t, unit.Active)
	})
}
