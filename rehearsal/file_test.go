package rehearsal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/rehearsal"
	"duban/rehearsal/behaviour"
)

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "behaviour.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// TestTheDocumentedFile: what the documentation shows is what holds.
func TestTheDocumentedFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "rehearsal.md"))
	require.NoError(t, err)
	blocks := strings.Split(string(text), "```yaml\n")[1:]
	require.Len(t, blocks, 2)
	for i, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		read, err := rehearsal.ReadBehaviour(written(t, block))
		require.NoError(t, err)
		if i == 0 {
			require.Empty(t, read.Exceptions)
			read.Exceptions = nil
			require.Equal(t, behaviour.Default(), read)
		} else {
			require.Len(t, read.Exceptions, 3)
		}
	}
}

func TestReadBehaviour(t *testing.T) {
	read, err := rehearsal.ReadBehaviour(written(t, `{"seed": 3}`))
	require.NoError(t, err)
	require.EqualValues(t, 3, read.Seed, "JSON is YAML too")
	read, err = rehearsal.ReadBehaviour(written(t, ""))
	require.NoError(t, err)
	require.Equal(t, behaviour.Default(), read, "an empty file says nothing")

	for text, reason := range map[string]string{
		"habits: [":                      "line 1",
		"- a\n- b\n":                     "line 1",
		"habits: {sign: {day: 1}}":       "day",
		"habits: {submit: {late: 2}}":    "habits.submit.late",
		"seed: .nan":                     "",
		strings.Repeat("# a\n", 400_000): "too large",
	} {
		_, err := rehearsal.ReadBehaviour(written(t, text))
		refusal, is := errors.AsType[*act.Refusal](err)
		require.True(t, is, text[:min(len(text), 9)])
		told := refusal.En
		for _, fault := range refusal.Faults {
			told += "\n" + fault.Field + ": " + fault.En
		}
		require.Contains(t, told, reason, text[:min(len(text), 9)])
		require.NotEmpty(t, refusal.Zh)
	}
	_, err = rehearsal.ReadBehaviour(filepath.Join(t.TempDir(), "nowhere.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
