package e2e_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/notify"
)

// What makes the test binary a server that a test can kill.
const (
	childData   = "DUBAN_E2E_CHILD_DATA"
	childListen = "DUBAN_E2E_CHILD_LISTEN"
	childMail   = "DUBAN_E2E_CHILD_MAIL"     // address of a mail server; none: no mail
	childDB     = "DUBAN_E2E_CHILD_DATABASE" // empty for SQLite in the data folder
)

func TestMain(m *testing.M) {
	if data := os.Getenv(childData); data != "" {
		os.Exit(beServer(data, os.Getenv(childListen)))
	}
	os.Exit(m.Run())
}

// beServer serves until a signal comes, and says so on its output when it can
// be reached.
func beServer(data, listen string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	running, err := app.Start(ctx, app.Config{DataDir: data, Database: os.Getenv(childDB), Namespace: "duban", Listen: listen,
		Notify: mailTo(os.Getenv(childMail)), Version: "test", Logger: quiet()})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("ready")
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

// mailTo has notices mailed through a server of the tests, soon.
func mailTo(address string) notify.Settings {
	return notify.Settings{SMTP: notify.SMTP{Address: address, From: "duban@example.gov.cn", TLS: notify.NoTLS},
		Gather: 2 * time.Second, Delay: time.Second, Claim: 3 * time.Second}
}

// quiet logs nothing: what goes wrong while a server is killed or its database
// is away is the subject of the test.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// child is a server in a process of its own, at an address that stays the same
// when it is started again.
type child struct {
	url, data, listen string
	database          string // empty for SQLite in the data folder
	mail              string // address of a mail server, if there is one
	cmd               *exec.Cmd
}

func newChild(t *testing.T, data string) *child {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	c := &child{url: "http://" + address, data: data, listen: address}
	t.Cleanup(c.kill)
	return c
}

// start returns when the server can be reached.
func (c *child) start(t *testing.T) {
	t.Helper()
	c.cmd = exec.Command(os.Args[0])
	c.cmd.Env = append(os.Environ(), childData+"="+c.data, childListen+"="+c.listen, childDB+"="+c.database, childMail+"="+c.mail)
	c.cmd.Stderr = os.Stderr
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "the server did not start")
	require.Equal(t, "ready", strings.TrimSpace(line))
}

// kill ends the process without a word, as a power cut would.
func (c *child) kill() {
	if c.cmd != nil && c.cmd.ProcessState == nil {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
	}
}

// stop ends the process in good order.
func (c *child) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, c.cmd.Wait())
}
