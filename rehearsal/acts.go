package rehearsal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"duban/calendar"
	"duban/client"
	"duban/dispatch"
	"duban/rehearsal/behaviour"
)

// atOnce is how many people act at the same time: enough to keep the machine
// busy.
const atOnce = 16

// job is one act that is about to be done.
type job struct {
	unit    string
	name    string
	subject string // as people know it
	process string // that decides it; acts on one process follow one another
	alone   bool   // the order of acts on the process matters
	run     func(ctx context.Context, key string) error
	entry   *entry // of an inbox, that it answers; nil for the opening of a year
}

// due lists the acts of a day, in a fixed order.
func (y *year) due(ctx context.Context, day calendar.Date) ([]job, error) {
	acting, err := y.acting(ctx, day)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(acting, func(a, b *entry) int { return cmp.Compare(a.todo.ID, b.todo.ID) })
	jobs := make([]job, 0, len(acting))
	for _, e := range acting {
		jobs = append(jobs, job{unit: e.unit, name: string(e.act.Name), subject: e.todo.Resource, process: e.todo.Instance, alone: e.act.Name != behaviour.Agree,
			run: func(ctx context.Context, key string) error { return y.do(ctx, e, key) }, entry: e})
	}
	return jobs, nil
}

// acting are the entries on which somebody acts on a day. What is decided about
// an order is thought over again: a promise may have been broken since.
func (y *year) acting(ctx context.Context, day calendar.Date) ([]*entry, error) {
	var acting []*entry
	owing := y.owingMinutes(day)
	for _, e := range y.entries {
		if !e.acts || e.act.On.After(day) {
			continue
		}
		if e.todo.Kind == behaviour.KindDecide {
			if owing[e.todo.Resource] {
				continue
			}
			if err := y.decide(ctx, e); err != nil {
				return nil, err
			}
		}
		if e.acts {
			acting = append(acting, e)
		}
	}
	return acting, nil
}

// owingMinutes are the orders on which nothing is decided before the minutes of
// their talk are there.
func (y *year) owingMinutes(day calendar.Date) map[string]bool {
	owing := map[string]bool{}
	for _, e := range y.entries {
		if e.todo.Kind == behaviour.KindMinutes && !e.todo.DueAt.After(y.office(day)) {
			owing[e.todo.Resource] = true
		}
	}
	return owing
}

// perform does the acts of a day and lets all that follows from them happen.
// Processes tell one another: orders and report rounds their assignments,
// assignments their annual targets. So those that tell come first and the news has arrived before the
// next act; otherwise it would depend on the machine who was faster.
func (y *year) perform(ctx context.Context, jobs []job) error {
	for _, kind := range []string{dispatch.KindSupervision, dispatch.KindReport, "", dispatch.KindTarget} {
		wave := slices.DeleteFunc(slices.Clone(jobs), func(j job) bool { return waveOf(j.process) != kind })
		if len(wave) == 0 {
			continue
		}
		if err := y.runAll(ctx, wave); err != nil {
			return err
		}
		if err := y.running.Clock().Settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// waveOf is the kind of a process if its acts have their own turn, else empty.
func waveOf(process string) string {
	kind, _, _ := strings.Cut(process, "/")
	switch kind {
	case dispatch.KindSupervision, dispatch.KindReport, dispatch.KindTarget:
		return kind
	}
	return ""
}

// runAll does acts, several at a time. Acts on the same process follow one
// another in their order, unless all of them are opinions that agree.
func (y *year) runAll(ctx context.Context, jobs []job) error {
	first := y.acts
	y.acts += len(jobs)
	groups := inTurn(jobs)
	refusals := make([]*Refusal, len(jobs))
	errs := make([]error, len(jobs))
	slots := make(chan struct{}, atOnce)
	var wait sync.WaitGroup
	for _, group := range groups {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			for _, i := range group {
				refusals[i], errs[i] = y.attempt(ctx, jobs[i], fmt.Sprintf("rehearsal-%d", first+i))
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i, refusal := range refusals {
		if err := y.after(ctx, jobs[i], refusal); err != nil {
			return err
		}
	}
	return nil
}

// after takes in what became of an act. Nothing is done twice about an entry; on
// an assignment that stays in its inbox something else is done next.
func (y *year) after(ctx context.Context, j job, refusal *Refusal) error {
	if refusal != nil {
		y.refusals = append(y.refusals, *refusal)
	}
	if j.entry == nil {
		return nil
	}
	j.entry.acts = false
	id := idOf(j.entry.todo.Resource)
	switch j.entry.act.Name {
	case behaviour.Report:
		y.reported[id] = true
		return y.decide(ctx, j.entry)
	case behaviour.Extend:
		y.asked[id] = true
		return y.decide(ctx, j.entry)
	case behaviour.Compile: // another section may be ready by now
		j.entry.since = y.today()
		return y.decide(ctx, j.entry)
	}
	return nil
}

// inTurn groups acts, by their place in the list: groups are independent.
func inTurn(jobs []job) [][]int {
	ofProcess := map[string][]int{}
	ordered := map[string]bool{}
	var processes []string
	for i, j := range jobs {
		if len(ofProcess[j.process]) == 0 {
			processes = append(processes, j.process)
		}
		ofProcess[j.process] = append(ofProcess[j.process], i)
		ordered[j.process] = ordered[j.process] || j.alone
	}
	var groups [][]int
	for _, process := range processes {
		if ordered[process] {
			groups = append(groups, ofProcess[process])
			continue
		}
		for _, i := range ofProcess[process] {
			groups = append(groups, []int{i})
		}
	}
	return groups
}

const (
	// attempts is how often an act is tried that the machine did not get to, and
	// retryPause how long after.
	attempts   = 5
	retryPause = 200 * time.Millisecond
)

// attempt does one act. One that is turned down is no error of the rehearsal.
func (y *year) attempt(ctx context.Context, j job, key string) (*Refusal, error) {
	var err error
	for range attempts {
		err = j.run(ctx, key)
		problem, answered := errors.AsType[*client.Problem](err)
		if !answered || problem.Status < http.StatusInternalServerError && problem.Status != http.StatusTooManyRequests {
			break
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s on %s: %w", j.name, j.subject, ctx.Err())
		case <-time.After(retryPause):
		}
	}
	if problem, answered := errors.AsType[*client.Problem](err); answered && problem.Status < http.StatusInternalServerError {
		return &Refusal{Date: y.today(), Unit: j.unit, UnitName: y.nameOf(j.unit), Act: j.name, Subject: y.stable(j.subject), Code: problem.Code, Reason: reasonOf(problem)}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s on %s: %w", j.name, j.subject, err)
	}
	return nil, nil
}

// reasonOf is what a problem says to people.
func reasonOf(p *client.Problem) string {
	reason := p.Detail
	for _, e := range p.Errors {
		reason += " " + e.Field + "：" + e.Detail
	}
	return reason
}

// do carries an act out as the person that is waited for.
func (y *year) do(ctx context.Context, e *entry, key string) error {
	who := y.cast[seatOf(e.todo)]
	post := func(payload map[string]any) error {
		return who.Post(ctx, e.todo.Resource+"/actions", payload, nil, client.Key(key))
	}
	switch e.act.Name {
	case behaviour.Decompose:
		return y.decompose(ctx, who.Client, e.todo.Resource, key)
	case behaviour.Agree:
		return post(map[string]any{"action": "agree"})
	case behaviour.Disagree:
		return post(map[string]any{"action": "disagree", "comment": "演练：不同意，请修改。"})
	case behaviour.Acknowledge:
		return post(map[string]any{"action": "acknowledge"})
	case behaviour.Report:
		return post(map[string]any{"action": "report", "text": "演练：按计划推进。", "percent": 50})
	case behaviour.Submit:
		payload := map[string]any{"action": "submit", "evidence": "演练：已完成。"}
		if amount := y.assignments[idOf(e.todo.Resource)].amount; amount != nil {
			payload["amount"] = *amount
		}
		return post(payload)
	case behaviour.Extend:
		return post(map[string]any{"action": "request-extension", "due": e.act.Due, "reason": "演练：需要延期。", "progress": "演练：正在办理。"})
	case behaviour.Accept:
		return post(map[string]any{"action": "review", "accept": true, "comment": ""})
	case behaviour.Return:
		return post(map[string]any{"action": "review", "accept": false, "comment": "演练：请补充材料。"})
	case behaviour.Complete:
		return post(map[string]any{"action": "submit-completion", "summary": "演练：年度任务完成。"})
	case behaviour.Answer:
		return post(map[string]any{"action": "answer", "text": "演练：正在加快办理。", "measures": "演练：增加人手，倒排工期。", "due": e.act.Due})
	case behaviour.Settle:
		return post(map[string]any{"action": "accept", "reason": "演练：同意。"})
	case behaviour.Prolong:
		return post(map[string]any{"action": "prolong", "due": e.act.Due, "reason": "演练：同意延期。"})
	case behaviour.SendBack:
		return post(map[string]any{"action": "send-back", "reason": "演练：未按承诺落实，请重新答复。"})
	case behaviour.ArrangeTalk:
		return post(map[string]any{"action": "arrange-talk", "at": y.office(e.act.Due), "place": "演练", "people": []string{"演练：单位负责人"}})
	case behaviour.Minutes:
		return post(map[string]any{"action": "record-minutes", "heldAt": *e.todo.DueAt, "present": []string{"演练：单位负责人"}, "text": "演练：限期整改。"})
	case behaviour.Urge:
		return post(map[string]any{"action": "urge"})
	case behaviour.Fill:
		return y.fill(ctx, who, e.todo, key)
	case behaviour.Compile:
		return y.compile(ctx, who, e.todo, key)
	case behaviour.Freeze:
		return post(map[string]any{"action": "freeze", "reason": "演练：定稿。"})
	}
	return fmt.Errorf("nobody knows how to %s", e.act.Name)
}

// idOf is the id at the end of a path.
func idOf(resource string) string { return resource[strings.LastIndex(resource, "/")+1:] }
