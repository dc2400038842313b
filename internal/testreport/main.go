// Command testreport runs the module's tests and says plainly what was not
// tested. It runs `go test -json`, prints what `go test` prints, and at the end
// lists every skipped test with its reason, followed by the result lines of all
// packages.
//
// Packages that link the Temporal server are found by their imports. They run
// one after another and without the race detector: compiling the server for it
// takes longer than all tests together, and several servers at once on a small
// machine would measure one another.
//
// With DUBAN_REQUIRE_ALL=1 a skip is a failure, so that a machine which is meant
// to test everything cannot quietly test less.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	ok, err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// run reports whether everything passed; an error means that the tests could
// not be run at all.
func run(ctx context.Context, args []string) (bool, error) {
	flags := flag.NewFlagSet("testreport", flag.ContinueOnError)
	short := flags.Bool("short", false, "run the packages that need neither engine, database nor HTTP server, with go test -short and without the race detector")
	timeout := flags.Duration("timeout", 30*time.Minute, "time limit for the tests of one package")
	if err := flags.Parse(args); err != nil {
		return false, fmt.Errorf("read the arguments: %w", err)
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	groups, err := listPackages(ctx, patterns)
	if err != nil {
		return false, err
	}

	r := newReport(os.Stdout)
	limit := "-timeout=" + timeout.String()
	if *short {
		err = r.test(ctx, groups.quick, limit, "-short")
	} else {
		err = testAll(ctx, r, groups, limit)
	}
	if err != nil {
		return false, err
	}
	return r.finish(os.Getenv("DUBAN_REQUIRE_ALL") == "1", modelPresent()), nil
}

func testAll(ctx context.Context, r *report, groups groups, limit string) error {
	race := []string{limit, "-race"}
	if why := raceMissing(ctx); why != "" {
		r.skip("", "the race detector", why)
		race = race[:1]
	}
	if err := r.test(ctx, groups.plain, race...); err != nil {
		return err
	}
	return r.test(ctx, groups.server, limit, "-p=1")
}

// raceMissing says why the race detector cannot be used here, if it cannot.
func raceMissing(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "go", "env", "CGO_ENABLED", "CC").Output()
	if err != nil {
		return fmt.Sprintf("go env does not answer: %v", err)
	}
	enabled, compiler, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if enabled != "1" {
		return "it needs cgo, and CGO_ENABLED is " + enabled
	}
	name, _, _ := strings.Cut(compiler, " ")
	if _, err := exec.LookPath(name); err != nil {
		return fmt.Sprintf("it needs a C compiler, and there is no %s", name)
	}
	return ""
}

// modelPresent reports whether the documents that some tests compare with are
// there. They are not part of the repository, so their absence is no failure.
func modelPresent() bool {
	_, err := os.Stat(modelFolder)
	return err == nil
}
