package embedded_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"duban/embedded"
)

// TestLists asks a server with open and closed workflows of two types.
func TestLists(t *testing.T) {
	t.Parallel()
	s := start(t, embedded.Options{})
	o := newOffice(t, s)
	defer o.close()
	var open, closed, naps []string
	for n := range 12 {
		id := fmt.Sprintf("open/%02d", n)
		open = append(open, id)
		_, err := o.open(t.Context(), id, signers)
		require.NoError(t, err)
	}
	for n := range 7 {
		id := fmt.Sprintf("closed/%02d", n)
		closed = append(closed, id)
		require.NoError(t, o.signOff(t.Context(), id, true))
	}
	for n := range 3 {
		id := fmt.Sprintf("nap/%02d", n)
		naps = append(naps, id)
		run, err := o.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: queue}, nap, time.Duration(0))
		require.NoError(t, err)
		require.NoError(t, run.Get(t.Context(), nil))
	}

	for query, expected := range map[string][]string{
		"":                              slices.Concat(closed, naps, open),
		"ExecutionStatus = 'Running'":   open,
		"ExecutionStatus != 'Running'":  slices.Concat(closed, naps),
		"ExecutionStatus = 'Completed'": slices.Concat(closed, naps),
		"ExecutionStatus IN ('Failed', 'TimedOut')":                           nil,
		"WorkflowType = 'collect'":                                            slices.Concat(closed, open),
		"WorkflowType = 'nap' OR ExecutionStatus = 'Failed'":                  naps,
		"WorkflowType = 'collect' AND ExecutionStatus = 'Running'":            open,
		"WorkflowType = 'nap' AND ExecutionStatus = 'Running'":                nil,
		"NOT WorkflowType = 'nap' AND NOT (ExecutionStatus = 'Running')":      closed,
		"WorkflowId STARTS_WITH 'open/'":                                      open,
		"WorkflowId = 'open/03'":                                              {"open/03"},
		"TaskQueue = 'another'":                                               nil,
		"StartTime > '2020-01-01T00:00:00+08:00'":                             slices.Concat(closed, naps, open),
		"CloseTime BETWEEN '2020-01-01T00:00:00Z' AND '2120-01-01T00:00:00Z'": slices.Concat(closed, naps),
		"CloseTime < '2020-01-01T00:00:00Z'":                                  nil,
	} {
		t.Run(query, func(t *testing.T) {
			require.Equal(t, expected, list(t, o.client, query, 5), "in the order of their ids, page by page")
			count, err := o.client.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
			require.NoError(t, err)
			require.EqualValues(t, len(expected), count.GetCount())
		})
	}

	for _, query := range []string{
		"Priority = 'high'", "ExecutionStatus = 'Sleeping'", "ExecutionStatus > 'Running'", "StartTime > 'yesterday'",
		"WorkflowType = collect", "ExecutionStatus = 'Running' ORDER BY StartTime", "ExecutionStatus =",
	} {
		var invalid *serviceerror.InvalidArgument
		_, err := o.client.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: query})
		require.ErrorAs(t, err, &invalid, query)
		_, err = o.client.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
		require.ErrorAs(t, err, &invalid, query)
	}

	// What a list says is what the workflow is at this moment.
	require.NoError(t, o.client.TerminateWorkflow(t.Context(), "open/00", "", "test"))
	require.Equal(t, open[1:], list(t, o.client, "ExecutionStatus = 'Running'", 100))
	require.Equal(t, open[:1], list(t, o.client, "ExecutionStatus = 'Terminated'", 100))
}

// list collects the ids of all pages.
func list(t *testing.T, c client.Client, query string, pageSize int32) []string {
	t.Helper()
	var ids []string
	request := &workflowservice.ListWorkflowExecutionsRequest{Query: query, PageSize: pageSize}
	for {
		page, err := c.ListWorkflow(t.Context(), request)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.GetExecutions()), int(pageSize))
		for _, e := range page.GetExecutions() {
			ids = append(ids, e.GetExecution().GetWorkflowId())
		}
		if request.NextPageToken = page.GetNextPageToken(); len(request.NextPageToken) == 0 {
			return ids
		}
	}
}
