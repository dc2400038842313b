package revision_test

import (
	"testing"

	"duban/policy"
	"duban/revision"
	"duban/target"

	"github.com/stretchr/testify/require"
)

// outcome is what became of each correction: its new number, or why it is open.
func outcome(c revision.Carried) map[int]any {
	all := map[int]any{}
	for _, k := range c.Kept {
		all[k.From] = k.Seq
	}
	for _, o := range c.Open {
		all[o.Seq] = o.Why
	}
	return all
}

func TestCarry(t *testing.T) {
	unit := func(name string) []revision.Unit { return []revision.Unit{{Written: name, Role: policy.Lead}} }
	reworded := task(t, parse(t, newer), 3).Text
	history := numbered(
		change(revision.SetUnits, revision.Units{Task: 1, Units: unit("市图书馆")}),                                                // 1: units of 书房 did not change
		change(revision.SetTargets, revision.Targets{Task: 1, Targets: []target.Target{{Kind: target.Narrative, Text: "书房"}}}), // 2: its figures did
		change(revision.DecideLead, revision.Lead{Task: 2, Leads: []string{"市住建局"}}),                                           // 3: 图书馆 was dropped
		change(revision.RewordTask, revision.Reword{Task: 3, Title: pointer("广泛开展阅读活动"), Text: &reworded}),                     // 4: so it says now
		change(revision.RewordTask, revision.Reword{Task: 4, Title: pointer("保障经费")}),                                          // 5: fits
		change(revision.SplitTask, revision.Split{Task: 3, Parts: []revision.Part{{}, {From: 9}}}),                             // 6: fits what 4 asked for
		change(revision.SetUnits, revision.Units{Task: 5, Units: unit("市总工会")}),                                                // 7: units of 阅读活动 did change
		change(revision.SetDeadline, revision.Deadline{Task: 4, Date: date(2029, 6, 30)}),                                      // 8: fits
		change(revision.AddTask, revision.Add{After: 4, Title: "加强评估", Text: "每年评估。", Units: unit("市督查室")}),                    // 9: fits
		change(revision.SetUnits, revision.Units{Task: 6, Units: unit("市统计局")}),                                                // 10: of the added task
		change(revision.AddTask, revision.Add{After: 0, Title: "完善统筹机制", Text: "建立联席会议。", Units: unit("市委宣传部")}),               // 11: read by now
		change(revision.MoveTask, revision.Move{Task: 7, After: pointer(4)}),                                                   // 12: builds on 11
		change(revision.SetDocument, revision.Document{Number: pointer("政发〔2026〕8号")}),                                         // 13: fits
		change(revision.SetDocument, revision.Document{Period: &policy.Period{From: 2026, To: 2032}}),                          // 14: changed
		change(revision.MergeTasks, revision.Merge{Tasks: []int{4, 6}}),                                                        // 15: both are as they were
		change(revision.DeleteTask, revision.Delete{Task: 2}),                                                                  // 16: dropped already
		change(revision.MoveTask, revision.Move{Task: 4, After: pointer(1)}),                                                   // 17: fits
	)
	carried, err := revision.Carry(parse(t, opinion), parse(t, newer), history)
	require.NoError(t, err)
	require.Equal(t, map[int]any{
		1: 1, 2: revision.Changed, 3: revision.Removed, 4: revision.Already, 5: 2, 6: 3, 7: revision.Changed,
		8: 4, 9: 5, 10: 6, 11: revision.MaybeRead, 12: revision.Depends, 13: 7, 14: revision.Changed, 15: 8, 16: revision.Removed, 17: 9,
	}, outcome(carried))

	require.Equal(t, []string{"市图书馆"}, task(t, carried.Draft, 2).Lead, "the same task under its new key")
	merged := task(t, carried.Draft, 4)
	require.Equal(t, "保障经费", merged.Title)
	require.Equal(t, date(2029, 6, 30), merged.Deadline)
	require.Equal(t, []string{"市财政局", "市统计局"}, merged.Lead)
	require.Equal(t, "政发〔2026〕8号", carried.Draft.Number)
	require.Equal(t, 7, carried.Draft.Fields["number"].Corrected, "numbered as in the new draft")
	require.Equal(t, []int{1, 2, 4, 3, 5}, keysOf(carried.Draft))
	require.Contains(t, carried.Open[0].Reason, "目标")
	require.Contains(t, carried.Open[0].ReasonEn, "targets")
}

// A key of the old draft may be another task's in the new one.
func TestSplitPartsAreFollowed(t *testing.T) {
	history := numbered(
		change(revision.SplitTask, revision.Split{Task: 4, Parts: []revision.Part{{}, {From: 7}}}),
		change(revision.RewordTask, revision.Reword{Task: 5, Title: pointer("列入预算")}),
		change(revision.MoveTask, revision.Move{Task: 5, After: pointer(3)}))
	with := newer + "\n5.加强宣传引导。营造氛围。（牵头单位：市委宣传部）\n"
	carried, err := revision.Carry(parse(t, opinion), parse(t, with), history)
	require.NoError(t, err)
	require.Empty(t, carried.Open)
	require.Equal(t, []int{1, 2, 3, 6, 4, 5}, keysOf(carried.Draft))
	require.Equal(t, "列入预算", task(t, carried.Draft, 6).Title)
	require.Equal(t, "加强宣传引导", task(t, carried.Draft, 5).Title)
}

func TestCarryRefusesAHistoryOfAnotherDraft(t *testing.T) {
	history := numbered(change(revision.DeleteTask, revision.Delete{Task: 40}))
	_, err := revision.Carry(parse(t, opinion), parse(t, newer), history)
	require.ErrorContains(t, err, "correction 1")
}
