package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"duban/org"
	"duban/store"
)

const (
	// freshFor is how long a token is not looked up again. What this process changes
	// about a user counts with his next request; what another process changes, at
	// most this much later. It saves the look-ups on nearly every request of somebody
	// who works, and who was moved or replaced by a stand-in signs little in it.
	freshFor = 5 * time.Second
	// staleFor is how long a known token is good while the database is away, so
	// that signing goes on. Stand-ins end in time also then.
	staleFor = 10 * time.Minute
	// lookUpWithin bounds one look-up: a database that hangs is away.
	lookUpWithin = 2 * time.Second
	// mostSessions bounds the memory that sessions take.
	mostSessions = 20_000
)

// sessions remembers who holds a token, by the token's hash.
type sessions struct {
	lookUp func(ctx context.Context, token string) (store.SignedIn, error)
	now    func() time.Time

	mu    sync.Mutex
	known map[[sha256.Size]byte]session
	// changes counts what was forgotten: a look-up that began before is not
	// remembered after.
	changes int
}

type session struct {
	who store.SignedIn
	at  time.Time // when the store said so
}

func newSessions(lookUp func(context.Context, string) (store.SignedIn, error), now func() time.Time) *sessions {
	return &sessions{lookUp: lookUp, now: now, known: map[[sha256.Size]byte]session{}}
}

// who returns who holds the token, or store.ErrNotFound, or
// store.ErrUnavailable where nobody can tell.
func (s *sessions) who(ctx context.Context, token string) (store.SignedIn, error) {
	key := sha256.Sum256([]byte(token))
	s.mu.Lock()
	remembered, isKnown := s.known[key]
	changes := s.changes
	s.mu.Unlock()
	age := s.now().Sub(remembered.at)
	if isKnown && age < freshFor {
		return remembered.who, nil
	}
	who, err := s.ask(ctx, token)
	switch {
	case err == nil:
		s.remember(key, who, changes)
		return who, nil
	case errors.Is(err, store.ErrUnavailable) && isKnown && age < staleFor:
		return remembered.who, nil
	case errors.Is(err, store.ErrNotFound):
		s.forget(key)
	}
	return store.SignedIn{}, err
}

func (s *sessions) ask(ctx context.Context, token string) (store.SignedIn, error) {
	asking, cancel := context.WithTimeout(ctx, lookUpWithin)
	defer cancel()
	who, err := s.lookUp(asking, token)
	if err != nil && errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return store.SignedIn{}, errors.Join(store.ErrUnavailable, err)
	}
	return who, err
}

func (s *sessions) remember(key [sha256.Size]byte, who store.SignedIn, changes int) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes != changes {
		return
	}
	if len(s.known) >= mostSessions {
		for k, old := range s.known {
			if now.Sub(old.at) >= staleFor {
				delete(s.known, k)
			}
		}
	}
	if _, isKnown := s.known[key]; isKnown || len(s.known) < mostSessions {
		s.known[key] = session{who: who, at: now}
	}
}

func (s *sessions) forget(key [sha256.Size]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, key)
}

// forgetUser looks a user up again with his next request, and whoever represents
// him: his unit, roles or stand-ins may have changed.
func (s *sessions) forgetUser(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes++
	for key, known := range s.known {
		if _, represents := known.who.Others[id]; represents || known.who.User.ID == id {
			delete(s.known, key)
		}
	}
}

// forgetAll looks everybody up again: units may have changed.
func (s *sessions) forgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes++
	clear(s.known)
}

// door says who may pass to an operation.
type door struct {
	public bool
	roles  []org.Role // one of them is needed; none: whoever is signed in
	reads  bool       // it changes nothing: who stands in for others passes with their roles
	acts   bool       // it may be done on behalf of another
}

func (d door) opensTo(held []org.Role) bool {
	return len(d.roles) == 0 || slices.ContainsFunc(d.roles, func(r org.Role) bool { return slices.Contains(held, r) })
}

// authenticate lets in who has a good token and one of the operation's roles.
func (s *server) authenticate(ctx huma.Context, next func(huma.Context)) {
	d := s.doors[ctx.Operation().OperationID]
	if d.public {
		next(ctx)
		return
	}
	token, ok := bearer(ctx.Header("Authorization"))
	if !ok {
		s.refuse(ctx, unauthorized())
		return
	}
	who, err := s.sessions.who(ctx.Context(), token)
	switch {
	case errors.Is(err, store.ErrNotFound):
		s.refuse(ctx, unauthorized())
		return
	case err != nil:
		s.refuse(ctx, err)
		return
	}
	r := requestOf(ctx.Context())
	r.signIn(who, s.sessions.now())
	if err := r.actFor(ctx.Header(onBehalfOf), d.acts); err != nil {
		s.refuse(ctx, err)
		return
	}
	if !d.opensTo(r.held(d.reads)) {
		s.refuse(ctx, failure{status: http.StatusForbidden, code: "role",
			zh: "您的角色不能进行此操作，如有需要请联系管理员。", en: "Your roles do not allow this; ask the administrator if you need it."})
		return
	}
	next(ctx)
}

// bearer takes the token out of an Authorization header.
func bearer(header string) (string, bool) {
	scheme, token, found := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	return token, found && strings.EqualFold(scheme, "Bearer") && token != "" && len(token) <= 200
}

func unauthorized() failure {
	return failure{status: http.StatusUnauthorized, code: "unauthorized",
		zh: "请先登录：请求须带有效的访问令牌。", en: "Sign in first: the request needs a good bearer token."}
}

// refuse answers with a problem before the operation is reached.
func (s *server) refuse(ctx huma.Context, err error) {
	problem := s.problem(ctx.Context(), err)
	for name, values := range problem.header {
		for _, value := range values {
			ctx.SetHeader(name, value)
		}
	}
	ctx.SetHeader("Content-Type", problemType)
	ctx.SetStatus(problem.Status)
	if err := writeJSON(ctx.BodyWriter(), problem); err != nil {
		s.log.DebugContext(ctx.Context(), "write an answer", "error", err)
	}
}
