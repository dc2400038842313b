package policy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duban/document"
	"duban/policy"

	"github.com/stretchr/testify/require"
)

// shared reads a file of the documents with known results that are kept beside
// the repository, not in it.
func shared(t testing.TB, path string) []byte {
	t.Helper()
	path = filepath.Join("..", "..", "shared", path)
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skipf("SKIPPED: ../shared/ is absent (%s), so the reading is not compared with known results", path)
	}
	require.NoError(t, err)
	return data
}

// parse reads a document and parses it.
func parse(t testing.TB, name string, data []byte) policy.Draft {
	t.Helper()
	doc, err := document.Read(t.Context(), name, data)
	require.NoError(t, err)
	draft, err := policy.Parse(doc)
	require.NoError(t, err)
	return draft
}

func TestSeedTasks(t *testing.T) {
	var want []struct {
		No, Project, Title string
		Lead, Support      []string
	}
	require.NoError(t, json.Unmarshal(shared(t, "seed/tasks.json"), &want))
	draft := parse(t, "policy.txt", shared(t, "seed/policy.txt"))
	require.Len(t, draft.Tasks, len(want))
	leads, supports := 0, 0
	for i, w := range want {
		got := draft.Tasks[i]
		require.Equal(t, w.No, got.No)
		require.Equal(t, w.Project, got.Programme, "task %s", w.No)
		require.Equal(t, w.Title, got.Title, "task %s", w.No)
		require.Equal(t, w.Lead, got.Lead, "task %s", w.No)
		require.Equal(t, w.Support, got.Support, "task %s", w.No)
		leads += len(got.Lead)
		supports += len(got.Support)
	}
	require.Equal(t, 75, leads)
	require.Equal(t, 225, supports)
}

func TestCorpusUnits(t *testing.T) {
	for _, name := range []string{"02", "05", "07", "19"} {
		t.Run(name, func(t *testing.T) {
			var want struct {
				Tasks []struct {
					No, Title, Section   string
					Lead, Support, Guide []string
					Mode, Deadline       string
				}
			}
			require.NoError(t, json.Unmarshal(shared(t, "corpus/"+name+".json"), &want))
			draft := parse(t, name+".txt", shared(t, "corpus/"+name+".txt"))
			for i, w := range want.Tasks {
				require.Greater(t, len(draft.Tasks), i)
				got := draft.Tasks[i]
				require.Equal(t, w.No, got.No)
				require.Equal(t, w.Title, got.Title, "task %s", w.No)
				require.Equal(t, w.Lead, got.Lead, "lead of task %s", w.No)
				require.Equal(t, w.Support, got.Support, "support of task %s", w.No)
				require.Equal(t, w.Guide, got.Guide, "guide of task %s", w.No)
				if strings.HasPrefix(w.Mode, "joint") {
					require.Equal(t, policy.NeedsDecision, got.Fields["lead"].Certainty, "task %s", w.No)
				}
				if w.Mode != "joint?" {
					require.Equal(t, w.Mode == "joint", got.Mode == policy.Joint, "mode of task %s", w.No)
				}
				due := ""
				if got.Deadline != nil {
					due = got.Deadline.String()
				}
				require.Equal(t, w.Deadline, due, "deadline of task %s", w.No)
			}
			require.Len(t, draft.Tasks, len(want.Tasks))
		})
	}
}
