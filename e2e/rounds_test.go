package e2e_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	engine "go.temporal.io/sdk/client"

	"duban/app"
	"duban/client"
	"duban/dispatch"
	"duban/org"
)

// round is a report round as far as the tests need it.
type round struct {
	ID          string
	Status      string
	Period      string
	DueDate     string
	Sheets      int
	Submitted   int
	Late        int
	Digest      string
	Content     json.RawMessage
	SectionList []struct {
		AnnualTarget string
		Missing      []org.UnitRef
	}
}

// sheet is one unit's part of it.
type sheet struct {
	Version int
	Status  string
	Lines   []struct {
		Assignment string
		Text       string
		Percent    int
		Source     struct {
			Round    string
			InPeriod bool
		}
	}
}

// reporting is a plan's report rounds as people see them.
type reporting struct {
	*office
	ctx  context.Context
	plan string
	acts int
}

func (r *reporting) round(period string) round {
	r.t.Helper()
	var shown round
	require.NoError(r.t, r.as(inspectors, org.Supervisor).Get(r.ctx, "rounds/"+r.plan+"-"+period, &shown))
	return shown
}

func (r *reporting) sheet(period, unit string) sheet {
	r.t.Helper()
	var shown sheet
	require.NoError(r.t, r.as(unit, org.Operator).Get(r.ctx, "rounds/"+r.plan+"-"+period+"/sheets/mine", &shown))
	return shown
}

func (r *reporting) on(unit string, role org.Role, period string, fields map[string]any) error {
	r.acts++
	return r.as(unit, role).Post(r.ctx, "rounds/"+r.plan+"-"+period+"/actions", fields, nil, client.Key("act-"+time.Duration(r.acts).String()))
}

// answer writes what is new on a unit's sheet, if anything, and submits it.
func (r *reporting) answer(period, unit, text string, percent int) {
	r.t.Helper()
	fields := map[string]any{"action": "submit-sheet"}
	if text != "" {
		var lines []any
		for _, line := range r.sheet(period, unit).Lines {
			lines = append(lines, map[string]any{"assignment": line.Assignment, "text": text, "percent": percent})
		}
		fields["lines"] = lines
	}
	require.NoError(r.t, r.on(unit, org.Operator, period, fields))
}

// freeze compiles and freezes a round, and checks the digest of what comes out.
func (r *reporting) freeze(period string) round {
	r.t.Helper()
	for _, section := range r.round(period).SectionList {
		require.NoError(r.t, r.on(lead, org.Operator, period, map[string]any{"action": "compile", "annualTarget": section.AnnualTarget, "summary": period + "进展顺利。"}))
	}
	require.NoError(r.t, r.on(inspectors, org.Supervisor, period, map[string]any{"action": "freeze", "reason": ""}))
	frozen := r.round(period)
	require.Equal(r.t, "frozen", frozen.Status)
	sum := sha256.Sum256(frozen.Content)
	require.Equal(r.t, frozen.Digest, hex.EncodeToString(sum[:]))
	return frozen
}

// reports counts the progress reports of an assignment.
func (r *reporting) reports(assignment string) int {
	r.t.Helper()
	var shown struct{ Reports []any }
	require.NoError(r.t, r.as(inspectors, org.Supervisor).Get(r.ctx, "assignments/"+assignment, &shown))
	return len(shown.Reports)
}

// A quarter with two months before it: nothing is asked twice, one unit is late,
// and what is frozen stays.
func TestAQuarterOfReports(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-01-05 10:00")
	works := office.dispatched(ctx, 16, 2026)
	plan, _, _, _ := dispatch.ParseTargetID(works[0].ID[:strings.LastIndex(works[0].ID, "-")])
	r := &reporting{office: office, ctx: ctx, plan: plan}
	first, late := works[0], works[len(works)-1]
	for _, w := range works {
		require.NoError(t, office.as(w.Unit, org.Operator).Post(ctx, "assignments/"+w.ID+"/actions", map[string]string{"action": "acknowledge"}, nil, client.Key("ack-"+w.ID)))
	}
	require.NoError(t, office.as(first.Unit, org.Operator).Post(ctx, "assignments/"+first.ID+"/actions",
		map[string]any{"action": "report", "text": "制定了实施方案。", "percent": 10}, nil, client.Key("report")))

	// January: who has reported on its assignment only confirms.
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-01-20 09:30")))
	january := r.round("2026-01")
	require.Equal(t, "2026-01-28", january.DueDate)
	require.Equal(t, len(works), january.Sheets)
	mine := r.sheet("2026-01", first.Unit)
	require.Equal(t, "制定了实施方案。", mine.Lines[0].Text)
	require.True(t, mine.Lines[0].Source.InPeriod)
	r.answer("2026-01", first.Unit, "", 0)
	var problem *client.Problem
	require.ErrorAs(t, r.on(late.Unit, org.Operator, "2026-01", map[string]any{"action": "submit-sheet"}), &problem, "it has never said anything")
	require.Equal(t, http.StatusUnprocessableEntity, problem.Status)
	for _, w := range works[1:] {
		r.answer("2026-01", w.Unit, "开展了调研。", 10)
	}
	require.NoError(t, running.Clock().Settle(ctx))
	for _, w := range works {
		require.Equal(t, 1, r.reports(w.ID), "what is said in a round is a report of the assignment, and what was said there is none again")
	}
	r.freeze("2026-01")

	// February: asked after the holidays, filled in from January.
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-02-24 10:00")))
	mine = r.sheet("2026-02", late.Unit)
	require.Equal(t, "开展了调研。", mine.Lines[0].Text)
	require.Equal(t, r.plan+"-2026-01", mine.Lines[0].Source.Round)
	require.False(t, mine.Lines[0].Source.InPeriod)
	for _, w := range works {
		r.answer("2026-02", w.Unit, "完成了选点。", 30)
	}
	r.freeze("2026-02")

	// March is left to the quarter, which reuses February.
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-03-20 09:30")))
	err := office.as(inspectors, org.Supervisor).Get(ctx, "rounds/"+r.plan+"-2026-03", &round{})
	require.ErrorAs(t, err, &problem)
	require.Equal(t, http.StatusNotFound, problem.Status)
	mine = r.sheet("2026-Q1", first.Unit)
	require.Equal(t, "完成了选点。", mine.Lines[0].Text)
	require.True(t, mine.Lines[0].Source.InPeriod, "said within the quarter")
	for _, w := range works[:len(works)-1] {
		r.answer("2026-Q1", w.Unit, "", 0)
	}
	require.NoError(t, running.Clock().Settle(ctx))
	require.Equal(t, 2, r.reports(first.ID), "confirmed with one act, and nothing is told twice")
	require.Error(t, r.on(lead, org.Operator, "2026-Q1", map[string]any{"action": "compile", "annualTarget": r.round("2026-Q1").SectionList[0].AnnualTarget, "summary": "等不及。"}))

	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-03-31 10:00")))
	require.Equal(t, 1, r.round("2026-Q1").Late)
	var notices struct {
		Items []struct{ Kind, Title string }
	}
	require.NoError(t, office.as(late.Unit, org.Head).Get(ctx, "notices?limit=200", &notices))
	kinds := map[string]int{}
	for _, n := range notices.Items {
		if strings.Contains(n.Title, "季报") {
			kinds[n.Kind]++
		}
	}
	require.Equal(t, map[string]int{"remind": 2, "overdue": 1, "urge": 1}, kinds, "reminded before and on the day, urged two working days later")

	frozen := r.freeze("2026-Q1")
	require.Equal(t, late.Unit, frozen.SectionList[0].Missing[0].ID)
	var content dispatch.RoundContent
	require.NoError(t, json.Unmarshal(frozen.Content, &content))
	missing := 0
	for _, line := range content.Sections[0].Lines {
		if line.Missing {
			missing++
			require.Equal(t, "完成了选点。", line.Said.Text, "what it had said before stands there, marked")
		}
	}
	require.Equal(t, 1, missing)
	file, err := office.as(late.Unit, org.Operator).Download(ctx, "rounds/"+frozen.ID+"/export")
	require.NoError(t, err)
	book, err := excelize.OpenReader(bytes.NewReader(file))
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	known, err := book.GetCellValue("汇总", "A2")
	require.NoError(t, err)
	require.Contains(t, known, frozen.Digest)

	// Nothing changes any more.
	err = r.on(late.Unit, org.Operator, "2026-Q1", map[string]any{"action": "submit-sheet"})
	require.ErrorAs(t, err, &problem)
	require.Equal(t, http.StatusConflict, problem.Status)
	require.Equal(t, frozen.Digest, r.round("2026-Q1").Digest)
	recorded := events(ctx, t, office.as(inspectors, org.Supervisor), "round.frozen")
	require.Len(t, recorded, 3)

	// A correction is a version of its own.
	require.NoError(t, office.as(inspectors, org.Supervisor).Post(ctx, "rounds/"+frozen.ID+"/corrections",
		map[string]any{"reason": "补报。", "units": []string{late.Unit}}, nil, client.Key("correct")))
	require.NoError(t, running.Clock().Settle(ctx))
	second := r.round("2026-Q1.2")
	require.Equal(t, len(works)-1, second.Submitted, "what the others have said is taken over")
	r.answer("2026-Q1.2", late.Unit, "已完成选点并开工。", 40)
	corrected := r.freeze("2026-Q1.2")
	require.NotEqual(t, frozen.Digest, corrected.Digest)
	require.Equal(t, frozen.Digest, r.round("2026-Q1").Digest)
	verified(t, running)
	if *record != "" {
		started := startedBy(ctx, t, running, "rounds/"+plan+"/quarter")
		require.NoError(t, keepHistories(ctx, running, []string{dispatch.RoundWorkflow(frozen.ID), dispatch.RoundWorkflow(second.ID), started}))
	}
}

// startedBy is the workflow that a schedule started last.
func startedBy(ctx context.Context, t *testing.T, running *app.App, schedule string) string {
	t.Helper()
	described, err := running.Engine.ScheduleClient().GetHandle(ctx, schedule).Describe(ctx)
	require.NoError(t, err)
	actions := described.Info.RecentActions
	require.NotEmpty(t, actions)
	return actions[len(actions)-1].StartWorkflowResult.WorkflowID
}

// The turn of the year: of 35 communities by 2030, 12 are reached in 2026; the 23
// that remain are spread over four years, and what a unit did not finish comes
// first.
func TestTheYearTurns(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-03-02 10:00")
	const communities = 7
	works := office.dispatched(ctx, communities, 2026, func(items []any) {
		for _, item := range items {
			item.(map[string]any)["due"] = "2026-06-30"
		}
	})
	target := works[0].ID[:strings.LastIndex(works[0].ID, "-")]
	plan, _, _, _ := dispatch.ParseTargetID(target)
	var asked struct {
		Items []struct {
			ID, Unit, Measure string
			Amount            *float64
		}
	}
	inspector := office.as(inspectors, org.Supervisor)
	require.NoError(t, inspector.Get(ctx, "assignments?limit=200&annualTarget="+target, &asked))
	reached, left := 12.0, ""
	for _, a := range asked.Items {
		if a.Amount == nil {
			continue
		}
		amount := *a.Amount
		if a.Measure == "个" {
			if left == "" {
				left = a.Unit // it delivers nothing
				continue
			}
			amount = 2
			reached -= amount
		}
		on := "assignments/" + a.ID + "/actions"
		operator := office.as(a.Unit, org.Operator)
		require.NoError(t, operator.Post(ctx, on, map[string]any{"action": "acknowledge"}, nil, client.Key("ack-"+a.ID)))
		require.NoError(t, operator.Post(ctx, on, map[string]any{"action": "submit", "evidence": "已建成。", "amount": amount}, nil, client.Key("submit-"+a.ID)))
		require.NoError(t, office.as(lead, org.Operator).Post(ctx, on, map[string]any{"action": "review", "accept": true, "comment": "同意。"}, nil, client.Key("review-"+a.ID)))
	}
	require.Zero(t, reached, "12 are reached")

	// 1 November 2026 is a Sunday.
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-11-02 08:55")))
	var page struct {
		Items []struct{ ID, Status string }
	}
	require.NoError(t, inspector.Get(ctx, "annual-targets?year=2027&plan="+plan, &page))
	require.Empty(t, page.Items)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-11-02 09:05")))
	require.NoError(t, inspector.Get(ctx, "annual-targets?limit=200&year=2027&plan="+plan, &page))
	require.Greater(t, len(page.Items), 30, "every task that asks for something")
	for _, one := range page.Items {
		require.Equal(t, "proposed", one.Status)
	}
	type proposed struct {
		Status      string
		Version     int64
		Requirement struct{ Targets []struct{ Amount *float64 } }
		Proposal    struct {
			Reached map[string]float64
			Carried int
			Due     string
		}
		Items []struct {
			Unit    org.UnitRef
			Content string
			Amount  *float64
		}
	}
	next := "annual-targets/" + dispatch.TargetID(plan, communities, 2027)
	var shown proposed
	require.NoError(t, inspector.Get(ctx, next, &shown))
	require.InDelta(t, 6, *shown.Requirement.Targets[0].Amount, 0, "23 over four years")
	require.Contains(t, shown.Proposal.Reached, "1")
	require.InDelta(t, 12, shown.Proposal.Reached["1"], 0)
	require.Equal(t, left, shown.Items[0].Unit.ID)
	require.Contains(t, shown.Items[0].Content, "结转")
	require.Equal(t, "2026-11-30", shown.Proposal.Due, "20 working days")

	// Proposed again, by hand, it is the same.
	require.NoError(t, running.Engine.ScheduleClient().GetHandle(ctx, "year-turn/"+plan).Trigger(ctx, engine.ScheduleTriggerOptions{}))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-11-02 09:10")))
	var again proposed
	require.NoError(t, inspector.Get(ctx, next, &again))
	require.Equal(t, shown, again)

	require.NoError(t, office.as(lead, org.Operator).Post(ctx, next+"/actions", map[string]any{"action": "confirm-target"}, nil, client.Key("confirm")))
	require.NoError(t, inspector.Get(ctx, next, &again))
	require.Equal(t, "drafted", again.Status)
	var problem *client.Problem
	err := office.as(lead, org.Operator).Post(ctx, next+"/actions", map[string]any{"action": "confirm-target"}, nil, client.Key("confirm-again"))
	require.True(t, errors.As(err, &problem) && problem.Status == http.StatusConflict)

	// What nobody confirms goes to the head, and then to the supervisor.
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-12-04 12:00")))
	others := len(page.Items) - 1
	require.Len(t, events(ctx, t, inspector, "target.confirmation-overdue"), others)
	require.Len(t, events(ctx, t, inspector, "target.confirmation-urge"), 2*others)
	verified(t, running)
	if *record != "" {
		turned := startedBy(ctx, t, running, "year-turn/"+plan)
		require.NoError(t, keepHistories(ctx, running, []string{turned, dispatch.TargetWorkflow(dispatch.TargetID(plan, communities, 2027))}))
	}
}
