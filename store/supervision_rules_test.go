package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
	"duban/light"
	"duban/store"
)

func TestSupervisionRulesOfAPlan(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		plan, _ := createPlan(t, s)
		rules, err := s.SupervisionRules(t.Context(), plan.ID)
		require.NoError(t, err)
		require.Equal(t, store.PlanSupervision{Rules: dispatch.DefaultRules()}, rules)

		two := dispatch.Rules{ConsentWorkingDays: 5, Episodes: dispatch.EpisodeRule{Light: light.Yellow, Count: 2}}
		by := act.Actor{User: "u1", Name: "王督查"}
		_, err = s.SaveSupervisionRules(t.Context(), plan.ID, 0, two, by)
		require.NoError(t, err)
		_, err = s.SaveSupervisionRules(t.Context(), plan.ID, 0, two, by)
		require.ErrorIs(t, err, store.ErrStale)
		_, err = s.SaveSupervisionRules(t.Context(), plan.ID, 1, dispatch.Rules{}, by)
		var refusal *act.Refusal
		require.ErrorAs(t, err, &refusal)
		rules, err = s.SupervisionRules(t.Context(), plan.ID)
		require.NoError(t, err)
		require.Equal(t, two, rules.Rules)
		require.Equal(t, 1, rules.Version)
		require.Equal(t, by, rules.By)
		unsettled, err := s.UnsettledLadders(t.Context())
		require.NoError(t, err)
		require.Empty(t, unsettled, "open assignments keep their rules")
	})
}
