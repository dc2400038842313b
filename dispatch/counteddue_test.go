package dispatch_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
)

// prolongment is a later date so many working days away, as the API finds it.
func prolongment(t require.TestingT, version int64, from time.Time, workingDays int, years ...calendar.Year) dispatch.Prolongment {
	days, err := calendar.New(append(calendar.Builtin(), years...)...)
	require.NoError(t, err)
	counted := dispatch.Count(from, workingDays, days, version, shanghai)
	return dispatch.Prolongment{NewDue: dispatch.NewDue{Due: counted.Last, Reason: "节前供货延误。"}, Counted: counted}
}

// armedAnew are the moments of a counted date, as they are found when a year was
// loaded.
func armedAnew(t require.TestingT, version int64, asking dispatch.Asking, years ...calendar.Year) dispatch.Armed {
	counted := prolongment(t, version, asking.From, asking.WorkingDays, years...).Counted
	in := armedIn(t, version, counted.Last, years...)
	in.Counted = counted
	return in
}

// prolongedAtYearEnd has until the fifth working day after Monday, 28 December
// 2026: 4 January 2027, or the 6th by the notice.
func prolongedAtYearEnd(t *testing.T) *life[dispatch.Assignment] {
	l := yearEnd(t)
	l.now = day(2026, time.December, 28, 9)
	l.does(supervisorOf(inspector), dispatch.Prolong, prolongment(t, 0, day(2026, time.December, 28, 0), 5))
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 0, l.state.Due))
	return l
}

func TestALoadedYearMovesADueDateThatIsCounted(t *testing.T) {
	l := prolongedAtYearEnd(t)
	require.Equal(t, "2027-01-04", l.state.Due.String())
	require.Equal(t, 5, l.state.Prolongations[0].WorkingDays)
	row := l.state.View().Assignments[0]
	require.True(t, row.DueFrom.Equal(day(2026, time.December, 28, 0)))
	require.Equal(t, 5, row.DueWorkingDays)
	require.Equal(t, []int{2027}, row.ProvisionalYears)

	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	asked := l.effects[len(l.effects)-1]
	require.NotNil(t, asked.ArmLadder)
	require.Equal(t, 5, asked.WorkingDays)
	require.Equal(t, heping.ID, asked.Unit)
	told := len(l.notices)
	in := armedAnew(t, 1, asked.Asking, notice2027)
	next, out, err := l.state.Apply(command(t, dispatch.ArmLadder, act.Process(), in), l.now)
	require.NoError(t, err)
	require.Equal(t, "2027-01-05", next.Due.String())
	var data struct {
		Why       calendar.Load
		From, Due calendar.Date
		SameDue   bool
		Moved     []deadline.Move
	}
	require.NoError(t, json.Unmarshal(out.Events[0].Data, &data))
	require.Equal(t, loadOf2027(1), data.Why, "the record says by which notice")
	require.Equal(t, []string{"2027-01-04", "2027-01-05"}, []string{data.From.String(), data.Due.String()})
	require.False(t, data.SameDue)
	require.NotEmpty(t, data.Moved)

	l.does(act.Process(), dispatch.ArmLadder, in)
	l.refused("stale", act.Process(), dispatch.ArmLadder, armedAnew(t, 0, asked.Asking))
	l.does(act.Process(), dispatch.ArmLadder, in) // told twice
	require.Equal(t, 2, count(l.types, "assignment.ladder-armed"), "when it was prolonged, and once for the load")
	require.Len(t, l.notices, told+1)
	require.Equal(t, heping.ID, l.notices[told].To.Unit)
	require.Contains(t, l.notices[told].Title, "2027-01-05")
	require.Equal(t, "2026-12-31", l.state.FirstDue.String(), "the first date stays")
	require.True(t, l.state.Schedule.Due.Equal(day(2027, time.January, 6, 0)))

	l.passes(day(2027, time.January, 5, 23))
	require.False(t, l.state.Overdue, "nothing at the old moment")
	l.passes(day(2027, time.January, 6, 0))
	require.True(t, l.state.Overdue)
	before := len(l.effects)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(2))
	require.Zero(t, l.effects[before].WorkingDays, "what has passed stays; only its ladder is asked for")
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 2, l.state.Due))
	require.True(t, l.state.Overdue)
	require.Equal(t, 1, count(l.types, "assignment.overdue"))
}

// A load may bring the date forward, so that it has passed already: that is
// announced at once, and once.
func TestALoadedYearMovesADueDateIntoThePast(t *testing.T) {
	l := prolongedAtYearEnd(t)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	asking := l.effects[len(l.effects)-1].Asking
	l.does(act.Process(), dispatch.ArmLadder, armedAnew(t, 1, asking, notice2027))
	l.passes(day(2027, time.January, 5, 12))
	require.False(t, l.state.Overdue)

	worked := notice2027 // by the corrected notice the 1st is worked, and Saturday, the 2nd as well
	worked.Holidays, worked.Workdays = nil, []calendar.Date{date(2027, time.January, 2)}
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(2))
	l.does(act.Process(), dispatch.ArmLadder, armedAnew(t, 2, l.effects[len(l.effects)-1].Asking, worked))
	require.Equal(t, "2027-01-02", l.state.Due.String())
	next, waits := l.state.Next()
	require.True(t, waits)
	require.False(t, next.After(l.now))
	l.passes(l.now)
	require.True(t, l.state.Overdue)
	require.Equal(t, 1, count(l.types, "assignment.overdue"))

	l.does(act.Process(), dispatch.Recalculate, loadOf2027(3))
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 3, l.state.Due, notice2027))
	l.passes(day(2027, time.January, 31, 12))
	require.Equal(t, 1, count(l.types, "assignment.overdue"), "and not again when the notice is changed back")
}

// A date that people name takes the place of one that was counted.
func TestANamedDateIsNotCounted(t *testing.T) {
	for name, change := range map[string]func(*life[dispatch.Assignment]){
		"prolonged": func(l *life[dispatch.Assignment]) {
			l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2027, time.January, 15), Reason: "延期"})
		},
		"extended": func(l *life[dispatch.Assignment]) {
			l.does(operatorOf(heping), dispatch.RequestExtension, dispatch.ExtensionRequest{Due: date(2027, time.January, 15), Reason: "x", Progress: "y"})
			l.does(headOf(education), dispatch.Sign, agree(l, 1))
			l.does(supervisorOf(inspector), dispatch.Sign, agree(l, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := prolongedAtYearEnd(t)
			l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
			asking := l.effects[len(l.effects)-1].Asking
			change(l)
			l.refused("stale", act.Process(), dispatch.ArmLadder, armedAnew(t, 1, asking, notice2027))
			l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 0, l.state.Due))
			l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
			require.Zero(t, l.effects[len(l.effects)-1].WorkingDays)
			row := l.state.View().Assignments[0]
			require.Nil(t, row.DueFrom)
			require.Zero(t, row.DueWorkingDays)
		})
	}
}

func TestAProlongmentMustAddUp(t *testing.T) {
	l := yearEnd(t)
	in := prolongment(t, 0, l.now, 5)
	in.Due = in.Due.AddDays(1)
	l.refused("working-days", supervisorOf(inspector), dispatch.Prolong, in)
	in = prolongment(t, 0, l.now, 5)
	in.Counted.WorkingDays = 0
	l.refused("working-days", supervisorOf(inspector), dispatch.Prolong, in)
	l.refused("not-the-supervisor", headOf(education), dispatch.Prolong, prolongment(t, 0, l.now, 5))
}

// Whatever is loaded in whatever order, and however often each process is told,
// the due date is what the newest load that was taken in says, and each load moves
// it once.
func TestLoadsOfACountedDueDate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := prolongedAtYearEnd(t)
		l.now = day(2026, time.December, 28, 10)
		year := func(version int64) calendar.Year {
			y := notice2027
			y.Holidays = slices.Clone(y.Holidays)
			y.Holidays[0].End = date(2027, time.January, 1+int(version%5))
			return y
		}
		newest := int64(0)
		asked := map[int64]dispatch.Asking{}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			version := rapid.Int64Range(1, 6).Draw(rt, "version")
			if rapid.Bool().Draw(rt, "tell") {
				before := len(l.effects)
				l.does(act.Process(), dispatch.Recalculate, loadOf2027(version))
				require.Equal(rt, version > newest, len(l.effects) > before, "it asks for what is newer")
				for _, e := range l.effects[before:] {
					asked[version] = e.Asking
				}
				continue
			}
			asking, answers := asked[version]
			if !answers {
				continue
			}
			in := armedAnew(rt, version, asking, year(version))
			records := count(l.types, "assignment.ladder-armed")
			next, out, err := l.state.Apply(command(rt, dispatch.ArmLadder, act.Process(), in), l.now)
			if version < newest {
				require.Error(rt, err, "what is older is dropped")
				continue
			}
			require.NoError(rt, err)
			l.state = next
			l.take(out)
			require.Equal(rt, version > newest, count(l.types, "assignment.ladder-armed") > records)
			newest = version
			require.Equal(rt, in.Counted.Last, l.state.Due)
			require.True(rt, l.state.Schedule.Due.Equal(deadline.Due(l.state.Due, shanghai)))
			require.Equal(rt, newest, l.state.View().Assignments[0].CalendarVersion)
		}
	})
}
