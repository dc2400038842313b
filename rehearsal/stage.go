package rehearsal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/app"
	"duban/calendar"
	"duban/client"
	"duban/example"
	"duban/org"
	"duban/setup"
	"duban/store"
)

// Source fills the empty database of a rehearsal.
type Source interface {
	// fill enters units, people and the published plan, and returns its id.
	fill(ctx context.Context, running *app.App, year int) (plan string, err error)
}

// Example is the plan that ships with the program.
func Example() Source { return exampleSource{} }

type exampleSource struct{}

func (exampleSource) fill(ctx context.Context, running *app.App, _ int) (string, error) {
	plan, err := example.Load()
	if err != nil {
		return "", err
	}
	people, err := setup.Register(ctx, running.Store, plan)
	if err != nil {
		return "", err
	}
	admin, err := setup.WithRole(people, org.Admin)
	if err != nil {
		return "", err
	}
	return setup.ImportPlan(ctx, client.New(running.URL(), admin.Token), plan)
}

// PlanOf is a published plan of a database, which is only read.
func PlanOf(from *store.Store, plan string) Source { return storedSource{from, plan} }

type storedSource struct {
	from *store.Store
	plan string
}

func (s storedSource) fill(ctx context.Context, running *app.App, year int) (string, error) {
	return s.plan, running.Store.CopyPlan(ctx, s.from, s.plan, year)
}

// stage is what a year is played on.
type stage struct {
	running *app.App
	plan    store.PlanDetail
	ladder  store.PlanLadder
	zone    *time.Location
	days    calendar.Calendar            // of everybody who has no days of his own
	ofUnit  map[string]calendar.Calendar // by unit
	units   *org.Registry
	cast    map[seat]player
	// missing are the seats that nobody holds and a stand-in of the rehearsal
	// took.
	missing map[seat]bool
	admin   client.Client
}

// seat is whom an entry of an inbox waits for: a role in a unit, or in any where
// none is named, or one user.
type seat struct {
	unit string
	role org.Role
	user string
}

// player acts for a seat.
type player struct {
	client.Client
	unit string // his own
}

// set fills the database and finds out who plays.
func set(ctx context.Context, running *app.App, options Options) (*stage, error) {
	id, err := options.Source.fill(ctx, running, options.Year)
	if err != nil {
		return nil, err
	}
	s := &stage{running: running, ofUnit: map[string]calendar.Calendar{}, cast: map[seat]player{}, missing: map[seat]bool{}}
	if s.plan, err = running.Store.PlanDetail(ctx, id); err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	if err := playable(s.plan, options); err != nil {
		return nil, err
	}
	if s.ladder, err = running.Store.Ladder(ctx, id); err != nil {
		return nil, fmt.Errorf("read the ladder: %w", err)
	}
	s.zone = s.ladder.Zone
	if s.days, err = s.daysOf(ctx, ""); err != nil {
		return nil, err
	}
	if s.units, err = running.Store.Registry(ctx); err != nil {
		return nil, fmt.Errorf("read the units: %w", err)
	}
	administrator, err := s.standIn(ctx, seat{unit: *s.plan.SupervisorUnitID, role: org.Admin})
	if err != nil {
		return nil, err
	}
	s.admin, err = s.signIn(ctx, administrator)
	return s, err
}

// playable refuses what cannot be rehearsed of a plan.
func playable(plan store.PlanDetail, options Options) error {
	if plan.Status != store.PlanPublished || plan.SupervisorUnitID == nil {
		return act.NotNow("not-published", "方案尚未发布，不能演练；请先发布方案。", "The plan is not published; publish it before it is rehearsed.")
	}
	if options.Year < plan.StartYear || options.Year > plan.EndYear {
		return act.NotNow("year-outside-plan", fmt.Sprintf("方案期限为 %d 至 %d 年，不能演练 %d 年；请另选年度。", plan.StartYear, plan.EndYear, options.Year),
			fmt.Sprintf("The plan runs from %d to %d, so %d cannot be rehearsed; choose another year.", plan.StartYear, plan.EndYear, options.Year))
	}
	for _, key := range options.Tasks {
		if !slices.ContainsFunc(plan.Tasks, func(t store.TaskDetail) bool { return t.Key == key }) {
			return act.NotFound("no-such-task", fmt.Sprintf("方案中没有编号为 %d 的任务，请核对 --tasks。", key),
				fmt.Sprintf("The plan has no task with the key %d; see --tasks.", key))
		}
	}
	return nil
}

// nameOf is the name of a unit.
func (s *stage) nameOf(unit string) string {
	if u, known := s.units.Unit(unit); known {
		return u.Name
	}
	return unit
}

// daysOf are the working days of a unit.
func (s *stage) daysOf(ctx context.Context, unit string) (calendar.Calendar, error) {
	if days, known := s.ofUnit[unit]; known {
		return days, nil
	}
	days, err := s.running.Store.Calendar(ctx, unit)
	if err != nil {
		return calendar.Calendar{}, fmt.Errorf("calendar of unit %q: %w", unit, err)
	}
	s.ofUnit[unit] = days.Calendar
	return days.Calendar, nil
}

// hire makes sure that somebody can act for a seat: the first who holds it, or a
// stand-in where nobody does.
func (s *stage) hire(ctx context.Context, one seat) error {
	if _, hired := s.cast[one]; hired {
		return nil
	}
	people, err := s.holders(ctx, one)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		s.missing[one] = true
		standIn, err := s.standIn(ctx, one)
		if err != nil {
			return err
		}
		people = append(people, standIn)
	}
	access, err := s.signIn(ctx, people[0])
	s.cast[one] = player{access, people[0].UnitID}
	return err
}

// holders are the people who may act for a seat. For a unit that was merged into
// another it is the people of that.
func (s *stage) holders(ctx context.Context, one seat) ([]store.User, error) {
	for {
		people, err := s.running.Store.UsersOf(ctx, org.Party{Unit: one.unit, Role: one.role, User: one.user})
		if err != nil {
			return nil, fmt.Errorf("people of %s: %w", one.unit, err)
		}
		unit, known := s.units.Unit(one.unit)
		if len(people) > 0 || !known || unit.MergedInto == "" {
			return people, nil
		}
		one.unit = unit.MergedInto
	}
}

// standIn makes somebody who holds a seat that nobody holds.
func (s *stage) standIn(ctx context.Context, one seat) (store.User, error) {
	unit := cmp.Or(one.unit, *s.plan.SupervisorUnitID)
	user := store.User{ID: one.user, Login: "rehearsal-" + store.NewID(), Name: "演练人员", UnitID: unit, Active: true, Roles: []org.Role{one.role}}
	saved, err := s.running.Store.SaveUsers(ctx, []store.User{user})
	if err != nil {
		return store.User{}, fmt.Errorf("stand-in for %s in %s: %w", one.role, unit, err)
	}
	return saved[0], nil
}

func (s *stage) signIn(ctx context.Context, user store.User) (client.Client, error) {
	token, err := s.running.Store.CreateToken(ctx, user.ID, "rehearsal", 24*time.Hour)
	if err != nil {
		return client.Client{}, fmt.Errorf("sign %s in: %w", user.Login, err)
	}
	return client.New(s.running.URL(), token), nil
}
