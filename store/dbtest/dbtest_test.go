package dbtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestEachGivesAnEmptyStoreOfEachDialect(t *testing.T) {
	for range 2 {
		dbtest.Each(t, func(t *testing.T, s *store.Store) {
			require.Contains(t, t.Name(), "/"+string(s.Dialect()))
			units, err := s.Units(t.Context(), store.UnitFilter{})
			require.NoError(t, err)
			require.Empty(t, units.Items, "another test's rows are there")
			_, err = s.SaveUnits(t.Context(), []store.Unit{{Name: "市教育局", Active: true}})
			require.NoError(t, err)
		})
	}
}

// TestServerEndsWithItsProcess kills a test process that has a server and waits
// for the server's files to go, which it removes last.
func TestServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv("DBTEST_DIE") != "" {
		dbtest.MySQL(t)
		process, err := os.FindProcess(os.Getpid())
		require.NoError(t, err)
		require.NoError(t, process.Kill())
		select {}
	}
	dbtest.MySQL(t)                        // skips where there is no server
	folder, err := os.MkdirTemp("", "die") //nolint:usetesting // a socket's path must be short
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServerEndsWithItsProcess$")
	child.Env = append(os.Environ(), "DBTEST_DIE=1", "TMPDIR="+folder)
	output, err := child.CombinedOutput()
	require.Error(t, err)
	require.NotContains(t, string(output), "FAIL")
	require.NotEqual(t, 1, child.ProcessState.ExitCode(), "it did not die: %s", output)
	require.Eventually(t, func() bool {
		left, err := filepath.Glob(filepath.Join(folder, "dbtest*"))
		return err == nil && len(left) == 0
	}, time.Minute, 20*time.Millisecond, "the server outlives its test process")
}
