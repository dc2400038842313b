package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/client"
	"duban/org"
)

// timeline tells what the clock did to an assignment, each as "remind 10-30 09:00".
func timeline(ctx context.Context, t *testing.T, by client.Client, id string) []string {
	t.Helper()
	var page struct{ Items []event }
	require.NoError(t, by.Get(ctx, "events?limit=200&instance=assignment/"+id, &page))
	var line []string
	for _, e := range page.Items {
		kind := strings.TrimPrefix(e.Type, "assignment.")
		switch kind {
		case "remind", "overdue", "urge", "supervise", "circulate", "summon", "closed":
			line = append(line, kind+" "+e.At.In(shanghai(t)).Format("01-02 15:04"))
		}
	}
	return line
}

// A whole ladder, and beside it an extension in the middle, a return in the last
// minute, one after the date, and a close: all on the same task, due on 30 November.
func TestAWholeLadder(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-09-01 10:00")
	works := office.dispatched(ctx, 16, 2026)
	require.GreaterOrEqual(t, len(works), 5)
	untouched, extended, lastMinute, inReview, closed := works[0], works[1], works[2], works[3], works[4]
	inspector := office.as(inspectors, org.Supervisor)
	until := func(text string) { require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, text))) }
	acts := 0
	does := func(by client.Client, id string, action map[string]any) {
		acts++
		require.NoError(t, by.Post(ctx, "assignments/"+id+"/actions", action, nil, client.Key(fmt.Sprint("act-", acts))))
	}
	operator := func(w work) client.Client { return office.as(w.Unit, org.Operator) }
	review := func(w work, accept bool) {
		does(office.as(lead, org.Operator), w.ID, map[string]any{"action": "review", "accept": accept, "comment": "请补充验收材料"})
	}
	submit := func(w work) {
		does(operator(w), w.ID, map[string]any{"action": "submit", "evidence": "已完成"})
	}
	for _, w := range works[1:5] {
		does(operator(w), w.ID, map[string]any{"action": "acknowledge"})
	}

	until("2026-11-20 10:00")
	does(operator(extended), extended.ID, map[string]any{"action": "request-extension", "due": "2026-12-18", "reason": "汛期停工", "progress": "已完成八成"})
	var detail struct {
		SignOffs []struct{ ID string }
	}
	require.NoError(t, inspector.Get(ctx, "assignments/"+extended.ID, &detail))
	signOff := detail.SignOffs[0].ID
	for _, signer := range []client.Client{office.as(lead, org.Head), inspector} {
		require.NoError(t, signer.Post(ctx, "sign-offs/"+signOff+"/actions", agree, nil, client.Key("extension")))
	}
	submit(closed)
	review(closed, true)

	until("2026-11-29 10:00")
	submit(inReview)
	until("2026-11-30 23:40")
	submit(lastMinute)
	until("2026-11-30 23:58")
	review(lastMinute, false)
	until("2026-12-05 10:00")
	review(inReview, false)
	until("2027-03-01 10:00")

	reminders := []string{"remind 10-30 09:00", "remind 11-16 09:00", "remind 11-23 09:00", "remind 11-27 09:00", "remind 11-30 09:00"}
	after := []string{"overdue 12-01 00:00", "urge 12-01 09:00", "supervise 12-03 09:00", "circulate 12-09 09:00", "summon 12-21 09:00"}
	require.Equal(t, append(reminders[:5:5], after...), timeline(ctx, t, inspector, untouched.ID))
	require.Equal(t, []string{"remind 10-30 09:00", "remind 11-16 09:00",
		"remind 12-04 09:00", "remind 12-11 09:00", "remind 12-15 09:00", "remind 12-17 09:00", "remind 12-18 09:00",
		"overdue 12-19 00:00", "urge 12-21 09:00", "supervise 12-23 09:00", "circulate 12-29 09:00", "summon 01-08 09:00"},
		timeline(ctx, t, inspector, extended.ID), "the new date has a ladder of its own")
	require.Equal(t, append(reminders[:5:5], after...), timeline(ctx, t, inspector, lastMinute.ID), "two minutes before midnight it is in the unit's hands again")
	require.Equal(t, []string{"remind 10-30 09:00", "remind 11-16 09:00", "remind 11-23 09:00", "remind 11-27 09:00",
		"overdue 12-05 10:00", "remind 12-05 10:00", "urge 12-05 10:00", "supervise 12-05 10:00", "circulate 12-09 09:00", "summon 12-21 09:00"},
		timeline(ctx, t, inspector, inReview.ID), "late as soon as it is returned")
	require.Equal(t, []string{"remind 10-30 09:00", "remind 11-16 09:00", "closed 11-20 10:00"}, timeline(ctx, t, inspector, closed.ID))
	for _, w := range []work{untouched, extended, lastMinute, inReview} {
		var orders struct{ Items []struct{ ID string } }
		require.NoError(t, inspector.Get(ctx, "supervisions?assignment="+w.ID, &orders))
		require.Len(t, orders.Items, 1, w.ID)
	}
	verified(t, running)
}

// Lights change with the date alone, and with what is reported.
func TestLightsFollowTheClock(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-09-01 10:00")
	works := office.dispatched(ctx, 16, 2026)
	w, inspector := works[0], office.as(inspectors, org.Supervisor)
	var shown struct {
		Plan  string
		Light struct{ Colour, Reason string }
	}
	light := func(text string) string {
		require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, text)))
		require.NoError(t, inspector.Get(ctx, "assignments/"+w.ID, &shown))
		return shown.Light.Colour
	}
	require.Equal(t, "green", light("2026-09-02 10:00"))
	require.Equal(t, "yellow", light("2026-10-12 10:00"), shown.Light.Reason)
	operator := office.as(w.Unit, org.Operator)
	require.NoError(t, operator.Post(ctx, "assignments/"+w.ID+"/actions", map[string]any{"action": "acknowledge"}, nil, client.Key("ack")))
	require.NoError(t, operator.Post(ctx, "assignments/"+w.ID+"/actions", map[string]any{"action": "report", "text": "过半", "percent": 60}, nil, client.Key("report")))
	require.Equal(t, "green", light("2026-10-12 11:00"), shown.Light.Reason)
	require.Equal(t, "yellow", light("2026-11-24 10:00"), "due within five working days")
	require.Equal(t, "red", light("2026-12-01 01:00"))
	require.NoError(t, inspector.Put(ctx, "plans/"+shown.Plan+"/lights", map[string]string{"preset": "guangyuan"}, nil))
	require.Equal(t, "yellow", light("2026-12-01 01:00"), "a yellow card by the rules of another city")
	var plan struct {
		Light struct {
			Colour string
			Counts struct{ Yellow int }
		}
	}
	require.NoError(t, inspector.Get(ctx, "plans/"+shown.Plan+"/lights", &plan))
	require.Equal(t, "yellow", plan.Light.Colour)
	require.Equal(t, len(works), plan.Light.Counts.Yellow)
}
