package embedded

import (
	"go.temporal.io/server/chasm"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/persistence/serialization"
	"go.temporal.io/server/common/pprof"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/common/resource"
	"go.temporal.io/server/service/frontend"
	"go.temporal.io/server/service/history"
	"go.temporal.io/server/service/history/replication"
	"go.temporal.io/server/service/matching"
	"go.temporal.io/server/temporal"
	"go.uber.org/fx"
	"google.golang.org/grpc"
)

// wiring puts the services together as temporal.TopLevelModule does, with two
// differences: calls between them take the shortcut, and where there is a
// movable clock, the frontend and the history service read it. Matching keeps
// the wall clock, which is all it needs: it knows durations only.
type wiring struct {
	shortcut *shortcut
	clock    *Clock // nil for the wall clock
}

func (w wiring) module() fx.Option {
	return fx.Options(
		fx.Provide(
			temporal.NewServerFxImpl,
			temporal.ServerOptionsProvider,
			resource.ArchivalMetadataProvider,
			temporal.TaskCategoryRegistryProvider,
			w.historyService,
			w.matchingService,
			w.frontendService,
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

func (w wiring) historyService(params temporal.ServiceProviderParamsCommon) (temporal.ServicesGroupOut, error) {
	return w.service(params, primitives.HistoryService,
		history.QueueModule,
		history.Module,
		replication.Module,
		fx.Decorate(w.learning),
		w.onClock(func(c *Clock) fx.Option { return fx.Options(fx.Decorate(c.timeSource), fx.Populate(&c.shards)) }),
	)
}

func (w wiring) matchingService(params temporal.ServiceProviderParamsCommon) (temporal.ServicesGroupOut, error) {
	return w.service(params, primitives.MatchingService,
		matching.Module,
		fx.Decorate(w.learning),
	)
}

func (w wiring) frontendService(params temporal.ServiceProviderParamsCommon) (temporal.ServicesGroupOut, error) {
	return w.service(params, primitives.FrontendService,
		fx.Supply(params.CustomFrontendInterceptors),
		frontend.Module,
		fx.Decorate(func(o frontend.GrpcServerOptions) frontend.GrpcServerOptions {
			o.Options = w.learning(o.Options)
			return o
		}),
		w.onClock(func(c *Clock) fx.Option { return fx.Decorate(c.timeSource) }),
	)
}

func (w wiring) service(params temporal.ServiceProviderParamsCommon, name primitives.ServiceName, parts ...fx.Option) (temporal.ServicesGroupOut, error) {
	app := fx.New(append(parts, params.GetCommonServiceOptions(name), fx.Decorate(w.calling))...)
	return temporal.NewService(app, name, params.Logger), app.Err()
}

func (w wiring) onClock(parts func(*Clock) fx.Option) fx.Option {
	if w.clock == nil {
		return fx.Options()
	}
	return parts(w.clock)
}

// learning puts the shortcut before all that a service does with a call.
func (w wiring) learning(options []grpc.ServerOption) []grpc.ServerOption {
	return append(options, grpc.UnaryInterceptor(w.shortcut.learn))
}

// calling puts the shortcut behind all that a service does to call another one.
func (w wiring) calling(options map[primitives.ServiceName][]grpc.DialOption) map[primitives.ServiceName][]grpc.DialOption {
	for _, name := range []primitives.ServiceName{primitives.HistoryService, primitives.MatchingService} {
		options[name] = append(options[name], grpc.WithChainUnaryInterceptor(w.shortcut.call))
	}
	return options
}
