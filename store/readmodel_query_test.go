package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"duban/act"
	"duban/org"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

// fillReadModel projects a small plan: 3 targets, 12 assignments of 3 units, two
// orders and a sign-off.
func fillReadModel(t *testing.T, s *store.Store) {
	t.Helper()
	for year := 2026; year <= 2028; year++ {
		p := newProcess("target", fmt.Sprintf("target/p1/3/%d", year))
		project(t, s, p.next(t, targetView(3, year, 2), "opened"))
	}
	for n := range 12 {
		id := fmt.Sprintf("p1-3-2026-%d", n+1)
		p := newProcess("assignment", "assignment/"+id)
		p.now = p.now.Add(time.Duration(n%4) * time.Minute)
		due := noon.Add(time.Duration(n%3-1) * 24 * time.Hour)
		project(t, s, p.next(t, assignmentView(id, fmt.Sprintf("u%d", n%3+4), due), "dispatched"))
		project(t, s, p.next(t, assignmentView(id, fmt.Sprintf("u%d", n%3+4), due), "reported"))
	}
	for n := 1; n <= 2; n++ {
		p := newProcess("supervision", fmt.Sprintf("supervision/p1-3-2026-1/%d", n))
		project(t, s, p.next(t, supervisionView("p1-3-2026-1", n), "issued"))
	}
	p := newProcess("signoff", "signoff/abc")
	p.plan = ""
	project(t, s, p.next(t, signOffView("signoff/abc", "signoff.abc.1", 7, 2), "opened"))
}

// walkPages reads a list page by page, checks that no page is larger than asked for,
// and returns all its ids.
func walkPages[T any](t *testing.T, limit int, id func(T) string, list func(store.PageRequest) (store.Page[T], error)) []string {
	t.Helper()
	var ids []string
	request := store.PageRequest{Limit: limit}
	for {
		page, err := list(request)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Items), limit)
		for _, item := range page.Items {
			ids = append(ids, id(item))
		}
		if page.Next == "" {
			return ids
		}
		require.Len(t, page.Items, limit)
		request.Cursor = page.Next
	}
}

// TestReadModelPages walks every list with pages of any size and compares it
// with the list on one page.
func TestReadModelPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		fillReadModel(t, s)
		ctx := t.Context()
		lists := map[string]struct {
			want int
			walk func(limit int) []string
		}{
			"targets": {3, func(limit int) []string {
				return walkPages(t, limit, func(r projection.AnnualTarget) string { return r.ID }, func(r store.PageRequest) (store.Page[projection.AnnualTarget], error) {
					return s.AnnualTargets(ctx, everything, store.TargetFilter{PageRequest: r})
				})
			}},
			"assignments": {12, func(limit int) []string {
				return walkPages(t, limit, func(r projection.Assignment) string { return r.ID }, func(r store.PageRequest) (store.Page[projection.Assignment], error) {
					return s.Assignments(ctx, everything, store.AssignmentFilter{PageRequest: r})
				})
			}},
			"supervisions": {2, func(limit int) []string {
				return walkPages(t, limit, func(r projection.Supervision) string { return r.ID }, func(r store.PageRequest) (store.Page[projection.Supervision], error) {
					return s.Supervisions(ctx, everything, store.SupervisionFilter{PageRequest: r})
				})
			}},
			"sign-offs": {13, func(limit int) []string {
				return walkPages(t, limit, func(r projection.SignOff) string { return r.ID }, func(r store.PageRequest) (store.Page[projection.SignOff], error) {
					return s.SignOffs(ctx, everything, store.SignOffFilter{PageRequest: r})
				})
			}},
			"signers": {7, func(limit int) []string {
				return walkPages(t, limit, func(r projection.Signer) string { return r.ID }, func(r store.PageRequest) (store.Page[projection.Signer], error) {
					return s.Signers(ctx, everything, "signoff.abc.1", r)
				})
			}},
			"events": {30, func(limit int) []string {
				return walkPages(t, limit, eventID, func(r store.PageRequest) (store.Page[act.Event], error) {
					return s.Events(ctx, everything, store.EventFilter{PageRequest: r})
				})
			}},
			"notices": {30, func(limit int) []string {
				return walkPages(t, limit, func(r store.Addressed[store.Notice]) string { return r.Item.ID }, func(r store.PageRequest) (store.Page[store.Addressed[store.Notice]], error) {
					return s.Notices(ctx, inUnit("u1", org.Head, org.Operator), r)
				})
			}},
			"instances": {18, func(limit int) []string {
				return walkPages(t, limit, func(r store.Instance) string { return r.ID }, func(r store.PageRequest) (store.Page[store.Instance], error) {
					return s.Instances(ctx, store.InstanceFilter{PageRequest: r})
				})
			}},
		}
		for name, list := range lists {
			whole := list.walk(store.MaxLimit)
			require.Len(t, whole, list.want, name)
			unique := slices.Compact(slices.Sorted(slices.Values(whole)))
			require.Len(t, unique, list.want, name)
			for _, limit := range []int{1, 2, 5} {
				require.Equal(t, whole, list.walk(limit), "%s in pages of %d", name, limit)
			}
		}
	})
}

func eventID(e act.Event) string { return fmt.Sprintf("%s#%d", e.Instance, e.Seq) }

func TestReadModelFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		fillReadModel(t, s)
		ctx := t.Context()
		yes, no := true, false
		for _, c := range []struct {
			filter store.AssignmentFilter
			want   int
		}{
			{store.AssignmentFilter{PlanID: "p1"}, 12}, {store.AssignmentFilter{PlanID: "p2"}, 0},
			{store.AssignmentFilter{TargetID: "p1-3-2026"}, 12}, {store.AssignmentFilter{Unit: "u5"}, 4},
			{store.AssignmentFilter{LeadUnit: "u1"}, 12}, {store.AssignmentFilter{Status: "closed"}, 0},
			{store.AssignmentFilter{Overdue: &yes}, 4}, {store.AssignmentFilter{Overdue: &no}, 8},
			{store.AssignmentFilter{Search: "🏫"}, 12}, {store.AssignmentFilter{Search: "单位u4"}, 4},
			{store.AssignmentFilter{Search: "%"}, 0}, {store.AssignmentFilter{Unit: "u4", Overdue: &no}, 0},
		} {
			page, err := s.Assignments(ctx, everything, c.filter)
			require.NoError(t, err)
			require.Len(t, page.Items, c.want, "%+v", c.filter)
		}
		targets, err := s.AnnualTargets(ctx, everything, store.TargetFilter{PlanID: "p1", TaskKey: 3, Year: 2027, Status: "drafted", LeadUnit: "u1", Search: "普惠"})
		require.NoError(t, err)
		require.Len(t, targets.Items, 1)
		orders, err := s.Supervisions(ctx, everything, store.SupervisionFilter{PlanID: "p1", AssignmentID: "p1-3-2026-1", Unit: "u2", Status: "issued"})
		require.NoError(t, err)
		require.Equal(t, "p1-3-2026-1.2", orders.Items[0].ID, "newest first")
		signOffs, err := s.SignOffs(ctx, everything, store.SignOffFilter{Kind: "general", Status: "open", Initiator: "u1"})
		require.NoError(t, err)
		require.Len(t, signOffs.Items, 13)
		require.Empty(t, signOffs.Items[0].Content, "lists leave the content out")
		open, err := s.Instances(ctx, store.InstanceFilter{Kind: "target", PlanID: "p1", Closed: &no})
		require.NoError(t, err)
		require.Len(t, open.Items, 3)
		closed, err := s.Instances(ctx, store.InstanceFilter{Closed: &yes})
		require.NoError(t, err)
		require.Empty(t, closed.Items)
	})
}

func TestEventsFilterAndOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		fillReadModel(t, s)
		ctx := t.Context()
		all, err := s.Events(ctx, everything, store.EventFilter{})
		require.NoError(t, err)
		require.True(t, slices.IsSortedFunc(all.Items, func(a, b act.Event) int { return a.At.Compare(b.At) }))
		for _, e := range all.Items {
			hash, err := e.Seal()
			require.NoError(t, err)
			require.Equal(t, e.Hash, hash, "an event comes back as it was sealed")
		}
		for _, c := range []struct {
			filter store.EventFilter
			want   int
		}{
			{store.EventFilter{Instance: "assignment/p1-3-2026-1"}, 2}, {store.EventFilter{PlanID: "p1"}, 29},
			{store.EventFilter{Type: "dispatched"}, 12}, {store.EventFilter{User: "zhang"}, 30}, {store.EventFilter{User: "li"}, 0},
			{store.EventFilter{From: noon.Add(time.Minute)}, 18}, {store.EventFilter{To: noon.Add(time.Minute)}, 12},
			{store.EventFilter{Type: "reported", From: noon.Add(2 * time.Second), To: noon.Add(3 * time.Second)}, 3},
		} {
			page, err := s.Events(ctx, everything, c.filter)
			require.NoError(t, err)
			require.Len(t, page.Items, c.want, "%+v", c.filter)
		}
		own, err := s.Events(ctx, store.Scope{Units: []string{"u5"}}, store.EventFilter{Type: "dispatched"})
		require.NoError(t, err)
		require.Len(t, own.Items, 4)
	})
}

func TestScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		fillReadModel(t, s)
		ctx := t.Context()
		u5, nobody := store.Scope{Units: []string{"u5"}}, store.Scope{}
		own, err := s.Assignments(ctx, u5, store.AssignmentFilter{})
		require.NoError(t, err)
		require.Len(t, own.Items, 4)
		for _, a := range own.Items {
			require.Equal(t, "u5", a.UnitID)
		}
		none, err := s.Assignments(ctx, nobody, store.AssignmentFilter{})
		require.NoError(t, err)
		require.Empty(t, none.Items)

		_, err = s.Assignment(ctx, u5, "p1-3-2026-1")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.AnnualTarget(ctx, u5, "p1-3-2026")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Supervision(ctx, u5, "p1-3-2026-1.1")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.SignOff(ctx, store.Scope{Units: []string{"u8"}}, "signoff.abc.1")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Signers(ctx, store.Scope{Units: []string{"u8"}}, "signoff.abc.1", store.PageRequest{})
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestDetails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		fillReadModel(t, s)
		ctx := t.Context()
		target, err := s.AnnualTarget(ctx, store.Scope{Units: []string{"u1"}}, "p1-3-2026")
		require.NoError(t, err)
		require.Equal(t, int64(1), target.Version)
		require.Len(t, target.Items, 2)
		require.Len(t, target.Assignments, 12)
		assignment, err := s.Assignment(ctx, store.Scope{Units: []string{"u4"}}, "p1-3-2026-1")
		require.NoError(t, err)
		require.Equal(t, int64(2), assignment.Version)
		require.Len(t, assignment.Reports, 1)
		require.Len(t, assignment.Extensions, 1)
		require.Len(t, assignment.SignOffs, 1)
		require.Len(t, assignment.Supervisions, 2)
		order, err := s.Supervision(ctx, store.Scope{Units: []string{"u2"}}, "p1-3-2026-1.2")
		require.NoError(t, err)
		require.Equal(t, int64(1), order.Version)
		signOff, err := s.SignOff(ctx, store.Scope{Units: []string{"u7"}}, "signoff.abc.1")
		require.NoError(t, err)
		require.Equal(t, int64(1), signOff.Version)
		require.Equal(t, `"正文"`, signOff.Content)
		_, err = s.SignOff(ctx, everything, "signoff.abc.2")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
