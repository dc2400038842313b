package e2e_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"duban/app"
	"duban/client"
	"duban/dispatch"
	"duban/example"
	"duban/org"
	"duban/setup"
)

// An assignment is reported on so often that its process continues as a new
// run: nothing is lost or doubled, and what was done in an earlier
// run is still recognised.
func TestAProcessOutlivesItsHistory(t *testing.T) {
	const reports, atATime = 2400, 8
	ctx := within(t)
	running := serve(t, nil)
	plan, err := example.Load()
	require.NoError(t, err)
	people, err := setup.Register(ctx, running.Store, plan)
	require.NoError(t, err)
	office := newOffice(t, running.URL(), people)
	a := office.dispatched(ctx, 16, 2025)[0]
	unit, path := office.as(a.Unit, org.Operator), "assignments/"+a.ID+"/actions"
	require.NoError(t, unit.Post(ctx, path, map[string]string{"action": "acknowledge"}, nil, client.Key("acknowledge")))

	report := func(n int) map[string]any {
		return map[string]any{"action": "report", "text": fmt.Sprintf("第%d次报告", n), "percent": n % 100}
	}
	versions := make([]int64, reports)
	numbers := make(chan int)
	var eight sync.WaitGroup
	for range atATime {
		eight.Go(func() {
			for n := range numbers {
				var answer struct {
					Version int64 `json:"version"`
				}
				if err := unit.Post(ctx, path, report(n), &answer, client.Key(fmt.Sprint("report-", n))); err != nil {
					t.Errorf("report %d: %v", n, err)
				}
				versions[n] = answer.Version
			}
		})
	}
	for n := range reports {
		numbers <- n
	}
	close(numbers)
	eight.Wait()

	require.True(t, continued(ctx, t, running, dispatch.AssignmentWorkflow(a.ID)), "the process never continued as a new run")
	arrive(ctx, t, office.as(inspectors, org.Supervisor), "assignment.reported", reports)
	var again struct {
		Version int64 `json:"version"`
	}
	last := reports - 1
	require.NoError(t, unit.Post(ctx, path, report(last), &again, client.Key(fmt.Sprint("report-", last))))
	require.Equal(t, versions[last], again.Version, "a repetition gets the first answer")
	require.NoError(t, unit.Post(ctx, path, map[string]string{"action": "submit", "evidence": "完成"}, nil, client.Key("submit")))
	require.NoError(t, office.as(lead, org.Operator).Post(ctx, path, map[string]any{"action": "review", "accept": true}, nil, client.Key("review")))
	verified(t, running)
}

// continued reports whether the present run of a process follows another one.
func continued(ctx context.Context, t *testing.T, running *app.App, workflow string) bool {
	t.Helper()
	events := running.Engine.GetWorkflowHistory(ctx, workflow, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	first, err := events.Next()
	require.NoError(t, err)
	return first.GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId() != ""
}
