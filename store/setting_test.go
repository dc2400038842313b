package store_test

import (
	"strings"
	"testing"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestSettings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		_, err := s.Setting(ctx, "mail")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.NoError(t, s.SaveSetting(ctx, "mail", store.JSON(`{"host": "旧"}`)))
		require.NoError(t, s.SaveSetting(ctx, "mail", store.JSON(`{"host": "邮局😀"}`)))
		require.NoError(t, s.SaveSetting(ctx, "empty", nil))
		value, err := s.Setting(ctx, "mail")
		require.NoError(t, err)
		require.Equal(t, store.JSON(`{"host": "邮局😀"}`), value, "byte for byte")
		all, err := s.Settings(ctx)
		require.NoError(t, err)
		require.Equal(t, []store.Setting{{Key: "empty", Value: store.JSON("null")}, {Key: "mail", Value: value}}, all)
		requireInvalid(t, s.SaveSetting(ctx, "", value), "key")
		requireInvalid(t, s.SaveSetting(ctx, strings.Repeat("k", 101), value), "key")
		require.ErrorIs(t, s.SaveSetting(ctx, "bad", store.JSON("\"\xff\"")), store.ErrInvalid)
	})
}
