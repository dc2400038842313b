package deadline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/deadline"
)

func TestValidateRefuses(t *testing.T) {
	// rung changes 催办, the seventh rung of the default ladder.
	rung := func(change func(*deadline.Rung)) func(*deadline.Ladder) {
		return func(l *deadline.Ladder) { change(&l.Rungs[6]) }
	}
	long := strings.Repeat("k", 65)
	for name, c := range map[string]struct {
		change      func(*deadline.Ladder)
		field, rung string
		zh          string
	}{
		"a time that is none":            {func(l *deadline.Ladder) { l.SendAt = "25:00" }, "sendAt", "", "25:00"},
		"a time without its zero":        {func(l *deadline.Ladder) { l.SendAt = "9:00" }, "sendAt", "", "9:00"},
		"no time":                        {func(l *deadline.Ladder) { l.SendAt = "" }, "sendAt", "", "时刻"},
		"no time to answer":              {func(l *deadline.Ladder) { l.ReplyWorkingDays = 0 }, "replyWorkingDays", "", "答复期限"},
		"too much time to answer":        {func(l *deadline.Ladder) { l.ReplyWorkingDays = 61 }, "replyWorkingDays", "", "答复期限"},
		"no key":                         {rung(func(r *deadline.Rung) { r.Key = " " }), "rungs[6].key", "#7", "没有代号"},
		"a key that is too long":         {rung(func(r *deadline.Rung) { r.Key = long }), "rungs[6].key", long, "超过 64"},
		"a key twice":                    {rung(func(r *deadline.Rung) { r.Key = "before-30" }), "rungs[6].key", "before-30", "重复"},
		"years away":                     {rung(func(r *deadline.Rung) { r.Days = 367 }), "rungs[6].days", "urge", "超过 366 天"},
		"an unknown action":              {rung(func(r *deadline.Rung) { r.Action = "shout" }), "rungs[6].action", "urge", "未知"},
		"an escalation before the day":   {rung(func(r *deadline.Rung) { r.Days = -1 }), "rungs[6].days", "urge", "期限之后"},
		"an escalation on the day":       {rung(func(r *deadline.Rung) { r.Days = 0 }), "rungs[6].days", "urge", "期限之后"},
		"a reminder after the day":       {rung(func(r *deadline.Rung) { r.Action = deadline.Remind }), "rungs[6].days", "urge", "期限当天或之前"},
		"nobody is told":                 {rung(func(r *deadline.Rung) { r.To = nil }), "rungs[6].to", "urge", "没有发送对象"},
		"somebody unknown is told":       {rung(func(r *deadline.Rung) { r.To = []deadline.Audience{"mayor"} }), "rungs[6].to[0]", "urge", "未知"},
		"somebody is told twice":         {rung(func(r *deadline.Rung) { r.To = append(r.To, r.To[0]) }), "rungs[6].to[3]", "urge", "重复"},
		"an unknown channel":             {rung(func(r *deadline.Rung) { r.Channels = []string{"emial"} }), "rungs[6].channels[0]", "urge", "email, webhook"},
		"a channel twice":                {rung(func(r *deadline.Rung) { r.Channels = []string{"email", "email"} }), "rungs[6].channels[1]", "urge", "重复"},
		"the same on the same day twice": {func(l *deadline.Ladder) { l.Rungs = append(l.Rungs, l.Rungs[6]); l.Rungs[10].Key = "again" }, "rungs[10].days", "again", "同日同动作"},
		"quiet hours without an end":     {func(l *deadline.Ladder) { l.Quiet.Until = "" }, "quiet.until", "", "免打扰结束"},
		"quiet hours of no length":       {func(l *deadline.Ladder) { l.Quiet.Until = l.Quiet.From }, "quiet", "", "没有长度"},
		"sending in the quiet hours":     {func(l *deadline.Ladder) { l.SendAt = "07:59" }, "quiet", "", "免打扰时段"},
		"sending when they begin":        {func(l *deadline.Ladder) { l.SendAt = "20:00" }, "quiet", "", "免打扰时段"},
	} {
		t.Run(name, func(t *testing.T) {
			l := deadline.Default()
			c.change(&l)
			var invalid *deadline.Invalid
			require.ErrorAs(t, l.Validate(), &invalid)
			require.Len(t, invalid.Faults, 1, "%v", invalid)
			require.Equal(t, c.field, invalid.Faults[0].Field)
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
	require.NoError(t, deadline.Ladder{SendAt: "08:00", Quiet: deadline.Quiet{From: "20:00", Until: "08:00"}}.Validate(), "the quiet hours are over at their end")
}
