package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"duban/act"
	"duban/activities"
	"duban/deadline"
	"duban/dispatch"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"
	"duban/workflows"
)

// told keeps what processes were told, and fails for some of them as often as
// it is said.
type told struct {
	mu       sync.Mutex
	commands map[string][]act.Command
	fails    map[string]int
}

func (r *told) Tell(_ context.Context, workflow string, c act.Command) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fails[workflow] > 0 {
		r.fails[workflow]--
		return errors.New("the engine is away")
	}
	if r.commands == nil {
		r.commands = map[string][]act.Command{}
	}
	r.commands[workflow] = append(r.commands[workflow], c)
	return nil
}

// openAssignments shows assignments of a plan that all go by the default ladder.
func openAssignments(t *testing.T, s *store.Store, plan string, count int) {
	t.Helper()
	for i := range count {
		id := fmt.Sprintf("a%04d", i)
		ledger, events, err := act.Ledger{Instance: dispatch.AssignmentWorkflow(id)}.Record(act.Command{ID: "c1"}, []act.Event{act.Happened("opened", nil)}, time.Now())
		require.NoError(t, err)
		row := projection.Assignment{ID: id, PlanID: plan, Status: "acknowledged", DueDate: "2026-11-30", DueAt: time.Now(), DispatchedAt: time.Now()}
		require.NoError(t, s.Project(t.Context(), projection.Change{Instance: ledger.Instance, Kind: "assignment", PlanID: plan, To: 1, Seq: 1,
			Hash: ledger.Hash, At: time.Now(), Upserts: projection.View{Assignments: []projection.Assignment{row}}, Events: events}))
	}
}

// TestArmPages tells more assignments than one page holds, each its moments by
// the newest ladder.
func TestArmPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		policy, err := s.CreatePolicy(t.Context(), store.Policy{Title: "实施意见"}, []byte("正文"))
		require.NoError(t, err)
		plan, err := s.CreatePlan(t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2035, TimeZone: "Asia/Shanghai"}})
		require.NoError(t, err)
		const count = workflows.ArmWindow + 20
		openAssignments(t, s, plan.ID, count)
		ladder := deadline.Default()
		ladder.SendAt, ladder.ReplyWorkingDays = "08:30", 5
		_, err = s.SaveLadder(t.Context(), plan.ID, 0, ladder, act.Actor{User: "u1"})
		require.NoError(t, err)

		teller := &told{fails: map[string]int{"assignment/a0100": 1}}
		a := &activities.Activities{Plans: s, Teller: teller}
		env := (&testsuite.WorkflowTestSuite{}).NewTestActivityEnvironment()
		env.RegisterActivity(a.ArmPage)
		page := func(after string) (workflows.ArmPageResult, error) {
			value, err := env.ExecuteActivity(a.ArmPage, workflows.ArmPageRequest{Plan: plan.ID, After: after})
			if err != nil {
				return workflows.ArmPageResult{}, err
			}
			var result workflows.ArmPageResult
			require.NoError(t, value.Get(&result))
			return result, nil
		}
		_, err = page("")
		require.ErrorContains(t, err, "a0100", "one that cannot be told holds the page up")
		first, err := page("")
		require.NoError(t, err)
		require.Equal(t, workflows.ArmPageResult{Version: 1, Told: workflows.ArmWindow, Next: "a0499"}, first)
		second, err := page(first.Next)
		require.NoError(t, err)
		require.Equal(t, workflows.ArmPageResult{Version: 1, Told: 20}, second)

		require.Len(t, teller.commands, count)
		for workflow, commands := range teller.commands {
			ids := map[string]bool{}
			for _, c := range commands {
				ids[c.ID] = true
				require.Equal(t, dispatch.ArmLadder, c.Name)
				require.False(t, c.Actor.IsPerson())
				var armed dispatch.Armed
				require.NoError(t, c.Decode(&armed))
				require.Equal(t, 1, armed.Ladder)
				require.Equal(t, 5, armed.ReplyWorkingDays)
				require.True(t, slices.ContainsFunc(armed.Moments, func(m deadline.Moment) bool { return m.At.Format("15:04") == "00:30" }), "08:30 in Shanghai")
			}
			require.Len(t, ids, 1, "%s recognises what it was told before", workflow)
		}
	})
}

// The reply to an order is due by the ladder that holds when it is issued.
func TestArmedByTheNewestLadder(t *testing.T) {
	s := dbtest.Open(t, store.Options{URL: dbtest.Migrated(t)})
	policy, err := s.CreatePolicy(t.Context(), store.Policy{Title: "实施意见"}, []byte("正文"))
	require.NoError(t, err)
	plan, err := s.CreatePlan(t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2035, TimeZone: "Asia/Shanghai"}})
	require.NoError(t, err)
	a := &activities.Activities{Plans: s}
	due, err := json.Marshal("2026-11-30")
	require.NoError(t, err)
	request := workflows.LadderRequest{Plan: plan.ID}
	require.NoError(t, json.Unmarshal(due, &request.Due))

	before, err := a.ArmLadder(t.Context(), request)
	require.NoError(t, err)
	require.Zero(t, before.Ladder)
	ladder := deadline.Default()
	ladder.Rungs = ladder.Rungs[:6]
	_, err = s.SaveLadder(t.Context(), plan.ID, 0, ladder, act.Actor{})
	require.NoError(t, err)
	after, err := a.ArmLadder(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, 1, after.Ladder)
	for _, m := range after.Moments {
		require.False(t, m.Action.Escalates(), strings.Join([]string{m.Key, "was taken out"}, " "))
	}
}
