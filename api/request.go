package api

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"duban/store"
)

// request is what is known of one request while it is served.
type request struct {
	id      string
	english bool
	user    store.User // the zero value until somebody is known
	// capacities are all in which he may act, and as the one in which he does.
	capacities []capacity
	as         capacity
}

type requestKey struct{}

// requestOf returns the request that a context belongs to.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// trace gives the request its id and language, and writes one line about it
// when it is done. The line never holds headers, queries or bodies.
func (s *server) trace(c *gin.Context) {
	began := time.Now()
	r := &request{id: strings.ToLower(rand.Text()), english: prefersEnglish(c.GetHeader("Accept-Language"))}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), requestKey{}, r))
	c.Header("X-Request-Id", r.id)
	c.Next()
	level := slog.LevelInfo
	if c.Writer.Status() >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	s.log.LogAttrs(c.Request.Context(), level, "request",
		slog.String("method", c.Request.Method), slog.String("route", routeOf(c)), slog.Int("status", c.Writer.Status()),
		slog.Duration("duration", time.Since(began)), slog.String("user", r.user.ID),
		slog.String("on_behalf_of", r.as.actor.OnBehalfOf), slog.String("request", r.id))
}

// routeOf is the pattern of the route, so that ids do not make new names.
func routeOf(c *gin.Context) string {
	if route := c.FullPath(); route != "" {
		return route
	}
	return "unmatched"
}

// recoverPanic answers 500 where a handler panics, and keeps the stack in the log.
func (s *server) recoverPanic(c *gin.Context) {
	defer func() {
		thrown := recover()
		if thrown == nil {
			return
		}
		if err, ok := thrown.(error); ok && err == http.ErrAbortHandler { //nolint:errorlint // the server compares it so
			panic(thrown)
		}
		s.log.ErrorContext(c.Request.Context(), "panic", "error", thrown, "request", requestOf(c.Request.Context()).id,
			"stack", string(debug.Stack()))
		if c.Writer.Written() {
			c.Abort()
			return
		}
		s.abort(c, internal())
	}()
	c.Next()
}

// secure sets the headers that keep browsers from guessing and keeping.
func secure(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Cache-Control", "no-store")
	c.Next()
}

func (s *server) notFound(c *gin.Context) { s.abort(c, missing()) }

func (s *server) methodNotAllowed(c *gin.Context) {
	s.abort(c, failure{status: http.StatusMethodNotAllowed, code: "method-not-allowed",
		zh: "该地址不支持此请求方法。", en: "This address does not take that method."})
}

// abort answers with a problem outside of the operations.
func (s *server) abort(c *gin.Context, f failure) {
	problem := f.problem(requestOf(c.Request.Context()))
	c.Header("Content-Type", problemType)
	c.AbortWithStatus(problem.Status)
	if err := writeJSON(c.Writer, problem); err != nil {
		s.log.DebugContext(c.Request.Context(), "write an answer", "error", err)
	}
}

// prefersEnglish reports whether English comes before Chinese in an
// Accept-Language header; Chinese is the language of the house.
func prefersEnglish(header string) bool {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return false
	}
	for _, tag := range tags {
		base, _ := tag.Base()
		switch base.String() {
		case "en":
			return true
		case "zh":
			return false
		}
	}
	return false
}
