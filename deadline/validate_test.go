package deadline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/deadline"
)

func TestValidateRefuses(t *testing.T) {
	// rung changes 催办, the seventh rung of the default ladder.
	rung := func(change func(*deadline.Rung)) func(*deadline.Ladder) {
		return func(l *deadline.Ladder) { change(&l.Rungs[6]) }
	}
	long := strings.Repeat("k", 65)
	for name, c := range map[string]struct {
		change func(*deadline.Ladder)
		field  string
		zh     string
	}{
		"a time that is none":            {func(l *deadline.Ladder) { l.SendAt = "25:00" }, "sendAt", "25:00"},
		"a time without its zero":        {func(l *deadline.Ladder) { l.SendAt = "9:00" }, "sendAt", "9:00"},
		"no time":                        {func(l *deadline.Ladder) { l.SendAt = "" }, "sendAt", "时刻"},
		"no time to answer":              {func(l *deadline.Ladder) { l.ReplyWorkingDays = 0 }, "replyWorkingDays", "答复期限"},
		"too much time to answer":        {func(l *deadline.Ladder) { l.ReplyWorkingDays = 61 }, "replyWorkingDays", "答复期限"},
		"no key":                         {rung(func(r *deadline.Rung) { r.Key = " " }), "rungs[6].key", "没有代号"},
		"a key that is too long":         {rung(func(r *deadline.Rung) { r.Key = long }), "rungs[6].key", "超过 64"},
		"a key twice":                    {rung(func(r *deadline.Rung) { r.Key = "before-30" }), "rungs[6].key", "重复"},
		"years away":                     {rung(func(r *deadline.Rung) { r.Days = 367 }), "rungs[6].days", "超过 366 天"},
		"an unknown action":              {rung(func(r *deadline.Rung) { r.Action = "shout" }), "rungs[6].action", "未知"},
		"an escalation before the day":   {rung(func(r *deadline.Rung) { r.Days = -1 }), "rungs[6].days", "期限之后"},
		"an escalation on the day":       {rung(func(r *deadline.Rung) { r.Days = 0 }), "rungs[6].days", "期限之后"},
		"a reminder after the day":       {rung(func(r *deadline.Rung) { r.Action = deadline.Remind }), "rungs[6].days", "期限当天或之前"},
		"nobody is told":                 {rung(func(r *deadline.Rung) { r.To = nil }), "rungs[6].to", "没有发送对象"},
		"somebody unknown is told":       {rung(func(r *deadline.Rung) { r.To = []deadline.Audience{"mayor"} }), "rungs[6].to[0]", "未知"},
		"somebody is told twice":         {rung(func(r *deadline.Rung) { r.To = append(r.To, r.To[0]) }), "rungs[6].to[3]", "重复"},
		"an unknown channel":             {rung(func(r *deadline.Rung) { r.Channels = []string{"emial"} }), "rungs[6].channels[0]", "email, webhook"},
		"a channel twice":                {rung(func(r *deadline.Rung) { r.Channels = []string{"email", "email"} }), "rungs[6].channels[1]", "重复"},
		"the same on the same day twice": {func(l *deadline.Ladder) { l.Rungs = append(l.Rungs, l.Rungs[6]); l.Rungs[10].Key = "again" }, "rungs[10].days", "同日同动作"},
		"quiet hours without an end":     {func(l *deadline.Ladder) { l.Quiet.Until = "" }, "quiet.until", "免打扰结束"},
		"quiet hours of no length":       {func(l *deadline.Ladder) { l.Quiet.Until = l.Quiet.From }, "quiet", "没有长度"},
		"sending in the quiet hours":     {func(l *deadline.Ladder) { l.SendAt = "07:59" }, "quiet", "免打扰时段"},
		"sending when they begin":        {func(l *deadline.Ladder) { l.SendAt = "20:00" }, "quiet", "免打扰时段"},
	} {
		t.Run(name, func(t *testing.T) {
			l := deadline.Default()
			c.change(&l)
			var refusal *act.Refusal
			require.ErrorAs(t, l.Validate(), &refusal)
			require.Len(t, refusal.Faults, 1, "%v", refusal)
			require.Equal(t, c.field, refusal.Faults[0].Field)
			require.Contains(t, refusal.Faults[0].Zh, c.zh)
			require.NotEmpty(t, refusal.Faults[0].En)
		})
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	l := deadline.Default()
	l.SendAt = "noon"
	l.Rungs[0].To = nil
	l.Rungs = slices.Concat(l.Rungs, slices.Repeat([]deadline.Rung{l.Rungs[1]}, 31))
	var refusal *act.Refusal
	require.ErrorAs(t, l.Validate(), &refusal)
	require.Greater(t, len(refusal.Faults), 30)
	var all []string
	for _, f := range refusal.Faults {
		all = append(all, f.Zh+f.En)
	}
	for _, named := range []string{"noon", "before-30", "41"} {
		require.Contains(t, strings.Join(all, "\n"), named)
	}
}

func TestALadderMayBeEmpty(t *testing.T) {
	require.NoError(t, deadline.Ladder{SendAt: "09:00"}.Validate())
	require.NoError(t, deadline.Ladder{SendAt: "08:00", Quiet: deadline.Quiet{From: "20:00", Until: "08:00"}}.Validate(), "the quiet hours are over at their end")
}
