package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/client"
	"duban/dispatch"
	"duban/org"
)

// days are those of a report round, as readers see them.
type days struct {
	forecast
	CompileDueAt time.Time
	Late         int
}

// told counts the notices of a kind that people of a unit have.
func (r *reporting) told(ctx context.Context, unit, kind string) int {
	r.t.Helper()
	var notices struct {
		Items []struct{ Kind string }
	}
	require.NoError(r.t, r.as(unit, org.Operator).Get(ctx, "notices?limit=200", &notices))
	times := 0
	for _, n := range notices.Items {
		if n.Kind == kind {
			times++
		}
	}
	return times
}

// Units are asked in a year without a notice. The administrator loads it while they
// fill in: the due date moves to the working day before, the time to compile follows,
// those who still have to act are told, and the day that has passed stays when the
// notice is corrected.
func TestALoadedYearMovesAnOpenRound(t *testing.T) {
	ctx, running, office := rehearsal(t, "2027-01-05 10:00")
	works := office.dispatched(ctx, 16, 2027)
	r := &reporting{office: office, ctx: ctx, plan: planOfWork(works[0])}
	inspector, admin := office.as(inspectors, org.Supervisor), office.as(adminUnit, org.Admin)
	shows := func(due, compile string, late int, provisional ...int) {
		t.Helper()
		var shown days
		require.NoError(t, inspector.Get(ctx, "rounds/"+r.plan+"-2027-01", &shown))
		require.Equal(t, due, shown.DueDate)
		require.True(t, shown.CompileDueAt.Equal(at(t, compile)), "%s", shown.CompileDueAt)
		require.Equal(t, late, shown.Late)
		require.Equal(t, len(provisional) > 0, shown.Provisional)
		require.ElementsMatch(t, provisional, shown.ProvisionalYears)
	}
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-01-20 09:30")))
	shows("2027-01-28", "2027-02-03 00:00", 0, 2027)
	answered, late := works[0].Unit, works[1].Unit
	r.answer("2027-01", answered, "制定了实施方案。", 10)

	notice := map[string]any{"source": notice2027, "workdays": []string{},
		"holidays": []map[string]string{{"name": "试验假", "start": "2027-01-28", "end": "2027-01-29"}}}
	var change struct {
		Saved bool
		Moves struct{ Rounds int }
	}
	require.NoError(t, admin.Put(ctx, "calendars/years/2027?dry-run=true", notice, &change))
	require.Equal(t, 1, change.Moves.Rounds)
	shows("2027-01-28", "2027-02-03 00:00", 0, 2027)
	require.NoError(t, admin.Put(ctx, "calendars/years/2027", notice, &change))
	require.True(t, change.Saved)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-01-20 10:00")))
	shows("2027-01-27", "2027-02-04 00:00", 0)
	recorded := office.record(ctx, "round.days-set")
	require.Len(t, recorded, 1)
	require.Equal(t, notice2027, recorded[0].Data.Why.Source)
	require.NotEmpty(t, recorded[0].Data.Moved)
	require.Equal(t, []int{0, 1, 1}, []int{r.told(ctx, answered, "due-moved"), r.told(ctx, late, "due-moved"), r.told(ctx, lead, "due-moved")},
		"who has answered is left alone")
	var year struct{ Settled bool }
	require.NoError(t, admin.Get(ctx, "calendars/years/2027", &year))
	require.True(t, year.Settled)

	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-01-27 23:00")))
	require.Empty(t, events(ctx, t, inspector, "round.due"))
	require.Len(t, events(ctx, t, inspector, "round.remind"), 3)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-01-28 00:30")))
	require.Len(t, events(ctx, t, inspector, "round.due"), 1)
	shows("2027-01-27", "2027-02-04 00:00", len(works)-1)

	corrected := map[string]any{"source": notice2027 + "（更正）", "holidays": []any{}, "workdays": []string{}}
	require.NoError(t, admin.Put(ctx, "calendars/years/2027", corrected, nil))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-01-28 01:00")))
	shows("2027-01-27", "2027-02-02 00:00", len(works)-1)
	require.Equal(t, 2, r.told(ctx, lead, "due-moved"))
	require.Equal(t, 1, r.told(ctx, late, "due-moved"))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-02-01 12:00")))
	require.Len(t, events(ctx, t, inspector, "round.due"), 1)
	require.Len(t, events(ctx, t, inspector, "round.urge"), 1, "on the second working day after")
	r.freeze("2027-01")
	require.NoError(t, office.as(inspectors, org.Supervisor).Post(ctx, "rounds/"+r.plan+"-2027-01/corrections",
		map[string]any{"reason": "补报。", "units": []string{late}}, nil, client.Key("correct")))
	require.NoError(t, running.Clock().Settle(ctx))
	require.Equal(t, "2027-02-04", r.round("2027-01.2").DueDate)
	verified(t, running)
	if *record != "" {
		require.NoError(t, keepHistories(ctx, running, []string{"calendar/2027", dispatch.RoundWorkflow(r.plan + "-2027-01")}))
	}
}

// A round is to open on a Saturday and waits for the Monday. The year that is loaded
// meanwhile gives the Monday off: it opens on the Tuesday.
func TestALoadedYearMovesARoundThatIsStillToOpen(t *testing.T) {
	ctx, running, office := rehearsal(t, "2027-02-15 10:00")
	works := office.dispatched(ctx, 16, 2027)
	r := &reporting{office: office, ctx: ctx, plan: planOfWork(works[0])}
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-02-20 10:00")))
	notice := map[string]any{"source": notice2027, "workdays": []string{},
		"holidays": []map[string]string{{"name": "试验假", "start": "2027-02-22", "end": "2027-02-22"}}}
	require.NoError(t, office.as(adminUnit, org.Admin).Put(ctx, "calendars/years/2027", notice, nil))
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-02-23 08:30")))
	require.Empty(t, r.rounds())
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2027-02-23 09:30")))
	require.Equal(t, "2027-02", r.periods())
	require.Equal(t, "2027-02-26", r.round("2027-02").DueDate)
	verified(t, running)
	if *record != "" {
		require.NoError(t, keepHistories(ctx, running, []string{startedBy(ctx, t, running, "rounds/"+r.plan+"/month")}))
	}
}
