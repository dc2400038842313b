package e2e_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/bench"
	"duban/client"
	"duban/dispatch"
)

// monday is 28 September 2026, 10:00, in the week before the National Day holiday.
var monday = time.Date(2026, time.September, 28, 10, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*3600))

// A step within three working days: the holiday does not count, silence is taken
// for agreement when they are over, and that stays marked. The next step is
// escalated to the supervisor, who decides.
func TestASignOffByTheClock(t *testing.T) {
	ctx := within(t)
	running := serve(t, func(c *app.Config) { c.TimeSkipping, c.StartTime = true, monday })
	cast, err := bench.Register(ctx, running.Store, running.URL(), 4)
	require.NoError(t, err)
	step := func(name, onTimeout string, days int, signers ...int) map[string]any {
		var asked []any
		for _, i := range signers {
			asked = append(asked, map[string]any{"unit": cast.Signers[i].Unit, "role": "head"})
		}
		return map[string]any{"name": name, "mode": "all", "onDisagree": "collect", "then": "return", "signers": asked,
			"within": map[string]any{"days": days, "working": true}, "onTimeout": onTimeout}
	}
	var opened struct {
		ID string `json:"id"`
	}
	require.NoError(t, cast.Initiator.Post(ctx, "sign-offs", map[string]any{"title": "节前会签", "content": "请于节后签署", "supervisor": "bench-initiator",
		"route": []any{step("会签", "consent", 3, 0, 1), step("审核", "escalate", 1, 2, 3)}}, &opened, client.Key("open")))
	path := "sign-offs/" + opened.ID
	require.NoError(t, cast.Signers[0].Client.Post(ctx, path+"/actions", agree, nil, client.Key("sign")))

	// The working days are Tuesday, Wednesday, and the first one after the holiday.
	require.NoError(t, running.Clock().AdvanceTo(ctx, time.Date(2026, time.October, 8, 23, 59, 0, 0, monday.Location())))
	require.Equal(t, map[string]int{"signed": 1, "waiting": 1}, statuses(ctx, t, cast, opened.ID))
	require.NoError(t, running.Clock().AdvanceTo(ctx, time.Date(2026, time.October, 9, 0, 1, 0, 0, monday.Location())))
	eventually(t, func() bool { return len(signersOf(ctx, t, cast, opened.ID, "waiting")) == 2 })
	require.Equal(t, map[string]int{"signed": 2, "waiting": 2}, statuses(ctx, t, cast, opened.ID))
	require.Equal(t, []bool{false, true, false, false}, byClock(ctx, t, cast, opened.ID))

	// The Saturday after it is worked to make up for the holiday.
	require.NoError(t, running.Clock().AdvanceTo(ctx, time.Date(2026, time.October, 11, 0, 1, 0, 0, monday.Location())))
	eventually(t, func() bool {
		inbox := inboxOf(ctx, t, cast.Auditor)
		return len(inbox) == 1 && inbox[0] == path
	})
	for i := 2; i < 4; i++ {
		require.NoError(t, cast.Auditor.Post(ctx, path+"/actions", map[string]any{"action": "agree", "inSteadOf": cast.Signers[i].Unit, "comment": "逾期未签"},
			nil, client.Key(fmt.Sprint("instead-", i))))
	}
	require.Equal(t, "approved", statusOf(ctx, t, cast, opened.ID))
	verified(t, running)
	if *record != "" {
		workflow, _ := dispatch.HostOf(opened.ID)
		require.NoError(t, keepHistories(ctx, running, []string{workflow}))
	}
}

// byClock tells which opinions the clock gave, in the order of the signers.
func byClock(ctx context.Context, t *testing.T, cast bench.Cast, id string) []bool {
	t.Helper()
	var page struct {
		Items []struct {
			ByClock bool `json:"byClock"`
		} `json:"items"`
	}
	require.NoError(t, cast.Auditor.Get(ctx, "sign-offs/"+id+"/signers?limit=200", &page))
	var by []bool
	for _, item := range page.Items {
		by = append(by, item.ByClock)
	}
	return by
}

func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, patience, 20*time.Millisecond)
}

// Whoever has much to sign signs it in one request; each is answered for itself.
func TestManyAreSignedInOneRequest(t *testing.T) {
	ctx := within(t)
	running := serve(t, nil)
	cast, err := bench.Register(ctx, running.Store, running.URL(), 2)
	require.NoError(t, err)
	var acts []any
	for i := range 20 {
		id := open(ctx, t, cast, fmt.Sprint("s", i))
		acts = append(acts, map[string]any{"id": id, "key": "batch-" + id, "act": agree})
	}
	acts = append(acts, map[string]any{"id": "signoff.none.1", "key": "none", "act": agree})
	var answers struct {
		Done   int `json:"done"`
		Failed int `json:"failed"`
	}
	for range 2 {
		require.NoError(t, cast.Signers[0].Client.Post(ctx, "sign-offs/actions", map[string]any{"acts": acts}, &answers))
		require.Equal(t, 20, answers.Done, "sent again, it is answered alike")
		require.Equal(t, 1, answers.Failed)
	}
	require.Len(t, events(ctx, t, cast.Auditor, "sign-off.signed"), 20)
	require.Empty(t, inboxOf(ctx, t, cast.Signers[0].Client))
}
