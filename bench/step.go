package bench

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"duban/client"
	"duban/dispatch"
	"duban/store"
)

// StepOptions says how many sign one subject, and what is asked of the server
// beside its API.
type StepOptions struct {
	Signers     int // of the one step
	Concurrency int // who sign at the same time
	// Store holds the record, which is read at the end.
	Store *store.Store
	// Runs counts the runs of a process, the first and each that continued it.
	Runs func(ctx context.Context, workflow string) (int, error)
	// Signed, if it is set, is told after each sign how many there are.
	Signed func(signs int)
}

// tenths is into how many parts of equal size the signers are divided.
const tenths = 10

// Validate refuses what cannot be measured.
func (o StepOptions) Validate() error {
	if o.Signers < tenths || o.Concurrency < 1 {
		return fmt.Errorf("at least %d signers and a concurrency of 1 are needed", tenths)
	}
	return nil
}

// StepFigures is what one step with many signers measured.
type StepFigures struct {
	SignOff string `json:"signOff"` // its id
	// ActsPerSecond of each tenth of the signers, in the order in which they signed.
	ActsPerSecond []float64 `json:"actsPerSecond"`
	LastToFirst   float64   `json:"lastToFirst"` // the last tenth compared with the first
	OpenSeconds   float64   `json:"openSeconds"` // from the request that opens it to the answer
	SignSeconds   float64   `json:"signSeconds"` // from the first sign to the last
	P50Millis     float64   `json:"p50Millis"`   // of one sign, from request to answer
	P99Millis     float64   `json:"p99Millis"`
	Stuck         int       `json:"stuck"`  // 1 if all opinions are in and it is not approved
	Errors        int       `json:"errors"` // requests that failed
	FirstError    string    `json:"firstError,omitempty"`
	Lost          int       `json:"lost"` // accepted signs that the record does not hold exactly once
	Runs          int       `json:"runs"` // of the process
	Signers       int       `json:"signers"`
	Concurrency   int       `json:"concurrency"`
	// ProcessorMillis is the server's processor time of one sign, in milliseconds.
	ProcessorMillis float64 `json:"processorMillis"`
	Machine         Machine `json:"machine"`
}

// Sound reports whether everything arrived and was decided.
func (f StepFigures) Sound() bool { return f.Stuck == 0 && f.Errors == 0 && f.Lost == 0 }

// Err says what is wrong where something did not arrive or was not decided.
func (f StepFigures) Err() error {
	if f.Sound() {
		return nil
	}
	return fmt.Errorf("%d stuck, %d errors, %d lost; the first error: %s", f.Stuck, f.Errors, f.Lost, f.FirstError)
}

// Text is what a person reads.
func (f StepFigures) Text() string {
	var rates strings.Builder
	for _, rate := range f.ActsPerSecond {
		fmt.Fprintf(&rates, " %.0f", rate)
	}
	return fmt.Sprintf("%d signers of one step, %d at a time, in %.1f s; opened in %.2f s; %d runs\n"+
		"  signs/s in each tenth:%s   last to first %.2f\n  one sign: p50 %.1f ms   p99 %.1f ms   processor %.1f ms\n"+
		"  stuck %d   errors %d   lost %d\n  %s, %d cores, %v\n",
		f.Signers, f.Concurrency, f.SignSeconds, f.OpenSeconds, f.Runs, rates.String(), f.LastToFirst, f.P50Millis, f.P99Millis,
		f.ProcessorMillis, f.Stuck, f.Errors, f.Lost, f.Machine.Processor, f.Machine.Cores, f.Machine.Versions)
}

// Step opens one sign-off with many signers in one step, has them all sign, and
// then reads the record for each opinion. The error means that nothing could be
// measured; requests that failed are part of the figures.
func Step(ctx context.Context, cast Cast, options StepOptions) (StepFigures, error) {
	if err := options.Validate(); err != nil {
		return StepFigures{}, err
	}
	if len(cast.Signers) < options.Signers {
		return StepFigures{}, fmt.Errorf("%d signers are needed and %d are there", options.Signers, len(cast.Signers))
	}
	s := &step{options: options, cast: cast}
	began := time.Now()
	id, err := Open(ctx, cast, options.Signers, store.NewID())
	if err != nil {
		return StepFigures{}, err
	}
	opened := time.Since(began)
	before, err := processorTime(ctx, cast.URL)
	if err != nil {
		return StepFigures{}, err
	}
	began = time.Now()
	s.all(ctx, id)
	if err := ctx.Err(); err != nil {
		return StepFigures{}, fmt.Errorf("the measurement was broken off: %w", err)
	}
	after, err := processorTime(ctx, cast.URL)
	if err != nil {
		return StepFigures{}, err
	}
	figures := s.figures(began)
	figures.SignOff, figures.OpenSeconds = id, opened.Seconds()
	figures.ProcessorMillis = millis(after-before) / float64(options.Signers)
	return figures, s.audit(ctx, id, &figures)
}

// step collects what happens.
type step struct {
	options StepOptions
	cast    Cast

	mu        sync.Mutex
	latencies []time.Duration
	signedAt  []time.Time // in the order of the answers
	signed    []string    // the units, in the same order
	errs      []error
}

// all has everybody sign, so many at a time.
func (s *step) all(ctx context.Context, id string) {
	people := make(chan Person)
	var lanes sync.WaitGroup
	for range s.options.Concurrency {
		lanes.Go(func() {
			for person := range people {
				s.one(ctx, id, person)
			}
		})
	}
	for _, person := range s.cast.Signers[:s.options.Signers] {
		people <- person
	}
	close(people)
	lanes.Wait()
}

func (s *step) one(ctx context.Context, id string, by Person) {
	began := time.Now()
	err := by.Client.Post(ctx, "sign-offs/"+id+"/actions", map[string]string{"action": "agree"}, nil, client.Key("sign-"+id))
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.errs = append(s.errs, fmt.Errorf("sign for %s: %w", by.Unit, err))
		return
	}
	s.latencies = append(s.latencies, now.Sub(began))
	s.signedAt = append(s.signedAt, now)
	s.signed = append(s.signed, by.Unit)
	if s.options.Signed != nil {
		s.options.Signed(len(s.signed))
	}
}

func (s *step) figures(began time.Time) StepFigures {
	f := StepFigures{P50Millis: millis(percentile(s.latencies, 0.50)), P99Millis: millis(percentile(s.latencies, 0.99)),
		Errors: len(s.errs), Signers: s.options.Signers, Concurrency: s.options.Concurrency, Machine: ThisMachine()}
	if len(s.errs) > 0 {
		f.FirstError = s.errs[0].Error()
	}
	f.ActsPerSecond = rates(began, s.signedAt)
	if n := len(f.ActsPerSecond); n > 0 {
		f.LastToFirst = f.ActsPerSecond[n-1] / f.ActsPerSecond[0]
		f.SignSeconds = s.signedAt[len(s.signedAt)-1].Sub(began).Seconds()
	}
	return f
}

// rates divides moments into tenths and returns how many there were a second in
// each; none where there are too few to divide.
func rates(began time.Time, moments []time.Time) []float64 {
	if len(moments) < tenths {
		return nil
	}
	each := make([]float64, tenths)
	for i := range each {
		from, to := len(moments)*i/tenths, len(moments)*(i+1)/tenths
		each[i] = float64(to-from) / moments[to-1].Sub(began).Seconds()
		began = moments[to-1]
	}
	return each
}

// audit reads the record of the process: each accepted sign must stand in it
// exactly once, and it must have been approved if everybody signed.
func (s *step) audit(ctx context.Context, id string, figures *StepFigures) error {
	host, ok := dispatch.HostOf(id)
	if !ok {
		return fmt.Errorf("the sign-off has an id that is none: %s", id)
	}
	var err error
	if figures.Runs, err = s.options.Runs(ctx, host); err != nil {
		return fmt.Errorf("count the runs of %s: %w", host, err)
	}
	recorded, approved := map[string]int{}, false
	const page = 1000
	for last := int64(0); ; {
		events, err := s.options.Store.Record(ctx, host, last, page)
		if err != nil {
			return fmt.Errorf("read the record of %s: %w", host, err)
		}
		for _, e := range events {
			last = e.Seq
			switch e.Type {
			case "sign-off.signed":
				recorded[e.UnitID]++
			case "sign-off.approved":
				approved = true
			}
		}
		if len(events) < page {
			break
		}
	}
	for _, unit := range s.signed {
		if recorded[unit] != 1 {
			figures.Lost++
		}
	}
	if len(s.signed) == s.options.Signers && !approved {
		figures.Stuck = 1
	}
	return nil
}
