package embedded

import (
	"time"

	"go.temporal.io/server/common/clock"
	persistenceclient "go.temporal.io/server/common/persistence/client"
	"go.temporal.io/server/temporal"
)

// options let the clock see what the server writes and serves.
func (c *Clock) options(base ...temporal.ServerOption) []temporal.ServerOption {
	return append(base,
		temporal.WithPersistenceFactoryProvider(func(p persistenceclient.NewFactoryParams) persistenceclient.Factory {
			return recordingFactory{Factory: persistenceclient.FactoryProvider(p), load: c.load}
		}),
		temporal.WithChainedFrontendGrpcInterceptors(c.intercept),
	)
}

// timeSource is the clock as the server's parts take it. Only what they read
// is moved; how long they wait is the wall clock's.
func (c *Clock) timeSource() clock.TimeSource { return timeSource{clock: c} }

type timeSource struct {
	clock.RealTimeSource
	clock *Clock
}

func (s timeSource) Now() time.Time                  { return s.clock.Now() }
func (s timeSource) Since(t time.Time) time.Duration { return s.clock.Now().Sub(t) }
