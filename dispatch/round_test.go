package dispatch_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
)

// january is the round of January 2026: asked on Tuesday the 20th, due on
// Wednesday the 28th.
func january(t require.TestingT) dispatch.RoundOpening {
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	rounds := deadline.DefaultRounds()
	due := date(2026, time.January, 28)
	period := calendar.Period{Every: calendar.Monthly, Year: 2026, N: 1}
	return dispatch.RoundOpening{ID: dispatch.RoundID("plan", period, 1), Plan: "plan", PlanTitle: "教育强市方案", Period: period, Version: 1, Supervisor: inspector,
		Asked:      []org.UnitRef{heping, dongyuan, planning},
		Armed:      dispatch.Armed{Due: due, DueAt: deadline.Due(due, shanghai), Moments: rounds.Ladder.Moments(due, days, shanghai)},
		CompileDue: deadline.Due(rounds.CompileDue(due, days), shanghai)}
}

func sheetLine(n int, unit org.UnitRef, asked int64, said dispatch.Progress, reported int) dispatch.Line {
	source := dispatch.Source{}
	if reported > 0 {
		source = dispatch.Source{Report: reported, At: morning, InPeriod: true}
	}
	return dispatch.Line{Assignment: dispatch.AssignmentID("plan-7-2026", n), Target: "plan-7-2026", Item: item(n, unit, asked), Due: date(2026, time.November, 30),
		Status: "in-progress", Said: said, Source: source}
}

// gathered are the sheets of heping, which has reported within the month, and of
// dongyuan, which never has; planning has nothing to report.
func gathered() dispatch.Gathered {
	opening := fiveCommunities()
	return dispatch.Gathered{Units: []org.UnitRef{heping, dongyuan, planning},
		Sheets: []dispatch.Sheet{
			{Unit: heping, Status: dispatch.SheetOpen, Version: 1, Lines: []dispatch.Line{sheetLine(1, heping, 3, dispatch.Progress{Text: "选址完成。", Percent: 40, Amount: amount(1)}, 2)}},
			{Unit: dongyuan, Status: dispatch.SheetOpen, Version: 1, Lines: []dispatch.Line{sheetLine(2, dongyuan, 2, dispatch.Progress{}, 0)}},
		},
		Sections: []dispatch.Section{{Target: "plan-7-2026", Task: opening.Task, Year: 2026, Leads: opening.Leads, Requirement: opening.Requirement}}}
}

func asked(t *testing.T) *life[dispatch.ReportRound] {
	t.Helper()
	l := &life[dispatch.ReportRound]{t: t, now: day(2026, time.January, 20, 9)}
	l.does(act.Process(), dispatch.Open, january(t))
	require.Len(t, l.effects, 1)
	require.Equal(t, january(t).Asked, l.effects[0].GatherSheets.Units)
	l.does(act.Process(), dispatch.TakeInSheets, gathered())
	return l
}

func lines(unit org.UnitRef, version int, said ...dispatch.SheetLine) dispatch.SheetLines {
	return dispatch.SheetLines{Unit: unit.ID, Version: version, Lines: said}
}

func says(n int, text string, percent int, reached int64) dispatch.SheetLine {
	return dispatch.SheetLine{Assignment: dispatch.AssignmentID("plan-7-2026", n), Progress: dispatch.Progress{Text: text, Percent: percent, Amount: amount(reached)}}
}

func compilation(summary string) dispatch.Compilation {
	return dispatch.Compilation{Target: "plan-7-2026", Summary: summary}
}

func TestRoundFromAskingToFreezing(t *testing.T) {
	l := asked(t)
	require.ElementsMatch(t, []string{"heping operator report", "dongyuan operator report"}, l.waitsFor(), "who has nothing to report is not asked")
	require.Equal(t, dispatch.RoundFilling, l.state.Status())

	l.does(operatorOf(heping), dispatch.SubmitSheet, lines(heping, 0))
	require.Empty(t, l.told(dispatch.NoteReport), "what the assignment knows already is no news")
	l.refused("not-all-in", operatorOf(education), dispatch.Compile, compilation("进展顺利。"))

	l.refused("incomplete", operatorOf(dongyuan), dispatch.SubmitSheet, lines(dongyuan, 0))
	l.does(operatorOf(dongyuan), dispatch.SaveSheet, lines(dongyuan, 1, says(2, "开工建设。", 10, 0)))
	l.refused("stale", operatorOf(dongyuan), dispatch.SaveSheet, lines(dongyuan, 1, says(2, "覆盖他人", 10, 0)))
	l.does(headOf(dongyuan), dispatch.SubmitSheet, lines(dongyuan, 2, says(2, "开工建设。", 20, 1)))
	told := l.told(dispatch.NoteReport)
	require.Len(t, told, 1)
	require.Equal(t, dispatch.AssignmentWorkflow("plan-7-2026-2"), told[0].Workflow)
	var report dispatch.RoundReport
	require.NoError(t, told[0].Command.Decode(&report))
	require.Equal(t, dispatch.RoundReport{Round: "plan-2026-01", By: headOf(dongyuan), Progress: says(2, "开工建设。", 20, 1).Progress}, report)

	require.Equal(t, []string{"education operator compile"}, l.waitsFor())
	require.Equal(t, dispatch.RoundCompiling, l.state.Status())
	l.refused("not-the-lead-unit", operatorOf(planning), dispatch.Compile, compilation("进展顺利。"))
	l.refused("not-compiled", supervisorOf(inspector), dispatch.Freeze, dispatch.Because{})
	l.does(operatorOf(education), dispatch.Compile, compilation("进展顺利。"))
	compiled := l.state.Sections[0].Compiled
	require.Equal(t, amount(2), compiled.Results[0].Value, "1 of heping and 1 of dongyuan")
	require.Empty(t, compiled.Missing)

	require.Equal(t, []string{"inspector supervisor freeze"}, l.waitsFor())
	refusal := l.refused("lines", operatorOf(heping), dispatch.SubmitSheet, lines(heping, 0, says(1, "更多", 50, 2)))
	require.Equal(t, "compiled", refusal.Faults[0].Code)
	l.refused("not-the-supervisor", operatorOf(education), dispatch.Freeze, dispatch.Because{})
	l.does(supervisorOf(inspector), dispatch.Freeze, dispatch.Because{})
	require.True(t, l.state.IsClosed())
	require.Empty(t, l.waitsFor())
	l.refused("frozen", operatorOf(heping), dispatch.SaveSheet, lines(heping, 1, says(1, "更多", 50, 2)))
	l.refused("frozen", operatorOf(education), dispatch.Compile, compilation("改写"))
	require.Equal(t, []string{"round.opened", "round.gathered", "round.sheet-submitted", "round.sheet-saved", "round.sheet-submitted", "round.compiled", "round.frozen"}, l.types)

	row := l.state.View().Rounds[0]
	require.Equal(t, row.Digest, dispatch.RoundDigest(json.RawMessage(row.Content)), "the digest is that of the content")
	require.NotEqual(t, row.Digest, dispatch.RoundDigest(json.RawMessage(row.Content+" ")))
	var content dispatch.RoundContent
	require.NoError(t, json.Unmarshal([]byte(row.Content), &content))
	require.Equal(t, "进展顺利。", content.Sections[0].Compiled.Summary)
	require.Equal(t, "开工建设。", content.Sections[0].Lines[1].Said.Text)
}

func TestLateUnitsAreChasedAndLeftOut(t *testing.T) {
	l := asked(t)
	l.does(operatorOf(heping), dispatch.SubmitSheet, lines(heping, 0))
	l.passes(day(2026, time.January, 28, 23))
	to := func(u org.UnitRef, role org.Role) []string { return l.noticesTo(org.Party{Unit: u.ID, Role: role}) }
	require.Equal(t, []string{"report", "remind", "remind", "remind"}, to(dongyuan, org.Operator), "3 days before (a Sunday: on the Friday), 1 day before, and on the day")
	require.Equal(t, []string{"remind", "remind"}, to(dongyuan, org.Head))
	require.Equal(t, []string{"report"}, to(heping, org.Operator), "who has answered is left alone")
	l.refused("not-all-in", operatorOf(education), dispatch.Compile, compilation("缺一县。"))

	l.passes(day(2026, time.January, 29, 1))
	require.Equal(t, []string{"remind", "remind", "overdue"}, to(dongyuan, org.Head))
	require.Equal(t, []string{"compile"}, to(education, org.Operator))
	require.Equal(t, []org.UnitRef{dongyuan}, l.effects[len(l.effects)-1].GatherSheets.Units, "its sheet is filled in with what it reported meanwhile")
	l.passes(day(2026, time.February, 3, 12))
	require.Equal(t, []string{"remind", "remind", "overdue", "urge", "urge"}, to(dongyuan, org.Head), "on every second working day")
	require.Equal(t, []string{"urge", "urge"}, to(education, org.Head), "the lead unit has its part to do as well")

	l.does(operatorOf(education), dispatch.Compile, compilation("缺一县。"))
	require.Equal(t, []org.UnitRef{dongyuan}, l.state.Sections[0].Compiled.Missing)
	require.Equal(t, amount(1), l.state.Sections[0].Compiled.Results[0].Value)
	l.does(supervisorOf(inspector), dispatch.Freeze, dispatch.Because{})
	var content dispatch.RoundContent
	require.NoError(t, json.Unmarshal(l.state.Content(), &content))
	require.False(t, content.Sections[0].Lines[0].Missing)
	require.True(t, content.Sections[0].Lines[1].Missing, "marked for ever")
	_, chased := l.state.Next()
	require.False(t, chased)
}

func TestALateSheetIsMarked(t *testing.T) {
	l := asked(t)
	l.passes(day(2026, time.January, 30, 9))
	l.does(operatorOf(dongyuan), dispatch.SubmitSheet, lines(dongyuan, 0, says(2, "开工。", 10, 0)))
	require.True(t, l.state.Sheets[1].Late)
	row := l.state.View().Rounds[0]
	require.Equal(t, []int{2, 1, 2}, []int{row.Sheets, row.Submitted, row.Late}, "one came late, one is still out")
}

func TestTheSupervisorFreezesWithoutALeadUnit(t *testing.T) {
	l := asked(t)
	l.passes(day(2026, time.February, 2, 23))
	l.refused("not-compiled", supervisorOf(inspector), dispatch.Freeze, dispatch.Because{Reason: "上报市政府。"})
	l.passes(day(2026, time.February, 3, 1))
	l.refused("required", supervisorOf(inspector), dispatch.Freeze, dispatch.Because{})
	l.does(supervisorOf(inspector), dispatch.Freeze, dispatch.Because{Reason: "上报市政府。"})
	var content dispatch.RoundContent
	require.NoError(t, json.Unmarshal(l.state.Content(), &content))
	require.False(t, content.Sections[0].ByLead)
	require.Equal(t, []org.UnitRef{heping, dongyuan}, content.Sections[0].Compiled.Missing)
	require.Len(t, content.Sections[0].Compiled.Results, 1, "the figures are added up all the same")
}

func TestASheetIsSentBack(t *testing.T) {
	l := asked(t)
	l.refused("not-submitted", operatorOf(education), dispatch.SendBack, dispatch.SheetReturn{Unit: heping.ID, Reason: "数据有误。"})
	l.does(operatorOf(heping), dispatch.SubmitSheet, lines(heping, 0))
	l.does(operatorOf(dongyuan), dispatch.SubmitSheet, lines(dongyuan, 0, says(2, "开工。", 10, 0)))
	l.does(operatorOf(education), dispatch.Compile, compilation("汇总。"))
	l.refused("not-the-lead-unit", operatorOf(dongyuan), dispatch.SendBack, dispatch.SheetReturn{Unit: heping.ID, Reason: "数据有误。"})
	l.refused("required", operatorOf(education), dispatch.SendBack, dispatch.SheetReturn{Unit: heping.ID})
	l.does(operatorOf(education), dispatch.SendBack, dispatch.SheetReturn{Unit: heping.ID, Reason: "数据有误。"})
	require.Equal(t, []string{"heping operator report"}, l.waitsFor(), "and the section is to be compiled anew")
	require.Equal(t, "数据有误。", l.state.Sheets[0].Returned)
	l.does(operatorOf(heping), dispatch.SubmitSheet, lines(heping, 0, says(1, "选址完成，更正数据。", 45, 2)))
	require.Empty(t, l.state.Sheets[0].Returned)
	require.Equal(t, []string{"education operator compile"}, l.waitsFor())
}

func TestNewsOfTheAssignmentsComeIn(t *testing.T) {
	l := asked(t)
	l.does(operatorOf(heping), dispatch.SaveSheet, lines(heping, 1, says(1, "本单位自己写的。", 41, 1)))
	l.does(operatorOf(dongyuan), dispatch.RefreshSheet, dispatch.SheetUnit{Unit: dongyuan.ID})
	require.Equal(t, []org.UnitRef{dongyuan}, l.effects[len(l.effects)-1].GatherSheets.Units)
	l.refused("not-the-reporting-unit", operatorOf(heping), dispatch.RefreshSheet, dispatch.SheetUnit{Unit: dongyuan.ID})

	news := gathered()
	news.Sheets[0].Lines[0].Said.Text = "后来在任务单上报告的。"
	news.Sheets[1].Lines[0] = sheetLine(2, dongyuan, 2, dispatch.Progress{Text: "任务单上报告。", Percent: 30, Amount: amount(1)}, 1)
	news.Sheets[1].Lines = append(news.Sheets[1].Lines, sheetLine(3, dongyuan, 1, dispatch.Progress{}, 0))
	l.does(act.Process(), dispatch.TakeInSheets, news)
	require.Equal(t, "本单位自己写的。", l.state.Sheets[0].Lines[0].Said.Text, "what the unit wrote itself stays")
	require.Equal(t, "任务单上报告。", l.state.Sheets[1].Lines[0].Said.Text)
	require.Len(t, l.state.Sheets[1].Lines, 2, "it was dispatched meanwhile")
	require.Equal(t, 2, l.state.Sheets[1].Version)

	news.Sheets[0].Lines[0].Closed, news.Sheets[0].Lines[0].Accepted = true, true
	news.Sheets[0].Lines[0].Said = dispatch.Progress{Text: "已办结。", Percent: 100, Amount: amount(3)}
	l.does(act.Process(), dispatch.TakeInSheets, news)
	require.Equal(t, "已办结。", l.state.Sheets[0].Lines[0].Said.Text, "the end of the assignment has the last word")
	require.Equal(t, dispatch.SheetSettled, l.state.Sheets[0].Status)
	require.Equal(t, []string{"dongyuan operator report"}, l.waitsFor(), "and nothing more is asked of the unit")
	l.refused("nothing-asked", operatorOf(heping), dispatch.SaveSheet, lines(heping, l.state.Sheets[0].Version, says(1, "还想改", 50, 1)))
	l.refused("nothing-asked", operatorOf(heping), dispatch.SubmitSheet, lines(heping, 0))
	require.Empty(t, l.told(dispatch.NoteReport))
	l.refused("internal", operatorOf(heping), dispatch.TakeInSheets, news)
}

func TestWhatIsWrittenIsChecked(t *testing.T) {
	l := asked(t)
	save := func(line dispatch.SheetLine) *act.Refusal {
		return l.refused("lines", operatorOf(heping), dispatch.SaveSheet, lines(heping, 1, line))
	}
	require.Equal(t, "lines[0].assignment", save(says(9, "别的", 1, 0)).Faults[0].Field)
	require.Equal(t, "lines[0].percent", save(says(1, "过头", 101, 0)).Faults[0].Field)
	long := says(1, "长", 1, 0)
	for range 4001 {
		long.Evidence += "长"
	}
	require.Equal(t, "lines[0].evidence", save(long).Faults[0].Field)
	l.refused("version-required", operatorOf(heping), dispatch.SaveSheet, lines(heping, 0, says(1, "无版本", 1, 0)))
	l.refused("not-found", operatorOf(planning), dispatch.SubmitSheet, lines(planning, 0))
	l.refused("not-the-reporting-unit", operatorOf(dongyuan), dispatch.SubmitSheet, lines(heping, 0))
	l.refused("already-exists", act.Process(), dispatch.Open, january(t))
	l.refused("unknown-command", operatorOf(heping), "dance", struct{}{})
}

func TestWhoWaitsUrges(t *testing.T) {
	l := asked(t)
	l.refused("may-not-urge", operatorOf(heping), dispatch.Urge, dispatch.Urging{Unit: dongyuan.ID})
	l.does(operatorOf(education), dispatch.Urge, dispatch.Urging{Unit: dongyuan.ID})
	require.Equal(t, []string{"urge"}, l.noticesTo(org.Party{Unit: dongyuan.ID, Role: org.Head}))
	l.refused("urged-lately", headOf(education), dispatch.Urge, dispatch.Urging{Unit: dongyuan.ID})
	l.does(supervisorOf(inspector), dispatch.Urge, dispatch.Urging{Unit: heping.ID})
}

func TestARoundWithNothingToReportEnds(t *testing.T) {
	l := &life[dispatch.ReportRound]{t: t, now: day(2026, time.January, 20, 9)}
	l.refused("internal", operatorOf(education), dispatch.Open, january(t))
	l.does(act.Process(), dispatch.Open, january(t))
	l.does(act.Process(), dispatch.TakeInSheets, dispatch.Gathered{Units: january(t).Asked})
	require.True(t, l.state.IsClosed())
}

// An assignment that goes to another unit stands on one sheet, and is asked once.
func TestAnAssignmentGoesToAnotherUnit(t *testing.T) {
	onSheets := func(l *life[dispatch.ReportRound]) [][]string {
		var all [][]string
		for _, s := range l.state.Sheets {
			ids := []string{}
			for _, line := range s.Lines {
				ids = append(ids, line.Assignment[len("plan-7-2026-"):])
			}
			all = append(all, ids)
		}
		return all
	}
	news := func(line dispatch.Line) dispatch.Gathered {
		whole := gathered()
		whole.Units, whole.Sheets = []org.UnitRef{heping}, whole.Sheets[:1]
		whole.Sheets[0].Lines = append(whole.Sheets[0].Lines, line)
		return whole
	}
	moved := sheetLine(2, heping, 2, dispatch.Progress{}, 0)

	l := asked(t)
	l.does(act.Process(), dispatch.TakeInSheets, dispatch.Gathered{Units: []org.UnitRef{dongyuan}})
	require.Equal(t, [][]string{{"1"}, {"2"}}, onSheets(l), "it is asked where it was asked first")
	l.does(act.Process(), dispatch.TakeInSheets, news(moved))
	require.Equal(t, [][]string{{"1", "2"}, {}}, onSheets(l))
	require.Equal(t, dispatch.SheetSettled, l.state.Sheets[1].Status)
	require.Equal(t, []string{"heping operator report"}, l.waitsFor(), "who has nothing left is not pressed")
	l.refused("nothing-asked", operatorOf(dongyuan), dispatch.SubmitSheet, lines(dongyuan, 0))
	l.does(operatorOf(dongyuan), dispatch.RefreshSheet, dispatch.SheetUnit{Unit: dongyuan.ID})

	l = asked(t)
	l.does(operatorOf(dongyuan), dispatch.SubmitSheet, lines(dongyuan, 0, says(2, "移交前的进展。", 20, 1)))
	l.does(act.Process(), dispatch.TakeInSheets, news(moved))
	require.Equal(t, [][]string{{"1"}, {"2"}}, onSheets(l), "what was answered is not asked of the next unit")
}

// What a lead unit has compiled does not change under it.
func TestWhatIsCompiledStays(t *testing.T) {
	l := asked(t)
	l.does(operatorOf(heping), dispatch.SubmitSheet, lines(heping, 0))
	l.passes(day(2026, time.January, 29, 9))
	l.does(operatorOf(education), dispatch.Compile, compilation("缺一县。"))
	news := gathered()
	news.Sheets[1].Lines[0] = sheetLine(2, dongyuan, 2, dispatch.Progress{Text: "迟到的报告。", Percent: 30, Amount: amount(1)}, 1)
	l.does(act.Process(), dispatch.TakeInSheets, news)
	require.Empty(t, l.state.Sheets[1].Lines[0].Said.Text)
	l.does(operatorOf(dongyuan), dispatch.SubmitSheet, lines(dongyuan, 0))
	l.does(supervisorOf(inspector), dispatch.Freeze, dispatch.Because{})
	var content dispatch.RoundContent
	require.NoError(t, json.Unmarshal(l.state.Content(), &content))
	require.True(t, content.Sections[0].Lines[1].Missing, "it came when the task was compiled")
}

func TestWhoReportsForMergedUnits(t *testing.T) {
	gone := org.UnitRef{ID: "gone", Name: "已撤销"}
	acting := func(id string) (org.UnitRef, bool) {
		if id == dongyuan.ID {
			return heping, true
		}
		return org.UnitRef{ID: id, Name: id}, id != gone.ID
	}
	reporters, merged := dispatch.Reporters([]org.UnitRef{dongyuan, gone, heping}, acting)
	require.Equal(t, []org.UnitRef{heping, gone}, reporters, "each once; who is nobody's any more is missed")
	require.Equal(t, []dispatch.MergedUnit{{Unit: dongyuan.ID, Into: heping.ID}}, merged)

	in := january(t)
	in.Asked, in.Merged = []org.UnitRef{heping, planning}, merged
	l := &life[dispatch.ReportRound]{t: t, now: day(2026, time.January, 20, 9)}
	l.does(act.Process(), dispatch.Open, in)
	request := *l.effects[0].GatherSheets
	require.Equal(t, []string{heping.ID, planning.ID, dongyuan.ID}, request.UnitIDs())
	require.Equal(t, heping.ID, request.Reporter(dongyuan.ID))
	require.Equal(t, planning.ID, request.Reporter(planning.ID))
}

func TestManyUnitsAreGatheredInParts(t *testing.T) {
	in := january(t)
	in.Asked = nil
	for i := range 45 {
		in.Asked = append(in.Asked, org.UnitRef{ID: string(rune('A' + i)), Name: "单位"})
	}
	l := &life[dispatch.ReportRound]{t: t, now: day(2026, time.January, 20, 9)}
	l.does(act.Process(), dispatch.Open, in)
	require.Len(t, l.effects, 3)
	l.does(act.Process(), dispatch.TakeInSheets, dispatch.Gathered{Units: in.Asked[:20]})
	require.False(t, l.state.IsClosed(), "the others are still to come")
	require.Len(t, l.state.Gathering, 25)
}

func TestACorrectionIsANewVersion(t *testing.T) {
	in := january(t)
	in.Version, in.ID = 2, dispatch.RoundID("plan", in.Period, 2)
	in.Correction = &dispatch.Correction{Of: "plan-2026-01", Reason: "东源县数据更正。", Again: []string{dongyuan.ID}}
	l := &life[dispatch.ReportRound]{t: t, now: day(2026, time.February, 10, 9)}
	l.refused("not-the-supervisor", operatorOf(education), dispatch.Open, in)
	without := in
	without.Correction = &dispatch.Correction{Of: "plan-2026-01", Again: []string{dongyuan.ID}}
	l.refused("required", supervisorOf(inspector), dispatch.Open, without)
	l.does(supervisorOf(inspector), dispatch.Open, in)
	require.Equal(t, in.Correction, l.effects[0].GatherSheets.Correction)
	sheets := gathered()
	sheets.Sheets[0].Status = dispatch.SheetSubmitted
	l.does(act.Process(), dispatch.TakeInSheets, sheets)
	require.Equal(t, []string{"dongyuan operator report"}, l.waitsFor(), "only who is asked again")
	row := l.state.View().Rounds[0]
	require.Equal(t, "plan-2026-01", row.Corrects)
	require.Contains(t, row.Title, "第2版")
}

func TestRoundIDs(t *testing.T) {
	for id, workflow := range map[string]string{
		"plan-2026-01": "report/plan/2026-01", "plan-2026-Q1": "report/plan/2026-Q1", "plan-2026": "report/plan/2026", "plan-2026-Q1.2": "report/plan/2026-Q1/2",
	} {
		plan, period, version, ok := dispatch.ParseRoundID(id)
		require.True(t, ok, id)
		require.Equal(t, id, dispatch.RoundID(plan, period, version))
		require.Equal(t, workflow, dispatch.RoundWorkflow(id))
	}
	for _, id := range []string{"plan", "plan-", "-2026", "plan-2026.1", "plan-2026.x", "plan-2026-13", "plan-2026-01-1", "plan-2026.02"} {
		_, _, _, ok := dispatch.ParseRoundID(id)
		require.False(t, ok, id)
	}
}
