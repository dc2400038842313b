package store_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"duban/org"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

func TestTokenLetsItsUserIn(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		user := saveUser(t, s, "zhang", saveUnits(t, s, "市教育局")[0])
		user.Roles = []org.Role{org.Operator, org.Head}
		_, err := s.SaveUsers(ctx, []store.User{user})
		require.NoError(t, err)
		plain, err := s.CreateToken(ctx, user.ID, "办公电脑", time.Hour)
		require.NoError(t, err)

		whole, err := s.User(ctx, user.ID)
		require.NoError(t, err)
		got, err := s.UserByToken(ctx, plain)
		require.NoError(t, err)
		require.Equal(t, whole, got, "the same as User gives, with unit and roles")

		for _, wrong := range []string{"", "dbn_", plain[:len(plain)-1], strings.ToUpper(plain), plain + " ", "x" + plain} {
			_, err := s.UserByToken(ctx, wrong)
			require.ErrorIs(t, err, store.ErrNotFound, wrong)
		}
		_, err = s.CreateToken(ctx, "nobody", "", time.Hour)
		require.ErrorIs(t, err, store.ErrReference)
		_, err = s.CreateToken(ctx, user.ID, "", 0)
		requireInvalid(t, err, "ttl")
		_, err = s.CreateToken(ctx, user.ID, strings.Repeat("长", 201), time.Hour)
		requireInvalid(t, err, "label")
	})
}

func TestTokenEnds(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		unit := saveUnits(t, s, "市教育局")[0]
		user, other := saveUser(t, s, "zhang", unit), saveUser(t, s, "li", unit)
		plain, err := s.CreateToken(ctx, user.ID, "", time.Hour)
		require.NoError(t, err)
		c.move(time.Hour - time.Microsecond)
		_, err = s.UserByToken(ctx, plain)
		require.NoError(t, err, "good until the last microsecond")
		c.move(time.Microsecond)
		_, err = s.UserByToken(ctx, plain)
		require.ErrorIs(t, err, store.ErrNotFound, "expired")

		plain, err = s.CreateToken(ctx, user.ID, "", time.Hour)
		require.NoError(t, err)
		page, err := s.Tokens(ctx, user.ID, store.PageRequest{})
		require.NoError(t, err)
		require.Len(t, page.Items, 2)
		token := page.Items[0] // the newest
		require.ErrorIs(t, s.RevokeToken(ctx, other.ID, token.ID), store.ErrNotFound, "another's token")
		_, err = s.UserByToken(ctx, plain)
		require.NoError(t, err)
		require.NoError(t, s.RevokeToken(ctx, user.ID, token.ID))
		_, err = s.UserByToken(ctx, plain)
		require.ErrorIs(t, err, store.ErrNotFound, "revoked")
		revoked := c.Now()
		c.move(time.Minute)
		require.NoError(t, s.RevokeToken(ctx, user.ID, token.ID))
		page, err = s.Tokens(ctx, user.ID, store.PageRequest{})
		require.NoError(t, err)
		require.Equal(t, revoked.UTC().Truncate(time.Microsecond), *page.Items[0].RevokedAt, "the first time stays")

		plain, err = s.CreateToken(ctx, user.ID, "", time.Hour)
		require.NoError(t, err)
		user.Active = false
		_, err = s.SaveUsers(ctx, []store.User{user})
		require.NoError(t, err)
		_, err = s.UserByToken(ctx, plain)
		require.ErrorIs(t, err, store.ErrNotFound, "its user is inactive")
	})
}

func TestOnlyTheHashOfATokenIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		user := saveUser(t, s, "zhang", saveUnits(t, s, "市教育局")[0])
		plain, err := s.CreateToken(t.Context(), user.ID, "", time.Hour)
		require.NoError(t, err)
		err = s.Write(t.Context(), func(tx *gorm.DB) error {
			var row map[string]any
			if err := tx.Table("tokens").Take(&row).Error; err != nil {
				return err
			}
			require.Len(t, row["hash"], 64)
			for column, value := range row {
				require.NotContains(t, fmt.Sprint(value), strings.TrimPrefix(plain, "dbn_"), column)
			}
			return nil
		})
		require.NoError(t, err)
	})
}

func TestTokenUseIsNotedEveryFiveMinutes(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		user := saveUser(t, s, "zhang", saveUnits(t, s, "市教育局")[0])
		plain, err := s.CreateToken(ctx, user.ID, "", time.Hour)
		require.NoError(t, err)
		lastUsed := func() *time.Time {
			page, err := s.Tokens(ctx, user.ID, store.PageRequest{})
			require.NoError(t, err)
			return page.Items[0].LastUsedAt
		}
		use := func() {
			_, err := s.UserByToken(ctx, plain)
			require.NoError(t, err)
		}
		require.Nil(t, lastUsed())
		use()
		first := *lastUsed()
		require.Equal(t, c.Now().UTC().Truncate(time.Microsecond), first)
		c.move(5*time.Minute - time.Microsecond)
		use()
		require.Equal(t, first, *lastUsed())
		c.move(time.Microsecond)
		use()
		require.Equal(t, first.Add(5*time.Minute), *lastUsed())
	})
}

func TestTokenLetsInWhenItsUseCannotBeNoted(t *testing.T) {
	path := dbtest.SQLite(t)
	var log bytes.Buffer
	s := dbtest.Open(t, store.Options{URL: path, LockWait: time.Millisecond, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	user := saveUser(t, s, "zhang", saveUnits(t, s, "市教育局")[0])
	plain, err := s.CreateToken(t.Context(), user.ID, "", time.Hour)
	require.NoError(t, err)
	lockFile(t, path)
	got, err := s.UserByToken(t.Context(), plain)
	require.NoError(t, err)
	require.Equal(t, user.ID, got.ID)
	require.Contains(t, log.String(), "note the use of a token")
	require.NotContains(t, log.String(), plain)
}
