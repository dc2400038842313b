package target_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/org"
	"duban/target"
)

func yearEnd(year int) *calendar.Date {
	d := calendar.NewDate(year, time.December, 31)
	return &d
}

// places resolves 和平县 and 源城区, and nothing else.
func places(place string) (org.UnitRef, bool) {
	known := map[string]string{"和平县": "heping", "源城区": "yuancheng"}
	id, found := known[place]
	return org.UnitRef{ID: id, Name: place}, found
}

func forYear(year int, reached map[string]target.Amount, targets ...target.Target) []target.YearTarget {
	return target.ForYear(targets, year, 2035, reached, places)
}

func TestForYearOfASum(t *testing.T) {
	communities := target.Target{Key: "1", Kind: target.Sum, Metric: "城乡教育共同体", Op: target.Exactly, Value: figure("35"), Measure: "个", Deadline: yearEnd(2030)}
	open := communities
	open.Deadline = nil
	for name, c := range map[string]struct {
		target.Target
		year    int
		reached string
		want    string // "": nothing is asked
	}{
		"35 by 2030, opened in 2026":     {communities, 2026, "0", "7"},
		"7 were built":                   {communities, 2027, "7", "7"},
		"what was missed is carried":     {communities, 2027, "3", "8"},
		"the deadline's year":            {communities, 2030, "30", "5"},
		"late: all that remains":         {communities, 2031, "30", "5"},
		"reached before its deadline":    {communities, 2028, "35", ""},
		"reached after its deadline":     {communities, 2031, "36", ""},
		"without a deadline, to the end": {open, 2026, "0", "4"},
		"without a deadline, the end":    {open, 2035, "30", "5"},
		"without a deadline, after it":   {open, 2036, "30", "5"},
	} {
		t.Run(name, func(t *testing.T) {
			got := forYear(c.year, map[string]target.Amount{"1": amount(c.reached)}, c.Target)
			if c.want == "" {
				require.Empty(t, got)
				return
			}
			require.Len(t, got, 1)
			require.Equal(t, figure(c.want), got[0].Amount)
			require.Equal(t, target.AtLeast, got[0].Op, "what is built early is no fault")
			require.Equal(t, c.Target.Deadline != nil && c.year <= 2030, got[0].Deadline.Valid())
		})
	}
}

func TestForYearOfASumWithALimit(t *testing.T) {
	for op, want := range map[target.Op]struct {
		op     target.Op
		amount string
	}{
		target.MoreThan: {target.AtLeast, "36"}, target.LessThan: {target.AtMost, "34"}, target.AtMost: {target.AtMost, "35"},
		"": {target.AtLeast, "35"},
	} {
		got := forYear(2035, nil, target.Target{Key: "1", Kind: target.Sum, Op: op, Value: figure("35")})
		require.Len(t, got, 1)
		require.Equal(t, want.op, got[0].Op)
		require.Equal(t, figure(want.amount), got[0].Amount)
	}
}

func TestForYearOfOtherKinds(t *testing.T) {
	level := target.Target{Key: "1", Kind: target.Level, Metric: "规范化幼儿园比例", Op: target.AtLeast, Value: figure("95"), Measure: "%"}
	bound := target.Target{Key: "1", Kind: target.Bound, Metric: "校际差异系数", Op: target.AtMost, Value: figure("0.15"), Deadline: yearEnd(2027)}
	each := target.Target{Key: "1", Kind: target.Each, Metric: "规范化公办中心幼儿园", Op: target.AtLeast, Value: figure("1"), Measure: "所", Scope: "每个乡镇"}
	milestone := target.Target{Key: "1", Kind: target.Milestone, Text: "2027年底前完成标准化建设", Deadline: yearEnd(2027)}
	narrative := target.Target{Key: "1", Kind: target.Narrative, Text: "持续推进"}

	for name, c := range map[string]struct {
		target.Target
		year    int
		reached string
		asks    bool
	}{
		"a level, at first":                        {level, 2026, "", true},
		"a level that is reached must be held":     {level, 2027, "96", true},
		"a level that is reached, after the plan":  {level, 2036, "96", false},
		"a level that is not reached by then":      {level, 2036, "94", true},
		"a bound that is held goes on":             {bound, 2027, "0.1", true},
		"a bound that is held, after its deadline": {bound, 2028, "0.15", false},
		"a bound that was broken":                  {bound, 2028, "0.16", true},
		"a bound nobody reported":                  {bound, 2028, "", true},
		"each, at first":                           {each, 2026, "", true},
		"each, when all have it":                   {each, 2027, "1", false},
		"each, when one has none":                  {each, 2027, "0", true},
		"a milestone ahead":                        {milestone, 2026, "", true},
		"a milestone in its year":                  {milestone, 2027, "", true},
		"a milestone that is missed":               {milestone, 2028, "", true},
		"a milestone that was done early":          {milestone, 2027, "1", false},
		"a narrative goes on":                      {narrative, 2030, "1", true},
		"a narrative that is done, after the plan": {narrative, 2036, "1", false},
	} {
		t.Run(name, func(t *testing.T) {
			reached := map[string]target.Amount{}
			if c.reached != "" {
				reached["1"] = amount(c.reached)
			}
			got := forYear(c.year, reached, c.Target)
			if !c.asks {
				require.Empty(t, got)
				return
			}
			require.Len(t, got, 1)
			want := target.YearTarget{TargetKey: "1", Kind: c.Kind, Text: c.Text, Metric: c.Metric, Op: c.Op, Amount: c.Value, Measure: c.Measure}
			if c.Target.Deadline != nil && c.year <= c.Target.Deadline.Year {
				want.Deadline = *c.Target.Deadline
			}
			require.Equal(t, want, got[0])
		})
	}
}

func TestForYearOfASchedule(t *testing.T) {
	entry := func(key string, year int, text, metric, place string) target.Target {
		return target.Target{Key: key, Kind: target.Schedule, Text: text, Metric: metric, Year: year, Place: place, Deadline: yearEnd(year)}
	}
	both := "源城区、江东新区开展创“双普”工作"
	schedule := []target.Target{
		entry("1", 2025, "2025年东源县开展创“优均”工作", "优均", "东源县"),
		entry("2", 2026, "2026年和平县开展创“优均”工作", "优均", "和平县"),
		entry("3", 2026, both, "双普", "源城区"),
		entry("4", 2026, both, "双普", "江东新区"),
		entry("5", 2026, both, "双普", "源城区"),
	}
	got := forYear(2026, nil, schedule...)
	require.Equal(t, []target.YearTarget{
		{TargetKey: "2", Kind: target.Schedule, Text: "2026年和平县开展创“优均”工作", Metric: "优均", Places: []string{"heping"},
			Units: []org.UnitRef{{ID: "heping", Name: "和平县"}}, Deadline: *yearEnd(2026)},
		{TargetKey: "3", Kind: target.Schedule, Text: both, Metric: "双普", Places: []string{"yuancheng", "江东新区"},
			Units: []org.UnitRef{{ID: "yuancheng", Name: "源城区"}}, Deadline: *yearEnd(2026)},
	}, got)
	nowhere := entry("6", 2026, "2026年完成中期评估", "", "")
	got = forYear(2026, nil, nowhere)
	require.Equal(t, []target.YearTarget{{TargetKey: "6", Kind: target.Milestone, Text: nowhere.Text, Deadline: *yearEnd(2026)}}, got)
	require.Empty(t, forYear(2030, nil, schedule...), "a schedule that names nobody asks nothing")
}

func TestForYearWithoutTargets(t *testing.T) {
	got := forYear(2026, nil)
	require.Len(t, got, 1)
	require.Equal(t, target.WholeTask, got[0].TargetKey)
	require.Equal(t, target.Narrative, got[0].Kind)
	require.NotEmpty(t, got[0].Text)
	require.Empty(t, target.Check(target.Requirement{Year: 2026, Targets: got, Units: counties()}, propose(got...), nil))
}

func TestForYearLeavesTheTaskAsItIs(t *testing.T) {
	value := target.Target{Key: "1", Kind: target.Level, Value: figure("95")}
	*forYear(2026, nil, value)[0].Amount = 0
	require.Equal(t, figure("95"), value.Value)
}

// A sum that is proposed, delivered as asked and carried on reaches its total in
// the year of its deadline, whatever was delivered on the way.
func TestAPlanOfASumReachesItsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := target.Amount(rapid.Int64Range(1, 1e7).Draw(t, "total"))
		sum := target.Target{Key: "1", Kind: target.Sum, Metric: "共同体", Op: target.Exactly, Value: &total, Measure: "个", Deadline: yearEnd(2030)}
		var years [][]target.TargetResult
		for year := 2026; year <= 2030; year++ {
			r := target.Requirement{Year: year, Targets: forYear(year, target.Reached(years...), sum), Units: counties()}
			var done []target.ItemResult
			for _, item := range target.Propose(r) {
				result := target.ItemResult{Item: item, Done: true}
				if year < 2030 && item.Amount != nil {
					delivered := target.Amount(rapid.Int64Range(0, 2*int64(*item.Amount)).Draw(t, "delivered"))
					result.Reached = &delivered
				}
				done = append(done, result)
			}
			results := target.Results(r, done)
			if year == 2030 {
				for _, result := range results {
					require.True(t, result.Met)
				}
			}
			years = append(years, results)
		}
		require.GreaterOrEqual(t, target.Reached(years...)["1"], total)
		require.Empty(t, forYear(2031, target.Reached(years...), sum))
	})
}

func TestYearTargetRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequirement(t)
		data, err := json.Marshal(r)
		require.NoError(t, err)
		var back target.Requirement
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, r, back)
	})
}
