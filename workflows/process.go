package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"duban/act"
	"duban/deadline"
	"duban/dispatch"
	"duban/projection"
)

// machine is what the pure packages offer to a process.
type machine[S any] interface {
	Apply(act.Command, time.Time) (S, dispatch.Outcome, error)
	Next() (time.Time, bool)
	Wake(time.Time) (S, dispatch.Outcome)
	View() projection.View
	Kind() (kind, plan string)
	IsClosed() bool
}

// sparing is a machine that may show thousands of rows: it gives the views of an
// earlier state and its own without most of what is alike in both.
type sparing[S any] interface {
	Views(prev S) (before, after projection.View)
}

var _ sparing[dispatch.GeneralSignOff] = dispatch.GeneralSignOff{}

// Carried is what a process takes along when it continues as a new run.
type Carried[S any] struct {
	State  S          `json:"state"`
	Ledger act.Ledger `json:"ledger"`
}

// openWithin is how long a process waits for the command that opens it. It is
// started together with that command, so that waiting means it was refused.
const openWithin = time.Minute

// wakeWindow spreads the wake-ups of many processes at the same moment.
const wakeWindow = 20 * time.Second

// process hosts one machine: commands come in as updates and signals, the clock
// as one timer; what follows goes to the read model and to the outside.
type process[S machine[S]] struct {
	state  S
	ledger act.Ledger
	log    log.Logger

	shown     S           // the state that the read model was last sent
	projected int64       // version up to which the read model is written
	events    []act.Event // recorded and not yet projected
	effects   []dispatch.Effect
	room      room
	abandoned bool // nobody opened it in time
}

// run hosts a process until it is closed or continues as a new run.
func run[S machine[S]](ctx workflow.Context, in Carried[S], self any, commands ...string) error {
	p := &process[S]{state: in.State, ledger: in.Ledger, shown: in.State, projected: in.Ledger.Version, log: workflow.GetLogger(ctx)}
	p.room.measured = !p.opened() // one that begins has nothing yet
	p.ledger.Instance = workflow.GetInfo(ctx).WorkflowExecution.ID
	if err := p.setup(ctx, commands); err != nil {
		return err
	}
	if err := workflow.Await(ctx, func() bool { return p.opened() || p.abandoned }); err != nil {
		return err
	}
	if p.abandoned {
		return temporal.NewNonRetryableApplicationError("the process was started and never opened", "not-opened", nil)
	}
	if err := p.live(ctx); err != nil {
		return err
	}
	if p.state.IsClosed() {
		return nil
	}
	return workflow.NewContinueAsNewError(ctx, self, Carried[S]{State: p.state, Ledger: p.ledger})
}

func (p *process[S]) setup(ctx workflow.Context, commands []string) error {
	if err := workflow.SetQueryHandler(ctx, QuerySnapshot, p.snapshot); err != nil {
		return err
	}
	for _, name := range commands {
		options := workflow.UpdateHandlerOptions{Validator: p.validate}
		if err := workflow.SetUpdateHandlerWithOptions(ctx, name, p.handle, options); err != nil {
			return err
		}
	}
	workflow.Go(ctx, p.abandon)
	workflow.Go(ctx, p.project)
	workflow.Go(ctx, p.carryOut)
	workflow.Go(ctx, p.listen)
	return nil
}

func (p *process[S]) opened() bool { return p.ledger.Version > 0 }

// abandon gives a process up that nobody opens. It starts behind the handlers,
// so that the usual one, opened with its first step, needs no timer at all.
func (p *process[S]) abandon(ctx workflow.Context) {
	if p.opened() {
		return
	}
	opened, err := awaitFor(ctx, openWithin, p.opened)
	p.abandoned = err == nil && !opened
}

// live lets time pass until the process is closed, or so long that it should
// continue as a new run; in either case with nothing left half done.
func (p *process[S]) live(ctx workflow.Context) error {
	for {
		renew := workflow.GetInfo(ctx).GetContinueAsNewSuggested
		done := func() bool { return (p.state.IsClosed() || renew()) && p.idle(ctx) }
		moment, armed := p.state.Next()
		changed := func() bool {
			next, still := p.state.Next()
			return still != armed || !next.Equal(moment)
		}
		if !armed {
			if err := workflow.Await(ctx, func() bool { return done() || changed() }); err != nil {
				return err
			}
		} else if err := p.sleepUntil(ctx, moment, func() bool { return done() || changed() }); err != nil {
			return err
		}
		if done() {
			return nil
		}
	}
}

// sleepUntil waits for the moment, and wakes the machine if nothing came first.
func (p *process[S]) sleepUntil(ctx workflow.Context, moment time.Time, interrupted func() bool) error {
	at := moment.Add(deadline.Spread(p.ledger.Instance, wakeWindow))
	came, err := awaitFor(ctx, at.Sub(workflow.Now(ctx)), interrupted)
	if err != nil || came {
		return err
	}
	now := workflow.Now(ctx)
	state, outcome := p.state.Wake(now)
	return p.record(act.Command{Actor: act.Clock()}, state, outcome, now)
}

// awaitFor waits until the condition holds, which it reports, or until the time
// is over. The timer goes with the wait: workflow.AwaitWithTimeout leaves it
// behind, and each one left would wake the process for nothing.
func awaitFor(ctx workflow.Context, d time.Duration, condition func() bool) (bool, error) {
	timed, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimer(timed, d)
	err := workflow.Await(ctx, func() bool { return condition() || timer.IsReady() })
	return err == nil && condition(), err
}

// idle reports whether everything that happened was projected and carried out.
func (p *process[S]) idle(ctx workflow.Context) bool {
	return p.projected == p.ledger.Version && len(p.effects) == 0 && workflow.AllHandlersFinished(ctx) &&
		workflow.GetSignalChannel(ctx, SignalTell).Len() == 0
}

// validate tries a command without accepting it: a refusal leaves no trace. A
// process that is to continue as a new run takes nothing more in, as under many
// acts it would never come to rest: the act is sent again, to the new run.
func (p *process[S]) validate(ctx workflow.Context, c act.Command) error {
	if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		return temporal.NewNonRetryableApplicationError("the process continues as a new run; send the act again", RenewingType, nil)
	}
	if _, done := p.ledger.Recall(c.ID); done {
		return nil
	}
	if err := p.ledger.Admit(c); err != nil {
		return refuse(err)
	}
	if err := p.fits(c); err != nil {
		return refuse(err)
	}
	_, _, err := p.state.Apply(c, workflow.Now(ctx))
	return refuse(err)
}

// handle carries a command out, and answers when readers can see it.
func (p *process[S]) handle(ctx workflow.Context, c act.Command) (act.Answer, error) {
	answer, done := p.ledger.Recall(c.ID)
	if !done {
		if err := p.accept(ctx, c); err != nil {
			return act.Answer{}, refuse(err)
		}
		answer = act.Answer{Version: p.ledger.Version, Digest: c.Digest()}
	}
	err := workflow.Await(ctx, func() bool { return p.projected >= answer.Version })
	return answer, err
}

func (p *process[S]) accept(ctx workflow.Context, c act.Command) error {
	now := workflow.Now(ctx)
	state, outcome, err := p.state.Apply(c, now)
	if err != nil {
		return err
	}
	p.room.added += len(c.Payload)
	return p.record(c, state, outcome, now)
}

// record takes a change in. One without events changes nothing; it may still ask
// for something outside.
func (p *process[S]) record(c act.Command, state S, outcome dispatch.Outcome, now time.Time) error {
	p.state = state
	if len(outcome.Events) == 0 {
		p.effects = append(p.effects, outcome.Effects...)
		return nil
	}
	ledger, events, err := p.ledger.Record(c, outcome.Events, now)
	if err != nil {
		return err
	}
	p.ledger = ledger
	p.events = append(p.events, events...)
	p.effects = append(p.effects, outcome.Effects...)
	return nil
}

// listen takes in what other processes tell. What no longer fits is dropped:
// the teller does not wait for an answer.
func (p *process[S]) listen(ctx workflow.Context) {
	told := workflow.GetSignalChannel(ctx, SignalTell)
	for {
		var c act.Command
		told.Receive(ctx, &c)
		p.deliver(ctx, c)
	}
}

func (p *process[S]) deliver(ctx workflow.Context, c act.Command) {
	if _, done := p.ledger.Recall(c.ID); done {
		return
	}
	if err := p.accept(ctx, c); err != nil {
		p.log.Info("what another process told was not applicable", "command", c.Name, "reason", err)
	}
}

func (p *process[S]) snapshot() (projection.Snapshot, error) {
	kind, plan := p.state.Kind()
	return projection.Snapshot{Kind: kind, PlanID: plan, Ledger: p.ledger, Closed: p.state.IsClosed(), View: p.state.View()}, nil
}

// RenewingType marks an application error that says to send an act again at
// once: the process is about to continue as a new run.
const RenewingType = "renewing"

// RefusalType marks an application error that carries an act.Refusal.
const RefusalType = "refusal"

// refuse makes the engine's error of a refusal, so that it can be told apart
// from a failure on the other side.
func refuse(err error) error {
	if refusal, ok := errors.AsType[*act.Refusal](err); ok {
		return temporal.NewNonRetryableApplicationError(refusal.Error(), RefusalType, nil, refusal)
	}
	return err
}
