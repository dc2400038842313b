package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/client"
)

// output collects what a command prints while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// serving runs duban serve until the returned function stops it.
func serving(t *testing.T, arguments ...string) (out *output, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out = &output{}
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0", "--log-level", "error"}, arguments...), out, out)
	}()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "duban token") }, 2*time.Minute, 20*time.Millisecond, "it does not say that it serves")
	return out, func() {
		cancel()
		require.Zero(t, <-code, out.String())
	}
}

var (
	address = regexp.MustCompile(`http://[0-9.:]+`)
	token   = regexp.MustCompile(`(?m)^  (\S+)  \S+ +(\S+) +\S+ \S+$`)
)

func TestTheFirstStartWithTheExample(t *testing.T) {
	data := t.TempDir()
	out, stop := serving(t, "--example", "--data", data)
	printed := out.String()
	found := token.FindAllStringSubmatch(printed, -1)
	require.NotEmpty(t, found, printed)
	roles := map[string]bool{}
	for _, one := range found {
		roles[one[2]] = true
		var me struct {
			Login string `json:"login"`
		}
		require.NoError(t, client.New(address.FindString(printed), one[1]).Get(t.Context(), "me", &me), "the printed token lets in")
	}
	for _, role := range []string{"operator", "head", "supervisor", "admin", "viewer"} {
		require.True(t, roles[role], "no sign-in for the role %s is printed", role)
	}
	var plans struct {
		Items []struct {
			Status string `json:"status"`
		} `json:"items"`
	}
	require.NoError(t, client.New(address.FindString(printed), found[0][1]).Get(t.Context(), "plans", &plans))
	require.Len(t, plans.Items, 1)
	require.Equal(t, "published", plans.Items[0].Status)
	kept, err := os.Stat(filepath.Join(data, "sign-in.txt"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), kept.Mode().Perm(), "only the owner can read the tokens")
	stop()

	again, stop := serving(t, "--example", "--data", data)
	require.Empty(t, token.FindAllString(again.String(), -1), "tokens are printed once")
	stop()

	require.Zero(t, run(t.Context(), []string{"verify", "--data", data}, io.Discard, io.Discard))
	var made bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"token", "--data", data, "--login", "ducha.yi"}, &made, io.Discard))
	require.NotEmpty(t, strings.TrimSpace(made.String()))
	require.Equal(t, 1, run(t.Context(), []string{"token", "--data", data, "--login", "nobody"}, io.Discard, io.Discard))
}

func TestTheFirstStartWithoutAnExample(t *testing.T) {
	out, stop := serving(t, "--data", t.TempDir())
	defer stop()
	found := token.FindAllStringSubmatch(out.String(), -1)
	require.Len(t, found, 1)
	require.Equal(t, "admin", found[0][2])
}

func TestTheConfigurationFile(t *testing.T) {
	write := func(text string) string {
		name := filepath.Join(t.TempDir(), "duban.yaml")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		return name
	}
	document := filepath.Join(t.TempDir(), "a.txt")
	require.NoError(t, os.WriteFile(document, []byte("一、总体要求\n1.建设学校。（牵头单位：市教育局）\n"), 0o600))
	asJSON := write("format: json\n")

	parse := func(arguments ...string) string {
		var out bytes.Buffer
		require.Zero(t, run(t.Context(), append(arguments, "parse", document), &out, &out), out.String())
		return out.String()
	}
	require.False(t, strings.HasPrefix(parse(), "{"), "a table by default")
	require.True(t, strings.HasPrefix(parse("--config", asJSON), "{"), "the file's setting counts")
	t.Setenv("DUBAN_FORMAT", "table")
	require.False(t, strings.HasPrefix(parse("--config", asJSON), "{"), "a variable goes before the file")

	var complaint bytes.Buffer
	require.Equal(t, 2, run(t.Context(), []string{"--config", write("fromat: table\n"), "parse", document}, io.Discard, &complaint))
	require.Contains(t, complaint.String(), "fromat")
	require.Equal(t, 2, run(t.Context(), []string{"--config", write("{"), "parse", document}, io.Discard, io.Discard))
	require.Equal(t, 2, run(t.Context(), []string{"dance"}, io.Discard, io.Discard))
	complaint.Reset()
	require.Equal(t, 2, run(t.Context(), []string{"serve", "--file-limit", "0"}, io.Discard, &complaint))
	require.Contains(t, complaint.String(), "--file-limit")
}

func TestAWorkerAloneNeedsACluster(t *testing.T) {
	var complaint bytes.Buffer
	require.Equal(t, 1, run(t.Context(), []string{"worker", "--data", t.TempDir()}, io.Discard, &complaint))
	require.Contains(t, complaint.String(), "--temporal-address")
}
