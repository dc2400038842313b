package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"duban/act"
)

const (
	// mostInBatch bounds how many acts one request carries.
	mostInBatch = 100
	// mostBatchBody is the size of the largest batch, in bytes: as many acts as
	// one may carry, each with two texts of the greatest length.
	mostBatchBody = 4 << 20
	// batchAtOnce bounds how many acts of one batch are under way at a time, so
	// that one person's batch leaves room for others.
	batchAtOnce = 8
)

// perform does one act, whose content is JSON, on the record with the id.
type perform func(ctx context.Context, id string, in Acting, text []byte) (*done, error)

// batchedAct is one act of a batch. Each key, version and act means what
// Idempotency-Key, If-Match and the body mean for an act on its own.
type batchedAct struct {
	ID      string          `json:"id"`
	Key     string          `json:"key"`
	Version int64           `json:"version,omitempty"`
	Act     json.RawMessage `json:"act"`
}

// batch is the body of a bulk operation, documented by batchSchema.
type batch struct {
	Acts []batchedAct `json:"acts"`
}

// batchResult is what became of one act of a batch.
type batchResult struct {
	ID      string     `json:"id"`
	Key     string     `json:"key"`
	Status  int        `json:"status" doc:"The HTTP status with which the act is answered on its own"`
	Done    *actAnswer `json:"done,omitempty" doc:"Of an act that was done, or recorded"`
	Problem *Problem   `json:"problem,omitempty" doc:"Of an act that was not"`
}

// BatchAnswer has one result for each act, in the order of the acts.
type BatchAnswer struct {
	Done    int           `json:"done" doc:"How many acts were done, or recorded"`
	Failed  int           `json:"failed" doc:"How many were not"`
	Results []batchResult `json:"results" nullable:"false"`
}

type batchInput struct {
	Behalf
	Body batchBody
}

// batchBody is the body of a batch, as it came.
type batchBody struct{ body[batch] }

// Schema is replaced by that of the acts.
func (batchBody) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeObject} }

// registerBatch adds POST path/actions: many acts in one request, each answered
// for itself. content is the schema of an act.
func (s *server) registerBatch(o operation, content *huma.Schema, do perform) {
	o.method, o.path, o.most = http.MethodPost, o.path+"/actions", mostBatchBody
	o.description = fmt.Sprintf("At most %d acts. Each has its own key and its own result: that some are done and others refused is "+
		"usual, and answered with 200. Acts on the same record are done in their order, others side by side. "+
		"Send the batch, or any part of it, again with the same keys: nothing is done twice.", mostInBatch)
	register(s, o, func(ctx context.Context, in *batchInput) (*one[BatchAnswer], error) {
		sent, err := in.Body.decode()
		if err != nil {
			return nil, err
		}
		if err := checkBatch(sent.Acts); err != nil {
			return nil, err
		}
		return single(summed(s.performAll(ctx, sent.Acts, do))), nil
	})
	s.api.OpenAPI().Paths[o.path].Post.RequestBody.Content["application/json"].Schema = batchSchema(content)
}

// batchSchema is the schema of a batch of acts with the content.
func batchSchema(content *huma.Schema) *huma.Schema {
	text := func(meaning string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: meaning} }
	first, least, most := 1.0, 1, mostInBatch
	each := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"id", "key", "act"},
		Properties: map[string]*huma.Schema{
			"id":      text("Of the record that is acted on"),
			"key":     text("Idempotency-Key of this act: new for every act, the same on every retry, in whatever batch or on its own"),
			"version": {Type: huma.TypeInteger, Minimum: &first, Description: "The version that was read; the act is refused when the record changed since"},
			"act":     content,
		}}
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"acts"},
		Properties: map[string]*huma.Schema{"acts": {Type: huma.TypeArray, MinItems: &least, MaxItems: &most, Items: each}}}
}

func checkBatch(acts []batchedAct) error {
	if n := len(acts); n < 1 || n > mostInBatch {
		zh, en := fmt.Sprintf("一次可办理 1 至 %d 项，本次为 %d 项，请分批提交。", mostInBatch, n),
			fmt.Sprintf("A batch has 1 to %d acts, this one has %d; send several.", mostInBatch, n)
		return act.Malformed("batch-size", zh, en, act.Fault{Field: "acts", Code: "size", Zh: zh, En: en})
	}
	return nil
}

// performAll does the acts, those on the same record in their order.
func (s *server) performAll(ctx context.Context, acts []batchedAct, do perform) []batchResult {
	results := make([]batchResult, len(acts))
	slots := make(chan struct{}, batchAtOnce)
	var under sync.WaitGroup
	for _, indices := range byRecord(acts) {
		slots <- struct{}{}
		under.Go(func() {
			defer func() { <-slots }()
			for _, i := range indices {
				results[i] = s.performOne(ctx, acts[i], do)
			}
		})
	}
	under.Wait()
	return results
}

// byRecord groups the indices of acts on the same record.
func byRecord(acts []batchedAct) [][]int {
	var groups [][]int
	place := map[string]int{}
	for i, a := range acts {
		at, known := place[a.ID]
		if !known {
			at = len(groups)
			place[a.ID], groups = at, append(groups, nil)
		}
		groups[at] = append(groups[at], i)
	}
	return groups
}

// performOne does one act and turns whatever becomes of it into its result.
func (s *server) performOne(ctx context.Context, a batchedAct, do perform) (result batchResult) {
	result = batchResult{ID: a.ID, Key: a.Key}
	fail := func(err error) {
		result.Problem = s.problem(ctx, err)
		result.Status = result.Problem.Status
	}
	defer func() {
		// A panic beside the request's own goroutine would end the program.
		if thrown := recover(); thrown != nil {
			s.log.ErrorContext(ctx, "panic", "error", thrown, "request", requestOf(ctx).id, "stack", string(debug.Stack()))
			fail(internal())
		}
	}()
	acting, err := a.acting()
	if err != nil {
		fail(err)
		return result
	}
	answer, err := do(ctx, a.ID, acting, a.Act)
	if err != nil {
		fail(err)
		return result
	}
	result.Status, result.Done = answer.Status, &answer.Body
	return result
}

// acting are the headers that the act would have on its own.
func (a batchedAct) acting() (Acting, error) {
	in := Acting{Idempotency: a.Key}
	switch {
	case a.ID == "":
		return in, missing()
	case a.Version < 0:
		return in, act.Malformed("invalid", "版本号应为读取时的版本。", "The version must be the one that was read.",
			act.Fault{Field: "version", Code: "range", Zh: "应大于 0", En: "must be above 0"})
	case a.Version > 0:
		in.Match = strconv.Quote(strconv.FormatInt(a.Version, 10))
	}
	return in, nil
}

func summed(results []batchResult) BatchAnswer {
	answer := BatchAnswer{Results: results}
	for _, r := range results {
		if r.Problem == nil {
			answer.Done++
		} else {
			answer.Failed++
		}
	}
	return answer
}
