package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/store"
	"duban/target"
)

// ReminderOptions says how many assignments are reminded at one instant.
type ReminderOptions struct {
	Count int
	// Units that have to deliver them, each with as many as the others.
	Units int
	// Store holds the record, which is read at the end.
	Store *store.Store
	// Open opens a process, as the activities do that dispatch items.
	Open func(ctx context.Context, kind, workflow string, c act.Command) (act.Answer, error)
	// Receiver is where the server posts its messages.
	Receiver *Receiver

	plan string
}

// Validate refuses what cannot be measured.
func (o ReminderOptions) Validate() error {
	if o.Count < pilots || o.Units < 1 {
		return fmt.Errorf("at least %d assignments and 1 unit are needed", pilots)
	}
	return nil
}

// ReminderFigures is what many reminders of one instant measured.
type ReminderFigures struct {
	Count          int     `json:"count"`
	Units          int     `json:"units"`
	OpenSeconds    float64 `json:"openSeconds"` // until all assignments were open
	OpensPerSecond float64 `json:"opensPerSecond"`
	// AllSeconds is from the instant until the record holds the last reminder and
	// its notice stands in the inbox.
	AllSeconds float64 `json:"allSeconds"`
	P50Seconds float64 `json:"p50Seconds"` // from the instant to when a process sent its reminder
	P99Seconds float64 `json:"p99Seconds"`
	Missing    int     `json:"missing"` // assignments that nobody was reminded of
	Twice      int     `json:"twice"`   // assignments of which somebody was reminded more than once
	// MessageSeconds is from the instant until the last message came by the webhook.
	// A digest waits for half a minute after its last reminder.
	MessageSeconds  float64 `json:"messageSeconds"`
	Messages        int     `json:"messages"`
	OutsideMissing  int     `json:"outsideMissing"`  // reminders that came in no message
	OutsideTwice    int     `json:"outsideTwice"`    // reminders that came in two messages
	OutsideRepeated int     `json:"outsideRepeated"` // messages that were posted twice
	Machine         Machine `json:"machine"`
}

// Err says that a reminder did not come, or came twice.
func (f ReminderFigures) Err() error {
	if f.Missing+f.Twice+f.OutsideMissing+f.OutsideTwice+f.OutsideRepeated == 0 {
		return nil
	}
	return fmt.Errorf("%d reminders missing, %d twice; in messages %d missing, %d twice, %d messages repeated",
		f.Missing, f.Twice, f.OutsideMissing, f.OutsideTwice, f.OutsideRepeated)
}

// Text is what a person reads.
func (f ReminderFigures) Text() string {
	return fmt.Sprintf("%d reminders to %d units at one instant\n  all in the inboxes after %.1f s   sent after: p50 %.1f s   p99 %.1f s\n"+
		"  missing %d   twice %d\n  all in %d messages by webhook after %.1f s\n  missing %d   twice %d   repeated %d\n  opened in %.1f s, %.0f a second\n  %s, %d cores, %v\n",
		f.Count, f.Units, f.AllSeconds, f.P50Seconds, f.P99Seconds, f.Missing, f.Twice,
		f.Messages, f.MessageSeconds, f.OutsideMissing, f.OutsideTwice, f.OutsideRepeated, f.OpenSeconds, f.OpensPerSecond,
		f.Machine.Processor, f.Machine.Cores, f.Machine.Versions)
}

const (
	// pilots are opened first, to see how long the others will take.
	pilots = 100
	// openAtOnce is how many assignments are opened at a time.
	openAtOnce = 16
	// headroom is added to the time that opening is expected to take.
	headroom = 20 * time.Second
	// remindWithin is how long the last reminder is waited for.
	remindWithin = 10 * time.Minute
	// repeatsWithin is how long a message is waited for that comes a second time.
	repeatsWithin = 5 * time.Second
)

// Reminders opens assignments whose reminders are all due at the same instant, and
// measures until the last of them is delivered. The error means that nothing
// could be measured.
func Reminders(ctx context.Context, o ReminderOptions) (ReminderFigures, error) {
	if err := o.Validate(); err != nil {
		return ReminderFigures{}, err
	}
	plan, err := registerReminded(ctx, o)
	if err != nil {
		return ReminderFigures{}, err
	}
	o.plan = plan
	var began time.Time
	for _, name := range []string{"first", "pilot"} { // the first ones are slow: nothing is warm yet
		began = time.Now()
		if err := o.openAll(ctx, name, pilots, began.AddDate(1, 0, 0)); err != nil {
			return ReminderFigures{}, err
		}
	}
	expected := time.Since(began) * time.Duration(o.Count) / pilots
	instant := time.Now().Add(expected*3/2 + headroom)
	began = time.Now()
	if err := o.openAll(ctx, "reminder", o.Count, instant); err != nil {
		return ReminderFigures{}, err
	}
	opened := time.Since(began)
	if !time.Now().Before(instant) {
		return ReminderFigures{}, errors.New("the reminders became due before all assignments were open: the machine is too busy; try again")
	}
	all, err := o.wait(ctx, instant)
	if err != nil {
		return ReminderFigures{}, err
	}
	if err := o.waitOutside(ctx, instant); err != nil {
		return ReminderFigures{}, err
	}
	figures := ReminderFigures{Count: o.Count, Units: o.Units, OpenSeconds: opened.Seconds(), OpensPerSecond: float64(o.Count) / opened.Seconds(),
		AllSeconds: all.Seconds(), Machine: ThisMachine()}
	outside := o.Receiver.received()
	figures.Messages, figures.OutsideMissing, figures.OutsideTwice, figures.OutsideRepeated = outside.messages, o.Count-outside.reminders, outside.twice, outside.repeated
	figures.MessageSeconds = outside.last.Sub(instant).Seconds()
	return figures, o.audit(ctx, instant, &figures)
}

// registerReminded enters those who are reminded, and a plan without quiet time,
// which it returns.
func registerReminded(ctx context.Context, o ReminderOptions) (plan string, err error) {
	units := make([]store.Unit, o.Units)
	people := make([]store.User, o.Units)
	for i := range units {
		ref := unitNumber(i)
		units[i] = store.Unit{ID: ref.ID, Name: ref.Name, ShortName: ref.Name, Level: "county", Kind: "government", Position: i, Active: true}
		people[i] = store.User{Login: ref.ID, Name: "经办", UnitID: ref.ID, Active: true, Roles: []org.Role{org.Operator}}
	}
	if _, err := o.Store.SaveUnits(ctx, units); err != nil {
		return "", fmt.Errorf("register units: %w", err)
	}
	if _, err := o.Store.SaveUsers(ctx, people); err != nil {
		return "", fmt.Errorf("register people: %w", err)
	}
	policy, err := o.Store.CreatePolicy(ctx, store.Policy{Title: "测量"}, []byte("测量"))
	if err != nil {
		return "", fmt.Errorf("register a policy: %w", err)
	}
	supervisor, year := units[0].ID, time.Now().Year()
	made, err := o.Store.CreatePlan(ctx, store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "测量", StartYear: year, EndYear: year,
		TimeZone: "Asia/Shanghai", SupervisorUnitID: &supervisor}})
	if err != nil {
		return "", fmt.Errorf("register a plan: %w", err)
	}
	ladder := deadline.Default()
	ladder.Quiet = deadline.Quiet{}
	if _, err := o.Store.SaveLadder(ctx, made.ID, 0, ladder, act.Actor{}); err != nil {
		return "", fmt.Errorf("leave out the quiet time: %w", err)
	}
	if err := o.Store.SettleLadder(ctx, made.ID, 1); err != nil {
		return "", fmt.Errorf("leave out the quiet time: %w", err)
	}
	return made.ID, nil
}

func unitNumber(i int) org.UnitRef {
	return org.UnitRef{ID: fmt.Sprintf("bench-%d", i+1), Name: fmt.Sprintf("承办单位%d", i+1)}
}

// openAll opens so many assignments, a few at a time.
func (o ReminderOptions) openAll(ctx context.Context, name string, count int, instant time.Time) error {
	numbers := make(chan int)
	failed := make(chan error, openAtOnce)
	var lanes sync.WaitGroup
	for range openAtOnce {
		lanes.Go(func() {
			for n := range numbers {
				if err := o.open(ctx, fmt.Sprintf("%s-%d", name, n), n, instant); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	var err error
	for n := 0; n < count && err == nil; n++ {
		select {
		case numbers <- n:
		case err = <-failed:
		}
	}
	close(numbers)
	lanes.Wait()
	if err == nil && len(failed) > 0 {
		err = <-failed
	}
	return err
}

// open opens one assignment with one reminder, at the instant.
func (o ReminderOptions) open(ctx context.Context, id string, n int, instant time.Time) error {
	due := calendar.DateOf(instant, time.UTC).AddDays(30)
	opening := dispatch.AssignmentOpening{ID: id, Target: dispatch.TargetID(o.plan, 1, due.Year), Plan: o.plan, Task: dispatch.TaskRef{Key: 1, No: "1", Title: "测量"}, Year: due.Year,
		Item:  target.Item{Key: n + 1, Unit: unitNumber(n % o.Units), Content: "事项 " + id, Due: due},
		Leads: []org.UnitRef{unitNumber(0)}, Supervisor: unitNumber(0), ReplyWorkingDays: 3,
		Armed: dispatch.Armed{Due: due, DueAt: deadline.Due(due, time.UTC), Moments: []deadline.Moment{
			{Key: "remind", Action: deadline.Remind, To: []deadline.Audience{deadline.ResponsibleOperator}, At: instant.UTC()}}}}
	payload, err := json.Marshal(opening)
	if err != nil {
		return fmt.Errorf("encode an assignment: %w", err)
	}
	workflow := dispatch.AssignmentWorkflow(id)
	command := act.Command{ID: "open:" + workflow, Name: dispatch.Open, Actor: act.Process(), Payload: payload}
	if _, err := o.Open(ctx, dispatch.KindAssignment, workflow, command); err != nil {
		return fmt.Errorf("open an assignment: %w", err)
	}
	return nil
}

// reminded is the type of the events that are counted.
const reminded = "assignment.remind"

// wait returns how long after the instant the record holds all reminders.
func (o ReminderOptions) wait(ctx context.Context, instant time.Time) (time.Duration, error) {
	waiting, cancel := context.WithDeadline(ctx, instant.Add(remindWithin))
	defer cancel()
	for {
		count, err := o.Store.CountEvents(waiting, reminded)
		if err == nil && count >= int64(o.Count) {
			return time.Since(instant), nil
		}
		select {
		case <-waiting.Done():
			return time.Since(instant), errors.Join(ctx.Err(), err) // what is missing is told by the audit
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// waitOutside waits until all reminders have come by the webhook as well, and what
// might come twice had the time to.
func (o ReminderOptions) waitOutside(ctx context.Context, instant time.Time) error {
	waiting, cancel := context.WithDeadline(ctx, instant.Add(remindWithin))
	defer cancel()
	for o.Receiver.received().reminders < o.Count {
		select {
		case <-waiting.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(repeatsWithin):
		return nil
	}
}

// audit reads the record: each assignment must have been reminded of once.
func (o ReminderOptions) audit(ctx context.Context, instant time.Time, f *ReminderFigures) error {
	times := map[string]int{}
	var delays []time.Duration
	filter := store.EventFilter{PageRequest: store.PageRequest{Limit: store.MaxLimit}, Type: reminded}
	for {
		page, err := o.Store.Events(ctx, store.Scope{All: true}, filter)
		if err != nil {
			return fmt.Errorf("read the record: %w", err)
		}
		for _, e := range page.Items {
			times[e.Instance]++
			delays = append(delays, e.At.Sub(instant))
		}
		if filter.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	for _, n := range times {
		if n > 1 {
			f.Twice++
		}
	}
	f.Missing = o.Count - len(times)
	f.P50Seconds, f.P99Seconds = percentile(delays, 0.50).Seconds(), percentile(delays, 0.99).Seconds()
	return nil
}
