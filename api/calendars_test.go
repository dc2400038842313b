package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/api"
	"duban/calendar"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
	"duban/store"
)

const notice2027 = "国务院办公厅关于2027年部分节假日安排的通知"

// year2027 gives the first three days of 2027 off; the 1st is a Friday.
func year2027() map[string]any {
	return map[string]any{"source": notice2027,
		"holidays": []any{map[string]any{"name": "元旦", "start": "2027-01-01", "end": "2027-01-03"}}, "workdays": []any{"2027-02-14"}}
}

type shownYear struct {
	Year, WorkingDays             int
	Source, Label                 string
	Provisional, BuiltIn, Settled bool
	Version                       int64
	Holidays                      []calendar.Holiday
	Workdays                      []string
	LoadedBy                      string
	Loads                         []struct {
		Version  int64
		UserName string
		LoadedAt time.Time
		Changes  []struct {
			Date          string
			Before, After *struct{ Kind, Name string }
		}
	}
}

type shownChange struct {
	Saved   bool
	Changes []struct{ Date string }
	Moves   struct{ Assignments, Moments, DueDates, Orders, SignOffs, Proposals int }
	Year    shownYear
}

func TestYearsThatAreKnown(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	policy, err := b.store.CreatePolicy(t.Context(), store.Policy{Title: "意见"}, []byte("正文"))
	require.NoError(t, err)
	_, err = b.store.CreatePlan(t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2028, TimeZone: calendar.DefaultZone}})
	require.NoError(t, err)
	var years struct{ Items []shownYear }
	b.get(org.Viewer, "calendars/years", &years)
	require.Len(t, years.Items, 4)
	known, open := years.Items[1], years.Items[3]
	require.Equal(t, 2026, known.Year)
	require.True(t, known.BuiltIn && known.Settled)
	require.False(t, known.Provisional)
	require.Contains(t, known.Source, "2026年部分节假日安排")
	require.Equal(t, 248, known.WorkingDays)
	require.Equal(t, 2028, open.Year)
	require.True(t, open.Provisional)
	require.Empty(t, open.Source)
	require.Contains(t, open.Label, "2028 年节假日安排尚未公布")

	var one shownYear
	a := b.get(org.Viewer, "calendars/years/2031", &one)
	require.True(t, one.Provisional)
	require.Empty(t, a.header.Get("ETag"))
	english := b.call(org.Viewer, http.MethodGet, "calendars/years/2031", nil, header{"Accept-Language": "en"})
	require.Contains(t, english.text, "only weekends are counted")
	require.Equal(t, http.StatusUnprocessableEntity, b.call(org.Viewer, http.MethodGet, "calendars/years/31", nil).status)
}

func TestAYearIsLoaded(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	var change shownChange
	dry := b.call(org.Admin, http.MethodPut, "calendars/years/2027?dry-run=true", year2027())
	require.Equal(t, http.StatusOK, dry.status, dry.text)
	dry.into(t, &change)
	require.False(t, change.Saved)
	require.Len(t, change.Changes, 4)
	require.True(t, change.Year.Provisional, "nothing is loaded")

	done := b.call(org.Admin, http.MethodPut, "calendars/years/2027", year2027())
	require.Equal(t, http.StatusOK, done.status, done.text)
	done.into(t, &change)
	require.True(t, change.Saved)
	require.Equal(t, `"1"`, done.header.Get("ETag"))
	require.Equal(t, []string{"2027"}, b.gateway.loaded)
	var shown shownYear
	b.get(org.Viewer, "calendars/years/2027", &shown)
	require.False(t, shown.Provisional)
	require.Equal(t, notice2027, shown.Source)
	require.Equal(t, []string{"2027-02-14"}, shown.Workdays)
	require.Equal(t, "某admin", shown.LoadedBy)

	again := b.call(org.Admin, http.MethodPut, "calendars/years/2027", year2027())
	again.into(t, &change)
	require.False(t, change.Saved, "it counts already")
	require.Empty(t, change.Changes)
	require.Len(t, b.gateway.loaded, 1)

	changed := year2027()
	changed["workdays"] = []any{}
	stale := b.call(org.Admin, http.MethodPut, "calendars/years/2027", changed, header{"If-Match": `"7"`})
	require.Equal(t, http.StatusConflict, stale.status)
	require.Equal(t, http.StatusConflict, b.call(org.Admin, http.MethodPut, "calendars/years/2027?dry-run=true", changed, header{"If-Match": `"7"`}).status)
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPut, "calendars/years/2027", changed, header{"If-Match": `"1"`}).status)
	b.get(org.Viewer, "calendars/years/2027", &shown)
	require.Len(t, shown.Loads, 2, "what was before can be read")
	require.Len(t, shown.Loads[0].Changes, 4)
	last := shown.Loads[1].Changes
	require.Len(t, last, 1)
	require.Equal(t, "2027-02-14", last[0].Date)
	require.Equal(t, "workday", last[0].Before.Kind)
	require.Nil(t, last[0].After)
}

func TestAYearIsLoadedFromText(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	text := "\ufeff日期,类型,名称\r\n2027/1/1,放假,元旦\r\n2027-01-02,holiday,元旦\r\n2027-02-14,上班,\r\n"
	csv := header{"Content-Type": "text/csv; charset=utf-8"}
	done := b.call(org.Admin, http.MethodPut, "calendars/years/2027?source="+strings.ReplaceAll(notice2027, " ", "+"), text, csv)
	require.Equal(t, http.StatusOK, done.status, done.text)
	var change shownChange
	done.into(t, &change)
	require.True(t, change.Saved)
	require.Equal(t, []calendar.Holiday{{Name: "元旦", Start: calendar.NewDate(2027, 1, 1), End: calendar.NewDate(2027, 1, 2)}}, change.Year.Holidays)

	for name, c := range map[string]struct {
		path, text string
		want       []string
	}{
		"rows with faults":        {"?source=x", "date,kind,name\n2027-02-30,holiday,春节\n2027-02-05,off,春节\n2027-02-06,holiday,\n", []string{"rows[2].date", "rows[3].kind", "rows[4].name"}},
		"a Monday that is worked": {"?source=x", "date,kind,name\n2027-02-05,holiday,春节\n2027-03-01,workday,\n", []string{"rows[3]"}},
		"a day of another year":   {"?source=x", "date,kind,name\n2028-02-05,holiday,春节\n", []string{"rows[2]", "rows[2]"}},
		"no notice":               {"", "date,kind,name\n2027-02-05,holiday,春节\n", []string{"source"}},
		"no heads":                {"?source=x", "2027-02-05,holiday,春节\n", []string{"rows[1]"}},
	} {
		a := b.call(org.Admin, http.MethodPut, "calendars/years/2027"+c.path, c.text, csv)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s: %s", name, a.text)
		problem := a.problem(t)
		require.Equal(t, "calendar", problem.Code, name)
		var fields []string
		for _, e := range problem.Errors {
			fields = append(fields, e.Field)
		}
		require.Equal(t, c.want, fields, name)
	}
	require.Len(t, b.gateway.loaded, 1, "nothing of that was loaded")
	require.Equal(t, http.StatusUnsupportedMediaType, b.call(org.Admin, http.MethodPut, "calendars/years/2027", text, header{"Content-Type": "text/html"}).status)
	require.Equal(t, http.StatusRequestEntityTooLarge, b.call(org.Admin, http.MethodPut, "calendars/years/2027?source=x", strings.Repeat("a,b,c\n", 30_000), csv).status)
	require.Equal(t, http.StatusBadRequest, b.call(org.Admin, http.MethodPut, "calendars/years/2027", "{").status)
}

func TestFaultsOfAYearByField(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	year := map[string]any{"source": " ", "holidays": []any{
		map[string]any{"name": "元旦", "start": "2027-01-01", "end": "2026-12-31"}, map[string]any{"name": "", "start": "2027-05-01", "end": "2027-05-03"}},
		"workdays": []any{"2027-05-02"}}
	a := b.call(org.Admin, http.MethodPut, "calendars/years/2027", year)
	require.Equal(t, http.StatusUnprocessableEntity, a.status, a.text)
	var fields []string
	for _, e := range a.problem(t).Errors {
		fields = append(fields, e.Field)
	}
	require.Equal(t, []string{"source", "holidays[0].end", "holidays[1].name", "workdays[0]"}, fields)
	unknown := b.call(org.Admin, http.MethodPut, "calendars/years/2027", `{"source":"x","feiertage":[]}`)
	require.Equal(t, "feiertage", unknown.problem(t).Errors[0].Field)
}

func TestAUnitHasDaysOfItsOwn(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	own := map[string]any{"source": "校历", "holidays": []any{map[string]any{"name": "暑假", "start": "2026-07-10", "end": "2026-08-30"}}, "workdays": []any{"2026-10-01"}}
	done := b.call(org.Admin, http.MethodPut, "units/east/calendar/2026", own)
	require.Equal(t, http.StatusOK, done.status, done.text)
	require.Equal(t, []string{"east/2026"}, b.gateway.loaded)
	var shown shownYear
	b.get(org.Viewer, "units/east/calendar/2026", &shown)
	require.False(t, shown.Provisional)
	require.Equal(t, 248-36+1, shown.WorkingDays)
	require.Len(t, shown.Loads, 1)
	var years struct{ Items []shownYear }
	b.get(org.Viewer, "units/east/calendar", &years)
	require.Len(t, years.Items, 1)
	b.get(org.Viewer, "units/west/calendar", &years)
	require.Empty(t, years.Items)
	require.Equal(t, http.StatusNotFound, b.call(org.Viewer, http.MethodGet, "units/nobody/calendar", nil).status)
	require.Equal(t, http.StatusNotFound, b.call(org.Admin, http.MethodPut, "units/nobody/calendar/2026", own).status)
	own["provisional"] = true
	require.Equal(t, http.StatusUnprocessableEntity, b.call(org.Admin, http.MethodPut, "units/east/calendar/2026", own).status)
}

// The engine is away: the year counts all the same, and a worker passes it on.
func TestAYearCountsWhileTheEngineIsAway(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.gateway.err = http.ErrServerClosed
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPut, "calendars/years/2027", year2027()).status)
	open, err := b.store.UnsettledCalendars(t.Context())
	require.NoError(t, err)
	require.Len(t, open, 1)
}

// What a year would move is told before it is loaded, and assignments say on
// which years they depend.
func TestWhatAYearWouldMove(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.December, 1, 9, 0, 0, 0, time.UTC)
	b := newBundle(t, func(c *api.Config) { c.Now = func() time.Time { return now } })
	policy, err := b.store.CreatePolicy(t.Context(), store.Policy{Title: "意见"}, []byte("正文"))
	require.NoError(t, err)
	plan, err := b.store.CreatePlan(t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2028, TimeZone: calendar.DefaultZone}})
	require.NoError(t, err)
	proposed := func(id string, from, due time.Time) projection.AnnualTarget {
		detail, err := json.Marshal(dispatch.TargetDetail{Proposal: &dispatch.Proposal{Armed: dispatch.Armed{DueAt: due, Counted: &dispatch.Counted{From: from}}}})
		require.NoError(t, err)
		return projection.AnnualTarget{ID: id, PlanID: plan.ID, Status: "proposed", LeadUnit: education, Detail: string(detail), OpenedAt: now}
	}
	shows(t, b, plan.ID, projection.View{Targets: []projection.AnnualTarget{
		proposed("t1", now.AddDate(0, 0, 29), now.AddDate(0, 0, 35)), proposed("t2", now, now.AddDate(0, 0, 9)),
	}, Assignments: []projection.Assignment{
		{ID: "a1", PlanID: plan.ID, UnitID: "east", LeadUnit: education, Status: "acknowledged", DueDate: "2026-12-31", DueAt: now.AddDate(0, 1, 0), DispatchedAt: now,
			Basis: projection.Basis{ProvisionalYears: []int{2027}}},
		{ID: "a2", PlanID: plan.ID, UnitID: "west", LeadUnit: education, Status: "acknowledged", DueDate: "2026-12-31", DueAt: now.AddDate(0, 1, 0), DispatchedAt: now},
		{ID: "a3", PlanID: plan.ID, UnitID: "west", LeadUnit: education, Status: "closed", DueDate: "2026-12-31", DueAt: now.AddDate(0, 1, 0), DispatchedAt: now},
		{ID: "a5", PlanID: plan.ID, UnitID: "west", LeadUnit: education, Status: "acknowledged", DueDate: "2027-01-04", DueAt: now.AddDate(0, 1, 4), DispatchedAt: now,
			DueFrom: ago(now.AddDate(0, 0, 27)), DueWorkingDays: 5},
		{ID: "a4", PlanID: plan.ID, UnitID: "west", LeadUnit: education, Status: "acknowledged", DueDate: "2027-06-30", DueAt: now.AddDate(0, 7, 0), DispatchedAt: now},
	}, Supervisions: []projection.Supervision{
		{ID: "o1", PlanID: plan.ID, UnitID: "east", Status: "issued", IssuedAt: now, ReplyFrom: ago(now.AddDate(0, 0, 29)), ReplyDueAt: ago(now.AddDate(0, 0, 35)), Detail: "{}",
			Basis: projection.Basis{ProvisionalYears: []int{2027}}},
		{ID: "o2", PlanID: plan.ID, UnitID: "east", Status: "answered", IssuedAt: now, ReplyFrom: ago(now.AddDate(0, 0, 29)), ReplyDueAt: ago(now.AddDate(0, 0, 35)), Detail: "{}"},
	}, SignOffs: []projection.SignOff{
		{ID: "s1", Kind: "general", Status: "open", OpenedAt: now.AddDate(0, 0, 29), DueAt: ago(now.AddDate(0, 0, 36)), Content: "{}", Route: "[]"},
		{ID: "s2", Kind: "general", Status: "open", OpenedAt: now, DueAt: ago(now.AddDate(0, 0, 9)), Content: "{}", Route: "[]"},
		{ID: "s3", Kind: "general", Status: "open", OpenedAt: now.AddDate(0, 0, 29), DueAt: ago(now.AddDate(0, 0, 34)), Content: "{}", Route: "[]",
			Basis: projection.Basis{CalendarVersion: -1}}, // natural days, to a day off
	}})

	var change shownChange
	dry := b.call(org.Admin, http.MethodPut, "calendars/years/2027?dry-run=true", year2027())
	require.Equal(t, http.StatusOK, dry.status, dry.text)
	dry.into(t, &change)
	require.Equal(t, 3, change.Moves.Assignments, "those that are open and end with the year")
	require.Equal(t, 8+9, change.Moves.Moments, "four escalations of two, and of one all that is ahead with its date")
	require.Equal(t, 1, change.Moves.DueDates)
	require.Equal(t, 1, change.Moves.Orders)
	require.Equal(t, 1, change.Moves.SignOffs)
	require.Equal(t, 1, change.Moves.Proposals)
	dry = b.call(org.Admin, http.MethodPut, "units/east/calendar/2027?dry-run=true", year2027())
	require.Equal(t, http.StatusOK, dry.status, dry.text)
	dry.into(t, &change)
	require.Equal(t, 1, change.Moves.Assignments, "of that unit")
	require.Zero(t, change.Moves.SignOffs)
	require.Zero(t, change.Moves.Proposals, "lead units confirm by the calendar of all")

	var shown struct {
		Provisional      bool
		ProvisionalYears []int
	}
	b.get(org.Supervisor, "assignments/a1", &shown)
	require.True(t, shown.Provisional)
	require.Equal(t, []int{2027}, shown.ProvisionalYears)
	b.get(org.Supervisor, "assignments/a2", &shown)
	require.False(t, shown.Provisional)
	require.Empty(t, shown.ProvisionalYears)
	b.get(org.Supervisor, "supervisions/o1", &shown)
	require.True(t, shown.Provisional)
}

// shows puts rows into the read model, as a process does.
func shows(t *testing.T, b *bundle, plan string, view projection.View) {
	t.Helper()
	ledger, events, err := act.Ledger{Instance: dispatch.AssignmentWorkflow("x")}.Record(act.Command{ID: "c1"}, []act.Event{act.Happened("opened", nil)}, time.Now())
	require.NoError(t, err)
	require.NoError(t, b.store.Project(t.Context(), projection.Change{Instance: ledger.Instance, Kind: "assignment", PlanID: plan, To: 1, Seq: 1,
		Hash: ledger.Hash, At: time.Now(), Upserts: view, Events: events}))
}

func ago(at time.Time) *time.Time { return &at }
