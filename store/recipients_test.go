package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"duban/org"
	"duban/store"
)

func TestRecipients(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		units := saveUnits(t, s, "市教育局", "市招生办", "市财政局")
		education, admissions, finance := units[0], units[1], units[2]
		add := func(id, unit string, active bool, roles ...org.Role) {
			_, err := s.SaveUsers(t.Context(), []store.User{{ID: id, Login: id, Name: id, UnitID: unit, Active: active, Roles: roles}})
			require.NoError(t, err)
		}
		add("a", education.ID, true, org.Operator)
		add("b", education.ID, true, org.Operator, org.Head)
		add("c", education.ID, false, org.Operator)
		add("d", admissions.ID, true, org.Operator)
		add("e", finance.ID, true, org.Head)
		require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error {
			if err := tx.Model(&store.Unit{}).Where("id = ?", admissions.ID).Update("merged_into", education.ID).Error; err != nil {
				return err
			}
			ended := noon
			return tx.Create([]store.StandIn{
				{ID: "1", UserID: "b", StandInID: "e", From: noon, Until: noon.Add(time.Hour), CreatedAt: noon},
				{ID: "2", UserID: "a", StandInID: "c", From: noon, Until: noon.Add(time.Hour), CreatedAt: noon},
				{ID: "3", UserID: "a", StandInID: "e", From: noon, Until: noon.Add(time.Hour), CreatedAt: noon, EndedAt: &ended},
			}).Error
		}))
		parties := map[string]org.Party{
			"operators of education":   {Unit: education.ID, Role: org.Operator},
			"of a merged unit":         {Unit: admissions.ID, Role: org.Operator},
			"heads anywhere":           {Role: org.Head},
			"one user":                 {Unit: education.ID, User: "a"},
			"one who is elsewhere":     {Unit: finance.ID, User: "a"},
			"a role that nobody has":   {Unit: finance.ID, Role: org.Viewer},
			"a unit that nobody knows": {Unit: "nowhere", Role: org.Operator},
		}
		reached := func(at time.Time) map[string][]string {
			var asked []org.Party
			for _, p := range parties {
				asked = append(asked, p, p)
			}
			found, err := s.Recipients(t.Context(), asked, at)
			require.NoError(t, err)
			ids := map[string][]string{}
			for name, p := range parties {
				ids[name] = nil
				for _, u := range found[p] {
					ids[name] = append(ids[name], u.ID)
				}
			}
			return ids
		}
		require.Equal(t, map[string][]string{"operators of education": {"a", "b"}, "of a merged unit": {"a", "b"}, "heads anywhere": {"b", "e"},
			"one user": {"a"}, "one who is elsewhere": nil, "a role that nobody has": nil, "a unit that nobody knows": nil}, reached(noon.Add(-time.Second)))
		now := reached(noon)
		require.Equal(t, []string{"a", "b", "e"}, now["operators of education"], "and who stands in for one of them")
		require.Equal(t, []string{"b", "e"}, now["heads anywhere"], "once")
		require.Equal(t, []string{"a"}, now["one user"], "a stand-in who is not active, and one whose time is over, are not reached")
		require.Equal(t, []string{"a", "b"}, reached(noon.Add(time.Hour))["operators of education"])
	})
}

func TestContacts(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		unit := saveUnits(t, s, "市教育局")[0]
		user := saveUser(t, s, "zhang", unit)
		require.Equal(t, store.Contact{}, user.Contact)
		want := store.Contact{Email: "zhang.san+duban@example.gov.cn", DeclinedChannels: "webhook", SingleNotices: true}
		changed, err := s.SetContact(t.Context(), user.ID, want)
		require.NoError(t, err)
		require.Equal(t, want, changed.Contact)
		require.Equal(t, user.Roles, changed.Roles)
		require.True(t, changed.Contact.Declines("webhook"))
		require.False(t, changed.Contact.Declines("email"))
		again := saveUser(t, s, "zhang", unit)
		require.Equal(t, want, again.Contact, "saving a user leaves it alone")
		byID, err := s.UsersByID(t.Context(), []string{user.ID, "nobody"})
		require.NoError(t, err)
		require.Len(t, byID, 1)
		for _, bad := range []string{"zhang", "张@example.gov.cn", "Zhang <zhang@example.gov.cn>", "a@b.cn, c@d.cn", "a@b.cn\r\nBcc: x@y.cn", "a b@c.cn"} {
			_, err := s.SetContact(t.Context(), user.ID, store.Contact{Email: bad})
			requireInvalid(t, err, "email")
		}
		_, err = s.SetContact(t.Context(), "nobody", want)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.SaveUsers(t.Context(), []store.User{{Login: "li", Name: "李", UnitID: unit.ID, Contact: store.Contact{Email: "li"}}})
		requireInvalid(t, err, "email")
	})
}
