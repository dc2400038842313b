package rehearsal

import (
	"context"
	"fmt"
	"time"

	"duban/calendar"
	"duban/client"
)

// year is one year that is being played.
type year struct {
	*stage
	options Options

	first, last calendar.Date // of the play, the ladder's tail included
	entries     map[string]*entry
	times       map[string]int // how often an entry of an id appeared
	assignments map[string]assignment
	asked       map[string]bool // assignments by what was done on them
	reported    map[string]bool
	load        ledger
	refusals    []Refusal
	ignored     map[string]int // kinds of entries on which nobody acts
	acts        int
}

func newYear(s *stage, options Options) *year {
	first := calendar.NewDate(options.Year, time.January, 1)
	return &year{stage: s, options: options, first: first, last: s.tail(options.Year), entries: map[string]*entry{}, times: map[string]int{},
		assignments: map[string]assignment{}, asked: map[string]bool{}, reported: map[string]bool{}, ignored: map[string]int{}, load: newLedger()}
}

// tail is the day after the last rung of an item that is due on the last day of
// the year, its order answered or not.
func (s *stage) tail(of int) calendar.Date {
	end := calendar.NewDate(of, time.December, 31)
	last := end
	for _, m := range s.ladder.Moments(end, s.days, s.zone) {
		if day := calendar.DateOf(m.At, s.zone); day.After(last) {
			last = day
		}
	}
	return s.days.AddWorkingDays(last, s.ladder.ReplyWorkingDays).AddDays(1)
}

func (y *year) today() calendar.Date { return calendar.DateOf(y.running.Clock().Now(), y.zone) }

// office is the moment of a day at which people act.
func (y *year) office(day calendar.Date) time.Time {
	return day.Start(y.zone).Add(officeHour * time.Hour)
}

// nextOffice is the first moment at which people act, from a moment on.
func (y *year) nextOffice(from time.Time) calendar.Date {
	day := y.days.NextWorking(calendar.DateOf(from, y.zone))
	if y.office(day).Before(from) {
		day = y.days.NextWorking(day.AddDays(1))
	}
	return day
}

// play goes through the year: from one day on which something happens to the
// next.
func (y *year) play(ctx context.Context) error {
	clock := y.running.Clock()
	day := y.nextOffice(clock.Now())
	if err := clock.AdvanceTogether(ctx, y.office(day), together); err != nil {
		return err
	}
	if err := y.open(ctx); err != nil {
		return err
	}
	if err := clock.Settle(ctx); err != nil {
		return err
	}
	for {
		if err := y.observe(ctx); err != nil {
			return err
		}
		y.tell()
		next, waits := y.nextDay(day.AddDays(1))
		if !waits || next.After(y.last) {
			return y.finish(ctx)
		}
		day = next
		if err := clock.AdvanceTogether(ctx, y.office(day), together); err != nil {
			return err
		}
		if err := y.observe(ctx); err != nil {
			return err
		}
		jobs, err := y.due(ctx, day)
		if err != nil {
			return err
		}
		if err := y.perform(ctx, jobs); err != nil {
			return err
		}
	}
}

// finish lets the rest of the time pass.
func (y *year) finish(ctx context.Context) error {
	if err := y.running.Clock().AdvanceTogether(ctx, y.last.End(y.zone), together); err != nil {
		return err
	}
	return y.observe(ctx)
}

// nextDay is the next day on which somebody acts, or that follows something that
// happens by the clock, not before from.
func (y *year) nextDay(from calendar.Date) (calendar.Date, bool) {
	var next calendar.Date
	consider := func(day calendar.Date, days calendar.Calendar) {
		if day.Before(from) {
			day = days.NextWorking(from)
		}
		if next.IsZero() || day.Before(next) {
			next = day
		}
	}
	for _, e := range y.entries {
		if e.acts {
			consider(e.act.On, y.ofUnit[e.unit])
		}
	}
	if at, waits := y.running.Clock().Next(); waits {
		consider(y.nextOffice(at.Add(together)), y.days)
	}
	return next, !next.IsZero()
}

// open names the act that begins a task's year; it is no entry's.
const open = "open"

// open begins the year of every task.
func (y *year) open(ctx context.Context) error {
	var jobs []job
	for _, task := range y.tasks() {
		path := fmt.Sprintf("plans/%s/tasks/%d/annual-targets", y.plan.ID, task)
		subject := fmt.Sprintf("task %d", task)
		jobs = append(jobs, job{subject: subject, process: subject, name: open, run: func(ctx context.Context, key string) error {
			return y.admin.Post(ctx, path, map[string]int{"year": y.options.Year}, nil, client.Key(key))
		}})
	}
	if err := y.runAll(ctx, jobs); err != nil {
		return err
	}
	if len(y.refusals) == len(jobs) {
		return fmt.Errorf("no annual target of %d could be opened: %s", y.options.Year, y.refusals[0].Reason)
	}
	return nil
}

func (y *year) tasks() []int {
	if len(y.options.Tasks) > 0 {
		return y.options.Tasks
	}
	keys := make([]int, len(y.plan.Tasks))
	for i, task := range y.plan.Tasks {
		keys[i] = task.Key
	}
	return keys
}

func (y *year) tell() {
	if y.options.Progress != nil {
		y.options.Progress(Progress{Day: y.today(), Acts: y.acts, Waiting: len(y.entries)})
	}
}
