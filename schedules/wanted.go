// Package schedules keeps the Temporal Schedules of plans: one for each kind of
// report round, and one for the turn of the year. They are made from the plans'
// rules and can be made anew from them at any time.
package schedules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"duban/calendar"
	"duban/store"
	"duban/workflows"
)

// The ids of schedules begin with what they do.
const (
	roundsPrefix = "rounds/"
	turnPrefix   = "year-turn/"
)

// ours reports whether a schedule is one of those kept here.
func ours(id string) bool {
	return strings.HasPrefix(id, roundsPrefix) || strings.HasPrefix(id, turnPrefix)
}

// catchUp is how far back a server that was down makes up for what it missed: the
// longest time between two rounds of a kind, and some more.
const catchUp = 400 * 24 * time.Hour

// wanted is a schedule as a plan's rule asks for it.
type wanted struct {
	id     string
	spec   client.ScheduleSpec
	action client.ScheduleWorkflowAction
}

// of are the schedules that a plan's rule asks for at a moment. A plan whose work
// is over has none.
func of(rules store.PlanRounds, now time.Time) ([]wanted, error) {
	plan := rules.Plan
	if plan.Status != store.PlanPublished {
		return nil, nil
	}
	begin := calendar.NewDate(plan.StartYear, time.January, 1).Start(rules.Zone)
	end := calendar.NewDate(plan.EndYear, time.December, 31).End(rules.Zone)
	var all []wanted
	for _, rule := range rules.Rules {
		months, day := rule.Fires()
		// The last reports may be asked for after the plan's last year.
		last := end.AddDate(0, rule.Opens.Month, 0)
		all = append(all, wanted{id: roundsPrefix + plan.ID + "/" + string(rule.Every),
			spec: spec(rules, months, day, begin, last),
			action: client.ScheduleWorkflowAction{ID: "start-round/" + plan.ID + "/" + string(rule.Every), Workflow: workflows.TypeStartRound,
				Args: []any{workflows.RoundStart{Plan: plan.ID, Every: rule.Every}}}})
	}
	if turn := rules.YearTurn; turn.Month != 0 && plan.EndYear > plan.StartYear {
		all = append(all, wanted{id: turnPrefix + plan.ID,
			spec: spec(rules, []time.Month{turn.Month}, turn.Day, begin, end.AddDate(-1, 0, 0)),
			action: client.ScheduleWorkflowAction{ID: "turn-year/" + plan.ID, Workflow: workflows.TypeTurnYear,
				Args: []any{workflows.YearTurning{Plan: plan.ID}}}})
	}
	return settled(all, now)
}

// spec fires at the rule's time of day, on a day of some months, in the plan's zone.
func spec(rules store.PlanRounds, months []time.Month, day int, begin, end time.Time) client.ScheduleSpec {
	hour, minute := rules.Ladder.TimeOfDay()
	fires := client.ScheduleCalendarSpec{DayOfMonth: one(day), Hour: one(hour), Minute: one(minute)}
	for _, month := range months {
		fires.Month = append(fires.Month, client.ScheduleRange{Start: int(month)})
	}
	return client.ScheduleSpec{Calendars: []client.ScheduleCalendarSpec{fires}, TimeZoneName: rules.Plan.TimeZone, StartAt: begin.UTC(), EndAt: end.UTC()}
}

func one(n int) []client.ScheduleRange { return []client.ScheduleRange{{Start: n}} }

// memoKey is where a schedule's action carries the digest of what was asked for,
// by which a change is noticed.
const memoKey = "wanted"

// settled leaves out what is over, and gives the others their digest.
func settled(all []wanted, now time.Time) ([]wanted, error) {
	var left []wanted
	for _, w := range all {
		if !w.spec.EndAt.After(now) {
			continue
		}
		w.action.TaskQueue = workflows.TaskQueue
		text, err := json.Marshal([]any{w.spec, w.action})
		if err != nil {
			return nil, fmt.Errorf("encode schedule %s: %w", w.id, err)
		}
		sum := sha256.Sum256(text)
		w.action.Memo = map[string]any{memoKey: hex.EncodeToString(sum[:8])}
		left = append(left, w)
	}
	return left, nil
}

// options create the schedule. What was started before a downtime does not stand
// for what was missed in it: one is buffered.
func (w wanted) options() client.ScheduleOptions {
	return client.ScheduleOptions{ID: w.id, Spec: w.spec, Action: &w.action, Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE, CatchupWindow: catchUp}
}

// ofPlan reports whether a schedule is one of a plan's.
func ofPlan(id, plan string) bool {
	return strings.HasPrefix(id, roundsPrefix+plan+"/") || id == turnPrefix+plan
}
