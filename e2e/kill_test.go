package e2e_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/bench"
	"duban/calendar"
	"duban/dispatch"
	"duban/example"
	"duban/org"
	"duban/setup"
	"duban/store"
)

// The process is killed three times while twelve subjects are being signed by
// five people each. Whoever got no answer repeats his act.
func TestKilledInTheMiddleOfSigning(t *testing.T) {
	const subjects, signers, kills = 12, 5, 3
	ctx, data := within(t), t.TempDir()
	server := newChild(t, data)
	var cast bench.Cast
	prepare(t, data, func(ctx context.Context, s *store.Store) {
		var err error
		cast, err = bench.Register(ctx, s, server.url, signers)
		require.NoError(t, err)
	})
	server.start(t)
	ids := make([]string, subjects)
	for i := range ids {
		ids[i] = open(ctx, t, cast, fmt.Sprint(i))
	}

	var taken atomic.Int32
	var people sync.WaitGroup
	for _, id := range ids {
		for _, signer := range cast.Signers {
			people.Go(func() {
				if err := insist(ctx, signer.Client, "sign-offs/"+id+"/actions", agree, "sign-"+id); err != nil {
					t.Errorf("%s signs %s: %v", signer.Unit, id, err)
				}
				taken.Add(1)
			})
		}
	}
	for i := range kills {
		killAt := int32(subjects * signers * (i + 1) / (kills + 2))
		require.Eventually(t, func() bool { return taken.Load() >= killAt }, patience, time.Millisecond)
		server.kill()
		server.start(t)
	}
	people.Wait()

	signed := map[string]int{}
	for _, e := range arrive(ctx, t, cast.Auditor, "sign-off.signed", subjects*signers) {
		signed[e.Instance+" "+e.Actor.Unit.ID]++
	}
	require.Len(t, signed, subjects*signers, "every opinion is on record")
	for who, times := range signed {
		require.Equal(t, 1, times, who)
	}
	arrive(ctx, t, cast.Auditor, "sign-off.approved", subjects)
	server.stop(t)
	verified(t, serve(t, func(c *app.Config) { c.DataDir = data }))
}

// The process is killed while all units of a task whose work is overdue are under
// supervision: every order is issued, answered and settled once.
func TestKilledInTheMiddleOfSupervision(t *testing.T) {
	const kills = 3
	ctx, data := within(t), t.TempDir()
	server := newChild(t, data)
	var people []setup.SignIn
	prepare(t, data, func(ctx context.Context, s *store.Store) {
		plan, err := example.Load()
		require.NoError(t, err)
		people, err = setup.Register(ctx, s, plan)
		require.NoError(t, err)
	})
	server.start(t)
	office := newOffice(t, server.url, people)
	late := office.dispatched(ctx, 16, 2025)
	units := len(late)
	require.Positive(t, units)

	// What happens to each of them, in order: by whom, where, what.
	type step struct {
		unit string
		role org.Role
		path string
		act  map[string]any
	}
	promised := calendar.DateOf(time.Now(), time.UTC).AddDays(30).String()
	answer := func(text string) map[string]any {
		return map[string]any{"action": "answer", "text": text, "measures": "专班推进", "due": promised}
	}
	var taken atomic.Int32
	var flows sync.WaitGroup
	for _, a := range late {
		order, second := dispatch.SupervisionID(a.ID, 1), dispatch.SupervisionID(a.ID, 2)
		steps := []step{
			{a.Unit, org.Operator, "assignments/" + a.ID, map[string]any{"action": "acknowledge"}},
			{inspectors, org.Supervisor, "assignments/" + a.ID, map[string]any{"action": "issue-supervision", "reason": "逾期"}},
			{a.Unit, org.Head, "supervisions/" + order, answer("抓紧办理")},
			{inspectors, org.Supervisor, "supervisions/" + order, map[string]any{"action": "send-back", "reason": "措施不具体"}},
			{a.Unit, org.Head, "supervisions/" + order, answer("月底前办结")},
			{inspectors, org.Supervisor, "supervisions/" + order, map[string]any{"action": "accept", "reason": "可"}},
			{inspectors, org.Supervisor, "supervisions/" + order, map[string]any{"action": "conclude", "reason": "已落实"}},
			// Refused until the assignment has heard how the first order ended.
			{inspectors, org.Supervisor, "assignments/" + a.ID, map[string]any{"action": "issue-supervision", "reason": "仍未办结"}},
			{a.Unit, org.Head, "supervisions/" + second, answer("今日办结")},
			{a.Unit, org.Operator, "assignments/" + a.ID, map[string]any{"action": "submit", "evidence": "已办结"}},
			{lead, org.Operator, "assignments/" + a.ID, map[string]any{"action": "review", "accept": true}},
		}
		flows.Go(func() {
			for i, s := range steps {
				if err := insist(ctx, office.as(s.unit, s.role), s.path+"/actions", s.act, fmt.Sprintf("%s-%d", a.ID, i)); err != nil {
					t.Errorf("%s, step %d: %v", a.ID, i, err)
					return
				}
				taken.Add(1)
			}
		})
	}
	for i := range kills {
		killAt := int32(units * 11 * (i + 1) / (kills + 2))
		require.Eventually(t, func() bool { return taken.Load() >= killAt || t.Failed() }, patience, time.Millisecond)
		server.kill()
		server.start(t)
	}
	flows.Wait()

	auditor := office.as(inspectors, org.Supervisor)
	for kind, times := range map[string]int{
		"assignment.supervised": 2 * units, "supervision.issued": 2 * units, "supervision.answered": 3 * units, "supervision.sent-back": units,
		"supervision.acknowledged": 2 * units, "supervision.accepted": units,
		"assignment.supervision-settled": units, "assignment.closed": units, "supervision.closed": 2 * units,
	} {
		arrive(ctx, t, auditor, kind, times)
	}
	numbers := make([]string, 2*units)
	for i := range numbers {
		numbers[i] = strconv.Itoa(i + 1)
	}
	require.ElementsMatch(t, numbers, office.orderNumbers(ctx), "orders are numbered without gap or double")
	server.stop(t)
	verified(t, serve(t, func(c *app.Config) { c.DataDir = data }))
}
