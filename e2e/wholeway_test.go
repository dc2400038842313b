package e2e_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/protojson"

	"duban/app"
	"duban/demo"
)

// record names a folder for the histories of the whole way, which the workflows'
// own tests replay:
//
//	go test ./e2e -run 'TestTheWholeWay|TestASignOffByTheClock|TestAQuarterOfReports|TestTheYearTurns' -record ../workflows/testdata/NAME
var record = flag.String("record", "", "keep the histories of the whole way in this folder")

// The main job once, from the document to the closing, with everything that
// goes wrong on the way: the demo is its test.
func TestTheWholeWay(t *testing.T) {
	var story strings.Builder
	options := demo.Options{DataDir: t.TempDir(), Version: "test", Logger: quiet()}
	if *record != "" {
		options.Recorded = keepHistories
	}
	err := demo.Play(within(t), &story, options)
	require.NoError(t, err, story.String())
}

func keepHistories(ctx context.Context, running *app.App, workflows []string) error {
	if err := os.MkdirAll(*record, 0o755); err != nil {
		return err
	}
	for i, id := range workflows {
		recorded, err := historyOf(ctx, running.Engine, id)
		if err != nil {
			return err
		}
		text, err := protojson.Marshal(recorded)
		if err != nil {
			return err
		}
		kind, _, _ := strings.Cut(id, "/")
		if err := writeZipped(filepath.Join(*record, fmt.Sprintf("%d-%s.json.gz", i+1, kind)), text); err != nil {
			return err
		}
	}
	return nil
}

func writeZipped(name string, text []byte) error {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(name, zipped.Bytes(), 0o644)
}

func historyOf(ctx context.Context, engine client.Client, workflow string) (*history.History, error) {
	recorded := &history.History{}
	events := engine.GetWorkflowHistory(ctx, workflow, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", workflow, err)
		}
		recorded.Events = append(recorded.Events, event)
	}
	return recorded, nil
}
