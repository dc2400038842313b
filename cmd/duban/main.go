// Command duban runs Duban (督办): it reads policy documents, turns them into
// annual targets, has them signed off and dispatched, and watches deadlines.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"duban/act"
)

// commands is the command line; docs/configuration.md describes every flag.
type commands struct {
	Config    kong.ConfigFlag `help:"YAML file with flag names as keys; flags and DUBAN_ variables go before it." placeholder:"FILE"`
	LogLevel  slog.Level      `help:"What is logged: debug, info, warn or error." default:"info"`
	LogFormat string          `help:"How it is logged: text or json." enum:"text,json" default:"text"`

	Serve    serveCommand    `cmd:"" help:"Serve the API, and run the processes unless told otherwise."`
	Worker   workerCommand   `cmd:"" help:"Run the processes only, beside servers elsewhere."`
	Parse    parseCommand    `cmd:"" help:"Read a policy document and print its tasks."`
	Rehearse rehearseCommand `cmd:"" help:"Play a year of a plan on a throw-away server: who is reminded when, where work piles up, what ends red."`
	Demo     demoCommand     `cmd:"" help:"Play one annual target from the document to its closing, on a throw-away server."`
	Bench    benchCommand    `cmd:"" help:"Measure on a throw-away server."`
	Verify   verifyCommand   `cmd:"" help:"Compare the record with itself and the read model with the processes."`
	Token    tokenCommand    `cmd:"" help:"Create an access token for a user."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

func main() {
	tuneCollector()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run carries out one command line and returns the exit code: 0 for success, 1
// for a failure, 2 for a command line that was not understood.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	var line commands
	parser, err := kong.New(&line, kong.Name("duban"), kong.Writers(out, errs),
		kong.Description("督办: from a policy document to signed, dispatched, supervised and closed work."),
		kong.UsageOnError(), kong.DefaultEnvars("DUBAN"), kong.Configuration(configFile),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(out, (*io.Writer)(nil)))
	if err != nil {
		fmt.Fprintln(errs, "duban:", err)
		return 1
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(errs, "duban: 命令行有误，可加 --help 查看用法 / the command line is wrong, --help tells more:", err)
		return 2
	}
	logger := newLogger(line.LogLevel, line.LogFormat, errs)
	if err := chosen.Run(logger); err != nil {
		fmt.Fprintln(errs, "duban:", explain(err))
		return 1
	}
	return 0
}

// explain is an error as people read it: a refusal in Chinese and English, with
// all that is to be corrected.
func explain(err error) string {
	refusal, is := errors.AsType[*act.Refusal](err)
	if !is {
		return err.Error()
	}
	text := refusal.Zh + " / " + refusal.En
	for _, fault := range refusal.Faults {
		text += "\n  " + strings.TrimPrefix(fault.Field+"：", "：") + fault.Zh + " / " + fault.En
	}
	return text
}

func newLogger(level slog.Level, format string, out io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}

type versionCommand struct{}

// Run prints the version of the program.
func (versionCommand) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, "duban", version())
	return err
}

// version is what the Go tool stamped into the binary.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
