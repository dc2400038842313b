// Package smtptest is a small mail server for tests of any package: it speaks SMTP
// over real connections, with STARTTLS and sign-in, and keeps what it takes.
package smtptest

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Options say how the server behaves.
type Options struct {
	// StartTLS offers it, and takes no mail without it.
	StartTLS bool
	// User and Password are asked for, if User is set.
	User, Password string
	// Answer, if it is set, is asked before a recipient is taken; an answer that
	// is not empty is given instead of 250.
	Answer func(recipient string) string
	// AfterData, if it is set, may cut the connection after a mail was taken and
	// before that is told.
	AfterData func(m Mail) (cut bool)
}

// Mail is what the server took.
type Mail struct {
	From, To string // of the envelope
	ID       string // its Message-ID
	Subject  string
	Text     string
	Header   mail.Header
}

// Server is a running mail server.
type Server struct {
	Address string
	// Roots trust the server's certificate.
	Roots *tls.Config

	options  Options
	listener net.Listener
	cert     tls.Certificate
	sessions sync.WaitGroup

	mu    sync.Mutex
	mails []Mail
	open  map[net.Conn]bool
}

// Start starts a server, which ends with the test.
func Start(t testing.TB, options Options) *Server {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &Server{Address: listener.Addr().String(), options: options, listener: listener, open: map[net.Conn]bool{}}
	s.certify(t)
	s.sessions.Go(s.accept)
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		s.mu.Lock()
		for conn := range s.open {
			_ = conn.Close()
		}
		s.mu.Unlock()
		s.sessions.Wait()
	})
	return s
}

// Mails are those that were taken, in their order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// certify makes a certificate for this machine.
func (s *Server) certify(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	s.cert = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	s.Roots = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.open[conn] = true
		s.mu.Unlock()
		s.sessions.Go(func() {
			defer func() {
				_ = conn.Close()
				s.mu.Lock()
				delete(s.open, conn)
				s.mu.Unlock()
			}()
			session := &session{server: s, conn: conn}
			session.serve()
		})
	}
}

// session is one conversation.
type session struct {
	server           *Server
	conn             net.Conn
	text             *textproto.Conn
	secure, signedIn bool
	from, to         string
}

func (c *session) serve() {
	c.text = textproto.NewConn(c.conn)
	c.say("220 mail ESMTP")
	for {
		line, err := c.text.ReadLine()
		if err != nil || !c.command(line) {
			return
		}
	}
}

func (c *session) say(format string, args ...any) { _ = c.text.PrintfLine(format, args...) }

// command answers one line; false ends the conversation.
func (c *session) command(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		c.hello()
	case "STARTTLS":
		return c.startTLS()
	case "AUTH":
		c.auth(rest)
	case "MAIL":
		if c.server.options.StartTLS && !c.secure || c.server.options.User != "" && !c.signedIn {
			c.say("530 5.7.0 secure the connection and sign in first")
			return true
		}
		c.from = address(rest)
		c.say("250 2.1.0 ok")
	case "RCPT":
		c.recipient(address(rest))
	case "DATA":
		return c.data()
	case "RSET":
		c.from, c.to = "", ""
		c.say("250 2.0.0 ok")
	case "NOOP":
		c.say("250 2.0.0 ok")
	case "QUIT":
		c.say("221 2.0.0 bye")
		return false
	default:
		c.say("502 5.5.1 what")
	}
	return true
}

func (c *session) hello() {
	c.say("250-mail")
	if c.server.options.StartTLS && !c.secure {
		c.say("250-STARTTLS")
	}
	if c.server.options.User != "" {
		c.say("250-AUTH PLAIN")
	}
	c.say("250 8BITMIME")
}

func (c *session) startTLS() bool {
	c.say("220 2.0.0 go on")
	secured := tls.Server(c.conn, &tls.Config{Certificates: []tls.Certificate{c.server.cert}, MinVersion: tls.VersionTLS12})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := secured.HandshakeContext(ctx); err != nil {
		return false
	}
	c.secure, c.text = true, textproto.NewConn(secured)
	return true
}

func (c *session) auth(rest string) {
	_, encoded, _ := strings.Cut(rest, " ")
	given, err := base64.StdEncoding.DecodeString(encoded)
	want := "\x00" + c.server.options.User + "\x00" + c.server.options.Password
	if err != nil || string(given) != want {
		c.say("535 5.7.8 wrong name or password")
		return
	}
	c.signedIn = true
	c.say("235 2.7.0 welcome")
}

func (c *session) recipient(to string) {
	if c.server.options.Answer != nil {
		if answer := c.server.options.Answer(to); answer != "" {
			c.say("%s", answer)
			return
		}
	}
	c.to = to
	c.say("250 2.1.5 ok")
}

func (c *session) data() bool {
	if c.to == "" {
		c.say("503 5.5.1 to whom?")
		return true
	}
	c.say("354 go on")
	body, err := io.ReadAll(c.text.DotReader())
	if err != nil {
		return false
	}
	m, err := read(string(body))
	if err != nil {
		c.say("554 5.6.0 malformed: %v", err)
		return true
	}
	m.From, m.To = c.from, c.to
	c.server.mu.Lock()
	c.server.mails = append(c.server.mails, m)
	c.server.mu.Unlock()
	c.from, c.to = "", ""
	if c.server.options.AfterData != nil && c.server.options.AfterData(m) {
		return false
	}
	c.say("250 2.0.0 taken")
	return true
}

// address is what stands between < and >.
func address(text string) string {
	_, text, _ = strings.Cut(text, "<")
	text, _, _ = strings.Cut(text, ">")
	return text
}

// read takes a mail apart.
func read(text string) (Mail, error) {
	parsed, err := mail.ReadMessage(bufio.NewReader(strings.NewReader(text)))
	if err != nil {
		return Mail{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	if err != nil {
		return Mail{}, err
	}
	body, err := decode(parsed)
	if err != nil {
		return Mail{}, err
	}
	return Mail{ID: strings.Trim(parsed.Header.Get("Message-Id"), "<>"), Subject: subject, Text: body, Header: parsed.Header}, nil
}

func decode(m *mail.Message) (string, error) {
	kind, _, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", err
	}
	if kind != "text/plain" {
		return "", fmt.Errorf("a mail of type %s", kind)
	}
	return transfer(m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

func transfer(encoding string, body io.Reader) (string, error) {
	var err error
	var text []byte
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		text, err = io.ReadAll(quotedprintable.NewReader(body))
	case "base64":
		text, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, body))
	case "", "7bit", "8bit":
		text, err = io.ReadAll(body)
	default:
		err = errors.New("unknown transfer encoding " + encoding)
	}
	return string(text), err
}
