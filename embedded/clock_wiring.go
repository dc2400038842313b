package embedded

import (
	"time"

	"go.temporal.io/server/chasm"
	"go.temporal.io/server/common/clock"
	"go.temporal.io/server/common/dynamicconfig"
	persistenceclient "go.temporal.io/server/common/persistence/client"
	"go.temporal.io/server/common/persistence/serialization"
	"go.temporal.io/server/common/pprof"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/common/resource"
	"go.temporal.io/server/service/frontend"
	"go.temporal.io/server/service/history"
	"go.temporal.io/server/service/history/replication"
	"go.temporal.io/server/temporal"
	"go.uber.org/fx"
)

// module is temporal.TopLevelModule with one difference: the frontend and the
// history service read this clock. Matching keeps the wall clock, which is all
// it needs: it knows durations only.
func (c *Clock) module() fx.Option {
	return fx.Options(
		fx.Provide(
			temporal.NewServerFxImpl,
			temporal.ServerOptionsProvider,
			resource.ArchivalMetadataProvider,
			temporal.TaskCategoryRegistryProvider,
			c.historyService,
			temporal.MatchingServiceProvider,
			c.frontendService,
			temporal.ApplyClusterMetadataConfigProvider,
		),
		dynamicconfig.Module,
		pprof.Module,
		temporal.TraceExportModule,
		chasm.Module,
		serialization.Module,
		temporal.FxLogAdapter,
		fx.Invoke(temporal.ServerLifetimeHooks),
	)
}

// options let the clock see what the server writes and serves.
func (c *Clock) options(base ...temporal.ServerOption) []temporal.ServerOption {
	return append(base,
		temporal.WithPersistenceFactoryProvider(func(p persistenceclient.NewFactoryParams) persistenceclient.Factory {
			return recordingFactory{Factory: persistenceclient.FactoryProvider(p), load: c.load}
		}),
		temporal.WithChainedFrontendGrpcInterceptors(c.intercept),
	)
}

func (c *Clock) historyService(params temporal.ServiceProviderParamsCommon) (temporal.ServicesGroupOut, error) {
	app := fx.New(
		params.GetCommonServiceOptions(primitives.HistoryService),
		history.QueueModule,
		history.Module,
		replication.Module,
		fx.Decorate(c.timeSource),
		fx.Populate(&c.shards),
	)
	return temporal.NewService(app, primitives.HistoryService, params.Logger), app.Err()
}

func (c *Clock) frontendService(params temporal.ServiceProviderParamsCommon) (temporal.ServicesGroupOut, error) {
	app := fx.New(
		params.GetCommonServiceOptions(primitives.FrontendService),
		fx.Supply(params.CustomFrontendInterceptors),
		frontend.Module,
		fx.Decorate(c.timeSource),
	)
	return temporal.NewService(app, primitives.FrontendService, params.Logger), app.Err()
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
