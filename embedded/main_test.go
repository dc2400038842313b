package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/embedded"
)

// roleVariable makes the test binary play a process of its own, on the folder
// that folderVariable names, instead of running the tests.
const (
	roleVariable   = "DUBAN_EMBEDDED_ROLE"
	folderVariable = "DUBAN_EMBEDDED_FOLDER"
)

// roles are what another process can do: it says what happened on standard
// output, a line each, and goes on until it is killed.
var roles = map[string]func(ctx context.Context, dir string) error{
	"hold": holdFolder,
	"sign": signForever,
}

func TestMain(m *testing.M) {
	role, ok := roles[os.Getenv(roleVariable)]
	if !ok {
		os.Exit(m.Run())
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // outlives no test
	defer cancel()
	if err := role(ctx, os.Getenv(folderVariable)); err != nil {
		fmt.Println("failed:", err)
	}
}

// process is another process of the test binary.
type process struct {
	cmd *exec.Cmd
	out *bufio.Scanner
}

// play starts another process that holds a folder.
func play(t *testing.T, role, dir string) *process {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), roleVariable+"="+role, folderVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &process{cmd: cmd, out: bufio.NewScanner(out)}
	t.Cleanup(func() { p.kill(t) })
	return p
}

// line is the next line that the process says.
func (p *process) line(t *testing.T) string {
	t.Helper()
	require.True(t, p.out.Scan(), "the process ended: %v", p.out.Err())
	require.False(t, strings.HasPrefix(p.out.Text(), "failed:"), p.out.Text())
	return p.out.Text()
}

// kill ends the process as a power cut would, and returns what it still said.
func (p *process) kill(t *testing.T) []string {
	t.Helper()
	if p.cmd.ProcessState != nil {
		return nil
	}
	require.NoError(t, p.cmd.Process.Kill())
	var rest []string
	for p.out.Scan() {
		rest = append(rest, p.out.Text())
	}
	require.NoError(t, p.out.Err())
	// What it ended with is that it was killed.
	var ended *exec.ExitError
	require.ErrorAs(t, p.cmd.Wait(), &ended)
	return rest
}

func holdFolder(ctx context.Context, dir string) error {
	if _, err := embedded.Start(ctx, embedded.Options{DataDir: dir}); err != nil {
		return err
	}
	fmt.Println("holding")
	<-ctx.Done()
	return ctx.Err()
}
