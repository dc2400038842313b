package store_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// assertIs is require.ErrorIs for goroutines, which must not end the test.
func assertIs(t *testing.T, err, want error) bool {
	t.Helper()
	return assert.ErrorIs(t, err, want)
}

func TestSaveTask(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		plan, units := createPlan(t, s)
		task, err := s.Task(ctx, plan.ID, 1)
		require.NoError(t, err)
		old := task
		task.Title, task.ProgrammeKey, task.Deadline = "新标题", nil, ""
		task.Units = []store.TaskUnit{{Role: store.Lead, Written: "市财政局", UnitID: &units[1].ID}}
		task.Targets = nil
		saved, err := s.SaveTask(ctx, task)
		require.NoError(t, err)
		require.Equal(t, 2, saved.Version)
		got, err := s.Task(ctx, plan.ID, 1)
		require.NoError(t, err)
		require.Equal(t, saved, got)
		require.Len(t, got.Units, 1)
		require.Empty(t, got.Targets)

		_, err = s.SaveTask(ctx, old)
		require.ErrorIs(t, err, store.ErrStale)
		got.Key = 99
		_, err = s.SaveTask(ctx, got)
		require.ErrorIs(t, err, store.ErrNotFound)
		got.Key = 1
		got.Units = []store.TaskUnit{{Role: store.Guide, Written: "无", GroupID: pointer("nobody")}}
		_, err = s.SaveTask(ctx, got)
		require.ErrorIs(t, err, store.ErrReference)
		_, err = s.Task(ctx, plan.ID, 99)
		require.ErrorIs(t, err, store.ErrNotFound)
		after, err := s.Task(ctx, plan.ID, 1)
		require.NoError(t, err)
		require.Equal(t, saved, after, "a refusal changes nothing")
	})
}

func TestTaskTextIsBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		plan, _ := createPlan(t, s)
		task := store.TaskDetail{Task: store.Task{PlanID: plan.ID, Title: "长", Text: strings.Repeat("😀", store.MaxTaskText)}}
		saved, err := s.SaveTask(t.Context(), task)
		require.NoError(t, err)
		got, err := s.Task(t.Context(), plan.ID, saved.Key)
		require.NoError(t, err)
		require.Zero(t, strings.Compare(task.Text, got.Text)) // too long to be printed
		task.Text += "。"
		_, err = s.SaveTask(t.Context(), task)
		requireInvalid(t, err, "text")
	})
}

func TestNewTasksGetKeysOfTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		plan, _ := createPlan(t, s)
		keys := make([]int, 10)
		errs := make([]error, len(keys))
		var wg sync.WaitGroup
		for i := range keys {
			wg.Go(func() {
				saved, err := s.SaveTask(t.Context(), store.TaskDetail{Task: store.Task{PlanID: plan.ID, Title: "新任务"}})
				keys[i], errs[i] = saved.Key, err
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs...))
		slices.Sort(keys)
		require.Equal(t, []int{4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, keys)
		detail, err := s.PlanDetail(t.Context(), plan.ID)
		require.NoError(t, err)
		for i, task := range detail.Tasks {
			require.Equal(t, i, task.Position)
		}
		_, err = s.SaveTask(t.Context(), store.TaskDetail{Task: store.Task{PlanID: "nobody", Title: "新任务"}})
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestDeleteTask(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		plan, _ := createPlan(t, s)
		require.ErrorIs(t, s.DeleteTask(ctx, plan.ID, 1, 9), store.ErrStale)
		require.ErrorIs(t, s.DeleteTask(ctx, plan.ID, 99, 1), store.ErrNotFound)
		require.NoError(t, s.DeleteTask(ctx, plan.ID, 1, 1))
		require.ErrorIs(t, s.DeleteTask(ctx, plan.ID, 1, 1), store.ErrNotFound)
		detail, err := s.PlanDetail(ctx, plan.ID)
		require.NoError(t, err)
		require.Len(t, detail.Tasks, 2)

		// What belonged to it is gone: a task with the same key starts empty.
		again := store.TaskDetail{Task: store.Task{PlanID: plan.ID, Title: "新任务"}}
		saved, err := s.SaveTask(ctx, again)
		require.NoError(t, err)
		require.Equal(t, 4, saved.Key, "a key is not given twice while a later one is in use")
	})
}
