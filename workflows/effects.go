package workflows

import (
	"encoding/json"
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/dispatch"
)

// window bounds how many processes are started at the same time.
const window = 50

// carryOut does what follows from acts outside the process: in order, each
// until it succeeds.
func (p *process[S]) carryOut(ctx workflow.Context) {
	for {
		if err := workflow.Await(ctx, func() bool { return len(p.effects) > 0 }); err != nil {
			return // the run ends
		}
		done, err := p.effect(ctx)
		if err != nil {
			p.log.Error("an effect could not be carried out", "error", err)
			return
		}
		p.effects = p.effects[done:]
	}
}

// effect carries out the first effect, or the first few where they are alike
// and independent, and returns how many are done.
func (p *process[S]) effect(ctx workflow.Context) (int, error) {
	first := p.effects[0]
	switch {
	case first.StartAssignment != nil:
		return p.startAssignments(ctx)
	case first.StartSupervision != nil:
		return 1, workflow.ExecuteActivity(untilDone(ctx), ActivityStartSupervision, *first.StartSupervision, workflow.Now(ctx)).Get(ctx, nil)
	case first.ArmLadder != nil:
		return 1, p.arm(ctx, ActivityArmLadder, *first.ArmLadder, first.Asking, dispatch.ArmLadder)
	case first.ArmPromise != nil:
		return 1, p.arm(ctx, ActivityArmPromise, *first.ArmPromise, first.Asking, dispatch.ArmPromise)
	case first.ArmConfirm != nil:
		return 1, p.arm(ctx, ActivityArmConfirm, *first.ArmConfirm, first.Asking, dispatch.ArmConfirm)
	case first.ReplyDue > 0:
		return 1, p.due(ctx, first.ReplyDue, first.Asking, dispatch.SetReplyDue)
	case first.ConsentDue > 0:
		return 1, p.due(ctx, first.ConsentDue, first.Asking, dispatch.SetConsentDue)
	case first.SignOffDue != nil:
		return 1, p.signOffDue(ctx, *first.SignOffDue, first.Asking)
	case first.JudgeLight != nil:
		return 1, p.judgeLight(ctx, *first.JudgeLight)
	case first.GatherSheets != nil:
		return 1, p.gatherSheets(ctx, *first.GatherSheets)
	case first.PlaceRound != nil:
		return 1, p.placeRound(ctx, *first.PlaceRound, first.Asking)
	case first.Tell != nil:
		if !p.outdated(*first.Tell) {
			p.tell(ctx, *first.Tell)
		}
		return 1, nil
	}
	return 0, fmt.Errorf("effect of an unknown kind: %+v", first)
}

func (p *process[S]) startAssignments(ctx workflow.Context) (int, error) {
	var started []workflow.Future
	for _, e := range p.effects {
		if e.StartAssignment == nil || len(started) == window {
			break
		}
		started = append(started, workflow.ExecuteActivity(untilDone(ctx), ActivityStartAssignment, *e.StartAssignment))
	}
	for _, f := range started {
		if err := f.Get(ctx, nil); err != nil {
			return 0, err
		}
	}
	return len(started), nil
}

// arm asks for the moments of a date and gives them to the machine.
func (p *process[S]) arm(ctx workflow.Context, activity string, due calendar.Date, asking dispatch.Asking, command string) error {
	_, plan := p.state.Kind()
	var armed dispatch.Armed
	request := LadderRequest{Plan: plan, Unit: asking.Unit, Due: due, From: asking.From, WorkingDays: asking.WorkingDays}
	if err := workflow.ExecuteActivity(untilDone(ctx), activity, request).Get(ctx, &armed); err != nil {
		return err
	}
	armed.Why = asking.Why
	return p.answered(ctx, command, armed)
}

// due asks when a time of working days is over, and tells the machine.
func (p *process[S]) due(ctx workflow.Context, workingDays int, asking dispatch.Asking, command string) error {
	_, plan := p.state.Kind()
	from := asking.From
	if from.IsZero() {
		from = workflow.Now(ctx)
	}
	var set dispatch.ReplyDueSet
	request := ReplyDueRequest{Plan: plan, Unit: asking.Unit, From: from, WorkingDays: workingDays}
	if err := workflow.ExecuteActivity(untilDone(ctx), ActivityReplyDue, request).Get(ctx, &set); err != nil {
		return err
	}
	set.Why = asking.Why
	return p.answered(ctx, command, set)
}

func (p *process[S]) signOffDue(ctx workflow.Context, asked approval.DueRequest, asking dispatch.Asking) error {
	_, plan := p.state.Kind()
	if asked.From.IsZero() {
		asked.From = workflow.Now(ctx).UTC()
	}
	var due SignOffDueAnswer
	request := SignOffDueRequest{Plan: plan, From: asked.From, Within: asked.Within}
	if err := workflow.ExecuteActivity(untilDone(ctx), ActivitySignOffDue, request).Get(ctx, &due); err != nil {
		return err
	}
	return p.answered(ctx, dispatch.SetSignOffDue, approval.DueSet{DueRequest: asked, DueAt: due.DueAt,
		Calendar: due.Calendar, Provisional: due.Provisional, Why: asking.Why})
}

// judgeLight asks which light is shown: at once where the database answers at
// once, like the writing of a change.
func (p *process[S]) judgeLight(ctx workflow.Context, question dispatch.LightQuestion) error {
	_, plan := p.state.Kind()
	request := LightRequest{Plan: plan, At: workflow.Now(ctx), Question: question}
	var lit dispatch.Lit
	if err := workflow.ExecuteLocalActivity(quickly(ctx), ActivityJudgeLight, request).Get(ctx, &lit); err != nil {
		if err := workflow.ExecuteActivity(untilDone(ctx), ActivityJudgeLight, request).Get(ctx, &lit); err != nil {
			return err
		}
	}
	return p.answered(ctx, dispatch.NoteLight, lit)
}

func (p *process[S]) gatherSheets(ctx workflow.Context, request dispatch.GatherRequest) error {
	var gathered dispatch.Gathered
	if err := workflow.ExecuteActivity(untilDone(ctx), ActivityGatherSheets, request).Get(ctx, &gathered); err != nil {
		return err
	}
	return p.answered(ctx, dispatch.TakeInSheets, gathered)
}

func (p *process[S]) placeRound(ctx workflow.Context, request dispatch.RoundDaysRequest, asking dispatch.Asking) error {
	var days dispatch.RoundDays
	if err := workflow.ExecuteActivity(untilDone(ctx), ActivityRoundDays, request).Get(ctx, &days); err != nil {
		return err
	}
	days.Why = asking.Why
	return p.answered(ctx, dispatch.SetRoundDays, days)
}

// answered gives the answer to an effect back to the machine.
func (p *process[S]) answered(ctx workflow.Context, name string, payload any) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	p.deliver(ctx, act.Command{Name: name, Actor: act.Process(), Payload: text})
	return nil
}

// outdated reports whether a message that waits behind this one replaces it.
func (p *process[S]) outdated(m dispatch.Message) bool {
	return slices.ContainsFunc(p.effects[1:], func(e dispatch.Effect) bool { return e.Tell != nil && m.ReplacedBy(*e.Tell) })
}

// tell delivers a command to another process. One that has ended meanwhile
// needs to hear nothing any more.
func (p *process[S]) tell(ctx workflow.Context, m dispatch.Message) {
	if err := workflow.SignalExternalWorkflow(ctx, m.Workflow, "", SignalTell, m.Command).Get(ctx, nil); err != nil {
		p.log.Info("the other process has ended", "workflow", m.Workflow, "command", m.Command.Name, "error", err)
	}
}
