package embedded

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/server/common/persistence"
)

// workload knows of every open run what it waits for, so that the clock is
// moved only when all that is left to wait for is time. It is told of every
// record that the server writes and of every call that it serves.
type workload struct {
	mu       sync.Mutex
	runs     map[string]*run    // open runs by run id
	stirring map[string]string  // why, by run id: runs that wait for more than time
	writes   int                // records being written at this moment
	calls    map[*call]struct{} // calls of clients being served
	changed  chan struct{}      // closed and replaced at every change
	// before are the executions that an earlier start left, until they are read.
	before []persistence.GetWorkflowExecutionRequest
}

// run is what one open run waits for.
type run struct {
	workflowID string
	parent     string    // run id, if it is a child
	task       bool      // a workflow task is scheduled or being worked on
	firstTask  time.Time // when a run that has had no workflow task yet gets its first
	expires    time.Time // run or execution timeout, zero if none
	timers     map[string]time.Time
	activities map[int64]activity
	children   map[int64]child
	signals    map[int64]struct{} // to other workflows, under way
	cancels    map[int64]struct{} // of other workflows, under way
	components map[string]component
}

// component is a part of a record that keeps its own tasks: of a schedule, or
// the callback by which a workflow tells a schedule that it has ended.
type component struct {
	stirs bool        // a task is under way
	waits []time.Time // for these moments
}

type activity struct {
	retry time.Time // when a failed one is tried again; zero if it is under way
}

type child struct {
	started bool
	run     string
}

// call is a client's call that may change a workflow. An update names itself,
// because it can be accepted long before the call returns.
type call struct {
	method     string
	workflowID string
	updateID   string
}

func newWorkload() *workload {
	return &workload{
		runs:     map[string]*run{},
		stirring: map[string]string{},
		calls:    map[*call]struct{}{},
		changed:  make(chan struct{}),
	}
}

// notify wakes all who wait for a change; the lock is held.
func (w *workload) notify() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// beginCall and endCall enclose a call. A call ends at most once.
func (w *workload) beginCall(c *call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[c] = struct{}{}
}

func (w *workload) endCall(c *call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.calls, c)
	w.notify()
}

// accepted ends the calls of updates that the workflow has accepted: from
// there on the workflow's own records tell what it waits for. The lock is held.
func (w *workload) accepted(workflowID string, isAccepted func(updateID string) bool) {
	for c := range w.calls {
		if c.updateID != "" && c.workflowID == workflowID && isAccepted(c.updateID) {
			delete(w.calls, c)
		}
	}
}

// beginWrite and endWrite enclose the writing of records; record tells what
// was written.
func (w *workload) beginWrite() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes++
}

func (w *workload) endWrite(record func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes--
	record()
	w.notify()
}

// put sets what a run waits for, or forgets a closed one (nil). The lock is
// held.
func (w *workload) put(id string, r *run) {
	before := w.runs[id]
	if r == nil {
		delete(w.runs, id)
		delete(w.stirring, id)
		if before != nil {
			w.judge(before.parent)
		}
		return
	}
	w.runs[id] = r
	w.judge(id)
}

// judge decides anew whether a run waits for more than time. The lock is held.
func (w *workload) judge(id string) {
	r, open := w.runs[id]
	if !open {
		return
	}
	if why := r.stirs(w.isOpen); why != "" {
		w.stirring[id] = why
	} else {
		delete(w.stirring, id)
	}
}

func (w *workload) isOpen(id string) bool { return w.runs[id] != nil }

// stirs says why the run waits for more than time; empty if it does not.
func (r *run) stirs(isOpen func(run string) bool) string {
	switch {
	case r.task:
		return "a workflow task is pending"
	case len(r.signals) > 0:
		return "a signal to another workflow is under way"
	case len(r.cancels) > 0:
		return "a cancellation of another workflow is under way"
	}
	for _, a := range r.activities {
		if a.retry.IsZero() {
			return "an activity is pending"
		}
	}
	for _, c := range r.components {
		if c.stirs {
			return "a schedule is at work"
		}
	}
	for _, c := range r.children {
		if !c.started {
			return "a child workflow is being started"
		}
		if !isOpen(c.run) {
			return "a child workflow's result is under way"
		}
	}
	return ""
}

// next is the earliest moment that the run waits for, zero if none.
func (r *run) next() time.Time {
	var first time.Time
	consider := func(t time.Time) {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	consider(r.firstTask)
	consider(r.expires)
	for _, t := range r.timers {
		consider(t)
	}
	for _, a := range r.activities {
		consider(a.retry)
	}
	for _, c := range r.components {
		for _, t := range c.waits {
			consider(t)
		}
	}
	return first
}

// next is the earliest moment that any open run waits for, zero if none. The
// lock is held.
func (w *workload) next() time.Time {
	var first time.Time
	for _, r := range w.runs {
		if t := r.next(); !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// quiet reports whether all open runs wait for moments after now, and nothing
// else is under way; if so, next is the earliest of them. The lock is held.
func (w *workload) quiet(now time.Time) (next time.Time, quiet bool) {
	if w.writes > 0 || len(w.calls) > 0 || len(w.stirring) > 0 {
		return time.Time{}, false
	}
	next = w.next()
	return next, next.IsZero() || next.After(now)
}

// whenQuiet waits until the workload is quiet and then runs act under the
// lock, so that nothing begins before act is done.
func (w *workload) whenQuiet(done <-chan struct{}, now func() time.Time, act func(next time.Time)) bool {
	for {
		w.mu.Lock()
		if next, quiet := w.quiet(now()); quiet {
			act(next)
			w.mu.Unlock()
			return true
		}
		changed := w.changed
		w.mu.Unlock()
		select {
		case <-changed:
		case <-done:
			return false
		}
	}
}

// reasonsShown bounds the list of what keeps the clock from moving.
const reasonsShown = 5

// restless says what keeps the workload from being quiet, for an error message.
func (w *workload) restless(now time.Time) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var reasons []string
	for c := range w.calls {
		reasons = append(reasons, strings.TrimSpace(fmt.Sprintf("a call of %s is being served %s", c.method, c.workflowID)))
	}
	for id, why := range w.stirring {
		reasons = append(reasons, w.runs[id].workflowID+": "+why)
	}
	for _, r := range w.runs {
		if t := r.next(); !t.IsZero() && !t.After(now) {
			reasons = append(reasons, fmt.Sprintf("%s: is due since %s", r.workflowID, t.Format(time.RFC3339)))
		}
	}
	slices.Sort(reasons)
	if hidden := len(reasons) - reasonsShown; hidden > 0 {
		reasons = append(reasons[:reasonsShown], fmt.Sprintf("and %d more", hidden))
	}
	return strings.Join(reasons, "; ")
}
