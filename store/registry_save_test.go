package store_test

import (
	"testing"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestSaveRegistrySavesAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		education := "education"
		units := []store.Unit{{ID: education, Name: "市教育局", Active: true}}
		groups := []store.Group{{ID: "all", Name: "各局", Members: []string{education}}}
		aliases := []store.Alias{{Alias: "市教委", UnitID: &education, Reason: "旧称"}}

		clash := []store.Alias{aliases[0], {Alias: "各局", UnitID: &education}}
		require.ErrorIs(t, s.SaveRegistry(ctx, units, groups, clash), store.ErrConflict)
		_, err := s.Unit(ctx, education)
		require.ErrorIs(t, err, store.ErrNotFound, "nothing of a refused list is saved")

		for range 2 {
			require.NoError(t, s.SaveRegistry(ctx, units, groups, aliases))
			registry, err := s.Registry(ctx)
			require.NoError(t, err)
			for _, name := range []string{"市教育局", "市教委", "各局"} {
				found, ok := registry.Resolve(name)
				require.True(t, ok)
				require.Equal(t, education, found.Members[0].ID)
			}
		}
	})
}
