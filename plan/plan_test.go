package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/org"
	"duban/plan"
	"duban/policy"
	"duban/target"
)

func ref(id string) org.UnitRef { return org.UnitRef{ID: id, Name: "名" + id} }

func unit(role plan.Role, id string) plan.Named {
	u := ref(id)
	return plan.Named{Role: role, Written: u.Name, Unit: &u, Members: []org.UnitRef{u}}
}

func group(role plan.Role, members ...string) plan.Named {
	g := ref("group")
	named := plan.Named{Role: role, Written: "各县（区）", Group: &g}
	for _, m := range members {
		named.Members = append(named.Members, ref(m))
	}
	return named
}

func sound() plan.Plan {
	office := ref("office")
	return plan.Plan{ID: "p", Title: "方案", From: 2025, To: 2035, Supervisor: &office, Tasks: []plan.Task{
		{Key: 1, No: "1", Title: "一", Units: []plan.Named{unit(plan.Lead, "a"), unit(plan.Lead, "b"), group(plan.Support, "b", "c", "d"), unit(plan.Guide, "c")}},
		{Key: 2, No: "2", Title: "二", Units: []plan.Named{unit(plan.Lead, "b")}},
	}}
}

func TestCheckPublish(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*plan.Plan)
		kind   act.Kind
		codes  []string
	}{
		{"sound", func(*plan.Plan) {}, "", nil},
		{"published already", func(p *plan.Plan) { p.Published = true }, act.Conflict, nil},
		{"nobody supervises", func(p *plan.Plan) { p.Supervisor = nil }, act.Invalid, []string{"required"}},
		{"no tasks", func(p *plan.Plan) { p.Tasks = nil }, act.Invalid, []string{"no-tasks"}},
		{"years missing", func(p *plan.Plan) { p.From, p.To = 0, 0 }, act.Invalid, []string{"years", "years"}},
		{"years turned round", func(p *plan.Plan) { p.To = 2024 }, act.Invalid, []string{"years"}},
		{"too long", func(p *plan.Plan) { p.To = 2100 }, act.Invalid, []string{"years"}},
		{"joint", func(p *plan.Plan) { p.Tasks[0].Joint = true }, act.Invalid, []string{"joint"}},
		{"no lead", func(p *plan.Plan) { p.Tasks[1].Units = []plan.Named{unit(plan.Support, "b")} }, act.Invalid, []string{"no-lead-unit"}},
		{"unknown lead", func(p *plan.Plan) { p.Tasks[1].Units = []plan.Named{{Role: plan.Lead, Written: "某局"}} }, act.Invalid, []string{"unknown-unit"}},
		{"empty group", func(p *plan.Plan) { p.Tasks[0].Units[2].Members = nil }, act.Invalid, []string{"nobody"}},
		{"several", func(p *plan.Plan) { p.Supervisor, p.Tasks[0].Joint = nil, true }, act.Invalid, []string{"required", "joint"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := sound()
			c.change(&p)
			err := plan.CheckPublish(p)
			if c.kind == "" {
				require.NoError(t, err)
				return
			}
			var refusal *act.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, c.kind, refusal.Kind)
			var codes []string
			for _, f := range refusal.Faults {
				codes = append(codes, f.Code)
				require.NotEmpty(t, f.Zh)
				require.NotEmpty(t, f.En)
				require.NotEmpty(t, f.Field)
			}
			require.Equal(t, c.codes, codes)
		})
	}
}

func TestOpeningExpandsUnits(t *testing.T) {
	p := sound()
	p.Published = true
	opening, err := plan.Opening(p, plan.Begin{Task: 1, Year: 2026})
	require.NoError(t, err)
	require.Equal(t, "p-1-2026", opening.ID)
	require.Equal(t, []org.UnitRef{ref("a"), ref("b")}, opening.Leads)
	require.Equal(t, []org.UnitRef{ref("c"), ref("d")}, opening.Supports, "without leads and without doubles")
	require.Equal(t, opening.Supports, opening.Requirement.Units)
	require.Equal(t, 2026, opening.Requirement.Year)
	require.Len(t, opening.Requirement.Targets, 1, "a task without targets asks for a deliverable")
	require.Equal(t, ref("office"), opening.Supervisor)
}

func TestOpeningTakesTargetsByHand(t *testing.T) {
	p := sound()
	p.Published = true
	byHand := []target.YearTarget{{TargetKey: "1", Kind: target.Narrative, Text: "手工"}}
	opening, err := plan.Opening(p, plan.Begin{Task: 2, Year: 2026, Targets: byHand})
	require.NoError(t, err)
	require.Equal(t, byHand, opening.Requirement.Targets)
}

func TestOpeningIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*plan.Plan)
		begin  plan.Begin
		kind   act.Kind
	}{
		{"draft", func(p *plan.Plan) { p.Published = false }, plan.Begin{Task: 1, Year: 2026}, act.Conflict},
		{"no such task", func(*plan.Plan) {}, plan.Begin{Task: 9, Year: 2026}, act.Missing},
		{"before the plan", func(*plan.Plan) {}, plan.Begin{Task: 1, Year: 2024}, act.Invalid},
		{"after the plan", func(*plan.Plan) {}, plan.Begin{Task: 1, Year: 2036}, act.Invalid},
		{"no active lead", func(p *plan.Plan) { p.Tasks[1].Units[0].Members = nil }, plan.Begin{Task: 2, Year: 2026}, act.Conflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := sound()
			p.Published = true
			c.change(&p)
			_, err := plan.Opening(p, c.begin)
			var refusal *act.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, c.kind, refusal.Kind)
		})
	}
}

// However units are named, nobody is asked twice, nobody both leads and
// supports, and nobody who is named is left out.
func TestUnitsAreAskedOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		id := rapid.StringMatching(`[a-f]`)
		var task plan.Task
		named := map[string]bool{}
		for range rapid.IntRange(0, 6).Draw(r, "names") {
			role := rapid.SampledFrom([]plan.Role{plan.Lead, plan.Support, plan.Guide}).Draw(r, "role")
			members := rapid.SliceOfN(id, 1, 4).Draw(r, "members")
			for _, m := range members {
				named[m] = true
			}
			task.Units = append(task.Units, group(role, members...))
		}
		asked := map[string]bool{}
		for _, u := range append(task.Leads(), task.Supports()...) {
			require.False(r, asked[u.ID], "asked twice")
			asked[u.ID] = true
		}
		require.Equal(r, named, asked)
	})
}

func TestReachedCountsEarlierYears(t *testing.T) {
	asked := target.Whole(7)
	year := func(year int, value target.Amount, built bool) dispatch.TargetDetail {
		return dispatch.TargetDetail{Requirement: target.Requirement{Year: year}, Report: &dispatch.CompletionReport{
			Results: []target.TargetResult{
				{TargetKey: "1", Kind: target.Sum, Asked: &asked, Rollup: target.Rollup{Value: &value}},
				{TargetKey: "2", Kind: target.Milestone, Rollup: target.Rollup{Met: built}},
				{TargetKey: "3", Kind: target.Sum, Asked: &asked},
			}}}
	}
	years := []dispatch.TargetDetail{year(2027, target.Whole(9), false), year(2026, target.Whole(5), true), year(2025, target.Whole(7), false),
		{Requirement: target.Requirement{Year: 2024}}}
	reached := plan.Reached(2027, years)
	require.Equal(t, target.Whole(12), reached["1"], "sums of the years before, not of the year itself")
	require.Contains(t, reached, "2", "the latest year before tells, in whatever order they come")
	require.NotContains(t, reached, "3")
	require.NotContains(t, plan.Reached(2026, years), "2", "what was not built yet is asked for again")
	require.Empty(t, plan.Reached(2025, years))
}

func TestFromDraft(t *testing.T) {
	due := calendar.NewDate(2030, 12, 31)
	long := ""
	for range 300 {
		long += "长"
	}
	draft := policy.Draft{Title: "实施意见", Period: policy.Period{From: 2025, To: 2035}, Tasks: []policy.Task{
		{Key: 1, No: "1", Title: long, Mode: policy.Joint, Deadline: &due, Targets: []target.Target{{Key: "1"}},
			Entries: []policy.Entry{{Written: "甲局", Role: policy.Lead}, {Written: "某某局", Role: policy.Support}, {Written: "各县", Role: policy.Guide}}},
	}}
	resolve := func(written string) (org.Resolution, bool) {
		a, g := ref("a"), ref("g")
		switch written {
		case "甲局":
			return org.Resolution{Unit: &a, Members: []org.UnitRef{a}}, true
		case "各县":
			return org.Resolution{Group: &g, Members: []org.UnitRef{ref("c"), ref("d")}}, true
		}
		return org.Resolution{}, false
	}
	p, err := plan.FromDraft(draft, plan.Wish{To: 2030}, resolve)
	require.NoError(t, err)
	require.Equal(t, "实施意见", p.Title)
	require.Equal(t, [2]int{2025, 2030}, [2]int{p.From, p.To}, "a wish goes before the document")
	task := p.Tasks[0]
	require.Len(t, []rune(task.Title), 200)
	require.True(t, task.Joint)
	require.Equal(t, "2030-12-31", task.Deadline)
	require.Equal(t, []plan.Role{plan.Lead, plan.Support, plan.Guide}, []plan.Role{task.Units[0].Role, task.Units[1].Role, task.Units[2].Role})
	require.True(t, task.Units[0].Resolved())
	require.False(t, task.Units[1].Resolved(), "a name that nobody knows stays open")
	require.Len(t, task.Units[2].Members, 2)

	draft.Period = policy.Period{}
	_, err = plan.FromDraft(draft, plan.Wish{}, resolve)
	var refusal *act.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Len(t, refusal.Faults, 2)
}

func TestKnown(t *testing.T) {
	find := func(id string) (org.Unit, bool) {
		return org.Unit{ID: id, Name: "名" + id, Active: id != "old"}, id == "a" || id == "old"
	}
	for id, code := range map[string]string{"a": "", "": "required", "x": "unknown-unit", "old": "inactive-unit"} {
		got, faults := plan.Known("unit", id, find)
		if code == "" {
			require.Empty(t, faults)
			require.Equal(t, ref("a"), got)
			continue
		}
		require.Len(t, faults, 1)
		require.Equal(t, code, faults[0].Code)
		require.Equal(t, "unit", faults[0].Field)
	}
}

func TestWhoReadsWhat(t *testing.T) {
	for role, all := range map[org.Role]bool{org.Operator: false, org.Head: false, org.Viewer: false, org.Supervisor: true, org.Admin: true} {
		who := act.Actor{Roles: []org.Role{role}}
		require.Equal(t, all, plan.ReadsAll(who), role)
		require.Equal(t, all, plan.MayRead(who, false), role)
		require.True(t, plan.MayRead(who, true), role)
	}
	require.NoError(t, plan.MayChange(false))
	require.Error(t, plan.MayChange(true))
}

func TestAPlanBindsInItsYears(t *testing.T) {
	p := plan.Plan{Published: true, From: 2025, To: 2035}
	for year, binds := range map[int]bool{2024: false, 2025: true, 2030: true, 2035: true, 2036: false} {
		require.Equal(t, binds, p.Binds(year), year)
		draft := p
		draft.Published = false
		require.False(t, draft.Binds(year), "a draft binds nobody")
	}
}
