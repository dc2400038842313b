package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"duban/org"
	"duban/store"

	"github.com/stretchr/testify/require"
)

// colleagues are a head, an operator and a viewer of one unit and an operator of another.
func colleagues(t *testing.T, s *store.Store) (wang, li, sun, zhao store.User) {
	t.Helper()
	units := saveUnits(t, s, "市教育局", "市财政局")
	saved, err := s.SaveUsers(t.Context(), []store.User{
		{Login: "wang", Name: "王五", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Head, org.Admin}},
		{Login: "li", Name: "李四", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Operator}},
		{Login: "sun", Name: "孙七", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Viewer}},
		{Login: "zhao", Name: "赵六", UnitID: units[1].ID, Active: true, Roles: []org.Role{org.Operator}},
	})
	require.NoError(t, err)
	return saved[0], saved[1], saved[2], saved[3]
}

// week is a stand-in from the moment of the clock for a week.
func week(c *clock, user, standIn store.User) store.StandIn {
	return store.StandIn{UserID: user.ID, StandInID: standIn.ID, From: c.Now(), Until: c.Now().AddDate(0, 0, 7), Reason: "出差", CreatedBy: user.ID}
}

func requireRule(t *testing.T, err error, code string) {
	t.Helper()
	rule, broken := errors.AsType[*org.RuleError](err)
	require.True(t, broken, "%T: %v", err, err)
	require.Equal(t, code, rule.Code)
}

// signedIn is a user as he comes with a token of his own.
func signedIn(t *testing.T, s *store.Store, user store.User) store.SignedIn {
	t.Helper()
	token, err := s.CreateToken(t.Context(), user.ID, "test", 365*24*time.Hour)
	require.NoError(t, err)
	who, err := s.SignedIn(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, user.ID, who.User.ID)
	return who
}

// forWhom lists for whom somebody may act now.
func forWhom(t *testing.T, s *store.Store, c *clock, user store.User) []string {
	t.Helper()
	ids := []string{}
	for _, r := range signedIn(t, s, user).Represents(c.Now()) {
		ids = append(ids, r.User)
	}
	return ids
}

func TestStandIns(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		wang, li, sun, zhao := colleagues(t, s)
		wanted := week(c, wang, li)
		wanted.From = c.Now().Add(-time.Hour)
		kept, err := s.CreateStandIn(ctx, wanted)
		require.NoError(t, err)
		now := c.Now().UTC().Truncate(time.Microsecond)
		require.Equal(t, now, kept.From, "what would have begun begins now")
		read, err := s.StandIn(ctx, kept.ID)
		require.NoError(t, err)
		require.Equal(t, store.StandIn{ID: kept.ID, UserID: wang.ID, StandInID: li.ID, From: now, Until: now.AddDate(0, 0, 7), Reason: "出差",
			CreatedBy: wang.ID, CreatedAt: now}, read)

		require.Equal(t, []string{wang.ID}, forWhom(t, s, c, li))
		require.Empty(t, forWhom(t, s, c, wang))
		who := signedIn(t, s, li)
		require.Equal(t, wang.ID, who.Others[wang.ID].User.ID)
		require.Equal(t, wang.UnitID, who.Others[wang.ID].Unit.ID)
		require.Equal(t, []org.Role{org.Head, org.Admin}, who.Others[wang.ID].User.Roles)

		// The stand-in is away himself.
		next, err := s.CreateStandIn(ctx, week(c, li, zhao))
		require.NoError(t, err)
		require.Equal(t, []string{li.ID, wang.ID}, forWhom(t, s, c, zhao))

		for name, refused := range map[string]store.StandIn{
			"overlap": week(c, wang, zhao), "circle": week(c, zhao, wang), "nothing-to-represent": week(c, sun, li), "oneself": week(c, zhao, zhao),
		} {
			_, err := s.CreateStandIn(ctx, refused)
			requireRule(t, err, name)
		}
		unknown := week(c, sun, li)
		unknown.UserID = "nobody"
		_, err = s.CreateStandIn(ctx, unknown)
		requireRule(t, err, "unknown-user")
		silent := week(c, sun, li)
		silent.Reason = " "
		_, err = s.CreateStandIn(ctx, silent)
		requireInvalid(t, err, "reason")

		c.move(time.Hour)
		ended, err := s.EndStandIn(ctx, next.ID, wang.ID)
		require.NoError(t, err)
		require.Equal(t, c.Now().UTC().Truncate(time.Microsecond), *ended.EndedAt)
		require.Equal(t, wang.ID, ended.EndedBy)
		require.Empty(t, forWhom(t, s, c, zhao))
		c.move(time.Hour)
		again, err := s.EndStandIn(ctx, next.ID, zhao.ID)
		require.NoError(t, err)
		require.Equal(t, ended, again, "ending again changes nothing")
		_, err = s.EndStandIn(ctx, "nothing", wang.ID)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.CreateStandIn(ctx, week(c, li, sun))
		require.NoError(t, err, "the time is free again")

		c.move(8 * 24 * time.Hour)
		require.Empty(t, forWhom(t, s, c, li), "the week is over")
		over, err := s.EndStandIn(ctx, kept.ID, wang.ID)
		require.NoError(t, err)
		require.Nil(t, over.EndedAt, "what is over is not ended")
	})
}

func TestStandInsAreListed(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		wang, li, sun, zhao := colleagues(t, s)
		first, err := s.CreateStandIn(ctx, week(c, wang, li))
		require.NoError(t, err)
		later := week(c, zhao, wang)
		later.From, later.Until = c.Now().AddDate(0, 1, 0), c.Now().AddDate(0, 2, 0)
		second, err := s.CreateStandIn(ctx, later)
		require.NoError(t, err)
		_, err = s.EndStandIn(ctx, first.ID, li.ID)
		require.NoError(t, err)
		finance := &store.Addressee{User: zhao.ID, Units: []string{zhao.UnitID}}
		for name, x := range map[string]struct {
			filter store.StandInFilter
			want   []string
		}{
			"all":                      {store.StandInFilter{}, []string{second.ID, first.ID}},
			"not over":                 {store.StandInFilter{Open: true}, []string{second.ID}},
			"of a user":                {store.StandInFilter{User: li.ID}, []string{first.ID}},
			"of either side":           {store.StandInFilter{User: wang.ID}, []string{second.ID, first.ID}},
			"seen from a unit":         {store.StandInFilter{Of: finance}, []string{second.ID}},
			"seen from the other unit": {store.StandInFilter{Of: &store.Addressee{User: sun.ID, Units: []string{sun.UnitID}}}, []string{first.ID}},
			"by who stands in":         {store.StandInFilter{Of: &store.Addressee{User: wang.ID}}, []string{second.ID, first.ID}},
		} {
			for _, limit := range []int{1, 10} {
				got := walkPages(t, limit, func(r store.StandIn) string { return r.ID }, func(r store.PageRequest) (store.Page[store.StandIn], error) {
					x.filter.PageRequest = r
					return s.StandIns(ctx, x.filter)
				})
				require.Equal(t, x.want, got, name)
			}
		}
	})
}

// Of many who arrange a stand-in of one user at once one succeeds.
func TestStandInsAtOnce(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		wang, li, _, zhao := colleagues(t, s)
		errs := make([]error, 8)
		var together sync.WaitGroup
		for i := range errs {
			together.Go(func() { _, errs[i] = s.CreateStandIn(t.Context(), week(c, wang, []store.User{li, zhao}[i%2])) })
		}
		together.Wait()
		arranged := 0
		for _, err := range errs {
			if err == nil {
				arranged++
				continue
			}
			requireRule(t, err, "overlap")
		}
		require.Equal(t, 1, arranged)
	})
}

// Nobody represents a user in a unit that he left, or acts for him when he has
// gone; who has gone stands in for nobody.
func TestMovingEndsStandIns(t *testing.T) {
	for name, c := range map[string]struct {
		move  func(wang, li *store.User, elsewhere string)
		stays bool
	}{
		"other roles":              {func(wang, _ *store.User, _ string) { wang.Roles = []org.Role{org.Operator} }, true},
		"another name":             {func(wang, _ *store.User, _ string) { wang.Name = "王伍" }, true},
		"to another unit":          {func(wang, _ *store.User, to string) { wang.UnitID = to }, false},
		"away":                     {func(wang, _ *store.User, _ string) { wang.Active = false }, false},
		"the stand-in moves":       {func(_, li *store.User, to string) { li.UnitID = to }, true},
		"the stand-in goes":        {func(_, li *store.User, _ string) { li.Active = false }, false},
		"the stand-in gets a role": {func(_, li *store.User, _ string) { li.Roles = org.Roles() }, true},
	} {
		t.Run(name, func(t *testing.T) {
			eachWithClock(t, func(t *testing.T, s *store.Store, clock *clock) {
				wang, li, _, zhao := colleagues(t, s)
				kept, err := s.CreateStandIn(t.Context(), week(clock, wang, li))
				require.NoError(t, err)
				clock.move(time.Minute)
				c.move(&wang, &li, zhao.UnitID)
				_, err = s.SaveUsersBy(t.Context(), "boss", []store.User{wang, li})
				require.NoError(t, err)
				read, err := s.StandIn(t.Context(), kept.ID)
				require.NoError(t, err)
				if c.stays {
					require.Equal(t, kept, read)
					return
				}
				require.Equal(t, clock.Now().UTC().Truncate(time.Microsecond), *read.EndedAt)
				require.Equal(t, "boss", read.EndedBy)
			})
		})
	}
}
