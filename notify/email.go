package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"duban/deadline"
	"duban/store"
)

// How the connection to the mail server is secured.
const (
	StartTLS = "starttls" // must be upgraded before anything else
	TLS      = "tls"      // from the beginning
	NoTLS    = "none"     // for a server on the same machine
)

// SMTP says by which mail server messages go out.
type SMTP struct {
	Address  string // host:port; empty for no mail
	From     string // the sender's address
	User     string // empty to send without signing in
	Password string
	TLS      string // StartTLS, TLS or NoTLS
	// Roots are the authorities that the server's certificate may come from; nil
	// are those of the system.
	Roots *tls.Config
}

// fromName is the sender's name.
const fromName = "督办系统 Duban"

// smtpTimeout bounds one step of the conversation with the mail server.
const smtpTimeout = 30 * time.Second

type email struct {
	SMTP
	host string
	port int
	// domain is what message ids end with.
	domain string
}

// NewEmail returns the channel by a mail server. The error says what is wrong
// with the settings.
func NewEmail(settings SMTP) (Channel, error) {
	host, portText, err := net.SplitHostPort(settings.Address)
	if err != nil {
		return nil, fmt.Errorf("address of the mail server: %w", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || host == "" {
		return nil, fmt.Errorf("address of the mail server: %q is not host:port", settings.Address)
	}
	_, domain, found := strings.Cut(settings.From, "@")
	if !found {
		return nil, fmt.Errorf("sender of mails: %q is not an address", settings.From)
	}
	e := &email{SMTP: settings, host: host, port: port, domain: domain}
	if _, err := e.client(); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	if _, err := e.compose(Message{ID: "check", To: store.User{Contact: store.Contact{Email: settings.From}}, Notices: []store.Notice{{}}}); err != nil {
		return nil, fmt.Errorf("sender of mails: %w", err)
	}
	return e, nil
}

func (e *email) Name() string { return deadline.Email }

func (e *email) Reaches(user store.User) bool { return user.Contact.Email != "" }

func (e *email) client() (*mail.Client, error) {
	options := []mail.Option{mail.WithPort(e.port), mail.WithTimeout(smtpTimeout), mail.WithHELO("duban." + e.domain)}
	switch e.TLS {
	case TLS:
		options = append(options, mail.WithSSL())
	case NoTLS:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if e.Roots != nil {
		config := e.Roots.Clone()
		config.ServerName = e.host
		options = append(options, mail.WithTLSConfig(config))
	}
	if e.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(e.User), mail.WithPassword(e.Password))
	}
	return mail.NewClient(e.host, options...)
}

// Send sends all messages in one conversation.
func (e *email) Send(ctx context.Context, messages []Message) []error {
	errs := make([]error, len(messages))
	client, err := e.client()
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		for i := range errs {
			errs[i] = fmt.Errorf("connect to the mail server: %w", err)
		}
		return errs
	}
	// Each message has its own answer: how the goodbye goes changes nothing.
	defer func() { _ = client.Close() }()
	for i, m := range messages {
		if errs[i] = ctx.Err(); errs[i] == nil {
			errs[i] = e.sendOne(client, m)
		}
	}
	return errs
}

func (e *email) sendOne(client *mail.Client, m Message) error {
	composed, err := e.compose(m)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	err = client.Send(composed)
	if failed, is := errors.AsType[*mail.SendError](err); is && failed.ErrorCode() >= 500 && !failed.IsTemp() {
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	return err
}

func (e *email) compose(m Message) (*mail.Msg, error) {
	composed := mail.NewMsg()
	if err := composed.FromFormat(fromName, e.From); err != nil {
		return nil, err
	}
	if err := composed.AddToFormat(phrase(m.To.Name), m.To.Contact.Email); err != nil {
		return nil, err
	}
	composed.SetMessageIDWithValue(m.ID + "@" + e.domain)
	composed.SetDate()
	composed.SetBulk()
	composed.Subject(oneLine(subject(m)))
	composed.SetBodyString(mail.TypeTextPlain, text(m))
	return composed, nil
}

// phrase is a name as it may stand beside an address.
func phrase(name string) string {
	return oneLine(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"\<>`, r) {
			return ' '
		}
		return r
	}, name))
}
