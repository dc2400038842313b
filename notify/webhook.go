package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"duban/deadline"
	"duban/store"
)

// Hook says where messages are posted.
type Hook struct {
	URL string // https; http to the same machine only. Empty for none
	// Secret signs what is posted: "whsec_" and base64, or any text.
	Secret string
	// Client sends the requests; nil is one with the usual limits.
	Client *http.Client
}

const (
	// hookTimeout bounds one request.
	hookTimeout = 15 * time.Second
	// hookAtOnce bounds how many requests are under way.
	hookAtOnce = 4
	// mostAnswer is how much of an answer is read, in bytes.
	mostAnswer = 4 << 10
)

type webhook struct {
	url    string
	key    []byte
	client *http.Client
	now    func() time.Time
}

// NewWebhook returns the channel that posts messages. The error says what is wrong
// with the settings.
func NewWebhook(settings Hook) (Channel, error) {
	target, err := url.Parse(settings.URL)
	if err != nil || target.Host == "" {
		return nil, errors.New("address of the webhook: not an https URL")
	}
	if target.Scheme != "https" && (target.Scheme != "http" || !sameMachine(target.Hostname())) {
		return nil, errors.New("address of the webhook: must be https, as notices speak of people and their work")
	}
	key, err := hookKey(settings.Secret)
	if err != nil {
		return nil, err
	}
	w := &webhook{url: settings.URL, key: key, client: settings.Client, now: time.Now}
	if w.client == nil {
		w.client = &http.Client{Timeout: hookTimeout}
	}
	// A redirect would carry the message to where nobody has decided to send it.
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return w, nil
}

func sameMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// shortestSecret keeps a signature from being guessed, in bytes.
const shortestSecret = 16

func hookKey(secret string) ([]byte, error) {
	key := []byte(secret)
	if encoded, standard := strings.CutPrefix(secret, "whsec_"); standard {
		decoded, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return nil, errors.New("secret of the webhook: what follows whsec_ is not base64")
		}
		key = decoded
	}
	if len(key) < shortestSecret {
		return nil, fmt.Errorf("secret of the webhook: needs at least %d bytes", shortestSecret)
	}
	return key, nil
}

func (w *webhook) Name() string { return deadline.Webhook }

// Reaches everybody: it is the receiver who knows how.
func (w *webhook) Reaches(store.User) bool { return true }

// posted is the body of a request.
type posted struct {
	ID      string         `json:"id"`
	Type    string         `json:"type"` // "notices"
	Digest  bool           `json:"digest"`
	To      postedTo       `json:"to"`
	Subject string         `json:"subject"`
	Text    string         `json:"text"`
	Notices []store.Notice `json:"notices"`
}

type postedTo struct {
	User  string `json:"user"`
	Login string `json:"login"`
	Name  string `json:"name"`
	Unit  string `json:"unit"`
	Email string `json:"email,omitempty"`
}

// Send posts each message by itself.
func (w *webhook) Send(ctx context.Context, messages []Message) []error {
	errs := make([]error, len(messages))
	var lanes sync.WaitGroup
	next := make(chan int)
	for range hookAtOnce {
		lanes.Go(func() {
			for i := range next {
				errs[i] = w.post(ctx, messages[i])
			}
		})
	}
	for i := range messages {
		next <- i
	}
	close(next)
	lanes.Wait()
	return errs
}

func (w *webhook) post(ctx context.Context, m Message) error {
	body, err := json.Marshal(posted{ID: m.ID, Type: "notices", Digest: m.Digest, Subject: subject(m), Text: text(m), Notices: distinct(m.Notices),
		To: postedTo{User: m.To.ID, Login: m.To.Login, Name: m.To.Name, Unit: m.To.UnitID, Email: m.To.Contact.Email}})
	if err != nil {
		return fmt.Errorf("encode the message: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return errors.New("post the message: the address is malformed")
	}
	w.sign(request.Header, m.ID, body)
	answer, err := w.client.Do(request)
	if err != nil {
		return fmt.Errorf("post the message: %w", withoutURL(err))
	}
	// The status says it all; the rest is read only to use the connection again.
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, mostAnswer))
	_ = answer.Body.Close()
	switch {
	case answer.StatusCode/100 == 2:
		return nil
	case answer.StatusCode == http.StatusGone:
		return fmt.Errorf("%w: the receiver answered %s", ErrPermanent, answer.Status)
	}
	return fmt.Errorf("the receiver answered %s", answer.Status)
}

// sign adds the headers of a signed webhook as standardwebhooks.com describes
// them. The id is the same on every attempt.
func (w *webhook) sign(header http.Header, id string, body []byte) {
	timestamp := strconv.FormatInt(w.now().Unix(), 10)
	mac := hmac.New(sha256.New, w.key)
	fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("User-Agent", "duban")
	header.Set("Webhook-Id", id)
	header.Set("Webhook-Timestamp", timestamp)
	header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// withoutURL keeps the address, which may hold a token, out of what is logged.
func withoutURL(err error) error {
	if failed, is := errors.AsType[*url.Error](err); is {
		return failed.Err
	}
	return err
}
