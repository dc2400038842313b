package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/api"
	"duban/gateway"
	"duban/org"
)

type batched struct {
	ID      string `json:"id"`
	Key     string `json:"key"`
	Version int64  `json:"version,omitempty"`
	Act     any    `json:"act"`
}

type batchAnswer struct {
	Done    int `json:"done"`
	Failed  int `json:"failed"`
	Results []struct {
		ID     string `json:"id"`
		Key    string `json:"key"`
		Status int    `json:"status"`
		Done   *struct {
			Status  string `json:"status"`
			Version int64  `json:"version"`
		} `json:"done"`
		Problem *api.Problem `json:"problem"`
	} `json:"results"`
}

var acknowledge = map[string]string{"action": "acknowledge"}

func batchOf(acts ...batched) map[string]any { return map[string]any{"acts": acts} }

func (b *bundle) batch(role org.Role, path string, acts ...batched) batchAnswer {
	b.t.Helper()
	a := b.call(role, http.MethodPost, path+"/actions", batchOf(acts...))
	require.Equal(b.t, http.StatusOK, a.status, a.text)
	var answered batchAnswer
	a.into(b.t, &answered)
	require.Len(b.t, answered.Results, len(acts))
	for i, r := range answered.Results {
		require.Equal(b.t, acts[i].ID, r.ID, "results come in the order of the acts")
		require.Equal(b.t, acts[i].Key, r.Key)
		require.NotEqual(b.t, r.Done == nil, r.Problem == nil)
	}
	return answered
}

// Each act of a batch reaches its process as it does on its own.
func TestABatchIsManyActs(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	answered := b.batch(org.Operator, "assignments",
		batched{ID: "a", Key: "k1", Act: acknowledge},
		batched{ID: "b", Key: "k2", Version: 3, Act: map[string]any{"action": "report", "text": "过半", "percent": 60}},
		batched{ID: "a", Key: "k3", Act: map[string]any{"action": "report", "text": "开工", "percent": 10}})
	require.Equal(t, 3, answered.Done)
	require.Zero(t, answered.Failed)
	require.Equal(t, "done", answered.Results[1].Done.Status)
	require.EqualValues(t, 7, answered.Results[1].Done.Version)

	var onA []string
	byKey := map[string]act.Command{}
	for _, s := range b.gateway.sent {
		byKey[s.command.ID] = s.command
		if s.workflow == "assignment/a" {
			onA = append(onA, s.command.Name)
		}
	}
	require.Equal(t, []string{"acknowledge", "report"}, onA, "acts on one record keep their order")
	reported := byKey[b.users[org.Operator].ID+"/k2"]
	require.EqualValues(t, 3, reported.ExpectedVersion)
	require.JSONEq(t, `{"text":"过半","percent":60}`, string(reported.Payload))

	single := b.call(org.Operator, http.MethodPost, "assignments/b/actions", `{"action":"report","text":"过半","percent":60}`, key("k2"), header{"If-Match": `"3"`})
	require.Equal(t, http.StatusOK, single.status)
	require.Equal(t, reported, b.gateway.last(t).command, "sent on its own with the same key it is the same act")
}

// What is wrong with one act does not touch the others.
func TestABatchIsDoneInPart(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	answered := b.batch(org.Operator, "assignments",
		batched{ID: "a", Key: "k1", Act: acknowledge},
		batched{ID: "b", Key: "", Act: acknowledge},
		batched{ID: "c", Key: "k3", Act: map[string]string{"action": "dance"}},
		batched{ID: "d", Key: "k4", Act: map[string]string{"action": "close", "reason": "x"}},
		batched{ID: "e", Key: "k5", Act: map[string]any{"action": "acknowledge", "typo": 1}},
		batched{ID: "f", Key: "k6", Version: -1, Act: acknowledge},
		batched{ID: "", Key: "k7", Act: acknowledge},
		batched{ID: "g", Key: "k8"})
	require.Equal(t, 1, answered.Done)
	require.Equal(t, 7, answered.Failed)
	require.Len(t, b.gateway.sent, 1)
	for i, want := range []struct {
		status int
		code   string
	}{{http.StatusBadRequest, "idempotency-key"}, {http.StatusUnprocessableEntity, "unknown-action"}, {http.StatusForbidden, "role"},
		{http.StatusUnprocessableEntity, "invalid"}, {http.StatusUnprocessableEntity, "invalid"}, {http.StatusNotFound, "not-found"},
		{http.StatusUnprocessableEntity, "unknown-action"}} {
		got := answered.Results[i+1]
		require.Equal(t, want.status, got.Status)
		require.Equal(t, want.status, got.Problem.Status)
		require.Equal(t, want.code, got.Problem.Code)
	}
}

// A refusal, a recorded act, an engine that is away and a failure inside are
// answered as they are for an act on its own.
func TestWhatBecomesOfAnActOfABatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{nil, http.StatusOK, ""},
		{gateway.ErrPending, http.StatusAccepted, ""},
		{act.NotNow("closed", "已办结", "closed"), http.StatusConflict, "closed"},
		{fmt.Errorf("%w: refused", gateway.ErrUnavailable), http.StatusServiceUnavailable, "engine-unavailable"},
		{errors.New("secret inner text"), http.StatusInternalServerError, "internal"},
	} {
		b := newBundle(t)
		b.gateway.err = c.err
		got := b.batch(org.Operator, "assignments", batched{ID: "a", Key: "k", Act: acknowledge}).Results[0]
		require.Equal(t, c.status, got.Status)
		if c.code != "" {
			require.Equal(t, c.code, got.Problem.Code)
			require.NotContains(t, got.Problem.Detail, "secret")
		}
	}
}

func TestAPanicInABatchIsOneFailure(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.gateway.before = func() { panic("broken") }
	answered := b.batch(org.Operator, "assignments", batched{ID: "a", Key: "k", Act: acknowledge})
	require.Equal(t, "internal", answered.Results[0].Problem.Code)
	require.Contains(t, b.log.String(), "broken")
}

func TestTheSizeOfABatch(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	many := func(n int) []batched {
		acts := make([]batched, n)
		for i := range acts {
			acts[i] = batched{ID: fmt.Sprint(i), Key: "k", Act: acknowledge}
		}
		return acts
	}
	require.Equal(t, 100, b.batch(org.Operator, "assignments", many(100)...).Done)
	for _, n := range []int{0, 101} {
		a := b.call(org.Operator, http.MethodPost, "assignments/actions", batchOf(many(n)...))
		require.Equal(t, http.StatusUnprocessableEntity, a.status)
		require.Equal(t, "batch-size", a.problem(t).Code)
	}
	a := b.call(org.Operator, http.MethodPost, "assignments/actions", `{"acts":"`+strings.Repeat("x", 5<<20)+`"}`)
	require.Equal(t, http.StatusRequestEntityTooLarge, a.status)
}

// A batch takes the same acts as the single operation, and says so.
func TestABatchIsTyped(t *testing.T) {
	t.Parallel()
	d, _ := description(t, newBundle(t))
	for _, path := range []string{"/api/v1/assignments", "/api/v1/supervisions"} {
		of := func(path string) map[string]any {
			return d.Paths[path]["post"].Body.Content["application/json"].Schema
		}
		acts := of(path + "/actions")["properties"].(map[string]any)["acts"].(map[string]any)
		require.InDelta(t, 100, acts["maxItems"], 0)
		each := acts["items"].(map[string]any)["properties"].(map[string]any)
		one, err := json.Marshal(of(path + "/{id}/actions"))
		require.NoError(t, err)
		inBatch, err := json.Marshal(each["act"])
		require.NoError(t, err)
		require.JSONEq(t, string(one), string(inBatch))
	}
}
