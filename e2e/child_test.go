package e2e_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
)

// childData tells the test binary to be a server on that folder, which a test
// can kill.
const childData = "DUBAN_E2E_CHILD_DATA"

func TestMain(m *testing.M) {
	if data := os.Getenv(childData); data != "" {
		os.Exit(beServer(data))
	}
	os.Exit(m.Run())
}

// beServer serves on a free port, prints its address, and stops on a signal.
func beServer(data string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	running, err := app.Start(ctx, app.Config{DataDir: data, Namespace: "duban", Listen: "127.0.0.1:0", Version: "test",
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(running.URL())
	select {
	case <-ctx.Done():
	case err = <-running.Failed():
	}
	stopping, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err = errors.Join(err, running.Stop(stopping)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// child is a server in a process of its own.
type child struct {
	URL  string
	data string
	cmd  *exec.Cmd
}

func startChild(t *testing.T, data string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childData+"="+data)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	c := &child{data: data, cmd: cmd}
	t.Cleanup(c.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "the server did not start")
	c.URL = strings.TrimSpace(line)
	return c
}

// kill ends the process as a power cut would: without a word.
func (c *child) kill() {
	if c.cmd.ProcessState == nil {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
	}
}

// restart kills the process and starts another on the same folder.
func (c *child) restart(t *testing.T) *child {
	t.Helper()
	c.kill()
	return startChild(t, c.data)
}
