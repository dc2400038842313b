// Package demo plays one annual target through its whole life over the HTTP API
// of a throw-away server whose clock is moved: from the document to the closing,
// with everything that goes wrong on the way.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"duban/app"
	"duban/calendar"
	"duban/client"
	"duban/example"
	"duban/org"
	"duban/setup"
)

// Options say where a demo plays.
type Options struct {
	DataDir string // an empty folder
	Version string
	Logger  *slog.Logger
	// Recorded is told of every process at the end, while the server still
	// runs; nil if nobody wants to know.
	Recorded func(ctx context.Context, running *app.App, workflows []string) error
}

// begin is the Monday on which the demo begins, at nine in the morning.
var begin = calendar.NewDate(2026, time.January, 5)

// Play plays the demo and tells what happens. An error says which expectation
// was not met.
func Play(ctx context.Context, out io.Writer, options Options) (err error) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return fmt.Errorf("the plan's zone: %w", err)
	}
	// The story follows one target; nobody in it would fill in the rounds of the plan.
	running, err := app.Start(ctx, app.Config{DataDir: options.DataDir, Listen: "127.0.0.1:0", Namespace: "duban", NoRounds: true,
		TimeSkipping: true, StartTime: begin.Start(zone).Add(9 * time.Hour), Version: options.Version, Logger: options.Logger})
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err = errors.Join(err, running.Stop(stopping))
	}()
	plan, err := example.Load()
	if err != nil {
		return err
	}
	people, err := setup.Register(ctx, running.Store, plan)
	if err != nil {
		return err
	}
	p := &play{ctx: ctx, out: out, zone: zone, running: running, people: people, example: plan}
	for _, scene := range scenes {
		p.title(scene.zh, scene.en)
		if err := scene.play(p); err != nil {
			return fmt.Errorf("%s: %w", scene.en, err)
		}
	}
	if options.Recorded != nil {
		return options.Recorded(ctx, running, p.workflows())
	}
	return nil
}

// scene is one part of the story.
type scene struct {
	zh, en string
	play   func(*play) error
}

var scenes = []scene{
	{"文件导入与方案发布", "The document becomes a plan", (*play).publish},
	{"年度目标分解", "The year is decomposed", (*play).decompose},
	{"会签：一家单位不同意", "Sign-off: one unit disagrees", (*play).firstRound},
	{"第二轮会签与交办", "Second round, approval, dispatch", (*play).secondRound},
	{"签收、办理、延期", "Acknowledging, working, an extension", (*play).work},
	{"提醒、逾期、催办、督办", "Reminders, overdue, urging, an order", (*play).supervise},
	{"完成报告与办结销号", "Completion report and closing", (*play).complete},
	{"核验", "Verification", (*play).verify},
}

// play holds what the scenes share.
type play struct {
	ctx     context.Context
	out     io.Writer
	zone    *time.Location
	running *app.App
	people  []setup.SignIn
	example example.Example

	acts      int    // numbers the acts, for their keys
	plan      string // ids, as they become known
	target    string
	signOff   string
	order     string
	silent    string // the assignment of the unit that never answers
	prolonged string // the assignment that gets an extension
}

// as is the access of the first person of the unit with the role.
func (p *play) as(unit string, role org.Role) (client.Client, error) {
	one, err := setup.Of(p.people, unit, role)
	if err != nil {
		return client.Client{}, err
	}
	return client.New(p.running.URL(), one.Token), nil
}

// get reads a resource as a person of the unit.
func (p *play) get(unit string, role org.Role, path string, out any) error {
	reader, err := p.as(unit, role)
	if err != nil {
		return err
	}
	return reader.Get(p.ctx, path, out)
}

// act does something as a person of the unit.
func (p *play) act(unit string, role org.Role, path string, payload any, out any) error {
	actor, err := p.as(unit, role)
	if err != nil {
		return err
	}
	p.acts++
	return actor.Post(p.ctx, path, payload, out, client.Key(fmt.Sprintf("demo-%d", p.acts)))
}

// refused does something that must be turned down with the status, and tells
// what the person reads.
func (p *play) refused(status int, unit string, role org.Role, path string, payload any) error {
	err := p.act(unit, role, path, payload, nil)
	var problem *client.Problem
	if !errors.As(err, &problem) || problem.Status != status {
		return fmt.Errorf("%s on %s was not refused with %d but: %w", unit, path, status, err)
	}
	p.say("被拒绝（%d）：%s", problem.Status, problem.Detail)
	for _, fault := range problem.Errors {
		p.say("    %s：%s", fault.Field, fault.Detail)
	}
	return nil
}

// until lets time pass to the hour of the day, and everything that is due
// before then happen.
func (p *play) until(day calendar.Date, hour int) error {
	moment := day.Start(p.zone).Add(time.Duration(hour) * time.Hour)
	if err := p.running.Clock().AdvanceTo(p.ctx, moment); err != nil {
		return err
	}
	p.say("时间来到 %s %02d:00。", day, hour)
	return nil
}

func (p *play) title(zh, en string) { fmt.Fprintf(p.out, "\n■ %s  %s\n", zh, en) }

// say tells one step, with the moment on the clock of the play.
func (p *play) say(format string, args ...any) {
	fmt.Fprintf(p.out, "  %s  %s\n", p.running.Clock().Now().In(p.zone).Format("2006-01-02 15:04"), fmt.Sprintf(format, args...))
}

// expect fails the play when something is not as it should be.
func expect(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("not as it should be: "+format, args...)
}

// workflows lists the processes whose histories are worth keeping: one of each
// kind, each with much in it.
func (p *play) workflows() []string {
	return recorded(p.target, p.silent, p.prolonged, p.order)
}
