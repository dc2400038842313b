// Package api is the HTTP API under /api/v1. It only translates: it asks who
// somebody is and whether his role opens the door, turns requests into commands
// and queries, and answers and refusals into HTTP. What is allowed beyond the
// role, and what follows, is decided by the processes and the pure packages.
package api

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"duban/act"
	"duban/files"
	"duban/store"
)

// Gateway is the way to the processes; gateway.Gateway is one.
type Gateway interface {
	// Do sends a command to a process that exists.
	Do(ctx context.Context, workflow string, c act.Command) (act.Answer, error)
	// Open starts a process with the command that opens it.
	Open(ctx context.Context, kind, workflow string, c act.Command) (act.Answer, error)
	// ArmAnew lets the open assignments of a plan go by its newest ladder.
	ArmAnew(ctx context.Context, plan string) error
	// ChangeCalendar lets everything open that depends on a year go by the last load
	// of it, for everybody or for a unit.
	ChangeCalendar(ctx context.Context, unit string, year int) error
}

// Schedules keeps the schedules of plans; schedules.Keeper is one.
type Schedules interface {
	// Apply brings those of a plan into line with its rules.
	Apply(ctx context.Context, plan string) error
}

// Config is what the API works with. Only Ready may be nil.
type Config struct {
	Store   *store.Store
	Gateway Gateway
	// Schedules keeps what plans do by the calendar.
	Schedules Schedules
	// Files keeps the content of attached files.
	Files files.Storage
	// FileLimit is the size of the largest file that is taken, in bytes; 0 for
	// files.DefaultLimit.
	FileLimit int64
	Logger    *slog.Logger
	// Registry takes the metrics that /metrics shows.
	Registry *prometheus.Registry
	Version  string
	// Ready reports whether engine and database answer; nil is always ready.
	Ready func(context.Context) error
	// Now is the time by which lights are judged; nil means time.Now.
	Now func() time.Time
}

// base is where all resources are.
const base = "/api/v1"

// server holds what the handlers share. It does not change after New.
type server struct {
	store     *store.Store
	gateway   Gateway
	schedules Schedules
	files     files.Storage
	mostFile  int64 // bytes
	log       *slog.Logger
	ready     func(context.Context) error
	sessions  *sessions
	inFlight  *inFlight
	api       huma.API
	now       func() time.Time
	// doors are the operations that ask for a bearer token, by operation id.
	doors map[string]door
}

// New returns the handler of the whole API with its documentation, health and
// metrics.
func New(config Config) http.Handler {
	s := &server{store: config.Store, gateway: config.Gateway, schedules: config.Schedules, files: config.Files,
		mostFile: cmp.Or(config.FileLimit, files.DefaultLimit), log: config.Logger, ready: config.Ready,
		sessions: newSessions(config.Store.SignedIn, time.Now), inFlight: newInFlight(), doors: map[string]door{}, now: config.Now}
	if s.now == nil {
		s.now = time.Now
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.Use(s.trace, newMetrics(config.Registry).observe, s.recoverPanic, secure)
	engine.NoRoute(s.notFound)
	engine.NoMethod(s.methodNotAllowed)

	described := openAPI(config.Version)
	described.Transformers = []huma.Transformer{s.rewrite}
	s.api = humagin.New(engine, described)
	s.api.UseMiddleware(s.authenticate, s.acceptsBody)
	s.api.OpenAPI().Components.Schemas.RegisterTypeAlias(amountType, amountSchemaType)
	s.api.OpenAPI().Components.Schemas.RegisterTypeAlias(dateType, dateSchemaType)
	s.routes()
	s.finishOpenAPI()
	s.serveDocs(engine)
	serveMetrics(engine, config.Registry)
	return engine
}

// routes registers every operation, resource by resource.
func (s *server) routes() {
	s.policyRoutes()
	s.correctionRoutes()
	s.versionRoutes()
	s.exportRoutes()
	s.planRoutes()
	s.ladderRoutes()
	s.lightRoutes()
	s.taskRoutes()
	s.annualTargetRoutes()
	s.assignmentRoutes()
	s.signOffRoutes()
	s.routeRoutes()
	s.supervisionRoutes()
	s.jointRoutes()
	s.boardRoutes()
	s.supervisionRulesRoutes()
	s.extensionRoutes()
	s.roundRoutes()
	s.roundRuleRoutes()
	s.inboxRoutes()
	s.fileRoutes()
	s.attachmentRoutes()
	s.registryRoutes()
	s.proposalRoutes()
	s.registryImportRoutes()
	s.mergerRoutes()
	s.userRoutes()
	s.peopleRoutes()
	s.standInRoutes()
	s.calendarRoutes()
	s.contactRoutes()
	s.healthRoutes()
}
