package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/projection"

	"gorm.io/gorm"
)

// Moves counts what another calendar would move.
type Moves struct {
	Assignments int `json:"assignments"` // open ones of which a moment ahead moves
	Moments     int `json:"moments"`     // of the ladders of those
	DueDates    int `json:"dueDates"`    // of those that are counted in working days
	Orders      int `json:"orders"`      // open ones whose reply deadline moves
	SignOffs    int `json:"signOffs"`    // open ones whose present step, counted in working days, moves
	Proposals   int `json:"proposals"`   // proposed annual targets whose day to confirm moves
	Rounds      int `json:"rounds"`      // report rounds that are not frozen and of which a moment ahead moves
}

// WouldMove counts the open due moments after now that another version of a
// year, for everybody or as a unit's own, would move.
func (s *Store) WouldMove(ctx context.Context, unit string, year calendar.Year, now time.Time) (Moves, error) {
	c := &counting{store: s, unit: unit, year: year, now: now, days: map[string]change{}, plans: map[string]PlanLadder{}}
	if err := c.load(ctx); err != nil {
		return Moves{}, err
	}
	if err := c.assignments(ctx); err != nil {
		return Moves{}, err
	}
	if err := c.orders(ctx); err != nil {
		return Moves{}, err
	}
	if err := c.signOffs(ctx); err != nil {
		return Moves{}, err
	}
	if err := c.proposals(ctx); err != nil {
		return Moves{}, err
	}
	return c.moves, c.rounds(ctx)
}

// counting is one count of what moves.
type counting struct {
	store *Store
	unit  string // whose own days the year is; empty: everybody's
	year  calendar.Year
	now   time.Time
	loads []CalendarLoad
	days  map[string]change     // by unit
	plans map[string]PlanLadder // by plan
	moves Moves
}

// change is the calendar of a unit without the year and with it.
type change struct{ before, after calendar.Calendar }

func (c *counting) load(ctx context.Context) error {
	return c.store.read(ctx).Order("seq").Find(&c.loads).Error
}

// of returns the calendars of a unit. Most units have no days of their own and
// share one.
func (c *counting) of(unit string) (change, error) {
	if known, ok := c.days[unit]; ok {
		return known, nil
	}
	var mine []CalendarLoad
	own := false
	for _, l := range c.loads {
		if l.UnitID == "" || l.UnitID == unit {
			mine = append(mine, l)
			own = own || l.UnitID != ""
		}
	}
	if !own && unit != "" && unit != c.unit {
		shared, err := c.of("")
		c.days[unit] = shared
		return shared, err
	}
	before, err := workingDays(mine)
	if err != nil {
		return change{}, err
	}
	data, _, err := digestYear(c.year)
	if err != nil {
		return change{}, err
	}
	after, err := workingDays(append(mine, CalendarLoad{UnitID: c.unit, Year: c.year.Year, Data: data}))
	c.days[unit] = change{before.Calendar, after.Calendar}
	return c.days[unit], err
}

func (c *counting) plan(ctx context.Context, id string) (PlanLadder, error) {
	if known, ok := c.plans[id]; ok {
		return known, nil
	}
	ladder, err := c.store.Ladder(ctx, id)
	if err == nil {
		c.plans[id] = ladder
	}
	return ladder, err
}

// narrowed keeps the rows of the unit, where it is about one.
func (c *counting) narrowed(query *gorm.DB) *gorm.DB { return equal(query, "unit_id", c.unit) }

func (c *counting) assignments(ctx context.Context) error {
	first, last := deadline.Reach(c.year.Year)
	var groups []struct {
		PlanID, UnitID, DueDate string
		DueFrom                 *time.Time
		DueWorkingDays, N       int
	}
	err := c.narrowed(c.store.read(ctx).Table("assignments")).Select("plan_id, unit_id, due_date, due_from, due_working_days, COUNT(*) AS n").
		Where("status <> ? AND (due_from IS NOT NULL OR due_at >= ? AND due_at < ?)", closedStatus, first.Start(time.UTC), last.End(time.UTC)).
		Group("plan_id, unit_id, due_date, due_from, due_working_days").Find(&groups).Error
	if err != nil {
		return err
	}
	for _, g := range groups {
		days, err := c.of(g.UnitID)
		if err != nil {
			return err
		}
		plan, err := c.plan(ctx, g.PlanID)
		if err != nil {
			return err
		}
		due, err := calendar.ParseDate(g.DueDate)
		if err != nil {
			return err
		}
		dueAfter := due
		if g.DueFrom != nil && deadline.Due(due, plan.Zone).After(c.now) {
			dueAfter = days.after.AddWorkingDays(calendar.DateOf(*g.DueFrom, plan.Zone), g.DueWorkingDays)
		}
		moved := plan.Moved(due, dueAfter, days.before, days.after, plan.Zone, c.now)
		if due != dueAfter {
			c.moves.DueDates += g.N
		}
		if moved > 0 || due != dueAfter {
			c.moves.Assignments += g.N
			c.moves.Moments += moved * g.N
		}
	}
	return nil
}

// closedStatus is the status of assignments and orders that have ended.
const closedStatus = "closed"

func (c *counting) orders(ctx context.Context) error {
	var rows []struct {
		PlanID, UnitID        string
		ReplyFrom, ReplyDueAt time.Time
	}
	err := c.narrowed(waitingOrders(c.store.read(ctx))).Select("plan_id, unit_id, reply_from, reply_due_at").
		Where("reply_due_at > ?", c.now).Find(&rows).Error
	if err != nil {
		return err
	}
	for _, r := range rows {
		days, err := c.of(r.UnitID)
		if err != nil {
			return err
		}
		plan, err := c.plan(ctx, r.PlanID)
		if err != nil {
			return err
		}
		if days.moves(r.ReplyFrom, r.ReplyDueAt, plan.Zone) {
			c.moves.Orders++
		}
	}
	return nil
}

// waitingOrders are the orders whose reply deadline is still to come.
func waitingOrders(query *gorm.DB) *gorm.DB {
	return query.Table("supervisions").Where("status IN ? AND raised = ? AND reply_from IS NOT NULL AND reply_due_at IS NOT NULL",
		[]string{"issued", "returned"}, false)
}

// moves reports whether the working days that are counted from one moment to
// another end on another day.
func (d change) moves(from, due time.Time, zone *time.Location) bool {
	begins, ends := calendar.DateOf(from, zone), calendar.DateOf(due.Add(-time.Nanosecond), zone)
	return d.after.AddWorkingDays(begins, d.before.WorkingDays(begins, ends)) != ends
}

func (c *counting) signOffs(ctx context.Context) error {
	if c.unit != "" {
		return nil // signers go by the calendar of all
	}
	var rows []struct {
		PlanID          string
		OpenedAt, DueAt time.Time
	}
	err := c.store.read(ctx).Table("sign_offs").Select("instances.plan_id, sign_offs.opened_at, sign_offs.due_at").
		Joins("JOIN instances ON instances.id = sign_offs.instance").
		Where("sign_offs.status = ? AND sign_offs.due_at > ? AND sign_offs.calendar_version >= 0", "open", c.now).Find(&rows).Error
	if err != nil {
		return err
	}
	days, err := c.of("")
	if err != nil {
		return err
	}
	for _, r := range rows {
		zone, err := c.zone(ctx, r.PlanID)
		if err != nil {
			return err
		}
		if days.moves(r.OpenedAt, r.DueAt, zone) {
			c.moves.SignOffs++
		}
	}
	return nil
}

// proposals counts proposed annual targets, which lead units confirm by the calendar
// of all.
func (c *counting) proposals(ctx context.Context) error {
	if c.unit != "" {
		return nil
	}
	var rows []projection.AnnualTarget
	if err := proposed(c.store.read(ctx)).Find(&rows).Error; err != nil {
		return err
	}
	days, err := c.of("")
	if err != nil {
		return err
	}
	for _, row := range rows {
		var detail dispatch.TargetDetail
		if err := json.Unmarshal([]byte(row.Detail), &detail); err != nil {
			return fmt.Errorf("detail of annual target %s: %w", row.ID, err)
		}
		if detail.Proposal == nil || detail.Proposal.Armed.Counted == nil || !detail.Proposal.Armed.DueAt.After(c.now) {
			continue
		}
		plan, err := c.plan(ctx, row.PlanID)
		if err != nil {
			return err
		}
		if days.moves(detail.Proposal.Armed.Counted.From, detail.Proposal.Armed.DueAt, plan.Zone) {
			c.moves.Proposals++
		}
	}
	return nil
}

// rounds counts report rounds, which go by the calendar of all.
func (c *counting) rounds(ctx context.Context) error {
	if c.unit != "" {
		return nil
	}
	var rows []projection.Round
	if err := openRounds(c.store.read(ctx)).Where("calendar_version >= 0").Find(&rows).Error; err != nil {
		return err
	}
	days, err := c.of("")
	if err != nil {
		return err
	}
	for _, row := range rows {
		rules, err := c.store.RoundRulesOf(ctx, row.PlanID, row.Rules)
		if err != nil {
			return err
		}
		asked, due, err := rules.Asked(row)
		if err != nil {
			return err
		}
		if rules.Moves(asked, due, days.before, days.after, rules.Zone, c.now) {
			c.moves.Rounds++
		}
	}
	return nil
}

// openRounds are the rounds that are not frozen, with the columns from which their
// days follow.
func openRounds(query *gorm.DB) *gorm.DB {
	return query.Model(&roundRow{}).Where("status <> ?", frozenStatus).
		Select("id", "plan_id", "period", "corrects", "due_date", "opened_at", "rules_version")
}

// frozenStatus is the status of report rounds that have ended.
const frozenStatus = "frozen"

// zone is that of a plan; a sign-off outside any plan goes by China's.
func (c *counting) zone(ctx context.Context, id string) (*time.Location, error) {
	if id == "" {
		return calendar.Zone(calendar.DefaultZone)
	}
	plan, err := c.plan(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return calendar.Zone(calendar.DefaultZone)
	}
	return plan.Zone, err
}
