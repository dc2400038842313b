package api

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"duban/act"
	"duban/gateway"
)

// Acting are the headers of everything that goes to a process.
type Acting struct {
	Behalf
	Idempotency string `header:"Idempotency-Key" doc:"Names the act: 1 to 128 visible ASCII characters, new for every act, the same on every retry"`
	Match       string `header:"If-Match" doc:"The version that was read, as its ETag: \"3\". The act is refused with 409 when the record changed since."`
}

// done is the answer to an act.
type done struct {
	Status   int
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     actAnswer
}

type actAnswer struct {
	ID      string `json:"id"`
	Status  string `json:"status" enum:"done,recorded" doc:"recorded (202): the act is durable and cannot be read yet, because the database is away; it follows by itself"`
	Version int64  `json:"version,omitempty" doc:"Version of the record after the act; absent while only recorded"`
	// Location is where the record can be read.
	Location string `json:"location"`
}

// command makes the command that a user gives with an act.
func command(ctx context.Context, in Acting, name string, payload any) (act.Command, error) {
	who := actor(ctx)
	if err := checkKey(in.Idempotency); err != nil {
		return act.Command{}, err
	}
	version, err := expected(in.Match)
	if err != nil {
		return act.Command{}, err
	}
	text, err := json.Marshal(payload)
	if err != nil {
		return act.Command{}, fmt.Errorf("encode the act %s: %w", name, err)
	}
	return act.Command{ID: who.User + "/" + in.Idempotency, Name: name, Actor: who, ExpectedVersion: version, Payload: text}, nil
}

// checkKey refuses an act that could not be recognised when it is sent again.
func checkKey(key string) error {
	const most = 128
	visible := key != "" && len(key) <= most
	for _, c := range []byte(key) {
		visible = visible && c > ' ' && c < 0x7f
	}
	if visible {
		return nil
	}
	fault := act.Fault{Field: "Idempotency-Key", Code: "key", Zh: "1 至 128 个可见 ASCII 字符", En: "1 to 128 visible ASCII characters"}
	return failure{status: http.StatusBadRequest, code: "idempotency-key", faults: []act.Fault{fault},
		zh: "请求须带 Idempotency-Key 头：每次操作用一个新编号，重试时用同一编号，以免重复办理。",
		en: "The request needs an Idempotency-Key header: a new one for every act, the same one on retries, so that nothing is done twice."}
}

// expected reads If-Match; 0 where it is left out.
func expected(match string) (int64, error) {
	if match == "" {
		return 0, nil
	}
	digits, quoted := strings.CutPrefix(match, `"`)
	digits, closed := strings.CutSuffix(digits, `"`)
	version, err := strconv.ParseInt(digits, 10, 64)
	if !quoted || !closed || err != nil || version < 1 || digits[0] == '+' {
		return 0, failure{status: http.StatusBadRequest, code: "if-match", zh: `If-Match 应为读取时的 ETag，如 "3"。`,
			en: `If-Match must be the ETag that was read, such as "3".`}
	}
	return version, nil
}

// target is where an act goes and where its result can be read.
type destination struct {
	workflow string
	kind     string // of a process that the act opens; empty for one that exists
	id       string
	location string
}

// send gives a command to a process and answers when it can be read, or with
// 202 when it is only recorded.
func (s *server) send(ctx context.Context, to destination, c act.Command) (*done, error) {
	release, err := s.inFlight.enter(ctx, to.workflow)
	if err != nil {
		return nil, err
	}
	defer release()
	status := http.StatusOK
	var answer act.Answer
	if to.kind == "" {
		answer, err = s.gateway.Do(ctx, to.workflow, c)
	} else {
		status = http.StatusCreated
		answer, err = s.gateway.Open(ctx, to.kind, to.workflow, c)
	}
	out := &done{Status: status, Location: to.location, Body: actAnswer{ID: to.id, Location: to.location}}
	switch {
	case errors.Is(err, gateway.ErrPending):
		out.Status, out.Body.Status = http.StatusAccepted, "recorded"
	case err != nil:
		return nil, err
	default:
		out.Body.Status, out.Body.Version, out.ETag = "done", answer.Version, etag(answer.Version)
	}
	return out, nil
}

// idOf makes the id of a thing that an act creates: the same act, however often
// it is sent, makes the same thing.
func idOf(c act.Command) string {
	sum := sha256.Sum256([]byte(c.ID))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// mostInFlight bounds how many acts on one process are under way at once: more
// would only make each other wait inside the engine.
const mostInFlight = 8

// inFlight lets a few acts at a time through to each process.
type inFlight struct {
	mu    sync.Mutex
	queue map[string]*queue
}

type queue struct {
	slots chan struct{}
	users int // who hold or wait for a slot
}

func newInFlight() *inFlight { return &inFlight{queue: map[string]*queue{}} }

// enter waits for a slot, and returns how to give it back.
func (f *inFlight) enter(ctx context.Context, workflow string) (release func(), err error) {
	f.mu.Lock()
	q, open := f.queue[workflow]
	if !open {
		q = &queue{slots: make(chan struct{}, mostInFlight)}
		f.queue[workflow] = q
	}
	q.users++
	f.mu.Unlock()
	leave := func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if q.users--; q.users == 0 {
			delete(f.queue, workflow)
		}
	}
	select {
	case q.slots <- struct{}{}:
		return func() { <-q.slots; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, fmt.Errorf("wait for other acts on %s: %w", workflow, ctx.Err())
	}
}
