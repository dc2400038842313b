package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
	"duban/store"
)

// roundView is what a report round of two units shows.
func roundView(id, status string, opened time.Time, content string) projection.View {
	plan, period, version, _ := dispatch.ParseRoundID(id)
	instance := dispatch.RoundWorkflow(id)
	row := projection.Round{ID: id, PlanID: plan, Title: "方案 月报", Period: period.String(), Every: string(period.Every), Year: period.Year, Version: version,
		Supervisor: "u1", Status: status, DueDate: "2026-01-28", DueAt: opened.Add(8 * 24 * time.Hour), CompileDueAt: opened.Add(11 * 24 * time.Hour),
		Sheets: 2, Sections: 1, OpenedAt: opened, Content: content}
	if version > 1 {
		row.Corrects, row.Reason = dispatch.RoundID(plan, period, version-1), "更正"
	}
	v := projection.View{Rounds: []projection.Round{row}}
	for _, unit := range []string{"u1", "u2"} {
		v.Sheets = append(v.Sheets, projection.Sheet{ID: id + "/" + unit, RoundID: id, UnitID: unit, UnitName: "单位" + unit, Status: "open", Version: 1, Lines: `[{"text":"🏫"}]`})
		v.Parties = append(v.Parties, projection.Party{ID: instance + "#" + unit, Instance: instance, UnitID: unit})
	}
	v.Sections = []projection.Section{{ID: id + "/p1-7-2026", RoundID: id, TargetID: "p1-7-2026", TaskKey: 7, TaskNo: "7", Title: "优质均衡", Programme: "基础教育", Year: 2026,
		LeadUnit: "u1", LeadName: "市教育局", Ready: true, Results: "[]", Missing: "[]"}}
	return v
}

func TestRoundsAreListedAndRead(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		kept := map[string]*process{}
		show := func(id, status string, opened time.Time, content string) {
			kept[id] = newProcess("report", dispatch.RoundWorkflow(id))
			project(t, s, kept[id].next(t, roundView(id, status, opened, content), "round.opened"))
		}
		show("p1-2026-01", "frozen", noon, `{"round":"p1-2026-01"}`)
		show("p1-2026-01.2", "filling", noon.Add(2*time.Hour), "")
		show("p1-2026-Q1", "filling", noon.Add(time.Hour), "")
		show("p2-2026-01", "filling", noon.Add(3*time.Hour), "")

		all := store.Scope{All: true}
		list := func(scope store.Scope, filter store.RoundFilter) []string {
			t.Helper()
			filter.Limit = 2
			ids := []string{}
			for {
				page, err := s.Rounds(t.Context(), scope, filter)
				require.NoError(t, err)
				for _, r := range page.Items {
					require.Empty(t, r.Content, "a list does not carry what was frozen")
					ids = append(ids, r.ID)
				}
				if page.Next == "" {
					return ids
				}
				filter.Cursor = page.Next
			}
		}
		require.Equal(t, []string{"p2-2026-01", "p1-2026-01.2", "p1-2026-Q1", "p1-2026-01"}, list(all, store.RoundFilter{}), "newest first")
		require.Equal(t, []string{"p1-2026-01.2", "p1-2026-01"}, list(all, store.RoundFilter{PlanID: "p1", Every: "month", Period: "2026-01", Year: 2026}))
		require.Equal(t, []string{"p1-2026-01"}, list(all, store.RoundFilter{Status: "frozen"}))
		require.Empty(t, list(store.Scope{Units: []string{"u9"}}, store.RoundFilter{}), "whom no round concerns sees none")

		round, err := s.Round(t.Context(), store.Scope{Units: []string{"u2"}}, "p1-2026-01")
		require.NoError(t, err)
		require.JSONEq(t, `{"round":"p1-2026-01"}`, round.Content)
		require.Equal(t, "p1-2026-01.2", round.Corrected)
		require.Equal(t, int64(1), round.InstanceVersion)
		require.Len(t, round.Sections, 1)
		require.Equal(t, []string{"u1", "u2"}, []string{round.Sheets[0].UnitID, round.Sheets[1].UnitID})
		require.Empty(t, round.Sheets[0].Lines)
		_, err = s.Round(t.Context(), store.Scope{Units: []string{"u9"}}, "p1-2026-01")
		require.ErrorIs(t, err, store.ErrNotFound)

		sheet, err := s.Sheet(t.Context(), store.Scope{Units: []string{"u1"}}, "p1-2026-01", "u2")
		require.NoError(t, err)
		require.JSONEq(t, `[{"text":"🏫"}]`, sheet.Lines)
		_, err = s.Sheet(t.Context(), all, "p1-2026-01", "u3")
		require.ErrorIs(t, err, store.ErrNotFound)
		sheets, err := s.SheetsOf(t.Context(), "p1-2026-01", []string{"u2", "u3"})
		require.NoError(t, err)
		require.Len(t, sheets, 1)
		sheets, err = s.SheetsOf(t.Context(), "p1-2026-01", nil)
		require.NoError(t, err)
		require.Len(t, sheets, 2)

		changed := roundView("p1-2026-Q1", "compiling", noon.Add(time.Hour), "")
		changed.Sheets[1].Status, changed.Sections[0].Summary = "submitted", "汇总"
		project(t, s, kept["p1-2026-Q1"].next(t, changed, "round.sheet-submitted"))
		requireShows(t, s, kept["p1-2026-Q1"])
	})
}

// What a unit reports on: what is open, and what was closed within the period,
// with its item and its last report.
func TestWhatUnitsReportOn(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		january := noon.AddDate(0, -1, 0)
		show := func(id, unit string, change func(*projection.View)) {
			view := assignmentView(id, unit, noon)
			if change != nil {
				change(&view)
			}
			project(t, s, newProcess("assignment", "assignment/"+id).next(t, view))
		}
		closed := func(at time.Time) func(*projection.View) {
			return func(v *projection.View) { v.Assignments[0].Status, v.Assignments[0].ClosedAt = "closed", &at }
		}
		show("p1-3-2026-1", "u2", func(v *projection.View) {
			later := v.Reports[0]
			later.ID, later.N, later.Text, later.Evidence, later.RoundID = later.AssignmentID+"/2", 2, "又有进展", "照片", "p1-2025-12"
			v.Reports = append(v.Reports, later)
		})
		show("p1-3-2026-2", "u2", closed(january.Add(time.Hour)))
		show("p1-3-2026-3", "u3", closed(january.Add(-time.Hour)))
		show("p1-3-2026-4", "u4", func(v *projection.View) { v.Reports = nil })
		show("elsewhere", "u5", func(v *projection.View) { v.Assignments[0].PlanID = "p2" })
		target := targetView(3, 2026, 2)
		detail, err := json.Marshal(dispatch.TargetDetail{Leads: []org.UnitRef{{ID: "u1", Name: "市教育局"}}})
		require.NoError(t, err)
		target.Targets[0].Detail = string(detail)
		project(t, s, newProcess("target", "target/p1/3/2026").next(t, target))

		units, err := s.ReportingUnits(t.Context(), "p1", january)
		require.NoError(t, err)
		require.Equal(t, []org.UnitRef{{ID: "u2", Name: "单位u2"}, {ID: "u4", Name: "单位u4"}}, units)

		rows, err := s.Reportables(t.Context(), "p1", january, []string{"u2", "u3", "u4"})
		require.NoError(t, err)
		require.Equal(t, []string{"p1-3-2026-1", "p1-3-2026-2", "p1-3-2026-4"}, []string{rows[0].ID, rows[1].ID, rows[2].ID})
		require.Equal(t, 2, rows[0].Last.N)
		require.Equal(t, []string{"又有进展", "照片", "p1-2025-12"}, []string{rows[0].Last.Text, rows[0].Last.Evidence, rows[0].Last.RoundID})
		require.Nil(t, rows[2].Last)
		require.Equal(t, 1, rows[0].Item.Key, "the item that it was dispatched from")

		details, err := s.TargetDetails(t.Context(), []string{"p1-3-2026", "nothing"})
		require.NoError(t, err)
		require.Len(t, details, 1)
		require.Equal(t, "u1", details["p1-3-2026"].Decoded.Leads[0].ID)
	})
}

func TestRulesOfReportRounds(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		plan, _ := createPlan(t, s)
		by := act.Actor{User: "u1", Name: "王督查"}
		now, err := s.RoundRules(t.Context(), plan.ID)
		require.NoError(t, err)
		require.Equal(t, deadline.DefaultRounds(), now.Rounds)
		require.Zero(t, now.Version)

		changed := deadline.DefaultRounds()
		changed.Rules[0].Due.Day, changed.YearTurn.Month = 25, 0
		_, err = s.SaveRounds(t.Context(), plan.ID, 0, changed, by)
		require.NoError(t, err)
		_, err = s.SaveRounds(t.Context(), plan.ID, 0, changed, by)
		require.ErrorIs(t, err, store.ErrStale)
		faulty := changed
		faulty.DayOff = "never"
		_, err = s.SaveRounds(t.Context(), plan.ID, 1, faulty, by)
		var refusal *act.Refusal
		require.ErrorAs(t, err, &refusal)
		now, err = s.RoundRules(t.Context(), plan.ID)
		require.NoError(t, err)
		require.Equal(t, changed, now.Rounds)
		require.Equal(t, 1, now.Version)
		require.Equal(t, by, now.By)
		require.Equal(t, "Asia/Shanghai", now.Zone.String())
		_, err = s.RoundRules(t.Context(), "nothing")
		require.ErrorIs(t, err, store.ErrNotFound)

		all, err := s.PublishedRounds(t.Context())
		require.NoError(t, err)
		require.False(t, slices.ContainsFunc(all, func(p store.PlanRounds) bool { return p.Plan.ID == plan.ID }), "a draft asks for nothing")
		_, err = s.PublishPlan(t.Context(), plan.ID, plan.Version, "u1")
		require.NoError(t, err)
		all, err = s.PublishedRounds(t.Context())
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, changed, all[0].Rounds)

		// A plan of a merged unit is supervised by the one that acts for it.
		units := saveUnits(t, s, "督查甲", "督查乙")
		_, err = s.Merge(t.Context(), store.UnitMerger{UnitID: units[0].ID, IntoID: &units[1].ID, Reason: "机构改革", UserID: "u1", UserName: "管理员"})
		require.NoError(t, err)
		registry, err := s.Registry(t.Context())
		require.NoError(t, err)
		now.Plan.SupervisorUnitID = &units[0].ID
		require.Equal(t, units[1].ID, now.For(store.WorkingDays{}, registry).Supervisor.ID, fmt.Sprint(units))
	})
}

// Open rounds are behind a load until they go by it, page by page, and those that
// another version of the year would move are counted.
func TestRoundsThatALoadMoves(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, _ *clock) {
		plan, _ := createPlan(t, s)
		year := func(first, last int) calendar.Year {
			return calendar.Year{Year: 2027, Source: "通知", Holidays: []calendar.Holiday{{Name: "试验假",
				Start: calendar.NewDate(2027, time.January, first), End: calendar.NewDate(2027, time.January, last)}}}
		}
		round := func(id, status string, basis projection.Basis) projection.Round {
			due := time.Date(2027, time.January, 28, 16, 0, 0, 0, time.UTC)
			return projection.Round{ID: id, PlanID: plan.ID, Period: "2027-01", Every: "month", Year: 2027, Version: 1, Status: status, DueDate: "2027-01-28",
				DueAt: due, CompileDueAt: due.AddDate(0, 0, 5), OpenedAt: due.AddDate(0, 0, -8), Basis: basis}
		}
		project(t, s, newProcess("report", dispatch.RoundWorkflow("p1-2027-01")).next(t, projection.View{Rounds: []projection.Round{
			round("r1", "filling", projection.Basis{ProvisionalYears: []int{2027}}), round("r2", "compiling", projection.Basis{}), round("r3", "frozen", projection.Basis{}),
			round("r4", "filling", projection.Basis{CalendarVersion: -1}), round("r5", "filling", projection.Basis{CalendarVersion: 7})}}))
		detail, err := s.Round(t.Context(), store.Scope{All: true}, "r1")
		require.NoError(t, err)
		require.Equal(t, []int{2027}, detail.ProvisionalYears)

		behind := store.Behind{Load: store.CalendarLoad{Seq: 7, Year: 2027}, Limit: 1}
		var ids []string
		for {
			rows, err := s.RoundsBehind(t.Context(), behind)
			require.NoError(t, err)
			if len(rows) == 0 {
				break
			}
			require.Equal(t, "2027-01", rows[0].Period)
			ids = append(ids, rows[0].ID)
			behind.After = rows[0].ID
		}
		require.Equal(t, []string{"r1", "r2"}, ids)
		rows, err := s.RoundsBehind(t.Context(), store.Behind{Load: store.CalendarLoad{Seq: 7, Year: 2027, UnitID: "east"}, Limit: 10})
		require.NoError(t, err)
		require.Empty(t, rows)

		moves := func(unit string, year calendar.Year, now time.Time) int {
			counted, err := s.WouldMove(t.Context(), unit, year, now)
			require.NoError(t, err)
			return counted.Rounds
		}
		asked := time.Date(2027, time.January, 20, 9, 0, 0, 0, time.UTC)
		require.Equal(t, 3, moves("", year(28, 29), asked), "all that are open and say how their days were found")
		require.Zero(t, moves("", year(4, 5), asked))
		require.Zero(t, moves("", year(28, 29), asked.AddDate(0, 2, 0)), "what is over stays")
		require.Zero(t, moves("east", year(28, 29), asked), "rounds go by the calendar of all")
	})
}
