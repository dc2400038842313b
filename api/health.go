package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// readyWithin bounds how long engine and database may take to answer.
const readyWithin = 5 * time.Second

type health struct {
	Status string `json:"status"`
}

func (s *server) healthRoutes() {
	register(s, operation{method: http.MethodGet, path: "/healthz", id: "health", tag: "health", summary: "Whether the server runs", public: true},
		func(context.Context, *struct{}) (*one[health], error) { return single(health{Status: "ok"}), nil })
	register(s, operation{method: http.MethodGet, path: "/readyz", id: "ready", tag: "health", summary: "Whether engine and database answer", public: true}, s.isReady)
}

func (s *server) isReady(ctx context.Context, _ *struct{}) (*one[health], error) {
	if s.ready == nil {
		return single(health{Status: "ready"}), nil
	}
	asking, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if err := s.ready(asking); err != nil {
		s.log.WarnContext(ctx, "not ready", "error", err)
		return nil, failure{status: http.StatusServiceUnavailable, code: "not-ready", retryAfter: 1,
			zh: "系统尚未就绪，请稍后重试。", en: "The engine or the database does not answer yet."}
	}
	return single(health{Status: "ready"}), nil
}

// metrics count requests by route, so that ids do not make new series.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMetrics(registry *prometheus.Registry) metrics {
	m := metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "duban_http_requests_total", Help: "Requests by method, route and status."},
			[]string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "duban_http_request_duration_seconds", Help: "How long requests took.",
			Buckets: []float64{.002, .005, .01, .02, .04, .06, .1, .2, .5, 1, 3, 10}}, []string{"method", "route", "status"}),
	}
	registry.MustRegister(m.requests, m.duration)
	for _, collector := range []prometheus.Collector{collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		// Whoever shares the registry may have them in it already.
		if err := registry.Register(collector); err != nil && !errors.As(err, &prometheus.AlreadyRegisteredError{}) {
			panic(err)
		}
	}
	return m
}

func (m metrics) observe(c *gin.Context) {
	began := time.Now()
	c.Next()
	labels := []string{method(c.Request.Method), routeOf(c), strconv.Itoa(c.Writer.Status())}
	m.requests.WithLabelValues(labels...).Inc()
	m.duration.WithLabelValues(labels...).Observe(time.Since(began).Seconds())
}

// method keeps made-up methods from making new series.
func method(name string) string {
	switch name {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return name
	default:
		return "other"
	}
}

func serveMetrics(engine *gin.Engine, registry *prometheus.Registry) {
	engine.GET("/metrics", gin.WrapH(promhttp.HandlerFor(registry, promhttp.HandlerOpts{})))
}
