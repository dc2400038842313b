package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/deadline"
	"duban/notify"
	"duban/org"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"
)

// letterbox is a channel that keeps what it is given, and fails as it is told.
type letterbox struct {
	name string
	mu   sync.Mutex
	got  []notify.Message
	fail func(m notify.Message) error
}

func (l *letterbox) Name() string { return l.name }

func (l *letterbox) Reaches(u store.User) bool {
	return l.name == deadline.Webhook || u.Contact.Email != ""
}

func (l *letterbox) Send(_ context.Context, messages []notify.Message) []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	errs := make([]error, len(messages))
	for i, m := range messages {
		if l.fail != nil {
			errs[i] = l.fail(m)
		}
		if errs[i] == nil {
			l.got = append(l.got, m)
		}
	}
	return errs
}

// taken empties the box: each message as "user: title, title".
func (l *letterbox) taken() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []string
	for _, m := range l.got {
		line := m.To.ID + ":"
		for _, n := range m.Notices {
			line += " " + n.Title
		}
		list = append(list, line)
	}
	l.got = nil
	slices.Sort(list)
	return list
}

// desk is a dispatcher on a real database with a clock that is moved by hand.
type desk struct {
	t     *testing.T
	store *store.Store
	plan  string
	now   time.Time
	mail  *letterbox
	hook  *letterbox
	seq   map[string]act.Ledger
}

func shanghai(t require.TestingT, text string) time.Time {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	at, err := time.ParseInLocation("2006-01-02 15:04:05", text, zone)
	require.NoError(t, err)
	return at.UTC()
}

func newDesk(t *testing.T, s *store.Store, now string) *desk {
	t.Helper()
	ctx := t.Context()
	_, err := s.SaveUnits(ctx, []store.Unit{{ID: "heping", Name: "和平县", Active: true}, {ID: "office", Name: "市督查室", Active: true}})
	require.NoError(t, err)
	_, err = s.SaveUsers(ctx, []store.User{
		{ID: "op", Login: "op", Name: "经办", UnitID: "heping", Active: true, Roles: []org.Role{org.Operator}, Contact: store.Contact{Email: "op@example.gov.cn"}},
		{ID: "both", Login: "both", Name: "全能", UnitID: "heping", Active: true, Roles: []org.Role{org.Operator, org.Head}, Contact: store.Contact{Email: "both@example.gov.cn"}},
		{ID: "single", Login: "single", Name: "逐件", UnitID: "heping", Active: true, Roles: []org.Role{org.Operator}, Contact: store.Contact{Email: "s@example.gov.cn", SingleNotices: true, DeclinedChannels: "webhook"}},
		{ID: "nomail", Login: "nomail", Name: "无箱", UnitID: "heping", Active: true, Roles: []org.Role{org.Operator}},
		{ID: "left", Login: "left", Name: "离职", UnitID: "heping", Roles: []org.Role{org.Operator}, Contact: store.Contact{Email: "left@example.gov.cn"}},
		{ID: "sup", Login: "sup", Name: "督查", UnitID: "office", Active: true, Roles: []org.Role{org.Supervisor}, Contact: store.Contact{Email: "sup@example.gov.cn"}},
	})
	require.NoError(t, err)
	policy, err := s.CreatePolicy(ctx, store.Policy{Title: "实施意见"}, []byte("正文"))
	require.NoError(t, err)
	plan, err := s.CreatePlan(ctx, store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2035, TimeZone: "Asia/Shanghai"}})
	require.NoError(t, err)
	return &desk{t: t, store: s, plan: plan.ID, now: shanghai(t, now), mail: &letterbox{name: deadline.Email}, hook: &letterbox{name: deadline.Webhook}, seq: map[string]act.Ledger{}}
}

func (d *desk) dispatcher(by string) *notify.Dispatcher {
	return notify.New(notify.Options{Store: d.store, Channels: []notify.Channel{d.mail, d.hook}, By: by, Now: func() time.Time { return d.now },
		Logger: slog.New(slog.DiscardHandler)})
}

// tell projects an event of an assignment by somebody with its notices, now.
func (d *desk) tell(id string, by act.Actor, notices ...act.Notice) {
	d.t.Helper()
	ledger := d.seq[id]
	ledger.Instance = "assignment/" + id
	event := act.Happened("assignment.told", nil, notices...)
	next, events, err := ledger.Record(act.Command{Actor: by}, []act.Event{event}, d.now)
	require.NoError(d.t, err)
	require.NoError(d.t, d.store.Project(d.t.Context(), projection.Change{Instance: ledger.Instance, Kind: "assignment", PlanID: d.plan,
		From: ledger.Version, To: next.Version, Seq: next.Seq, Hash: next.Hash, At: d.now, Events: events}))
	d.seq[id] = next
}

func to(unit string, role org.Role, title string, channels ...string) act.Notice {
	return act.Notice{To: org.Party{Unit: unit, Role: role}, Kind: "told", Title: title, TitleEn: title, Channels: channels}
}

func (d *desk) person() act.Actor { return act.Actor{User: "sup", Name: "督查"} }

func (d *desk) works() {
	d.t.Helper()
	require.NoError(d.t, d.dispatcher("desk").Once(d.t.Context()))
}

func (d *desk) states() map[store.MessageState]int {
	d.t.Helper()
	page, err := d.store.Messages(d.t.Context(), store.MessageFilter{PageRequest: store.PageRequest{Limit: store.MaxLimit}})
	require.NoError(d.t, err)
	states := map[store.MessageState]int{}
	for _, m := range page.Items {
		states[m.State]++
	}
	return states
}

func TestRemindersOfOneMomentComeAsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-16 09:00:00")
		for i := range 40 {
			d.now = shanghai(t, "2026-11-16 09:00:00").Add(time.Duration(i) * 500 * time.Millisecond)
			d.tell(fmt.Sprintf("a%02d", i), act.Clock(), to("heping", org.Operator, fmt.Sprintf("提醒%02d", i)))
		}
		d.works()
		for _, m := range d.mail.got {
			require.Equal(t, "single", m.To.ID, "a digest waits for what still comes")
		}
		d.now = d.now.Add(time.Minute)
		d.tell("late", act.Clock(), to("heping", org.Operator, "迟来"))
		d.works()
		d.now = d.now.Add(time.Minute)
		d.works()
		mails := d.mail.taken()
		require.Len(t, mails, 2+41, "one for each of two people, and 41 for whoever wants them one by one")
		for _, who := range []string{"both:", "op:"} {
			i := slices.IndexFunc(mails, func(m string) bool { return m[:len(who)] == who })
			require.Contains(t, mails[i], "提醒00 提醒01")
			require.Contains(t, mails[i], "提醒39 迟来")
		}
		require.Len(t, d.hook.taken(), 3, "op, both and nomail; single declines it")
		d.now = d.now.Add(time.Hour)
		d.works()
		require.Empty(t, d.mail.taken(), "nothing goes out twice")
		require.Equal(t, map[store.MessageState]int{store.MessageSent: 2 + 41 + 3}, d.states())
	})
}

// A server that works off what it missed at any time of the day, slowly: what comes
// in within ten minutes and in time is one message, whatever the clock shows.
func TestWhatComesInSlowlyIsOneMessage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-16 10:09:00")
		for i := range 8 {
			d.tell(fmt.Sprint("a", i), act.Clock(), to("office", org.Supervisor, fmt.Sprint("提醒", i)))
			d.now = d.now.Add(20 * time.Second)
			d.works()
		}
		require.Empty(t, d.mail.taken())
		d.now = d.now.Add(31 * time.Second)
		d.works()
		require.Equal(t, []string{"sup: 提醒0 提醒1 提醒2 提醒3 提醒4 提醒5 提醒6 提醒7"}, d.mail.taken())

		d.now = d.now.Add(20 * time.Minute)
		d.tell("b", act.Clock(), to("office", org.Supervisor, "催办"))
		d.works()
		d.now = d.now.Add(31 * time.Second)
		d.works()
		require.Equal(t, []string{"sup: 催办"}, d.mail.taken())
	})
}

func TestWhatPeopleDoGoesOutAtOnceAndByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-14 23:00:00") // a Saturday night
		d.tell("a", d.person(), to("heping", org.Operator, "催办甲"), to("heping", org.Head, "催办甲"))
		d.tell("b", d.person(), to("heping", org.Operator, "催办乙", deadline.Inbox))
		d.tell("c", d.person(), to("heping", org.Operator, "催办丙", deadline.Webhook))
		d.works()
		require.Empty(t, d.mail.taken(), "an act that did not become durable could still be taken back")
		d.now = d.now.Add(10 * time.Second)
		d.works()
		require.Equal(t, []string{"both: 催办甲", "op: 催办甲", "single: 催办甲"}, d.mail.taken(), "and once to who has both roles")
		require.Equal(t, []string{"both: 催办丙", "both: 催办甲", "nomail: 催办丙", "nomail: 催办甲", "op: 催办丙", "op: 催办甲"}, d.hook.taken())
	})
}

func TestTheClockIsQuietAtNight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-09-30 23:59:59")
		d.now = shanghai(t, "2026-10-01 00:00:04") // the due moment, in the holiday
		d.tell("a", act.Clock(), to("heping", org.Operator, "逾期甲"), to("office", org.Supervisor, "逾期甲"))
		d.works()
		for _, at := range []string{"2026-10-01 09:30:00", "2026-10-07 12:00:00", "2026-10-08 09:00:03"} {
			d.now = shanghai(t, at)
			d.works()
			require.Empty(t, d.mail.taken(), at)
		}
		d.tell("b", act.Clock(), to("heping", org.Operator, "催办乙"))
		d.works()
		d.now = shanghai(t, "2026-10-08 09:01:20")
		d.works()
		require.Equal(t, []string{"both: 逾期甲 催办乙", "op: 逾期甲 催办乙", "single: 催办乙", "single: 逾期甲", "sup: 逾期甲"}, d.mail.taken(),
			"the night's news and the morning's in one")
	})
}

func TestAPlanThatIsNotThereHoldsNothingUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-16 14:00:00")
		known := d.plan
		d.plan = "gone"
		d.tell("a", act.Clock(), to("office", org.Supervisor, "逾期甲"))
		d.plan = known
		d.tell("b", act.Clock(), to("office", org.Supervisor, "逾期乙"))
		d.works()
		d.now = d.now.Add(time.Minute)
		d.works()
		require.Equal(t, []string{"sup: 逾期甲 逾期乙"}, d.mail.taken())
	})
}

func TestWhatFailsIsTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-16 14:00:00")
		failures := 3
		d.mail.fail = func(m notify.Message) error {
			switch {
			case m.To.ID == "op":
				return fmt.Errorf("%w: no such mailbox", notify.ErrPermanent)
			case failures > 0 && m.To.ID == "both":
				failures--
				return errors.New("mailbox full")
			}
			return nil
		}
		d.tell("a", d.person(), to("heping", org.Operator, "甲", deadline.Email))
		d.now = d.now.Add(10 * time.Second)
		d.works()
		require.Equal(t, []string{"single: 甲"}, d.mail.taken())
		require.Equal(t, map[store.MessageState]int{store.MessageSent: 1, store.MessageFailed: 1, store.MessageWaiting: 1}, d.states())
		waited := 0
		for len(d.mail.got) == 0 {
			d.now = d.now.Add(10 * time.Second)
			waited++
			d.works()
		}
		require.Equal(t, []string{"both: 甲"}, d.mail.taken())
		require.GreaterOrEqual(t, waited*10, 30+60+120, "with longer pauses each time")
		page, err := s.Messages(t.Context(), store.MessageFilter{State: store.MessageFailed})
		require.NoError(t, err)
		require.Contains(t, page.Items[0].Error, "no such mailbox")
	})
}

func TestAMessageThatIsNeverTakenFailsInTheEnd(t *testing.T) {
	d := newDesk(t, dbtest.Open(t, store.Options{URL: dbtest.Migrated(t)}), "2026-11-16 14:00:00")
	d.mail.fail = func(notify.Message) error { return errors.New("greylisted") }
	d.tell("a", d.person(), to("office", org.Supervisor, "甲", deadline.Email))
	hours := 0
	for d.states()[store.MessageFailed] == 0 {
		d.now = d.now.Add(time.Hour)
		hours++
		d.works()
		require.Less(t, hours, 24*7)
	}
	require.Greater(t, hours, 40, "a mail server may be away for a weekend")
}

// A process dies after it has claimed a message. Another one sends it, under the
// same id, when the claim is over.
func TestAProcessThatDiesWhileItSends(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-16 14:00:00")
		d.tell("a", d.person(), to("office", org.Supervisor, "甲", deadline.Email))
		d.works()
		d.now = d.now.Add(10 * time.Second)
		claimed, err := s.ClaimMessages(t.Context(), store.Claim{By: "dead", Channels: []string{deadline.Email}, Limit: 10, Now: d.now, Until: d.now.Add(5 * time.Minute)})
		require.NoError(t, err)
		require.Len(t, claimed, 1)
		d.now = d.now.Add(time.Minute)
		d.works()
		require.Empty(t, d.mail.taken())
		d.now = d.now.Add(5 * time.Minute)
		d.works()
		require.Equal(t, claimed[0].ID, d.mail.got[0].ID)
		require.NoError(t, s.SettleMessages(t.Context(), "dead", []store.Settled{{ID: claimed[0].ID, State: store.MessageFailed, At: d.now}}))
		require.Equal(t, map[store.MessageState]int{store.MessageSent: 1}, d.states(), "who comes late changes nothing")
	})
}

// Several processes work on the same outbox at once.
func TestSeveralDispatchersSendEachMessageOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-16 14:00:00")
		const acts = 60
		for i := range acts {
			d.tell(fmt.Sprintf("a%d", i), d.person(), to("office", org.Supervisor, fmt.Sprint(i), deadline.Email))
			d.tell(fmt.Sprintf("c%d", i), act.Clock(), to("heping", org.Operator, fmt.Sprint(i), deadline.Email))
		}
		d.now = d.now.Add(10 * time.Second)
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				for range 5 {
					if err := d.dispatcher(fmt.Sprint("d", i)).Once(t.Context()); err != nil {
						t.Errorf("%v", err)
					}
				}
			})
		}
		all.Wait()
		d.now = d.now.Add(10 * time.Minute)
		d.works()
		counts := map[string]int{}
		for _, m := range d.mail.got {
			for _, n := range m.Notices {
				counts[m.To.ID+" "+n.ID]++
			}
		}
		require.Len(t, counts, acts+3*acts)
		for which, times := range counts {
			require.Equal(t, 1, times, which)
		}
	})
}

// An act was projected and did not become durable; what the process did instead
// takes its place. What has gone out of the same words does not go out again.
func TestAnActThatIsTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		course := func(d *desk, title string) projection.Change {
			ledger, events, err := act.Ledger{Instance: "signoff/x"}.Record(act.Command{Actor: d.person()}, []act.Event{act.Happened("told", nil, to("office", org.Supervisor, title))}, d.now)
			require.NoError(t, err)
			return projection.Change{Instance: "signoff/x", Kind: "signoff", To: 1, Seq: 1, Hash: ledger.Hash, At: d.now, Events: events}
		}
		rebase := func(d *desk, change projection.Change) {
			require.NoError(t, s.Rebase(t.Context(), change, projection.Snapshot{Kind: "signoff", Ledger: act.Ledger{Instance: "signoff/x", Version: 1, Seq: 1, Hash: change.Hash}}))
		}
		d := newDesk(t, s, "2026-11-16 14:00:00")
		require.NoError(t, s.Project(t.Context(), course(d, "甲")))
		d.works()
		d.now = d.now.Add(time.Second)
		rebase(d, course(d, "乙"))
		d.works()
		d.now = d.now.Add(10 * time.Second)
		d.works()
		require.Equal(t, []string{"sup: 乙"}, d.mail.taken(), "nobody hears of what was taken back in time")
		d.now = d.now.Add(time.Second)
		rebase(d, course(d, "乙"))
		d.now = d.now.Add(10 * time.Second)
		d.works()
		require.Empty(t, d.mail.taken(), "the same act, decided again")
		rebase(d, course(d, "丙"))
		d.now = d.now.Add(10 * time.Second)
		d.works()
		require.Equal(t, []string{"sup: 丙"}, d.mail.taken())
		require.Equal(t, 2, d.states()[store.MessageDropped], "mail and webhook of what was taken back")
	})
}

// Whoever cannot be reached any more when a message is ready gets none.
func TestSomebodyWhoLeavesMeanwhile(t *testing.T) {
	d := newDesk(t, dbtest.Open(t, store.Options{URL: dbtest.Migrated(t)}), "2026-11-16 21:00:00")
	d.tell("a", act.Clock(), to("heping", org.Operator, "提醒", deadline.Email))
	d.works()
	_, err := d.store.SaveUsers(t.Context(), []store.User{{ID: "op", Login: "op", Name: "经办", UnitID: "heping", Roles: []org.Role{org.Operator}}})
	require.NoError(t, err)
	_, err = d.store.SetContact(t.Context(), "both", store.Contact{Email: "new@example.gov.cn"})
	require.NoError(t, err)
	d.now = shanghai(t, "2026-11-17 09:30:00")
	d.works()
	require.Equal(t, []string{"both: 提醒", "single: 提醒"}, d.mail.taken())
}

// Without channels the outbox is kept for a day, for another process.
func TestWithoutChannels(t *testing.T) {
	d := newDesk(t, dbtest.Open(t, store.Options{URL: dbtest.Migrated(t)}), "2026-11-16 14:00:00")
	d.tell("a", d.person(), to("office", org.Supervisor, "甲"))
	none := notify.New(notify.Options{Store: d.store, Now: func() time.Time { return d.now }})
	require.NoError(t, none.Once(t.Context()))
	pending, err := d.store.Outbox(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, pending, 1)
	d.now = d.now.Add(25 * time.Hour)
	require.NoError(t, none.Once(t.Context()))
	pending, err = d.store.Outbox(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, pending)
}
