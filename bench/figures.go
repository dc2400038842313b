package bench

import (
	"fmt"
	"slices"
	"time"
)

// Figures is what a run of sign-offs measured.
type Figures struct {
	SignOffsPerSecond float64 `json:"signOffsPerSecond"`
	SignsPerSecond    float64 `json:"signsPerSecond"`
	P50Millis         float64 `json:"p50Millis"` // of one sign, from request to answer
	P99Millis         float64 `json:"p99Millis"`
	// ProcessorMillis is the server's processor time of one sign-off with all its
	// signs, in milliseconds. It holds the clients' too where they share its process.
	ProcessorMillis float64 `json:"processorMillis"`
	Stuck           int     `json:"stuck"`  // sign-offs with all opinions in that are not approved
	Errors          int     `json:"errors"` // requests that failed
	FirstError      string  `json:"firstError,omitempty"`
	Lost            int     `json:"lost"` // accepted signs that the audit record does not hold exactly once
	SignOffs        int     `json:"signOffs"`
	Signers         int     `json:"signers"`
	Concurrency     int     `json:"concurrency"`
	AtOnce          bool    `json:"atOnce"`
	Ahead           bool    `json:"ahead"` // the time holds the signs alone
	Seconds         float64 `json:"seconds"`
	Machine         Machine `json:"machine"`
}

// Sound reports whether everything arrived and was decided.
func (f Figures) Sound() bool { return f.Stuck == 0 && f.Errors == 0 && f.Lost == 0 }

// Err says what is wrong where something did not arrive or was not decided.
func (f Figures) Err() error {
	if f.Sound() {
		return nil
	}
	return fmt.Errorf("%d stuck, %d errors, %d lost; the first error: %s", f.Stuck, f.Errors, f.Lost, f.FirstError)
}

// percentile returns the smallest value that a share of all values does not
// exceed (nearest rank); 0 of none.
func percentile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(share*float64(len(sorted)) + 0.999999)
	return sorted[min(max(rank, 1), len(sorted))-1]
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// Text is what a person reads.
func (f Figures) Text() string {
	manner := "in turn"
	if f.AtOnce {
		manner = "at once"
	}
	if f.Ahead {
		manner += ", started ahead"
	}
	return fmt.Sprintf("%d sign-offs, %d signers %s, %d at a time, in %.1f s\n"+
		"  %.1f sign-offs/s   %.1f signs/s   processor %.1f ms a sign-off\n  one sign: p50 %.1f ms   p99 %.1f ms\n  stuck %d   errors %d   lost %d\n  %s, %d cores, %v\n",
		f.SignOffs, f.Signers, manner, f.Concurrency, f.Seconds, f.SignOffsPerSecond, f.SignsPerSecond, f.ProcessorMillis,
		f.P50Millis, f.P99Millis, f.Stuck, f.Errors, f.Lost, f.Machine.Processor, f.Machine.Cores, f.Machine.Versions)
}
