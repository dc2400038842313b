package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/light"
	"duban/projection"
	"duban/store"
)

// rolledLight is the light of many assignments together.
type rolledLight struct {
	light.Light
	Counts light.Counts `json:"counts"`
}

// unitLight is the light of one unit within a plan.
type unitLight struct {
	Unit     string      `json:"unit"`
	UnitName string      `json:"unitName"`
	Light    rolledLight `json:"light"`
}

// planLights are the lights of a plan today, and the rules that they are by.
type planLights struct {
	Day       calendar.Date `json:"day" doc:"The day on which they are so, in the plan's time zone"`
	Light     rolledLight   `json:"light" doc:"Of the whole plan, as far as the reader sees it"`
	Units     []unitLight   `json:"units" nullable:"false" doc:"Gravest first, then by name"`
	Rules     light.Table   `json:"rules"`
	Version   int           `json:"version" doc:"Of the rules; 0 are the default ones of a plan that sets none"`
	ChangedBy string        `json:"changedBy,omitempty" doc:"Name of who set them"`
	ChangedAt *time.Time    `json:"changedAt"`
}

func (s *server) lightRoutes() {
	path := base + "/plans/{id}/lights"
	register(s, operation{method: http.MethodGet, path: path, id: "get-lights", tag: "plans", summary: "Get the lights of a plan and its units",
		description: "Judged now, by the plan's rules. A unit's light is the gravest that one of its open assignments shows, with the counts. " +
			"Units see what concerns them."}, s.getLights)
	register(s, operation{method: http.MethodPut, path: path, id: "put-lights", tag: "plans", summary: "Set by which rules a plan shows lights",
		description: "Either `preset`, one of " + strings.Join(light.Presets(), ", ") + ", or `rules`. For the supervisors of the plan and administrators; " +
			"the rules hold from the next look on. The same rules again make no version.", roles: planners(), conflicts: true}, s.putLights)
}

func (s *server) getLights(ctx context.Context, in *ByID) (*one[planLights], error) {
	if _, err := s.readablePlanRow(ctx, in.ID); err != nil {
		return nil, err
	}
	lit, err := s.judges(ctx, []string{in.ID})
	if err != nil {
		return nil, err
	}
	whole := light.RollUp{}
	units, order := map[string]*unitRollUp{}, []*unitRollUp{}
	of := func(id, name string) *unitRollUp {
		if units[id] == nil {
			units[id] = &unitRollUp{id: id, name: name}
			order = append(order, units[id])
		}
		return units[id]
	}
	closed, err := s.store.OpenOfPlan(ctx, scope(ctx), in.ID, func(a projection.Assignment) error {
		shown, err := lit.light(a)
		if err != nil {
			return err
		}
		whole.Add(shown, 1)
		of(a.UnitID, a.UnitName).Add(shown, 1)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, c := range closed {
		whole.AddClosed(c.Count)
		of(c.UnitID, c.UnitName).AddClosed(c.Count)
	}
	j := lit[in.ID]
	lights := planLights{Day: j.today, Light: showRollUp(&whole), Units: make([]unitLight, len(order)), Rules: j.rules.Table, Version: j.rules.Version,
		ChangedBy: j.rules.Rules.UserName}
	if lights.Rules.Rules = all(j.rules.Table.Rules); j.rules.Version > 0 {
		lights.ChangedAt = &j.rules.Rules.At
	}
	for i, unit := range order {
		lights.Units[i] = unitLight{Unit: unit.id, UnitName: unit.name, Light: showRollUp(&unit.RollUp)}
	}
	slices.SortStableFunc(lights.Units, func(a, b unitLight) int {
		if order := light.Compare(b.Light.Colour, a.Light.Colour); order != 0 {
			return order
		}
		return strings.Compare(a.UnitName, b.UnitName)
	})
	return versioned(lights, int64(j.rules.Version)), nil
}

type unitRollUp struct {
	light.RollUp
	id, name string
}

func showRollUp(r *light.RollUp) rolledLight { return rolledLight{Light: r.Light(), Counts: r.Counts} }

// judges are the judges of plans, by plan id.
type judges map[string]planJudge

type planJudge struct {
	light.Judge
	rules store.PlanLights
	zone  *time.Location
	today calendar.Date
}

// judges prepares to show lights of plans, with a few queries for all of them.
func (s *server) judges(ctx context.Context, plans []string) (judges, error) {
	lit := judges{}
	plans = slices.Compact(slices.Sorted(slices.Values(plans)))
	if len(plans) == 0 {
		return lit, nil
	}
	rules, err := s.store.Lights(ctx, plans)
	if err != nil {
		return nil, err
	}
	days, err := s.store.Calendar(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, plan := range plans {
		zone, err := calendar.Zone(rules[plan].TimeZone)
		if err != nil {
			return nil, fmt.Errorf("time zone of plan %s: %w", plan, err)
		}
		today := calendar.DateOf(s.now(), zone)
		lit[plan] = planJudge{Judge: light.NewJudge(rules[plan].Table, today, days.Calendar), rules: rules[plan], zone: zone, today: today}
	}
	return lit, nil
}

// light judges one assignment of one of the plans.
func (j judges) light(a projection.Assignment) (light.Light, error) {
	judge := j[a.PlanID]
	facts, err := dispatch.LightFacts(a, judge.zone)
	if err != nil {
		return light.Light{}, err
	}
	return judge.Of(facts), nil
}

// lightAssignments shows assignments with their lights.
func (s *server) lightAssignments(ctx context.Context, rows []projection.Assignment) ([]Assignment, error) {
	lit, err := s.judges(ctx, each(rows, func(a projection.Assignment) string { return a.PlanID }))
	if err != nil {
		return nil, err
	}
	shown := make([]Assignment, len(rows))
	for i, row := range rows {
		shown[i] = showAssignment(row)
		if shown[i].Light, err = lit.light(row); err != nil {
			return nil, err
		}
	}
	return shown, nil
}

// lightTargets shows annual targets with their lights.
func (s *server) lightTargets(ctx context.Context, rows []projection.AnnualTarget) ([]AnnualTarget, error) {
	lights, err := s.lightsOfTargets(ctx, rows)
	if err != nil {
		return nil, err
	}
	shown := make([]AnnualTarget, len(rows))
	for i, row := range rows {
		shown[i] = showAnnualTarget(row)
		shown[i].Light = lights[row.ID]
	}
	return shown, nil
}

// lightsOfTargets are the lights of annual targets, by their ids.
func (s *server) lightsOfTargets(ctx context.Context, targets []projection.AnnualTarget) (map[string]rolledLight, error) {
	plans, ids := make([]string, len(targets)), make([]string, len(targets))
	for i, t := range targets {
		plans[i], ids[i] = t.PlanID, t.ID
	}
	lit, err := s.judges(ctx, plans)
	if err != nil {
		return nil, err
	}
	sums := make(map[string]*light.RollUp, len(ids))
	for _, id := range ids {
		sums[id] = &light.RollUp{}
	}
	closed, err := s.store.OpenOfTargets(ctx, ids, func(a projection.Assignment) error {
		shown, err := lit.light(a)
		if err != nil {
			return err
		}
		sums[a.TargetID].Add(shown, 1)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, c := range closed {
		sums[c.TargetID].AddClosed(c.Count)
	}
	lights := make(map[string]rolledLight, len(sums))
	for id, sum := range sums {
		lights[id] = showRollUp(sum)
	}
	return lights, nil
}

// lightRules are what somebody sets: a preset or rules of his own.
type lightRules struct {
	Preset string       `json:"preset,omitempty" enum:"default,sanming,suqian,guangyuan"`
	Rules  []light.Rule `json:"rules,omitempty"`
}

func (s *server) putLights(ctx context.Context, in *rulesInput[lightRules]) (*one[planLights], error) {
	wanted, err := wantedRules(ctx, s, in)
	if err != nil {
		return nil, err
	}
	table, err := wanted.table()
	if err != nil {
		return nil, err
	}
	rules, err := s.store.Lights(ctx, []string{in.ID})
	if err != nil {
		return nil, err
	}
	now := rules[in.ID]
	seen, differ, err := differing(in.Match, now.Version, table, now.Table)
	if err != nil {
		return nil, err
	}
	if differ {
		if _, err := s.store.SaveLights(ctx, in.ID, seen, table, actor(ctx)); err != nil {
			return nil, err
		}
	}
	return s.getLights(ctx, &in.ByID)
}

// table is the table that the fields stand for.
func (r lightRules) table() (light.Table, error) {
	if r.Preset == "" && r.Rules != nil {
		return light.Table{Rules: r.Rules}, nil
	}
	table, known := light.Preset(r.Preset)
	if known && r.Rules == nil {
		return table, nil
	}
	presets := strings.Join(light.Presets(), ", ")
	return light.Table{}, act.Malformed("preset-or-rules", "请给出预设名称或规则之一，预设可用："+presets, "Give either a preset or rules; presets are "+presets,
		act.Fault{Field: "preset", Code: "unknown", Zh: "可用：" + presets, En: "use one of " + presets})
}
