package revision_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duban/policy"
	"duban/revision"

	"github.com/stretchr/testify/require"
)

// sharedDrafts are the readings of the real documents that are kept beside the
// repository, not in it.
func sharedDrafts(t *testing.T) map[string]policy.Draft {
	t.Helper()
	files := []string{filepath.Join("..", "..", "shared", "seed", "policy.txt")}
	more, err := filepath.Glob(filepath.Join("..", "..", "shared", "corpus", "*.txt"))
	require.NoError(t, err)
	drafts := map[string]policy.Draft{}
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			t.Skipf("SKIPPED: ../shared/ is absent (%s), so real documents are not corrected", file)
		}
		require.NoError(t, err)
		drafts[filepath.Base(file)] = parse(t, string(text))
	}
	return drafts
}

// Every task of every document can be cut after each of its sentences, and comes
// back whole.
func TestRealTasksAreSplitAndMerged(t *testing.T) {
	for name, draft := range sharedDrafts(t) {
		cuts := 0
		for at, whole := range draft.Tasks {
			split := revision.Split{Task: whole.Key, Parts: []revision.Part{{}}}
			runes := []rune(whole.Text)
			for i, r := range runes[:max(len(runes)-1, 0)] {
				if (r == '。' || r == '；' || r == '\n') && strings.Trim(string(runes[i+1:]), "。； \n") != "" && !slices.Contains([]rune("。；\n"), runes[i+1]) {
					split.Parts = append(split.Parts, revision.Part{From: i + 1})
				}
			}
			if len(split.Parts) == 1 {
				continue
			}
			cuts += len(split.Parts) - 1
			cut, err := revision.Apply(draft, revision.Correction{Seq: 1, Kind: revision.SplitTask, Change: split})
			require.NoError(t, err, "%s: task %s", name, whole.No)
			merge := revision.Merge{}
			for i := range split.Parts {
				merge.Tasks = append(merge.Tasks, cut.Tasks[at+i].Key)
			}
			again, err := revision.Apply(cut, revision.Correction{Seq: 2, Kind: revision.MergeTasks, Change: merge})
			require.NoError(t, err, "%s: task %s", name, whole.No)
			require.Empty(t, revision.Compare(draft, again).Changed, "%s: task %s", name, whole.No)
			require.Len(t, again.Tasks, len(draft.Tasks))
			require.Equal(t, whole.Text, again.Tasks[at].Text, "%s: task %s", name, whole.No)
			require.ElementsMatch(t, whole.Targets, again.Tasks[at].Targets, "%s: task %s", name, whole.No)
		}
		require.Positive(t, cuts, name)
	}
}

// Taking a task out and putting the others in another order is found to be just
// that.
func TestRealDocumentsAreCompared(t *testing.T) {
	for name, draft := range sharedDrafts(t) {
		n := len(draft.Tasks)
		newer := correct(t, draft,
			change(revision.DeleteTask, revision.Delete{Task: draft.Tasks[n/2].Key}),
			change(revision.MoveTask, revision.Move{Task: draft.Tasks[0].Key, After: &draft.Tasks[n-1].Key}))
		for i := range newer.Tasks {
			newer.Tasks[i].Key = i + 1 // as if it had been read anew
		}
		d := revision.Compare(draft, newer)
		require.Empty(t, d.Added, name)
		require.Len(t, d.Removed, 1, name)
		require.Equal(t, draft.Tasks[n/2].Key, d.Removed[0].Key, name)
		require.Len(t, d.Changed, 1, name)
		require.Equal(t, draft.Tasks[0].Key, d.Changed[0].Old.Key, name)
		require.Equal(t, revision.Place, d.Changed[0].Aspects[0].Aspect, name)
	}
}
