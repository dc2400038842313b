package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"duban/projection"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// boardView is an assignment that is due some days from noon, with reports.
func boardView(plan, id, unit string, days, reports int) projection.View {
	instance := "assignment/" + id
	due := noon.AddDate(0, 0, days)
	v := projection.View{Assignments: []projection.Assignment{{ID: id, TargetID: plan + "-3-2026", PlanID: plan, ItemKey: 1, UnitID: unit, UnitName: "单位" + unit,
		LeadUnit: "lead", TaskNo: "3", Title: "建设城乡教育共同体", Content: "建成 2 个", Measure: "个", Status: "in-progress", DueDate: due.Format(time.DateOnly),
		FirstDueDate: due.Format(time.DateOnly), DueAt: due, Overdue: days < 0, DispatchedAt: noon, NextStep: "circulate"}}}
	for n := 1; n <= reports; n++ {
		v.Reports = append(v.Reports, projection.Report{ID: fmt.Sprintf("%s/%d", id, n), AssignmentID: id, N: n, UserID: "zhang", UserName: "张三",
			At: noon, Text: fmt.Sprintf("第%d次报告", n), Percent: 10 * n})
	}
	for _, party := range []string{unit, "lead"} {
		v.Parties = append(v.Parties, projection.Party{ID: instance + "#" + party, Instance: instance, UnitID: party})
	}
	return v
}

// orderView is the nth order on an assignment.
func orderView(plan, assignment, unit string, n int, level string, closed bool, joint string) projection.View {
	instance := fmt.Sprintf("supervision/%s/%d", assignment, n)
	order := projection.Supervision{ID: fmt.Sprintf("%s.%d", assignment, n), AssignmentID: assignment, TargetID: plan + "-3-2026", PlanID: plan, N: n,
		Number: fmt.Sprintf("督〔2026〕%d号", n), UnitID: unit, UnitName: "单位" + unit, SupervisorUnit: "office", Title: "逾期未办结", Status: "issued",
		Level: level, JointID: joint, Detail: "{}", NextStep: "answer", IssuedAt: noon.Add(time.Duration(n) * time.Minute)}
	if closed {
		at := noon.Add(time.Hour)
		order.Status, order.NextStep, order.ClosedAt = "closed", "", &at
	}
	return projection.View{Supervisions: []projection.Supervision{order},
		Parties: []projection.Party{{ID: instance + "#" + unit, Instance: instance, UnitID: unit}}}
}

// late is what a test knows of a late assignment.
type late struct {
	id, plan, unit string
	days           int
	level          string // of the open order; "" for none
	reports        int
	orders         int
}

// fillBoard projects late and timely assignments, and returns the late ones, the
// latest first.
func fillBoard(t testing.TB, s *store.Store) []late {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var all []late
	for n := range 60 {
		l := late{id: fmt.Sprintf("a%02d", n), plan: []string{"p1", "p2"}[n%2], unit: fmt.Sprintf("u%d", random.IntN(4)), days: random.IntN(20) - 12, reports: random.IntN(4)}
		p := newProcess("assignment", "assignment/"+l.id)
		p.plan = l.plan
		project(t, s, p.next(t, boardView(l.plan, l.id, l.unit, l.days, l.reports), "dispatched"))
		if l.days >= 0 {
			continue
		}
		for range random.IntN(3) {
			l.orders++
			level := []string{"order", "circular", "summons"}[random.IntN(3)]
			closed := random.IntN(2) == 0 || l.level != ""
			if l.level = ""; !closed {
				l.level = level
			}
			o := newProcess("supervision", fmt.Sprintf("supervision/%s/%d", l.id, l.orders))
			o.plan = l.plan
			project(t, s, o.next(t, orderView(l.plan, l.id, l.unit, l.orders, level, closed, ""), "issued"))
			if !closed {
				break
			}
		}
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b late) int { return cmp.Or(cmp.Compare(a.days, b.days), strings.Compare(a.id, b.id)) })
	return all
}

func chosen(all []late, keep func(late) bool) []string {
	ids := []string{}
	for _, l := range all {
		if keep(l) {
			ids = append(ids, l.id)
		}
	}
	return ids
}

func TestSupervisionBoard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		all := fillBoard(t, s)
		ids := func(scope store.Scope, filter store.BoardFilter, limit int) []string {
			return append([]string{}, walkPages(t, limit, func(e store.BoardEntry) string { return e.ID }, func(r store.PageRequest) (store.Page[store.BoardEntry], error) {
				filter.PageRequest = r
				return s.SupervisionBoard(t.Context(), scope, filter)
			})...)
		}
		for name, c := range map[string]struct {
			scope  store.Scope
			filter store.BoardFilter
			keep   func(late) bool
		}{
			"all":                     {everything, store.BoardFilter{}, func(late) bool { return true }},
			"of a plan":               {everything, store.BoardFilter{PlanID: "p1"}, func(l late) bool { return l.plan == "p1" }},
			"of a unit":               {everything, store.BoardFilter{Unit: "u2"}, func(l late) bool { return l.unit == "u2" }},
			"of a unit in a plan":     {everything, store.BoardFilter{PlanID: "p2", Unit: "u2"}, func(l late) bool { return l.plan == "p2" && l.unit == "u2" }},
			"of a lead unit":          {everything, store.BoardFilter{LeadUnit: "other"}, func(late) bool { return false }},
			"under a circular":        {everything, store.BoardFilter{Level: "circular"}, func(l late) bool { return l.level == "circular" }},
			"under no order":          {everything, store.BoardFilter{Level: store.BoardNoOrder}, func(l late) bool { return l.level == "" }},
			"that concern a unit":     {store.Scope{Units: []string{"u1"}}, store.BoardFilter{}, func(l late) bool { return l.unit == "u1" }},
			"that a lead unit leads":  {store.Scope{Units: []string{"lead"}}, store.BoardFilter{}, func(late) bool { return true }},
			"that concern a stranger": {store.Scope{Units: []string{"u9"}}, store.BoardFilter{}, func(late) bool { return false }},
		} {
			want := chosen(all, c.keep)
			for _, limit := range []int{3, 200} {
				require.Equal(t, want, ids(c.scope, c.filter, limit), name)
			}
			c.filter.NewestFirst = true
			slices.Reverse(want)
			require.Equal(t, want, ids(c.scope, c.filter, 7), name)
		}
		page, err := s.SupervisionBoard(t.Context(), everything, store.BoardFilter{PageRequest: store.PageRequest{Limit: 200}})
		require.NoError(t, err)
		for i, e := range page.Items {
			want := all[i]
			require.Len(t, e.Orders, want.orders)
			require.Equal(t, want.level == "", e.Open() == nil)
			if open := e.Open(); open != nil {
				require.Equal(t, want.level, open.Level)
			}
			require.Equal(t, want.reports == 0, e.LastReport == nil)
			if e.LastReport != nil {
				require.Equal(t, want.reports, e.LastReport.N)
			}
		}
	})
}

func TestBoardTotals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		all := fillBoard(t, s)
		registered := make([]store.Unit, 4)
		for n := range registered {
			registered[n] = store.Unit{ID: fmt.Sprintf("u%d", n), Name: fmt.Sprintf("单位u%d", n), Active: true}
		}
		_, err := s.SaveUnits(t.Context(), registered)
		require.NoError(t, err)
		for _, filter := range []store.BoardFilter{{}, {PlanID: "p1"}, {Unit: "u1"}, {Level: "order"}, {Level: store.BoardNoOrder}} {
			want := map[string]*store.UnitTotals{}
			for _, l := range all {
				if filter.PlanID != "" && l.plan != filter.PlanID || filter.Unit != "" && l.unit != filter.Unit ||
					filter.Level == store.BoardNoOrder && l.level != "" || filter.Level == "order" && l.level != "order" {
					continue
				}
				u := want[l.unit]
				if u == nil {
					u = &store.UnitTotals{UnitID: l.unit, UnitName: "单位" + l.unit, OldestDue: "9"}
					want[l.unit] = u
				}
				u.Late++
				u.OldestDue = min(u.OldestDue, noon.AddDate(0, 0, l.days).Format(time.DateOnly))
				switch l.level {
				case "order":
					u.Orders++
				case "circular":
					u.Circulars++
				case "summons":
					u.Summonses++
				}
			}
			var got []store.UnitTotals
			walkPages(t, 2, func(u store.UnitTotals) string { got = append(got, u); return u.UnitID }, func(r store.PageRequest) (store.Page[store.UnitTotals], error) {
				filter.PageRequest = r
				return s.BoardTotals(t.Context(), everything, filter)
			})
			require.Len(t, got, len(want), "%+v", filter)
			require.True(t, slices.IsSortedFunc(got, func(a, b store.UnitTotals) int { return cmp.Compare(b.Late, a.Late) }))
			for _, u := range got {
				require.Equal(t, *want[u.UnitID], u, "%+v", filter)
			}
		}
	})
}

func TestJointSupervision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		for n, unit := range []string{"u1", "u2", "u3"} {
			id := fmt.Sprintf("p1-3-2026-%d", n+1)
			p := newProcess("assignment", "assignment/"+id)
			project(t, s, p.next(t, boardView("p1", id, unit, -3, 0), "dispatched"))
			o := newProcess("supervision", "supervision/"+id+"/1")
			project(t, s, o.next(t, orderView("p1", id, unit, 1, "order", unit == "u2", "joint"), "issued"))
		}
		joint, err := s.JointSupervision(t.Context(), everything, "joint")
		require.NoError(t, err)
		require.Len(t, joint.Parts, 3)
		require.Equal(t, []int{3, 2}, []int{joint.Total, joint.Open})
		own, err := s.JointSupervision(t.Context(), store.Scope{Units: []string{"u2"}}, "joint")
		require.NoError(t, err)
		require.Len(t, own.Parts, 1)
		require.Equal(t, []int{3, 2}, []int{own.Total, own.Open})
		_, err = s.JointSupervision(t.Context(), store.Scope{Units: []string{"u9"}}, "joint")
		require.ErrorIs(t, err, store.ErrNotFound)
		for _, id := range []string{"other", ""} {
			_, err = s.JointSupervision(t.Context(), everything, id)
			require.ErrorIs(t, err, store.ErrNotFound)
		}
		parts, err := s.Supervisions(t.Context(), everything, store.SupervisionFilter{JointID: "joint"})
		require.NoError(t, err)
		require.Len(t, parts.Items, 3)

		found, err := s.Supervisable(t.Context(), everything, []string{"p1-3-2026-2", "p1-3-2026-1"}, "another")
		require.NoError(t, err)
		require.Equal(t, "u2", found[0].UnitID)
		require.Nil(t, found[0].Order, "the order is closed")
		require.Equal(t, "p1-3-2026-1.1", found[1].Order.ID)
		found, err = s.Supervisable(t.Context(), everything, []string{"p1-3-2026-2", "p1-3-2026-1"}, "joint")
		require.NoError(t, err)
		require.Equal(t, "p1-3-2026-2.1", found[0].Order.ID, "its part, although it is closed")
		require.NotNil(t, found[0].Order.ClosedAt)
		require.Equal(t, "p1-3-2026-1.1", found[1].Order.ID)
		_, err = s.Supervisable(t.Context(), store.Scope{Units: []string{"u1"}}, []string{"p1-3-2026-1", "p1-3-2026-2"}, "joint")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestExtensionSummary(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		for n, c := range []struct {
			unit, status string
			days         int
		}{{"u1", "granted", 10}, {"u1", "granted", 5}, {"u1", "refused", 7}, {"u1", "asked", 9}, {"u2", "obsolete", 3}, {"u2", "prolonged", 20}} {
			id := fmt.Sprintf("p1-3-2026-%d", n+1)
			view := boardView("p1", id, c.unit, 3, 0)
			view.Extensions = []projection.Extension{{ID: id + "/1", AssignmentID: id, N: 1, PlanID: "p1", UnitID: c.unit, UnitName: "单位" + c.unit,
				FromDate: "2026-06-30", ToDate: "2026-07-10", Days: c.days, Reason: "汛期", Status: c.status, AskedAt: noon}}
			project(t, s, newProcess("assignment", "assignment/"+id).next(t, view, "dispatched"))
		}
		all, err := s.ExtensionSummary(t.Context(), everything, "p1", store.PageRequest{})
		require.NoError(t, err)
		require.Equal(t, []store.ExtensionTotals{
			{UnitID: "u1", UnitName: "单位u1", Asked: 4, Pending: 1, Granted: 2, Refused: 1, Days: 15},
			{UnitID: "u2", UnitName: "单位u2", Asked: 1, Obsolete: 1, Prolonged: 1, ProlongedDays: 20},
		}, all.Items)
		own, err := s.ExtensionSummary(t.Context(), store.Scope{Units: []string{"u2"}}, "p1", store.PageRequest{})
		require.NoError(t, err)
		require.Len(t, own.Items, 1)
		none, err := s.ExtensionSummary(t.Context(), everything, "p2", store.PageRequest{})
		require.NoError(t, err)
		require.Empty(t, none.Items)
	})
}

// BenchmarkBoard reads pages of the board and the totals of its units out of
// DUBAN_BENCH_ROWS assignments (100,000 by default) of 300 units in 10 plans, of
// which one in ten is late and has an order.
func BenchmarkBoard(b *testing.B) {
	rows := 100_000
	if text := os.Getenv("DUBAN_BENCH_ROWS"); text != "" {
		var err error
		rows, err = strconv.Atoi(text)
		require.NoError(b, err)
	}
	s := openBench(b)
	fillBench(b, s, rows)
	for _, c := range []struct {
		name string
		read func(cursor string) (string, error)
	}{
		{"all", boardPages(b, s, everything, func() store.BoardFilter { return store.BoardFilter{} })},
		{"plan", boardPages(b, s, everything, func() store.BoardFilter { return store.BoardFilter{PlanID: fmt.Sprintf("p%d", rand.IntN(10))} })},
		{"unit", boardPages(b, s, everything, func() store.BoardFilter { return store.BoardFilter{Unit: fmt.Sprintf("u%d", rand.IntN(300))} })},
		{"summons", boardPages(b, s, everything, func() store.BoardFilter { return store.BoardFilter{Level: "summons"} })},
		{"lead unit", boardPages(b, s, store.Scope{Units: []string{"lead"}}, func() store.BoardFilter { return store.BoardFilter{} })},
		{"totals", func(cursor string) (string, error) {
			page, err := s.BoardTotals(b.Context(), everything, store.BoardFilter{PageRequest: store.PageRequest{Cursor: cursor}})
			return page.Next, err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			cursor := ""
			for b.Loop() {
				start := time.Now()
				next, err := c.read(cursor)
				took = append(took, time.Since(start))
				require.NoError(b, err)
				cursor = next
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// boardPages reads the board page by page, each time from the beginning of another
// choice or further on in the same.
func boardPages(b *testing.B, s *store.Store, scope store.Scope, filter func() store.BoardFilter) func(string) (string, error) {
	var chosen store.BoardFilter
	return func(cursor string) (string, error) {
		if cursor == "" {
			chosen = filter()
		}
		chosen.Cursor = cursor
		page, err := s.SupervisionBoard(b.Context(), scope, chosen)
		return page.Next, err
	}
}

func fillBench(b *testing.B, s *store.Store, rows int) {
	b.Helper()
	const each = 500
	levels := []string{"order", "order", "order", "circular", "summons"}
	for from := 0; from < rows; from += each {
		plan := fmt.Sprintf("p%d", from/each%10)
		p := newProcess("assignment", fmt.Sprintf("assignment/fill%d", from))
		p.plan, p.quiet = plan, true
		var view projection.View
		for n := from; n < min(rows, from+each); n++ {
			id, unit := fmt.Sprintf("%s-%d", plan, n), fmt.Sprintf("u%d", n%300)
			days := rand.IntN(180) + 1
			if n%10 == 0 {
				days = -rand.IntN(60) - 1
			}
			one := boardView(plan, id, unit, days, 3)
			if days < 0 {
				order := orderView(plan, id, unit, 1, levels[rand.IntN(len(levels))], false, "")
				one.Supervisions = order.Supervisions
			}
			view.Assignments = append(view.Assignments, one.Assignments...)
			view.Reports = append(view.Reports, one.Reports...)
			view.Supervisions = append(view.Supervisions, one.Supervisions...)
		}
		view.Parties = []projection.Party{{ID: p.ledger.Instance + "#lead", Instance: p.ledger.Instance, UnitID: "lead"}}
		require.NoError(b, s.Project(b.Context(), p.next(b, view)))
	}
	require.NoError(b, s.Write(b.Context(), func(tx *gorm.DB) error {
		if s.Dialect() == store.MySQL {
			return tx.Exec("ANALYZE TABLE assignments, supervisions, reports, parties").Error
		}
		return nil
	}))
}
