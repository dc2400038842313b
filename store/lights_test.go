package store_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/light"
	"duban/projection"
	"duban/store"
)

func TestLightsOfPlans(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		plan, units := createPlan(t, s)
		other, err := s.CreatePlan(t.Context(), newPlan(t, createPolicy(t, s), units))
		require.NoError(t, err)
		sanming, _ := light.Preset(light.PresetSanming)
		suqian, _ := light.Preset(light.PresetSuqian)
		by := act.Actor{User: "u1", Name: "王督查"}
		_, err = s.SaveLights(t.Context(), plan.ID, 0, sanming, by)
		require.NoError(t, err)
		_, err = s.SaveLights(t.Context(), plan.ID, 0, suqian, by)
		require.ErrorIs(t, err, store.ErrStale)
		_, err = s.SaveLights(t.Context(), plan.ID, 1, suqian, by)
		require.NoError(t, err)
		_, err = s.SaveLights(t.Context(), plan.ID, 2, light.Table{Rules: []light.Rule{{}}}, by)
		var refusal *act.Refusal
		require.ErrorAs(t, err, &refusal)

		lights, err := s.Lights(t.Context(), []string{plan.ID, other.ID, "nowhere"})
		require.NoError(t, err)
		require.Equal(t, suqian, lights[plan.ID].Table)
		require.Equal(t, 2, lights[plan.ID].Version)
		require.Equal(t, "王督查", lights[plan.ID].Rules.UserName)
		for _, id := range []string{other.ID, "nowhere"} {
			require.Equal(t, light.Default(), lights[id].Table)
			require.Zero(t, lights[id].Version)
			require.Equal(t, "Asia/Shanghai", lights[id].TimeZone)
		}
		unsettled, err := s.UnsettledLadders(t.Context())
		require.NoError(t, err)
		require.Empty(t, unsettled, "nobody has to be told of lights")
	})
}

func TestOpenAssignmentsForLights(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		for i, c := range []struct{ target, unit, status string }{
			{"p1-3-2026", "u2", "acknowledged"}, {"p1-3-2026", "u3", "closed"}, {"p1-4-2026", "u2", "submitted"},
			{"p1-4-2026", "u2", "closed"}, {"p1-4-2026", "u2", "closed"},
		} {
			id := fmt.Sprintf("a%d", i)
			view := assignmentView(id, c.unit, noon)
			row := &view.Assignments[0]
			row.TargetID, row.Status, row.Percent, row.Orders, row.Returns, row.Extended = c.target, c.status, 10+i, 1, 2, 3
			project(t, s, newProcess("assignment", "assignment/"+id).next(t, view))
		}
		var open []projection.Assignment
		keep := func(a projection.Assignment) error { open = append(open, a); return nil }
		closed, err := s.OpenOfPlan(t.Context(), everything, "p1", keep)
		require.NoError(t, err)
		require.Len(t, open, 2)
		require.Equal(t, []any{"a0", "u2", "2026-06-30", 10, 1, 2, 3, noon}, []any{open[0].ID, open[0].UnitID, open[0].DueDate, open[0].Percent,
			open[0].Orders, open[0].Returns, open[0].Extended, open[0].DispatchedAt})
		require.Equal(t, []store.ClosedCount{{UnitID: "u2", UnitName: "单位u2", Count: 2}, {UnitID: "u3", UnitName: "单位u3", Count: 1}}, closed)

		open = nil
		closed, err = s.OpenOfPlan(t.Context(), store.Scope{Units: []string{"u3"}}, "p1", keep)
		require.NoError(t, err)
		require.Empty(t, open)
		require.Equal(t, []store.ClosedCount{{UnitID: "u3", UnitName: "单位u3", Count: 1}}, closed)

		closed, err = s.OpenOfTargets(t.Context(), []string{"p1-4-2026", "p1-9-2026"}, keep)
		require.NoError(t, err)
		require.Len(t, open, 1)
		require.Equal(t, "a2", open[0].ID)
		require.Equal(t, []store.ClosedCount{{TargetID: "p1-4-2026", Count: 2}}, closed)
		_, err = s.OpenOfPlan(t.Context(), everything, "p1", func(projection.Assignment) error { return store.ErrInvalid })
		require.ErrorIs(t, err, store.ErrInvalid, "what is found wrong comes back")
	})
}
