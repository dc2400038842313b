// Package bench measures Duban from outside: everything that it does goes
// through the HTTP API of a running server.
package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"duban/client"
	"duban/store"
)

// Options says how much is signed and by how many at a time.
type Options struct {
	SignOffs    int
	Signers     int  // of each sign-off, all in one step
	Concurrency int  // sign-offs under way at the same time
	AtOnce      bool // all signers of a sign-off at the same instant, else in turn
	Ahead       bool // start all sign-offs before the time is taken, so that signing alone is measured
}

// Validate refuses what cannot be measured.
func (o Options) Validate() error {
	if o.SignOffs < 1 || o.Signers < 1 || o.Concurrency < 1 {
		return errors.New("sign-offs, signers and concurrency must be at least 1")
	}
	return nil
}

// Person is somebody who signs for a unit.
type Person struct {
	Unit   string
	Client client.Client
}

// Cast is who takes part: one who starts the sign-offs and reads the audit
// record afterwards, and one signer of each of as many units as are needed.
type Cast struct {
	URL       string // of the server
	Initiator client.Client
	Auditor   client.Client
	Signers   []Person
}

// sent is one sign that the server accepted.
type sent struct {
	signOff, unit string
}

// run collects what happens.
type run struct {
	options Options
	cast    Cast
	name    string // tells its acts from those of earlier runs on the same server

	mu        sync.Mutex
	latencies []time.Duration
	accepted  []sent
	signOffs  []string
	errors    int
	firstErr  error
}

// Sign starts sign-offs and has them all signed, and then compares what was
// accepted with the audit record. The error means that nothing could be
// measured; requests that failed are part of the figures.
func Sign(ctx context.Context, cast Cast, options Options) (Figures, error) {
	if err := options.Validate(); err != nil {
		return Figures{}, err
	}
	if len(cast.Signers) < options.Signers {
		return Figures{}, fmt.Errorf("%d signers are needed and %d are there", options.Signers, len(cast.Signers))
	}
	r := &run{options: options, cast: cast, name: store.NewID()}
	if err := r.one(ctx, r.name+"-warm-up"); err != nil {
		return Figures{}, fmt.Errorf("the first sign-off failed: %w", err)
	}
	r.latencies, r.errors = nil, 0
	before := len(r.signOffs)

	work := func(n int) error { return r.one(ctx, r.subject(n)) }
	if options.Ahead {
		ids := make([]string, options.SignOffs)
		r.all(func(n int) (err error) {
			ids[n], err = r.open(ctx, r.subject(n))
			return err
		})
		work = func(n int) error {
			if ids[n] != "" {
				r.signAll(ctx, ids[n])
			}
			return nil
		}
	}
	processor, err := processorTime(ctx, cast.URL)
	if err != nil {
		return Figures{}, err
	}
	began := time.Now()
	r.all(work)
	took := time.Since(began)
	after, err := processorTime(ctx, cast.URL)
	if err != nil {
		return Figures{}, err
	}
	if err := ctx.Err(); err != nil {
		return Figures{}, fmt.Errorf("the measurement was broken off: %w", err)
	}

	audit, err := r.audit(ctx)
	if err != nil {
		return Figures{}, err
	}
	done := float64(len(r.signOffs) - before)
	figures := Figures{
		SignOffsPerSecond: done / took.Seconds(), SignsPerSecond: float64(len(r.latencies)) / took.Seconds(),
		P50Millis: millis(percentile(r.latencies, 0.50)), P99Millis: millis(percentile(r.latencies, 0.99)),
		ProcessorMillis: millis(after-processor) / max(done, 1), Stuck: audit.stuck, Lost: audit.lost, Errors: r.errors, SignOffs: options.SignOffs, Signers: options.Signers,
		Concurrency: options.Concurrency, AtOnce: options.AtOnce, Ahead: options.Ahead, Seconds: took.Seconds(), Machine: ThisMachine(),
	}
	if r.firstErr != nil {
		figures.FirstError = r.firstErr.Error()
	}
	return figures, nil
}

// subject names the nth sign-off of this run.
func (r *run) subject(n int) string { return fmt.Sprintf("%s-%d", r.name, n) }

// all works the sign-offs off, so many at a time.
func (r *run) all(work func(n int) error) {
	numbers := make(chan int)
	var lanes sync.WaitGroup
	for range r.options.Concurrency {
		lanes.Go(func() {
			for n := range numbers {
				if err := work(n); err != nil {
					r.failed(err)
				}
			}
		})
	}
	for n := range r.options.SignOffs {
		numbers <- n
	}
	close(numbers)
	lanes.Wait()
}

// Open puts a subject to the first signers of the cast, all in one step, and
// returns the id of the sign-off.
func Open(ctx context.Context, cast Cast, signers int, name string) (string, error) {
	asked := make([]map[string]any, signers)
	for i := range asked {
		asked[i] = map[string]any{"unit": cast.Signers[i].Unit, "role": "head"}
	}
	subject := map[string]any{"title": "会签 " + name, "content": "关于事项 " + name + " 的意见，请予会签。",
		"route": []any{map[string]any{"name": "会签", "mode": "all", "onDisagree": "collect", "then": "return", "signers": asked}}}
	var opened struct {
		ID string `json:"id"`
	}
	if err := cast.Initiator.Post(ctx, "sign-offs", subject, &opened, client.Key("open-"+name)); err != nil {
		return "", fmt.Errorf("start a sign-off: %w", err)
	}
	return opened.ID, nil
}

// one starts a sign-off and has it signed by everybody.
func (r *run) one(ctx context.Context, name string) error {
	id, err := r.open(ctx, name)
	if err != nil {
		return err
	}
	r.signAll(ctx, id)
	return nil
}

func (r *run) open(ctx context.Context, name string) (string, error) {
	id, err := Open(ctx, r.cast, r.options.Signers, name)
	if err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.signOffs = append(r.signOffs, id)
	return id, nil
}

// signAll has a sign-off signed by everybody.
func (r *run) signAll(ctx context.Context, id string) {
	if !r.options.AtOnce {
		for i := range r.options.Signers {
			r.sign(ctx, id, r.cast.Signers[i])
		}
		return
	}
	var together sync.WaitGroup
	start := make(chan struct{})
	for i := range r.options.Signers {
		together.Go(func() {
			<-start
			r.sign(ctx, id, r.cast.Signers[i])
		})
	}
	close(start)
	together.Wait()
}

func (r *run) sign(ctx context.Context, signOff string, by Person) {
	began := time.Now()
	err := by.Client.Post(ctx, "sign-offs/"+signOff+"/actions", map[string]string{"action": "agree"}, nil, client.Key("sign-"+signOff))
	took := time.Since(began)
	if err != nil {
		r.failed(fmt.Errorf("sign %s for %s: %w", signOff, by.Unit, err))
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latencies = append(r.latencies, took)
	r.accepted = append(r.accepted, sent{signOff, by.Unit})
}

func (r *run) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors++
	if r.firstErr == nil {
		r.firstErr = err
	}
}
