package workflows_test

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/history/v1"
	sdk "go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	"duban/payload"
	"duban/worker"
)

// Processes live for years, and the program changes under them. Every history
// that was ever recorded must still be led to the same end; a change that
// cannot do that goes behind workflow.GetVersion. The histories are those of
// e2e's TestTheWholeWay, which records them with -record.
func TestRecordedHistoriesAreReplayed(t *testing.T) {
	names, err := filepath.Glob("testdata/*/*.json.gz")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			replayer, err := sdk.NewWorkflowReplayerWithOptions(sdk.WorkflowReplayerOptions{DataConverter: payload.Converter()})
			require.NoError(t, err)
			worker.RegisterWorkflows(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistory(nil, recorded(t, name)))
		})
	}
}

func recorded(t *testing.T, name string) *history.History {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	text, err := io.ReadAll(unzipped)
	require.NoError(t, err)
	var h history.History
	require.NoError(t, protojson.Unmarshal(text, &h))
	return &h
}
