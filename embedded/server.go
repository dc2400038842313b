// Package embedded runs a whole Temporal server inside this process, on SQLite
// files, for offices that keep no cluster, for rehearsals and for tests.
package embedded

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"
)

// Sync says when a committed transaction is on the disk.
type Sync string

const (
	// SyncFull waits for the disk at every commit: what was answered survives
	// a power cut. The default.
	SyncFull Sync = "full"
	// SyncNormal leaves the last commits to the operating system: they survive
	// a crash of the process, not a power cut.
	SyncNormal Sync = "normal"
	// SyncOff never waits; for throw-away servers only.
	SyncOff Sync = "off"
)

// Options say where and how the server runs. Only DataDir is required.
type Options struct {
	// DataDir is the folder of the server's files; it is created if missing.
	// One process at a time may use it.
	DataDir string
	// Namespace is registered at the first start; "duban" if empty.
	Namespace string
	// Retention is how long the history of a closed workflow is kept.
	Retention time.Duration
	// Sync is SyncFull if empty.
	Sync Sync
	// TimeSkipping gives the server a clock that can be moved: see Clock.
	TimeSkipping bool
	// StartTime is where the movable clock starts, the present if zero.
	// Only with TimeSkipping.
	StartTime time.Time
	// Logger gets the server's own log at warn and above; slog.Default() if nil.
	Logger *slog.Logger
}

// Server is a running Temporal server.
type Server struct {
	hostPort  string
	namespace string
	clock     *Clock
}

// Start starts a server and returns when it answers.
func Start(ctx context.Context, o Options) (*Server, error) {
	return nil, errors.ErrUnsupported
}

// HostPort is the address of the frontend, always on 127.0.0.1.
func (s *Server) HostPort() string { return s.hostPort }

// Namespace is the namespace that the server registered.
func (s *Server) Namespace() string { return s.namespace }

// Dial connects a client to the server. HostPort is set by the server, and the
// namespace is the server's own unless the options name another.
func (s *Server) Dial(ctx context.Context, o client.Options) (client.Client, error) {
	o.HostPort = s.hostPort
	if o.Namespace == "" {
		o.Namespace = s.namespace
	}
	return client.DialContext(ctx, o)
}

// Stop stops the server: first workers, then clients, then this. A second call
// does nothing.
func (s *Server) Stop(ctx context.Context) error { return errors.ErrUnsupported }

// Clock is the server's movable clock; nil unless it was started with
// TimeSkipping.
func (s *Server) Clock() *Clock { return s.clock }
