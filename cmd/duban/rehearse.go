package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"duban/app"
	"duban/internal/terminal"
	"duban/rehearsal"
	"duban/rehearsal/behaviour"
	"duban/store"
)

type rehearseCommand struct {
	Plan      string `help:"Id of the published plan to rehearse; the database is only read." placeholder:"ID"`
	Example   bool   `help:"Rehearse the example plan, unless --plan names one."`
	Year      int    `help:"The year; it must be named." placeholder:"YEAR"`
	Tasks     []int  `help:"Keys of the tasks to rehearse, such as 1,2,7; default: all." placeholder:"KEY"`
	Behaviour string `help:"YAML or JSON file that says how units behave; docs/rehearsal.md describes it." type:"path" placeholder:"FILE"`
	Rounds    bool   `help:"Play report rounds too, which takes longer."`
	Format    string `help:"How the result is given: text, json, or xlsx." default:"text"`
	Output    string `short:"o" help:"File to write to instead of the terminal; it must not exist yet." type:"path" placeholder:"FILE"`
	Lang      string `help:"Language of text and xlsx: zh or en." default:"zh"`

	Data     string `help:"Folder of the database that holds the plan." default:"./data" type:"path"`
	database `embed:""`
}

// Validate refuses a command line that does not say what is rehearsed.
func (c rehearseCommand) Validate() error {
	switch {
	case c.Plan == "" && !c.Example:
		return errors.New("请用 --plan 指定方案编号，或用 --example 演练示例方案 / name a plan with --plan, or rehearse the example with --example")
	case c.Year == 0:
		return errors.New("请用 --year 指定年度，例如 --year 2026 / name the year with --year, such as --year 2026")
	case !slices.Contains([]string{"text", "json", "xlsx"}, c.Format):
		return fmt.Errorf("--format 只能是 text、json 或 xlsx，不能是 %[1]q / --format must be text, json or xlsx, not %[1]q", c.Format)
	case !slices.Contains([]string{"zh", "en"}, c.Lang):
		return fmt.Errorf("--lang 只能是 zh 或 en，不能是 %[1]q / --lang must be zh or en, not %[1]q", c.Lang)
	}
	return nil
}

// Run rehearses on a server of its own, in a folder that is removed afterwards.
func (c rehearseCommand) Run(ctx context.Context, k *kong.Context, out io.Writer, logger *slog.Logger) (err error) {
	if err := writable(c.Output, c.Format); err != nil {
		return err
	}
	options := rehearsal.Options{Year: c.Year, Tasks: c.Tasks, Rounds: c.Rounds, Behaviour: behaviour.Default(), Version: version(),
		Logger: ofThrowaway(logger), Progress: progressTo(k.Stderr, time.Now)}
	if c.Behaviour != "" {
		if options.Behaviour, err = rehearsal.ReadBehaviour(c.Behaviour); err != nil {
			return err
		}
	}
	source, done, err := c.source(ctx, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	options.Source = source
	if options.DataDir, err = os.MkdirTemp("", "duban-rehearsal-"); err != nil {
		return fmt.Errorf("make a folder for the rehearsal: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(options.DataDir)) }()
	result, err := rehearsal.Run(ctx, options)
	if ctx.Err() != nil {
		return errors.New("演练已中止，临时数据已删除 / the rehearsal was stopped, and its data were removed")
	}
	if err != nil {
		return fmt.Errorf("演练未能完成 / the rehearsal could not be played: %w", err)
	}
	return deliver(out, c.Output, func(w io.Writer) error { return c.print(w, result) })
}

// source is where the plan comes from, and how to let go of it.
func (c rehearseCommand) source(ctx context.Context, logger *slog.Logger) (rehearsal.Source, func() error, error) {
	if c.Plan == "" {
		return rehearsal.Example(), func() error { return nil }, nil
	}
	url, err := c.url()
	if err != nil {
		return nil, nil, err
	}
	from, err := app.OpenStore(ctx, app.Config{DataDir: c.Data, Database: url, ReadOnly: true, Logger: logger})
	if err != nil {
		return nil, nil, unopened(err)
	}
	if _, err := from.Plan(ctx, c.Plan); errors.Is(err, store.ErrNotFound) {
		return nil, nil, errors.Join(fmt.Errorf("没有编号为 %[1]s 的方案 / there is no plan with the id %[1]s", c.Plan), from.Close())
	}
	return rehearsal.PlanOf(from, c.Plan), from.Close, nil
}

// unopened says what to do about a database that cannot be read.
func unopened(err error) error {
	switch {
	case errors.Is(err, store.ErrOlderSchema):
		return fmt.Errorf("数据库由旧版程序写入，请先用本版 duban serve 启动一次 / start duban serve on it once: %w", err)
	case errors.Is(err, store.ErrNewerSchema):
		return fmt.Errorf("数据库由新版程序写入，请改用新版程序 / use the newer program: %w", err)
	}
	return fmt.Errorf("无法读取方案所在的数据库，请核对 --data 或 --database / cannot read the database of the plan, see --data and --database: %w", err)
}

func (c rehearseCommand) print(w io.Writer, result rehearsal.Result) error {
	switch c.Format {
	case "xlsx":
		return result.Excel(w, rehearsal.Lang(c.Lang))
	case "json":
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(result)
	}
	return result.Text(w, rehearsal.Lang(c.Lang), terminal.Width(w))
}

// ofThrowaway is the log of a throw-away server: of interest only to those who
// look for a fault, as what keeps it from going on is an error of the command.
func ofThrowaway(logger *slog.Logger) *slog.Logger {
	if logger.Enabled(context.Background(), slog.LevelDebug) {
		return logger
	}
	return slog.New(slog.DiscardHandler)
}

// progressEvery is how often a rehearsal says how far it is.
const progressEvery = 2 * time.Second

// progressTo says how far a rehearsal is, from time to time.
func progressTo(w io.Writer, now func() time.Time) func(rehearsal.Progress) {
	var last time.Time
	return func(p rehearsal.Progress) {
		if now().Sub(last) < progressEvery {
			return
		}
		last = now()
		fmt.Fprintf(w, "演练至 %s，已办 %d 次，待办 %d 项 / at %[1]s, %[2]d acts, %[3]d waiting\n", p.Day, p.Acts, p.Waiting)
	}
}
