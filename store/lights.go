package store

import (
	"context"
	"errors"
	"fmt"

	"duban/act"
	"duban/calendar"
	"duban/light"
	"duban/projection"

	"gorm.io/gorm"
)

// RulesLights are a plan's rules of which light is shown when: a light.Table.
const RulesLights RuleKind = "lights"

// SaveLights makes a table the newest of a plan, after the version that was
// seen. It returns an *act.Refusal where the table is faulty and ErrStale where
// another version was saved meanwhile.
func (s *Store) SaveLights(ctx context.Context, plan string, seen int, table light.Table, by act.Actor) (PlanRules, error) {
	// Lights are judged when somebody looks: nobody has to be told.
	return s.saveRules(ctx, RulesLights, plan, seen, table, true, by)
}

// PlanLights is what the lights of a plan are judged by.
type PlanLights struct {
	light.Table
	Version  int    // 0 is the default table
	TimeZone string // where the plan's days begin and end
	Rules    PlanRules
}

// Lights returns the newest tables of plans, by plan id: the default one of a
// plan that sets none, or that is not known.
func (s *Store) Lights(ctx context.Context, plans []string) (map[string]PlanLights, error) {
	lights := make(map[string]PlanLights, len(plans))
	if len(plans) == 0 {
		return lights, nil
	}
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		var rows []Plan
		if err := tx.Select("id", "time_zone").Where("id IN ?", plans).Find(&rows).Error; err != nil {
			return fmt.Errorf("time zones of plans: %w", err)
		}
		var rules []PlanRules
		newest := tx.Model(&PlanRules{}).Select("plan_id, kind, MAX(version)").
			Where("plan_id IN ? AND kind = ?", plans, RulesLights).Group("plan_id, kind")
		if err := tx.Where("(plan_id, kind, version) IN (?)", newest).Find(&rules).Error; err != nil {
			return fmt.Errorf("lights of plans: %w", err)
		}
		for _, plan := range plans {
			lights[plan] = PlanLights{Table: light.Default(), TimeZone: calendar.DefaultZone}
		}
		for _, row := range rows {
			lights[row.ID] = PlanLights{Table: light.Default(), TimeZone: row.TimeZone}
		}
		for _, r := range rules {
			var table light.Table
			if err := r.Rules.Decode(&table); err != nil {
				return fmt.Errorf("lights %d of plan %s: %w", r.Version, r.PlanID, err)
			}
			lights[r.PlanID] = PlanLights{Table: table, Version: r.Version, TimeZone: lights[r.PlanID].TimeZone, Rules: r}
		}
		return nil
	})
	return lights, err
}

// lightColumns are what an assignment's light is judged by, and whose it is.
func lightColumns() []string {
	return []string{"id", "target_id", "plan_id", "unit_id", "unit_name", "status", "outcome", "due_date", "overdue",
		"percent", "returns", "orders", "extended", "dispatched_at"}
}

// ClosedCount is how many assignments of a unit, or of an annual target, are
// closed.
type ClosedCount struct {
	TargetID string
	UnitID   string
	UnitName string
	Count    int
}

// OpenOfPlan hands out the open assignments of a plan that the reader may see, as
// far as their lights depend on it, by unit and id, and returns how many are
// closed, by unit.
func (s *Store) OpenOfPlan(ctx context.Context, scope Scope, plan string, each func(projection.Assignment) error) ([]ClosedCount, error) {
	var closed []ClosedCount
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		open := scope.of(tx.Model(&assignmentRow{}), "assignments").Select(lightColumns()).
			Where("plan_id = ? AND status <> ?", plan, "closed").Order("unit_id, id")
		if err := eachRow(open, each); err != nil {
			return err
		}
		return scope.of(tx.Model(&assignmentRow{}), "assignments").Select("unit_id, MAX(unit_name) AS unit_name, COUNT(*) AS count").
			Where("plan_id = ? AND status = ?", plan, "closed").Group("unit_id").Order("unit_id").Scan(&closed).Error
	})
	return closed, err
}

// OpenOfTargets is OpenOfPlan for annual targets, of which there are no more than
// on a page; closed ones are counted by target.
func (s *Store) OpenOfTargets(ctx context.Context, targets []string, each func(projection.Assignment) error) ([]ClosedCount, error) {
	var closed []ClosedCount
	if len(targets) == 0 {
		return nil, nil
	}
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		open := tx.Model(&assignmentRow{}).Select(lightColumns()).
			Where("target_id IN ? AND status <> ?", targets, "closed").Order("target_id, id")
		if err := eachRow(open, each); err != nil {
			return err
		}
		return tx.Model(&assignmentRow{}).Select("target_id, COUNT(*) AS count").
			Where("target_id IN ? AND status = ?", targets, "closed").Group("target_id").Order("target_id").Scan(&closed).Error
	})
	return closed, err
}

// eachRow reads the rows of a query one by one.
func eachRow[T any](query *gorm.DB, each func(T) error) (err error) {
	rows, err := query.Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var row T
		if err := query.ScanRows(rows, &row); err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return rows.Err()
}
