package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestCreatePlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		created, units := createPlan(t, s)
		require.Equal(t, store.PlanDraft, created.Status)
		require.Equal(t, 1, created.Version)
		got, err := s.PlanDetail(ctx, created.ID)
		require.NoError(t, err)
		require.Equal(t, created.Plan, got.Plan)
		require.Equal(t, created.Programmes, got.Programmes)
		require.Len(t, got.Tasks, 3)
		for i, task := range got.Tasks {
			require.Equal(t, created.Tasks[i].Task, task.Task)
			require.Equal(t, i+1, task.Key)
		}
		parts := got.Tasks[0].Units
		require.Len(t, parts, 3)
		require.Equal(t, store.Lead, parts[0].Role, "lead before support")
		require.Equal(t, units[1].ID, *parts[1].UnitID)
		require.Equal(t, "有关部门", parts[2].Written)
		require.Nil(t, parts[2].UnitID)
		require.Equal(t, created.Tasks[0].Targets, got.Tasks[0].Targets)
		whole, err := got.Tasks[0].Targets[0].Target()
		require.NoError(t, err)
		require.Equal(t, *amount(35), *whole.Value)
		require.Equal(t, "2030-12-31", got.Tasks[0].Targets[0].Deadline)

		plan, err := s.Plan(ctx, created.ID)
		require.NoError(t, err)
		require.Equal(t, created.Plan, plan)
		page, err := s.Plans(ctx, store.PlanFilter{Search: "共同体", PolicyID: plan.PolicyID, Status: store.PlanDraft})
		require.NoError(t, err)
		require.Equal(t, []store.Plan{plan}, page.Items)
		page, err = s.Plans(ctx, store.PlanFilter{Status: store.PlanPublished})
		require.NoError(t, err)
		require.Empty(t, page.Items)
		_, err = s.Plan(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.PlanDetail(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestCreatePlanRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		units, policy := saveUnits(t, s, "市教育局", "市财政局"), createPolicy(t, s)
		try := func(change func(*store.PlanDetail)) error {
			plan := newPlan(t, policy, units)
			change(&plan)
			_, err := s.CreatePlan(ctx, plan)
			return err
		}
		for field, change := range map[string]func(*store.PlanDetail){
			"policyId":         func(p *store.PlanDetail) { p.PolicyID = "" },
			"title":            func(p *store.PlanDetail) { p.Title = " " },
			"timeZone":         func(p *store.PlanDetail) { p.TimeZone = "Asia/Nowhere" },
			"endYear":          func(p *store.PlanDetail) { p.EndYear = p.StartYear - 1 },
			"programmes.key":   func(p *store.PlanDetail) { p.Programmes[0].Key = "" },
			"programmes.name":  func(p *store.PlanDetail) { p.Programmes[0].Name = "" },
			"deadline":         func(p *store.PlanDetail) { p.Tasks[0].Deadline = "2030-02-30" },
			"units.role":       func(p *store.PlanDetail) { p.Tasks[0].Units[0].Role = "boss" },
			"units.written":    func(p *store.PlanDetail) { p.Tasks[0].Units[0].Written = "" },
			"units":            func(p *store.PlanDetail) { p.Tasks[0].Units[0].GroupID = pointer("g") },
			"targets.key":      func(p *store.PlanDetail) { p.Tasks[0].Targets[0].Key = "" },
			"targets.kind":     func(p *store.PlanDetail) { p.Tasks[0].Targets[0].Kind = "" },
			"targets.op":       func(p *store.PlanDetail) { p.Tasks[0].Targets[0].Op = "about" },
			"targets.deadline": func(p *store.PlanDetail) { p.Tasks[0].Targets[0].Deadline = "2030年12月31日以前" },
		} {
			requireInvalid(t, try(change), field)
		}
		require.ErrorIs(t, try(func(p *store.PlanDetail) { p.PolicyID = "nobody" }), store.ErrReference)
		require.ErrorIs(t, try(func(p *store.PlanDetail) { p.SupervisorUnitID = pointer("nobody") }), store.ErrReference)
		require.ErrorIs(t, try(func(p *store.PlanDetail) { p.Tasks[0].ProgrammeKey = pointer("9") }), store.ErrReference)
		require.ErrorIs(t, try(func(p *store.PlanDetail) { p.Tasks[0].Units[0].UnitID = pointer("nobody") }), store.ErrReference)
		require.ErrorIs(t, try(func(p *store.PlanDetail) { p.Tasks[0].Targets[0].Data = nil }), store.ErrInvalid)
		requireConflict(t, try(func(p *store.PlanDetail) { p.Tasks[0].Key, p.Tasks[1].Key = 7, 7 }), "id")
		requireConflict(t, try(func(p *store.PlanDetail) { p.Programmes[1].Key = "1" }), "id")

		page, err := s.Plans(ctx, store.PlanFilter{})
		require.NoError(t, err)
		require.Empty(t, page.Items, "a refused plan leaves nothing")
	})
}

func TestUpdateAndPublishPlan(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		created, units := createPlan(t, s)
		plan := created.Plan
		plan.Title, plan.EndYear, plan.SupervisorUnitID, plan.Settings = "新名", 2030, &units[1].ID, nil
		updated, err := s.UpdatePlan(ctx, plan)
		require.NoError(t, err)
		plan.Version = 2
		require.Equal(t, plan, updated)
		got, err := s.Plan(ctx, plan.ID)
		require.NoError(t, err)
		require.Equal(t, plan, got)

		_, err = s.UpdatePlan(ctx, created.Plan)
		require.ErrorIs(t, err, store.ErrStale)
		missing := plan
		missing.ID = "nobody"
		_, err = s.UpdatePlan(ctx, missing)
		require.ErrorIs(t, err, store.ErrNotFound)
		wrong := plan
		wrong.SupervisorUnitID = pointer("nobody")
		_, err = s.UpdatePlan(ctx, wrong)
		require.ErrorIs(t, err, store.ErrReference)

		c.move(time.Hour)
		_, err = s.PublishPlan(ctx, plan.ID, 1, "u")
		require.ErrorIs(t, err, store.ErrStale)
		_, err = s.PublishPlan(ctx, plan.ID, 2, "")
		requireInvalid(t, err, "publishedBy")
		published, err := s.PublishPlan(ctx, plan.ID, 2, "u")
		require.NoError(t, err)
		require.Equal(t, store.PlanPublished, published.Status)
		require.Equal(t, created.CreatedAt.Add(time.Hour), *published.PublishedAt)
		require.Equal(t, "u", published.PublishedBy)
		require.Equal(t, 3, published.Version)
		_, err = s.PublishPlan(ctx, plan.ID, 3, "u")
		require.ErrorIs(t, err, store.ErrStale, "published already")
	})
}

func TestOneOfManyUpdatesOfAVersionWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		created, _ := createPlan(t, s)
		var won, stale atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				_, err := s.UpdatePlan(t.Context(), created.Plan)
				if err == nil {
					won.Add(1)
				} else if assertIs(t, err, store.ErrStale) {
					stale.Add(1)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, won.Load())
		require.EqualValues(t, 7, stale.Load())
	})
}
