package plan_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/dispatch"
	"duban/org"
	"duban/plan"
	"duban/target"
)

// communities is the kind of target that the document sets: 35 by 2030.
func communities() plan.Plan {
	p := sound()
	p.Published = true
	value, due := target.Whole(35), calendar.NewDate(2030, time.December, 31)
	p.Tasks[0].Targets = []target.Target{{Key: "1", Kind: target.Sum, Op: target.AtLeast, Value: &value, Measure: "个", Metric: "城乡教育共同体", Deadline: &due}}
	return p
}

func whole(n int64) *target.Amount {
	a := target.Whole(n)
	return &a
}

func undertaken(key int, unit string, asked, reached int64, change func(*plan.Undertaken)) plan.Undertaken {
	u := plan.Undertaken{Item: target.Item{Key: key, Unit: ref(unit), Content: "建设", TargetKey: "1", Amount: whole(asked), Measure: "个"}, Reached: whole(reached)}
	change(&u)
	return u
}

func accepted(u *plan.Undertaken)  { u.Closed, u.Outcome = true, dispatch.OutcomeAccepted }
func overdue(u *plan.Undertaken)   { u.Overdue = true }
func struckOff(u *plan.Undertaken) { u.Closed, u.Outcome = true, dispatch.OutcomeStruckOff }
func underWay(*plan.Undertaken)    {}

func year2026(asked int64, items ...plan.Undertaken) plan.PastYear {
	return plan.PastYear{Year: 2026, Items: items, Detail: dispatch.TargetDetail{Requirement: target.Requirement{Year: 2026,
		Targets: []target.YearTarget{{TargetKey: "1", Kind: target.Sum, Op: target.AtLeast, Amount: whole(asked), Measure: "个", Metric: "城乡教育共同体"}}}}}
}

func propose(t *testing.T, p plan.Plan, year int, past ...plan.PastYear) (dispatch.TargetOpening, bool) {
	t.Helper()
	opening, asks, err := plan.Propose(p, plan.Turn{Task: 1, Year: year, Past: past, Resolve: func(string) (org.UnitRef, bool) { return org.UnitRef{}, false }})
	require.NoError(t, err)
	return opening, asks
}

func TestProposeWhatRemains(t *testing.T) {
	for _, c := range []struct {
		name    string
		past    []plan.PastYear
		reached string
		share   string
		carried []string // unit and amount
	}{
		{"nothing is known", nil, "0", "9", nil}, // 35 over the four years from 2027
		{"12 reached by 2026", []plan.PastYear{year2026(14, undertaken(1, "c", 7, 7, accepted), undertaken(2, "d", 7, 5, overdue))}, "12", "6", []string{"d 2"}},
		{"struck off counts as far as it came", []plan.PastYear{year2026(14, undertaken(1, "c", 7, 7, accepted), undertaken(2, "d", 7, 5, struckOff))}, "12", "6", []string{"d 2"}},
		{"what is under way is expected", []plan.PastYear{year2026(14, undertaken(1, "c", 7, 7, accepted), undertaken(2, "d", 7, 1, underWay))}, "14", "6", nil},
		{"more than was asked for is more", []plan.PastYear{year2026(14, undertaken(1, "c", 7, 9, underWay), undertaken(2, "d", 7, 7, accepted))}, "16", "5", nil},
		{"a unit that left the task leaves nothing", []plan.PastYear{year2026(7, undertaken(1, "z", 7, 2, overdue))}, "2", "9", nil},
		{"later years do not count", []plan.PastYear{{Year: 2027, Detail: year2026(9).Detail, Items: []plan.Undertaken{undertaken(1, "c", 9, 9, accepted)}}}, "0", "9", nil},
		{"an older year carries nothing again", []plan.PastYear{{Year: 2025, Detail: year2026(7).Detail, Items: []plan.Undertaken{undertaken(1, "c", 7, 3, overdue)}}}, "3", "8", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			opening, asks := propose(t, communities(), 2027, c.past...)
			require.True(t, asks)
			require.Equal(t, c.share, opening.Requirement.Targets[0].Amount.String())
			require.Equal(t, c.reached, opening.Proposal.Reached["1"].String())
			var carried []string
			for _, item := range opening.Proposal.Items[:opening.Proposal.Carried] {
				carried = append(carried, item.Unit.ID+" "+item.Amount.String())
			}
			require.Equal(t, c.carried, carried)
			require.Empty(t, target.Check(opening.Requirement, opening.Proposal.Items, nil), "it can be submitted as it is")
			require.Equal(t, "p-1-2027", opening.ID)
		})
	}
}

func TestTheReportOfAYearCountsOverWhatIsExpected(t *testing.T) {
	past := year2026(14, undertaken(1, "c", 14, 1, overdue))
	past.Detail.Report = &dispatch.CompletionReport{Results: []target.TargetResult{{TargetKey: "1", Kind: target.Sum, Asked: whole(14), Rollup: target.Rollup{Value: whole(10)}}}}
	opening, _ := propose(t, communities(), 2027, past)
	require.Equal(t, "10", opening.Proposal.Reached["1"].String())
	require.Equal(t, "7", opening.Requirement.Targets[0].Amount.String(), "25 over four years")
}

func TestNothingIsProposedWhereNothingIsLeft(t *testing.T) {
	_, asks := propose(t, communities(), 2027, year2026(35, undertaken(1, "c", 35, 35, accepted)))
	require.False(t, asks)
	_, _, err := plan.Propose(communities(), plan.Turn{Task: 1, Year: 2036})
	require.Error(t, err, "the plan has ended")
}

// However a year went, what is proposed for the years that follow, if each of
// them delivers it, reaches the target in its last year and never asks for more.
func TestProposalsReachTheTarget(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := communities()
		past := []plan.PastYear{year2026(14, undertaken(1, "c", 7, int64(rapid.IntRange(0, 9).Draw(r, "c")), accepted),
			undertaken(2, "d", 7, int64(rapid.IntRange(0, 7).Draw(r, "d")), rapid.SampledFrom([]func(*plan.Undertaken){overdue, struckOff, underWay}).Draw(r, "how")))}
		for year := 2027; year <= 2030; year++ {
			opening, asks, err := plan.Propose(p, plan.Turn{Task: 1, Year: year, Past: past})
			require.NoError(r, err)
			if !asks {
				break
			}
			next := plan.PastYear{Year: year, Detail: dispatch.TargetDetail{Requirement: opening.Requirement}}
			for _, item := range opening.Proposal.Items {
				u := plan.Undertaken{Item: item, Reached: item.Amount}
				accepted(&u)
				next.Items = append(next.Items, u)
			}
			past = append(past, next)
		}
		opening, asks, err := plan.Propose(p, plan.Turn{Task: 1, Year: 2031, Past: past})
		require.NoError(r, err)
		require.False(r, asks)
		require.Equal(r, "35", opening.Proposal.Reached["1"].String())
	})
}
