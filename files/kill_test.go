package files

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// childFolder makes the test binary a writer that a test can kill.
const childFolder = "DUBAN_FILES_CHILD_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		os.Exit(beWriter(dir))
	}
	os.Exit(m.Run())
}

// beWriter stores one content after the other in several places at once, says
// the hash of each that is stored, and ends only when it is killed.
func beWriter(dir string) int {
	s, err := OpenFolder(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	failed := make(chan error)
	for range 4 {
		go func() {
			for {
				stored, err := s.Put(context.Background(), bytes.NewReader(random(300_000)), 1<<20)
				if err != nil {
					failed <- err
					return
				}
				fmt.Println(stored.SHA256)
			}
		}()
	}
	fmt.Fprintln(os.Stderr, <-failed)
	return 1
}

// killed runs a writer, kills it when it has stored so many, and returns the
// hashes that it has said.
func killed(t *testing.T, dir string, after int) []string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childFolder+"="+dir)
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var said []string
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if said = append(said, lines.Text()); len(said) == after {
			require.NoError(t, child.Process.Kill())
		}
	}
	require.Error(t, child.Wait(), "it was killed")
	require.GreaterOrEqual(t, len(said), after)
	return said
}

// A writer that is killed loses nothing that it has said to be stored, and
// leaves nothing under the name of a hash that is not that content.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var said []string
	leftovers := 0
	for round := range 8 {
		said = append(said, killed(t, dir, 1+round)...)
		s, err := OpenFolder(dir)
		require.NoError(t, err)
		for _, sum := range said {
			opened, err := s.Open(t.Context(), sum)
			require.NoError(t, err)
			require.NoError(t, opened.Close())
		}
		leftovers = 0
		for _, name := range names(t, s) {
			if folder, sum := filepath.Split(name); folder == uploads+string(filepath.Separator) {
				leftovers++
			} else {
				opened, err := s.Open(t.Context(), sum)
				require.NoError(t, err, "what has the name of a hash is whole")
				require.NoError(t, opened.Close())
			}
		}
	}
	require.NotZero(t, leftovers, "four writers were busy when they were killed")
	later, err := openFolder(dir, func() time.Time { return time.Now().Add(2 * abandonedAfter) })
	require.NoError(t, err)
	for _, name := range names(t, later) {
		require.False(t, strings.HasPrefix(name, uploads), name)
	}
}

// A content that comes slowly is not seen before it is whole.
func TestContentIsSeenWhenItIsWhole(t *testing.T) {
	t.Parallel()
	s, err := OpenFolder(t.TempDir())
	require.NoError(t, err)
	content := random(200_000)
	read, write := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := s.Put(t.Context(), read, 1<<20)
		done <- err
	}()
	_, err = write.Write(content[:150_000])
	require.NoError(t, err)
	_, err = s.Open(t.Context(), hashOf(content))
	require.ErrorIs(t, err, ErrNotFound)
	require.Len(t, names(t, s), 1)
	_, err = write.Write(content[150_000:])
	require.NoError(t, err)
	require.NoError(t, write.Close())
	require.NoError(t, <-done)
	requireHolds(t, s, content)
}
