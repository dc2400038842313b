package dbtest

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// startLimit is how long a server may take until it answers, on a machine that
// is busy with other tests.
const startLimit = 2 * time.Minute

// serverScript runs a server until its standard input ends. The other end of
// that pipe is held by this process alone: however the process ends, the server
// ends with it and its files are removed.
//
//go:embed server.sh
var serverScript string

// server is a database server that runs.
type server struct {
	socket string
	alive  io.Closer // closing it, or the end of the process, ends the server
}

// starting holds the one server of this process, or why there is none.
var starting struct {
	once   sync.Once
	server *server
	err    error
}

// shared returns the process's server and starts it the first time.
func shared(program string) (*server, error) {
	starting.once.Do(func() { starting.server, starting.err = start(program) })
	return starting.server, starting.err
}

// findServer finds the server's program, on PATH or where Debian and others
// keep it for root.
func findServer() (string, error) {
	if program := os.Getenv("DUBAN_MYSQLD"); program != "" {
		return osexec.LookPath(program)
	}
	for _, name := range []string{"mariadbd", "mysqld"} {
		if program, err := osexec.LookPath(name); err == nil {
			return program, nil
		}
		for _, folder := range []string{"/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/mysql/bin"} {
			if program, err := osexec.LookPath(filepath.Join(folder, name)); err == nil {
				return program, nil
			}
		}
	}
	return "", errors.New("neither mariadbd nor mysqld is on PATH or in sbin")
}

// start makes a data folder, starts a server on it and waits for its answer.
func start(program string) (*server, error) {
	version, err := osexec.CommandContext(context.Background(), program, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("ask %s for its version: %w", program, err)
	}
	kind := "mysql"
	if strings.Contains(string(version), "MariaDB") {
		kind = "mariadb"
	}
	folder, err := os.MkdirTemp("", "dbtest") // short: a socket's path is limited to some 100 bytes
	if err != nil {
		return nil, fmt.Errorf("make a folder for the server: %w", err)
	}
	// It lives as long as the process, not as long as one test.
	command := osexec.CommandContext(context.Background(), "sh", "-c", serverScript, "dbtest", program, kind, folder)
	command.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	alive, err := command.StdinPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", program, err), os.RemoveAll(folder))
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // what went wrong is in the log
	}()

	s := &server{socket: filepath.Join(folder, "sock"), alive: alive}
	if err := s.wait(ended); err != nil {
		words, _ := os.ReadFile(filepath.Join(folder, "log")) // there may be none yet
		_ = s.alive.Close()                                   // may be closed already
		<-ended
		return nil, errors.Join(fmt.Errorf("start %s: %w\n%s", program, err, words), os.RemoveAll(folder))
	}
	return s, nil
}

// wait returns when the server answers, or fails to.
func (s *server) wait(ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	db, err := sql.Open("mysql", s.dsn(""))
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() { _ = db.Close() }() // nothing was written
	for {
		err := errors.New("has no socket yet")
		if _, missing := os.Stat(s.socket); missing == nil {
			err = db.PingContext(ctx)
		}
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			return fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("no answer within %s: %w", startLimit, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
