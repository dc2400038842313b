package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"duban/org"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestSaveUnits(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		given := store.Unit{
			Name: " 市教育局😀 ", ShortName: "市教局", Level: "city", Kind: "government", Position: 7, Active: true,
		}
		saved, err := s.SaveUnits(ctx, []store.Unit{given})
		require.NoError(t, err)
		unit, err := s.Unit(ctx, saved[0].ID)
		require.NoError(t, err)
		require.Equal(t, saved[0], unit)
		require.Equal(t, "市教育局😀", unit.Name)
		require.Equal(t, 7, unit.Position)
		require.Equal(t, morning().UTC().Truncate(time.Microsecond), unit.CreatedAt, "UTC, microseconds")

		c.move(time.Hour)
		again, err := s.SaveUnits(ctx, []store.Unit{given})
		require.NoError(t, err)
		require.Equal(t, saved, again, "found by name; saving twice changes nothing")

		unit.ShortName, unit.Active = "", false
		changed, err := s.SaveUnits(ctx, []store.Unit{unit})
		require.NoError(t, err)
		got, err := s.Unit(ctx, unit.ID)
		require.NoError(t, err)
		require.Equal(t, changed[0], got)
		require.Empty(t, got.ShortName)
		require.False(t, got.Active)
		require.Equal(t, unit.CreatedAt, got.CreatedAt)
		require.Equal(t, unit.UpdatedAt.Add(time.Hour), got.UpdatedAt)

		_, err = s.Unit(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestSaveUnitsRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		units := saveUnits(t, s, "市教育局", "市财政局")
		for name, c := range map[string]struct {
			unit  store.Unit
			field string
		}{
			"blank name":      {store.Unit{Name: " \t"}, "name"},
			"long name":       {store.Unit{Name: strings.Repeat("局", 201)}, "name"},
			"not UTF-8":       {store.Unit{Name: "局\xff"}, "name"},
			"long short name": {store.Unit{Name: "新", ShortName: strings.Repeat("😀", 101)}, "shortName"},
			"long id":         {store.Unit{ID: strings.Repeat("a", 65), Name: "新"}, "id"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := s.SaveUnits(ctx, []store.Unit{{Name: "同批", Active: true}, c.unit})
				requireInvalid(t, err, c.field)
			})
		}
		_, err := s.SaveUnits(ctx, []store.Unit{{Name: "同批", Active: true}, {ID: units[0].ID, Name: "市财政局", Active: true}})
		requireConflict(t, err, "name")
		_, err = s.SaveUnits(ctx, []store.Unit{{Name: "市 教育局", Active: true}})
		requireConflict(t, err, "name")

		page, err := s.Units(ctx, store.UnitFilter{})
		require.NoError(t, err)
		require.Equal(t, units, page.Items, "a refusal saves none of its units")

		longest, err := s.SaveUnits(ctx, []store.Unit{{Name: strings.Repeat("😀", 200), ShortName: strings.Repeat("局", 100)}})
		require.NoError(t, err)
		got, err := s.Unit(ctx, longest[0].ID)
		require.NoError(t, err)
		require.Equal(t, longest[0], got)
	})
}

func TestUnitsFilter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		_, err := s.SaveUnits(ctx, []store.Unit{
			{Name: "市教育局", ShortName: "教局", Level: "city", Kind: "government", Position: 3, Active: true},
			{Name: "和平县", Level: "county", Kind: "area", Position: 1, Active: true},
			{Name: "市物价局%_", Level: "city", Kind: "government", Position: 2},
			{Name: "City School", Level: "city", Kind: "school", Position: 4, Active: true},
		})
		require.NoError(t, err)
		for name, c := range map[string]struct {
			filter store.UnitFilter
			want   []string
		}{
			"all, by position":   {store.UnitFilter{}, []string{"和平县", "市物价局%_", "市教育局", "City School"}},
			"name":               {store.UnitFilter{Search: "教育"}, []string{"市教育局"}},
			"short name":         {store.UnitFilter{Search: " 教局 "}, []string{"市教育局"}},
			"no wildcards":       {store.UnitFilter{Search: "%_"}, []string{"市物价局%_"}},
			"case counts":        {store.UnitFilter{Search: "school"}, nil},
			"level":              {store.UnitFilter{Level: "county"}, []string{"和平县"}},
			"kind":               {store.UnitFilter{Kind: "school"}, []string{"City School"}},
			"inactive":           {store.UnitFilter{Active: pointer(false)}, []string{"市物价局%_"}},
			"search and another": {store.UnitFilter{Search: "局", Active: pointer(true)}, []string{"市教育局"}},
		} {
			t.Run(name, func(t *testing.T) {
				page, err := s.Units(ctx, c.filter)
				require.NoError(t, err)
				var got []string
				for _, u := range page.Items {
					got = append(got, u.Name)
				}
				require.Equal(t, c.want, got)
			})
		}
	})
}

// TestNamesDoNotClashWhateverTheOrder lets many writers claim one name, written
// in many ways, at once: one gets it, and the registry stays whole.
func TestNamesDoNotClashWhateverTheOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		unit := saveUnits(t, s, "市发展和改革局")[0]
		errs := make([]error, 12)
		var wg sync.WaitGroup
		for i := range errs {
			name := strings.Repeat(" ", i/3) + "各" + strings.Repeat(" ", i) + "县（区）"
			wg.Go(func() {
				switch i % 3 {
				case 0:
					_, errs[i] = s.SaveUnits(t.Context(), []store.Unit{{Name: name, Active: true}})
				case 1:
					_, errs[i] = s.SaveGroups(t.Context(), []store.Group{{Name: name}})
				default:
					errs[i] = s.SaveAliases(t.Context(), []store.Alias{{Alias: name, UnitID: &unit.ID}})
				}
			})
		}
		wg.Wait()
		saved := 0
		for _, err := range errs {
			if err == nil {
				saved++
				continue
			}
			requireConflict(t, err, "name")
		}
		registry, err := s.Registry(t.Context())
		require.NoError(t, err)
		found, ok := registry.Resolve("各县(区)")
		require.True(t, ok)
		if found.Via != org.ViaAlias { // an alias may be written in several ways
			require.Equal(t, 1, saved)
		}
	})
}
