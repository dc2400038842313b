package dispatch_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/deadline"
	"duban/dispatch"
	"duban/org"
)

// notice2027 gives 1 to 3 January 2027 off; the 1st is a Friday.
var notice2027 = calendar.Year{Year: 2027, Source: "国务院办公厅关于2027年部分节假日安排的通知",
	Holidays: []calendar.Holiday{{Name: "元旦", Start: date(2027, time.January, 1), End: date(2027, time.January, 3)}}}

func loadOf2027(version int64) calendar.Load {
	return calendar.Load{Year: 2027, Version: version, Source: notice2027.Source}
}

// armedIn are the moments of a due date by the built-in years and those that are
// given, after so many loads.
func armedIn(t require.TestingT, version int64, due calendar.Date, years ...calendar.Year) dispatch.Armed {
	days, err := calendar.New(append(calendar.Builtin(), years...)...)
	require.NoError(t, err)
	armed := dispatch.Armed{Due: due, DueAt: deadline.Due(due, shanghai), Moments: deadline.Default().Moments(due, days, shanghai), Unit: heping.ID, Calendar: version}
	if version > 0 {
		why := loadOf2027(version)
		armed.Why = &why
	}
	return armed
}

// yearEnd is a life of an assignment that is due on the last day of 2026, and
// whose escalations depend on 2027.
func yearEnd(t *testing.T) *life[dispatch.Assignment] {
	in := opening(t, heping)
	in.Item.Due = date(2026, time.December, 31)
	in.Armed = armedIn(t, 0, in.Item.Due)
	l := &life[dispatch.Assignment]{t: t, now: morning}
	l.does(act.Process(), dispatch.Open, in)
	l.does(operatorOf(heping), dispatch.Acknowledge, struct{}{})
	return l
}

func TestALoadedYearMovesRungs(t *testing.T) {
	l := yearEnd(t)
	due := date(2026, time.December, 31)
	require.Equal(t, []int{2027}, l.state.View().Assignments[0].ProvisionalYears)
	require.Zero(t, l.state.View().Assignments[0].CalendarVersion)
	l.passes(day(2026, time.December, 31, 12))
	reminded := count(l.types, "assignment.remind")
	require.Equal(t, 6, reminded)

	l.does(act.Process(), dispatch.Recalculate, loadOf2027(1))
	asked := l.effects[len(l.effects)-1]
	require.Equal(t, &due, asked.ArmLadder)
	require.Equal(t, heping.ID, asked.Unit)
	require.Equal(t, loadOf2027(1), *asked.Why)
	told := len(l.notices)
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 1, due, notice2027))
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 1, due, notice2027))
	require.Equal(t, 1, count(l.types, "assignment.ladder-armed"), "told twice, it moved once")
	require.Len(t, l.notices, told, "the due date is as it was, so nobody is disturbed")
	require.Empty(t, l.state.View().Assignments[0].ProvisionalYears)
	require.EqualValues(t, 1, l.state.View().Assignments[0].CalendarVersion)
	require.Equal(t, due, l.state.Due)

	l.passes(day(2027, time.January, 3, 23))
	require.Zero(t, count(l.types, "assignment.urge"), "1 January is off by the notice")
	l.passes(day(2027, time.January, 4, 9))
	require.Equal(t, 1, count(l.types, "assignment.urge"))
	l.passes(day(2027, time.December, 31, 0))
	require.Equal(t, reminded, count(l.types, "assignment.remind"), "what was sent is not sent again")
	for _, kind := range []string{"assignment.urge", "assignment.supervise", "assignment.circulate", "assignment.summon"} {
		require.Equal(t, 1, count(l.types, kind), kind)
	}
	require.EqualValues(t, -1, l.state.View().Assignments[0].CalendarVersion, "no calendar has a bearing on it any more")
}

func TestTheRecordSaysWhatMovedAndWhy(t *testing.T) {
	l := yearEnd(t)
	next, out, err := l.state.Apply(command(t, dispatch.ArmLadder, act.Process(), armedIn(t, 1, l.state.Due, notice2027)), l.now)
	require.NoError(t, err)
	require.Len(t, out.Events, 1)
	var data struct {
		Why   calendar.Load   `json:"why"`
		Moved []deadline.Move `json:"moved"`
	}
	require.NoError(t, json.Unmarshal(out.Events[0].Data, &data))
	require.Equal(t, loadOf2027(1), data.Why)
	require.Len(t, data.Moved, 4)
	require.Equal(t, deadline.Move{Key: "urge", From: day(2027, time.January, 1, 9).UTC(), To: day(2027, time.January, 4, 9).UTC()}, data.Moved[0])
	require.Equal(t, 1, next.Schedule.Round)
}

// A rung that a year moves into the past comes at once, and once.
func TestAYearMovesARungIntoThePast(t *testing.T) {
	l := yearEnd(t)
	due := date(2026, time.December, 31)
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 1, due, notice2027))
	l.passes(day(2027, time.January, 2, 12)) // a Saturday off
	require.Zero(t, count(l.types, "assignment.urge"))
	worked := notice2027
	worked.Holidays = nil
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 2, due, worked))
	next, waits := l.state.Next()
	require.True(t, waits)
	require.False(t, next.After(l.now))
	l.passes(l.now)
	require.Equal(t, 1, count(l.types, "assignment.urge"))
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 3, due, notice2027))
	l.passes(day(2027, time.January, 4, 12))
	require.Equal(t, 1, count(l.types, "assignment.urge"), "and not again when it is moved back")
}

func TestARecalculationThatComesLate(t *testing.T) {
	l := yearEnd(t)
	due := date(2026, time.December, 31)
	l.does(act.Process(), dispatch.ArmLadder, armedIn(t, 2, due, notice2027))
	l.refused("stale", act.Process(), dispatch.ArmLadder, armedIn(t, 1, due))
	l.refused("internal", supervisorOf(inspector), dispatch.Recalculate, loadOf2027(2))
	other := armedIn(t, 3, due, notice2027)
	other.Unit = dongyuan.ID
	l.refused("stale", act.Process(), dispatch.ArmLadder, other)
	before := len(l.effects)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(2))
	require.Len(t, l.effects, before, "it goes by that load already")

	// Between a new date and its moments the year is asked for as well.
	l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2027, time.January, 15), Reason: "延期"})
	before = len(l.effects)
	l.does(act.Process(), dispatch.Recalculate, loadOf2027(2))
	require.Len(t, l.effects, before+1)

	closed := yearEnd(t)
	closed.does(supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "撤项"})
	closed.refused("closed", act.Process(), dispatch.Recalculate, loadOf2027(1))
}

// A step of a sign-off that is counted in working days moves, and those who are
// asked are told; one that a supervisor prolonged stays.
func TestALoadedYearMovesAStep(t *testing.T) {
	start := func(working bool) *life[dispatch.GeneralSignOff] {
		l := &life[dispatch.GeneralSignOff]{t: t, now: day(2026, time.December, 30, 10)}
		l.does(operatorOf(education), dispatch.Open, dispatch.SignOffOpening{ID: "g1", Title: "联席会议纪要", Content: "纪要", Supervisor: inspector,
			Route: approval.Route{{Name: "会签", Mode: approval.All, OnDisagree: approval.Collect, Then: approval.ThenReturn,
				Within:  &approval.Within{Days: 3, Working: working},
				Signers: []approval.Signer{{Party: org.Party{Unit: heping.ID, Role: org.Head}, Name: heping.Name}}}}})
		return l
	}
	set := func(l *life[dispatch.GeneralSignOff], asked approval.DueRequest, version int64, due time.Time, why *calendar.Load) {
		asked.From = replaced(asked.From, l.now)
		l.does(act.Process(), dispatch.SetSignOffDue, approval.DueSet{DueRequest: asked, DueAt: due, Calendar: version, Provisional: map[int64][]int{0: {2027}}[version], Why: why})
	}
	why := loadOf2027(1)
	first, second := day(2027, time.January, 5, 0), day(2027, time.January, 6, 0)

	l := start(true)
	set(l, *l.effects[0].SignOffDue, 0, first, nil)
	row := l.state.View().SignOffs[0]
	require.Equal(t, []int{2027}, row.ProvisionalYears)
	told := len(l.notices)
	l.does(act.Process(), dispatch.Recalculate, why)
	asked := l.effects[len(l.effects)-1].SignOffDue
	require.NotNil(t, asked)
	require.True(t, asked.From.Equal(l.now), "counted since the step opened")
	set(l, *asked, 1, second, &why)
	next, _ := l.state.Next()
	require.True(t, next.Equal(second))
	require.Len(t, l.notices, told+1)
	require.Equal(t, heping.ID, l.notices[told].To.Unit)
	l.refused("stale", act.Process(), dispatch.SetSignOffDue, approval.DueSet{DueRequest: *asked, DueAt: second, Calendar: 1, Why: &why})
	row = l.state.View().SignOffs[0]
	require.Empty(t, row.ProvisionalYears)
	require.EqualValues(t, 1, row.CalendarVersion)

	natural := start(false)
	set(natural, *natural.effects[0].SignOffDue, 0, first, nil)
	before := len(natural.effects)
	natural.does(act.Process(), dispatch.Recalculate, why)
	require.Len(t, natural.effects, before, "natural days stay")
	require.EqualValues(t, -1, natural.state.View().SignOffs[0].CalendarVersion)

	prolonged := start(true)
	set(prolonged, *prolonged.effects[0].SignOffDue, 0, first, nil)
	prolonged.does(supervisorOf(inspector), dispatch.Sign, approval.Act{SignOff: prolonged.state.SignOff.ID, Action: approval.Prolong, Comment: "节后再议", DueAt: day(2027, time.January, 20, 0)})
	before = len(prolonged.effects)
	prolonged.does(act.Process(), dispatch.Recalculate, why)
	require.Len(t, prolonged.effects, before, "what a person set stays")
}

func replaced(at, other time.Time) time.Time {
	if at.IsZero() {
		return other
	}
	return at
}
