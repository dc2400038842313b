package rehearsal_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSmallPlan plays a year in which nothing is left to chance and compares
// every reminder and escalation with dates that were computed by hand from the
// default ladder (30, 14, 7, 3 and 1 days before, and the day itself; 1, 3, 7 and
// 15 working days after) and the working days of 2026.
func TestSmallPlan(t *testing.T) {
	t.Parallel()
	result := played(t, withoutChance())
	require.Empty(t, result.Refused)
	require.Empty(t, result.Unanswered)
	require.Equal(t, "小方案", result.Plan)

	var sent []string
	for _, s := range result.Sent {
		sent = append(sent, fmt.Sprintf("%s %s task %s %s", s.Date, s.Kind, s.TaskNo, s.UnitName))
	}
	require.Equal(t, []string{
		// Task 1, due on Tuesday 30 June. 31 May is a Sunday, 27 June a Saturday. East
		// submits on 25 June, three working days before, and is left alone from then.
		"2026-05-29 remind task 1 东县",
		"2026-05-29 remind task 1 西县",
		"2026-06-16 remind task 1 东县",
		"2026-06-16 remind task 1 西县",
		"2026-06-23 remind task 1 东县",
		"2026-06-23 remind task 1 西县",
		"2026-06-26 remind task 1 西县",
		"2026-06-29 remind task 1 西县",
		"2026-06-30 remind task 1 西县",
		// West submits on 6 July, four working days late: accepted on the 7th.
		"2026-07-01 overdue task 1 西县",
		"2026-07-01 urge task 1 西县",
		"2026-07-03 supervise task 1 西县",
		"2026-07-03 supervision task 1 西县",
		// Task 3, due on 30 September. 25 to 27 September are days off, so that the
		// reminder of three days before comes on the 24th. West asks on 22 September and
		// is granted, an hour after that reminder, ten days more: until 10 October, a
		// Saturday on which people work. What comes seven and three days before that
		// falls into the holidays, and so on 30 September, on which West submits.
		"2026-08-31 remind task 3 西县",
		"2026-09-16 remind task 3 西县",
		"2026-09-23 remind task 3 西县",
		"2026-09-24 remind task 3 西县",
		"2026-09-30 remind task 3 西县",
		// Task 2, due on Monday 30 November. 31 October is a Saturday; 27 November is
		// the Friday of both three days and one day before.
		"2026-10-30 remind task 2 东县",
		"2026-11-16 remind task 2 东县",
		"2026-11-23 remind task 2 东县",
		"2026-11-27 remind task 2 东县",
		"2026-11-30 remind task 2 东县",
		"2026-12-01 overdue task 2 东县",
		"2026-12-01 urge task 2 东县",
		"2026-12-03 supervise task 2 东县",
		"2026-12-03 supervision task 2 东县",
		// The order is to be answered within three working days, by 8 December; the
		// circular of the 9th asks again, by the 14th; the summons of the 21st by the
		// 24th.
		"2026-12-09 circulate task 2 东县",
		"2026-12-09 level-raised task 2 东县",
		"2026-12-09 supervision-raised task 2 东县",
		"2026-12-15 supervision-raised task 2 东县",
		"2026-12-21 level-raised task 2 东县",
		"2026-12-21 summon task 2 东县",
		"2026-12-25 supervision-raised task 2 东县",
	}, sent)

	require.Len(t, result.Red, 2)
	silent, late := result.Red[0], result.Red[1]
	require.True(t, silent.EndsRed)
	require.Equal(t, []string{"2", "东县", "2026-12-01", "summon", "in-progress"}, []string{silent.TaskNo, silent.UnitName, silent.Since.String(), silent.Height, silent.Status})
	require.False(t, late.EndsRed)
	require.Equal(t, []string{"1", "西县", "2026-07-01", "supervise", "closed", "2026-07-07"},
		[]string{late.TaskNo, late.UnitName, late.Since.String(), late.Height, late.Status, late.Closed.String()})

	require.Len(t, result.Targets, 3)
	var targets []string
	for _, o := range result.Targets {
		closed := "open"
		if o.Closed != nil {
			closed = o.Closed.String()
		}
		targets = append(targets, fmt.Sprintf("%s %s %s %s", o.TaskNo, o.Opened, o.Dispatched, closed))
	}
	// Opened on Sunday 4 January, on which people work; decomposed two working days
	// later, signed and approved on the two days after that. Closed three working
	// days after the last assignment: reported, signed, approved.
	require.Equal(t, []string{"1 2026-01-04 2026-01-08 2026-07-10", "2 2026-01-04 2026-01-08 open", "3 2026-01-04 2026-01-08 2026-10-12"}, targets)

	require.Len(t, result.Unheld, 1)
	require.Equal(t, "西县 head", result.Unheld[0].UnitName+" "+result.Unheld[0].Role, "a stand-in signs for it")
	s := result.Summary
	require.Equal(t, []int{3, 3, 2, 4, 3, 2, 1, 1, 2}, []int{s.Targets, s.Dispatched, s.Closed, s.Assignments, s.Delivered, s.WereOverdue, s.EndRed, s.Extended, s.Orders})
	require.Equal(t, 19, s.Sent["remind"])
	compareWithGolden(t, result)
	requireSoundLoad(t, result)
}
