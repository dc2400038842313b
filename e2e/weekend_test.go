package e2e_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/example"
	"duban/notify/smtptest"
	"duban/org"
	"duban/setup"
	"duban/store"
)

// stopped is a server with a movable clock that is stopped and started again on
// another day of that clock, as one that was switched off in between.
type stopped struct {
	t      *testing.T
	data   string
	mail   *smtptest.Server
	people []setup.SignIn
	*app.App
}

// startAt starts everything on a day.
func (s *stopped) startAt(ctx context.Context, text string) {
	s.t.Helper()
	notices := mailTo(s.mail.Address)
	notices.Gather = 15 * time.Second // an order is issued some seconds after the rung that asks for it
	running, err := app.Start(ctx, app.Config{DataDir: s.data, Namespace: "duban", Listen: "127.0.0.1:0", TimeSkipping: true, StartTime: at(s.t, text),
		Notify: notices, Version: "test", Logger: quiet()})
	require.NoError(s.t, err)
	s.App = running
}

func (s *stopped) office() *office { return newOffice(s.t, s.URL(), s.people) }

// register fills the database, and gives everybody an address.
func (s *stopped) register(ctx context.Context) {
	s.t.Helper()
	plan, err := example.Load()
	require.NoError(s.t, err)
	s.people, err = setup.Register(ctx, s.Store, plan)
	require.NoError(s.t, err)
	filter := store.UserFilter{PageRequest: store.PageRequest{Limit: store.MaxLimit}}
	for {
		page, err := s.Store.Users(ctx, filter)
		require.NoError(s.t, err)
		for _, u := range page.Items {
			_, err := s.Store.SetContact(ctx, u.ID, store.Contact{Email: u.Login + "@example.gov.cn"})
			require.NoError(s.t, err)
		}
		if filter.Cursor = page.Next; page.Next == "" {
			return
		}
	}
}

// mails waits until all has gone out, and counts what each got since the last
// mails.
func (s *stopped) mails(ctx context.Context, before int) (got map[string]int, all int) {
	s.t.Helper()
	allSent(ctx, s.t, s.Store)
	taken := s.mail.Mails()
	got = map[string]int{}
	for _, m := range taken[before:] {
		got[m.To]++
	}
	return got, len(taken)
}

// The server is stopped on a Friday before the reminders of 09:00 and started on
// Monday after those of 09:00; then it is stopped for a week in which everything
// becomes overdue. Each time each person gets one mail for all that was missed, and
// what lies ahead comes at its time.
func TestAServerThatIsStoppedOverAWeekend(t *testing.T) {
	ctx := within(t)
	s := &stopped{t: t, data: t.TempDir(), mail: smtptest.Start(t, smtptest.Options{})}
	s.startAt(ctx, "2026-09-01 10:00")
	s.register(ctx)
	works := s.office().dispatched(ctx, 16, 2026) // due on Monday, 30 November
	require.NoError(t, s.Clock().AdvanceTo(ctx, at(t, "2026-11-27 08:00")))
	_, before := s.mails(ctx, 0)
	stop(t, s.App)

	s.startAt(ctx, "2026-11-30 10:00")
	inspector := s.office().as(inspectors, org.Supervisor)
	arrive(ctx, t, inspector, "assignment.remind", 4*len(works))
	inTime := []string{"remind 10-30 09:00", "remind 11-16 09:00", "remind 11-23 09:00"}
	for _, w := range works {
		line := timeline(ctx, t, inspector, w.ID)
		require.Equal(t, inTime, line[:3])
		require.True(t, strings.HasPrefix(line[3], "remind 11-30 10:"), line[3])
	}
	for key, times := range rungs(t, events(ctx, t, inspector, "assignment.remind")) {
		require.Equal(t, 1, times, key)
	}
	got, before := s.mails(ctx, before)
	require.NotEmpty(t, got)
	for who, mails := range got {
		require.Equal(t, 1, mails, who)
	}
	stop(t, s.App)

	s.startAt(ctx, "2026-12-08 10:00")
	inspector = s.office().as(inspectors, org.Supervisor)
	for _, kind := range []string{"assignment.overdue", "assignment.urge", "assignment.supervise", "supervision.issued"} {
		arrive(ctx, t, inspector, kind, len(works))
	}
	got, _ = s.mails(ctx, before)
	require.Greater(t, len(got), 2*len(works), "operators and heads of the units, and others")
	for who, mails := range got {
		require.Equal(t, 1, mails, "%s hears of a week in one mail", who)
	}
	require.NoError(t, s.Clock().AdvanceTo(ctx, at(t, "2026-12-10 10:00")))
	for _, w := range works {
		line := timeline(ctx, t, inspector, w.ID)
		require.Len(t, line, 8)
		require.Equal(t, "circulate 12-09 09:00", line[7], "what lies ahead comes at its time")
	}
	verified(t, s.App)
	stop(t, s.App)
}
