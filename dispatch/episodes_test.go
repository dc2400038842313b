package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/dispatch"
	"duban/light"
)

// counting is an assignment of a plan that makes an order of two yellow lights.
func counting(t *testing.T) *life[dispatch.Assignment] {
	t.Helper()
	l := &life[dispatch.Assignment]{t: t, now: morning}
	o := opening(t, heping)
	o.Rules = dispatch.Rules{ConsentWorkingDays: 3, Episodes: dispatch.EpisodeRule{Light: light.Yellow, Count: 2}}
	l.does(process, dispatch.Open, o)
	l.does(operatorOf(heping), dispatch.Acknowledge, struct{}{})
	return l
}

func lights(l *life[dispatch.Assignment], shown ...light.Colour) {
	l.t.Helper()
	for _, colour := range shown {
		l.does(process, dispatch.NoteLight, dispatch.Lit{Light: colour})
	}
}

func TestTwoYellowLightsBecomeAnOrder(t *testing.T) {
	for name, c := range map[string]struct {
		shown    []light.Colour
		episodes int
		orders   int
	}{
		"never":                       {[]light.Colour{light.Green, light.Red, light.Green}, 0, 0},
		"once, however long":          {[]light.Colour{light.Yellow, light.Yellow, light.Yellow}, 1, 0},
		"twice, with green between":   {[]light.Colour{light.Yellow, light.Green, light.Yellow}, 2, 1},
		"twice, with red between":     {[]light.Colour{light.Yellow, light.Red, light.Yellow}, 2, 1},
		"three times, with one order": {[]light.Colour{light.Yellow, light.Green, light.Yellow, light.Green, light.Yellow}, 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := counting(t)
			lights(l, c.shown...)
			require.Equal(t, c.episodes, count(l.types, "assignment.light-episode"))
			require.Len(t, started(l), c.orders)
			if c.orders > 0 {
				require.Equal(t, "同一事项累计2次黄灯", started(l)[0].Reason)
				require.False(t, started(l)[0].IssuedBy.IsPerson())
			}
		})
	}
}

func TestLightsAreCountedAnewAfterAnOrder(t *testing.T) {
	l := counting(t)
	lights(l, light.Yellow, light.Green, light.Yellow)
	l.does(process, dispatch.SettleSupervision, dispatch.Settled{N: 1, Outcome: dispatch.SettledAccepted})
	lights(l, light.Green, light.Yellow)
	require.Len(t, started(l), 1)
	lights(l, light.Green, light.Yellow)
	require.Len(t, started(l), 2)
}

// looks are the facts by which the light was asked for.
func looks(l *life[dispatch.Assignment]) []light.Facts {
	var asked []light.Facts
	for _, e := range l.effects {
		if e.JudgeLight != nil {
			asked = append(asked, e.JudgeLight.Facts)
		}
	}
	return asked
}

func TestWhoLooksAtTheLight(t *testing.T) {
	asked := func(l *life[dispatch.Assignment]) int { return len(looks(l)) }
	l := counting(t)
	l.refused("internal", supervisorOf(inspector), dispatch.NoteLight, dispatch.Lit{Light: light.Yellow})
	l.does(operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "过半。", Percent: 60})
	require.Equal(t, 2, asked(l), "before and after a report")
	require.Zero(t, looks(l)[0].Percent)
	require.Equal(t, 60, looks(l)[1].Percent)
	require.Equal(t, dueDate, looks(l)[1].Due)
	l.passes(day(2026, time.June, 13, 8))
	require.Greater(t, asked(l), 2, "and at every wake-up")
	require.True(t, l.effects[len(l.effects)-1].JudgeLight.Facts.Late)
	l.does(supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "取消。"})
	before := asked(l)
	l.passes(day(2026, time.December, 31, 0))
	require.Equal(t, before, asked(l))

	plain := acknowledged(t)
	plain.does(operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "过半。", Percent: 60})
	require.Zero(t, asked(plain), "nobody looks where no rule depends on it")
}

// What came with time alone is seen before the act that ends it.
func TestALightIsSeenBeforeItEnds(t *testing.T) {
	submission := dispatch.Submission{Evidence: "见材料。", Amount: amount(2)}
	for name, c := range map[string]struct {
		act    func(*life[dispatch.Assignment])
		before func(light.Facts) bool
		after  func(light.Facts) bool
	}{
		"a report": {func(l *life[dispatch.Assignment]) {
			l.does(operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "过半。", Percent: 60})
		}, func(f light.Facts) bool { return f.Percent == 0 }, func(f light.Facts) bool { return f.Percent == 60 }},
		"what is submitted": {func(l *life[dispatch.Assignment]) { l.does(operatorOf(heping), dispatch.Submit, submission) },
			func(f light.Facts) bool { return !f.InReview }, func(f light.Facts) bool { return f.InReview }},
		"a later date": {func(l *life[dispatch.Assignment]) {
			l.does(supervisorOf(inspector), dispatch.Prolong, dispatch.NewDue{Due: date(2026, time.September, 1), Reason: "雨季。"})
		}, func(f light.Facts) bool { return f.Due == dueDate }, func(f light.Facts) bool { return f.Due == date(2026, time.September, 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			l := counting(t)
			c.act(l)
			seen := looks(l)
			require.Len(t, seen, 2)
			require.True(t, c.before(seen[0]), "%+v", seen[0])
			require.True(t, c.after(seen[1]), "%+v", seen[1])
		})
	}
	t.Run("but not before the last act", func(t *testing.T) {
		l := counting(t)
		l.passes(day(2026, time.June, 13, 8))
		seen := len(looks(l))
		l.does(supervisorOf(inspector), dispatch.Close, dispatch.Because{Reason: "取消。"})
		require.Len(t, looks(l), seen)
	})
	t.Run("nor under the earlier editions", func(t *testing.T) {
		l := &life[dispatch.Assignment]{t: t, now: morning}
		o := opening(t, heping)
		o.Edition, o.Rules.Episodes = 3, dispatch.EpisodeRule{Light: light.Yellow, Count: 2}
		l.does(process, dispatch.Open, o)
		l.does(operatorOf(heping), dispatch.Acknowledge, struct{}{})
		l.does(operatorOf(heping), dispatch.Report, dispatch.Progress{Text: "过半。", Percent: 60})
		require.Len(t, looks(l), 1)
		l.does(operatorOf(heping), dispatch.Submit, submission)
		require.Len(t, looks(l), 1)
	})
}

// An episode is counted where the light turns to the counted one, and an order
// follows each time that enough of them came together.
func TestLawOfEpisodes(t *testing.T) {
	colours := []light.Colour{light.Green, light.Blue, light.Yellow, light.Orange, light.Red}
	rapid.Check(t, func(t *rapid.T) {
		o := opening(t, heping)
		most := rapid.IntRange(1, 4).Draw(t, "count")
		o.Rules.Episodes = dispatch.EpisodeRule{Light: light.Yellow, Count: most}
		a, _, err := dispatch.Assignment{}.Apply(command(t, dispatch.Open, act.Process(), o), morning)
		require.NoError(t, err)
		last, episodes, orders := light.Colour(""), 0, 0
		for _, shown := range rapid.SliceOf(rapid.SampledFrom(colours)).Draw(t, "shown") {
			if shown == light.Yellow && last != light.Yellow {
				episodes++
			}
			last = shown
			var out dispatch.Outcome
			a, out, err = a.Apply(command(t, dispatch.NoteLight, act.Process(), dispatch.Lit{Light: shown}), morning)
			require.NoError(t, err)
			for _, e := range out.Effects {
				if e.StartSupervision != nil {
					orders++
				}
			}
		}
		require.Len(t, a.Episodes.Begun, episodes)
		require.Equal(t, min(1, episodes/most), orders, "while an order is open there is no other")
	})
}

func TestRulesOfSupervision(t *testing.T) {
	require.NoError(t, dispatch.DefaultRules().Validate())
	for name, change := range map[string]func(*dispatch.Rules){
		"no time to consent":  func(r *dispatch.Rules) { r.ConsentWorkingDays = 0 },
		"a year to consent":   func(r *dispatch.Rules) { r.ConsentWorkingDays = 250 },
		"a negative count":    func(r *dispatch.Rules) { r.Episodes.Count = -1 },
		"a mistyped count":    func(r *dispatch.Rules) { r.Episodes.Count = 200 },
		"green ones":          func(r *dispatch.Rules) { r.Episodes.Light = light.Green },
		"lights of no colour": func(r *dispatch.Rules) { r.Episodes.Light = "pink" },
	} {
		rules := dispatch.DefaultRules()
		change(&rules)
		var refusal *act.Refusal
		require.ErrorAs(t, rules.Validate(), &refusal, name)
		require.Len(t, refusal.Faults, 1, name)
	}
}
