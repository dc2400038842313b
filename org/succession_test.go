package org_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/org"
)

func TestSuccession(t *testing.T) {
	s := org.NewSuccession([]org.Merger{{"tax", "finance"}, {"fees", "tax"}, {"grain", "planning"}, {"a", "b"}, {"b", "a"}})
	for unit, of := range map[string]string{"finance": "finance", "tax": "finance", "fees": "finance", "grain": "planning", "other": "other", "a": "a", "b": "b"} {
		require.Equal(t, of, s.Of(unit), unit)
	}
	for unit, before := range map[string][]string{"finance": {"fees", "tax"}, "tax": {"fees"}, "fees": nil, "planning": {"grain"}, "other": nil, "a": {}} {
		require.ElementsMatch(t, before, s.Before(unit), unit)
	}
}

func TestSuccessionIsBounded(t *testing.T) {
	var mergers []org.Merger
	for n := range org.LongestSuccession + 1 {
		mergers = append(mergers, org.Merger{Unit: fmt.Sprint("u", n), Into: fmt.Sprint("u", n+1)})
	}
	s := org.NewSuccession(mergers)
	last := fmt.Sprint("u", org.LongestSuccession+1)
	require.Equal(t, last, s.Of("u1"))
	require.Equal(t, "u0", s.Of("u0"), "one merger too far")
	require.Len(t, s.Before(last), org.LongestSuccession)
	require.NotContains(t, s.Before(last), "u0")
}

// A unit has one successor at the end, which acts for it and says so.
func TestSuccessionLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"})
		mergers := make([]org.Merger, rapid.IntRange(0, 12).Draw(t, "mergers"))
		into := map[string]string{}
		for i := range mergers {
			mergers[i] = org.Merger{Unit: unit.Draw(t, "unit"), Into: unit.Draw(t, "into")}
			into[mergers[i].Unit] = mergers[i].Into
		}
		s := org.NewSuccession(mergers)
		for one := range into {
			of := s.Of(one)
			require.Equal(t, of, s.Of(of), "a successor acts for itself")
			if of != one {
				require.Contains(t, s.Before(of), one)
				require.Empty(t, into[of], "and is merged no further")
			}
			for _, before := range s.Before(one) {
				require.NotEqual(t, one, before)
				require.Equal(t, of, s.Of(before))
			}
		}
	})
}

func TestCheckMerger(t *testing.T) {
	active := func(id string) org.Unit { return org.Unit{ID: id, Name: id, Active: true} }
	closed := org.Unit{ID: "closed", Name: "closed"}
	s := org.NewSuccession([]org.Merger{{"tax", "finance"}})
	for name, c := range map[string]struct {
		unit, into org.Unit
		code       string
	}{
		"into another":                 {active("grain"), active("planning"), ""},
		"one that others merged into":  {active("finance"), active("planning"), ""},
		"one that is no longer active": {closed, active("planning"), ""},
		"one that was merged, anew":    {org.Unit{ID: "tax"}, active("planning"), ""},
		"into itself":                  {active("grain"), active("grain"), "itself"},
		"into a unit that was merged":  {active("grain"), org.Unit{ID: "tax"}, "merged-itself"},
		"back, into what it took in":   {active("finance"), org.Unit{ID: "tax"}, "merged-itself"},
		"into one that is not active":  {active("grain"), closed, "inactive-unit"},
	} {
		err := s.CheckMerger(c.unit, c.into)
		if c.code == "" {
			require.NoError(t, err, name)
			continue
		}
		rule, broken := errors.AsType[*org.RuleError](err)
		require.True(t, broken, name)
		require.Equal(t, c.code, rule.Code, name)
	}
	var mergers []org.Merger
	for n := range org.LongestSuccession {
		mergers = append(mergers, org.Merger{Unit: fmt.Sprint("u", n), Into: fmt.Sprint("u", n+1)})
	}
	last := active(fmt.Sprint("u", org.LongestSuccession))
	require.ErrorContains(t, org.NewSuccession(mergers).CheckMerger(last, active("new")), "too-many-mergers")
	require.NoError(t, org.NewSuccession(mergers[1:]).CheckMerger(last, active("new")))
}

// Mergers that the rule lets pass are followed to their end, from every unit.
func TestCheckMergerLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"})
		into := map[string]string{}
		var mergers []org.Merger
		for range rapid.IntRange(0, 30).Draw(t, "tries") {
			m := org.Merger{Unit: unit.Draw(t, "unit"), Into: unit.Draw(t, "into")}
			is := func(id string) org.Unit { return org.Unit{ID: id, Active: into[id] == ""} }
			if org.NewSuccession(mergers).CheckMerger(is(m.Unit), is(m.Into)) == nil {
				mergers, into[m.Unit] = append(mergers, m), m.Into
			}
		}
		s := org.NewSuccession(mergers)
		for one := range into {
			last := one
			for into[last] != "" {
				last = into[last]
			}
			require.Equal(t, last, s.Of(one))
			require.Contains(t, s.Before(last), one)
		}
	})
}

func TestRegistryActing(t *testing.T) {
	units := []org.Unit{{ID: "tax", Name: "市地税局", MergedInto: "finance"}, {ID: "finance", Name: "市财政局", Active: true},
		{ID: "closed", Name: "市体改委"}, {ID: "grain", Name: "市粮食局", MergedInto: "closed"}}
	r, err := org.NewRegistry(units, []org.Group{{ID: "all", Name: "各部门", Members: []string{"tax", "closed", "finance", "grain"}}}, nil)
	require.NoError(t, err)
	finance := org.UnitRef{ID: "finance", Name: "市财政局"}
	for _, id := range []string{"tax", "finance"} {
		acting, acts := r.Acting(id)
		require.True(t, acts)
		require.Equal(t, finance, acting)
	}
	for _, id := range []string{"closed", "grain", "unknown"} {
		_, acts := r.Acting(id)
		require.False(t, acts, id)
	}
	group, found := r.Resolve("各部门")
	require.True(t, found)
	require.Equal(t, []org.UnitRef{finance}, group.Members, "each once, by who acts for it")
}
