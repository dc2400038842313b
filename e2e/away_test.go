package e2e_test

import (
	"context"
	"database/sql"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver by which the test locks the file

	"duban/app"
	"duban/bench"
	"duban/client"
	"duban/store/dbtest"
)

// away is how long the database does not answer.
const away = 20 * time.Second

// Five people sign one after the other while the database is locked or away:
// each act is recorded, and all arrive in order when the database is back.
func TestSigningWhileTheDatabaseIsAway(t *testing.T) {
	t.Run("sqlite, locked by another process", func(t *testing.T) {
		data := t.TempDir()
		signWhileAway(t, func(c *app.Config) { c.DataDir = data }, func(t *testing.T) func() {
			db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "duban.db"))
			require.NoError(t, err)
			conn, err := db.Conn(t.Context())
			require.NoError(t, err)
			_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
			require.NoError(t, err)
			return func() {
				_, err := conn.ExecContext(t.Context(), "ROLLBACK")
				require.NoError(t, err)
				require.NoError(t, conn.Close())
				require.NoError(t, db.Close())
			}
		})
	})
	t.Run("mysql, not to be reached", func(t *testing.T) {
		line := newLine(t, dbtest.MySQL(t))
		signWhileAway(t, func(c *app.Config) { c.Database = line.url }, func(*testing.T) func() {
			line.cut()
			return line.mend
		})
	})
}

func signWhileAway(t *testing.T, change func(*app.Config), goAway func(*testing.T) func()) {
	ctx := within(t)
	running := serve(t, change)
	cast, err := bench.Register(ctx, running.Store, running.URL(), 6)
	require.NoError(t, err)
	id := open(ctx, t, cast, "subject")
	path := "sign-offs/" + id + "/actions"
	// Everybody has just looked at something: who was never seen cannot be let
	// in while the database is away.
	for _, signer := range cast.Signers {
		require.NoError(t, signer.Client.Get(ctx, "me", nil))
	}
	require.NoError(t, cast.Signers[0].Client.Post(ctx, path, agree, nil, client.Key("sign")))

	back := goAway(t)
	since := time.Now()
	for _, signer := range cast.Signers[1:] {
		var answer struct{ Status, Location string }
		status, err := signer.Client.Do(ctx, http.MethodPost, path, agree, &answer, client.Key("sign"))
		require.NoError(t, err)
		require.Equal(t, http.StatusAccepted, status, "the act is recorded and not yet visible")
		require.Equal(t, "recorded", answer.Status)
		require.Contains(t, answer.Location, id)
	}
	time.Sleep(time.Until(since.Add(away)))
	back()

	require.Eventually(t, func() bool { return len(events(ctx, t, cast.Auditor, "sign-off.approved")) == 1 }, time.Minute, 200*time.Millisecond)
	signed := events(ctx, t, cast.Auditor, "sign-off.signed")
	require.Len(t, signed, len(cast.Signers))
	at := map[string]event{}
	for _, e := range signed {
		at[e.Actor.Unit.ID] = e
	}
	for i := range cast.Signers[1:] {
		before, after := at[cast.Signers[i].Unit], at[cast.Signers[i+1].Unit]
		require.Less(t, before.Seq, after.Seq, "in the order in which they were given")
		require.False(t, after.At.Before(before.At))
		require.Equal(t, before.Version+1, after.Version, "each is a change of its own")
	}
	require.NoError(t, cast.Signers[1].Client.Post(ctx, path, agree, nil, client.Key("sign")), "a repetition gets its answer")
	verified(t, running)
}

// line is the way to a database server, which can be cut.
type line struct {
	url    string
	server string // socket of the server

	mu    sync.Mutex
	down  bool
	conns map[net.Conn]bool
}

// newLine puts a line before the socket that the URL names.
func newLine(t *testing.T, url string) *line {
	t.Helper()
	_, rest, found := strings.Cut(url, "unix(")
	require.True(t, found, "the database is not at a socket")
	server, _, found := strings.Cut(rest, ")")
	require.True(t, found)
	socket := filepath.Join(t.TempDir(), "line")
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	require.NoError(t, err)
	l := &line{url: strings.Replace(url, server, socket, 1), server: server, conns: map[net.Conn]bool{}}
	var open sync.WaitGroup
	open.Go(func() { l.accept(listener, &open) })
	t.Cleanup(func() {
		_ = listener.Close()
		l.cut()
		open.Wait()
	})
	return l
}

func (l *line) accept(listener net.Listener, open *sync.WaitGroup) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		open.Go(func() { l.carry(conn) })
	}
}

func (l *line) carry(conn net.Conn) {
	defer conn.Close()
	server, err := (&net.Dialer{}).DialContext(context.Background(), "unix", l.server)
	if err != nil || !l.hold(conn, server) {
		return
	}
	defer l.release(conn, server)
	var both sync.WaitGroup
	for _, pair := range [][2]net.Conn{{conn, server}, {server, conn}} {
		both.Go(func() {
			_, _ = io.Copy(pair[0], pair[1])
			_ = conn.Close()
			_ = server.Close()
		})
	}
	both.Wait()
}

// hold keeps connections to be cut; none is made while the line is down.
func (l *line) hold(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		if l.down {
			_ = c.Close()
			continue
		}
		l.conns[c] = true
	}
	return !l.down
}

func (l *line) release(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		delete(l.conns, c)
	}
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = true
	for c := range l.conns {
		_ = c.Close()
	}
}

func (l *line) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = false
}
