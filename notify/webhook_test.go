package notify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/notify"
	"duban/store"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" //nolint:gosec // of the tests

// receiver is a webhook's other end, which answers as it is told.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	answers []int
	got     []*http.Request
	bodies  [][]byte
}

func newReceiver(t *testing.T, answers ...int) *receiver {
	t.Helper()
	r := &receiver{answers: answers}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got, r.bodies = append(r.got, request), append(r.bodies, body)
		status := http.StatusNoContent
		if len(r.answers) > 0 {
			status, r.answers = r.answers[0], r.answers[1:]
		}
		if status == http.StatusFound {
			w.Header().Set("Location", "https://elsewhere.example/")
		}
		w.WriteHeader(status)
	}))
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) channel(t *testing.T) notify.Channel {
	t.Helper()
	c, err := notify.NewWebhook(notify.Hook{URL: r.URL + "/notices?token=hidden", Secret: secret, Client: r.Client()})
	require.NoError(t, err)
	return c
}

func TestWhatIsPosted(t *testing.T) {
	r := newReceiver(t)
	c := r.channel(t)
	require.Equal(t, []error{nil}, c.Send(t.Context(), []notify.Message{{ID: "m1", Digest: true, To: reader("li@example.gov.cn"),
		Notices: []store.Notice{notice("到期提醒：任务7", "Reminder: 任务7")}}}))
	require.Len(t, r.got, 1)
	header := r.got[0].Header
	require.Equal(t, "m1", header.Get("Webhook-Id"))
	seconds, err := strconv.ParseInt(header.Get("Webhook-Timestamp"), 10, 64)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), time.Unix(seconds, 0), time.Minute)
	key, err := base64.StdEncoding.DecodeString(secret[len("whsec_"):])
	require.NoError(t, err)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("m1." + header.Get("Webhook-Timestamp") + "." + string(r.bodies[0])))
	require.Equal(t, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)), header.Get("Webhook-Signature"))
	var body struct {
		ID, Type, Subject string
		Digest            bool
		To                struct{ User, Name, Unit string }
		Notices           []store.Notice
	}
	require.NoError(t, json.Unmarshal(r.bodies[0], &body))
	require.Equal(t, "m1", body.ID)
	require.Equal(t, "李经办", body.To.Name)
	require.True(t, body.Digest)
	require.Equal(t, "assignments/a", body.Notices[0].Resource)
}

func TestAnswersOfTheReceiver(t *testing.T) {
	r := newReceiver(t, http.StatusInternalServerError, http.StatusTooManyRequests, http.StatusFound, http.StatusGone, http.StatusCreated)
	c := r.channel(t)
	m := []notify.Message{{ID: "m1", To: reader(""), Notices: []store.Notice{notice("甲", "A")}}}
	for range 3 {
		err := c.Send(t.Context(), m)[0]
		require.Error(t, err)
		require.NotErrorIs(t, err, notify.ErrPermanent)
	}
	require.ErrorIs(t, c.Send(t.Context(), m)[0], notify.ErrPermanent)
	require.NoError(t, c.Send(t.Context(), m)[0])
	require.Len(t, r.got, 5, "a redirect leads nowhere")
	for _, request := range r.got {
		require.Equal(t, "m1", request.Header.Get("Webhook-Id"), "the same on every attempt")
	}
}

func TestManyArePostedEachByItself(t *testing.T) {
	r := newReceiver(t)
	messages := make([]notify.Message, 20)
	for i := range messages {
		messages[i] = notify.Message{ID: strconv.Itoa(i), To: reader(""), Notices: []store.Notice{notice("甲", "A")}}
	}
	for _, err := range r.channel(t).Send(t.Context(), messages) {
		require.NoError(t, err)
	}
	ids := map[string]bool{}
	for _, request := range r.got {
		ids[request.Header.Get("Webhook-Id")] = true
	}
	require.Len(t, ids, 20)
}

func TestTheAddressIsKeptOutOfErrors(t *testing.T) {
	r := newReceiver(t)
	c := r.channel(t)
	r.Close()
	err := c.Send(t.Context(), []notify.Message{{ID: "m1", Notices: []store.Notice{notice("甲", "A")}}})[0]
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hidden")
}

func TestSettingsOfTheWebhook(t *testing.T) {
	for name, c := range map[string]struct {
		hook notify.Hook
		good bool
	}{
		"https":                {notify.Hook{URL: "https://oa.example.gov.cn/duban", Secret: secret}, true},
		"http on this machine": {notify.Hook{URL: "http://127.0.0.1:9/duban", Secret: secret}, true},
		"any secret":           {notify.Hook{URL: "https://oa.example.gov.cn/duban", Secret: "a long enough secret"}, true},
		"http":                 {notify.Hook{URL: "http://oa.example.gov.cn/duban", Secret: secret}, false},
		"no host":              {notify.Hook{URL: "https:///duban", Secret: secret}, false},
		"not a URL":            {notify.Hook{URL: "://", Secret: secret}, false},
		"no secret":            {notify.Hook{URL: "https://oa.example.gov.cn/duban"}, false},
		"a short secret":       {notify.Hook{URL: "https://oa.example.gov.cn/duban", Secret: "hush-hush"}, false},
		"a malformed secret":   {notify.Hook{URL: "https://oa.example.gov.cn/duban", Secret: "whsec_???"}, false},
	} {
		_, err := notify.NewWebhook(c.hook)
		if c.good {
			require.NoError(t, err, name)
			continue
		}
		require.Error(t, err, name)
		if c.hook.Secret != "" {
			require.NotContains(t, err.Error(), c.hook.Secret, name)
		}
	}
}
