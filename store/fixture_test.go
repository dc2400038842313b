package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"duban/calendar"
	"duban/org"
	"duban/store"
	"duban/store/dbtest"
	"duban/target"

	"github.com/stretchr/testify/require"
)

// clock is a clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// morning is a moment with more digits than the database keeps, in another zone.
func morning() time.Time {
	return time.Date(2026, 3, 2, 9, 0, 0, 123_456_789, time.FixedZone("Asia/Shanghai", 8*3600))
}

// eachWithClock is dbtest.Each with a clock that stands still until moved.
func eachWithClock(t *testing.T, test func(t *testing.T, s *store.Store, c *clock)) {
	t.Helper()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		c := &clock{now: morning()}
		test(t, dbtest.Open(t, store.Options{URL: url, Now: c.Now}), c)
	})
}

// saveUnits saves active units with the names, in that order.
func saveUnits(t *testing.T, s *store.Store, names ...string) []store.Unit {
	t.Helper()
	units := make([]store.Unit, len(names))
	for i, name := range names {
		units[i] = store.Unit{Name: name, Level: "city", Kind: "government", Position: i, Active: true}
	}
	saved, err := s.SaveUnits(t.Context(), units)
	require.NoError(t, err)
	return saved
}

// saveUser saves an operator of the unit.
func saveUser(t *testing.T, s *store.Store, login string, unit store.Unit) store.User {
	t.Helper()
	saved, err := s.SaveUsers(t.Context(), []store.User{
		{Login: login, Name: "张三", UnitID: unit.ID, Active: true, Roles: []org.Role{org.Operator}},
	})
	require.NoError(t, err)
	return saved[0]
}

// createPolicy imports a small document.
func createPolicy(t *testing.T, s *store.Store) store.Policy {
	t.Helper()
	policy, err := s.CreatePolicy(t.Context(), store.Policy{
		Title: "关于推进城乡教育共同体建设的实施意见", DocumentNo: "政发〔2026〕1号", SourceName: "意见.txt", MediaType: "text/plain",
	}, []byte("一、总体要求"))
	require.NoError(t, err)
	return policy
}

// newPlan describes a plan with two programmes and three tasks.
func newPlan(t *testing.T, policy store.Policy, units []store.Unit) store.PlanDetail {
	t.Helper()
	figure := target.Target{
		Key: "1", Kind: target.Sum, Text: "建成35个城乡教育共同体", Metric: "城乡教育共同体", Op: target.AtLeast,
		Value: amount(35), Measure: "个", Deadline: &calendar.Date{Year: 2030, Month: 12, Day: 31},
	}
	row, err := store.NewTaskTarget(figure)
	require.NoError(t, err)
	first, second := "1", "2"
	return store.PlanDetail{
		Plan: store.Plan{
			PolicyID: policy.ID, Title: "城乡教育共同体建设方案", StartYear: 2025, EndYear: 2035,
			TimeZone: "Asia/Shanghai", SupervisorUnitID: &units[0].ID, Settings: store.JSON(`{"ladder": "国家"}`),
		},
		Programmes: []store.Programme{{Key: first, Name: "共同体工程"}, {Key: second, Name: "强师工程"}},
		Tasks: []store.TaskDetail{
			{
				Task: store.Task{ProgrammeKey: &first, No: "1", Title: "建设共同体", Text: "到2030年建成35个。", Deadline: "2030-12-31"},
				Units: []store.TaskUnit{
					{Role: store.Support, Written: units[1].Name, UnitID: &units[1].ID},
					{Role: store.Lead, Written: units[0].Name, UnitID: &units[0].ID},
					{Role: store.Support, Written: "有关部门"},
				},
				Targets: []store.TaskTarget{row},
			},
			{Task: store.Task{ProgrammeKey: &second, No: "2", Title: "培养骨干教师"}},
			{Task: store.Task{No: "3", Title: "宣传"}},
		},
	}
}

func createPlan(t *testing.T, s *store.Store) (store.PlanDetail, []store.Unit) {
	t.Helper()
	units := saveUnits(t, s, "市教育局", "市财政局")
	plan, err := s.CreatePlan(t.Context(), newPlan(t, createPolicy(t, s), units))
	require.NoError(t, err)
	return plan, units
}

func amount(n int64) *target.Amount {
	a := target.Amount(n * 10_000)
	return &a
}

// requireConflict checks that a value was refused as taken, and which.
func requireConflict(t *testing.T, err error, field string) {
	t.Helper()
	require.ErrorIs(t, err, store.ErrConflict)
	conflict, ok := errors.AsType[*store.ConflictError](err)
	require.True(t, ok, "%T", err)
	require.Equal(t, field, conflict.Field)
}

// requireInvalid checks that a value was refused, and which.
func requireInvalid(t *testing.T, err error, field string) {
	t.Helper()
	require.ErrorIs(t, err, store.ErrInvalid)
	invalid, ok := errors.AsType[*store.InvalidError](err)
	require.True(t, ok, "%T: %v", err, err)
	require.Equal(t, field, invalid.Field)
}

func pointer[T any](v T) *T { return &v }
