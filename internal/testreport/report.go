package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// modelFolder holds documents beside the repository with which some tests
// compare; a skip whose reason names it is allowed while it is absent.
const modelFolder = "../shared"

// event is one line of `go test -json` (see `go doc test2json`).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// skipped is one test that did not run.
type skipped struct{ pkg, test, reason string }

// result is the line with which go test ends a package: ok, FAIL.
type result struct{ pkg, line string }

// report collects what the tests said.
type report struct {
	out     io.Writer
	results []result
	skips   []skipped
	failed  bool

	output map[string]map[string]*strings.Builder // by package and test, while they run
	order  map[string][]string                    // tests of a package in the order of their start
	bad    map[string]map[string]bool             // tests that failed or did not end
}

func newReport(out io.Writer) *report {
	return &report{
		out:    out,
		output: map[string]map[string]*strings.Builder{},
		order:  map[string][]string{},
		bad:    map[string]map[string]bool{},
	}
}

// test runs `go test -json` on the packages. Failing tests are not an error.
func (r *report) test(ctx context.Context, packages []string, flags ...string) error {
	if len(packages) == 0 {
		return nil
	}
	args := append(append([]string{"test", "-json"}, flags...), packages...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("connect to go test: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start go test: %w", err)
	}
	readErr := r.read(stdout)
	err = cmd.Wait()
	var exit *exec.ExitError
	switch {
	case readErr != nil:
		return readErr
	case errors.As(err, &exit):
		r.failed = true
	case err != nil:
		return fmt.Errorf("run go test: %w", err)
	}
	return nil
}

// read takes in the events. A line that is none, such as a notice of the go
// command, is passed on as it is.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if bytes.HasPrefix(line, []byte("{")) && json.Unmarshal(line, &e) == nil {
				r.take(e)
			} else {
				r.printf("%s", line)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what go test says: %w", err)
		}
	}
}

func (r *report) take(e event) {
	switch e.Action {
	case "build-output":
		r.printf("%s", e.Output)
	case "run":
		if r.bad[e.Package] == nil {
			r.bad[e.Package] = map[string]bool{}
		}
		r.bad[e.Package][e.Test] = true // until it ends well
	case "output":
		r.keep(e)
	case "pass":
		delete(r.bad[e.Package], e.Test)
		r.packageEnd(e)
	case "skip":
		delete(r.bad[e.Package], e.Test)
		if e.Test != "" {
			r.skip(e.Package, e.Test, reason(r.output[e.Package][e.Test]))
		}
		r.packageEnd(e)
	case "fail":
		r.failed = true
		r.packageEnd(e)
	}
}

// keep stores output until the package has ended. The result line of a package
// is go test's last word on it.
func (r *report) keep(e event) {
	if e.Test == "" && isResult(e.Output) {
		r.results = append(r.results, result{e.Package, e.Output})
		return
	}
	if r.output[e.Package] == nil {
		r.output[e.Package] = map[string]*strings.Builder{}
	}
	kept := r.output[e.Package][e.Test]
	if kept == nil {
		kept = &strings.Builder{}
		r.output[e.Package][e.Test] = kept
		r.order[e.Package] = append(r.order[e.Package], e.Test)
	}
	kept.WriteString(e.Output)
}

func isResult(line string) bool {
	return strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "FAIL\t")
}

// packageEnd prints what failed in a package that has ended, and its result
// line. The end of a single test is no such end.
func (r *report) packageEnd(e event) {
	if e.Test != "" {
		return
	}
	if e.Action == "fail" {
		for _, test := range r.order[e.Package] {
			if test == "" || r.bad[e.Package][test] {
				r.printf("%s", r.output[e.Package][test].String())
			}
		}
	}
	delete(r.output, e.Package)
	delete(r.order, e.Package)
	delete(r.bad, e.Package)
	for _, done := range r.results {
		if done.pkg == e.Package {
			r.printf("%s", done.line)
		}
	}
}

// reason picks the words of t.Skip out of a test's output: the line that names
// a file and line, and what follows it.
func reason(output *strings.Builder) string {
	if output == nil {
		return ""
	}
	var words []string
	for line := range strings.Lines(output.String()) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		words = append(words, line)
	}
	return strings.Join(words, " ")
}

func (r *report) skip(pkg, test, reason string) {
	r.skips = append(r.skips, skipped{pkg, test, reason})
}

// finish prints the skips and then the result lines of go test once more, and
// reports whether all is well. The lines come last so that whoever reads the
// end of the output reads go test itself.
func (r *report) finish(requireAll, model bool) bool {
	if len(r.skips) == 0 {
		r.printf("\nNothing was skipped.\n")
	} else {
		r.printf("\n==================== NOT TESTED HERE: %d ====================\n", len(r.skips))
	}
	for _, s := range r.skips {
		mark := "skipped"
		if requireAll && !s.allowed(model) {
			mark, r.failed = "MISSING", true
		}
		r.printf("%s  %s  %s\n", mark, strings.TrimSpace(s.pkg+" "+s.test), s.reason)
	}
	if requireAll {
		r.printf("DUBAN_REQUIRE_ALL=1: whatever is marked MISSING counts as a failure.\n")
	}
	r.printf("\nAll packages once more:\n")
	for _, done := range r.results {
		r.printf("%s", done.line)
	}
	return !r.failed
}

// allowed tells whether a test may be skipped even where all is required: one
// that needs the documents beside the repository, while they are not there.
func (s skipped) allowed(model bool) bool {
	return !model && strings.Contains(s.reason, modelFolder+"/")
}

// printf writes to the terminal; there is nowhere to report that this failed.
func (r *report) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, format, args...)
}
