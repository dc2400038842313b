package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/client"
	"duban/org"
)

// acts posts an action, each time with a key of its own, and returns the problem
// that came back; nil where it was taken.
func (o *office) acts(ctx context.Context, by client.Client, resource, action string, fields map[string]any) *client.Problem {
	o.t.Helper()
	body := map[string]any{"action": action}
	maps.Copy(body, fields)
	o.posted++
	err := by.Post(ctx, resource+"/actions", body, nil, client.Key(fmt.Sprintf("act-%d", o.posted)))
	if err == nil {
		return nil
	}
	var problem *client.Problem
	require.ErrorAs(o.t, err, &problem, "%s of %s: %v", action, resource, err)
	return problem
}

func (o *office) takes(ctx context.Context, by client.Client, resource, action string, fields map[string]any) {
	o.t.Helper()
	if problem := o.acts(ctx, by, resource, action, fields); problem != nil {
		require.NoError(o.t, problem, "%s of %s", action, resource)
	}
}

func (o *office) refuses(ctx context.Context, status int, code string, by client.Client, resource, action string, fields map[string]any) *client.Problem {
	o.t.Helper()
	problem := o.acts(ctx, by, resource, action, fields)
	require.NotNil(o.t, problem, "%s of %s was taken", action, resource)
	require.Equal(o.t, status, problem.Status, problem.Error())
	require.Equal(o.t, code, problem.Code, problem.Error())
	require.NotEmpty(o.t, problem.Detail)
	return problem
}

// extended is an assignment as far as its later dates go.
type extended struct {
	Plan, DueDate, FirstDueDate string
	Extended                    int
	Overdue                     bool
	Extensions                  []struct {
		N                        int
		FromDate, ToDate, Status string
		Days                     int
	}
	SignOffs []struct{ ID, Status string }
}

func (o *office) extended(ctx context.Context, id string) extended {
	o.t.Helper()
	var shown extended
	require.NoError(o.t, o.as(inspectors, org.Supervisor).Get(ctx, "assignments/"+id, &shown))
	return shown
}

// A later date, asked for through the API: every reason to refuse it, its sign-off
// by the lead unit and then by the supervisor, the leave that it needs after the due
// moment, and the count per unit.
func TestExtensions(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-03-02 10:00")
	works := office.dispatched(ctx, 16, 2026)
	inspector, leads := office.as(inspectors, org.Supervisor), office.as(lead, org.Head)
	first, second, third := works[0], works[1], works[2]
	unit, asset := office.as(first.Unit, org.Operator), "assignments/"+first.ID
	asking := func(changed ...any) map[string]any {
		fields := map[string]any{"due": "2026-12-20", "reason": "汛期停工", "progress": "主体完工"}
		for i := 0; i < len(changed); i += 2 {
			fields[changed[i].(string)] = changed[i+1]
		}
		return fields
	}
	ask := "request-extension"
	office.refuses(ctx, 409, "not-acknowledged", unit, asset, ask, asking())
	office.takes(ctx, unit, asset, "acknowledge", nil)
	require.Equal(t, "progress", office.refuses(ctx, 422, "required", unit, asset, ask, asking("progress", " ")).Errors[0].Field)
	require.Equal(t, "reason", office.refuses(ctx, 422, "required", unit, asset, ask, asking("reason", "")).Errors[0].Field)
	noDate := asking()
	delete(noDate, "due")
	require.Equal(t, "due", office.acts(ctx, unit, asset, ask, noDate).Errors[0].Field)
	office.refuses(ctx, 422, "due-not-later", unit, asset, ask, asking("due", "2026-11-30"))
	office.refuses(ctx, 422, "date-not-ahead", unit, asset, ask, asking("due", "2026-03-01"))
	require.Equal(t, 422, office.acts(ctx, unit, asset, ask, asking("due", "2026-02-30")).Status)
	office.refuses(ctx, 403, "not-the-responsible-unit", office.as(lead, org.Operator), asset, ask, asking())
	require.Equal(t, 403, office.acts(ctx, inspector, asset, ask, asking()).Status, "a supervisor prolongs by himself")
	require.Contains(t, []int{403, 404}, office.acts(ctx, office.as(second.Unit, org.Operator), asset, ask, asking()).Status)
	require.Empty(t, office.extended(ctx, first.ID).Extensions, "nothing of that left a trace")

	office.takes(ctx, unit, asset, ask, asking())
	office.refuses(ctx, 409, "extension-pending", unit, asset, ask, asking())
	signOff := "sign-offs/" + office.extended(ctx, first.ID).SignOffs[0].ID
	office.refuses(ctx, 403, "not-a-signer", inspector, signOff, "agree", nil)
	office.takes(ctx, leads, signOff, "agree", nil)
	require.Equal(t, "2026-11-30", office.extended(ctx, first.ID).DueDate, "until the supervisor has signed as well")
	office.takes(ctx, inspector, signOff, "agree", nil)
	shown := office.extended(ctx, first.ID)
	require.Equal(t, []string{"2026-12-20", "2026-11-30"}, []string{shown.DueDate, shown.FirstDueDate})
	require.Equal(t, 1, shown.Extended)
	require.Equal(t, "granted", shown.Extensions[0].Status)
	require.Equal(t, []string{"2026-11-30", "2026-12-20"}, []string{shown.Extensions[0].FromDate, shown.Extensions[0].ToDate})

	office.takes(ctx, unit, asset, ask, asking("due", "2027-01-20"))
	office.takes(ctx, leads, "sign-offs/"+office.extended(ctx, first.ID).SignOffs[1].ID, "disagree", map[string]any{"comment": "时间充足"})
	shown = office.extended(ctx, first.ID)
	require.Equal(t, "refused", shown.Extensions[1].Status)
	require.Equal(t, "2026-12-20", shown.DueDate)

	late, lateUnit := "assignments/"+second.ID, office.as(second.Unit, org.Operator)
	allow, because := "allow-extension", map[string]any{"reason": "确有困难"}
	office.takes(ctx, lateUnit, late, "acknowledge", nil)
	office.refuses(ctx, 409, "not-overdue", inspector, late, allow, because)
	done := "assignments/" + third.ID
	doing := office.as(third.Unit, org.Operator)
	office.takes(ctx, doing, done, "acknowledge", nil)
	office.takes(ctx, doing, done, "submit", map[string]any{"evidence": "已建成"})
	office.refuses(ctx, 409, "in-review", doing, done, ask, asking())
	office.takes(ctx, inspector, done, "close", map[string]any{"reason": "撤项"})
	office.refuses(ctx, 409, "closed", doing, done, ask, asking())

	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-12-01 00:05")))
	require.True(t, office.extended(ctx, second.ID).Overdue)
	require.False(t, office.extended(ctx, first.ID).Overdue, "the first date no longer binds")
	office.refuses(ctx, 409, "overdue", lateUnit, late, ask, asking())
	require.Equal(t, 403, office.acts(ctx, lateUnit, late, allow, because).Status)
	require.Equal(t, 403, office.acts(ctx, leads, late, allow, because).Status, "the lead unit cannot give leave either")
	office.refuses(ctx, 422, "required", inspector, late, allow, nil)
	office.takes(ctx, inspector, late, allow, because)
	office.refuses(ctx, 409, "already-allowed", inspector, late, allow, because)
	office.takes(ctx, lateUnit, late, ask, asking())
	office.takes(ctx, leads, "sign-offs/"+office.extended(ctx, second.ID).SignOffs[0].ID, "agree", nil)
	office.takes(ctx, inspector, "sign-offs/"+office.extended(ctx, second.ID).SignOffs[0].ID, "agree", nil)
	shown = office.extended(ctx, second.ID)
	require.False(t, shown.Overdue)
	require.Equal(t, []string{"2026-12-20", "2026-11-30"}, []string{shown.DueDate, shown.FirstDueDate})

	type totals struct {
		Unit                                                        string
		Asked, Pending, Granted, Refused, Days, Prolonged, Obsolete int
	}
	var summary struct{ Items []totals }
	require.NoError(t, inspector.Get(ctx, "plans/"+shown.Plan+"/extensions/summary", &summary))
	require.ElementsMatch(t, []totals{{Unit: first.Unit, Asked: 2, Granted: 1, Refused: 1, Days: 20}, {Unit: second.Unit, Asked: 1, Granted: 1, Days: 20}}, summary.Items)
	require.NoError(t, unit.Get(ctx, "plans/"+shown.Plan+"/extensions/summary", &summary))
	require.Equal(t, []totals{{Unit: first.Unit, Asked: 2, Granted: 1, Refused: 1, Days: 20}}, summary.Items, "a unit sees its own")
	verified(t, running)
}

// Whoever waits urges whom he waits for, through the API: a unit that has not
// acknowledged, the signers of a decomposition and of an extension, the answer to an
// order, the lead unit. Each is on record, and the next one says when it may come.
func TestUrging(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-03-02 10:00")
	works := office.dispatched(ctx, 16, 2026)
	inspector, leads := office.as(inspectors, org.Supervisor), office.as(lead, org.Operator)
	first := works[0]
	unit, asset := office.as(first.Unit, org.Operator), "assignments/"+first.ID
	urgedTwice := func(by client.Client, resource string) {
		t.Helper()
		office.takes(ctx, by, resource, "urge", nil)
		require.Contains(t, office.refuses(ctx, 409, "urged-lately", by, resource, "urge", nil).Detail, "请 10 分钟后再催")
	}
	office.refuses(ctx, 403, "may-not-urge", unit, asset, "urge", nil)
	urgedTwice(leads, asset) // it has not acknowledged
	urgedTwice(inspector, asset)
	var shown struct {
		AnnualTarget string
		Urges        int
		UrgedAt      time.Time
	}
	require.NoError(t, inspector.Get(ctx, asset, &shown))
	require.Equal(t, 2, shown.Urges)
	require.NotZero(t, shown.UrgedAt)
	office.refuses(ctx, 409, "nobody-waits", inspector, "annual-targets/"+shown.AnnualTarget, "urge", nil)

	office.takes(ctx, unit, asset, "acknowledge", nil)
	office.takes(ctx, unit, asset, "request-extension", map[string]any{"due": "2026-12-20", "reason": "汛期停工", "progress": "主体完工"})
	extension := "sign-offs/" + office.extended(ctx, first.ID).SignOffs[0].ID
	urgedTwice(unit, extension) // its request waits for the lead unit
	office.refuses(ctx, 403, "may-not-urge", office.as(lead, org.Head), extension, "urge", nil)
	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-03-02 12:00")))
	office.takes(ctx, office.as(lead, org.Head), extension, "disagree", map[string]any{"comment": "时间充足"})

	// Another year of the task: the lead unit drafts, and puts its draft to sign.
	var plan struct{ Plan string }
	require.NoError(t, inspector.Get(ctx, asset, &plan))
	var opened struct {
		ID      string
		Version int64
	}
	require.NoError(t, leads.Post(ctx, fmt.Sprintf("plans/%s/tasks/16/annual-targets", plan.Plan), map[string]int{"year": 2027}, &opened, client.Key("open-2027")))
	target := "annual-targets/" + opened.ID
	urgedTwice(inspector, target)
	urgedTwice(unit, target)
	var proposal map[string]any
	require.NoError(t, leads.Get(ctx, target+"/proposal", &proposal))
	require.NoError(t, leads.Get(ctx, target, &opened))
	require.NoError(t, leads.Put(ctx, target+"/decomposition", map[string]any{"items": proposal["items"]}, nil, client.Key("save-2027"), client.IfVersion(opened.Version)))
	office.takes(ctx, leads, target, "submit-decomposition", nil)
	var detail struct{ SignOffs []struct{ ID string } }
	require.NoError(t, leads.Get(ctx, target, &detail))
	urgedTwice(leads, "sign-offs/"+detail.SignOffs[0].ID)
	office.refuses(ctx, 403, "may-not-urge", unit, "sign-offs/"+detail.SignOffs[0].ID, "urge", nil)

	require.NoError(t, running.Clock().AdvanceTo(ctx, at(t, "2026-12-03 12:00"))) // 督办单 on the 3rd working day
	var orders struct{ Items []struct{ ID, Unit string } }
	require.NoError(t, inspector.Get(ctx, "supervisions?limit=200&unit="+first.Unit, &orders))
	require.Len(t, orders.Items, 1)
	order := "supervisions/" + orders.Items[0].ID
	office.refuses(ctx, 403, "may-not-urge", unit, order, "urge", nil)
	urgedTwice(inspector, order)
	urgedTwice(leads, order)
	office.takes(ctx, unit, order, "answer", map[string]any{"text": "已整改", "measures": "增派人手", "due": "2026-12-20"})
	urgedTwice(unit, order) // the supervisor has to decide on the answer
	for kind, times := range map[string]int{"assignment.urged": 2, "target.urged": 2, "sign-off.urged": 2, "supervision.urged": 3} {
		require.Len(t, events(ctx, t, inspector, kind), times, kind)
	}
	var told struct {
		Items []struct{ Kind, Title string }
	}
	require.NoError(t, unit.Get(ctx, "notices?limit=200", &told))
	urged := 0
	for _, n := range told.Items {
		if n.Kind == "urge" {
			urged++
		}
	}
	require.GreaterOrEqual(t, urged, 4, "who is urged is told each time, of the assignment and of the order")
	verified(t, running)
}
