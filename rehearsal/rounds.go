package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"duban/act"
	"duban/calendar"
	"duban/client"
	"duban/deadline"
	"duban/dispatch"
	"duban/projection"
	"duban/store"
)

// askForReports has report rounds begin as the plan's rule says. Targets of the
// next year are not proposed: that is another year's play.
func (s *stage) askForReports(ctx context.Context) error {
	rules, err := s.running.Store.RoundRules(ctx, s.plan.ID)
	if err != nil {
		return fmt.Errorf("read the rule of report rounds: %w", err)
	}
	rules.YearTurn = deadline.YearTurn{}
	text, err := json.Marshal(rules.Rounds)
	if err != nil {
		return fmt.Errorf("encode the rule of report rounds: %w", err)
	}
	kept := store.PlanRules{PlanID: s.plan.ID, Kind: store.RulesRounds, Version: rules.Version, Rules: store.JSON(text)}
	if _, err := s.running.Store.SavePlanRules(ctx, kept); err != nil {
		return fmt.Errorf("keep the rule of report rounds: %w", err)
	}
	return s.running.ApplySchedules(ctx, s.plan.ID)
}

// beyond reports whether a process is a report round of another year, which
// begins while the ladder of this one ends.
func (y *year) beyond(instance string) bool {
	_, period, _, isRound := dispatch.ParseRoundID(roundOf(instance))
	return strings.HasPrefix(instance, dispatch.KindReport+"/") && isRound && period.Year != y.options.Year
}

// roundOf is the id of the report round that is a process.
func roundOf(instance string) string {
	rest := strings.TrimPrefix(instance, dispatch.KindReport+"/")
	plan, period, _ := strings.Cut(rest, "/")
	return plan + "-" + strings.ReplaceAll(period, "/", ".")
}

// fill submits a unit's sheet: what stands there it confirms, and of what nothing
// was said yet it says that it is under way.
func (y *year) fill(ctx context.Context, who player, todo projection.Todo, key string) error {
	everything, round := store.Scope{All: true}, roundOf(todo.Instance)
	sheet, err := y.running.Store.Sheet(ctx, everything, round, todo.UnitID)
	if err != nil {
		return fmt.Errorf("read sheet of %s in round %s: %w", todo.UnitID, round, err)
	}
	var lines []dispatch.Line
	if err := json.Unmarshal([]byte(sheet.Lines), &lines); err != nil {
		return fmt.Errorf("lines of sheet %s: %w", sheet.ID, err)
	}
	detail, err := y.running.Store.Round(ctx, everything, round)
	if err != nil {
		return fmt.Errorf("read round %s: %w", round, err)
	}
	compiled := map[string]bool{}
	for _, section := range detail.Sections {
		compiled[section.TargetID] = section.Compiled
	}
	var written []map[string]any
	for _, line := range lines {
		if line.Closed || compiled[line.Target] || line.Said.Text != "" && (line.Item.Amount == nil || line.Said.Amount != nil) {
			continue
		}
		written = append(written, underWay(line))
	}
	payload := map[string]any{"action": dispatch.SubmitSheet, "unit": todo.UnitID, "lines": written}
	return who.Post(ctx, "rounds/"+round+"/actions", payload, nil, client.Key(key))
}

// underWay is a line that says that half of it is done.
func underWay(line dispatch.Line) map[string]any {
	said := map[string]any{"assignment": line.Assignment, "text": "演练：按计划推进。", "percent": max(line.Said.Percent, 50)}
	if line.Item.Amount != nil {
		said["amount"] = *line.Item.Amount / 2
	}
	return said
}

// compile compiles what a lead unit can of a round.
func (y *year) compile(ctx context.Context, who player, todo projection.Todo, key string) error {
	round := roundOf(todo.Instance)
	detail, err := y.running.Store.Round(ctx, store.Scope{All: true}, round)
	if err != nil {
		return fmt.Errorf("read round %s: %w", round, err)
	}
	var errs []error
	for i, section := range detail.Sections {
		if !section.Ready || section.Compiled || section.LeadUnit != todo.UnitID {
			continue
		}
		payload := map[string]any{"action": dispatch.Compile, "annualTarget": section.TargetID, "summary": "演练：按计划推进。"}
		errs = append(errs, who.Post(ctx, "rounds/"+round+"/actions", payload, nil, client.Key(fmt.Sprintf("%s-%d", key, i))))
	}
	return errors.Join(errs...)
}

// roundSent lists a reminder of a report round, once for each unit that it went to.
func (g *gathering) roundSent(e act.Event) []Sent {
	day := calendar.DateOf(e.At, g.zone)
	var sent []Sent
	place := map[[2]string]int{}
	for _, n := range e.Notices {
		seat := Seat{Unit: n.To.Unit, UnitName: g.nameOf(n.To.Unit), Role: string(n.To.Role)}
		which := [2]string{n.To.Unit, n.Kind}
		i, known := place[which]
		if !known {
			i = len(sent)
			place[which] = i
			sent = append(sent, Sent{Date: day, Kind: roundPrefix + n.Kind, Unit: seat.Unit, UnitName: seat.UnitName, Content: n.Title})
		}
		sent[i].To = append(sent[i].To, seat)
	}
	return sent
}

// roundPrefix begins the kinds of what is sent of report rounds.
const roundPrefix = "round-"

// countRounds counts the report rounds of the year, and those that were frozen.
func (g *gathering) countRounds(rounds []projection.Round) (asked, frozen int) {
	for _, r := range rounds {
		if r.Year != g.options.Year {
			continue
		}
		asked++
		if r.FrozenAt != nil {
			frozen++
		}
	}
	return asked, frozen
}
