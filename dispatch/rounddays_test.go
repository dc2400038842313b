package dispatch_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
)

// off2027 is a notice that gives some days off.
func off2027(first, last calendar.Date) calendar.Year {
	return calendar.Year{Year: 2027, Source: notice2027.Source, Holidays: []calendar.Holiday{{Name: "试验假", Start: first, End: last}}}
}

// reportsOf is a plan whose due dates on days off go where the rule says, by the
// built-in years and those that are given, after so many loads.
func reportsOf(t require.TestingT, dayOff deadline.DayOff, version int64, years ...calendar.Year) dispatch.RoundPlan {
	days, err := calendar.New(append(calendar.Builtin(), years...)...)
	require.NoError(t, err)
	rules := deadline.DefaultRounds()
	rules.DayOff = dayOff
	return dispatch.RoundPlan{ID: "plan", Title: "教育强市方案", Supervisor: inspector, Rules: rules, RulesVersion: 3, Calendar: days, CalendarVersion: version, Zone: shanghai}
}

// asked2027 asks on Wednesday, 20 January 2027, for the month, which is due on
// Thursday, the 28th.
func asked2027(t *testing.T, dayOff deadline.DayOff) *life[dispatch.ReportRound] {
	t.Helper()
	l := &life[dispatch.ReportRound]{t: t, now: day(2027, time.January, 20, 9)}
	period := calendar.Period{Every: calendar.Monthly, Year: 2027, N: 1}
	itself := func(string) (org.UnitRef, bool) { return org.UnitRef{}, false }
	l.does(act.Process(), dispatch.Open, dispatch.NewRound(reportsOf(t, dayOff, 0), period, l.now, []org.UnitRef{heping, dongyuan, planning}, itself))
	l.does(act.Process(), dispatch.TakeInSheets, gathered())
	return l
}

// daysBy answers what a round asks for.
func daysBy(p dispatch.RoundPlan, asked dispatch.Effect) dispatch.RoundDays {
	days := p.Place(*asked.PlaceRound)
	days.Why = asked.Why
	return days
}

// loads lets a round take a load in.
func loads(l *life[dispatch.ReportRound], p dispatch.RoundPlan) {
	l.t.Helper()
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(p.CalendarVersion))
	l.does(act.Process(), dispatch.SetRoundDays, daysBy(p, l.effects[len(l.effects)-1]))
}

func TestALoadedYearMovesTheDaysOfARound(t *testing.T) {
	january := func(d int) calendar.Date { return date(2027, time.January, d) }
	february := func(d int) calendar.Date { return date(2027, time.February, d) }
	for _, c := range []struct {
		name            string
		dayOff          deadline.DayOff
		off             [2]calendar.Date
		due, compile    calendar.Date
		units, leadUnit []string // what they are told after they were asked
	}{
		{"to the working day before", deadline.Before, [2]calendar.Date{january(28), january(29)}, january(27), february(3), []string{"due-moved"}, []string{"due-moved"}},
		{"to the working day after", deadline.After, [2]calendar.Date{january(28), january(29)}, february(1), february(4), []string{"due-moved"}, []string{"due-moved"}},
		{"it stays, and the time to compile moves", deadline.Stays, [2]calendar.Date{january(28), january(29)}, january(28), february(3), nil, []string{"due-moved"}},
		{"units have three working days all the same", deadline.Before, [2]calendar.Date{january(21), january(28)}, february(2), february(5), []string{"due-moved"}, []string{"due-moved"}},
		{"days that nothing falls on", deadline.Before, [2]calendar.Date{date(2027, time.May, 3), date(2027, time.May, 4)}, january(28), february(2), nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := asked2027(t, c.dayOff)
			row := l.state.View().Rounds[0]
			require.Equal(t, "2027-01-28", row.DueDate)
			require.Equal(t, []int{2027}, row.ProvisionalYears)
			require.Equal(t, []any{int64(0), 3}, []any{row.CalendarVersion, row.Rules})
			before := len(l.notices)
			loads(l, reportsOf(t, c.dayOff, 1, off2027(c.off[0], c.off[1])))
			row = l.state.View().Rounds[0]
			require.Equal(t, c.due.String(), row.DueDate)
			require.True(t, row.DueAt.Equal(c.due.End(shanghai)))
			require.True(t, row.CompileDueAt.Equal(c.compile.End(shanghai)))
			require.Empty(t, row.ProvisionalYears)
			require.EqualValues(t, 1, row.CalendarVersion)
			l.notices = l.notices[before:]
			require.Equal(t, c.units, l.noticesTo(org.Party{Unit: heping.ID, Role: org.Operator}))
			require.Equal(t, c.leadUnit, l.noticesTo(org.Party{Unit: education.ID, Role: org.Operator}))
			for _, todo := range l.state.View().Todos {
				require.True(t, todo.DueAt.Equal(row.DueAt))
			}
		})
	}
}

// A load is taken in once, on record, and what was to come comes at its new moment.
func TestALoadOfARoundIsTakenInOnce(t *testing.T) {
	l := asked2027(t, deadline.Before)
	l.does(operatorOf(heping), dispatch.SubmitSheet, lines(heping, 0))
	moved := reportsOf(t, deadline.Before, 1, off2027(date(2027, time.January, 28), date(2027, time.January, 29)))
	l.refused("internal", supervisorOf(inspector), dispatch.Recalculate, loadOf2027(1))
	l.refused("internal", supervisorOf(inspector), dispatch.SetRoundDays, struct{}{})
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	in := daysBy(moved, l.effects[len(l.effects)-1])
	next, out, err := l.state.Apply(command(t, dispatch.SetRoundDays, act.Process(), in), l.now)
	require.NoError(t, err)
	require.Equal(t, in.Due, next.Armed.Due)
	var data struct {
		Why                       calendar.Load
		From, Due                 calendar.Date
		CompileFrom, CompileDueAt time.Time
		Moved                     []deadline.Move
	}
	require.NoError(t, json.Unmarshal(out.Events[0].Data, &data))
	require.Equal(t, loadOf2027(1), data.Why, "the record says by which notice")
	require.Equal(t, []string{"2027-01-28", "2027-01-27"}, []string{data.From.String(), data.Due.String()})
	require.True(t, data.CompileFrom.Equal(day(2027, time.February, 3, 0)))
	require.True(t, data.CompileDueAt.Equal(day(2027, time.February, 4, 0)))
	require.NotEmpty(t, data.Moved)

	told := len(l.notices)
	l.does(act.Process(), dispatch.SetRoundDays, in)
	l.refused("stale", act.Process(), dispatch.SetRoundDays, in)
	require.Len(t, l.notices, told+2)
	require.Equal(t, dongyuan.ID, l.notices[told].To.Unit, "who has answered is left alone")
	require.Contains(t, l.notices[told].Title, "报送期限调整为2027-01-27")
	require.Equal(t, education.ID, l.notices[told+1].To.Unit)
	require.Contains(t, l.notices[told+1].Title, "汇总期限调整为2027-02-03")
	effects := len(l.effects)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	require.Len(t, l.effects, effects, "told twice, it asks once")

	l.passes(day(2027, time.January, 27, 23))
	require.Equal(t, 3, count(l.types, "round.remind"))
	require.Zero(t, count(l.types, "round.due"))
	l.passes(day(2027, time.January, 28, 1))
	require.Equal(t, 1, count(l.types, "round.due"))
	l.does(operatorOf(education), dispatch.Compile, compilation("缺一县。"))
	l.does(supervisorOf(inspector), dispatch.Freeze, dispatch.Because{})
	l.refused("frozen", act.Process(), dispatch.Recalculate, loadOf2027(2))
	require.EqualValues(t, -1, l.state.View().Rounds[0].CalendarVersion)
}

// A due date that moves into the past is over at once, and once; after that it
// stays, and so does a time to compile that is over.
func TestAYearMovesADueDateOfARoundIntoThePast(t *testing.T) {
	l := asked2027(t, deadline.Before)
	l.passes(day(2027, time.January, 28, 12))
	require.False(t, l.state.Schedule.Overdue)
	loads(l, reportsOf(t, deadline.Before, 1, off2027(date(2027, time.January, 28), date(2027, time.January, 29))))
	next, waits := l.state.Next()
	require.True(t, waits && !next.After(l.now))
	l.passes(l.now)
	require.True(t, l.state.Schedule.Overdue)
	require.Equal(t, dispatch.RoundCompiling, l.state.Status(), "lead units go on without who is late")

	urge, _ := l.state.Next()
	loads(l, reportsOf(t, deadline.Before, 2))
	require.Equal(t, "2027-01-27", l.state.Armed.Due.String(), "it was announced, and stays")
	require.True(t, l.state.CompileDue.Equal(date(2027, time.February, 1).End(shanghai)), "three working days after it")
	moved, _ := l.state.Next()
	require.True(t, moved.Before(urge))
	l.passes(day(2027, time.February, 2, 12))
	require.Equal(t, 1, count(l.types, "round.due"))
	reminded := count(l.types, "round.remind")

	loads(l, reportsOf(t, deadline.Before, 3, off2027(date(2027, time.January, 28), date(2027, time.February, 5))))
	require.True(t, l.state.CompileDue.Equal(date(2027, time.February, 1).End(shanghai)), "the time to compile is over")
	l.passes(day(2027, time.March, 31, 12))
	require.Equal(t, 1, count(l.types, "round.due"))
	require.Equal(t, reminded, count(l.types, "round.remind"))
	require.Equal(t, 5, count(l.types, "round.urge"), "each once")
}

// What was asked for before the due date passed, and is answered after, is of no use
// any more.
func TestAnAnswerThatComesAfterTheDueDate(t *testing.T) {
	l := asked2027(t, deadline.After)
	moved := reportsOf(t, deadline.After, 1, off2027(date(2027, time.January, 28), date(2027, time.January, 29)))
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	late := daysBy(moved, l.effects[len(l.effects)-1])
	l.now = day(2027, time.January, 29, 0)
	l.refused("stale", act.Process(), dispatch.SetRoundDays, late)
	loads(l, moved)
	require.Equal(t, "2027-01-28", l.state.Armed.Due.String())
	require.EqualValues(t, 1, l.state.View().Rounds[0].CalendarVersion)
}

// A correction has the time to fill, which a load moves as well; a round that does
// not say how its days were found keeps them.
func TestALoadedYearMovesACorrection(t *testing.T) {
	now := day(2027, time.January, 20, 15)
	of := dispatch.NewRound(reportsOf(t, deadline.Before, 0), calendar.Period{Every: calendar.Monthly, Year: 2026, N: 11}, day(2026, time.November, 20, 9),
		[]org.UnitRef{heping, dongyuan}, func(string) (org.UnitRef, bool) { return org.UnitRef{}, false })
	l := &life[dispatch.ReportRound]{t: t, now: now}
	l.does(supervisorOf(inspector), dispatch.Open, dispatch.NewCorrection(reportsOf(t, deadline.Before, 0), of, dispatch.Correction{Of: of.ID, Reason: "补报", Again: []string{heping.ID}}, now))
	require.Equal(t, "2027-01-25", l.state.Armed.Due.String())
	loads(l, reportsOf(t, deadline.Before, 1, off2027(date(2027, time.January, 21), date(2027, time.January, 21))))
	require.Equal(t, "2027-01-26", l.state.Armed.Due.String())

	older := asked(t)
	effects := len(older.effects)
	older.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	require.Len(t, older.effects, effects)
	require.EqualValues(t, -1, older.state.View().Rounds[0].CalendarVersion)
}

// Whatever is loaded in whatever order, and whenever: the days are what the newest
// load that was taken in says, as far as they lie ahead; each is announced once and
// no rung is sent twice.
func TestLoadsOfARound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dayOff := rapid.SampledFrom([]deadline.DayOff{deadline.Before, deadline.After, deadline.Stays}).Draw(rt, "day off")
		l := asked2027(t, dayOff)
		by := func(version int64) dispatch.RoundPlan {
			first := date(2027, time.January, 20+int(version*7%11))
			return reportsOf(rt, dayOff, version, off2027(first, first.AddDays(int(version%4))))
		}
		newest, questions := int64(0), map[int64]dispatch.Effect{}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			version := rapid.Int64Range(1, 8).Draw(rt, "version")
			switch rapid.IntRange(0, 2).Draw(rt, "what") {
			case 0:
				l.passes(l.now.Add(time.Duration(rapid.IntRange(0, 100).Draw(rt, "hours")) * time.Hour))
			case 1:
				effects := len(l.effects)
				l.does(act.Process(), dispatch.Recalculate, loadOf2027(version))
				require.Equal(rt, version > newest, len(l.effects) > effects, "it asks for what is newer")
				for _, e := range l.effects[effects:] {
					questions[version] = e
				}
			default:
				question, answers := questions[version]
				if !answers {
					continue
				}
				before := l.state
				over := before.Schedule.Overdue || !l.now.Before(before.Schedule.Due)
				in := daysBy(by(version), question)
				next, out, err := before.Apply(command(rt, dispatch.SetRoundDays, act.Process(), in), l.now)
				stale := version <= newest || over && in.Due != before.Armed.Due
				require.Equal(rt, stale, err != nil)
				if stale {
					continue
				}
				l.state, newest = next, version
				l.take(out)
				require.Equal(rt, in.Due, next.Armed.Due)
				require.True(rt, next.Schedule.Due.Equal(next.Armed.DueAt))
				if l.now.Before(before.CompileDue) {
					require.True(rt, next.CompileDue.Equal(in.CompileDue))
				} else {
					require.True(rt, next.CompileDue.Equal(before.CompileDue))
				}
				require.Equal(rt, newest, next.View().Rounds[0].CalendarVersion)
			}
		}
		l.passes(day(2027, time.June, 1, 0))
		require.Equal(rt, 1, count(l.types, "round.due"))
		sent := map[string]int{}
		for _, p := range l.state.Schedule.Passed {
			if p.Outcome == deadline.Delivered || p.Outcome == deadline.Merged {
				sent[p.Key]++
				require.Equal(rt, 1, sent[p.Key], p.Key)
			}
		}
	})
}
