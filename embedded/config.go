package embedded

import (
	"context"
	"net"
	"strconv"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
)

const (
	// loopback is the only address that the server listens on: it has no
	// authentication of its own.
	loopback = "127.0.0.1"

	clusterName = "active"

	// onlyShard is the number of the one history shard: shards of one
	// process on one file would only wait for one another.
	onlyShard = 1

	mainStore       = "main"
	visibilityStore = "visibility"
)

// services are the parts of the Temporal server that run here. Its worker
// service is left out: it serves batch jobs, scans of clusters and the older
// kind of schedules, none of which is used, and costs start-up time and idle
// work.
var services = []primitives.ServiceName{
	primitives.FrontendService,
	primitives.HistoryService,
	primitives.MatchingService,
}

// addresses are the host:port of each service.
type addresses map[primitives.ServiceName]string

// freeAddresses finds a free port for each service, and for the worker
// service, whose address the server wants to know though nothing listens
// there. Another process may take a port before the server does; Start tries
// again then.
func freeAddresses(ctx context.Context) (addresses, error) {
	found := addresses{}
	for _, service := range append([]primitives.ServiceName{primitives.WorkerService}, services...) {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(loopback, "0"))
		if err != nil {
			return nil, err
		}
		// Closed only at the end, so that the ports differ.
		defer func() { _ = listener.Close() }()
		found[service] = listener.Addr().String()
	}
	return found, nil
}

func (a addresses) staticHosts() map[primitives.ServiceName]static.Hosts {
	hosts := make(map[primitives.ServiceName]static.Hosts, len(a))
	for service, address := range a {
		hosts[service] = static.SingleLocalHost(address)
	}
	return hosts
}

func (a addresses) port(service primitives.ServiceName) (int, error) {
	_, port, err := net.SplitHostPort(a[service])
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(port)
}

// serverConfig is the static configuration: one shard, one file, no metrics,
// profiling, HTTP or archival.
func serverConfig(db *config.SQL, a addresses) (*config.Config, error) {
	cfg := &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback},
		},
		Persistence: config.Persistence{
			DefaultStore:     mainStore,
			VisibilityStore:  visibilityStore,
			NumHistoryShards: onlyShard,
			DataStores: map[string]config.DataStore{
				mainStore: {SQL: db},
				visibilityStore: {CustomDataStoreConfig: &config.CustomDatastoreConfig{
					Name: visibilityStore, IndexName: visibilityStore,
				}},
			},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: a[primitives.FrontendService]},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		PublicClient:        config.PublicClient{HostPort: a[primitives.FrontendService]},
		Services:            map[string]config.Service{},
	}
	cfg.Archival.History.State = config.ArchivalDisabled
	cfg.Archival.Visibility.State = config.ArchivalDisabled
	cfg.NamespaceDefaults.Archival.History.State = config.ArchivalDisabled
	cfg.NamespaceDefaults.Archival.Visibility.State = config.ArchivalDisabled
	for _, service := range services {
		port, err := a.port(service)
		if err != nil {
			return nil, err
		}
		cfg.Services[string(service)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
	}
	return cfg, nil
}

// dynamicConfig adapts limits made for clusters to one process on one file.
func dynamicConfig(timeSkipping bool) dynamicconfig.StaticClient {
	settings := dynamicconfig.StaticClient{
		// One reader of one queue: the default of 20 reads a second of each
		// queue would be the bottleneck of the whole server.
		dynamicconfig.TransferProcessorMaxPollRPS.Key(): 1000,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():    1000,

		// Needs the worker service: refused at once, instead of taken and never
		// done.
		dynamicconfig.FrontendEnableBatcher.Key(): false,

		// Schedules are kept by the history service itself, all of them. The
		// sentinels would guard their ids against schedules of the older kind,
		// of which there are none.
		dynamicconfig.EnableCHASMSchedulerCreation.Key():         true,
		dynamicconfig.CHASMSchedulerCreationRolloutPercent.Key(): 100,
		dynamicconfig.EnableCHASMSchedulerSentinels.Key():        false,

		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
	}
	if timeSkipping {
		// How far ahead timers are loaded. What is loaded already waits by
		// the wall clock, whatever the clock does meanwhile.
		settings[dynamicconfig.TimerProcessorMaxTimeShift.Key()] = 10 * time.Millisecond
	}
	return settings
}
