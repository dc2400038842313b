package light_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/light"
)

func date(t require.TestingT, text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return d
}

func working(t require.TestingT) calendar.Calendar {
	cal, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	return cal
}

func preset(t require.TestingT, name string) light.Table {
	table, known := light.Preset(name)
	require.True(t, known, name)
	require.NoError(t, table.Validate(), name)
	return table
}

// given is an assignment that was dispatched on Monday, 2 March 2026, and is due
// on Friday, 27 March: 19 working days, of which the day of the dispatch is none.
func given(t require.TestingT, change func(*light.Facts)) light.Facts {
	f := light.Facts{From: date(t, "2026-03-02"), Due: date(t, "2026-03-27")}
	if change != nil {
		change(&f)
	}
	return f
}

func percent(n int) func(*light.Facts) { return func(f *light.Facts) { f.Percent = n } }

func TestTheDefaultTable(t *testing.T) {
	for _, c := range []struct {
		today  string
		facts  func(*light.Facts)
		colour light.Colour
		zh, en string
	}{
		{"2026-03-02", nil, light.Green, "进展正常，进度 0%，序时进度 0%", "on course: 0% done, 0% of the time gone"},
		{"2026-03-05", nil, light.Green, "进展正常，进度 0%，序时进度 15%", ""},
		{"2026-03-06", nil, light.Yellow, "进度 0%，序时进度 21%，落后 21 个百分点", "0% done, 21% of the time gone, 21 points behind"},
		{"2026-03-06", percent(2), light.Green, "进展正常，进度 2%，序时进度 21%", ""},
		{"2026-03-19", percent(60), light.Green, "进展正常，进度 60%，序时进度 68%", ""},
		{"2026-03-20", percent(60), light.Yellow, "距期限还有 5 个工作日（2026-03-27）", "due in 5 working days (2026-03-27)"},
		{"2026-03-26", percent(95), light.Yellow, "距期限还有 1 个工作日（2026-03-27）", "due in 1 working day (2026-03-27)"},
		{"2026-03-27", percent(95), light.Yellow, "今日到期（2026-03-27）", "due today (2026-03-27)"},
		{"2026-03-28", percent(95), light.Red, "已逾期（期限 2026-03-27）", "overdue (due 2026-03-27)"},
		{"2026-03-31", percent(95), light.Red, "已逾期 2 个工作日（期限 2026-03-27）", "overdue for 2 working days (due 2026-03-27)"},
		{"2026-03-31", func(f *light.Facts) { f.InReview = true }, light.Green, "已提交，待审核", "submitted, waiting for its review"},
		{"2026-03-31", func(f *light.Facts) { f.InReview, f.Late = true, true }, light.Red, "已逾期 2 个工作日（期限 2026-03-27）", ""},
		{"2026-03-31", func(f *light.Facts) { f.Closed, f.Late = true, true }, light.Green, "已办结", "closed"},
		{"2026-03-31", func(f *light.Facts) { f.Closed, f.Undone = true, true }, light.Green, "已销号", "struck off"},
		{"2026-02-20", nil, light.Green, "进展正常，进度 0%，序时进度 0%", ""},
	} {
		got := light.NewJudge(light.Default(), date(t, c.today), working(t)).Of(given(t, c.facts))
		require.Equal(t, c.colour, got.Colour, "%s %s", c.today, got.Zh)
		require.Equal(t, c.zh, got.Zh, c.today)
		if c.en != "" {
			require.Equal(t, c.en, got.En, c.today)
		}
	}
}

// The same assignment through the practices of three cities.
func TestPresetsThroughTheLifeOfAnAssignment(t *testing.T) {
	returned := func(f *light.Facts) { f.Percent, f.Returns = 60, 1 }
	ordered := func(n, percent int) func(*light.Facts) {
		return func(f *light.Facts) { f.Orders, f.Percent, f.Late = n, percent, true }
	}
	for _, c := range []struct {
		today                            string
		facts                            func(*light.Facts)
		sanming, suqian, guangyuan, deft light.Colour
	}{
		{"2026-03-02", nil, light.Green, light.Green, light.Green, light.Green},
		{"2026-03-04", nil, light.Blue, light.Yellow, light.Green, light.Green},  // 10 points behind
		{"2026-03-10", nil, light.Blue, light.Yellow, light.Green, light.Yellow}, // 31 points behind
		{"2026-03-17", percent(60), light.Green, light.Green, light.Green, light.Green},
		{"2026-03-17", returned, light.Blue, light.Yellow, light.Green, light.Green},
		{"2026-03-20", percent(80), light.Green, light.Blue, light.Green, light.Yellow}, // five days left
		{"2026-03-30", percent(80), light.Orange, light.Red, light.Yellow, light.Red},   // the first working day after
		{"2026-04-03", percent(40), light.Orange, light.Red, light.Red, light.Red},      // five after, out of reach
		{"2026-04-03", percent(80), light.Orange, light.Red, light.Yellow, light.Red},
		{"2026-04-02", ordered(2, 80), light.Red, light.Red, light.Red, light.Red}, // supervised twice
		{"2026-04-13", percent(80), light.Red, light.Red, light.Yellow, light.Red}, // ten after: 6 April is a day off
		{"2026-04-20", percent(80), light.Red, light.Red, light.Red, light.Red},    // fifteen after
	} {
		got := map[string]light.Colour{}
		for _, name := range light.Presets() {
			got[name] = light.NewJudge(preset(t, name), date(t, c.today), working(t)).Of(given(t, c.facts)).Colour
		}
		require.Equal(t, map[string]light.Colour{light.PresetSanming: c.sanming, light.PresetSuqian: c.suqian,
			light.PresetGuangyuan: c.guangyuan, light.PresetDefault: c.deft}, got, c.today)
	}
}

func TestNamesAndSeveralConditions(t *testing.T) {
	judge := light.NewJudge(preset(t, light.PresetGuangyuan), date(t, "2026-04-03"), working(t))
	got := judge.Of(given(t, percent(40)))
	require.Equal(t, light.Light{Colour: light.Red, Rule: "out-of-reach",
		Zh: "红牌：已逾期 5 个工作日（期限 2026-03-27），进度 40%，不足 50%",
		En: "red card: overdue for 5 working days (due 2026-03-27), 40% done, less than 50%"}, got)
}

// Of several rules of the gravest colour the first decides, wherever graver and
// milder ones stand.
func TestTheGravestRuleDecides(t *testing.T) {
	rule := func(key string, colour light.Colour, kind light.Kind) light.Rule {
		return light.Rule{Key: key, Light: colour, When: []light.Condition{{Kind: kind, Count: 1}}}
	}
	table := light.Table{Rules: []light.Rule{rule("mild", light.Blue, light.Extended), rule("first", light.Orange, light.Returned),
		rule("second", light.Orange, light.Ordered), rule("other", light.Yellow, light.Extended)}}
	require.NoError(t, table.Validate())
	judge := light.NewJudge(table, date(t, "2026-03-10"), working(t))
	got := judge.Of(given(t, func(f *light.Facts) { f.Returns, f.Orders, f.Extended = 2, 1, 1 }))
	require.Equal(t, light.Light{Colour: light.Orange, Rule: "first", Zh: "报送材料已被退回 2 次", En: "returned 2 times"}, got)
	got = judge.Of(given(t, func(f *light.Facts) { f.Extended = 1 }))
	require.Equal(t, light.Light{Colour: light.Yellow, Rule: "other", Zh: "已延期 1 次", En: "extended once"}, got)
}

func TestNaturalDays(t *testing.T) {
	table := light.Table{Rules: []light.Rule{
		{Key: "late", Light: light.Red, When: []light.Condition{{Kind: light.Overdue, Days: 3}}},
		{Key: "soon", Light: light.Blue, When: []light.Condition{{Kind: light.DueWithin, Days: 3}}}}}
	for today, want := range map[string]light.Colour{"2026-03-23": light.Green, "2026-03-24": light.Blue, "2026-03-27": light.Blue,
		"2026-03-28": light.Green, "2026-03-29": light.Green, "2026-03-30": light.Red} {
		require.Equal(t, want, light.NewJudge(table, date(t, today), working(t)).Of(given(t, nil)).Colour, today)
	}
}

// Around the long holidays the share of the time that is gone stands still.
func TestTheTimeThatIsGoneRests(t *testing.T) {
	table := light.Table{Rules: []light.Rule{{Key: "behind", Light: light.Blue, When: []light.Condition{{Kind: light.Behind, Points: 1}}}}}
	f := light.Facts{From: date(t, "2026-02-09"), Due: date(t, "2026-02-28")} // six working days before the festival, five after
	shares := map[string]string{}
	for _, today := range []string{"2026-02-14", "2026-02-15", "2026-02-23", "2026-02-24", "2026-02-28"} {
		shares[today] = light.NewJudge(table, date(t, today), working(t)).Of(f).Zh
	}
	require.Equal(t, map[string]string{
		"2026-02-14": "进度 0%，序时进度 50%，落后 50 个百分点", "2026-02-15": "进度 0%，序时进度 50%，落后 50 个百分点",
		"2026-02-23": "进度 0%，序时进度 50%，落后 50 个百分点", "2026-02-24": "进度 0%，序时进度 60%，落后 60 个百分点",
		"2026-02-28": "进度 0%，序时进度 100%，落后 100 个百分点"}, shares)
}

func TestLawsOfLights(t *testing.T) {
	cal := working(t)
	rapid.Check(t, func(t *rapid.T) {
		table := preset(t, rapid.SampledFrom(light.Presets()).Draw(t, "preset"))
		from := date(t, "2025-01-01").AddDays(rapid.IntRange(0, 600).Draw(t, "from"))
		f := light.Facts{From: from, Due: from.AddDays(rapid.IntRange(0, 300).Draw(t, "length")),
			Percent: rapid.IntRange(0, 100).Draw(t, "percent"), Returns: rapid.IntRange(0, 3).Draw(t, "returns"),
			Orders: rapid.IntRange(0, 3).Draw(t, "orders"), Extended: rapid.IntRange(0, 3).Draw(t, "extended"),
			Late: rapid.Bool().Draw(t, "late"), InReview: rapid.Bool().Draw(t, "review"), Closed: rapid.Bool().Draw(t, "closed")}
		today := from.AddDays(rapid.IntRange(-30, 400).Draw(t, "today"))
		got := light.NewJudge(table, today, cal).Of(f)
		require.NotEmpty(t, got.Zh, "every light has its reason")
		require.NotEmpty(t, got.En)
		require.Equal(t, got.Colour == light.Green, got.Rule == "", "green is what no rule applies to")
		require.False(t, f.Closed && got.Colour != light.Green)
		if f.Closed {
			return
		}
		more := f
		more.Percent = min(100, f.Percent+rapid.IntRange(0, 100).Draw(t, "more"))
		better := light.NewJudge(table, today, cal).Of(more)
		require.LessOrEqual(t, gravity(better.Colour), gravity(got.Colour), "more progress makes no light graver")
	})
}

func gravity(c light.Colour) int {
	for i, known := range []light.Colour{light.Green, light.Blue, light.Yellow, light.Orange, light.Red} {
		if c == known {
			return i
		}
	}
	return -1
}

// The quick count of working days is that of the calendar.
func TestTheCountOfDaysIsTheCalendars(t *testing.T) {
	cal := working(t)
	table := light.Table{Rules: []light.Rule{{Key: "late", Light: light.Red, When: []light.Condition{{Kind: light.Overdue, Days: 7, Working: true}}}}}
	rapid.Check(t, func(t *rapid.T) {
		due := calendar.NewDate(2024, time.January, 1).AddDays(rapid.IntRange(0, 1500).Draw(t, "due"))
		today := due.AddDays(rapid.IntRange(1, 800).Draw(t, "today"))
		got := light.NewJudge(table, today, cal).Of(light.Facts{From: due, Due: due})
		require.Equal(t, cal.WorkingDays(due, today) >= 7, got.Colour == light.Red)
	})
}
