package store_test

import (
	"strings"
	"testing"
	"time"

	"duban/org"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestUsers(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		units := saveUnits(t, s, "市教育局", "市财政局")
		given := store.User{
			Login: " Zhang.San ", Name: "张三", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Head, org.Operator, org.Head},
		}
		saved, err := s.SaveUsers(ctx, []store.User{given})
		require.NoError(t, err)
		user, err := s.User(ctx, saved[0].ID)
		require.NoError(t, err)
		require.Equal(t, saved[0], user)
		require.Equal(t, "zhang.san", user.Login)
		require.Equal(t, []org.Role{org.Operator, org.Head}, user.Roles, "each once, in the order of org.Roles")
		require.Equal(t, units[0], *user.Unit)
		byLogin, err := s.UserByLogin(ctx, "ZHANG.SAN ")
		require.NoError(t, err)
		require.Equal(t, user, byLogin)

		c.move(time.Hour)
		again, err := s.SaveUsers(ctx, []store.User{given})
		require.NoError(t, err)
		require.Equal(t, saved, again, "found by login; saving twice changes nothing")

		user.Roles, user.UnitID, user.Active = []org.Role{org.Supervisor}, units[1].ID, false
		_, err = s.SaveUsers(ctx, []store.User{user})
		require.NoError(t, err)
		got, err := s.User(ctx, user.ID)
		require.NoError(t, err)
		require.Equal(t, []org.Role{org.Supervisor}, got.Roles)
		require.Equal(t, units[1], *got.Unit)
		require.False(t, got.Active)
		require.Equal(t, user.CreatedAt, got.CreatedAt)

		_, err = s.User(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.UserByLogin(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestSaveUsersRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		unit := saveUnits(t, s, "市教育局")[0]
		first := saveUser(t, s, "zhang", unit)
		second := saveUser(t, s, "li", unit)
		save := func(user store.User) error {
			_, err := s.SaveUsers(ctx, []store.User{user})
			return err
		}
		good := store.User{Login: "wang", Name: "王五", UnitID: unit.ID}

		user := good
		user.UnitID = "nobody"
		require.ErrorIs(t, save(user), store.ErrReference)
		user = good
		user.Roles = []org.Role{"king"}
		requireInvalid(t, save(user), "roles")
		user = good
		user.Login = " "
		requireInvalid(t, save(user), "login")
		user = good
		user.Name = strings.Repeat("王", 101)
		requireInvalid(t, save(user), "name")
		user = good
		user.UnitID = ""
		requireInvalid(t, save(user), "unitId")
		second.Login = "ZHANG"
		requireConflict(t, save(second), "login")

		page, err := s.Users(ctx, store.UserFilter{})
		require.NoError(t, err)
		require.Len(t, page.Items, 2)
		require.Equal(t, first, page.Items[1])
	})
}

func TestUsersFilterAndUsersOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		units := saveUnits(t, s, "市教育局", "市财政局")
		_, err := s.SaveUsers(ctx, []store.User{
			{Login: "a", Name: "甲", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Operator, org.Head}},
			{Login: "b", Name: "乙", UnitID: units[0].ID, Roles: []org.Role{org.Operator}},
			{Login: "c", Name: "丙", UnitID: units[1].ID, Active: true, Roles: []org.Role{org.Operator}},
			{Login: "d", Name: "丁", UnitID: units[1].ID, Active: true},
		})
		require.NoError(t, err)
		logins := func(users []store.User) string {
			var all string
			for _, u := range users {
				all += u.Login
			}
			return all
		}
		for want, filter := range map[string]store.UserFilter{
			"abcd": {},
			"ab":   {UnitID: units[0].ID},
			"abc":  {Role: org.Operator},
			"ac":   {Role: org.Operator, Active: pointer(true)},
			"b":    {Search: "乙"},
			"d":    {Search: "d"},
		} {
			page, err := s.Users(ctx, filter)
			require.NoError(t, err)
			require.Equal(t, want, logins(page.Items))
		}
		for want, party := range map[string]org.Party{
			"a":  {Unit: units[0].ID, Role: org.Operator},
			"ac": {Role: org.Operator},
			"":   {Unit: units[1].ID, Role: org.Head},
		} {
			users, err := s.UsersOf(ctx, party)
			require.NoError(t, err)
			require.Equal(t, want, logins(users))
			for _, u := range users {
				require.NotNil(t, u.Unit)
				require.Contains(t, u.Roles, party.Role)
			}
		}
	})
}
