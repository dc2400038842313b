package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/deadline"
	"duban/store"
)

func TestLaddersOfAPlan(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		plan, _ := createPlan(t, s)
		by := act.Actor{User: "u1", Name: "王督查"}
		now, err := s.Ladder(t.Context(), plan.ID)
		require.NoError(t, err)
		require.Equal(t, deadline.Default(), now.Ladder)
		require.Zero(t, now.Version)
		require.True(t, now.Settled)
		require.Equal(t, "Asia/Shanghai", now.Zone.String())

		first, second := deadline.Default(), deadline.Default()
		first.SendAt, second.ReplyWorkingDays = "08:30", 5
		_, err = s.SaveLadder(t.Context(), plan.ID, 0, first, by)
		require.NoError(t, err)
		_, err = s.SaveLadder(t.Context(), plan.ID, 0, second, by)
		require.ErrorIs(t, err, store.ErrStale, "somebody was faster")
		c.move(time.Hour)
		saved, err := s.SaveLadder(t.Context(), plan.ID, 1, second, by)
		require.NoError(t, err)
		require.Equal(t, 2, saved.Version)

		now, err = s.Ladder(t.Context(), plan.ID)
		require.NoError(t, err)
		require.Equal(t, second, now.Ladder)
		require.Equal(t, 2, now.Version)
		require.Equal(t, by, now.By)
		require.Equal(t, morning().Add(time.Hour).UTC().Truncate(time.Microsecond), now.At)
		require.False(t, now.Settled)
		old, err := s.LadderVersion(t.Context(), plan.ID, 1)
		require.NoError(t, err)
		require.Equal(t, first, old.Ladder)

		faulty := deadline.Default()
		faulty.SendAt = "8 o'clock"
		_, err = s.SaveLadder(t.Context(), plan.ID, 2, faulty, by)
		var refusal *act.Refusal
		require.ErrorAs(t, err, &refusal)
		_, err = s.LadderVersion(t.Context(), plan.ID, 3)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Ladder(t.Context(), "nothing")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.SaveLadder(t.Context(), "nothing", 0, first, by)
		require.ErrorIs(t, err, store.ErrReference)

		unsettled, err := s.UnsettledLadders(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{plan.ID}, unsettled)
		require.NoError(t, s.SettleLadder(t.Context(), plan.ID, 1))
		unsettled, err = s.UnsettledLadders(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{plan.ID}, unsettled, "the second version is not settled by the first")
		require.NoError(t, s.SettleLadder(t.Context(), plan.ID, 2))
		unsettled, err = s.UnsettledLadders(t.Context())
		require.NoError(t, err)
		require.Empty(t, unsettled)
	})
}

// TestManySetALadderAtOnce lets one of them through, whoever it is.
func TestManySetALadderAtOnce(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		plan, _ := createPlan(t, s)
		const people = 8
		errs := make([]error, people)
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				ladder := deadline.Default()
				ladder.ReplyWorkingDays = i + 1
				_, errs[i] = s.SaveLadder(t.Context(), plan.ID, 0, ladder, act.Actor{User: fmt.Sprint(i)})
			})
		}
		all.Wait()
		kept := 0
		for _, err := range errs {
			if err == nil {
				kept++
				continue
			}
			require.ErrorIs(t, err, store.ErrStale)
		}
		require.Equal(t, 1, kept)
		now, err := s.Ladder(t.Context(), plan.ID)
		require.NoError(t, err)
		require.Equal(t, 1, now.Version)
	})
}

func TestAssignmentsBehindTheirLadder(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		show := func(id, plan, status string, version int) {
			view := assignmentView(id, "u2", noon)
			view.Assignments[0].PlanID, view.Assignments[0].Status, view.Assignments[0].LadderVersion = plan, status, version
			project(t, s, newProcess("assignment", "assignment/"+id).next(t, view))
		}
		for i := range 7 {
			show(fmt.Sprintf("a%d", i), "p1", "acknowledged", i%2) // a1, a3, a5 are up to date
		}
		show("closed", "p1", "closed", 0)
		show("elsewhere", "p2", "acknowledged", 0)

		ids := func(after string, limit int) []string {
			behind, err := s.BehindLadder(t.Context(), "p1", 1, after, limit)
			require.NoError(t, err)
			var ids []string
			for _, row := range behind {
				require.Equal(t, "2026-06-30", row.DueDate)
				ids = append(ids, row.ID)
			}
			return ids
		}
		require.Equal(t, []string{"a0", "a2"}, ids("", 2))
		require.Equal(t, []string{"a4", "a6"}, ids("a2", 10))
		require.Empty(t, ids("a6", 10))
	})
}
