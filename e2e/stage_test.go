// Package e2e_test plays whole stories against real servers: the embedded
// engine, a real database, the HTTP API.
package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/app"
	"duban/client"
	"duban/store"
	"duban/verify"
)

// patience bounds every story; a machine that is busy with other tests is slow.
const patience = 4 * time.Minute

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// serve starts everything in this process, on a folder of the test's own.
func serve(t *testing.T, change func(*app.Config)) *app.App {
	t.Helper()
	config := app.Config{DataDir: t.TempDir(), Namespace: "duban", Listen: "127.0.0.1:0", Version: "test", Logger: quiet()}
	if change != nil {
		change(&config)
	}
	running, err := app.Start(within(t), config)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		require.NoError(t, running.Stop(ctx))
	})
	return running
}

// prepare fills the database of a folder before a server uses it.
func prepare(t *testing.T, data string, fill func(context.Context, *store.Store)) {
	t.Helper()
	prepareDatabase(t, app.Config{DataDir: data, Logger: quiet()}, fill)
}

func prepareDatabase(t *testing.T, config app.Config, fill func(context.Context, *store.Store)) {
	t.Helper()
	ctx := within(t)
	opened, err := app.OpenStore(ctx, config)
	require.NoError(t, err)
	fill(ctx, opened)
	require.NoError(t, opened.Close())
}

// verified compares record, read model and processes, and wants them clean as
// soon as what is on its way has arrived.
func verified(t *testing.T, running *app.App) {
	t.Helper()
	var report verify.Report
	clean := func() bool {
		var err error
		report, err = verify.Run(within(t), running.Gateway, verify.Options{Store: running.Store})
		return err == nil && report.Clean
	}
	for range 60 {
		if clean() {
			return
		}
		time.Sleep(time.Second)
	}
	t.Fatal(report.Text())
}

// insist does something until the server has taken it, however often it is
// killed meanwhile: with the same key, so that it is done once. What is not yet
// there, or not yet due, is tried again as well.
func insist(ctx context.Context, by client.Client, path string, payload any, key string) error {
	for {
		err := by.Post(ctx, path, payload, nil, client.Key(key))
		var problem *client.Problem
		if err == nil || errors.As(err, &problem) && problem.Status == http.StatusUnprocessableEntity {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// arrive waits until so many events of a type are on record: an act that was
// answered with "recorded" follows by itself.
func arrive(ctx context.Context, t *testing.T, by client.Client, kind string, times int) []event {
	t.Helper()
	for range 300 {
		if found := events(ctx, t, by, kind); len(found) == times {
			return found
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("%d events %s are on record, not %d", len(events(ctx, t, by, kind)), kind, times)
	return nil
}

// event is one line of the audit record.
type event struct {
	Instance string    `json:"instance"`
	Seq      int64     `json:"seq"`
	Version  int64     `json:"version"`
	Type     string    `json:"type"`
	At       time.Time `json:"at"`
	Actor    struct {
		Unit struct {
			ID string `json:"id"`
		} `json:"unit"`
	} `json:"actor"`
	Data    json.RawMessage `json:"data"`
	Notices []act.Notice    `json:"notices"`
}

// events reads all of a type, in all processes.
func events(ctx context.Context, t *testing.T, by client.Client, kind string) []event {
	t.Helper()
	var all []event
	for cursor := ""; ; {
		var page struct {
			Items []event `json:"items"`
			Next  string  `json:"next"`
		}
		require.NoError(t, by.Get(ctx, "events?limit=200&type="+kind+"&cursor="+cursor, &page))
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		cursor = page.Next
	}
}
