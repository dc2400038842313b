package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/client"
	"duban/example"
	"duban/org"
	"duban/setup"
)

const (
	lead       = "shi-jiaoyuju" // leads the tasks that the tests use
	inspectors = setup.SupervisorUnit
	adminUnit  = "shi-dubanzhongxin"
)

// office is the example's plan with its people, on a running server.
type office struct {
	t      *testing.T
	url    string
	people []setup.SignIn
	posted int // actions so far, to give each a key of its own
}

func newOffice(t *testing.T, url string, people []setup.SignIn) *office {
	return &office{t: t, url: url, people: people}
}

func (o *office) as(unit string, role org.Role) client.Client {
	one, err := setup.Of(o.people, unit, role)
	if err != nil {
		o.t.Errorf("%v", err)
	}
	return client.New(o.url, one.Token)
}

// work is an assignment as far as the tests need it.
type work struct {
	ID     string `json:"id"`
	Unit   string `json:"unit"`
	Status string `json:"status"`
}

// dispatched imports the plan and leads a task's year as far as its assignments,
// which it returns. What is proposed may be changed before it is put to sign.
func (o *office) dispatched(ctx context.Context, task, year int, change ...func(items []any)) []work {
	o.t.Helper()
	return o.dispatchedIn(ctx, o.plan(ctx), task, year, change...)
}

// plan imports the example's plan, and returns its id.
func (o *office) plan(ctx context.Context) string {
	o.t.Helper()
	plan, err := example.Load()
	require.NoError(o.t, err)
	id, err := setup.ImportPlan(ctx, o.as(adminUnit, org.Admin), plan)
	require.NoError(o.t, err)
	return id
}

// dispatchedIn leads a task's year of a plan as far as its assignments.
func (o *office) dispatchedIn(ctx context.Context, id string, task, year int, change ...func(items []any)) []work {
	o.t.Helper()
	operator := o.as(lead, org.Operator)
	var opened struct {
		ID      string `json:"id"`
		Version int64  `json:"version"`
	}
	require.NoError(o.t, operator.Post(ctx, fmt.Sprintf("plans/%s/tasks/%d/annual-targets", id, task), map[string]int{"year": year}, &opened, client.Key("open")))
	target := "annual-targets/" + opened.ID
	var proposal map[string]any
	require.NoError(o.t, operator.Get(ctx, target+"/proposal", &proposal))
	for _, c := range change {
		c(proposal["items"].([]any))
	}
	require.NoError(o.t, operator.Put(ctx, target+"/decomposition", map[string]any{"items": proposal["items"]}, nil, client.Key("save"), client.IfVersion(opened.Version)))
	require.NoError(o.t, operator.Post(ctx, target+"/actions", map[string]string{"action": "submit-decomposition"}, nil, client.Key("submit")))
	o.signAll(ctx, opened.ID)

	var page struct {
		Items []work `json:"items"`
	}
	items := proposal["items"].([]any)
	require.Eventually(o.t, func() bool {
		require.NoError(o.t, operator.Get(ctx, "assignments?limit=200&annualTarget="+opened.ID, &page))
		return len(page.Items) == len(items)
	}, time.Minute, 50*time.Millisecond, "every item is dispatched")
	return page.Items
}

// signAll has every supporting unit and the supervisor agree to what the target
// has put to sign.
func (o *office) signAll(ctx context.Context, target string) {
	o.t.Helper()
	var detail struct {
		Supports []org.UnitRef `json:"supports"`
		SignOffs []struct {
			ID     string `json:"id"`
			Status string `json:"status"`
		} `json:"signOffs"`
	}
	require.NoError(o.t, o.as(lead, org.Operator).Get(ctx, "annual-targets/"+target, &detail))
	signOff := detail.SignOffs[len(detail.SignOffs)-1].ID
	for _, unit := range detail.Supports {
		require.NoError(o.t, o.as(unit.ID, org.Head).Post(ctx, "sign-offs/"+signOff+"/actions", agree, nil, client.Key("sign-"+signOff)))
	}
	require.NoError(o.t, o.as(inspectors, org.Supervisor).Post(ctx, "sign-offs/"+signOff+"/actions", agree, nil, client.Key("sign-"+signOff)))
}

// orderNumbers lists the running numbers of all orders: 3 of 督〔2026〕3号.
func (o *office) orderNumbers(ctx context.Context) []string {
	o.t.Helper()
	var page struct {
		Items []struct {
			Number string `json:"number"`
		} `json:"items"`
	}
	require.NoError(o.t, o.as(inspectors, org.Supervisor).Get(ctx, "supervisions?limit=200", &page))
	numbers := make([]string, len(page.Items))
	for i, order := range page.Items {
		_, rest, _ := strings.Cut(order.Number, "〕")
		numbers[i] = strings.TrimSuffix(rest, "号")
	}
	return numbers
}
