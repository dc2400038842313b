package e2e_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/client"
	"duban/deadline"
	"duban/notify/smtptest"
	"duban/org"
	"duban/store"
)

// on starts everything on a folder; the caller stops it.
func on(ctx context.Context, t *testing.T, data, mail string) *app.App {
	t.Helper()
	running, err := app.Start(ctx, app.Config{DataDir: data, Namespace: "duban", Listen: "127.0.0.1:0", Notify: mailTo(mail), Version: "test", Logger: quiet()})
	require.NoError(t, err)
	return running
}

func stop(t *testing.T, running *app.App) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, running.Stop(ctx))
}

// rungs counts how often each rung of each assignment came, those included that
// were merged into another.
func rungs(t *testing.T, all []event) map[string]int {
	t.Helper()
	came := map[string]int{}
	for _, e := range all {
		var m deadline.Moment
		require.NoError(t, json.Unmarshal(e.Data, &m))
		for _, key := range append(m.Also, m.Key) {
			came[e.Instance+" "+key]++
		}
	}
	return came
}

// allSent waits until every message has gone out.
func allSent(ctx context.Context, t *testing.T, s *store.Store) {
	t.Helper()
	require.Eventually(t, func() bool {
		pending, err := s.Outbox(ctx, 1)
		require.NoError(t, err)
		waiting, err := s.Messages(ctx, store.MessageFilter{State: store.MessageWaiting})
		require.NoError(t, err)
		return len(pending) == 0 && len(waiting.Items) == 0
	}, patience, 100*time.Millisecond, "everything goes out")
}

// mailed waits until every notice has gone out to everybody, and compares what the
// mail server took with what was to go out: every message was taken, nothing else
// was, and each notice went to each of its people in one message.
func mailed(ctx context.Context, t *testing.T, s *store.Store, server *smtptest.Server) {
	t.Helper()
	allSent(ctx, t, s)
	var messages []store.Message
	filter := store.MessageFilter{PageRequest: store.PageRequest{Limit: store.MaxLimit}}
	for {
		page, err := s.Messages(ctx, filter)
		require.NoError(t, err)
		messages = append(messages, page.Items...)
		if filter.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	taken := map[string]map[string]bool{} // texts by message id
	for _, m := range server.Mails() {
		id, _, _ := strings.Cut(m.ID, "@")
		if taken[id] == nil {
			taken[id] = map[string]bool{}
		}
		taken[id][m.To+m.Subject+m.Text] = true
	}
	told, ids := map[string]bool{}, []string{}
	for _, m := range messages {
		require.Equal(t, store.MessageSent, m.State, m.Error)
		require.Len(t, taken[m.ID], 1, "message %s was taken, and whenever it came again it was the same", m.ID)
		ids = append(ids, m.ID)
	}
	require.Len(t, taken, len(messages), "nothing else was sent")
	byMessage, err := s.NoticesOf(ctx, ids)
	require.NoError(t, err)
	for _, m := range messages {
		for _, n := range byMessage[m.ID] {
			require.False(t, told[n.ID+" "+m.UserID], "%s to %s in two messages", n.ID, m.UserID)
			told[n.ID+" "+m.UserID] = true
		}
	}
	expected := 0
	everything := store.EventFilter{PageRequest: store.PageRequest{Limit: store.MaxLimit}}
	for {
		page, err := s.Events(ctx, store.Scope{All: true}, everything)
		require.NoError(t, err)
		for _, e := range page.Items {
			expected += len(e.Notices) // each is to one party, and each party has one member
		}
		if everything.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	require.Len(t, told, expected, "every notice has gone out")
}

// The server is down while two reminders, the due moment, 催办 and 督办单 pass: each
// person is told once, and one order is issued.
func TestAServerThatIsDownForAWhile(t *testing.T) {
	ctx, data := within(t), t.TempDir()
	server := smtptest.Start(t, smtptest.Options{})
	running := on(ctx, t, data, "")
	plan := craft(ctx, t, running.Store, 2)
	begin := time.Now().Add(5 * time.Second)
	ids := []string{openCrafted(ctx, t, running, plan, 0, soon(begin, time.Second)), openCrafted(ctx, t, running, plan, 1, soon(begin, time.Second))}
	stop(t, running)
	time.Sleep(time.Until(begin.Add(6 * time.Second)))

	running = on(ctx, t, data, server.Address)
	inspector := client.New(running.URL(), inspecting(ctx, t, running.Store))
	for kind, times := range map[string]int{"assignment.remind": 2, "assignment.overdue": 2, "assignment.urge": 2, "assignment.supervise": 2, "supervision.issued": 2} {
		arrive(ctx, t, inspector, kind, times)
	}
	for _, id := range ids {
		var page struct{ Items []event }
		require.NoError(t, inspector.Get(ctx, "events?limit=200&instance=assignment/"+id, &page))
		told := map[org.Party]int{}
		for _, e := range page.Items {
			if e.Type != "assignment.dispatched" {
				for _, n := range e.Notices {
					told[n.To]++
				}
			}
		}
		require.Len(t, told, 3, "operator and head of the unit, and the supervisor")
		for party, times := range told {
			require.Equal(t, 1, times, "%+v", party)
		}
	}
	require.Equal(t, map[string]int{"assignment/" + ids[0] + " first": 1, "assignment/" + ids[0] + " second": 1,
		"assignment/" + ids[1] + " first": 1, "assignment/" + ids[1] + " second": 1}, rungs(t, events(ctx, t, inspector, "assignment.remind")))
	mailed(ctx, t, running.Store, server)
	verified(t, running)
	stop(t, running)
}

// Three hundred reminders are due at the same instant: each comes once, and each
// operator gets his as one mail.
func TestManyRemindersOfOneInstant(t *testing.T) {
	const count, units = 300, 15
	ctx, data := within(t), t.TempDir()
	server := smtptest.Start(t, smtptest.Options{})
	running, err := app.Start(ctx, func() app.Config {
		mail := mailTo(server.Address)
		mail.Gather = 15 * time.Second // wake-ups are spread over 20
		return app.Config{DataDir: data, Namespace: "duban", Listen: "127.0.0.1:0", Notify: mail, Version: "test", Logger: quiet()}
	}())
	require.NoError(t, err)
	defer stop(t, running)
	plan := craft(ctx, t, running.Store, units)
	begin := time.Now().Add(20 * time.Second)
	armed := soon(begin, 0)
	armed.Moments = armed.Moments[:1]
	armed.DueAt = begin.AddDate(0, 1, 0)
	for i := range count {
		openCraftedFor(ctx, t, running, plan, i, craftedUnit(i%units), armed)
	}
	require.True(t, time.Now().Before(begin), "all are open before the instant")
	inspector := client.New(running.URL(), inspecting(ctx, t, running.Store))
	for key, times := range rungs(t, arrive(ctx, t, inspector, "assignment.remind", count)) {
		require.Equal(t, 1, times, key)
	}
	mailed(ctx, t, running.Store, server)
	digests := map[string]int{}
	for _, m := range server.Mails() {
		if strings.Contains(m.Subject, "到期提醒") {
			digests[m.To]++
		}
	}
	require.Len(t, digests, units)
	for who, mails := range digests {
		require.LessOrEqual(t, mails, 2, "%s has %d reminders", who, count/units) // two where the instant lies across ten minutes
	}
}

// The process is killed twenty times while reminders, due moments and orders of
// forty assignments come and are mailed: each rung comes once, each order is issued
// once, and each notice goes to each of its people in one message.
func TestKilledTwentyTimesWhileTheClockWorks(t *testing.T) {
	const count, kills = 40, 20
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	data := t.TempDir()
	mail := smtptest.Start(t, smtptest.Options{})
	running := on(ctx, t, data, "")
	plan := craft(ctx, t, running.Store, count)
	token := inspecting(ctx, t, running.Store)
	begin := time.Now().Add(10 * time.Second)
	for i := range count {
		openCrafted(ctx, t, running, plan, i, soon(begin.Add(time.Duration(i)*700*time.Millisecond), 2*time.Second))
	}
	stop(t, running)

	server := newChild(t, data)
	server.mail = mail.Address
	server.start(t)
	for range kills {
		time.Sleep(400*time.Millisecond + rand.N(1200*time.Millisecond))
		server.kill()
		server.start(t)
	}
	inspector := client.New(server.url, token)
	arrive(ctx, t, inspector, "assignment.overdue", count)
	arrive(ctx, t, inspector, "assignment.urge", count)
	arrive(ctx, t, inspector, "assignment.supervise", count)
	arrive(ctx, t, inspector, "supervision.issued", count)
	came := rungs(t, events(ctx, t, inspector, "assignment.remind"))
	require.Len(t, came, 2*count)
	for key, times := range came {
		require.Equal(t, 1, times, key)
	}
	server.stop(t)

	running = serve(t, func(c *app.Config) { c.DataDir, c.Notify = data, mailTo(mail.Address) })
	mailed(ctx, t, running.Store, mail)
	verified(t, running)
}
