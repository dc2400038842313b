// Package embedded runs a whole Temporal server inside this process, on one
// SQLite file, for offices that keep no cluster, for rehearsals and for tests.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
	"google.golang.org/grpc"
)

// bindAttempts is how often Start looks for other ports when one that it
// found free is taken before the server listens on it.
const bindAttempts = 5

// Server is a running Temporal server.
type Server struct {
	hostPort  string
	namespace string
	logger    *slog.Logger

	server   *temporal.ServerFx
	folder   *folder
	listings *visibilityFactory
	logFloor *slog.LevelVar
	clock    *Clock
	shortcut *shortcut

	stopOnce sync.Once
	stopped  chan struct{} // closed when the server is down
	stopErr  error         // valid after stopped
}

// Start starts a server and returns when it answers, or when that has taken
// readyTimeout. The errors ErrInUse, ErrVersion, ErrDamaged and ErrNotWritable
// tell what is wrong with the data folder.
func Start(ctx context.Context, o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("start the embedded Temporal server: %w", diagnose(o.DataDir, classify(err)))
	}
	return s, nil
}

func start(ctx context.Context, o Options) (_ *Server, err error) {
	folder, err := openFolder(o.DataDir)
	if err != nil {
		return nil, err
	}
	listings, err := newVisibilityFactory(folder.path(databaseFile))
	if err != nil {
		return nil, errors.Join(err, folder.close())
	}
	s := &Server{
		namespace: o.Namespace,
		logger:    o.Logger,
		folder:    folder,
		listings:  listings,
		logFloor:  &slog.LevelVar{},
		shortcut:  &shortcut{},
		stopped:   make(chan struct{}),
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
		}
	}()
	if err := s.movable(o); err != nil {
		return nil, err
	}
	now, err := currentStamp()
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, now); err != nil {
		return nil, err
	}
	if s.clock != nil {
		if s.clock.load.before, err = folder.written(ctx); err != nil {
			return nil, err
		}
	}
	db := sqlConfig(folder.path(databaseFile), o.Sync)
	if err := createNamespace(db, o.Namespace, o.Retention); err != nil {
		return nil, fmt.Errorf("register namespace %s: %w", o.Namespace, err)
	}
	s.logFloor.Set(slog.LevelError)
	if err := s.build(ctx, o); err != nil {
		return nil, err
	}
	if err := s.server.Start(); err != nil {
		return nil, err
	}
	if err := s.awaitReady(ctx, o); err != nil {
		return nil, errors.Join(err, checkDatabase(context.WithoutCancel(ctx), folder.path(databaseFile)))
	}
	s.logFloor.Set(slog.LevelWarn)
	return s, nil
}

// prepare makes sure that the folder belongs to this version of the server and
// that its database has its tables.
func (s *Server) prepare(ctx context.Context, now stamp) error {
	found, err := s.folder.checkVersion(now)
	if err != nil {
		return err
	}
	if err := createTables(ctx, s.folder.path(databaseFile), found.tables); err != nil {
		return err
	}
	if found.tables {
		return nil
	}
	found.tables = true
	return s.folder.writeStamp(found)
}

// build wires the server, with other ports if one is taken.
func (s *Server) build(ctx context.Context, o Options) error {
	var last error
	for range bindAttempts {
		a, err := freeAddresses(ctx)
		if err != nil {
			return fmt.Errorf("find free ports: %w", err)
		}
		s.server, last = s.wire(o, a)
		if last == nil {
			s.hostPort = a[primitives.FrontendService]
			return nil
		}
		if fatal, ok := errors.AsType[fatalError](last); !ok || fatal.message != "Failed to start gRPC listener" {
			return last
		}
	}
	return fmt.Errorf("%d times in a row a port was taken: %w", bindAttempts, last)
}

// wire makes the parts of the server know one another, and listen. What the
// server would end the process for comes back as an error.
func (s *Server) wire(o Options, a addresses) (server *temporal.ServerFx, err error) {
	defer func() {
		if r := recover(); r != nil {
			fatal, ok := r.(fatalError)
			if !ok {
				panic(r)
			}
			err = fatal
		}
	}()
	cfg, err := serverConfig(sqlConfig(s.folder.path(databaseFile), o.Sync), a)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(services))
	for _, service := range services {
		names = append(names, string(service))
	}
	options := []temporal.ServerOption{
		temporal.WithConfig(cfg),
		temporal.ForServices(names),
		temporal.WithStaticHosts(a.staticHosts()),
		temporal.WithLogger(serverLog{logger: o.Logger, floor: s.logFloor}),
		temporal.WithDynamicConfigClient(dynamicConfig(o.TimeSkipping)),
		temporal.WithCustomVisibilityStoreFactory(s.listings),
	}
	if s.clock != nil {
		options = s.clock.options(options...)
	}
	return temporal.NewServerFx(wiring{shortcut: s.shortcut, clock: s.clock}.module(), options...)
}

// HostPort is the address of the frontend, always on 127.0.0.1.
func (s *Server) HostPort() string { return s.hostPort }

// Namespace is the namespace that the server registered.
func (s *Server) Namespace() string { return s.namespace }

// Clock is the server's movable clock; nil unless it was started with
// TimeSkipping.
func (s *Server) Clock() *Clock { return s.clock }

// Dial connects a client to the server. HostPort is set by the server, and the
// namespace and the logger are the server's own unless the options name
// others. The caller closes the client before the server stops.
func (s *Server) Dial(ctx context.Context, o client.Options) (client.Client, error) {
	o.HostPort = s.hostPort
	if o.Namespace == "" {
		o.Namespace = s.namespace
	}
	if o.ConnectionOptions.GrpcCompression == nil {
		// The client's default, gzip, is processor time for nothing here.
		o.ConnectionOptions.GrpcCompression = &client.GrpcCompressionNone{}
	}
	o.ConnectionOptions.DialOptions = append(slices.Clone(o.ConnectionOptions.DialOptions), grpc.WithChainUnaryInterceptor(s.shortcut.call))
	if o.Logger == nil {
		o.Logger = sdklog.NewStructuredLogger(s.logger)
	}
	c, err := client.DialContext(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("connect to the embedded Temporal server: %w", err)
	}
	return c, nil
}

// Stop stops the server and lets go of the data folder; before it, stop the
// workers and close the clients. It returns when the server is down, or with
// the context's error while it still goes down. A further call waits again,
// and does nothing once the server is down.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		s.logFloor.Set(aboveError)
		go func() {
			defer close(s.stopped)
			s.stopErr = s.shutDown()
		}()
	})
	select {
	case <-s.stopped:
		return s.stopErr
	case <-ctx.Done():
		return fmt.Errorf("stop the embedded Temporal server: %w", ctx.Err())
	}
}

// shutDown undoes what start did, as far as it came.
func (s *Server) shutDown() error {
	var failed []error
	s.shortcut.close()
	if s.server != nil {
		failed = append(failed, s.server.Stop())
		failed = append(failed, checkpoint(context.Background(), s.folder.path(databaseFile)))
	}
	if s.clock != nil {
		failed = append(failed, s.folder.noteClock(s.clock.Now()))
	}
	failed = append(failed, s.listings.close(), s.folder.close())
	if err := errors.Join(failed...); err != nil {
		return fmt.Errorf("stop the embedded Temporal server: %w", err)
	}
	return nil
}
