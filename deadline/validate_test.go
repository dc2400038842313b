package deadline_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/deadline"
)

func TestValidateRefuses(t *testing.T) {
	rung := func(change func(*deadline.Rung)) func(*deadline.Ladder) {
		return func(l *deadline.Ladder) { change(&l.Rungs[6]) } // 催办
	}
	for name, c := range map[string]struct {
		change func(*deadline.Ladder)
		rung   string
		zh     string
	}{
		"a time that is none":            {func(l *deadline.Ladder) { l.SendAt = "25:00" }, "", "25:00"},
		"a time without its zero":        {func(l *deadline.Ladder) { l.SendAt = "9:00" }, "", "9:00"},
		"no time":                        {func(l *deadline.Ladder) { l.SendAt = "" }, "", "时刻"},
		"no time to answer":              {func(l *deadline.Ladder) { l.ReplyWorkingDays = 0 }, "", "答复期限"},
		"too much time to answer":        {func(l *deadline.Ladder) { l.ReplyWorkingDays = 61 }, "", "答复期限"},
		"no key":                         {rung(func(r *deadline.Rung) { r.Key = " " }), "#7", "没有代号"},
		"a key twice":                    {rung(func(r *deadline.Rung) { r.Key = "before-30" }), "before-30", "重复"},
		"years away":                     {rung(func(r *deadline.Rung) { r.Days = 367 }), "urge", "超过 366 天"},
		"an unknown action":              {rung(func(r *deadline.Rung) { r.Action = "shout" }), "urge", "未知"},
		"an escalation before the day":   {rung(func(r *deadline.Rung) { r.Days = -1 }), "urge", "期限之后"},
		"an escalation on the day":       {rung(func(r *deadline.Rung) { r.Days = 0 }), "urge", "期限之后"},
		"a reminder after the day":       {rung(func(r *deadline.Rung) { r.Action = deadline.Remind }), "urge", "期限当天或之前"},
		"nobody is told":                 {rung(func(r *deadline.Rung) { r.To = nil }), "urge", "没有发送对象"},
		"somebody unknown is told":       {rung(func(r *deadline.Rung) { r.To = []deadline.Audience{"mayor"} }), "urge", "未知"},
		"somebody is told twice":         {rung(func(r *deadline.Rung) { r.To = append(r.To, r.To[0]) }), "urge", "重复"},
		"a blank channel":                {rung(func(r *deadline.Rung) { r.Channels = []string{" "} }), "urge", "空白"},
		"a channel twice":                {rung(func(r *deadline.Rung) { r.Channels = []string{"sms", "sms"} }), "urge", "重复"},
		"the same on the same day twice": {func(l *deadline.Ladder) { l.Rungs = append(l.Rungs, l.Rungs[6]); l.Rungs[10].Key = "again" }, "again", "同日同动作"},
	} {
		t.Run(name, func(t *testing.T) {
			l := deadline.Default()
			c.change(&l)
			var invalid *deadline.Invalid
			require.ErrorAs(t, l.Validate(), &invalid)
			require.Len(t, invalid.Faults, 1, "%v", invalid)
			require.Equal(t, c.rung, invalid.Faults[0].Rung)
			require.Contains(t, invalid.Faults[0].Zh, c.zh)
			require.NotEmpty(t, invalid.Faults[0].En)
		})
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	l := deadline.Default()
	l.SendAt = "noon"
	l.Rungs[0].To = nil
	l.Rungs = slices.Concat(l.Rungs, slices.Repeat([]deadline.Rung{l.Rungs[1]}, 31))
	var invalid *deadline.Invalid
	require.ErrorAs(t, l.Validate(), &invalid)
	require.Greater(t, len(invalid.Faults), 30)
	require.ErrorContains(t, invalid, "noon")
	require.ErrorContains(t, invalid, "before-30")
	require.ErrorContains(t, invalid, "41")
}

func TestALadderMayBeEmpty(t *testing.T) {
	require.NoError(t, deadline.Ladder{SendAt: "09:00"}.Validate())
}
