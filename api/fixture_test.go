package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/api"
	"duban/files"
	"duban/org"
	"duban/store"
	"duban/store/dbtest"
)

// sent is a command as it reached the gateway.
type sent struct {
	kind     string // of a process that was opened; empty for one that exists
	workflow string
	command  act.Command
}

// recorder stands at the boundary to the engine: it keeps what it is sent and
// answers as it is told.
type recorder struct {
	mu     sync.Mutex
	sent   []sent
	armed  []string // plans whose assignments were to go by a new ladder
	loaded []string // "2027", or "unit/2027", of calendars that were to be passed on
	timed  []string // plans whose schedules were to be set
	err    error
	before func() // runs before an answer
}

func (r *recorder) Do(_ context.Context, workflow string, c act.Command) (act.Answer, error) {
	return r.take(sent{workflow: workflow, command: c})
}

func (r *recorder) Open(_ context.Context, kind, workflow string, c act.Command) (act.Answer, error) {
	return r.take(sent{kind: kind, workflow: workflow, command: c})
}

func (r *recorder) ArmAnew(_ context.Context, plan string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed = append(r.armed, plan)
	return r.err
}

func (r *recorder) ChangeCalendar(_ context.Context, unit string, year int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loaded = append(r.loaded, path.Join(unit, strconv.Itoa(year)))
	return r.err
}

func (r *recorder) Apply(_ context.Context, plan string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timed = append(r.timed, plan)
	return r.err
}

func (r *recorder) take(s sent) (act.Answer, error) {
	if r.before != nil {
		r.before()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, s)
	return act.Answer{Version: 7, Digest: s.command.Digest()}, r.err
}

func (r *recorder) last(t *testing.T) sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	require.NotEmpty(t, r.sent, "nothing reached the gateway")
	return r.sent[len(r.sent)-1]
}

// bundle is an API over a real database with one person per role.
type bundle struct {
	t       *testing.T
	handler http.Handler
	store   *store.Store
	gateway *recorder
	log     *bytes.Buffer
	tokens  map[org.Role]string
	users   map[org.Role]store.User
}

// The units of the bundle: education leads, finance and two counties support,
// the office supervises. Closed was abolished.
const (
	education = "education"
	finance   = "finance"
	office    = "office"
	closed    = "closed"
)

func newBundle(t *testing.T, change ...func(*api.Config)) *bundle {
	t.Helper()
	b := &bundle{t: t, gateway: &recorder{}, log: &bytes.Buffer{}, tokens: map[org.Role]string{}, users: map[org.Role]store.User{}}
	logger := slog.New(slog.NewJSONHandler(&locked{w: b.log}, nil))
	opened, err := store.Open(t.Context(), store.Options{URL: dbtest.Migrated(t), Logger: logger})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, opened.Close()) })
	b.store = opened
	b.register()
	kept, err := files.OpenFolder(filepath.Join(t.TempDir(), "files"))
	require.NoError(t, err)
	config := api.Config{Store: opened, Gateway: b.gateway, Schedules: b.gateway, Files: kept, Logger: logger, Registry: prometheus.NewRegistry(), Version: "test"}
	for _, c := range change {
		c(&config)
	}
	b.handler = api.New(config)
	return b
}

func (b *bundle) register() {
	ctx := b.t.Context()
	_, err := b.store.SaveUnits(ctx, []store.Unit{
		{ID: education, Name: "市教育局", Position: 1, Active: true}, {ID: finance, Name: "市财政局", Position: 2, Active: true},
		{ID: "east", Name: "东县", Position: 3, Active: true}, {ID: "west", Name: "西县", Position: 4, Active: true},
		{ID: office, Name: "市督查室", Position: 5, Active: true}, {ID: closed, Name: "市体改委", Position: 6},
	})
	require.NoError(b.t, err)
	_, err = b.store.SaveGroups(ctx, []store.Group{{ID: "counties", Name: "各县（区）", Members: []string{"east", "west"}}})
	require.NoError(b.t, err)
	unitOf := map[org.Role]string{org.Operator: education, org.Head: education, org.Supervisor: office, org.Admin: office, org.Viewer: finance}
	for _, role := range org.Roles() {
		users, err := b.store.SaveUsers(ctx, []store.User{{ID: "u-" + string(role), Login: string(role), Name: "某" + string(role),
			UnitID: unitOf[role], Active: true, Roles: []org.Role{role}}})
		require.NoError(b.t, err)
		b.users[role] = users[0]
		b.tokens[role], err = b.store.CreateToken(ctx, users[0].ID, "test", time.Hour)
		require.NoError(b.t, err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	text   string
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.text), v), a.text)
}

func (a answer) problem(t *testing.T) api.Problem {
	t.Helper()
	require.Equal(t, "application/problem+json", a.header.Get("Content-Type"), a.text)
	var p api.Problem
	a.into(t, &p)
	require.Equal(t, a.status, p.Status)
	return p
}

// header changes the headers of a request.
type header map[string]string

func key(k string) header { return header{"Idempotency-Key": k} }

// call sends a request as somebody with the role; body is text or is encoded.
func (b *bundle) call(role org.Role, method, path string, body any, headers ...header) answer {
	b.t.Helper()
	var reader io.Reader = http.NoBody
	set := header{}
	switch v := body.(type) {
	case nil:
	case string:
		reader, set["Content-Type"] = strings.NewReader(v), "application/json"
	default:
		text, err := json.Marshal(v)
		require.NoError(b.t, err)
		reader, set["Content-Type"] = bytes.NewReader(text), "application/json"
	}
	if strings.HasPrefix(path, "/") {
		path = strings.TrimPrefix(path, "/")
	} else {
		path = "api/v1/" + path
	}
	request := httptest.NewRequestWithContext(b.t.Context(), method, "/"+path, reader)
	if token := b.tokens[role]; token != "" {
		set["Authorization"] = "Bearer " + token
	}
	for _, h := range headers {
		maps.Copy(set, h)
	}
	for name, value := range set {
		request.Header.Set(name, value)
	}
	response := httptest.NewRecorder()
	b.handler.ServeHTTP(response, request)
	return answer{status: response.Code, header: response.Header(), text: response.Body.String()}
}

// get reads a resource that must be there.
func (b *bundle) get(role org.Role, path string, v any) answer {
	b.t.Helper()
	a := b.call(role, http.MethodGet, path, nil)
	require.Equal(b.t, http.StatusOK, a.status, a.text)
	a.into(b.t, v)
	return a
}

type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
