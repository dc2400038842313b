package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"duban/act"
	"duban/api"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
	"duban/target"
)

func actsItself(id string) (org.UnitRef, bool) { return unitRef(id), true }

func unitRef(id string) org.UnitRef { return org.UnitRef{ID: id, Name: id} }

// roundAt plays a round of January 2026 up to a point and shows it: education and
// finance have an assignment each of a task that education leads.
func (b *bundle) roundAt(plan string, acts ...func(*played)) string {
	b.t.Helper()
	p := &played{t: b.t, now: time.Date(2026, 1, 20, 1, 0, 0, 0, time.UTC)}
	period := calendar.Period{Every: calendar.Monthly, Year: 2026, N: 1}
	rules := deadline.DefaultRounds()
	whole := dispatch.RoundPlan{ID: plan, Title: "方案", Supervisor: unitRef(office), Rules: rules, Zone: time.UTC}
	p.does(act.Process(), dispatch.Open, dispatch.NewRound(whole, period, time.Date(2026, time.January, 20, 9, 0, 0, 0, time.UTC), []org.UnitRef{unitRef(education), unitRef(finance)}, actsItself))
	line := func(n int, unit string) dispatch.Line {
		amount := target.Whole(2)
		return dispatch.Line{Assignment: dispatch.AssignmentID(plan+"-7-2026", n), Target: plan + "-7-2026", Due: calendar.NewDate(2026, 11, 30), Status: "in-progress",
			Item: target.Item{Key: n, Unit: unitRef(unit), Content: "建成共同体", TargetKey: "1", Amount: &amount, Measure: "个"},
			Said: dispatch.Progress{Text: "选址完成。", Percent: 40, Amount: new(target.One)}, Source: dispatch.Source{Report: 1, At: p.now, InPeriod: true}}
	}
	amount := target.Whole(4)
	p.does(act.Process(), dispatch.TakeInSheets, dispatch.Gathered{Units: p.state.Asked,
		Sheets: []dispatch.Sheet{{Unit: unitRef(education), Status: dispatch.SheetOpen, Version: 1, Lines: []dispatch.Line{line(1, education)}},
			{Unit: unitRef(finance), Status: dispatch.SheetOpen, Version: 1, Lines: []dispatch.Line{line(2, finance)}}},
		Sections: []dispatch.Section{{Target: plan + "-7-2026", Year: 2026, Task: dispatch.TaskRef{Key: 7, No: "7", Title: "优质均衡"}, Leads: []org.UnitRef{unitRef(education)},
			Requirement: target.Requirement{Year: 2026, Targets: []target.YearTarget{{TargetKey: "1", Kind: target.Sum, Metric: "共同体", Amount: &amount, Measure: "个"}}}}}})
	for _, do := range acts {
		do(p)
	}
	b.show(dispatch.RoundWorkflow(p.state.ID), dispatch.KindReport, plan, p.state.View())
	return p.state.ID
}

// played is a round in the hands of the pure machine.
type played struct {
	t     *testing.T
	now   time.Time
	state dispatch.ReportRound
}

func (p *played) does(by act.Actor, name string, payload any) {
	p.t.Helper()
	text, err := json.Marshal(payload)
	require.NoError(p.t, err)
	p.state, _, err = p.state.Apply(act.Command{Name: name, Actor: by, Payload: text}, p.now)
	require.NoError(p.t, err)
}

func person(unit string, role org.Role) act.Actor {
	return act.Actor{User: "u", Name: "某人", Unit: unitRef(unit), Roles: []org.Role{role}}
}

func answered(p *played) {
	for _, unit := range []string{education, finance} {
		p.does(person(unit, org.Operator), dispatch.SubmitSheet, dispatch.SheetLines{Unit: unit})
	}
}

func frozenRound(p *played) {
	answered(p)
	p.does(person(education, org.Operator), dispatch.Compile, dispatch.Compilation{Target: p.state.Plan + "-7-2026", Summary: "进展顺利。"})
	p.does(person(office, org.Supervisor), dispatch.Freeze, dispatch.Because{})
}

type shownSheet struct {
	Unit    string
	Version int
	Lines   []struct {
		Assignment, Text string
		Percent          int
		Amount           *target.Amount
		Own              bool
	}
}

func TestSheetsAreReadByWhomTheyConcern(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	plan := b.plan(b.importPolicy())
	id := b.roundAt(plan)
	var mine shownSheet
	a := b.get(org.Operator, "rounds/"+id+"/sheets/mine", &mine)
	require.Equal(t, education, mine.Unit)
	require.Equal(t, `"1"`, a.header.Get("ETag"), "the version of the sheet, not of the round")
	require.Equal(t, "选址完成。", mine.Lines[0].Text)
	b.get(org.Operator, "rounds/"+id+"/sheets/"+finance, &mine)
	require.Len(t, mine.Lines, 1, "the lead unit reads what is said of its task")
	require.Equal(t, http.StatusNotFound, b.call(org.Viewer, http.MethodGet, "rounds/"+id+"/sheets/"+education, nil).status, "another unit does not")
	b.get(org.Supervisor, "rounds/"+id+"/sheets/"+finance, &mine)

	section := "rounds/" + id + "/sections/" + plan + "-7-2026"
	var shown struct {
		Ready   bool
		Missing []org.UnitRef
		Lines   []struct {
			Unit      string
			Submitted bool
		}
		Results []struct{ Value, Asked target.Amount }
	}
	b.get(org.Operator, section, &shown)
	require.False(t, shown.Ready)
	require.Len(t, shown.Missing, 2)
	require.Len(t, shown.Lines, 2)
	require.Equal(t, "2", shown.Results[0].Value.String())
	require.Equal(t, http.StatusNotFound, b.call(org.Viewer, http.MethodGet, section, nil).status)
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodGet, "rounds/"+id+"/sections/nothing", nil).status)

	var listed struct {
		Items []struct{ ID, Status, Period string }
	}
	b.get(org.Viewer, "rounds?plan="+plan+"&every=month&year=2026&status=filling", &listed)
	require.Len(t, listed.Items, 1, "finance takes part")
	b.get(org.Viewer, "rounds?period=2026-02", &listed)
	require.Empty(t, listed.Items)
}

func TestActsOnARound(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	plan := b.plan(b.importPolicy())
	id := b.roundAt(plan)
	line := map[string]any{"assignment": plan + "-7-2026-1", "text": "已开工。", "percent": 50, "amount": 1, "evidence": "照片"}
	a := b.call(org.Operator, http.MethodPut, "rounds/"+id+"/sheets/mine", map[string]any{"lines": []any{line}}, key("save"), header{"If-Match": `"3"`})
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Empty(t, a.header.Get("ETag"))
	sent := b.gateway.last(t)
	require.Equal(t, "report/"+plan+"/2026-01", sent.workflow)
	require.Zero(t, sent.command.ExpectedVersion, "every unit changes the round")
	var lines dispatch.SheetLines
	require.NoError(t, sent.command.Decode(&lines))
	require.Equal(t, dispatch.SheetLines{Unit: education, Version: 3, Lines: []dispatch.SheetLine{{Assignment: plan + "-7-2026-1",
		Progress: dispatch.Progress{Text: "已开工。", Percent: 50, Amount: new(target.One), Evidence: "照片"}}}}, lines)

	a = b.call(org.Head, http.MethodPost, "rounds/"+id+"/actions", map[string]any{"action": "submit-sheet"}, key("submit"))
	require.Equal(t, http.StatusOK, a.status, a.text)
	sent = b.gateway.last(t)
	require.Equal(t, dispatch.SubmitSheet, sent.command.Name)
	require.NoError(t, sent.command.Decode(&lines))
	require.Equal(t, education, lines.Unit, "one's own, unless another is named")

	a = b.call(org.Operator, http.MethodPost, "rounds/"+id+"/actions", map[string]any{"action": "compile", "annualTarget": plan + "-7-2026", "summary": "好。"}, key("compile"))
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodPost, "rounds/nothing/actions", map[string]any{"action": "submit-sheet"}, key("x")).status)
	a = b.call(org.Operator, http.MethodPut, "rounds/"+id+"/sheets/mine", map[string]any{"lines": []any{map[string]any{"assignment": "a", "attachments": []string{"nothing"}}}}, key("file"))
	require.Equal(t, "unknown-file", a.problem(t).Code)
}

func TestAFrozenRoundIsProvenExportedAndCorrected(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(c *api.Config) {
		c.Now = func() time.Time { return time.Date(2026, 2, 10, 2, 0, 0, 0, time.UTC) }
	})
	plan := b.plan(b.importPolicy())
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", nil).status)
	require.Equal(t, []string{plan}, b.gateway.timed, "its schedules begin with its publication")
	open := b.roundAt(plan)
	correction := map[string]any{"reason": "数据更正。", "units": []string{finance}}
	require.Equal(t, "not-frozen", b.call(org.Supervisor, http.MethodPost, "rounds/"+open+"/corrections", correction, key("early")).problem(t).Code)
	require.Equal(t, "not-frozen", b.call(org.Operator, http.MethodGet, "rounds/"+open+"/export", nil).problem(t).Code)

	other := newBundle(t, func(c *api.Config) {
		c.Now = func() time.Time { return time.Date(2026, 2, 10, 2, 0, 0, 0, time.UTC) }
	})
	plan = other.plan(other.importPolicy())
	id := other.roundAt(plan, frozenRound)
	var shown struct {
		Status, Digest string
		Content        json.RawMessage
		SectionList    []struct{ Summary string }
	}
	other.get(org.Viewer, "rounds/"+id, &shown)
	require.Equal(t, "frozen", shown.Status)
	sum := sha256.Sum256(shown.Content)
	require.Equal(t, shown.Digest, hex.EncodeToString(sum[:]), "whoever has the content can check the digest")
	require.Equal(t, "进展顺利。", shown.SectionList[0].Summary)

	a := other.call(org.Viewer, http.MethodGet, "rounds/"+id+"/export", nil)
	require.Equal(t, http.StatusOK, a.status)
	book, err := excelize.OpenReader(bytes.NewReader([]byte(a.text)))
	require.NoError(t, err)
	require.Equal(t, []string{"汇总", "明细"}, book.GetSheetList())
	known, err := book.GetCellValue("汇总", "A2")
	require.NoError(t, err)
	require.Contains(t, known, shown.Digest)
	text, err := book.GetCellValue("明细", "H4")
	require.NoError(t, err)
	require.Equal(t, "选址完成。", text)

	path := "rounds/" + id + "/corrections"
	require.Equal(t, "not-asked", other.call(org.Supervisor, http.MethodPost, path, map[string]any{"reason": "更正。", "units": []string{"east"}}, key("whom")).problem(t).Errors[0].Code)
	a = other.call(org.Supervisor, http.MethodPost, path, correction, key("correct"))
	require.Equal(t, http.StatusCreated, a.status, a.text)
	sent := other.gateway.last(t)
	require.Equal(t, "report/"+plan+"/2026-01/2", sent.workflow)
	require.Equal(t, dispatch.KindReport, sent.kind)
	var opening dispatch.RoundOpening
	require.NoError(t, sent.command.Decode(&opening))
	require.Equal(t, &dispatch.Correction{Of: id, Reason: "数据更正。", Again: []string{finance}}, opening.Correction)
	require.Equal(t, "2026-02-13", opening.Armed.Due.String(), "three working days from Tuesday")
}

func TestRoundRulesAreSet(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	plan := b.plan(b.importPolicy())
	path := "plans/" + plan + "/round-rules"
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodGet, path, nil).status, "a draft is not for units")
	var shown struct {
		deadline.Rounds
		Version int
	}
	b.get(org.Supervisor, path, &shown)
	require.Equal(t, deadline.DefaultRounds(), shown.Rounds)
	rounds := deadline.DefaultRounds()
	rounds.Rules[0].Due.Day = 25
	a := b.call(org.Supervisor, http.MethodPut, path, rounds)
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, `"1"`, a.header.Get("ETag"))
	require.Equal(t, []string{plan}, b.gateway.timed)
	require.Equal(t, `"1"`, b.call(org.Admin, http.MethodPut, path, rounds).header.Get("ETag"), "the same rule is no new version")
	rounds.Rules[0].Due.Day = 10
	problem := b.call(org.Supervisor, http.MethodPut, path, rounds, header{"Accept-Language": "en"}).problem(t)
	require.Equal(t, "faulty-round-rules", problem.Code)
	require.Equal(t, "rules[0].due", problem.Errors[0].Field)
	rounds.Rules[0].Due.Day = 26
	require.Equal(t, "stale", b.call(org.Supervisor, http.MethodPut, path, rounds, header{"If-Match": `"7"`}).problem(t).Code)
}
