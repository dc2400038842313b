package notify_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/notify"
	"duban/notify/smtptest"
	"duban/store"
)

func reader(address string) store.User {
	return store.User{ID: "u1", Login: "li", Name: "李经办", UnitID: "heping", Active: true, Contact: store.Contact{Email: address}}
}

func notice(title, titleEn string) store.Notice {
	return store.Notice{ID: "assignment/a#1.1", Kind: "remind", Title: title, TitleEn: titleEn, Resource: "assignments/a"}
}

func channel(t *testing.T, server *smtptest.Server, change func(*notify.SMTP)) notify.Channel {
	t.Helper()
	settings := notify.SMTP{Address: server.Address, From: "duban@example.gov.cn", TLS: notify.StartTLS, Roots: server.Roots}
	if change != nil {
		change(&settings)
	}
	c, err := notify.NewEmail(settings)
	require.NoError(t, err)
	return c
}

// A whole conversation: an upgrade to TLS, a sign-in, several mails.
func TestMailsGoOut(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{StartTLS: true, User: "duban", Password: "秘密 secret"})
	c := channel(t, server, func(s *notify.SMTP) { s.User, s.Password = "duban", "秘密 secret" })
	errs := c.Send(t.Context(), []notify.Message{
		{ID: "m1", To: reader("li@example.gov.cn"), Notices: []store.Notice{notice("请审核：任务7", "Please review: 任务7")}},
		{ID: "m2", To: reader("li@example.gov.cn"), Digest: true, Notices: []store.Notice{
			notice("到期提醒（期限2026-11-30）：任务7", "Reminder (due 2026-11-30): 任务7"), notice("已逾期：任务8", "Overdue: 任务8"), notice("已逾期：任务8", "Overdue: 任务8")}},
	})
	require.Equal(t, []error{nil, nil}, errs)
	mails := server.Mails()
	require.Len(t, mails, 2)
	require.Equal(t, []string{"duban@example.gov.cn", "li@example.gov.cn", "m1@example.gov.cn", "【督办】请审核：任务7"},
		[]string{mails[0].From, mails[0].To, mails[0].ID, mails[0].Subject})
	require.Equal(t, "【督办】2 件事项：到期提醒（期限2026-11-30）：任务7 等", mails[1].Subject)
	require.Contains(t, mails[1].Text, "李经办：您好！")
	require.Contains(t, mails[1].Text, "1. 到期提醒（期限2026-11-30）：任务7")
	require.Contains(t, mails[1].Text, "2. 已逾期：任务8")
	require.NotContains(t, mails[1].Text, "3. ", "what says the same about the same comes once")
	require.Less(t, strings.Index(mails[1].Text, "已逾期"), strings.Index(mails[1].Text, "Overdue: 任务8"), "Chinese first")
	require.Equal(t, "bulk", mails[0].Header.Get("Precedence"))
}

func TestWhatTheMailServerRefuses(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{Answer: func(to string) string {
		switch to {
		case "gone@example.gov.cn":
			return "550 5.1.1 no such user"
		case "full@example.gov.cn":
			return "452 4.2.2 mailbox full"
		}
		return ""
	}})
	c := channel(t, server, func(s *notify.SMTP) { s.TLS = notify.NoTLS })
	to := func(id, address string) notify.Message {
		return notify.Message{ID: id, To: reader(address), Notices: []store.Notice{notice("甲", "A")}}
	}
	errs := c.Send(t.Context(), []notify.Message{to("1", "gone@example.gov.cn"), to("2", "full@example.gov.cn"), to("3", "li@example.gov.cn"), to("4", "not an address")})
	require.ErrorIs(t, errs[0], notify.ErrPermanent)
	require.Error(t, errs[1])
	require.NotErrorIs(t, errs[1], notify.ErrPermanent, "it is tried again")
	require.NoError(t, errs[2], "one that is refused does not hold the others up")
	require.ErrorIs(t, errs[3], notify.ErrPermanent)
	require.Len(t, server.Mails(), 1)
}

// The server takes a mail and is cut off before it says so: nobody can tell, and
// the mail goes out again under the same id.
func TestAMailWhoseAnswerIsLostKeepsItsID(t *testing.T) {
	var once sync.Once
	server := smtptest.Start(t, smtptest.Options{AfterData: func(smtptest.Mail) (cut bool) {
		once.Do(func() { cut = true })
		return cut
	}})
	c := channel(t, server, func(s *notify.SMTP) { s.TLS = notify.NoTLS })
	m := []notify.Message{{ID: "m1", To: reader("li@example.gov.cn"), Notices: []store.Notice{notice("甲", "A")}}}
	err := c.Send(t.Context(), m)[0]
	require.Error(t, err)
	require.NotErrorIs(t, err, notify.ErrPermanent)
	require.NoError(t, c.Send(t.Context(), m)[0])
	mails := server.Mails()
	require.Len(t, mails, 2)
	require.Equal(t, mails[0].ID, mails[1].ID)
}

// Without the encryption that is asked for nothing is said: neither the password
// nor a mail.
func TestNothingIsSaidInTheClear(t *testing.T) {
	plain := smtptest.Start(t, smtptest.Options{User: "duban", Password: "secret"})
	c := channel(t, plain, func(s *notify.SMTP) { s.User, s.Password = "duban", "secret" })
	m := []notify.Message{{ID: "m1", To: reader("li@example.gov.cn"), Notices: []store.Notice{notice("甲", "A")}}}
	require.ErrorContains(t, c.Send(t.Context(), m)[0], "STARTTLS")
	unknown := smtptest.Start(t, smtptest.Options{StartTLS: true})
	c = channel(t, unknown, func(s *notify.SMTP) { s.Roots = nil })
	require.ErrorContains(t, c.Send(t.Context(), m)[0], "certificate")
	wrong := smtptest.Start(t, smtptest.Options{StartTLS: true, User: "duban", Password: "secret"})
	c = channel(t, wrong, func(s *notify.SMTP) { s.User, s.Password = "duban", "guessed-one" })
	err := c.Send(t.Context(), m)[0]
	require.Error(t, err)
	require.NotContains(t, err.Error(), "guessed-one")
	require.NotErrorIs(t, err, notify.ErrPermanent, "a setting that is put right sends them all")
	for _, s := range []*smtptest.Server{plain, unknown, wrong} {
		require.Empty(t, s.Mails())
	}
}

func TestAMailServerThatIsAway(t *testing.T) {
	c, err := notify.NewEmail(notify.SMTP{Address: "127.0.0.1:1", From: "duban@example.gov.cn", TLS: notify.NoTLS})
	require.NoError(t, err)
	errs := c.Send(t.Context(), make([]notify.Message, 3))
	require.Len(t, errs, 3)
	for _, err := range errs {
		require.Error(t, err)
		require.NotErrorIs(t, err, notify.ErrPermanent)
	}
}

func TestSettingsOfMail(t *testing.T) {
	for name, s := range map[string]notify.SMTP{
		"no port":         {Address: "mail.example.gov.cn", From: "a@b.cn"},
		"a port's name":   {Address: "mail.example.gov.cn:smtp", From: "a@b.cn"},
		"no host":         {Address: ":25", From: "a@b.cn"},
		"no sender":       {Address: "mail.example.gov.cn:25"},
		"not an address":  {Address: "mail.example.gov.cn:25", From: "duban"},
		"two in one line": {Address: "mail.example.gov.cn:25", From: "a@b.cn\r\nBcc: x@y.cn"},
	} {
		_, err := notify.NewEmail(s)
		require.Error(t, err, name)
	}
	channels, err := notify.Settings{}.Channels()
	require.NoError(t, err)
	require.Empty(t, channels)
	_, err = notify.Settings{SMTP: notify.SMTP{Address: "x"}}.Channels()
	require.Error(t, err)
}

// A subject that carries line breaks adds no header.
func TestTitlesAddNoHeaders(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{})
	c := channel(t, server, func(s *notify.SMTP) { s.TLS = notify.NoTLS })
	user := reader("li@example.gov.cn")
	user.Name = "李\r\nBcc: \"x@y.cn\" <z@y.cn>"
	require.NoError(t, c.Send(t.Context(), []notify.Message{{ID: "m1", To: user, Notices: []store.Notice{notice("甲\r\nBcc: x@y.cn\r\n\r\n正文", "A")}}})[0])
	m := server.Mails()[0]
	require.Empty(t, m.Header.Get("Bcc"))
	require.Equal(t, "【督办】甲 Bcc: x@y.cn 正文", m.Subject)
	require.WithinDuration(t, time.Now(), dateOf(t, m), time.Minute)
}

func dateOf(t *testing.T, m smtptest.Mail) time.Time {
	t.Helper()
	date, err := m.Header.Date()
	require.NoError(t, err)
	return date
}
