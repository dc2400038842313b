package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/deadline"
	"duban/org"
	"duban/store"
)

type shownContact struct {
	Contact struct {
		Email    string
		Channels []string
		Digest   bool
	}
}

func TestHowOneIsReached(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	var shown shownContact
	b.get(org.Operator, "me", &shown)
	require.Equal(t, []string{deadline.Email, deadline.Webhook}, shown.Contact.Channels)
	require.True(t, shown.Contact.Digest)
	a := b.call(org.Operator, http.MethodPatch, "me", `{"email":"op@example.gov.cn","channels":["email"]}`)
	require.Equal(t, http.StatusOK, a.status, a.text)
	a = b.call(org.Operator, http.MethodPatch, "me", `{"digest":false}`)
	require.Equal(t, http.StatusOK, a.status, a.text)
	b.get(org.Operator, "me", &shown)
	require.Equal(t, "op@example.gov.cn", shown.Contact.Email, "what is left out stays, and is seen at once")
	require.Equal(t, []string{deadline.Email}, shown.Contact.Channels)
	require.False(t, shown.Contact.Digest)
	b.get(org.Admin, "users/"+b.users[org.Operator].ID, &shown)
	require.Equal(t, "op@example.gov.cn", shown.Contact.Email)
	b.get(org.Head, "me", &shown)
	require.Empty(t, shown.Contact.Email, "of nobody else")

	for body, field := range map[string]string{`{"email":"op"}`: "email", `{"channels":["email","fax"]}`: "channels[1]", `{"role":"admin"}`: "role"} {
		a = b.call(org.Operator, http.MethodPatch, "me", body)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, body)
		require.Equal(t, field, a.problem(t).Errors[0].Field)
	}
	a = b.call(org.Admin, http.MethodPatch, "users/"+b.users[org.Head].ID, `{"email":"head@example.gov.cn","channels":[]}`)
	require.Equal(t, http.StatusOK, a.status, a.text)
	b.get(org.Head, "me", &shown)
	require.Equal(t, "head@example.gov.cn", shown.Contact.Email)
	require.Empty(t, shown.Contact.Channels)
	a = b.call(org.Admin, http.MethodPut, "users/"+b.users[org.Head].ID, map[string]any{"login": "head", "name": "新名", "unit": education, "roles": []string{"head"}})
	require.Equal(t, http.StatusOK, a.status, a.text)
	a.into(t, &shown)
	require.Equal(t, "head@example.gov.cn", shown.Contact.Email, "a change of the user leaves it alone")
}

func TestMessagesAreListed(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.assignment("p", "p-1-2026", 1, "east", "2026-03-27", nil)
	now := time.Now()
	require.NoError(t, b.store.MakeOut(t.Context(), []string{"nothing"}, []store.Letter{{NoticeID: "nothing", UserID: "u-head", Channel: "email"}}))
	var list struct{ Items []map[string]any }
	b.get(org.Admin, "messages", &list)
	require.Empty(t, list.Items, "of what is not in the outbox nothing is made out")

	b.noticed(t, "signoff/n", now)
	require.NoError(t, b.store.MakeOut(t.Context(), []string{"signoff/n#1.1"}, []store.Letter{{NoticeID: "signoff/n#1.1", UserID: "u-head", Channel: "email", Moment: now, ReadyAt: now}}))
	claimed, err := b.store.ClaimMessages(t.Context(), store.Claim{By: "x", Channels: []string{"email"}, Limit: 1, Now: now.Add(time.Second), Until: now.Add(time.Minute)})
	require.NoError(t, err)
	require.NoError(t, b.store.SettleMessages(t.Context(), "x", []store.Settled{{ID: claimed[0].ID, State: store.MessageFailed, Reason: "550 no such user"}}))
	b.get(org.Admin, "messages?state=failed&user=u-head", &list)
	require.Len(t, list.Items, 1)
	require.Equal(t, "550 no such user", list.Items[0]["error"])
	require.Nil(t, list.Items[0]["nextAt"])
	b.get(org.Admin, "messages?state=sent", &list)
	require.Empty(t, list.Items)
}
