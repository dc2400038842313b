package embedded_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	"duban/embedded"
)

// start starts a server for a test, with faster commits than in production,
// and stops it when the test ends.
func start(t testing.TB, o embedded.Options) *embedded.Server {
	t.Helper()
	if o.DataDir == "" {
		o.DataDir = t.TempDir()
	}
	if o.Sync == "" {
		o.Sync = embedded.SyncOff
	}
	s, err := embedded.Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop(context.Background())) })
	return s
}

func TestStart(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		begin := time.Now()
		s, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir})
		require.NoError(t, err)
		t.Log("ready after", time.Since(begin))
		begin = time.Now()
		require.NoError(t, s.Stop(context.Background()))
		t.Log("stopped after", time.Since(begin))
	}
}

var countOpen = &workflowservice.CountWorkflowExecutionsRequest{Query: "ExecutionStatus = 'Running'"}
